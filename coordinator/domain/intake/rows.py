"""One row under one header: typed access to its cells, which notes every fault instead of stopping at the first.

A row with a fault is refused as a whole, so what is read from a faulty cell never leaves the intake.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import TypeVar

from stdnum.cn import uscc

from coordinator.domain.columns import SheetForm
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.intake import cells
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.intake.grid import Table
from coordinator.domain.ratios import Ratio, parse_ratio
from coordinator.domain.sheets import CellFinding, CellValue, Severity
from coordinator.domain.submissions import Occasion

Code = TypeVar("Code", bound=Enum)
Value = TypeVar("Value")
Default = TypeVar("Default")

_NOTHING: tuple[object, ...] = ("", ())
"""What a text or a list of nothing but separators or invisible marks comes to."""

_REGISTRATION_DIGITS = 15
_USCC_LENGTH = 18
_USCC = re.compile("[0-9A-HJ-NP-RTUWXY]{18}")


class Row:
    """The cells of one row by column name; `findings` grows as cells are read."""

    def __init__(self, table: Table, number: int, values: tuple[CellValue, ...]) -> None:
        self.form: SheetForm = table.form
        self.number = number
        self._columns = table.header.columns if table.header else {}
        self._values = values
        self._percent_cells = table.sheet.percent_cells
        self.findings: list[CellFinding] = []

    @property
    def refused(self) -> bool:
        """Say whether anything found so far forbids this row to stand."""
        return any(finding.severity is not Severity.WARNING for finding in self.findings)

    def is_sound(self, *names: str) -> bool:
        """Say whether none of these cells has been found faulty: what they say can be judged further."""
        return not any(
            finding.severity is not Severity.WARNING and finding.column == self._columns.get(name)
            for finding in self.findings
            for name in names
        )

    def written(self, name: str) -> str:
        """Give a cell's words as they stand, be they faulty: by these other rows refer to this one."""
        return unicodedata.normalize("NFC", cells.shown(self.value(name))).strip()

    def value(self, name: str) -> CellValue:
        column = self._columns.get(name)
        return None if column is None or column > len(self._values) else self._values[column - 1]

    def note(
        self,
        name: str | None,
        message: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
        *,
        of_others: bool = False,
    ) -> None:
        """Add a finding about a cell of this row, or about the whole row."""
        found = cells.shown(self.value(name)) if name else ""
        column = self._columns.get(name) if name else None
        self.findings.append(
            CellFinding(
                sheet=self.form.name,
                row=self.number,
                column=column,
                found=found,
                message=message,
                remedy=remedy,
                severity=severity,
                of_others=of_others,
            )
        )

    def read(self, name: str, reader: Callable[[CellValue], Value], default: Default) -> Value | Default:
        """Read a cell; one that says nothing gives the default, a missing ★ cell and a fault are noted."""
        cell, column = self.value(name), self.form.column(name)
        try:
            value = default if cells.is_blank(cell) else reader(cell)
        except CellFault as fault:
            self.note(name, fault.message, fault.remedy, fault.severity)
            return default
        if column.required and column.or_else is None and (value in _NOTHING or cells.is_blank(cell)):
            self.note(name, f"“{name}”是必填项", "请填写。")
        return value

    def text(self, name: str) -> str:
        return self.read(name, cells.text, "")

    def texts(self, name: str) -> tuple[str, ...]:
        return self.read(name, cells.texts, ())

    def code(self, name: str) -> str:
        return self.read(name, cells.code, "")

    def codes(self, name: str) -> tuple[str, ...]:
        return self.read(name, cells.codes, ())

    def day(self, name: str) -> date | None:
        return self.read(name, cells.day, None)

    def required_day(self, name: str) -> date:
        """A ★ date; a fault is noted and the row refused, so the stand-in is never used."""
        return self.read(name, cells.day, date.min)

    def occasions(self, name: str) -> tuple[Occasion, ...]:
        return self.read(name, cells.occasions, ())

    def whole_number(self, name: str, default: Default, *, least: int = 0) -> int | Default:
        return self.read(name, lambda value: cells.whole_number(value, least=least), default)

    def degrees(self, name: str, limit: int) -> float | None:
        """A longitude (limit 180) or latitude (limit 90) in decimal degrees."""
        value = self.read(name, cells.decimal, None)
        if value is not None and abs(value) > limit:
            self.note(name, f"应在-{limit}到{limit}之间", "请填写十进制度数。")
        return value

    def choice(self, name: str, of: type[Code], default: Default) -> Code | Default:
        return self.read(name, lambda value: cells.choice(value, of), default)

    def choices(self, name: str, of: type[Code]) -> tuple[Code, ...]:
        return self.read(name, lambda value: cells.choices(value, of), ())

    def ratio(self, name: str) -> Ratio | None:
        """A ratio; one that cannot be read for certain waits for a person."""
        column = self._columns.get(name)
        return self.read(name, lambda value: _ratio(value, percent=(self.number, column) in self._percent_cells), None)

    def target(self, department: DepartmentId) -> TargetId:
        """The target that this row is about: its USCC or 15-digit number, else the department's own number."""
        number = self.code("对象编号")
        if not cells.is_blank(self.value("统一社会信用代码")):
            return TargetId(self.read("统一社会信用代码", self._entity_code, ""))
        if cells.is_blank(self.value("对象编号")):
            self.note("统一社会信用代码", "统一社会信用代码和对象编号都没有填", "请至少填写一栏。")
        return TargetId(f"{department}/{number}")

    def written_target(self, department: DepartmentId) -> str:
        """Name the target as this row writes it, be it faulty: by this other rows refer to it."""
        return self.written("统一社会信用代码") or f"{department}/{self.written('对象编号')}"

    def _entity_code(self, value: CellValue) -> str:
        code = "".join(unicodedata.normalize("NFKC", cells.code(value)).upper().split())
        if len(code) == _REGISTRATION_DIGITS and code.isascii() and code.isdigit():
            self.note("统一社会信用代码", "是15位注册号，已接受", "请尽快换成18位统一社会信用代码。", Severity.WARNING)
            return code
        if len(code) != _USCC_LENGTH:
            raise CellFault(f"统一社会信用代码应为18位，这里是{len(code)}位", "请对照营业执照填写。")
        if not _has_right_check_digit(code):
            raise CellFault("统一社会信用代码不正确（校验位不符）", "请对照营业执照逐位核对。")
        return code


def _has_right_check_digit(code: str) -> bool:
    """Check a code by GB 32100-2015; stdnum's `validate` knows no registration authority whose sign is a letter."""
    return _USCC.fullmatch(code) is not None and uscc.calc_check_digit(code[:-1]) == code[-1]


def _ratio(value: CellValue, *, percent: bool) -> Ratio:
    ratio = (
        parse_ratio(value, percent=percent)
        if isinstance(value, str | int | float) and not isinstance(value, bool)
        else None
    )
    if ratio is None:
        raise CellFault(
            f"比例“{cells.shown(value)}”无法确定",
            "请写明，如 5%、10-20%、≥5%, ≥3家、60-70家、全覆盖。",
            Severity.CONFIRM,
        )
    return ratio

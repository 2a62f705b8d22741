"""One filled-in row of a result form made into a finding, with everything that is wrong with it noted on its cells.

Rules that need other rows (doubles, cases) are in `results`.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode, YesNo
from coordinator.domain.columns import RESULTS
from coordinator.domain.expectations import Expectations, ResultKey
from coordinator.domain.findings import FEN_A_YUAN, Case, Finding
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId, TaskId
from coordinator.domain.intake import cells
from coordinator.domain.intake.cells import CellFault
from coordinator.domain.intake.rows import Row
from coordinator.domain.result_forms import KEY_COLUMNS, key_text, written_target
from coordinator.domain.sheets import CellValue, Severity

FINE_COLUMN = "罚没金额(元)"

_ANSWERS = tuple(column.name for column in RESULTS.columns if column.name not in KEY_COLUMNS)
_AMOUNT = re.compile(r"\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?")
_LARGEST_FINE_FEN = 10**15
_FLOAT_NOISE = Decimal("0.0001")
"""How far a computed number cell may lie from a whole fen, in fen."""


class Reading(Struct, frozen=True, kw_only=True):
    """What one form's rows are read against; `owed` maps the key as anyone may write it to the key that is meant."""

    expectations: Expectations
    department: DepartmentId
    file: str
    today: date
    owed: Mapping[tuple[str, ...], ResultKey]


def reading(expectations: Expectations, department: DepartmentId, file: str, today: date) -> Reading:
    """Prepare to read a department's form."""
    exact: dict[tuple[str, ...], ResultKey] = {}
    loose: dict[tuple[str, ...], set[ResultKey]] = defaultdict(set)
    for result in expectations.results_of(department):
        uscc, number = written_target(result.target, department)
        exact[_as_written(result.task, uscc or number, result.item)] = result.key
        for other in (result.target, result.target.partition("/")[2]):
            loose[_as_written(result.task, other, result.item)].add(result.key)
    certain = {written: next(iter(keys)) for written, keys in loose.items() if len(keys) == 1}
    return Reading(expectations=expectations, department=department, file=file, today=today, owed={**certain, **exact})


def _as_written(task: str, target: str, item: str) -> tuple[str, ...]:
    return key_text(task), key_text(target), key_text(item)


def is_filled_in(row: Row) -> bool:
    """Say whether anything was entered beside what the form already held: an untouched row is no fault."""
    return any(not cells.is_blank(row.value(name)) for name in _ANSWERS)


def finding(row: Row, context: Reading) -> Finding | None:
    """Read a row; None where it says for no certain matter what was found. A faulty row is refused by its notes."""
    key = _key(row, context)
    case = _case(row, context.today)
    channel = row.choice("公示渠道", PublicationChannel, None)
    published_on = row.day("公示日期")
    _check_publication(row, channel, published_on)
    found = Finding(
        task=key.task if key else TaskId(""),
        department=context.department,
        target=key.target if key else TargetId(""),
        item=key.item if key else ItemCode(""),
        inspected_on=row.required_day("检查日期"),
        result=row.choice("检查结果", ResultCode, ResultCode.PENDING),
        problem=row.text("问题描述"),
        dispositions=row.choices("处理措施", Disposition),
        case=case,
        channel=channel,
        published_on=published_on,
        withheld_reason=row.text("不予公示理由") if channel is PublicationChannel.WITHHELD else "",
        referred_to=row.text("移送机关"),
        file=context.file,
        row=row.number,
    )
    _warn(row, found, context)
    return found if key else None


def fine_fen(value: CellValue) -> int:
    """Read an amount in yuan as fen: digits, with a point or thousands separators, at most two decimals."""
    amount = _amount(value) * FEN_A_YUAN
    fen = amount.to_integral_value(ROUND_HALF_UP)
    if abs(amount - fen) > (_FLOAT_NOISE if isinstance(value, float) else 0):
        raise CellFault(f"金额“{cells.shown(value)}”不足一分", "请填写到分，最多两位小数。")
    if fen > _LARGEST_FINE_FEN:
        raise CellFault(f"金额“{cells.shown(value)}”过大", "单位是元，请核对。")
    return int(fen)


def _amount(value: CellValue) -> Decimal:
    if isinstance(value, str):
        written = unicodedata.normalize("NFKC", value).strip()
        if _AMOUNT.fullmatch(written):
            return Decimal(written.replace(",", ""))
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return Decimal(repr(value))
    raise CellFault(f"“{cells.shown(value)}”不是金额", "请只填数字，单位是元，不带“元”“万元”。")


def _key(row: Row, context: Reading) -> ResultKey | None:
    """Find the result that the row is about; a reference to nobody is noted at the cell that is wrong."""
    task, item = row.code("任务编号"), row.code("事项编码")
    uscc, number = row.code("统一社会信用代码"), row.code("对象编号")
    if row.refused:
        return None
    if not uscc and not number:
        row.note("统一社会信用代码", "统一社会信用代码和对象编号都没有填", "请照下发的填报表填回。")
        return None
    key = context.owed.get(_as_written(task, uscc or number, item))
    if key is None:
        _note_unknown(row, context, task, uscc or number, item)
    return key


def _note_unknown(row: Row, context: Reading, task: str, target: str, item: str) -> None:
    """Say which part of the key is unknown, or that only their combination is."""
    code_column = "对象编号" if cells.is_blank(row.value("统一社会信用代码")) else "统一社会信用代码"
    remedy = "编码已在下发的填报表中填好，请照原样填回。"
    for place, column, written, noun in (
        (0, "任务编号", task, "任务"),
        (1, code_column, target, "检查对象"),
        (2, "事项编码", item, "事项"),
    ):
        if key_text(written) not in {owed[place] for owed in context.owed}:
            row.note(column, f"本部门本轮没有要填结果的{noun}“{written}”", remedy)
            return
    row.note(None, f"本部门在任务“{task}”中不检查“{target}”的事项“{item}”", remedy)


def _case(row: Row, today: date) -> Case | None:
    filed = row.choice("立案", YesNo, YesNo.NO) is YesNo.YES
    number, filed_on = row.text("案件文号"), row.day("立案日期")
    fine = row.read(FINE_COLUMN, fine_fen, None)
    if filed:
        for name in ("案件文号", "立案日期"):
            if cells.is_blank(row.value(name)):
                row.note(name, f"立案的必须填写“{name}”", "请填写；没有立案的，请把“立案”改为“否”。")
        _warn_of_future(row, "立案日期", filed_on, today)
        return Case(number=number, filed_on=filed_on, fine_fen=fine) if number and filed_on else None
    for name, said in (("案件文号", number), ("立案日期", filed_on), (FINE_COLUMN, fine)):
        if said:
            row.note(
                name,
                f"填了“{name}”，但“立案”不是“是”",
                "确已立案的，请把“立案”改为“是”；没有立案的，请清空这一格。",
                Severity.CONFIRM,
            )
    return None


def _check_publication(row: Row, channel: PublicationChannel | None, published_on: date | None) -> None:
    reason_given = not cells.is_blank(row.value("不予公示理由"))
    withheld = channel is PublicationChannel.WITHHELD
    if withheld and not reason_given:
        row.note("不予公示理由", "不予公示的必须写明理由", "请填写依法不予公示的理由。")
    if withheld and published_on:
        row.note(
            "公示日期", "公示渠道是“不予公示”，却填了公示日期", "请清空公示日期，或改填公示渠道。", Severity.CONFIRM
        )
    if channel is None and not cells.is_blank(row.value("公示渠道")):
        return
    if channel is None and (published_on or reason_given):
        row.note("公示渠道", "填了公示日期或不予公示理由，没有填公示渠道", "请从下拉列表选择。", Severity.CONFIRM)
    if channel is not None and not withheld and reason_given:
        row.note("不予公示理由", "公示渠道不是“不予公示”，理由未采用", "不需要的可以删去。", Severity.WARNING)


def _warn(row: Row, found: Finding, context: Reading) -> None:
    """Point out what is odd but may be true."""
    _warn_of_future(row, "检查日期", found.inspected_on, context.today)
    _warn_of_future(row, "公示日期", found.published_on, context.today)
    if found.published_on and found.published_on < found.inspected_on:
        row.note("公示日期", "公示日期早于检查日期", "请核对这两个日期。", Severity.WARNING)
    target = context.expectations.target_by_id.get(found.target)
    elsewhere = found.channel in {PublicationChannel.PROFESSIONAL_SYSTEM, PublicationChannel.WEBSITE}
    if target and target.is_market_entity and elsewhere:
        row.note("公示渠道", "市场主体的检查结果必须归集至公示系统", "请同时在公示系统公示。", Severity.WARNING)


def _warn_of_future(row: Row, column: str, day: date | None, today: date) -> None:
    """A day to come may be a slip of the year; the clock of this machine is not proof enough to refuse the row."""
    if day and day > today:
        row.note(column, f"{day.isoformat()}还没有到", "请核对年份和月份。", Severity.WARNING)

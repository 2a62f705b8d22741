"""The “双随机、一公开” statistics table of the annex, as a view over facts: every figure is a list of what it counts.

Definitions: 舞水〔2021〕28号 附件 and its two notes. Nothing here ranks anybody by cases or fines, nor may anything be
built on this that does (国办发〔2024〕54号 forbids quotas). Laying the table out is in documents.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import DepartmentLevel, PublicationChannel, TaskKind
from coordinator.domain.errors import Conflict
from coordinator.domain.findings import Facts, Finding, merge_rounds
from coordinator.domain.ids import DepartmentId, RoundId, TargetId, TaskId

_FEN_A_WAN = Decimal(1_000_000)
_TWO_PLACES = Decimal("0.01")


class Section(StrEnum):
    """区分."""

    SINGLE = "系统内"
    JOINT = "联合"


class Column(StrEnum):
    """The seven figures of a row, named as in statistics.json."""

    BATCHES = "batches"
    TARGETS = "targets"
    PUBLICITY_SYSTEM = "公示系统"
    PROFESSIONAL_SYSTEM = "专业系统"
    WEBSITE = "部门网站"
    CASES = "cases"
    FINES = "fines_wan"


PUBLISHED_COLUMNS = (Column.PUBLICITY_SYSTEM, Column.PROFESSIONAL_SYSTEM, Column.WEBSITE)
LINES = tuple((section, level) for section in Section for level in DepartmentLevel)
"""The table's four rows, in its order."""


class Counted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing counted in one figure: a batch, a (batch, target) pair or a case, with the findings behind it."""

    department: DepartmentId
    region: str
    section: Section
    level: DepartmentLevel
    column: Column
    round: RoundId
    task: TaskId
    batch: int = 0
    targets: tuple[TargetId, ...] = ()
    case: str = ""
    amount: int = 1
    """What it adds to the figure: 1, or for fines the fen."""
    findings: tuple[Finding, ...] = ()


class StatisticsRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row's figures; the fine is in fen, and rounded only where it is shown."""

    section: Section
    level: DepartmentLevel
    batches: int
    targets: int
    published: dict[PublicationChannel, int]
    cases: int
    fines_fen: int

    @property
    def fines_wan(self) -> str:
        """万元 to two decimals, half up."""
        return str((self.fines_fen / _FEN_A_WAN).quantize(_TWO_PLACES, ROUND_HALF_UP))


class StatisticsTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table of one reporting unit (a department's name, or a region's code) for one calendar year."""

    unit: str
    year: int
    rows: tuple[StatisticsRow, ...]
    is_region: bool = False


class Statistics(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All tables of a year, departments first, and everything they count."""

    year: int
    tables: tuple[StatisticsTable, ...]
    counted: tuple[Counted, ...]

    def evidence(
        self, table: StatisticsTable, section: Section, level: DepartmentLevel, column: Column
    ) -> tuple[Counted, ...]:
        """Open a figure: everything it counts, and the findings behind each."""
        return tuple(
            each
            for each in self.counted
            if (each.section, each.level, each.column) == (section, level, column)
            and table.unit == (each.region if table.is_region else each.department)
        )

    def of_department(self, department: DepartmentId) -> "Statistics":
        """Give a department's own table, and of what is behind it only what it found itself."""
        counted = (each for each in self.counted if each.department == department)
        return replace(
            self,
            tables=tuple(each for each in self.tables if each.unit == department and not each.is_region),
            counted=tuple(
                replace(each, findings=tuple(found for found in each.findings if found.department == department))
                for each in counted
            ),
        )


def statistics(folders: Sequence[Facts], year: int) -> Statistics:
    """Add up several rounds' facts for a year: each department's table, then each region's.

    A round handed in twice counts once. Raises Conflict where two folders contradict each other.
    """
    rounds = merge_rounds(folders)
    counted = tuple(sorted(_counted(rounds, year), key=_order))
    departments = {department.id for facts in rounds for department in facts.expectations.departments}
    regions = {facts.expectations.region for facts in rounds}
    return Statistics(
        year=year,
        tables=(
            *(
                _table(name, year, [each for each in counted if each.department == name])
                for name in sorted(departments)
            ),
            *(_region_table(region, year, counted) for region in sorted(regions)),
        ),
        counted=counted,
    )


def _region_table(region: str, year: int, counted: Iterable[Counted]) -> StatisticsTable:
    """The sum over the region's departments, fines in fen: initiators alone count batches, so nothing counts twice."""
    return _table(region, year, [each for each in counted if each.region == region], is_region=True)


def _table(unit: str, year: int, counted: Sequence[Counted], *, is_region: bool = False) -> StatisticsTable:
    figures: dict[tuple[Section, DepartmentLevel, Column], int] = defaultdict(int)
    for each in counted:
        figures[each.section, each.level, each.column] += each.amount
    rows = tuple(
        StatisticsRow(
            section=section,
            level=level,
            batches=figures[section, level, Column.BATCHES],
            targets=figures[section, level, Column.TARGETS],
            published={PublicationChannel(c.value): figures[section, level, c] for c in PUBLISHED_COLUMNS},
            cases=figures[section, level, Column.CASES],
            fines_fen=figures[section, level, Column.FINES],
        )
        for section, level in LINES
    )
    return StatisticsTable(unit=unit, year=year, rows=rows, is_region=is_region)


def _order(each: Counted) -> tuple[object, ...]:
    return (each.column, each.round, each.task, each.batch, each.targets, each.department, each.case)


def _counted(rounds: Sequence[Facts], year: int) -> Iterator[Counted]:
    for facts in rounds:
        yield from _batches(facts, year)
        yield from _targets(facts, year)
    yield from _cases(rounds, year)


def _place(facts: Facts, task: TaskId, department: DepartmentId | None = None) -> Counted:
    """Prepare to count in the row of a task, in its initiator's table unless another department is named (备注1)."""
    asked = facts.expectations.task_by_id[task]
    return Counted(
        department=department or asked.initiator,
        region=facts.expectations.region,
        section=Section.JOINT if asked.kind is TaskKind.JOINT else Section.SINGLE,
        level=asked.level,
        column=Column.BATCHES,
        round=facts.round,
        task=task,
    )


def _batches(facts: Facts, year: int) -> Iterator[Counted]:
    for batch in facts.expectations.batches:
        if batch.drawn_on.year == year:
            yield replace(_place(facts, batch.task), batch=batch.number, targets=batch.targets)


def _targets(facts: Facts, year: int) -> Iterator[Counted]:
    """Count each (batch, target) pair with a result, and again in each channel that published one of its results."""
    of_pair: dict[tuple[TaskId, TargetId], list[Finding]] = defaultdict(list)
    for finding in facts.findings:
        of_pair[finding.task, finding.target].append(finding)
    for batch in _batches(facts, year):
        for target in batch.targets:
            findings = of_pair[batch.task, target]
            pair = replace(batch, column=Column.TARGETS, targets=(target,), findings=tuple(findings))
            if findings:
                yield pair
            for column in PUBLISHED_COLUMNS:
                published = tuple(each for each in findings if each.is_published and each.channel == column.value)
                if published:
                    yield replace(pair, column=column, findings=published)


def _cases(rounds: Sequence[Facts], year: int) -> Iterator[Counted]:
    """Count each case once for the department that filed it, in the row of the task where it was found first."""
    for rows in _rows_of_cases(rounds).values():
        facts, first = min(rows, key=lambda row: (row[1].inspected_on, row[0].round, row[1].key))
        findings = tuple(finding for _, finding in rows)
        filed_on, fine = _agreed(findings)
        if filed_on.year == year:
            number = first.case.number if first.case else ""
            place = replace(_place(facts, first.task, first.department), case=number, findings=findings)
            yield replace(place, column=Column.CASES)
            if fine is not None:
                yield replace(place, column=Column.FINES, amount=fine)


def _rows_of_cases(rounds: Sequence[Facts]) -> dict[tuple[DepartmentId, str], list[tuple[Facts, Finding]]]:
    """The rows that name each case; those of caused inspections are not in this table."""
    rows: dict[tuple[DepartmentId, str], list[tuple[Facts, Finding]]] = defaultdict(list)
    for facts in rounds:
        for finding in facts.findings:
            if finding.case is not None and facts.expectations.task_by_id[finding.task].drawn:
                rows[finding.department, finding.case.identity].append((facts, finding))
    return rows


def _agreed(findings: Sequence[Finding]) -> tuple[date, int | None]:
    """The one day and the one fine that all rows of a case give; several rounds may still contradict each other."""
    cases = [finding.case for finding in findings if finding.case]
    days = {case.filed_on for case in cases}
    fines = {case.fine_fen for case in cases if case.fine_fen is not None}
    if len(days) > 1 or len(fines) > 1:
        raise Conflict(
            f"{findings[0].department}的案件“{cases[0].number}”在几个轮次中的立案日期或罚没金额不一致。",
            remedy="请先更正填报表，再汇总。",
        )
    return days.pop(), fines.pop() if fines else None

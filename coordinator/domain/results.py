"""Filled-in result forms taken in, one after the other: what stands, what goes back, what an earlier hand-in becomes.

Nothing is stored or counted here; single rows are read in `result_rows`, the figures are made in `statistics`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.columns import RESULTS, header_key
from coordinator.domain.errors import Invalid
from coordinator.domain.expectations import ResultKey
from coordinator.domain.findings import Correction, Facts, Finding, HandedInFile
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.drafts import code_as_written
from coordinator.domain.intake.grid import Table, data_rows, lay_out, sheet_named
from coordinator.domain.intake.rows import Row
from coordinator.domain.intake.taking import RefusedRow
from coordinator.domain.result_forms import FORM_FILE, GUIDE_COLUMNS, HandedIn, whose
from coordinator.domain.result_rows import FINE_COLUMN, finding, is_filled_in, reading
from coordinator.domain.sheets import CellFinding, Severity, Workbook


class TakenForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One form after it was taken in: how many rows were new, the same as before, or corrected; what is refused."""

    department: DepartmentId
    file: str
    sha256: str
    new: int
    unchanged: int
    corrected: int
    findings: tuple[CellFinding, ...]
    refused: tuple[RefusedRow, ...]


class ResultsTaken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts as they now stand, and each form in the order handed in."""

    facts: Facts
    forms: tuple[TakenForm, ...]

    @property
    def refused_count(self) -> int:
        return sum(len(form.refused) for form in self.forms)


class _Entry(Struct, frozen=True):
    """A filled-in row and what was read from it; it counts only while the row is not refused."""

    row: Row
    finding: Finding


def take_results(facts: Facts, handed_in: Sequence[HandedIn], today: date) -> ResultsTaken:
    """Take forms in, in the order given: a later one corrects a department's earlier rows, one by one.

    The same file again changes nothing. Raises Invalid for a form that is not this round's, or nobody's for certain.
    """
    forms = []
    for each in handed_in:
        facts, form = _take(facts, each, today)
        forms.append(form)
    return ResultsTaken(facts=facts, forms=tuple(forms))


def outcome_of(taken: ResultsTaken) -> str:
    """Digest what forms come to, so that it is known whether they still come to what somebody has seen."""
    return hashlib.sha256(msgspec.json.encode((taken.forms, taken.facts.findings))).hexdigest()


def _take(facts: Facts, handed_in: HandedIn, today: date) -> tuple[Facts, TakenForm]:
    department, workbook = whose(facts.expectations, handed_in), handed_in.workbook
    table = _table(workbook)
    context = reading(facts.expectations, department, workbook.file, today)
    rows = [row for row in (Row(table, number, values) for number, values in data_rows(table)) if is_filled_in(row)]
    read = [_Entry(row, found) for row in rows if (found := finding(row, context)) is not None]
    file = HandedInFile(department=department, file=workbook.file, sha256=workbook.sha256)
    known = any(each.sha256 == file.sha256 for each in facts.files)
    standing = list(_without_doubles(read))
    changing = [entry for entry in standing if _changes(facts, entry, known=known)]
    _refuse_unclear_cases(facts.finding_by_key, changing)
    applied = [entry.finding for entry in changing if not entry.row.refused]
    unchanged = sum(not entry.row.refused for entry in standing) - len(applied)
    after = _applied(facts, applied, file)
    return after, TakenForm(
        department=department,
        file=workbook.file,
        sha256=workbook.sha256,
        new=len(after.findings) - len(facts.findings),
        unchanged=unchanged,
        corrected=len(after.corrections) - len(facts.corrections),
        findings=tuple(sorted((*_table_findings(table), *(f for row in rows for f in row.findings)), key=_place)),
        refused=tuple(_refused(rows)),
    )


def _table(workbook: Workbook) -> Table:
    sheet = sheet_named(workbook, RESULTS.name)
    table = lay_out(sheet, RESULTS) if sheet else None
    if table is None or table.header is None:
        raise Invalid(
            f"“{workbook.file}”里没有带表头的“{RESULTS.name}”工作表。", remedy=f"请使用本轮下发的{FORM_FILE}填写。"
        )
    return table


def _table_findings(table: Table) -> Iterator[CellFinding]:
    """What the header shows, less what we put there ourselves."""
    ours = {header_key(column) for column in GUIDE_COLUMNS}
    return (found for found in table.findings if header_key(found.found) not in ours)


def _without_doubles(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """A result given twice counts once; given twice differently, nobody knows which is meant."""
    groups: dict[ResultKey, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.row.refused:
            groups[entry.finding.key].append(entry)
    for first, *others in groups.values():
        if all(other.finding.content == first.finding.content for other in others):
            for other in others:
                remedy = "可以删去这一行。"
                other.row.note(None, f"与第{first.row.number}行完全相同，只计一次", remedy, Severity.WARNING)
            yield first
            continue
        numbers = "、".join(str(entry.row.number) for entry in (first, *others))
        for entry in (first, *others):
            entry.row.note(None, f"同一结果填了几次，内容不同（第{numbers}行）", "请只保留正确的一行。")


def _changes(facts: Facts, entry: _Entry, *, known: bool) -> bool:
    """Say whether a row changes what stands; a file taken before never undoes a later correction."""
    standing = facts.finding_by_key.get(entry.finding.key)
    if standing is None:
        return True
    if standing.content == entry.finding.content:
        return False
    if known:
        entry.row.note(
            None, "这份文件先前交过，这一行此后已更正，未改动", "需要再改的，请另存后提交。", Severity.WARNING
        )
    return not known


def _refuse_unclear_cases(standing: Mapping[ResultKey, Finding], changing: Sequence[_Entry]) -> None:
    """Rows of one case give the same day, and the same fine or none; anything else waits for a person.

    A row put back leaves what stood before in its place, which may contradict others: so again until nothing is put
    back.
    """
    unclear = True
    while unclear:
        applying = [entry for entry in changing if not entry.row.refused]
        after = {**standing, **{entry.finding.key: entry.finding for entry in applying}}
        unclear = _note_unclear(_by_case(after.values()), applying)


def _by_case(findings: Iterable[Finding]) -> dict[tuple[DepartmentId, str], list[Finding]]:
    cases: dict[tuple[DepartmentId, str], list[Finding]] = defaultdict(list)
    for each in findings:
        if each.case is not None:
            cases[each.department, each.case.identity].append(each)
    return cases


def _note_unclear(cases: Mapping[tuple[DepartmentId, str], Sequence[Finding]], applying: Sequence[_Entry]) -> bool:
    noted = False
    for entry in applying:
        case = entry.finding.case
        if case is None:
            continue
        named = [other.case for other in cases[entry.finding.department, case.identity] if other.case]
        fines = {other.fine_fen for other in named} - {None}
        if case.fine_fen is not None and len(fines) > 1:
            _confirm(entry.row, FINE_COLUMN, f"案件“{case.number}”各行的罚没金额不一致")
            noted = True
        if len({other.filed_on for other in named}) > 1:
            _confirm(entry.row, "立案日期", f"案件“{case.number}”各行的立案日期不一致")
            noted = True
    return noted


def _confirm(row: Row, column: str, message: str) -> None:
    remedy = "同一案件各行请填同一日期；罚没金额填同一数额，或只填一行、其余留空。"
    row.note(column, message, remedy, Severity.CONFIRM)


def _applied(facts: Facts, applied: Sequence[Finding], file: HandedInFile) -> Facts:
    before = facts.finding_by_key
    findings = {**before, **{each.key: each for each in applied}}
    corrections = (Correction(before=before[each.key], after=each) for each in applied if each.key in before)
    return replace(
        facts,
        findings=tuple(findings[key] for key in sorted(findings)),
        corrections=(*facts.corrections, *corrections),
        files=tuple(dict.fromkeys((*facts.files, file))),
    )


def _refused(rows: Iterable[Row]) -> Iterator[RefusedRow]:
    for row in rows:
        if row.refused:
            reasons = dict.fromkeys(f.message for f in row.findings if f.severity is not Severity.WARNING)
            yield RefusedRow(sheet=row.form.name, row=row.number, code=code_as_written(row), reason="；".join(reasons))


def _place(found: CellFinding) -> tuple[int, int]:
    return found.row or 0, found.column or 0

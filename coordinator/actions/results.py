"""Taking results in from a round's folder: departments' filled-in forms against OUT, everything that follows into OUT2.

Works on folders alone; recording into the database is done elsewhere. What the forms mean is decided in the domain.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from coordinator.documents.marking import mark
from coordinator.documents.output import Content, refuse_foreign_folder, write_folder
from coordinator.documents.publication_lists import missing_list, notice_list, publication_list
from coordinator.documents.statistics_workbook import REHEARSAL_REMARK, statistics_json, statistics_workbook
from coordinator.documents.workbook_reading import read_workbook
from coordinator.documents.writing_folders import alone_in
from coordinator.domain.codes import PublicationChannel
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.expectations import Expectations
from coordinator.domain.findings import Facts
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.publication import Publication, publication
from coordinator.domain.result_files import FACTS_FILE, ROUND_FILE, read_expectations, read_facts, write_facts
from coordinator.domain.result_forms import HandedIn
from coordinator.domain.results import ResultsTaken, take_results
from coordinator.domain.statistics import statistics

_READERS_AT_ONCE = 2
_NOT_CHOSEN = "未定渠道"


class FormReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one form's rows."""

    department: DepartmentId
    file: str
    new: int
    unchanged: int
    corrected: int
    refused: int


class ResultsReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a round's results stand; refused rows are those of this hand-in, everything else counts all so far."""

    round: RoundId
    rehearsal: bool
    forms: tuple[FormReport, ...]
    refused_rows: int
    expected: int
    entered: int
    missing: int
    missing_overdue: int
    publication_overdue: int
    defects: int
    notices: int


def take_filled_forms(out: Path, filled: Sequence[Path], out2: Path, today: date) -> ResultsReport:
    """Take filled-in forms into OUT2, on top of what it already holds, and write everything that follows from them.

    Raises a Refusal, with nothing written, where OUT, OUT2 or a form cannot be used.
    """
    if not filled:
        raise Invalid("没有给出填好的结果填报表。", remedy="请在命令后列出各部门交来的 .xlsx 文件。")
    expectations = load_expectations(out)
    handed_in = _read(filled)
    with alone_in(out2.absolute().parent):
        taken = take_results(_standing(expectations, out2), handed_in, today)
        seen = publication(taken.facts, today)
        report = _report(taken, seen)
        files = dict(_files(taken, seen, report, [Path(each.path) for each in handed_in]))
        write_folder(out2, Content.RESULTS, expectations.round, files)
    return report


def load_expectations(out: Path) -> Expectations:
    """Read what a round expects from its OUT folder."""
    if not out.is_dir():
        raise Invalid(f"找不到文件夹“{out}”。", remedy="请给出 onedoor run 生成的文件夹。")
    try:
        content = (out / ROUND_FILE).read_bytes()
    except OSError as error:
        raise Invalid(
            f"文件夹“{out}”里没有可读的 {ROUND_FILE}。", remedy="请给出 onedoor run 生成的文件夹。"
        ) from error
    return read_expectations(content)


def _read(filled: Sequence[Path]) -> list[HandedIn]:
    """Read all forms; the same file named twice, or copied, is one."""
    with ThreadPoolExecutor(max_workers=_READERS_AT_ONCE) as readers:
        workbooks = list(readers.map(read_workbook, filled))
    different: dict[str, HandedIn] = {}
    for path, workbook in zip(filled, workbooks, strict=True):
        different.setdefault(workbook.sha256, HandedIn(workbook=workbook, path=str(path.absolute())))
    return list(different.values())


def _standing(expectations: Expectations, out2: Path) -> Facts:
    """What OUT2 already holds; a folder of anything else is not touched."""
    refuse_foreign_folder(out2, Content.RESULTS, expectations.round)
    kept = out2 / FACTS_FILE
    if not kept.is_file():
        return Facts(expectations=expectations)
    facts = read_facts(kept.read_bytes())
    if facts.expectations != expectations:
        raise Conflict(f"“{out2}”里是另一次抽取（轮次“{facts.round}”）的结果。", remedy="请换一个空的文件夹。")
    return facts


def _report(taken: ResultsTaken, seen: Publication) -> ResultsReport:
    facts = taken.facts
    return ResultsReport(
        round=facts.round,
        rehearsal=facts.expectations.rehearsal,
        forms=tuple(
            FormReport(
                department=form.department,
                file=form.file,
                new=form.new,
                unchanged=form.unchanged,
                corrected=form.corrected,
                refused=len(form.refused),
            )
            for form in taken.forms
        ),
        refused_rows=taken.refused_count,
        expected=len(facts.expectations.results),
        entered=len(facts.findings),
        missing=len(seen.missing),
        missing_overdue=len(seen.missing_overdue),
        publication_overdue=len(seen.overdue),
        defects=len(seen.defects),
        notices=len(seen.notices),
    )


def _files(
    taken: ResultsTaken, seen: Publication, report: ResultsReport, filled: Sequence[Path]
) -> Iterator[tuple[str, bytes]]:
    expectations = taken.facts.expectations
    yield FACTS_FILE, write_facts(taken.facts)
    yield "summary.json", _json(report)
    yield "publication.json", _json(seen)
    yield from _statistics(taken.facts, seen.seen_on)
    yield from _lists(expectations, seen)
    yield from _notices(expectations, seen)
    yield from _returned(taken, filled)


def _statistics(facts: Facts, today: date) -> Iterator[tuple[str, bytes]]:
    table = statistics([facts], facts.expectations.drawn_year)
    remark = REHEARSAL_REMARK if facts.expectations.rehearsal else ""
    yield "statistics.json", statistics_json(table)
    yield "statistics.xlsx", statistics_workbook(table, today, remark=remark)


def _lists(expectations: Expectations, seen: Publication) -> Iterator[tuple[str, bytes]]:
    for channel in (*PublicationChannel, None):
        name = channel.value if channel else _NOT_CHOSEN
        yield (
            f"publication/{name}.xlsx",
            publication_list(f"{expectations.name}：{name}", expectations, seen.of_channel(channel)),
        )
    yield "overdue.xlsx", publication_list("逾期公示和逾期未公示的结果", expectations, seen.overdue)
    yield "missing.xlsx", missing_list("尚未录入的结果", expectations, seen.missing)
    yield "defects.xlsx", publication_list("市场主体的结果未在公示系统公示", expectations, seen.defects)


def _notices(expectations: Expectations, seen: Publication) -> Iterator[tuple[str, bytes]]:
    for department in sorted({notice.to for notice in seen.notices}):
        notices = [notice for notice in seen.notices if notice.to == department]
        yield f"{_folder(department)}/抄告.xlsx", notice_list(f"抄告{department}", expectations, notices)


def _returned(taken: ResultsTaken, filled: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Forms with refused rows go back marked; a department's second one has a number."""
    returned: Counter[DepartmentId] = Counter()
    for form, path in zip(taken.forms, filled, strict=True):
        if form.refused:
            returned[form.department] += 1
            number = returned[form.department]
            name = "退回.xlsx" if number == 1 else f"退回-{number}.xlsx"
            yield f"{_folder(form.department)}/{name}", mark(form.file, path.read_bytes(), form.findings)


def _folder(department: DepartmentId) -> str:
    return f"departments/{department.replace('/', '／')}"


def _json(content: Publication | ResultsReport) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"

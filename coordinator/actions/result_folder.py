"""The result folder of a round, file by file (spec/round-folder.md, “Out”).

What a file says is the documents' affair, who may see it when the domain's (`disclosure`); here is only which files
there are. Everything is made from what is stored, so the same round gives the same folder again.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

import msgspec

from coordinator.actions.round_records import DrawRecord, RoundRecord
from coordinator.documents.calendars import calendar
from coordinator.documents.file_names import file_stem
from coordinator.documents.marking import mark
from coordinator.documents.notices import Digest, notice
from coordinator.documents.reports import Remarks, Returned, report
from coordinator.documents.result_forms import result_form
from coordinator.documents.statistics_workbook import REHEARSAL_REMARK, statistics_json, statistics_workbook
from coordinator.documents.task_books import task_book
from coordinator.domain.announcements import announcements
from coordinator.domain.coverage import item_coverage
from coordinator.domain.deliveries import OutgoingFile
from coordinator.domain.disclosure import public_files, seal_of
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import Expectations, expectations_of
from coordinator.domain.findings import Facts
from coordinator.domain.frames import Exclusion, excluded_file
from coordinator.domain.ids import DepartmentId
from coordinator.domain.result_files import ROUND_FILE, write_expectations
from coordinator.domain.sheets import Severity
from coordinator.domain.statistics import statistics
from coordinator.domain.summaries import Summary
from coordinator.domain.wording import REHEARSAL_WORDS
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Seed
from solver.chance.lots import TeamsFile
from solver.chance.numbers import Algorithm
from solver.chance.reading import write
from solver.chance.transcript import TRANSCRIPT, read_transcript
from solver.planning.reading import write_plan

DEPARTMENTS = "departments"
LOTS_TRANSCRIPT = "draws/teams/transcript.json"
_STAGES = {DrawStage.TARGETS: "抽取检查对象", DrawStage.TEAMS: "抽签确定检查人员"}
RETURNED = "退回.xlsx"
REMARK = "演练.txt"
"""Beside the files of a rehearsal whose form has no place to say so."""
TASK_BOOK = "任务书.xlsx"
RESULT_FORM = "检查结果填报.xlsx"
PAPER_NAMES = (TASK_BOOK, RESULT_FORM, RETURNED)


def round_files(record: RoundRecord, summary: Summary, now: datetime) -> dict[str, bytes]:
    """Make every file of the result folder but the departments' own; `now` decides only what is public already."""
    dispatch, expectations = record.dispatch, _expectations(record)
    files = {
        "summary.json": msgspec.json.format(msgspec.json.encode(summary), indent=2),
        "report.html": report(
            dispatch, summary, item_coverage(dispatch), made_at=record.drawn_at, remarks=_remarks(record)
        ),
        ROUND_FILE: write_expectations(expectations),
        "problem.json": record.problem,
        "plan.json": write_plan(dispatch.drawn_plan),
        "teams.json": _teams_file(record),
        **_draw_files(record),
        **_notices(record),
        **_statistics_files(expectations),
    }
    seal = seal_of(dispatch, record.drawn_at)
    public = {f"public/{name}": files[name] for name in public_files(files, now, seal)}
    remarks = dict.fromkeys((REMARK, f"public/{REMARK}"), f"{REHEARSAL_WORDS}\n".encode()) if dispatch.rehearsal else {}
    return files | public | remarks | {"public/digests.json": _digests_file(record.draws)}


def waiting_files(record: DrawRecord, excluded: Sequence[Exclusion]) -> dict[str, bytes]:
    """Make what stands while a draw waits for its beacon."""
    files = {f"{record.folder}/{name}": content for name, content in record.files.items()}
    files[f"{record.folder}/excluded.tsv"] = excluded_file(excluded)
    return files | {"public/digests.json": _digests_file([record])}


def department_files(
    record: RoundRecord, of: Container[DepartmentId] | None = None
) -> Iterator[tuple[DepartmentId, tuple[OutgoingFile, ...]]]:
    """Make departments' own papers: task book, result form, and the workbook back where rows were refused.

    `of`: whose; None: everybody's.
    """
    dispatch = record.dispatch
    expectations = _expectations(record)
    for one in record.submissions:
        if of is not None and one.department not in of:
            continue
        visits = sum(one.department in {m.department for m in dispatch.matters_of(v)} for _, v in dispatch.visits())
        results = sum(result.department == one.department for result in expectations.results)
        book = task_book(dispatch, one.department, made_at=record.drawn_at)
        files = [
            OutgoingFile(name=TASK_BOOK, content=book, row_count=visits),
            OutgoingFile(name=RESULT_FORM, content=result_form(expectations, one.department), row_count=results),
        ]
        original = record.originals[one.department]  # empty once it has outlived its purpose
        if original and any(finding.severity is not Severity.WARNING for finding in one.findings):
            marked = mark(one.file, original, one.findings)
            files.append(OutgoingFile(name=RETURNED, content=marked, row_count=len(one.refused)))
        yield one.department, tuple(files)


def _expectations(record: RoundRecord) -> Expectations:
    drawn_on = record.drawn_at.astimezone(LOCAL_TIME).date()
    return expectations_of(record.dispatch, drawn_on)


def _draw_files(record: RoundRecord) -> dict[str, bytes]:
    files = {
        f"{one.folder}/{name}": content
        for one in (*record.draws, *record.void)
        for name, content in {**one.files, TRANSCRIPT: one.draw.transcript or b""}.items()
    }
    return files | {"draws/targets/excluded.tsv": excluded_file(record.excluded)}


def _remarks(record: RoundRecord) -> Remarks:
    contradictions = [each for target in record.dispatch.targets.values() for each in target.contradictions]
    return Remarks(
        returned=tuple(
            Returned(file=one.file, refused=one.refused, findings=one.findings)
            for one in record.submissions
            if one.findings
        ),
        excluded=record.excluded,
        warnings=(
            *record.dispatch.wanted.warnings,
            *(
                f"{each.target} 的{each.field}各部门填得不同，采用{each.taken_from}的“{each.taken}”"
                for each in contradictions
            ),
        ),
        digests=_digests(record),
    )


def _digests(record: RoundRecord) -> tuple[Digest, ...]:
    return tuple(Digest(name=_STAGES[one.draw.stage], value=one.draw.document_digest) for one in record.draws)


def _notices(record: RoundRecord) -> dict[str, bytes]:
    digests = _digests(record)
    files: dict[str, bytes] = {}
    for target, announcement in announcements(record.dispatch).items():
        stem = f"targets/{file_stem(target)}"
        files[f"{stem}.html"] = notice(record.dispatch, announcement, told_at=record.drawn_at, digests=digests)
        files[f"{stem}.ics"] = calendar(announcement, made_at=record.drawn_at)
    return files


def _statistics_files(expectations: Expectations) -> dict[str, bytes]:
    table = statistics([Facts(expectations=expectations)], expectations.drawn_year)
    remark = REHEARSAL_REMARK if expectations.rehearsal else ""
    return {"statistics.json": statistics_json(table), "statistics.xlsx": statistics_workbook(table, remark=remark)}


def _teams_file(record: RoundRecord) -> bytes:
    transcript = read_transcript(record.draws[-1].draw.transcript or b"")
    assert isinstance(transcript.result, dict), "held lots have teams"  # noqa: S101 - narrows the type
    return write(
        TeamsFile(
            round=transcript.round,
            seed=transcript.seed or Seed(""),
            hash=Algorithm(record.dispatch.round.draw.hash),
            teams=transcript.result,
        )
    )


def _digests_file(records: Sequence[DrawRecord]) -> bytes:
    """What anyone may see at once: digests and commitments, never seed, numbers or names."""
    published = {
        one.draw.stage.value: {
            "document": one.draw.document_digest,
            "commitments": {each.party: each.commitment for each in one.commitments},
            "transcript": one.draw.transcript_digest,
        }
        for one in records
    }
    return msgspec.json.format(msgspec.json.encode(published), indent=2)

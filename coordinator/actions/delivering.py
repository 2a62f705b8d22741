"""What a round gives out: the result folder, and each department's own folder through the outbox.

What a file says is the documents' affair, who may see it when the domain's (`disclosure`). Everything is made from what
is stored, so the same round gives the same folder again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.draws import in_words, standing
from coordinator.actions.services import Services
from coordinator.documents.calendars import calendar
from coordinator.documents.file_names import file_stem
from coordinator.documents.marking import mark
from coordinator.documents.notices import Digest, notice
from coordinator.documents.output import write_folder
from coordinator.documents.reports import report
from coordinator.documents.result_forms import result_form
from coordinator.documents.statistics_workbook import statistics_json, statistics_workbook
from coordinator.documents.task_books import task_book
from coordinator.domain.actors import Actor
from coordinator.domain.announcements import announcements
from coordinator.domain.coverage import item_coverage
from coordinator.domain.disclosure import UNSEALED, Seal, public_files, seal_of
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.expectations import Expectations, expectations_of
from coordinator.domain.findings import Facts
from coordinator.domain.frames import Exclusion, excluded_file
from coordinator.domain.result_files import ROUND_FILE, write_expectations
from coordinator.domain.sheets import Severity
from coordinator.domain.statistics import statistics
from coordinator.domain.summaries import SINGLE_OPERATOR_WORDS, Summary, summarise, summary_in_words
from coordinator.storage import draws, plans, rounds, submissions
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import StoredCommitment, StoredDraw
from coordinator.storage.rounds import StoredRound
from coordinator.storage.submissions import StoredSubmission
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Seed
from solver.chance.lots import TeamsFile
from solver.chance.numbers import Algorithm
from solver.chance.reading import write
from solver.chance.transcript import TRANSCRIPT, read_transcript
from solver.planning.reading import write_plan

RETURNED = "退回.xlsx"
TASK_BOOK = "任务书.xlsx"
RESULT_FORM = "检查结果填报.xlsx"


class DrawRecord(Struct, frozen=True, kw_only=True):
    """A draw with its files and what its parties published."""

    draw: StoredDraw
    files: dict[str, bytes]
    commitments: tuple[StoredCommitment, ...]

    @property
    def folder(self) -> str:
        return f"draws/{self.draw.stage.value}"


class RoundRecord(Struct, frozen=True, kw_only=True):
    """Everything stored about a dispatched round."""

    stored: StoredRound
    dispatch: Dispatch
    draws: tuple[DrawRecord, ...]
    excluded: tuple[Exclusion, ...]
    submissions: tuple[StoredSubmission, ...]
    originals: dict[str, bytes]
    problem: bytes

    @property
    def drawn_at(self) -> datetime:
        """When the lots were drawn."""
        return self.draws[-1].draw.ended_at or self.stored.created_at


async def load_round_record(db: Connection, actor: Actor, round_: UUID) -> RoundRecord:
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。")
    handed_in = await submissions.submissions(db, round_)
    live = await plans.live_plan(db, round_)
    return RoundRecord(
        stored=stored,
        dispatch=await load_dispatch(db, actor, round_),
        draws=(
            await _draw_record(db, stored, DrawStage.TARGETS),
            await _draw_record(db, stored, DrawStage.TEAMS),
        ),
        excluded=tuple(await draws.exclusions(db, round_)),
        submissions=tuple(handed_in),
        originals={one.department: await submissions.original(db, round_, one.department) for one in handed_in},
        problem=live.problem if live else b"",
    )


async def deliver_round(
    services: Services, actor: Actor, round_: UUID, out: Path, seconds: Mapping[str, float]
) -> tuple[Summary, tuple[str, ...]]:
    """Write the result folder and hand each department its own; gives the summary, also in words."""
    async with transaction(services.pool, actor) as db:
        record = await load_round_record(db, actor, round_)
    now = services.clock()
    summary = summarise(
        record.dispatch,
        refused_rows=sum(len(one.refused) for one in record.submissions),
        excluded=len(record.excluded),
        single_operator=record.draws[0].draw.single_operator,
        seconds=seconds,
    )
    write_folder(out, round_files(record, summary, now))
    words = summary_in_words(record.dispatch, summary, item_coverage(record.dispatch))
    return summary, tuple(words)


async def deliver_waiting_round(services: Services, actor: Actor, round_: UUID, out: Path) -> tuple[str, ...]:
    """Write what stands while a draw waits for its beacon: the fixed document, commitments, digests."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。")
        record = await _draw_record(db, stored, DrawStage.TARGETS)
        excluded = await draws.exclusions(db, round_)
    files = {f"{record.folder}/{name}": content for name, content in record.files.items()}
    files[f"{record.folder}/excluded.tsv"] = excluded_file(excluded)
    files["public/digests.json"] = _digests_file([record])
    write_folder(out, files)
    beacon = stored.settings.draw.beacon
    assert beacon is not None, "only a beacon makes a draw wait"  # noqa: S101 - narrows the type
    words = [
        f"名单已固定，文书摘要 {record.draw.document_digest}。",
        f"等待公共随机事件：{beacon.source}（{in_words(beacon.when)}）。",
        f"结果公布后，按 {beacon.pattern} 的写法，用 --beacon 再次运行。",
        SINGLE_OPERATOR_WORDS,
    ]
    if beacon.when <= record.draw.fixed_at:
        words.append("提醒：这一事件的时间早于名单固定的时间，不能证明固定名单时结果尚未可知。")
    return tuple(words)


def round_files(record: RoundRecord, summary: Summary, now: datetime) -> dict[str, bytes]:
    """Make every file of the result folder, by relative name; `now` decides only what is public already."""
    dispatch, made_at = record.dispatch, record.drawn_at
    expectations = expectations_of(
        dispatch,
        record.drawn_at.astimezone(LOCAL_TIME).date(),
        rehearsal=record.stored.rehearsal_seed is not None,
    )
    files = {
        "summary.json": msgspec.json.format(msgspec.json.encode(summary), indent=2),
        "report.html": report(dispatch, summary, item_coverage(dispatch), made_at=made_at),
        ROUND_FILE: write_expectations(expectations),
        "problem.json": record.problem,
        "plan.json": write_plan(dispatch.plan),
        "teams.json": _teams_file(record),
        **_draw_files(record),
        **_department_files(record, expectations),
        **_notices(record),
        **_statistics_files(expectations, record.drawn_at.astimezone(LOCAL_TIME).year),
    }
    seal = _seal(record)
    public = {f"public/{name}": files[name] for name in public_files(files, now, seal)}
    return files | public | {"public/digests.json": _digests_file(record.draws)}


def _seal(record: RoundRecord) -> Seal:
    return seal_of(record.dispatch, record.drawn_at) if record.dispatch.wanted.matters else UNSEALED


def _draw_files(record: RoundRecord) -> dict[str, bytes]:
    files = {
        f"{one.folder}/{name}": content
        for one in record.draws
        for name, content in {**one.files, TRANSCRIPT: one.draw.transcript or b""}.items()
    }
    return files | {"draws/targets/excluded.tsv": excluded_file(record.excluded)}


def _department_files(record: RoundRecord, expectations: Expectations) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for one in record.submissions:
        folder = f"departments/{file_stem(one.department)}"
        files[f"{folder}/{TASK_BOOK}"] = task_book(record.dispatch, one.department, made_at=record.drawn_at)
        files[f"{folder}/{RESULT_FORM}"] = result_form(expectations, one.department)
        if any(finding.severity is not Severity.WARNING for finding in one.findings):
            files[f"{folder}/{RETURNED}"] = mark(one.file, record.originals[one.department], one.findings)
    return files


def _notices(record: RoundRecord) -> dict[str, bytes]:
    digests = tuple(Digest(name=f"{one.draw.stage.value}", value=one.draw.document_digest) for one in record.draws)
    files: dict[str, bytes] = {}
    for target, announcement in announcements(record.dispatch).items():
        stem = f"targets/{file_stem(target)}"
        files[f"{stem}.html"] = notice(record.dispatch, announcement, told_at=record.drawn_at, digests=digests)
        files[f"{stem}.ics"] = calendar(announcement, made_at=record.drawn_at)
    return files


def _statistics_files(expectations: Expectations, year: int) -> dict[str, bytes]:
    table = statistics([Facts(expectations=expectations)], year)
    return {"statistics.json": statistics_json(table), "statistics.xlsx": statistics_workbook(table)}


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


async def _draw_record(db: Connection, stored: StoredRound, stage: DrawStage) -> DrawRecord:
    draw = await standing(db, stored, stage)
    return DrawRecord(
        draw=draw,
        files=await draws.files(db, draw.id),
        commitments=tuple(await draws.commitments(db, draw.id)),
    )

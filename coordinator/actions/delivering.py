"""Giving out a round: the result folder written whole, and each department's own folder through the outbox.

Which files there are, and what they say, is in `result_folder` and the documents.
"""

from collections.abc import Mapping
from pathlib import Path, PurePath
from uuid import UUID

from connectors.file_drop.names import MANIFEST_PREFIX, PART_SUFFIX
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.draws import in_words
from coordinator.actions.posting import post
from coordinator.actions.result_folder import (
    DEPARTMENTS,
    LOTS_TRANSCRIPT,
    PAPER_NAMES,
    department_files,
    round_files,
    waiting_files,
)
from coordinator.actions.round_records import RoundRecord, load_draw_record, load_round_record
from coordinator.actions.services import Services
from coordinator.documents.output import Content, files_under, holds, open_folder, write_folder
from coordinator.domain.actors import Actor
from coordinator.domain.coverage import item_coverage
from coordinator.domain.deliveries import FILE_DROP, DeliveryState, Partner, Posting
from coordinator.domain.errors import NotFound, Unavailable
from coordinator.domain.sheets import unread_sheets
from coordinator.domain.summaries import SINGLE_OPERATOR_WORDS, summarise, summary_in_words
from coordinator.domain.wording import marked
from coordinator.storage import draws, rounds
from coordinator.storage.connection import transaction
from coordinator.storage.rounds import StoredRound
from solver.chance.head import Stage as DrawStage

PAPERS = "任务书和填报表"
"""The batch of a round's papers for one department."""


async def deliver_round(
    services: Services, actor: Actor, round_: UUID, out: Path, seconds: Mapping[str, float]
) -> tuple[bool, tuple[str, ...]]:
    """Write the result folder and hand each department its own; says whether all was taken and served, and the rest."""
    async with transaction(services.pool, actor) as db:
        record = await load_round_record(db, actor, round_)
    summary = summarise(
        record.dispatch,
        refused_rows=sum(len(one.refused) for one in record.submissions),
        excluded=len(record.excluded),
        single_operator=any(one.draw.single_operator for one in record.draws),
        seconds=seconds,
    )
    files = round_files(record, summary, services.clock())
    # forms may have been filled in already: the same draw's papers stay, another draw's are void
    void = () if holds(out, LOTS_TRANSCRIPT, files[LOTS_TRANSCRIPT]) else _papers(out)
    write_folder(out, content_of(record.stored), record.stored.code, files, void=void)
    await _hand_out(services, actor, record, open_folder(out, DEPARTMENTS))
    unread = [each for one in record.submissions for each in unread_sheets(one.file, one.findings)]
    words = summary_in_words(record.dispatch, summary, item_coverage(record.dispatch))
    return not (summary.unserved or summary.refused_rows or unread), (*words, *_doubts(record), *unread)


async def deliver_waiting_round(services: Services, actor: Actor, round_: UUID, out: Path) -> tuple[str, ...]:
    """Write what stands while a draw waits for its beacon: the fixed document, commitments, digests."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。")
        record = await load_draw_record(db, stored, DrawStage.TARGETS)
        excluded = await draws.exclusions(db, round_)
    write_folder(out, content_of(stored), stored.code, waiting_files(record, excluded))
    beacon = stored.settings.draw.beacon
    assert beacon is not None, "only a beacon makes a draw wait"  # noqa: S101 - narrows the type
    return (
        f"名单已固定，文书摘要 {record.draw.document_digest}。",
        f"等待公共随机事件：{beacon.source}（{in_words(beacon.when)}）。",
        f"结果公布后，按 {beacon.pattern} 的写法，用 --beacon 再次运行。",
        "它只用于抽取检查对象；抽签确定检查人员不用公共随机事件。",
        *beacon.doubts(record.draw.fixed_at, None),
        SINGLE_OPERATOR_WORDS,
    )


def _doubts(record: RoundRecord) -> tuple[str, ...]:
    beacon = record.stored.settings.draw.beacon
    if beacon is None or record.stored.rehearsal_seed is not None:
        return ()
    draw = record.draws[0].draw
    return beacon.doubts(draw.fixed_at, draw.ended_at)


def _papers(out: Path) -> list[str]:
    """What was dropped into departments' folders before, with its manifests."""
    names = (*PAPER_NAMES, f"{MANIFEST_PREFIX}*", f"*{PART_SUFFIX}")
    return [path for path in files_under(out, DEPARTMENTS) if any(PurePath(path).match(name) for name in names)]


def content_of(stored: StoredRound) -> Content:
    return Content.RUN if stored.rehearsal_seed is None else Content.REHEARSAL


async def _hand_out(services: Services, actor: Actor, record: RoundRecord, root: Path) -> None:
    """Post each department's papers and bring them to its folder; raises Unavailable where one could not be reached."""
    postings = [
        Posting(
            partner=Partner(connector=FILE_DROP, destination=str(root), recipient=department),
            department=department,
            round=record.stored.id,
            batch=marked(f"{record.stored.code} {PAPERS}", rehearsal=record.dispatch.rehearsal),
            files=files,
        )
        for department, files in department_files(record)
    ]
    async with transaction(services.pool, actor) as db:
        await post(db, services, actor, postings, again=True)
    attempts = await deliver_waiting(services, actor, destination=str(root))
    failed = [attempt for attempt in attempts if attempt.state is not DeliveryState.DELIVERED]
    if failed:
        named = "、".join(attempt.partner.recipient for attempt in failed)
        raise Unavailable(f"{named}的文件夹没有写成：{failed[0].error}", remedy="排除原因后再次运行即可补上。")

"""Collecting a round: workbooks in, a stored round out; nothing is drawn here.

The same contents again give the stored round back; other contents for a round already frozen are refused by name.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec

from coordinator.actions.calendars import calendar_of
from coordinator.actions.services import Services
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Conflict
from coordinator.domain.intake.taking import Taken, take_in
from coordinator.domain.late_causes import LateOutcome
from coordinator.domain.submissions import (
    ApartPair,
    Area,
    CausedInspection,
    Inspector,
    PlanLine,
    Recusal,
    Submission,
    TargetEntry,
)
from coordinator.domain.tasks import Task, tasks_of
from coordinator.storage import audit, hand_ins, late_causes, rounds, submissions
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage, StoredRound


async def collect_round(services: Services, actor: Actor, folder: RoundFolder, rehearsal_seed: str | None) -> UUID:
    """Take a folder in and store it as a round, or find the round that it already is.

    Raises Invalid where a workbook cannot be used, Conflict where the round was frozen with other contents.
    """
    async with transaction(services.pool, actor) as db:
        await rounds.lock_code(db, folder.settings.id)
        if rehearsal_seed is not None:
            await _delete_rehearsal(db, actor, folder, rehearsal_seed)
            return await _store_new(db, actor, folder, rehearsal_seed)
        stored = await rounds.real_round(db, folder.settings.id)
        if stored is None:
            return await _store_new(db, actor, folder, None)
        if stored.content_digest != folder.content_digest:
            await _refuse_what_the_web_collects(db, stored)
            await _store_changed(db, actor, folder, stored)
        return stored.id


async def load_submissions(db: Connection, round_: UUID) -> tuple[Submission, ...]:
    """Everything handed in for a round, coordinator first, then by department in byte order.

    What came late stands with the rest once a plan that has it was taken.
    """
    late = [each for each in await late_causes.filed(db, round_) if each.outcome is LateOutcome.TAKEN]
    return tuple(
        [
            Submission(
                department=department,
                items=tuple(await submissions.items(db, round_, department.id)),
                targets=tuple(await submissions.records(db, TargetEntry, round_, department.id)),
                inspectors=tuple(await submissions.records(db, Inspector, round_, department.id)),
                plan=tuple(await submissions.records(db, PlanLine, round_, department.id)),
                recusals=tuple(await submissions.records(db, Recusal, round_, department.id)),
                caused=(
                    *await submissions.records(db, CausedInspection, round_, department.id),
                    *(each.cause for each in late if each.department == department.id),
                ),
                areas=tuple(await submissions.records(db, Area, round_, department.id)),
                apart=tuple(await submissions.records(db, ApartPair, round_, department.id)),
            )
            for department in await submissions.departments(db, round_)
        ]
    )


async def load_tasks(db: Connection, round_: UUID) -> tuple[Task, ...]:
    """The tasks of a round, without the directories that they draw from: those are all but a few rows of it."""
    return tasks_of(
        [
            Submission(
                department=department,
                items=tuple(await submissions.items(db, round_, department.id)),
                plan=tuple(await submissions.records(db, PlanLine, round_, department.id)),
                areas=tuple(await submissions.records(db, Area, round_, department.id)),
            )
            for department in await submissions.departments(db, round_)
        ]
    )


async def _delete_rehearsal(db: Connection, actor: Actor, folder: RoundFolder, rehearsal_seed: str) -> None:
    gone = await rounds.delete_rehearsal(db, folder.settings.id, rehearsal_seed)
    if gone is not None:
        await audit.append(db, actor, "rehearsal_deleted", gone.id, gone.code, stage=gone.stage)


async def _store_new(db: Connection, actor: Actor, folder: RoundFolder, rehearsal_seed: str | None) -> UUID:
    round_ = uuid4()
    await rounds.insert_round(db, round_, folder.settings, folder.content_digest, rehearsal_seed)
    await audit.append(
        db,
        actor,
        "round_created",
        round_,
        folder.settings.id,
        content=folder.content_digest,
        rehearsal=rehearsal_seed is not None,
    )
    await _store_submissions(db, actor, round_, folder)
    return round_


async def _refuse_what_the_web_collects(db: Connection, stored: StoredRound) -> None:
    if await hand_ins.collection(db, stored.id) is not None:
        raise Conflict(
            f"轮次“{stored.code}”在网页上收集，不能用文件夹改。", remedy="请在网页上提交，或换一个轮次编号。"
        )


async def _store_changed(db: Connection, actor: Actor, folder: RoundFolder, stored: StoredRound) -> None:
    changes = await _changes(db, folder, stored)
    if stored.stage is not Stage.COLLECTED:
        raise Conflict(
            f"轮次“{stored.code}”的名单已经固定，内容不能再改。改动之处：{'；'.join(changes)}。",
            remedy="请恢复原来的内容，或换一个轮次编号；试算请加 --seed。",
        )
    await submissions.delete_submissions(db, stored.id)
    await rounds.replace_settings(db, stored.id, folder.settings, folder.content_digest)
    await _store_submissions(db, actor, stored.id, folder)
    await audit.append(db, actor, "round_changed", stored.id, stored.code, changes=changes)


async def _store_submissions(db: Connection, actor: Actor, round_: UUID, folder: RoundFolder) -> None:
    taken = take_in(folder.settings, await calendar_of(db, actor), folder.workbooks)
    await submissions.lock_item_lists(db, [one.submission.department.id for one in taken])
    await submissions.upsert_targets(db, [entry for one in taken for entry in one.submission.targets])
    for one in taken:
        await store_submission(db, round_, one, folder.originals[one.file], is_coordinator=one is taken[0])
        department = one.submission.department.id
        await audit.append(
            db, actor, "submission_taken_in", round_, department, file=one.file, refused=len(one.refused)
        )


async def store_submission(db: Connection, round_: UUID, taken: Taken, content: bytes, *, is_coordinator: bool) -> None:
    """Store one workbook as taken in, with its rows; its targets are known and its item list is locked."""
    submission, department = taken.submission, taken.submission.department.id
    await submissions.insert_submission(db, round_, taken, content, is_coordinator=is_coordinator)
    await submissions.insert_item_versions(db, department, submission.items)
    await submissions.insert_submitted_items(db, round_, department, submission.items)
    for records in (
        submission.targets,
        submission.inspectors,
        submission.plan,
        submission.recusals,
        submission.caused,
        submission.areas,
        submission.apart,
    ):
        await submissions.insert_records(db, round_, department, records)


async def _changes(db: Connection, folder: RoundFolder, stored: StoredRound) -> Sequence[str]:
    """Name what differs from the stored round: round.toml, and workbooks by file."""
    before = {one.file: one.sha256 for one in await submissions.submissions(db, stored.id)}
    now = {workbook.file: workbook.sha256 for workbook in folder.workbooks}
    changes = [f"新增 {file}" for file in sorted(now.keys() - before.keys())]
    changes += [f"缺少 {file}" for file in sorted(before.keys() - now.keys())]
    changes += [f"{file} 内容有变" for file in sorted(before.keys() & now.keys()) if before[file] != now[file]]
    if msgspec.json.encode(stored.settings) != msgspec.json.encode(folder.settings):
        changes.insert(0, "round.toml 内容有变")
    return changes or ["round.toml 的写法有变"]

"""A round that is collected in the web, as it stands: who is asked, what has been handed in, taken in all together.

Sheets refer to other departments' sheets, so all that stands is taken in together each time, as from a folder, and what
came to something else is written anew: the database always holds what the folder of the same workbooks would give.
"""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec
from msgspec import Struct

from coordinator.actions.calendars import calendar_of
from coordinator.actions.collecting import store_submission
from coordinator.documents.round_folder import content_digest
from coordinator.documents.workbook_reading import read_uploads
from coordinator.domain.actors import Actor, Office
from coordinator.domain.errors import NotFound, TooLate
from coordinator.domain.hand_ins import Collection
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.taking import Taken, take_in_so_far
from coordinator.domain.sheets import Workbook
from coordinator.domain.workdays import Calendar
from coordinator.storage import hand_ins, rounds, submissions
from coordinator.storage.connection import Connection
from coordinator.storage.hand_ins import StandingWorkbook
from coordinator.storage.rounds import Stage, StoredRound


class Collecting(Struct, frozen=True, kw_only=True):
    """A round that is being collected, and everything that stands in it."""

    stored: StoredRound
    collection: Collection
    calendar: Calendar
    standing: tuple[StandingWorkbook, ...]

    @property
    def settings_digest(self) -> str:
        return sha256(msgspec.json.encode(self.stored.settings)).hexdigest()

    def of(self, department: DepartmentId) -> StandingWorkbook | None:
        return next((each for each in self.standing if each.department == department), None)

    def beside(self, department: DepartmentId) -> tuple[StandingWorkbook, ...]:
        return tuple(each for each in self.standing if each.department != department)

    def awaits_beside(self, department: DepartmentId) -> tuple[DepartmentId, ...]:
        """Who else has still to hand in."""
        there = {department, *(each.department for each in self.standing)}
        return tuple(each for each in self.collection.asked if each not in there)


def for_all(actor: Actor) -> Actor:
    """The same person, reading and writing all departments' rows of a round because each refers to the others.

    Whoever acts so has asked the permissions table about the one department before, and shows no other's rows.
    """
    return Actor(id=actor.id, name=actor.name, office=Office.COORDINATOR)


async def collecting(db: Connection, actor: Actor, round_: UUID) -> Collecting:
    """Read a round that is being collected in the web; raises NotFound or TooLate where it is not. Reads for all."""
    stored = await rounds.round_by_id(db, round_)
    collection = await hand_ins.collection(db, round_)
    if stored is None or collection is None:
        raise NotFound("没有这个轮次，或它不在网页上收集。", remedy="请从轮次列表里选择。")
    if stored.stage is not Stage.COLLECTED:
        raise TooLate("本轮的名单已经固定，不能再提交或撤销。", remedy="如需更改，请与统筹部门联系。")
    return Collecting(
        stored=stored,
        collection=collection,
        calendar=await calendar_of(db, actor),
        standing=tuple(await hand_ins.standing_workbooks(db, round_)),
    )


async def read_workbooks(standing: Sequence[StandingWorkbook]) -> list[Workbook]:
    """Parse workbooks that stand, without keeping others waiting."""
    return await asyncio.to_thread(read_uploads, [(each.file, each.content) for each in standing])


async def take_together(around: Collecting, workbooks: Sequence[Workbook]) -> dict[DepartmentId, Taken]:
    """Take all workbooks in together, without keeping others waiting."""
    taken = await asyncio.to_thread(take_in_so_far, around.stored.settings, around.calendar, workbooks)
    return {each.submission.department.id: each for each in taken}


async def store_together(
    db: Connection, around: Collecting, taken: Mapping[DepartmentId, Taken], contents: Mapping[DepartmentId, bytes]
) -> None:
    """Make the database hold what was taken in and nothing else; the round is locked."""
    stored, before = around.stored, await submissions.taken_digests(db, around.stored.id)
    changed = {name: each for name, each in taken.items() if before.get(name) != submissions.taken_digest(each)}
    await submissions.delete_submissions_of(db, stored.id, [*changed, *(before.keys() - taken.keys())])
    await submissions.lock_item_lists(db, list(changed))
    await submissions.upsert_targets(db, [entry for each in changed.values() for entry in each.submission.targets])
    coordinator = stored.settings.round.coordinator
    for name, each in changed.items():
        await store_submission(db, stored.id, each, contents[name], is_coordinator=name == coordinator)
    file = await hand_ins.settings_file(db, stored.id)
    digest = content_digest(file, (sha256(contents[name]).hexdigest() for name in taken))
    await rounds.replace_settings(db, stored.id, stored.settings, digest)

"""Reading how far the collecting of a round has come, and the workbooks that are given out and back meanwhile.

Nothing is changed here; whose rows an actor sees is decided by row-level security.
"""

import asyncio
from datetime import date
from uuid import UUID

from msgspec import Struct

from coordinator.actions.beginning import today_of
from coordinator.actions.calendars import calendar_of
from coordinator.actions.handing_in import find_hand_in
from coordinator.actions.services import Services
from coordinator.documents.marking import mark
from coordinator.documents.templates import template
from coordinator.documents.workbook_reading import read_upload_again
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import NotFound
from coordinator.domain.hand_ins import Collection, HandIn, HandInId, working_days_left
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import permit
from coordinator.domain.workbook_changes import lists_carried_over
from coordinator.storage import hand_ins, rounds, submissions
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage, StoredRound
from coordinator.storage.submissions import StoredSubmission


class CollectionReading(Struct, frozen=True, kw_only=True):
    """A round's collecting as far as the actor may see it; `handed_in` are all, the undone too, the newest first."""

    stored: StoredRound
    collection: Collection
    handed_in: tuple[HandIn, ...]
    submissions: tuple[StoredSubmission, ...]
    today: date
    days_left: int

    @property
    def is_open(self) -> bool:
        return self.stored.stage is Stage.COLLECTED

    def standing(self, department: DepartmentId) -> HandIn | None:
        """What stands of a department now."""
        mine = (each for each in self.handed_in if each.department == department and each.undone_at is None)
        return next(mine, None)

    def submission(self, department: DepartmentId) -> StoredSubmission | None:
        """How what stands of a department was taken in."""
        return next((each for each in self.submissions if each.department == department), None)


async def read_collection(services: Services, actor: Actor, round_: UUID) -> CollectionReading:
    """Read a round's collecting; raises NotFound where the round is not the actor's to see or came as a folder."""
    permit(actor, Act.SEE_ROUNDS)
    async with transaction(services.pool, actor) as db:
        stored, collection = await _found(db, round_)
        return CollectionReading(
            stored=stored,
            collection=collection,
            handed_in=tuple(await hand_ins.handed_in(db, round_)),
            submissions=tuple(await submissions.submissions(db, round_)),
            today=today_of(services),
            days_left=working_days_left(await calendar_of(db, actor), today_of(services), collection.due_on),
        )


async def filled_template(services: Services, actor: Actor, round_: UUID, department: DepartmentId) -> bytes:
    """Give the workbook to fill in, with the department's own lists as it handed them in last."""
    permit(actor, Act.HAND_IN, department=department)
    async with transaction(services.pool, actor) as db:
        _, collection = await _found(db, round_)
        if department not in collection.asked:
            raise NotFound(f"本轮没有要求“{department}”提交。", remedy="请从轮次页面下载。")
        standing = [each for each in await hand_ins.standing_workbooks(db, round_) if each.department == department]
        earlier = await hand_ins.earlier_workbook(db, round_, department)
    last = standing[0] if standing else earlier
    return await asyncio.to_thread(_filled, department, (last.file, last.content) if last else None)


async def returned_workbook(services: Services, actor: Actor, round_: UUID, id_: HandInId) -> tuple[HandIn, bytes]:
    """Give a workbook back with its faults marked: of what stands the faults as they are now."""
    found = await find_hand_in(services, actor, round_, id_)
    reading = await read_collection(services, actor, round_)
    standing, now = reading.standing(found.department), reading.submission(found.department)
    findings = now.findings if now and standing and standing.id == id_ else found.trial.findings
    async with transaction(services.pool, actor) as db:
        content = await hand_ins.content(db, id_)
    return found, await asyncio.to_thread(mark, found.file, content, findings)


async def _found(db: Connection, round_: UUID) -> tuple[StoredRound, Collection]:
    stored, collection = await rounds.round_by_id(db, round_), await hand_ins.collection(db, round_)
    if stored is None or collection is None:
        raise NotFound("没有这个轮次，或它不在网页上收集。", remedy="请从轮次列表里选择。")
    return stored, collection


def _filled(department: DepartmentId, last: tuple[str, bytes] | None) -> bytes:
    return template(department, lists_carried_over(read_upload_again(*last)) if last else {})

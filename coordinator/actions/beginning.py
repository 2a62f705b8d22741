"""Beginning a round in the web: its settings, until when and by whom is to be handed in; more can be asked later.

What is then handed in is the affair of `handing_in`.
"""

from datetime import date
from uuid import UUID

from coordinator.actions.calendars import calendar_of
from coordinator.actions.services import Services
from coordinator.documents.round_folder import content_digest
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.hand_ins import Collection
from coordinator.domain.ids import DepartmentId
from coordinator.domain.new_rounds import asked_among, at_first, due_day, new_collection
from coordinator.domain.permissions import permit
from coordinator.domain.rounds import read_round
from coordinator.storage import audit, hand_ins, rounds, submissions
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage, StoredRound


def today_of(services: Services) -> date:
    """The day that it is here."""
    return services.clock().astimezone(LOCAL_TIME).date()


async def form_at_first(services: Services, actor: Actor) -> dict[str, str]:
    """What the form for a new round holds: the last round's office and departments, the next month's days."""
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        last = next((each for each in await rounds.rounds(db) if each.rehearsal_seed is None), None)
        asked = await hand_ins.collection(db, last.id) if last else None
        there = [each.id for each in await submissions.departments(db, last.id)] if last else []
    return at_first(today_of(services), last.settings if last else None, asked.asked if asked else tuple(there))


async def begin_round(
    services: Services, actor: Actor, id_: UUID, settings: bytes, due_on: str, departments: str
) -> UUID:
    """Begin a round with this round.toml; the same `id_` again gives the round that it made.

    Raises Invalid for settings or dates that cannot be used, Conflict where the round's code is taken.
    """
    permit(actor, Act.BEGIN_ROUND)
    read = read_round(settings)
    async with transaction(services.pool, actor) as db:
        await rounds.lock_code(db, read.id)
        if await rounds.round_by_id(db, id_) is not None:
            return id_
        if await rounds.real_round(db, read.id) is not None:
            raise Conflict(f"编号“{read.id}”已经用过。", remedy="请换一个编号。", field="id")
        wanted = new_collection(due_on, departments, read, await calendar_of(db, actor), today_of(services))
        await rounds.insert_round(db, id_, read, content_digest(settings, ()), None)
        await hand_ins.insert_collection(db, id_, settings, wanted.due_on)
        await hand_ins.ask(db, id_, wanted.asked)
        await audit.append(db, actor, "round_created", id_, read.id, rehearsal=False)
        for department in wanted.asked:
            await audit.append(db, actor, "department_asked", id_, department, due_on=wanted.due_on)
    return id_


async def ask(services: Services, actor: Actor, round_: UUID, due_on: str, departments: str) -> None:
    """Set another day, and ask more departments. The same twice changes nothing."""
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        stored, standing = await _open_collection(db, round_)
        due = due_day(due_on, stored.settings, await calendar_of(db, actor), today_of(services))
        asked = asked_among(departments, stored.settings) if departments.strip() else ()
        await hand_ins.set_due(db, round_, due)
        await hand_ins.ask(db, round_, asked)
        if due != standing.due_on:
            await audit.append(db, actor, "due_day_changed", round_, stored.code, due_on=due)
        for department in sorted({*asked} - {*standing.asked}):
            await audit.append(db, actor, "department_asked", round_, department, due_on=due)


async def ask_no_more(services: Services, actor: Actor, round_: UUID, department: DepartmentId) -> None:
    """Take a department off the list that was asked by mistake. The same twice changes nothing.

    Raises Conflict for the coordinating department, and where anything was handed in, undone or not: that is kept.
    """
    permit(actor, Act.BEGIN_ROUND)
    async with transaction(services.pool, actor) as db:
        stored, standing = await _open_collection(db, round_)
        if department not in standing.asked:
            return
        if department == stored.settings.round.coordinator:
            raise Conflict(f"“{department}”是本轮的牵头部门，不能取消。", remedy="要换牵头部门，请修改本轮的设置。")
        if any(each.department == department for each in await hand_ins.handed_in(db, round_)):
            raise Conflict(
                f"“{department}”提交过工作簿（撤销了的也算），不能取消。",
                remedy="交过的都要留存。不参加本轮的，请撤销它的提交；它没有内容，就不会被抽取。",
            )
        await hand_ins.ask_no_more(db, round_, department)
        await audit.append(db, actor, "department_released", round_, department)


async def _open_collection(db: Connection, round_: UUID) -> tuple[StoredRound, Collection]:
    """Lock a round whose workbooks are being collected; raises NotFound, or TooLate once the names are fixed."""
    stored = await rounds.lock_round(db, round_)
    standing = await hand_ins.collection(db, round_)
    if stored is None or standing is None:
        raise NotFound("没有这个轮次，或它不在网页上收集。", remedy="请从轮次列表里选择。")
    if stored.stage is not Stage.COLLECTED:
        raise TooLate("本轮的名单已经固定。", remedy="不能再改提交期限和参加的部门。")
    return stored, standing

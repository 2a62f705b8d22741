"""Caused inspections that come after their round was planned: filed, withdrawn, taken in with the plan that has them.

A department files its own, the coordinating office anybody's; planning them in is `replanning`'s affair. Once the lots
are fixed there is no way in any more, and it is said what to do instead.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from coordinator.actions.calendars import calendar_of
from coordinator.actions.collecting import load_submissions
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.services import Services
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid, NotFound, TooLate
from coordinator.domain.ids import TargetId
from coordinator.domain.late_causes import CauseWish, FiledCause, LateOutcome, Readied, Surroundings, additions, ready
from coordinator.domain.matters import caused_matter
from coordinator.domain.permissions import may, permit
from coordinator.domain.targets import merge_targets
from coordinator.storage import audit, late_causes, plans, rounds, submissions
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.planning.alterations import Added, Alteration

NO_SUCH = NotFound("没有这项临时增加的任务。", remedy="请从列出的里面选择。")
NO_DEPARTMENT = NotFound("本轮没有这个部门，或者不是您的部门。", remedy="请从列出的部门里选择。")
NOT_YET = TooLate("这个轮次还没有排期。", remedy="名单固定之前，请填在工作簿的“特别检查”里；之后请等排期完成。")
NO_LONGER = TooLate(
    "方案已经固定用于抽签，不能再临时增加任务。",
    remedy="急办的，另建一个只有“特别检查”的轮次，马上可以排期、抽签；不急的列入下一轮。",
)
GONE = Conflict("其中临时增加的任务已经撤回，或已经排入。", remedy="请从重排页面重新列出变动，再重排一次。")
FORGED = Invalid("临时增加的任务与登记的不符。", remedy="请先登记，再从重排页面列出的里面选择。")


async def look_at_cause(services: Services, actor: Actor, round_: UUID, wish: CauseWish) -> Readied:
    """Say what would be filed, and what to know before; raises Invalid, NotFound, TooLate, and changes nothing."""
    permit(actor, Act.ADD_CAUSE)
    async with transaction(services.pool, actor) as db:
        return ready(await _around(db, services, actor, round_, wish), wish)


async def file_cause(services: Services, actor: Actor, round_: UUID, wish: CauseWish) -> UUID:
    """File one, numbered on; raises Invalid, NotFound, TooLate, Conflict where the same waits already."""
    permit(actor, Act.ADD_CAUSE)
    async with transaction(services.pool, actor) as db:
        await _lock(db, actor, round_)
        found = ready(await _around(db, services, actor, round_, wish), wish)
        cause = await _numbered(db, services, actor, round_, wish, found)
        if not await late_causes.insert(db, round_, actor, cause):
            raise Conflict("同样的任务已经登记，正在等统筹排入。", remedy="请等排入，或先撤回再登记。")
        await audit.append(db, actor, "late_cause_filed", round_, cause.department, **_facts(cause))
    return cause.id


async def withdraw_cause(services: Services, actor: Actor, round_: UUID, id_: UUID) -> None:
    """Take one back before it was planned in; a second time nothing happens."""
    permit(actor, Act.ADD_CAUSE)
    async with transaction(services.pool, actor) as db:
        stored = await _lock(db, actor, round_)
        cause = next((each for each in await late_causes.filed(db, round_) if each.id == id_), None)
        if cause is None:
            raise NO_SUCH
        if cause.outcome is LateOutcome.WITHDRAWN:
            return
        _refuse_stage(stored)
        if not cause.waits:
            raise Conflict("这项任务已经排入方案，不能撤回。", remedy="不再需要检查的，检查时照实录入结果。")
        await late_causes.decide(db, id_, LateOutcome.WITHDRAWN, actor, services.clock())
        await audit.append(db, actor, "late_cause_withdrawn", round_, cause.department, **_facts(cause))


async def filed_causes(services: Services, actor: Actor, round_: UUID) -> tuple[FiledCause, ...]:
    """A round's that the actor may see, in the order in which they came."""
    permit(actor, Act.ADD_CAUSE)
    async with transaction(services.pool, actor) as db:
        return tuple(await late_causes.filed(db, round_))


async def causes_waiting(services: Services, actor: Actor, round_: UUID) -> tuple[FiledCause, ...]:
    """Those that could be planned in, for whoever plans."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        return tuple(each for each in await late_causes.filed(db, round_) if each.waits)


async def refuse_unfiled(db: Connection, actor: Actor, round_: UUID, alterations: Sequence[Alteration]) -> None:
    """Raise Invalid where something is to be added that nobody filed so."""
    wished = {each for each in alterations if isinstance(each, Added)}
    if not wished:
        return
    filed = await late_causes.filed(db, round_)
    if not wished <= {*additions(await load_dispatch(db, actor, round_), filed)}:
        raise FORGED


async def take_in(
    db: Connection, services: Services, actor: Actor, round_: UUID, plan: UUID, alterations: Sequence[Alteration]
) -> None:
    """Let the round have what its new plan has; the plan is stored in the same transaction. Raises Conflict."""
    causes = {each.matter: each for each in await late_causes.filed(db, round_) if each.waits}
    added = [each.matter.id for each in alterations if isinstance(each, Added)]
    if not {*added} <= causes.keys():
        raise GONE
    named = [causes[matter] for matter in added]
    for cause in named:
        await late_causes.decide(db, cause.id, LateOutcome.TAKEN, actor, services.clock(), plan)
        await audit.append(db, actor, "late_cause_taken", round_, cause.department, **_facts(cause))
    await _insert_matters(db, round_, named)


async def refuse_waiting(db: Connection, round_: UUID) -> None:
    """Raise Conflict where something that was filed would be forgotten by fixing the plan."""
    waiting = [each for each in await late_causes.filed(db, round_) if each.waits]
    if waiting:
        text = f"还有{len(waiting)}项临时增加的任务没有排入方案。"
        raise Conflict(text, remedy="请先在“重排”里排入并采用，或请登记的部门撤回。")


async def _insert_matters(db: Connection, round_: UUID, causes: Iterable[FiledCause]) -> None:
    stored = await rounds.round_by_id(db, round_)
    assert stored is not None, "its plan has just been replaced"  # noqa: S101 - narrows the type
    for cause in causes:
        items = {each.code: each for each in await submissions.items(db, round_, cause.department)}
        matter = caused_matter(stored.settings, cause.department, items[cause.item], cause.cause)
        await plans.insert_matters(db, round_, [matter])


async def _lock(db: Connection, actor: Actor, round_: UUID) -> StoredRound:
    """The round, locked; a department may see it and not lock it. Raises NotFound."""
    if await rounds.round_by_id(db, round_) is None:
        raise NO_SUCH
    await act_as(db, WORKER)
    stored = await rounds.lock_round(db, round_)
    await act_as(db, actor)
    if stored is None:
        raise NO_SUCH
    return stored


async def _around(db: Connection, services: Services, actor: Actor, round_: UUID, wish: CauseWish) -> Surroundings:
    """What the actor may know where the cause is filed; raises NotFound, TooLate."""
    stored = await rounds.round_by_id(db, round_)
    handed_in = await load_submissions(db, round_)
    submission = next((each for each in handed_in if each.department.id == wish.department), None)
    if stored is None or submission is None or not may(actor, Act.ADD_CAUSE, department=wish.department):
        raise NO_DEPARTMENT
    _refuse_stage(stored)
    targets = merge_targets(handed_in)
    target = targets.get(TargetId(wish.target.strip()))
    going = await late_causes.visits(db, round_, wish.department, target.id) if target else ()
    await act_as(db, WORKER)
    calendar = await calendar_of(db, WORKER)
    await act_as(db, actor)
    return Surroundings(
        round=stored.settings,
        half_days=stored.settings.half_days(calendar),
        submission=submission,
        targets=targets,
        visits=going,
        today=services.clock().astimezone(LOCAL_TIME).date(),
    )


def _refuse_stage(stored: StoredRound) -> None:
    if stored.stage is not Stage.PLANNED:
        raise NO_LONGER if stored.is_planned else NOT_YET


async def _numbered(
    db: Connection, services: Services, actor: Actor, round_: UUID, wish: CauseWish, found: Readied
) -> FiledCause:
    """What is filed, with the next numbers of the whole round, which a department does not see."""
    await act_as(db, WORKER)
    number, matter = await late_causes.next_numbers(db, round_, wish.department)
    await act_as(db, actor)
    return FiledCause(
        id=uuid4(),
        department=wish.department,
        number=number,
        matter=matter,
        target=found.target.id,
        item=found.item.code,
        source=found.source,
        document=found.document,
        note=found.note,
        first_day=found.first_day,
        last_day=found.last_day,
        filed_name=actor.name,
        filed_at=services.clock(),
    )


def _facts(cause: FiledCause) -> dict[str, object]:
    return {
        "matter": cause.matter,
        "target": cause.target,
        "item": cause.item,
        "lead": cause.source.value,
        "paper": cause.document,
    }

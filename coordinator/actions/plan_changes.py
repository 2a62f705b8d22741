"""The live plan of a round as long as another may take its place, and the other in its place.

Who changes it and why is the affair of `moving` and `replanning`; past the checker went every plan that comes here.
"""

from uuid import UUID

from coordinator.actions.planning import insert_whole_plan
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.storage import plans, rounds
from coordinator.storage.connection import Connection
from coordinator.storage.plans import StoredPlan
from coordinator.storage.rounds import Stage
from solver.planning.plan import Plan

CHANGED = Conflict("方案在您打开这一页之后有了改动，没有办理。", remedy="请刷新页面，在新的方案上重新选择。")


async def refuse_other_plan(db: Connection, round_: UUID, plan: UUID, no_longer: TooLate) -> None:
    """Lock the round; raises `no_longer` unless its plan may still be replaced, Conflict where another is live."""
    stored = await rounds.lock_round(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    if stored.stage is not Stage.PLANNED:
        raise no_longer
    if await plans.live_plan_id(db, round_) != plan:
        raise CHANGED


async def same_plan(db: Connection, round_: UUID, plan: UUID, no_longer: TooLate) -> StoredPlan:
    """The live plan, if it is the one that somebody looked at and may still be replaced."""
    await refuse_other_plan(db, round_, plan, no_longer)
    live = await plans.live_plan(db, round_)
    if live is None:
        raise no_longer
    return live


async def replace_plan(
    db: Connection, round_: UUID, live: StoredPlan, problem: bytes, plan: Plan, *, undoes_to: UUID | None
) -> UUID:
    """Put another plan in the place of the live one, which stays on the record; gives its id."""
    await plans.retire_plan(db, live.id)
    return await insert_whole_plan(db, round_, problem, plan, undoes_to=undoes_to)

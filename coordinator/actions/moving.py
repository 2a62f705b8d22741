"""Moving a visit by hand until the plan is fixed for the lots: where it may go, the move, and taking it back.

What is lawful is said in solver/planning/moving; every moved plan has passed the checker before it is stored here.
"""

import asyncio
from uuid import UUID

from msgspec import Struct

from coordinator.actions.plan_changes import replace_plan, replaceable_plan, same_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.permissions import permit
from coordinator.storage import audit, plans
from coordinator.storage.connection import transaction
from coordinator.storage.plans import StoredPlan
from solver.planning.ids import TargetId, TourId
from solver.planning.moving import Moved, Obstacle, Option, Place, lay_out_plan, lifted, moved
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Problem
from solver.planning.reading import problem_digest, read_plan, read_problem

NO_LONGER = TooLate("方案已经固定，不能再手工移动。", remedy="抽签之后的变动，按变更和重新编排办理。")
NO_SUCH_VISIT = NotFound("排期里没有这次入户，或者它属于已经公布的组次，不能移动。", remedy="请从排期里选择。")


class Chosen(Struct, frozen=True, kw_only=True):
    """One visit of the live plan, by its tour and target; `plan` is the plan that was looked at."""

    plan: UUID
    tour: TourId
    target: TargetId


class PickedUp(Struct, frozen=True, kw_only=True):
    """A visit in hand: the plan that it was taken from, and every place; `asked` is one of them in full words."""

    plan: UUID
    tour: Tour
    target: TargetId
    options: tuple[Option, ...]
    asked: Option | None


async def pick_up(
    services: Services, actor: Actor, round_: UUID, tour: TourId, target: TargetId, asked: Place | None
) -> PickedUp:
    """Say where a visit may go; raises NotFound, and TooLate once the plan is fixed."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        live = await replaceable_plan(db, round_, NO_LONGER)
    return await asyncio.to_thread(_picked_up, live, tour, target, asked)


async def move_visit(
    services: Services, actor: Actor, round_: UUID, chosen: Chosen, place: Place
) -> tuple[UUID, TourId] | Obstacle:
    """Move a visit and store the plan; gives the new plan and the visit's tour, or the rule that forbids it.

    Raises Conflict where the plan looked at is not the live one any more.
    """
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        live = await same_plan(db, round_, chosen.plan, NO_LONGER)
    made = await asyncio.to_thread(_moved, live, chosen, place)
    if isinstance(made, Obstacle):
        return made
    async with transaction(services.pool, actor) as db:
        await same_plan(db, round_, chosen.plan, NO_LONGER)
        new = await replace_plan(db, round_, live, live.problem, made.plan, undoes_to=live.id)
        await audit.append(
            db,
            actor,
            "visit_moved",
            round_,
            chosen.target,
            of=chosen.tour,
            to=made.tour,
            half_day=place.half_day,
            before=str(live.id),
            after=str(new),
        )
    return new, made.tour


async def undo_move(services: Services, actor: Actor, round_: UUID, plan: UUID) -> None:
    """Put the plan before the last move in its place again; raises Conflict where there is none, or another is live."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        live = await same_plan(db, round_, plan, NO_LONGER)
        before = await plans.plan_by_id(db, live.undoes_to) if live.undoes_to else None
        if before is None:
            raise Conflict("没有可以撤销的移动。", remedy="请从排期里查看现在的安排。")
        new = await replace_plan(
            db, round_, live, before.problem, read_plan(before.document), undoes_to=before.undoes_to
        )
        await audit.append(db, actor, "move_undone", round_, str(live.id), before=str(live.id), after=str(new))


def _picked_up(live: StoredPlan, tour: TourId, target: TargetId, asked: Place | None) -> PickedUp:
    problem, plan = read_problem(live.problem), read_plan(live.document)
    board = lay_out_plan(problem, plan)
    _refuse_unknown(board.tours.get(tour), target)
    with lifted(board, tour, target) as hand:
        options = hand.options()
        one = hand.option(asked) if asked else None
    return PickedUp(plan=live.id, tour=board.tours[tour], target=target, options=options, asked=one)


def _moved(live: StoredPlan, chosen: Chosen, place: Place) -> Moved | Obstacle:
    problem, plan = read_problem(live.problem), read_plan(live.document)
    _refuse_unknown(_tour(problem, plan, chosen.tour), chosen.target)
    made = moved(problem, plan, chosen.tour, chosen.target, place, problem_digest(live.problem))
    if made is None:
        raise NotFound("没有这个时间或组次。", remedy="请从列出的位置里选择。")
    return made


def _tour(problem: Problem, plan: Plan, name: TourId) -> Tour | None:
    announced = {tour.id for tour in problem.fixed}
    return next((tour for tour in plan.tours if tour.id == name and name not in announced), None)


def _refuse_unknown(tour: Tour | None, target: TargetId) -> None:
    if tour is None or all(visit.target != target for visit in tour.visits):
        raise NO_SUCH_VISIT

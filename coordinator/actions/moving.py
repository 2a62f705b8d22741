"""Moving a visit by hand until the plan is fixed for the lots: where it may go, the move, and taking it back.

What is lawful is said in solver/planning/moving; every moved plan has passed the checker before it is stored here.
"""

import asyncio
from threading import Lock
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from coordinator.actions.plan_changes import refuse_other_plan, replace_plan, same_plan
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.permissions import permit
from coordinator.storage import audit, plans
from coordinator.storage.connection import transaction
from coordinator.storage.plans import StoredPlan
from solver.planning.alterations import Alteration
from solver.planning.ids import TargetId, TourId
from solver.planning.moving import (
    Board,
    Moved,
    Obstacle,
    Option,
    Place,
    lay_out_plan,
    lifted,
    moved,
    overridden,
    overriding,
)
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Problem
from solver.planning.reading import problem_digest, read_plan, read_problem

NO_LONGER = TooLate("方案已经固定，不能再手工移动。", remedy="抽签之后要改时间的，在排期里那一户后面按“改期”办理。")
NO_SUCH_VISIT = NotFound("排期里没有这次入户，或者它属于已经公布的组次，不能移动。", remedy="请从排期里选择。")


class Chosen(Struct, frozen=True, kw_only=True):
    """One visit of the live plan, by its tour and target; `plan` is the plan that was looked at."""

    plan: UUID
    tour: TourId
    target: TargetId


class PickedUp(Struct, frozen=True, kw_only=True):
    """A visit in hand: the plan that it was taken from, and every place; `asked` is one of them in full words.

    Where it is refused, `loosening` is what two people would have to allow for it, and `still` what forbids it even so.
    """

    plan: UUID
    tour: Tour
    target: TargetId
    options: tuple[Option, ...]
    asked: Option | None
    loosening: tuple[Alteration, ...] = ()
    still: Obstacle | None = None


class LaidOut:
    """A plan laid out for looking where its visits may go, kept for one look after another."""

    def __init__(self, id_: UUID, problem: Problem, plan: Plan) -> None:
        self.id, self._problem, self._plan = id_, problem, plan
        self._board: Board | None = None
        self._looking = Lock()

    def look(self, tour: TourId, target: TargetId, asked: Place | None) -> PickedUp:
        """Take a visit up and say where it may go; one look at a time, for the board is changed by looking."""
        with self._looking:
            board = self._board or lay_out_plan(self._problem, self._plan)
            self._board = None  # laid out anew where looking breaks off
            _refuse_unknown(board.tours.get(tour), target)
            with lifted(board, tour, target) as hand:
                options = hand.options()
                one = hand.option(asked) if asked else None
            self._board = board
        picked = PickedUp(plan=self.id, tour=board.tours[tour], target=target, options=options, asked=one)
        return self._with_loosening(picked, one.place) if one is not None and one.obstacle is not None else picked

    def _with_loosening(self, picked: PickedUp, place: Place) -> PickedUp:
        """Say what would have to be loosened for a place that is refused, and whether it then may be."""
        loosening = overriding(self._problem, self._plan, picked.tour.id, picked.target, place)
        if not loosening:
            return picked
        board = lay_out_plan(overridden(self._problem, loosening), self._plan)
        with lifted(board, picked.tour.id, picked.target) as hand:
            option = hand.option(place)
        return replace(picked, loosening=loosening, still=option.obstacle if option else None)


async def pick_up(
    services: Services,
    actor: Actor,
    round_: UUID,
    laid_out: LaidOut,
    tour: TourId,
    target: TargetId,
    asked: Place | None,
) -> PickedUp:
    """Say where a visit may go; raises NotFound, TooLate once the plan is fixed, Conflict where another is live."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        await refuse_other_plan(db, round_, laid_out.id, NO_LONGER)
    return await asyncio.to_thread(laid_out.look, tour, target, asked)


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


async def undo_move(services: Services, actor: Actor, round_: UUID, plan: UUID) -> UUID:
    """Put the plan before the last move in its place again and give it.

    Raises Conflict where there is none, or another is live.
    """
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
    return new


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

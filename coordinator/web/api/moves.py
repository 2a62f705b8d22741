"""The interface for programs: before the lots, where a visit may go, moved there, and taken back.

What a rule forbids only two people may allow, on the pages; moving with a drawn team is in `rescheduling`.
"""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Struct

from coordinator.actions.moving import Chosen, move_visit, pick_up, undo_move
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import TargetId
from coordinator.domain.permissions import permit
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.moves import PlacesShown, named_people, places_shown
from solver.planning.ids import HalfDayId, TourId
from solver.planning.moving import Obstacle, Place

TAGS = ["排期"]
MOVES_OF = "/rounds/{round_id:uuid}/moves"
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=TAGS)
Join = Annotated[str, QueryParameter(description="编入哪个组次；空：单独成组")]


class MoveWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`plan` is the plan looked at: where another stands now, nothing is done. No `join`: a tour of its own."""

    plan: UUID
    tour: str
    target: str
    half_day: str
    join: str = ""


class UndoWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    plan: UUID


class VisitMoved(Struct, frozen=True, kw_only=True):
    """The plan that stands now, and the tour that the visit is in."""

    plan: UUID
    tour: str


class MoveUndone(Struct, frozen=True, kw_only=True):
    """The plan that stands now."""

    plan: UUID


@get(MOVES_OF, tags=TAGS, responses=ERRORS, summary="抽签之前，一户还能移到哪里；写明 half_day 的，说清那里为什么不行")
async def get_move_places(  # noqa: PLR0913, PLR0917 - what is in hand and what is asked of it stand in the address
    round_id: FromPath[UUID],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    tour: FromQuery[str],
    target: FromQuery[str],
    half_day: FromQuery[str] = "",
    join: Join = "",
) -> PlacesShown:
    permit(actor, Act.PLAN_ROUND)
    asked = _place(half_day, join) if half_day else None
    picked = await pick_up(services, actor, round_id, planned.laid_out, TourId(tour), TargetId(target), asked)
    return places_shown(planned, picked)


@write(MOVES_OF, summary="移动一户，其余不动")
async def post_move(
    round_id: FromPath[UUID],
    data: JSONBody[MoveWish],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
) -> VisitMoved:
    chosen = Chosen(plan=data.plan, tour=TourId(data.tour), target=TargetId(data.target))
    made = await move_visit(services, actor, round_id, chosen, _place(data.half_day, data.join))
    if isinstance(made, Obstacle):
        words = named_people(planned.dispatch, made.text, made.people)
        raise Invalid(f"不能移到这里（规则{made.rule}）：{words}。", field="half_day")
    plan, tour = made
    return VisitMoved(plan=plan, tour=tour)


@write(f"{MOVES_OF}/undo", summary="撤销上一次移动")
async def post_move_undone(
    round_id: FromPath[UUID], data: JSONBody[UndoWish], actor: Given[Actor], services: Given[Services]
) -> MoveUndone:
    return MoveUndone(plan=await undo_move(services, actor, round_id, data.plan))


def _place(half_day: str, join: str) -> Place:
    return Place(half_day=HalfDayId(half_day), tour=TourId(join) if join else None)


MOVES = (get_move_places, post_move, post_move_undone)

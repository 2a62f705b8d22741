"""Page: a visit in hand: where it may go, moved there, and back again. Works by links and buttons alone.

What is lawful, and until when plans may be changed, is decided in actions/moving.py.
"""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.moving import Chosen, move_visit, pick_up, undo_move
from coordinator.actions.overriding import prepare_override
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.ids import TargetId
from coordinator.domain.permissions import permit
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.moves import move_shown
from coordinator.web.shown.schedules import read_day
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form
from solver.planning.ids import HalfDayId, TourId
from solver.planning.moving import Obstacle, Place


class MoveForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`join` is the tour to go with; empty: a tour of its own."""

    plan: UUID
    tour: str
    target: str
    half_day: str
    join: str = ""

    @property
    def place(self) -> Place:
        return Place(half_day=HalfDayId(self.half_day), tour=TourId(self.join) if self.join else None)


class UndoForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    plan: UUID


@get("/rounds/{round_id:uuid}/moves", include_in_schema=False)
async def moves_page(  # noqa: PLR0913, PLR0917 - what is in hand and where one looks stands in the address
    request: Asked,
    round_id: FromPath[UUID],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    tour: FromQuery[str] = "",
    target: FromQuery[str] = "",
    day: FromQuery[str] = "",
    half_day: FromQuery[str] = "",
    join: FromQuery[str] = "",
) -> Response[bytes] | Redirect:
    """Where a visit may go; with a half-day also why it may not go there. Without a visit, where one is picked up."""
    permit(actor, Act.PLAN_ROUND)
    if not tour or not target:
        return Redirect(f"/rounds/{round_id}/schedule?done=pick", status_code=303)
    asked = Place(half_day=HalfDayId(half_day), tour=TourId(join) if join else None) if half_day else None
    picked = await pick_up(services, actor, round_id, planned.laid_out, TourId(tour), TargetId(target), asked)
    shown = move_shown(planned, picked, read_day(day))
    return in_round("move.html", planned, now, actor, shown=shown, form_key=form_key(request))


@post("/rounds/{round_id:uuid}/moves", include_in_schema=False)
async def make_move(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """Move a visit; where a rule forbids it, say so on the page that one came from."""
    form = await read_form(request, MoveForm)
    chosen = Chosen(plan=form.plan, tour=TourId(form.tour), target=TargetId(form.target))
    made = await move_visit(services, actor, round_id, chosen, form.place)
    if isinstance(made, Obstacle):
        again = {"tour": form.tour, "target": form.target, "half_day": form.half_day, "join": form.join}
        return Redirect(f"/rounds/{round_id}/moves?{urlencode(again)}", status_code=303)
    plan, tour = made
    done = urlencode({"tour": tour, "done": "moved", "plan": str(plan)})
    return Redirect(f"/rounds/{round_id}/schedule?{done}", status_code=303)


@post("/rounds/{round_id:uuid}/moves/override", include_in_schema=False)
async def override_rule(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """Have a move prepared that a rule forbids, for one to propose and another to confirm."""
    form = await read_form(request, MoveForm)
    chosen = Chosen(plan=form.plan, tour=TourId(form.tour), target=TargetId(form.target))
    id_ = await prepare_override(services, actor, round_id, chosen, form.place)
    return Redirect(f"/rounds/{round_id}/replanning/{id_}", status_code=303)


@post("/rounds/{round_id:uuid}/moves/undo", include_in_schema=False)
async def take_move_back(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """Put the plan before the last move in its place again."""
    form = await read_form(request, UndoForm)
    await undo_move(services, actor, round_id, form.plan)
    return Redirect(f"/rounds/{round_id}/schedule?done=undone", status_code=303)


MOVES = (moves_page, make_move, override_rule, take_move_back)

"""Page: a visit in hand after the lots: to which half-day it may go with its team, and moved there, by buttons alone.

With a firm's request in the address, the move grants it and answers it. What may be done is in actions/rescheduling.py.
"""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.firm_requests import one_request
from coordinator.actions.rescheduling import find_places, grant_move, reschedule
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid
from coordinator.domain.permissions import permit
from coordinator.domain.rescheduling import Wanted
from coordinator.domain.reschedulings import Rescheduling
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.rescheduling import by_day, obstacle_words, rescheduling_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form


class MoveForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`half_day_seen` is where the visit stood when one looked; `request` a firm's, to be answered by `answer`."""

    matter: str
    half_day: str = ""
    half_day_seen: str
    reason: str = ""
    request: str = ""
    answer: str = ""

    @property
    def wanted(self) -> Wanted:
        if not self.half_day:
            raise Invalid("请选择一个时间。", field="places")
        return Wanted(matter=self.matter, half_day=self.half_day, half_day_seen=self.half_day_seen, reason=self.reason)


@get("/rounds/{round_id:uuid}/rescheduling", include_in_schema=False)
async def rescheduling_page(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    matter: FromQuery[str] = "",
    wish: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """Where a visit may go with its drawn team; `wish` is a firm's request for it."""
    permit(actor, Act.PLAN_ROUND)
    form = MoveForm(matter=matter, half_day_seen="", request=str(wish or ""))
    return await _page(request, planned, actor, services, now, form)


@post("/rounds/{round_id:uuid}/rescheduling", include_in_schema=False)
async def move_visit(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    round_id: FromPath[UUID],
) -> Response[bytes] | Redirect:
    """Move a visit, and grant what its firm asked where it did; what a rule forbids is said on the same page."""
    form = await read_form(request, MoveForm)
    try:
        made = await _move(services, actor, round_id, planned, form)
    except Invalid as fault:
        return await _page(request, planned, actor, services, now, form, fault)
    at = "/requests?done=moved" if form.request else f"/rounds/{round_id}/targets/{made.target}?done=moved"
    return Redirect(at, status_code=303)


async def _move(services: Services, actor: Actor, round_: UUID, known: Known, form: MoveForm) -> Rescheduling:
    made = (
        await grant_move(services, actor, UUID(form.request), form.wanted, form.answer)
        if form.request
        else await reschedule(services, actor, round_, form.wanted)
    )
    if isinstance(made, Rescheduling):
        return made
    raise Invalid(f"不能改到这个时间：{obstacle_words(known.dispatch, made)}。", field="places")


async def _page(
    request: Asked,
    known: Known,
    actor: Actor,
    services: Services,
    now: datetime,
    form: MoveForm,
    fault: Invalid | None = None,
) -> Response[bytes]:
    round_ = known.reading.stored.id
    asked = await one_request(services, actor, UUID(form.request)) if form.request else None
    held = await find_places(services, actor, round_, known.dispatch, form.matter)
    shown = rescheduling_shown(held, asked)
    values = {"shown": shown, "days": by_day(shown.places), "asked": asked, "form": form, "fault": fault}
    answer = in_round("rescheduling.html", known, now, actor, form_key=form_key(request), **values)
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return answer


RESCHEDULING = (rescheduling_page, move_visit)

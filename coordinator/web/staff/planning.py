"""Page: a round's planning: begun, followed while it runs, ended early; live by server-sent events.

What a planning is allowed is decided in actions/plan_requests.py, how it looks in ../shown/plannings.py.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent
from msgspec import Struct

from coordinator.actions.plan_requests import read_planning, request_plan, stop_planning
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.jobs import StopRequest
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.live import Look, live_events, live_part
from coordinator.web.rendering import render
from coordinator.web.shown.plannings import planning_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form

LOOK_SECONDS = 0.5


class PlanForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seconds: Literal["20", "60", "180", "600", "1800"]


class StopForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    how: StopRequest


@get("/rounds/{round_id:uuid}/planning", include_in_schema=False)
async def planning_page(
    request: Asked,
    round_id: FromPath[UUID],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> Response[bytes]:
    """How the planning stands, and what can be done about it."""
    shown = planning_shown(await read_planning(services, actor, round_id), now)
    unserved = len(planned.dispatch.plan.unserved) if planned.reading.stored.is_planned else 0
    return in_round("planning.html", planned, now, actor, shown=shown, unserved=unserved, form_key=form_key(request))


@post("/rounds/{round_id:uuid}/planning", include_in_schema=False)
async def begin_planning(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """Begin, or join what is under way."""
    form = await read_form(request, PlanForm)
    await request_plan(services, actor, round_id, float(form.seconds))
    return Redirect(f"/rounds/{round_id}/planning", status_code=303)


@post("/rounds/{round_id:uuid}/planning/stop", include_in_schema=False)
async def end_planning(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """End early, with the best so far or with nothing."""
    form = await read_form(request, StopForm)
    await stop_planning(services, actor, round_id, form.how)
    return Redirect(f"/rounds/{round_id}/planning", status_code=303)


@get("/rounds/{round_id:uuid}/planning/progress", include_in_schema=False)
async def planning_progress(
    round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """What the page shows of the progress, for a browser that asks again and again; nothing once it is over."""
    return await live_part(_progress(services, actor, round_id))


@get("/rounds/{round_id:uuid}/planning/events", include_in_schema=False)
async def planning_events(round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> ServerSentEvent:
    """The same, told as it goes on."""
    return await live_events(_progress(services, actor, round_id), LOOK_SECONDS)


def _progress(services: Services, actor: Actor, round_: UUID) -> Look:
    async def look() -> bytes:
        reading = await read_planning(services, actor, round_)
        if not reading.is_under_way:
            return b""
        return render("planning_progress.html", shown=planning_shown(reading, services.clock()))

    return look


PLANNING = (planning_page, begin_planning, end_planning, planning_progress, planning_events)

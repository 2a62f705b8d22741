"""Page: a round's planning: begun, followed while it runs, ended early; live by server-sent events.

What a planning is allowed is decided in actions/plan_requests.py, how it looks in ../shown/plannings.py.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent
from litestar.response.sse import ServerSentEventMessage
from msgspec import Struct

from coordinator.actions.plan_requests import PlanningReading, read_planning, request_plan, stop_planning
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.jobs import StopRequest
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.rendering import render
from coordinator.web.shown.plannings import planning_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form

LOOK_SECONDS = 0.5
STREAM_SECONDS = 60.0
"""Then the browser asks again, and it is asked again who looks."""
RETRY_MILLISECONDS = 1000


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
    return in_round("planning.html", planned, now, actor, shown=shown, form_key=form_key(request))


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
    reading = await read_planning(services, actor, round_id)
    words = _progress(reading, services.clock()) if reading.is_under_way else b""
    return Response(words, media_type=MediaType.HTML)


@get("/rounds/{round_id:uuid}/planning/events", include_in_schema=False)
async def planning_events(round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> ServerSentEvent:
    """The same, told whenever it changes."""
    first = await read_planning(services, actor, round_id)
    return ServerSentEvent(_events(services, actor, round_id, first), retry_duration=RETRY_MILLISECONDS)


async def _events(
    services: Services, actor: Actor, round_: UUID, reading: PlanningReading
) -> AsyncIterator[ServerSentEventMessage]:
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    while reading.is_under_way and clock() < ends_at:
        yield ServerSentEventMessage(data=_progress(reading, services.clock()))
        await asyncio.sleep(LOOK_SECONDS)
        reading = await read_planning(services, actor, round_)
    if not reading.is_under_way:
        yield ServerSentEventMessage(event="over")


def _progress(reading: PlanningReading, now: datetime) -> bytes:
    return render("planning_progress.html", shown=planning_shown(reading, now))


PLANNING = (planning_page, begin_planning, end_planning, planning_progress, planning_events)

"""Page: one replanning: followed while it is made, set beside the plan that stands, taken or left.

Who may take it, and when it takes two people, is decided in actions/replanning_choices.py.
"""

from collections.abc import Awaitable
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent
from msgspec import Struct

from coordinator.actions.replanning import listed_replannings, progress_of, read_replanning, stop_replanning
from coordinator.actions.replanning_choices import (
    confirm_override,
    leave,
    propose_override,
    standing_proposal,
    take,
    withdraw_override,
)
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, Refusal, TooLate
from coordinator.domain.jobs import StopRequest
from coordinator.domain.permissions import may
from coordinator.storage.rounds import Stage
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.live import Look, live_events, live_part
from coordinator.web.rendering import render
from coordinator.web.shown.plannings import replanning_progress
from coordinator.web.shown.replannings import replanning_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.staff.replanning import status_of
from coordinator.web.visiting import Asked, form_key, read_form

LOOK_SECONDS = 0.5
ONE = "/rounds/{round_id:uuid}/replanning/{id_:uuid}"


class StopForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    how: StopRequest


class ReasonForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str = ""


class ConfirmForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    proposal: UUID


@get(ONE, include_in_schema=False)
async def one_replanning_page(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """How it stands: being made, to be chosen, or chosen."""
    return await _page(request, planned, actor, services, id_)


@post(f"{ONE}/stop", include_in_schema=False)
async def end_replanning(
    request: Asked, round_id: FromPath[UUID], id_: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Redirect:
    """End early, with the best so far or with nothing."""
    form = await read_form(request, StopForm)
    await stop_replanning(services, actor, round_id, id_, form.how)
    return Redirect(f"/rounds/{round_id}/replanning/{id_}", status_code=303)


@post(f"{ONE}/take", include_in_schema=False)
async def take_plan(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Let the new plan stand."""
    doing = take(services, actor, planned.reading.stored.id, id_)
    return await _do(doing, request, planned, actor, services, id_)


@post(f"{ONE}/leave", include_in_schema=False)
async def leave_plan(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Let the old plan stand."""
    doing = leave(services, actor, planned.reading.stored.id, id_)
    return await _do(doing, request, planned, actor, services, id_)


@post(f"{ONE}/propose", include_in_schema=False)
async def propose_taking(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Propose to loosen a rule and take the plan."""
    form = await read_form(request, ReasonForm)
    doing = propose_override(services, actor, planned.reading.stored.id, id_, form.reason)
    return await _do(doing, request, planned, actor, services, id_)


@post(f"{ONE}/confirm", include_in_schema=False)
async def confirm_taking(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Confirm what another proposed: the new plan stands."""
    form = await read_form(request, ConfirmForm)
    doing = confirm_override(services, actor, planned.reading.stored.id, id_, form.proposal)
    return await _do(doing, request, planned, actor, services, id_)


@post(f"{ONE}/withdraw", include_in_schema=False)
async def withdraw_taking(
    request: Asked, id_: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """Take a proposal back."""
    doing = withdraw_override(services, actor, planned.reading.stored.id, id_)
    return await _do(doing, request, planned, actor, services, id_)


@get(f"{ONE}/progress", include_in_schema=False)
async def replanning_part(
    round_id: FromPath[UUID], id_: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """What is live on the page, for a browser that asks again and again."""
    return await live_part(_progress(services, actor, round_id, id_))


@get(f"{ONE}/events", include_in_schema=False)
async def replanning_events(
    round_id: FromPath[UUID], id_: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> ServerSentEvent:
    """The same, told as it goes on."""
    return await live_events(_progress(services, actor, round_id, id_), LOOK_SECONDS)


def _progress(services: Services, actor: Actor, round_: UUID, id_: UUID) -> Look:
    async def look() -> bytes:
        job = await progress_of(services, actor, round_, id_)
        return render("planning_progress.html", shown=replanning_progress(job, services.clock())) if job else b""

    return look


async def _page(
    request: Asked, known: Known, actor: Actor, services: Services, id_: UUID, fault: Refusal | None = None
) -> Response[bytes]:
    reading, now = await read_replanning(services, actor, known.reading.stored.id, id_), services.clock()
    answer = in_round(
        "one_replanning.html",
        known,
        now,
        actor,
        shown=replanning_shown(known, reading),
        progress=replanning_progress(reading.job, now) if reading.job and reading.is_under_way else None,
        proposal=await standing_proposal(services, actor, id_),
        can_choose=known.reading.stored.stage is Stage.PLANNED and may(actor, Act.PLAN_ROUND),
        form_key=form_key(request),
        fault=fault,
    )
    answer.status_code = status_of(fault)
    return answer


async def _do(
    doing: Awaitable[UUID | None], request: Asked, known: Known, actor: Actor, services: Services, id_: UUID
) -> Response[bytes] | Redirect:
    """Do something and go on: where another plan stands now to it, else back; what was refused is said on the page."""
    try:
        new = await doing
    except (Invalid, Conflict, TooLate) as fault:
        return await _page(request, known, actor, services, id_, fault)
    round_ = known.reading.stored.id
    if new is None:
        return Redirect(f"/rounds/{round_}/replanning/{id_}", status_code=303)
    adds = any(each.adds for each in await listed_replannings(services, actor, round_) if each.id == id_)
    done = "added" if adds else "replanned"
    return Redirect(f"/rounds/{round_}/schedule?done={done}&plan={new}", status_code=303)


REPLANNED = (
    one_replanning_page,
    end_replanning,
    take_plan,
    leave_plan,
    propose_taking,
    confirm_taking,
    withdraw_taking,
    replanning_part,
    replanning_events,
)

"""Pages: a draw that its parties hold together, for those who take part in it; every button is an action.

The projector's page and the printed record are in `ceremony_papers`, what is shown in ../shown/ceremonies.py.
"""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, ServerSentEvent
from msgspec import Struct

from coordinator.actions.ceremonies import close_commitments, commit, fix_together, reveal
from coordinator.actions.ceremony_ends import (
    confirm_to_hold,
    declare_attempt_void,
    propose_to_hold,
    withdraw_proposal,
)
from coordinator.domain.errors import Conflict, Invalid, Refusal, TooLate
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.live import live_events, live_part
from coordinator.web.rendering import render
from coordinator.web.seats import LOOK_SECONDS, Seat
from coordinator.web.shown.ceremonies import CeremonyShown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form

PLACE = "/rounds/{round_id:uuid}/draws/{stage:str}/ceremony"


class FixForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    minutes: Literal["15", "30", "60", "240", "1440", "4320"]


class CommitForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    commitment: str


class RevealForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret: str


class VoidForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str


class ProposeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    outcome: str = ""


class ConfirmForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    proposal: UUID


@get(PLACE, include_in_schema=False)
async def ceremony_page(
    request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]
) -> Response[bytes]:
    """How the draw stands, and what whoever looks has to do."""
    return await _page(request, seat, known, now)


@post(f"{PLACE}/fix", include_in_schema=False)
async def fix_draw(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Fix the document."""
    lasts = timedelta(minutes=int((await read_form(request, FixForm)).minutes))
    doing = fix_together(seat.services, seat.actor, seat.round, seat.stage, lasts)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/commitment", include_in_schema=False)
async def commit_party(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Publish the own party's commitment."""
    form = await read_form(request, CommitForm)
    doing = commit(seat.services, seat.actor, seat.round, seat.stage, form.commitment)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/close", include_in_schema=False)
async def close_list(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Take no more commitments."""
    doing = close_commitments(seat.services, seat.actor, seat.round, seat.stage)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/secret", include_in_schema=False)
async def reveal_party(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Reveal the own party's secret."""
    form = await read_form(request, RevealForm)
    doing = reveal(seat.services, seat.actor, seat.round, seat.stage, form.secret)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/void", include_in_schema=False)
async def void_attempt(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Give the attempt up."""
    form = await read_form(request, VoidForm)
    doing = declare_attempt_void(seat.services, seat.actor, seat.round, seat.stage, form.reason)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/propose", include_in_schema=False)
async def propose_draw(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Propose to let chance decide."""
    form = await read_form(request, ProposeForm)
    doing = propose_to_hold(seat.services, seat.actor, seat.round, seat.stage, form.outcome)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/confirm", include_in_schema=False)
async def confirm_draw(request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """Confirm what somebody else proposed: chance decides."""
    form = await read_form(request, ConfirmForm)
    doing = confirm_to_hold(seat.services, seat.actor, seat.round, seat.stage, form.proposal)
    return await _do(doing, request, seat, known, now)


@post(f"{PLACE}/withdraw", include_in_schema=False)
async def withdraw_draw(
    request: Asked, seat: Given[Seat], known: Given[Known], now: Given[datetime]
) -> Response[bytes]:
    """Take a proposal back."""
    doing = withdraw_proposal(seat.services, seat.actor, seat.round, seat.stage)
    return await _do(doing, request, seat, known, now)


@get(f"{PLACE}/progress", include_in_schema=False)
async def ceremony_progress(seat: Given[Seat], seen: FromQuery[str]) -> Response[bytes]:
    """What is live on the page, for a browser that asks again and again."""
    return await live_part(seat.live(seen, _state))


@get(f"{PLACE}/events", include_in_schema=False)
async def ceremony_events(seat: Given[Seat], seen: FromQuery[str]) -> ServerSentEvent:
    """The same, told as it happens."""
    return await live_events(seat.live(seen, _state), LOOK_SECONDS)


def _state(shown: CeremonyShown) -> bytes:
    return render("ceremony_state.html", shown=shown)


async def _do(doing: Awaitable[None], request: Asked, seat: Seat, known: Known, now: datetime) -> Response[bytes]:
    """Do something and show the page again; what was refused is said on it."""
    try:
        await doing
    except (Invalid, Conflict, TooLate) as fault:
        return await _page(request, seat, known, now, fault)
    return Redirect(f"{seat.path}/ceremony", status_code=303)


async def _page(
    request: Asked, seat: Seat, known: Known, now: datetime, fault: Refusal | None = None
) -> Response[bytes]:
    page = in_round(
        "ceremony.html",
        known,
        now,
        seat.actor,
        shown=await seat.look(),
        stage=seat.stage.value,
        form_key=form_key(request),
        fault=fault,
    )
    if fault:
        page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(fault, Invalid) else HTTPStatus.CONFLICT
    return page


CEREMONIES = (
    ceremony_page,
    fix_draw,
    commit_party,
    close_list,
    reveal_party,
    void_attempt,
    propose_draw,
    confirm_draw,
    withdraw_draw,
    ceremony_progress,
    ceremony_events,
)

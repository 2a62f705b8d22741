"""Pages: what the plan leaves unserved with remedies as buttons, and the list of changes for planning again.

What may be planned again is decided in actions/replanning.py; how one replanning fares is shown by `replanned`.
"""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.late_causes import GONE, causes_waiting
from coordinator.actions.replanning import Asked, listed_replannings, request_replanning
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, Invalid, Refusal, TooLate
from coordinator.domain.late_causes import additions
from coordinator.domain.permissions import may, permit
from coordinator.domain.replannings import after
from coordinator.domain.reported_changes import Event, Reported, alteration_of, departments_of
from coordinator.storage.rounds import Stage
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.parts import unserved_shown
from coordinator.web.shown.replannings import (
    alterations_shown,
    lines_shown,
    offers_shown,
    waiting_shown,
    written,
)
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked as Request
from coordinator.web.visiting import form_key, read_form
from solver.planning.alterations import Added, Alteration

AGAIN = "/rounds/{round_id:uuid}/replanning"


class AgainForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is listed so far, and what is to be done with it: an event added, one left out, or all of it planned."""

    plan: UUID
    alterations: str = "[]"
    do: Literal["away", "closed", "window", "add", "leave_out", "plan"] = "plan"
    number: str = "0"
    who: str = ""
    first: str = ""
    last: str = ""
    part: str = ""
    department: str = ""
    seconds: Literal["20", "60", "180", "600"] = "60"

    @property
    def listed(self) -> tuple[Alteration, ...]:
        """What was listed; raises Invalid where a form was not made by these pages."""
        try:
            return msgspec.json.decode(self.alterations, type=tuple[Alteration, ...])
        except msgspec.DecodeError as error:
            raise Invalid("表单的内容不完整。", remedy="请从页面上重新填写。") from error


class Draft(Struct, frozen=True, kw_only=True):
    """What stands on the page: the list so far; with a fault the form that was sent, too."""

    listed: tuple[Alteration, ...] = ()
    form: AgainForm | None = None
    fault: Refusal | None = None


@get("/rounds/{round_id:uuid}/unserved", include_in_schema=False)
async def unserved_page(
    request: Request, planned: Given[Known], actor: Given[Actor], now: Given[datetime]
) -> Response[bytes]:
    """What could not be served, why, and what would help."""
    permit(actor, Act.WATCH_PLANNING)
    can_act = _can_act(planned, actor)
    offers = await asyncio.to_thread(lambda: planned.offers) if can_act else ()
    return in_round(
        "unserved.html",
        planned,
        now,
        actor,
        groups=unserved_shown(planned.dispatch),
        offers=offers_shown(planned, offers),
        can_act=can_act,
        plan=planned.reading.plan,
        form_key=form_key(request),
    )


@get(AGAIN, include_in_schema=False)
async def replanning_page(
    request: Request, planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """What has changed, to be listed, with what was filed already; and what was planned again before."""
    waiting = await _waiting(planned, actor, services)
    return await _page(request, planned, actor, services, Draft(listed=waiting))


@post(AGAIN, include_in_schema=False)
async def plan_again(
    request: Request, planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[bytes] | Redirect:
    """List one more or one less, or have it all planned."""
    permit(actor, Act.PLAN_ROUND)
    form, round_ = await read_form(request, AgainForm), planned.reading.stored.id
    try:
        waiting = await _waiting(planned, actor, services)
        listed = await asyncio.to_thread(_listed, planned, form, waiting)
        if form.do == "plan":
            asked = Asked(plan=form.plan, alterations=listed, seconds=float(form.seconds))
            id_ = await request_replanning(services, actor, round_, asked)
            return Redirect(f"/rounds/{round_}/replanning/{id_}", status_code=303)
    except (Invalid, Conflict, TooLate) as fault:
        draft = Draft(listed=form.listed, form=form, fault=fault)
        return await _page(request, planned, actor, services, draft)
    return await _page(request, planned, actor, services, Draft(listed=listed))


def _listed(known: Known, form: AgainForm, waiting: tuple[Added, ...]) -> tuple[Alteration, ...]:
    """The list as the form would have it; raises Invalid where what is added cannot be."""
    listed = form.listed
    if form.do == "leave_out":
        return tuple(each for number, each in enumerate(listed) if str(number) != form.number)
    if form.do == "plan":
        return listed
    more = (*listed, *(_added(form, waiting) if form.do == "add" else (_reported(known, form),)))
    after(known.dispatch.problem, more)
    return more


def _added(form: AgainForm, waiting: tuple[Added, ...]) -> tuple[Alteration, ...]:
    found = tuple(each for each in waiting if each.matter.id == form.number)
    if not found:
        raise GONE
    return found


def _reported(known: Known, form: AgainForm) -> Alteration:
    reported = Reported(
        event=Event(form.do),
        who=form.who,
        first=form.first,
        last=form.last,
        part=form.part,
        department=form.department,
    )
    return alteration_of(known.dispatch, reported)


async def _waiting(known: Known, actor: Actor, services: Services) -> tuple[Added, ...]:
    """What was filed and could be planned in, for whoever may plan."""
    if not _can_act(known, actor):
        return ()
    return additions(known.dispatch, await causes_waiting(services, actor, known.reading.stored.id))


def _can_act(known: Known, actor: Actor) -> bool:
    return known.reading.stored.stage is Stage.PLANNED and may(actor, Act.PLAN_ROUND)


async def _page(request: Request, known: Known, actor: Actor, services: Services, draft: Draft) -> Response[bytes]:
    before = await listed_replannings(services, actor, known.reading.stored.id)
    waiting = await _waiting(known, actor, services)
    answer = in_round(
        "replanning.html",
        known,
        services.clock(),
        actor,
        lines=lines_shown(known.dispatch, before),
        alterations=alterations_shown(known.dispatch, draft.listed),
        written=written(draft.listed),
        waiting=waiting_shown(known.dispatch, waiting, draft.listed),
        form=draft.form,
        departments=departments_of(known.dispatch),
        days=sorted({each.date for each in known.dispatch.problem.half_days}),
        plan=known.reading.plan,
        can_act=_can_act(known, actor),
        form_key=form_key(request),
        fault=draft.fault,
    )
    answer.status_code = status_of(draft.fault)
    return answer


def status_of(fault: Refusal | None) -> HTTPStatus:
    """With which status a page is answered that says what was refused."""
    if fault is None:
        return HTTPStatus.OK
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(fault, Invalid) else HTTPStatus.CONFLICT


REPLANNING = (unserved_page, replanning_page, plan_again)

"""Pages: the annual plan of a year, for departments to write and for the coordinating office to have approved.

What the public sees of it is in ../public/annual_plans.py.
"""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct
from msgspec.structs import asdict

from coordinator.actions.annual_planning import (
    decide_year,
    draw_up_year,
    give_cause,
    put_line,
    read_year,
    withdraw_line,
)
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.annual_plans import COLUMNS
from coordinator.domain.approvals import Decision
from coordinator.domain.codes import TaskKind
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid
from coordinator.web.given import Given, Year
from coordinator.web.rendering import page
from coordinator.web.visiting import Asked, form_key, read_form


class LineForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    department: str = ""
    id: str = ""
    name: str = ""
    kind: str = ""
    cooperating: str = ""
    items: str = ""
    targets: str = ""
    ratio: str = ""
    first_day: str = ""
    last_day: str = ""
    reason: str = ""


class WithdrawForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    reason: str = ""


class DecideForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`said` is the number under which it is approved, or why it is returned."""

    seen: str
    decision: Decision
    said: str = ""


class CauseForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    task: str
    reason: str = ""


@get("/annual-plans", include_in_schema=False)
async def this_year(
    request: Asked, actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[bytes]:
    """The plan of the year that is on."""
    return await _page(request, actor, services, now.astimezone(LOCAL_TIME).year)


@get("/annual-plans/{year:int}", include_in_schema=False)
async def year_page(
    request: Asked, actor: Given[Actor], services: Given[Services], year: Year, line: FromQuery[str] = ""
) -> Response[bytes]:
    """Lines, changes and approval; `line` is one to be changed in the form."""
    return await _page(request, actor, services, year, line=line)


@post("/annual-plans/{year:int}", include_in_schema=False)
async def write_line(
    request: Asked, actor: Given[Actor], services: Given[Services], year: Year
) -> Response[bytes] | Redirect:
    """Add or change a line."""
    form = await read_form(request, LineForm)
    department = actor.department or form.department.strip()
    try:
        await put_line(services, actor, year, department, asdict(form), form.reason)
    except (Invalid, Conflict) as fault:
        return await _page(request, actor, services, year, form, fault)
    return _there(year)


@post("/annual-plans/{year:int}/withdraw", include_in_schema=False)
async def withdraw(request: Asked, actor: Given[Actor], services: Given[Services], year: Year) -> Redirect:
    """Take a line out."""
    form = await read_form(request, WithdrawForm)
    await withdraw_line(services, actor, year, form.id, form.reason)
    return _there(year)


@post("/annual-plans/{year:int}/draw-up", include_in_schema=False)
async def draw_up(actor: Given[Actor], services: Given[Services], year: Year) -> Redirect:
    """Ask for approval of the lines as they stand."""
    await draw_up_year(services, actor, year)
    return _there(year)


@post("/annual-plans/{year:int}/decide", include_in_schema=False)
async def decide(request: Asked, actor: Given[Actor], services: Given[Services], year: Year) -> Redirect:
    """Approve, which publishes, or return."""
    form = await read_form(request, DecideForm)
    await decide_year(services, actor, year, form.seen, form.decision, form.said)
    return _there(year)


@post("/rounds/{round_id:uuid}/papers/cause", include_in_schema=False)
async def say_cause(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Redirect:
    """Say why a task of a round stands in no line of the plan."""
    form = await read_form(request, CauseForm)
    await give_cause(services, actor, round_id, form.task, form.reason)
    return Redirect(f"/rounds/{round_id}/papers", status_code=303)


async def _page(
    request: Asked,
    actor: Actor,
    services: Services,
    year: int,
    form: LineForm | None = None,
    fault: Invalid | Conflict | None = None,
    line: str = "",
) -> Response[bytes]:
    reading = await read_year(services, actor, year)
    chosen = next((each for each in reading.lines if each.id == line), None)
    written = LineForm(**{name: str(getattr(chosen, name)) for name in COLUMNS}) if chosen else LineForm()
    return page(
        "annual_plan.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        year=year,
        years=range((this := services.clock().astimezone(LOCAL_TIME).year) - 1, this + 2),
        reading=reading,
        columns=COLUMNS,
        kinds=[each.value for each in TaskKind],
        form=form or written,
        form_key=form_key(request),
        fault=fault,
    )


def _there(year: int) -> Redirect:
    return Redirect(f"/annual-plans/{year}", status_code=303)


ANNUAL_PLANS = (this_year, year_page, write_line, withdraw, draw_up, decide, say_cause)

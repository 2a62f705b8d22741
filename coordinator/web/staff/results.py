"""Pages: what is still to be entered of a round's results, and the form on which one stop's are entered.

What answers mean and who may give them is decided in actions/entering.py; whole workbooks come in `result_uploads`.
"""

from datetime import date, datetime
from http import HTTPStatus
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.entering import (
    FaultyAnswers,
    StaleAnswers,
    enter_results,
    own_department,
    read_facts,
    refuse_nowhere,
)
from coordinator.actions.noticing import read_notices
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.entering import Entered, Stop, asked_at
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import TargetId
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.entries import EntryPage, entered_in, entry_page, entry_page_again
from coordinator.web.shown.results import (
    StopState,
    department_results,
    next_stop,
    notices_page,
    results_page,
    stop_lines,
)
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_fields

LARGEST_ENTRY = 512 * 1024
CHOICES = {"results": [*ResultCode], "dispositions": [*Disposition], "channels": [*PublicationChannel]}


class Sent(Struct, frozen=True, kw_only=True):
    """What somebody entered, and about which version of the page."""

    stop: Stop
    seen: str
    entered: tuple[Entered, ...]


@get("/rounds/{round_id:uuid}/results", include_in_schema=False)
async def results_list(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    show: FromQuery[str] = "",
    number: FromQuery[int] = 1,
) -> Response[bytes]:
    """For a department its stops with what is missing; for who sees all, how far each department is."""
    facts, today = await read_facts(services, actor, planned.reading), _today(now)
    state = next((each for each in StopState if each == show), None)
    shown = results_page(stop_lines(facts, planned.dispatch.calendar, today), state, number)
    departments = [*department_results(facts, today)]
    values = {"shown": shown, "departments": departments, "form_key": form_key(request)}
    return in_round("results.html", planned, now, actor, **values)


@get("/rounds/{round_id:uuid}/results/entry", include_in_schema=False)
async def entry_form(  # noqa: PLR0913, PLR0917 - which stop stands in the address
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    target: FromQuery[str] = "",
    day: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """The form of one stop, as it stands."""
    facts, today, stop = await read_facts(services, actor, planned.reading), _today(now), _stop(target, day)
    department = own_department(actor)
    asked = asked_at(facts, department, stop)
    refuse_nowhere(asked)
    shown = entry_page(facts, department, stop, asked, today)
    follows = next_stop(stop_lines(facts, planned.dispatch.calendar, today), stop) if done else None
    return _form(request, planned, actor, now, shown, done=done, follows=follows)


@post("/rounds/{round_id:uuid}/results/entry", request_max_body_size=LARGEST_ENTRY, include_in_schema=False)
async def enter(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[bytes] | Redirect:
    """Enter a stop's results, or correct them; pressed twice, they are entered once."""
    sent = _sent(await read_fields(request))
    try:
        await enter_results(services, actor, planned.reading, sent.stop, sent.entered, sent.seen)
    except (FaultyAnswers, StaleAnswers) as fault:
        return await _form_again(request, planned, actor, services, now, sent, fault)
    again = urlencode({"target": sent.stop.target, "day": sent.stop.day.isoformat(), "done": "saved"})
    return Redirect(f"/rounds/{planned.reading.stored.id}/results/entry?{again}", status_code=303)


@get("/rounds/{round_id:uuid}/results/notices", include_in_schema=False)
async def notices_list(
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    number: FromQuery[int] = 1,
) -> Response[bytes]:
    """What others found that one must know."""
    told = await read_notices(services, actor, planned.reading.stored.id)
    return in_round("notices.html", planned, now, actor, shown=notices_page(told, number))


async def _form_again(
    request: Asked,
    planned: Known,
    actor: Actor,
    services: Services,
    now: datetime,
    sent: Sent,
    fault: FaultyAnswers | StaleAnswers,
) -> Response[bytes]:
    facts, department = await read_facts(services, actor, planned.reading), own_department(actor)
    is_stale = isinstance(fault, StaleAnswers)
    asked = fault.asked if isinstance(fault, StaleAnswers) else asked_at(facts, department, sent.stop)
    faults = () if isinstance(fault, StaleAnswers) else fault.faults
    shown = entry_page_again(facts, department, sent.stop, asked, sent.entered, faults)
    answer = _form(request, planned, actor, now, shown, fault=fault, is_stale=is_stale)
    answer.status_code = HTTPStatus.CONFLICT if is_stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _form(
    request: Asked,
    planned: Known,
    actor: Actor,
    now: datetime,
    shown: EntryPage,
    **values: object,
) -> Response[bytes]:
    given = {"done": "", "follows": None, "fault": None, "is_stale": False, **values}
    given |= {"items": planned.items, "form_key": form_key(request)}
    return in_round("entry.html", planned, now, actor, shown=shown, **CHOICES, **given)


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL_TIME).date()


def _stop(target: str, day: str) -> Stop:
    try:
        return Stop(target=TargetId(target), day=date.fromisoformat(day))
    except ValueError as error:
        raise NotFound("本部门没有这次检查。", remedy="请从结果列表里选择。") from error


def _sent(fields: dict[str, str]) -> Sent:
    stop, seen = _stop(fields.pop("target", ""), fields.pop("day", "")), fields.pop("seen", "")
    return Sent(stop=stop, seen=seen, entered=entered_in(fields))


RESULTS = (results_list, entry_form, enter, notices_list)

"""Pages: the list of rounds, a round's course and figures, its audit trail.

What is shown is in ../shown.
"""

from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from coordinator.actions.duties import read_duties
from coordinator.actions.entering import read_progress
from coordinator.actions.posting import stuck_deliveries
from coordinator.actions.reading import all_rounds, read_trail
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.storage.rounds import Stage
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.course import course_of_stage
from coordinator.web.shown.rounds import round_line, round_shown
from coordinator.web.shown.trails import trail_entry
from coordinator.web.staff.framing import in_round

HOMES = {Office.ADMINISTRATOR: "/accounts", Office.AUDITOR: "/trail"}


@get("/", include_in_schema=False)
async def rounds_page(
    services: Given[Services], actor: Given[Actor], now: Given[datetime]
) -> Response[bytes] | Redirect:
    """What one owes, then every round that one may see; who sees none by office is led to where the office works."""
    if actor.office in HOMES:
        return Redirect(HOMES[actor.office], status_code=303)
    stored = await all_rounds(services, actor)
    today = now.astimezone(LOCAL_TIME).date()
    courses = {each.id: course_of_stage(each, today) for each in stored if each.stage is not Stage.DISPATCHED}
    duties, stuck = await read_duties(services, actor), await stuck_deliveries(services, actor)
    return page(
        "rounds.html",
        actor=actor,
        rounds=[round_line(each) for each in stored],
        duties=duties,
        courses=courses,
        stuck=stuck,
    )


@get("/rounds/{round_id:uuid}", include_in_schema=False)
async def round_page(
    known: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[bytes]:
    """One round."""
    progress = await read_progress(services, actor, known.reading)
    return in_round("round.html", known, now, actor, shown=round_shown(known.reading, now, progress))


@get("/rounds/{round_id:uuid}/trail", include_in_schema=False)
async def trail_page(
    round_id: FromPath[UUID],
    known: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> Response[bytes]:
    """What was done to a round, in words."""
    entries = await read_trail(services, actor, round_id)
    return in_round("trail.html", known, now, actor, entries=[trail_entry(each) for each in entries])

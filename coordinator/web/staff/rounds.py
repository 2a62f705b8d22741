"""Pages: the list of rounds, a round's course and figures, its audit trail.

What is shown is in ../shown.
"""

from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from coordinator.actions.reading import all_rounds, read_trail
from coordinator.actions.services import Services
from coordinator.web.given import LOCAL, Given
from coordinator.web.known import Known
from coordinator.web.rendering import page
from coordinator.web.shown.rounds import round_line, round_shown
from coordinator.web.shown.trails import trail_entry
from coordinator.web.staff.framing import in_round


@get("/", include_in_schema=False)
async def rounds_page(services: Given[Services]) -> Response[bytes]:
    """Every round, the newest first."""
    stored = await all_rounds(services, LOCAL)
    return page("rounds.html", rounds=[round_line(each) for each in stored])


@get("/rounds/{round_id:uuid}", include_in_schema=False)
async def round_page(known: Given[Known], now: Given[datetime]) -> Response[bytes]:
    """One round."""
    return in_round("round.html", known, now, shown=round_shown(known.reading, now))


@get("/rounds/{round_id:uuid}/trail", include_in_schema=False)
async def trail_page(
    round_id: FromPath[UUID], known: Given[Known], services: Given[Services], now: Given[datetime]
) -> Response[bytes]:
    """What was done to a round, in words."""
    entries = await read_trail(services, LOCAL, round_id)
    return in_round("trail.html", known, now, entries=[trail_entry(each) for each in entries])

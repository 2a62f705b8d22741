"""Page: the schedule by day, half-day and team, with its filter in the address and a picked tour beside it.

How tours are laid out is in ../shown.
"""

from datetime import datetime

from litestar import Response, get
from litestar.params import FromQuery

from coordinator.domain.actors import Actor
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.schedules import asked_for, schedule_shown
from coordinator.web.shown.tours import tour_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key


@get("/rounds/{round_id:uuid}/schedule", include_in_schema=False)
async def schedule_page(  # noqa: PLR0913, PLR0917 - what can be asked for stands in the address
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    now: Given[datetime],
    week: FromQuery[str] = "",
    day: FromQuery[str] = "",
    department: FromQuery[str] = "",
    team: FromQuery[str] = "",
    tour: FromQuery[str] = "",
    done: FromQuery[str] = "",
    plan: FromQuery[str] = "",
) -> Response[bytes]:
    """The week that is on or was asked for; a day, or `week=all`, shows as much."""
    asked = asked_for(planned.tours, now, week=week, day=day, department=department, team=team, tour=tour)
    return in_round(
        "schedule.html",
        planned,
        now,
        actor,
        shown=schedule_shown(planned.tours, asked),
        picked=tour_shown(planned, tour, now) if tour else None,
        done=done,
        plan=plan,
        form_key=form_key(request),
    )

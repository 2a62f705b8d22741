"""Pages: one plan in linked views, calendar, timeline and map, and the merge board; one filter in the address for all.

How tours are laid out is in ../shown.
"""

from datetime import datetime

from litestar import Response, get
from litestar.di import Provide
from litestar.params import FromQuery
from msgspec.structs import replace

from coordinator.documents.report_map import map_view
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.permissions import permit
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.merges import merges_page
from coordinator.web.shown.schedules import ScheduleFilter, asked_for, chosen_tours, schedule_shown
from coordinator.web.shown.tours import tour_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key


async def asked(  # noqa: PLR0913, PLR0917 - what can be asked for stands in the address
    planned: Given[Known],
    now: Given[datetime],
    week: FromQuery[str] = "",
    day: FromQuery[str] = "",
    department: FromQuery[str] = "",
    team: FromQuery[str] = "",
    tour: FromQuery[str] = "",
    area: FromQuery[str] = "",
    notice: FromQuery[str] = "",
) -> ScheduleFilter:
    """Read the filter that all views share; without a week or a day it is the week that is on, `week=all` is all."""
    return asked_for(
        planned.tours,
        now,
        week=week,
        day=day,
        department=department,
        team=team,
        tour=tour,
        area=area,
        notice=notice,
    )


FILTER = {"asked": Provide(asked)}


@get("/rounds/{round_id:uuid}/schedule", include_in_schema=False, dependencies=FILTER)
async def schedule_page(  # noqa: PLR0913, PLR0917 - a page and what its form needs
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    now: Given[datetime],
    asked: Given[ScheduleFilter],
    tour: FromQuery[str] = "",
    done: FromQuery[str] = "",
    plan: FromQuery[str] = "",
) -> Response[bytes]:
    """The calendar, with a picked tour beside it."""
    return in_round(
        "schedule.html",
        planned,
        now,
        actor,
        shown=schedule_shown(planned.tours, asked),
        picked=tour_shown(planned, tour, now) if tour else None,
        done=done,
        plan=plan,
        moment=now,
        form_key=form_key(request),
    )


@get("/rounds/{round_id:uuid}/timeline", include_in_schema=False, dependencies=FILTER)
async def timeline_page(
    planned: Given[Known], actor: Given[Actor], now: Given[datetime], asked: Given[ScheduleFilter]
) -> Response[bytes]:
    """Every tour as a line, its visits as strips of time."""
    return in_round("timeline.html", planned, now, actor, shown=schedule_shown(planned.tours, asked))


@get("/rounds/{round_id:uuid}/map", include_in_schema=False, dependencies=FILTER)
async def map_page(
    planned: Given[Known], actor: Given[Actor], now: Given[datetime], asked: Given[ScheduleFilter]
) -> Response[bytes]:
    """Tours as lines between doors, without tiles."""
    chosen = chosen_tours(planned.tours, asked)
    tours = tuple(tour for tour in planned.dispatch.plan.tours if tour.id in chosen)
    drawn = replace(planned.dispatch, plan=replace(planned.dispatch.plan, tours=tours))
    shown = schedule_shown(planned.tours, asked)
    return in_round("map.html", planned, now, actor, shown=shown, map=map_view(drawn))


@get("/rounds/{round_id:uuid}/merges", include_in_schema=False)
async def merge_board(
    planned: Given[Known],
    actor: Given[Actor],
    now: Given[datetime],
    q: FromQuery[str] = "",
    department: FromQuery[str] = "",
    only: FromQuery[str] = "",
    number: FromQuery[int] = 1,
) -> Response[bytes]:
    """Every firm before and after: whose matters, how many doors, and why what was not merged was not."""
    permit(actor, Act.WATCH_PLANNING)
    shown = merges_page(planned, query=q, department=department, only=only, page=number)
    return in_round("merges.html", planned, now, actor, shown=shown)


SCHEDULES = (schedule_page, timeline_page, map_page, merge_board)

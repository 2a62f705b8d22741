"""The interface for programs: the plan as its pages show it: the schedule, tours, the merge board, what is unserved.

Remedies for what is unserved are in `replanning`; what is shown is in ../shown.
"""

from datetime import datetime
from functools import partial
from typing import Literal

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.permissions import permit
from coordinator.web.api.answers import ERRORS
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.merges import MergeLine, merge_lines
from coordinator.web.shown.parts import UnservedShown, unserved_shown
from coordinator.web.shown.schedules import ALL, ScheduleShown, asked_for, schedule_shown
from coordinator.web.shown.tours import TourShown, tour_shown

ROUND = "/rounds/{round_id:uuid}"
read = partial(get, responses=ERRORS, tags=["排期"])


@read(f"{ROUND}/schedule", summary="排期；可按周、日、部门、组次或人员编号、区域、是否告知筛选")
async def get_schedule(  # noqa: PLR0913, PLR0917 - what can be asked for stands in the address
    planned: Given[Known],
    now: Given[datetime],
    week: FromQuery[str] = ALL,
    day: FromQuery[str] = "",
    department: FromQuery[str] = "",
    team: FromQuery[str] = "",
    area: FromQuery[str] = "",
    notice: FromQuery[Literal["", "announced", "unannounced"]] = "",
) -> ScheduleShown:
    asked = asked_for(
        planned.tours, now, week=week, day=day, department=department, team=team, area=area, notice=notice
    )
    return schedule_shown(planned.tours, asked)


@read(f"{ROUND}/tours/{{tour:str}}", summary="一个组次：入户、岗位、中签概率")
async def get_tour(planned: Given[Known], tour: FromPath[str], now: Given[datetime]) -> TourShown:
    return tour_shown(planned, tour, now)


@listing(f"{ROUND}/merges", tags=["排期"], summary="合并台账：每户合并前后开几次门，哪些部门，没有合到一次的原因")
async def list_merges(
    turn: Given[Turn],
    planned: Given[Known],
    actor: Given[Actor],
    q: FromQuery[str] = "",
    department: FromQuery[str] = "",
    only: FromQuery[Literal["", "merged", "parted"]] = "",
) -> Response[list[MergeLine]]:
    permit(actor, Act.WATCH_PLANNING)
    lines = merge_lines(planned, query=q, department=department, only=only)
    return turn.cut(lines, lambda _, each: each.target)


@listing(f"{ROUND}/unserved", tags=["排期"], summary="未排入的事项，按原因合在一起，多的在前；补救办法在 remedies")
async def list_unserved(turn: Given[Turn], planned: Given[Known], actor: Given[Actor]) -> Response[list[UnservedShown]]:
    permit(actor, Act.WATCH_PLANNING)
    return turn.cut(unserved_shown(planned.dispatch), lambda _, each: each.matters[0].id)


PLAN_VIEWS = (get_schedule, get_tour, list_merges, list_unserved)

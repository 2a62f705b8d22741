"""Pages: the year's statistics table, each figure opened to what it counts, and the same as files.

The figures are made in the domain; whose table one sees is decided in actions/adding_up.py.
"""

import asyncio
from datetime import datetime
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromQuery

from coordinator.actions.adding_up import add_up, counting
from coordinator.actions.reading import RoundReading, all_rounds
from coordinator.actions.services import Services
from coordinator.documents.statistics_workbook import statistics_json, statistics_workbook
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.permissions import permit
from coordinator.domain.statistics import Statistics
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.rendering import page
from coordinator.web.shown.statistics import statistics_page
from coordinator.web.staff.handing_in import workbook_response


class AddedUp(NamedTuple):
    """A year's tables, and the rounds in them."""

    made: Statistics
    readings: list[RoundReading]


@get("/statistics", include_in_schema=False)
async def statistics_view(
    actor: Given[Actor],
    services: Given[Services],
    memory: Given[Memory],
    year: FromQuery[int] = 0,
    unit: FromQuery[str] = "",
    figure: FromQuery[str] = "",
) -> Response[bytes]:
    """One unit's table; with a figure also what it counts."""
    added = await _added_up(services, actor, memory, year)
    shown = statistics_page(added.made, added.readings, unit, figure) if added.made.tables else None
    return page("statistics.html", actor=actor, shown=shown, year=added.made.year)


@get("/statistics.xlsx", include_in_schema=False)
async def statistics_file(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], now: Given[datetime], year: FromQuery[int]
) -> Response[bytes]:
    """All tables that one may see, with all that they count."""
    made = (await _added_up(services, actor, memory, year)).made
    content = await asyncio.to_thread(statistics_workbook, made, now.astimezone(LOCAL_TIME).date())
    return workbook_response(f"{year}年统计表.xlsx", content)


@get("/statistics.json", include_in_schema=False)
async def statistics_data(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], year: FromQuery[int]
) -> Response[bytes]:
    """The same figures for programs."""
    made = (await _added_up(services, actor, memory, year)).made
    return Response(statistics_json(made), media_type="application/json")


async def _added_up(services: Services, actor: Actor, memory: Memory, year: int) -> AddedUp:
    permit(actor, Act.SEE_RESULTS)
    year = year or services.clock().astimezone(LOCAL_TIME).year
    rounds = counting(await all_rounds(services, actor), year)
    readings = [(await memory.recall(PUBLICATION, each.id)).reading for each in rounds]
    return AddedUp(await add_up(services, actor, readings, year), readings)


STATISTICS = (statistics_view, statistics_file, statistics_data)

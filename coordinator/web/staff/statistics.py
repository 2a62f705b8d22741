"""Pages: the year's statistics table, each figure opened to what it counts, and the same as files.

The figures are made in the domain; whose table one sees is decided in actions/adding_up.py.
"""

import asyncio
from datetime import datetime
from functools import partial
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect
from msgspec import Meta, Struct

from coordinator.actions.adding_up import add_up, close_table, counting, read_closed
from coordinator.actions.reading import all_rounds
from coordinator.actions.services import Services
from coordinator.documents.statistics_workbook import statistics_json, statistics_workbook
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.closed_tables import correction_since
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import Expectations
from coordinator.domain.permissions import permit
from coordinator.domain.statistics import Statistics
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.rendering import page
from coordinator.web.shown.statistics import statistics_page
from coordinator.web.staff.handing_in import workbook_response
from coordinator.web.visiting import Asked, form_key, read_form

AskedYear = Annotated[int, QueryParameter(ge=0, le=9999)]


class ReportForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is the digest of the figures that the page showed."""

    year: Annotated[str, Meta(pattern=r"^20\d\d$")]
    unit: str
    seen: str


class AddedUp(NamedTuple):
    """A year's tables, and what was owed in the rounds that they count."""

    made: Statistics
    expected: tuple[Expectations, ...]


@get("/statistics", include_in_schema=False)
async def statistics_view(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    memory: Given[Memory],
    year: AskedYear = 0,
    unit: FromQuery[str] = "",
    figure: FromQuery[str] = "",
) -> Response[bytes]:
    """One unit's table; with a figure also what it counts."""
    added = await added_up(services, actor, memory, year)
    closed = await read_closed(services, actor, added.made.year)
    shown = statistics_page(added.made, closed, added.expected, unit, figure) if added.made.tables else None
    return page("statistics.html", actor=actor, shown=shown, year=added.made.year, form_key=form_key(request))


@post("/statistics", include_in_schema=False)
async def report_table(
    request: Asked, actor: Given[Actor], services: Given[Services], memory: Given[Memory]
) -> Redirect:
    """Report a unit's table as the page showed it."""
    form = await read_form(request, ReportForm)
    made = (await added_up(services, actor, memory, int(form.year))).made
    await close_table(services, actor, made, form.unit, form.seen)
    return Redirect(f"/statistics?{urlencode({'year': form.year, 'unit': form.unit})}", status_code=303)


@get("/statistics.xlsx", include_in_schema=False)
async def statistics_file(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], now: Given[datetime], year: AskedYear
) -> Response[bytes]:
    """All tables that one may see, with all that they count."""
    made = (await added_up(services, actor, memory, year)).made
    closed = {each.content.unit: each.closed for each in await read_closed(services, actor, year)}
    since = [correction_since(closed[each.unit], each) for each in made.tables if each.unit in closed]
    write = partial(statistics_workbook, corrections=[each for each in since if each is not None])
    content = await asyncio.to_thread(write, made, now.astimezone(LOCAL_TIME).date())
    return workbook_response(f"{year}年统计表.xlsx", content)


@get("/statistics.json", include_in_schema=False)
async def statistics_data(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], year: AskedYear
) -> Response[bytes]:
    """The same figures for programs."""
    made = (await added_up(services, actor, memory, year)).made
    return Response(statistics_json(made), media_type="application/json")


async def added_up(services: Services, actor: Actor, memory: Memory, year: int) -> AddedUp:
    """Add a year's rounds up, this year's for 0."""
    permit(actor, Act.SEE_RESULTS)
    year = year or services.clock().astimezone(LOCAL_TIME).year
    rounds = counting(await all_rounds(services, actor), year)
    expected = {each.id: await memory.expectations(each.id) for each in rounds}
    return AddedUp(await add_up(services, actor, expected, year), tuple(expected.values()))


STATISTICS = (statistics_view, report_table, statistics_file, statistics_data)

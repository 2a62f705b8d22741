"""The interface for programs: the year's statistics tables, which of them were reported, what was corrected since.

Whose tables one sees, and that a table is reported once, is decided in actions/adding_up.py.
"""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from coordinator.actions.adding_up import close_table, read_closed
from coordinator.actions.services import Services
from coordinator.documents.statistics_workbook import statistics_json
from coordinator.domain.actors import Actor
from coordinator.domain.closed_tables import FigureChange, correction_since, table_digest
from coordinator.domain.statistics import StatisticsTable
from coordinator.storage.closed_tables import StoredTable
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given, Year
from coordinator.web.memory import Memory
from coordinator.web.staff.statistics import added_up

TAGS = ["结果"]
TABLES = "/statistics/{year:int}/tables"
AskedYear = Annotated[int, QueryParameter(ge=2000, le=2099, description="自然年")]


class TableLine(Struct, frozen=True, kw_only=True):
    """A unit's table: the digest of its figures, to be named on reporting, and how they changed since they were."""

    unit: str
    digest: str
    closed_on: date | None
    closed_by: str | None
    changes: tuple[FigureChange, ...]


class CloseWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is the digest of the figures that are reported: where they are others by now, nothing is done."""

    unit: str
    seen: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@get("/statistics", responses=ERRORS, tags=TAGS, summary="一年的统计表，格式同 statistics.json")
async def get_statistics(
    actor: Given[Actor], services: Given[Services], memory: Given[Memory], year: AskedYear
) -> dict[str, object]:
    made = (await added_up(services, actor, memory, year)).made
    return msgspec.json.decode(statistics_json(made), type=dict[str, object])


@listing(TABLES, tags=TAGS, summary="各单位的统计表：是否已填报，此后有哪些更正")
async def list_tables(
    turn: Given[Turn], year: Year, actor: Given[Actor], services: Given[Services], memory: Given[Memory]
) -> Response[list[TableLine]]:
    return turn.cut(await _lines(services, actor, memory, year), lambda _, each: each.unit)


@post(
    TABLES,
    responses=of_writing(),
    operation_class=Keyed,
    status_code=200,
    tags=TAGS,
    summary="填报看到的那张统计表；只能填报一次，此后的变动列为更正",
)
async def post_table(
    year: Year, data: JSONBody[CloseWish], actor: Given[Actor], services: Given[Services], memory: Given[Memory]
) -> TableLine:
    made = (await added_up(services, actor, memory, year)).made
    await close_table(services, actor, made, data.unit, data.seen)
    lines = await _lines(services, actor, memory, year)
    return next(each for each in lines if each.unit == data.unit)


async def _lines(services: Services, actor: Actor, memory: Memory, year: int) -> list[TableLine]:
    made = (await added_up(services, actor, memory, year)).made
    closed = {each.content.unit: each for each in await read_closed(services, actor, year)}
    return [_line(table, closed.get(table.unit)) for table in made.tables]


def _line(table: StatisticsTable, closed: StoredTable | None) -> TableLine:
    since = correction_since(closed.closed, table) if closed else None
    return TableLine(
        unit=table.unit,
        digest=table_digest(table),
        closed_on=closed.closed_on if closed else None,
        closed_by=closed.closed_by if closed else None,
        changes=since.changes if since else (),
    )


STATISTICS = (get_statistics, list_tables, post_table)

"""The statistics table of a year from the database: the region's for who sees all, one's own for a department.

Reported (填报) it is kept as it stood. The figures are made in the domain; `statistics` does the same for folders.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from coordinator.actions.beginning import today_of
from coordinator.actions.entering import facts_now
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.closed_tables import table_digest
from coordinator.domain.errors import Conflict, NotFound
from coordinator.domain.expectations import Expectations
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import permit
from coordinator.domain.statistics import Statistics, statistics
from coordinator.storage import audit, closed_tables
from coordinator.storage.closed_tables import StoredTable
from coordinator.storage.connection import act_as, transaction
from coordinator.storage.rounds import Stage, StoredRound


def counting(rounds: Sequence[StoredRound], year: int) -> list[StoredRound]:
    """The rounds that a year's table can count: what was drawn then, and cases that were filed a year later."""
    return [
        each
        for each in rounds
        if each.stage is Stage.DISPATCHED
        and each.rehearsal_seed is None
        and each.settings.round.year in {year - 1, year, year + 1}
    ]


async def read_closed(services: Services, actor: Actor, year: int) -> tuple[StoredTable, ...]:
    """A year's reported tables, a department its own."""
    permit(actor, Act.SEE_RESULTS)
    async with transaction(services.pool, actor) as db:
        return tuple(await closed_tables.closed_tables(db, year))


async def close_table(services: Services, actor: Actor, made: Statistics, unit: str, seen: str) -> None:
    """Report a unit's table as it was seen; the same once more changes nothing, and nothing takes it back.

    Raises NotFound for a unit that is not there, Conflict where the figures are others by now or were reported already.
    """
    permit(actor, Act.CLOSE_TABLE)
    table = next((each for each in made.tables if each.unit == unit), None)
    if table is None:
        raise NotFound("没有这个单位的统计表。", remedy="请从页面上选择。")
    if table_digest(table) != seen:
        raise Conflict("统计表的数字刚刚有变动，没有填报。", remedy="请看过现在的数字再填报。")
    async with transaction(services.pool, actor) as db:
        standing = {each.content.unit: each.content for each in await closed_tables.closed_tables(db, made.year)}
        if standing.get(unit) == table:
            return
        if not await closed_tables.insert_table(db, table, today_of(services), actor.name, services.clock()):
            raise Conflict("这张统计表已经填报过。", remedy="此后的变动在页面上列为更正。")
        await audit.append(db, actor, "table_closed", None, unit, year=made.year)


async def add_up(services: Services, actor: Actor, expected: Mapping[UUID, Expectations], year: int) -> Statistics:
    """Add up whole rounds for a year; a department gets its own table, and behind it only what it found itself."""
    permit(actor, Act.SEE_RESULTS)
    async with transaction(services.pool, actor) as db:
        await act_as(db, PUBLICATION)
        facts = [await facts_now(db, round_, expectations) for round_, expectations in expected.items()]
    whole = statistics(facts, year)
    return whole if actor.department is None else whole.of_department(DepartmentId(actor.department))

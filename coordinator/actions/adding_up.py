"""The statistics table of a year from the database: the region's for who sees all, one's own for a department.

The figures are made in the domain; `statistics` does the same for result folders.
"""

from collections.abc import Sequence

from coordinator.actions.entering import facts_now
from coordinator.actions.reading import RoundReading
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import permit
from coordinator.domain.statistics import Statistics, statistics
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


async def add_up(services: Services, actor: Actor, readings: Sequence[RoundReading], year: int) -> Statistics:
    """Add up whole rounds for a year; a department gets its own table, and behind it only what it found itself."""
    permit(actor, Act.SEE_RESULTS)
    async with transaction(services.pool, actor) as db:
        await act_as(db, PUBLICATION)
        facts = [await facts_now(db, each) for each in readings]
    whole = statistics(facts, year)
    return whole if actor.department is None else whole.of_department(DepartmentId(actor.department))

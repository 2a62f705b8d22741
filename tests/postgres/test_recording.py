"""Results into the database: those of the very draw it holds, once however often they come."""

import pytest
from msgspec.structs import replace
from support.rounds import SEED, contents, dispatched, facts_of, planned, trail
from support.rounds import world as world_of

from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.codes import ResultCode
from coordinator.domain.findings import Correction, Facts
from coordinator.domain.ids import RoundId
from coordinator.storage import findings
from coordinator.storage.connection import Pool, transaction


@pytest.fixture
def world(pool: Pool) -> Services:
    return world_of(pool)


async def test_facts_are_recorded_as_they_were_taken_in(world: Services) -> None:
    round_ = await dispatched(world)
    facts = await facts_of(world, round_)
    assert await record_facts(world, CONSOLE, facts)
    async with transaction(world.pool, WORKER) as db:
        assert await findings.findings(db, round_) == sorted(facts.findings, key=lambda finding: finding.key)
        assert await findings.corrections(db, round_) == list(facts.corrections)


async def test_the_same_facts_twice_change_nothing_and_leave_no_second_entry(world: Services) -> None:
    facts = await facts_of(world, await dispatched(world))
    assert await record_facts(world, CONSOLE, facts)
    before = await contents(world.pool)
    assert await record_facts(world, CONSOLE, facts)
    elsewhere = tuple(replace(finding, file="copy.xlsx") for finding in facts.findings)
    assert await record_facts(world, CONSOLE, replace(facts, findings=elsewhere))
    assert await contents(world.pool) == before


async def test_a_correction_alone_is_new(world: Services) -> None:
    facts = await facts_of(world, await dispatched(world))
    assert await record_facts(world, CONSOLE, replace(facts, corrections=()))
    assert await record_facts(world, CONSOLE, facts)
    assert (await trail(world.pool)).count("results_recorded") == 2


async def test_a_correction_takes_the_place_of_the_finding_and_stays_on_the_record(world: Services) -> None:
    round_ = await dispatched(world)
    facts = await facts_of(world, round_)
    first, *others = facts.findings
    changed = replace(first, result=ResultCode.ORDERED_TO_CORRECT)
    correction = Correction(before=first, after=changed)
    later = replace(facts, findings=(changed, *others), corrections=(*facts.corrections, correction))
    for each in (facts, later):
        assert await record_facts(world, CONSOLE, each)
    async with transaction(world.pool, WORKER) as db:
        assert changed in await findings.findings(db, round_)
        assert first not in await findings.findings(db, round_)
        assert await findings.corrections(db, round_) == list(later.corrections)


async def test_a_folder_that_knows_nothing_of_a_later_correction_does_not_undo_it(world: Services) -> None:
    """As where results were corrected on a page, and the folder then took another department's form."""
    round_ = await dispatched(world)
    facts = await facts_of(world, round_)
    first, second, *others = facts.findings
    assert await record_facts(world, CONSOLE, replace(facts, findings=(first, second)))
    changed = replace(first, result=ResultCode.ORDERED_TO_CORRECT)
    correction = Correction(before=first, after=changed)
    later = replace(facts, findings=(changed, second), corrections=(*facts.corrections, correction))
    assert await record_facts(world, CONSOLE, later)
    unheard = replace(second, result=ResultCode.PENDING)
    assert await record_facts(world, CONSOLE, replace(facts, findings=(first, unheard, *others)))
    async with transaction(world.pool, WORKER) as db:
        standing = await findings.findings(db, round_)
        corrections = await findings.corrections(db, round_)
    assert changed in standing
    assert unheard in standing
    assert len(standing) == len(facts.findings)
    assert corrections == [*later.corrections, Correction(before=second, after=unheard)]


async def test_facts_of_a_round_that_the_database_does_not_know_are_not_recorded(world: Services) -> None:
    facts = await facts_of(world, await dispatched(world))
    unknown = replace(facts, expectations=replace(facts.expectations, round=RoundId("unknown")))
    await not_recorded(world, unknown)


async def test_facts_of_another_draw_of_the_same_round_are_not_recorded(world: Services) -> None:
    facts = await facts_of(world, await dispatched(world))
    other = replace(facts, expectations=replace(facts.expectations, batches=facts.expectations.batches[1:]))
    await not_recorded(world, other)


async def test_facts_of_a_rehearsal_are_recorded_nowhere(world: Services) -> None:
    rehearsed = await facts_of(world, await dispatched(world, seed=SEED))
    await not_recorded(world, rehearsed)
    await dispatched(world)
    await not_recorded(world, replace(rehearsed, expectations=replace(rehearsed.expectations, rehearsal=True)))


async def test_facts_are_not_recorded_before_the_round_was_dispatched(world: Services) -> None:
    rehearsed = await facts_of(world, await dispatched(world, seed=SEED))
    await planned(world)
    await not_recorded(world, rehearsed)


async def not_recorded(world: Services, facts: Facts) -> None:
    before = await contents(world.pool)
    assert not await record_facts(world, CONSOLE, facts)
    assert await contents(world.pool) == before

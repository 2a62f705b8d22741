"""Forwarding: every destination gets its own department's rows, once, and again only what has changed."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace
from support.people import Person, a_person
from support.rounds import SEED, WATER, dispatched, facts_of, teams_drawn
from support.rounds import world as world_of

from connectors.contract import File
from connectors.records import Result, read_records
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.forwarding import forward_all
from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.codes import Disposition, ResultCode
from coordinator.domain.deliveries import ConnectorKind
from coordinator.domain.destinations import DestinationDraft, DestinationName, DestinationState, Wanted
from coordinator.domain.findings import Facts, Finding
from coordinator.domain.ids import DepartmentId
from coordinator.storage import audit, destinations, outbox
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.outbox import StoredDelivery


@pytest.fixture
async def services(pool: Pool) -> Services:
    return world_of(pool)


async def a_destination(
    services: Services,
    people: tuple[Person, Person],
    *wants: Wanted,
    department: DepartmentId = WATER,
    name: str = "out",
) -> None:
    draft = DestinationDraft(
        name=DestinationName(name),
        connector=ConnectorKind("folder"),
        title="对接",
        department=department,
        wants=wants,
        settings={"root": "/nowhere"},
    )
    async with transaction(services.pool, WORKER) as db:
        await destinations.put_destination(db, draft, *(each.account for each in people), services.clock())
        await audit.append(db, WORKER, "destination_set", None, name)


async def two(services: Services) -> tuple[Person, Person]:
    return await a_person(services, "first"), await a_person(services, "second")


async def posted(services: Services) -> list[StoredDelivery]:
    async with transaction(services.pool, WORKER) as db:
        found = await outbox.latest_deliveries(db, None, None, most=10_000)
    return [each for each in found if each.connector == "folder"]


async def rows(services: Services, delivery: StoredDelivery) -> tuple[Result, ...]:
    async with transaction(services.pool, WORKER) as db:
        files = await outbox.package_files(db, delivery.outbox)
    [file] = [each for each in files if each.name.endswith(".jsonl")]
    read = read_records(File(name=file.name, content=file.content, row_count=file.row_count))
    assert len(read) == file.row_count
    return tuple(each for each in read if isinstance(each, Result))


async def test_nothing_leaves_before_the_papers_are_approved_or_of_a_rehearsal(services: Services) -> None:
    await a_destination(services, await two(services), *Wanted)
    await teams_drawn(services)
    await dispatched(services, seed=SEED)
    await forward_all(services)
    assert await posted(services) == []


async def test_papers_are_posted_once_however_often_it_is_looked(services: Services) -> None:
    await a_destination(services, await two(services), Wanted.PAPERS)
    await dispatched(services)
    assert await forward_all(services) == 1
    [paper] = await posted(services)
    assert (paper.department, paper.recipient, paper.number) == (WATER, WATER, 1)
    assert await forward_all(services) == 0
    assert await posted(services) == [paper]


async def recorded(services: Services) -> tuple[UUID, Facts]:
    round_ = await dispatched(services)
    facts = replace(await facts_of(services, round_), corrections=())
    assert await record_facts(services, CONSOLE, facts)
    return round_, facts


def gathered(facts: Facts) -> list[Finding]:
    """The market entities' results of the department that has most of them: what is drawn is chance."""
    entities = {each.id for each in facts.expectations.targets if each.is_market_entity}
    found = [each for each in facts.findings if each.target in entities]
    [(busiest, _)] = Counter(each.department for each in found).most_common(1)
    return [each for each in found if each.department == busiest]


async def test_the_publicity_system_gets_each_target_of_each_task_with_the_departments_own_results(
    services: Services,
) -> None:
    people = await two(services)
    _, facts = await recorded(services)
    own = gathered(facts)
    await a_destination(services, people, Wanted.PUBLICITY, department=own[0].department)
    await forward_all(services)
    assert len(own) < len(facts.findings)
    packages = {each.batch: each for each in await posted(services)}
    counts = Counter(f"{finding.task} {finding.target}" for finding in own)
    assert packages.keys() - {f"{facts.round} 任务和抽中名单"} == counts.keys()
    for batch, count in counts.items():
        found = await rows(services, packages[batch])
        assert len(found) == count
        assert {(each.department, f"{each.task} {each.target}") for each in found} == {(own[0].department, batch)}


async def test_a_correction_gives_its_own_batch_the_next_number_and_no_other(services: Services) -> None:
    people = await two(services)
    _, facts = await recorded(services)
    first = gathered(facts)[0]
    await a_destination(services, people, Wanted.PUBLICITY, department=first.department)
    await forward_all(services)
    before = await posted(services)
    mended = replace(first, result=ResultCode.ORDERED_TO_CORRECT, problem="安全出口堵塞")
    others = tuple(mended if finding.key == first.key else finding for finding in facts.findings)
    assert await record_facts(services, CONSOLE, replace(facts, findings=others))
    await forward_all(services)
    new = [each for each in await posted(services) if each.outbox not in {old.outbox for old in before}]
    assert [(each.batch, each.number) for each in new] == [(f"{first.task} {first.target}", 2)]
    assert "安全出口堵塞" in {row.problem for row in await rows(services, new[0])}


async def test_what_another_department_found_is_told_to_who_must_know_and_to_nobody_else(services: Services) -> None:
    people = await two(services)
    round_ = await dispatched(services)
    facts = replace(await facts_of(services, round_), corrections=())
    found = next(finding for finding in facts.findings if finding.department != WATER)
    told = replace(
        found,
        result=ResultCode.ORDERED_TO_CORRECT,
        problem="取水许可过期",
        dispositions=(Disposition.NOTIFY_DEPARTMENT,),
        referred_to=WATER,
    )
    third = next(each.id for each in facts.expectations.departments if each.id not in {WATER, found.department})
    await a_destination(services, people, Wanted.REFERRALS, name="water")
    await a_destination(services, people, Wanted.REFERRALS, name="third", department=third)
    findings = tuple(told if each.key == found.key else each for each in facts.findings)
    assert await record_facts(services, CONSOLE, replace(facts, findings=findings))
    await forward_all(services)
    packages = {each.destination: each for each in await posted(services)}
    assert "取水许可过期" in {row.problem for row in await rows(services, packages["water"])}
    shares = third in facts.expectations.target_by_id[found.target].departments
    assert ("third" in packages) == shares


async def test_a_destination_that_comes_later_gets_what_there_is_and_a_closed_one_nothing(services: Services) -> None:
    people = await two(services)
    await recorded(services)
    await forward_all(services)
    assert await posted(services) == []
    await a_destination(services, people, Wanted.RESULTS, name="late")
    await a_destination(services, people, Wanted.RESULTS, name="gone")
    async with transaction(services.pool, WORKER) as db:
        await destinations.set_state(db, DestinationName("gone"), DestinationState.CLOSED)
    await forward_all(services)
    assert [each.destination for each in await posted(services)] == ["late"]


async def test_everything_that_is_passed_on_can_lie_in_one_folder(services: Services, tmp_path: Path) -> None:
    """Every wish, one shared folder: nothing takes another batch's place."""
    people = await two(services)
    async with transaction(services.pool, WORKER) as db:
        draft = DestinationDraft(
            name=DestinationName("share"),
            connector=ConnectorKind("folder"),
            title="共享",
            department=WATER,
            wants=tuple(Wanted),
            settings={"root": str(tmp_path)},
        )
        await destinations.put_destination(db, draft, *(each.account for each in people), services.clock())
    await recorded(services)
    await forward_all(services)
    attempts = await deliver_waiting(services, WORKER, connectors_for(services))
    assert len(attempts) > len(Wanted)
    assert {each.error for each in attempts} == {""}

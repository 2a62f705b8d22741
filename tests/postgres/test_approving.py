"""凡检查必审批: papers drawn up by one and approved by another; before that nothing of a round is told to anybody."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace
from support.people import a_person
from support.rounds import SEED, SUPERVISOR, dispatched, planned, stage_of, teams_drawn, trail
from support.rounds import world as world_of
from support.web import BEFORE, at

from coordinator.actions.approving import (
    OpenedPaper,
    approve,
    approve_alone,
    draw_up,
    open_paper,
    read_approvals,
    return_papers,
)
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.services import Services
from coordinator.documents.official.visit_notices import notice_subject
from coordinator.domain.actors import CONSOLE, WORKER, Actor, Office
from coordinator.domain.approvals import Approval, Decision, PaperLine, papers_digest
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.papers import PaperKind
from coordinator.storage import approvals, rounds
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage

NUMBER = "某双随机办〔2026〕3号"


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


async def the_head(services: Services) -> Actor:
    return (await a_person(services, "zhang.san")).who.actor


async def the_clerk(services: Services) -> Actor:
    return (await a_person(services, "li.si")).who.actor


async def waiting(services: Services, round_: UUID) -> Approval:
    latest = (await read_approvals(services, WORKER, round_)).approvals[0]
    assert latest.is_waiting
    return latest


async def drawn_up(services: Services) -> tuple[UUID, Approval]:
    round_ = await teams_drawn(services)
    await draw_up(services, WORKER, round_)
    return round_, await waiting(services, round_)


async def test_a_round_is_dispatched_by_the_approval_of_another_person(world: Services) -> None:
    round_, clerk = await teams_drawn(world), await the_clerk(world)
    await draw_up(world, clerk, round_)
    assert await stage_of(world.pool, round_) is Stage.TEAMS_DRAWN
    await approve(world, await the_head(world), round_, (await waiting(world, round_)).digest, NUMBER)
    assert await stage_of(world.pool, round_) is Stage.DISPATCHED
    latest = (await read_approvals(world, SUPERVISOR, round_)).approvals[0]
    assert (latest.decision, latest.number, latest.single_operator) == (Decision.APPROVED, NUMBER, False)
    assert latest.standing.approved_on == "2026年2月25日"
    assert [each for each in await trail(world.pool) if "papers" in each] == ["papers_drawn_up", "papers_approved"]


async def test_nobody_approves_what_he_drew_up_himself(world: Services) -> None:
    round_, clerk = await teams_drawn(world), await the_clerk(world)
    await draw_up(world, clerk, round_)
    seen = (await waiting(world, round_)).digest
    with pytest.raises(NotPermitted):
        await approve(world, clerk, round_, seen, NUMBER)
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(world.pool, clerk) as db:
            await db.execute(
                "UPDATE approval SET decision = 'approved', decided_by = drawn_up_by, decided_name = '', "
                "decided_at = now(), number = '1'"
            )
    assert await stage_of(world.pool, round_) is Stage.TEAMS_DRAWN


@pytest.mark.parametrize("step", [draw_up, lambda s, a, r: approve(s, a, r, "0" * 64, NUMBER)], ids=["draw", "approve"])
async def test_a_liaison_neither_draws_up_nor_approves(
    world: Services, step: Callable[[Services, Actor, UUID], Coroutine[Any, Any, None]]
) -> None:
    round_, _ = await drawn_up(world)
    liaison = (await a_person(world, "zhao.liu", Office.DEPARTMENT)).who.actor
    with pytest.raises(NotPermitted):
        await step(world, liaison, round_)


async def test_the_command_lines_operator_approves_and_the_record_says_so(world: Services) -> None:
    round_ = await dispatched(world)
    (only,) = (await read_approvals(world, WORKER, round_)).approvals
    assert only.single_operator
    assert only.drawn_up_name == only.decided_name == CONSOLE.name
    await approve_alone(world, CONSOLE, round_)
    assert len((await read_approvals(world, WORKER, round_)).approvals) == 1


async def test_a_rehearsal_is_approved_like_any_round_and_goes_with_its_papers(world: Services) -> None:
    round_ = await dispatched(world, seed=SEED)
    opened = await open_paper(world, WORKER, round_, 1, PaperKind.SCHEME, "")
    assert opened.paper.rehearsal
    await dispatched(world, seed=SEED)
    with pytest.raises(NotFound):
        await read_approvals(world, WORKER, round_)
    with pytest.raises(NotFound):
        await open_paper(world, WORKER, round_, 1, PaperKind.SCHEME, "")


async def test_nothing_is_drawn_up_before_the_lots(world: Services) -> None:
    with pytest.raises(TooLate):
        await draw_up(world, WORKER, await planned(world))


async def test_one_set_waits_at_a_time(world: Services) -> None:
    round_, _ = await drawn_up(world)
    with pytest.raises(Conflict):
        await draw_up(world, WORKER, round_)


async def test_returned_papers_say_why_and_others_are_drawn_up(world: Services) -> None:
    round_, first = await drawn_up(world)
    head = await the_head(world)
    with pytest.raises(Invalid):
        await return_papers(world, head, round_, first.digest, "  ")
    await return_papers(world, head, round_, first.digest, "请核对时间")
    with pytest.raises(TooLate):
        await approve(world, head, round_, first.digest, NUMBER)
    await draw_up(world, WORKER, round_)
    again = await waiting(world, round_)
    assert again.issue == 2
    await approve(world, head, round_, again.digest, NUMBER)


async def test_only_what_one_has_seen_is_decided(world: Services) -> None:
    round_, set_ = await drawn_up(world)
    head = await the_head(world)
    with pytest.raises(Conflict):
        await approve(world, head, round_, "0" * 64, NUMBER)
    with pytest.raises(Invalid):
        await approve(world, head, round_, set_.digest, "")
    await approve(world, head, round_, set_.digest, NUMBER)
    with pytest.raises(TooLate):
        await approve(world, head, round_, set_.digest, NUMBER)


async def test_the_database_dispatches_no_round_without_an_approval(world: Services) -> None:
    round_, _ = await drawn_up(world)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="not approved"):
        async with transaction(world.pool, WORKER) as db:
            await rounds.advance(db, round_, Stage.DISPATCHED)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE paper SET content = ''",
        "DELETE FROM paper",
        "DELETE FROM approval",
        "UPDATE approval SET digest = repeat('0', 64)",
        "UPDATE approval SET number = 'another'",
        "INSERT INTO paper SELECT approval, kind, subject || '-', content, digest FROM paper",
    ],
)
async def test_what_was_approved_stays(world: Services, change: str) -> None:
    await dispatched(world)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(change)


async def test_a_paper_has_the_digest_of_what_it_says(world: Services) -> None:
    round_, forged = await teams_drawn(world), PaperLine(kind=PaperKind.SCHEME, subject="", digest="0" * 64)
    async with transaction(world.pool, WORKER) as db:
        await approvals.insert_approval(db, round_, round_, "0" * 64, WORKER, BEFORE)
        with pytest.raises(asyncpg.CheckViolationError):
            await approvals.insert_papers(db, round_, [(forged, b"words")])


async def test_every_paper_of_a_round_can_be_opened_but_notices_of_unannounced_visits_wait(world: Services) -> None:
    round_ = await dispatched(world)
    reading = await read_approvals(world, WORKER, round_)
    assert papers_digest(reading.papers) == reading.approvals[0].digest
    async with transaction(world.pool, WORKER) as db:
        dispatch = await load_dispatch(db, WORKER, round_)
    unannounced = {
        notice_subject(dispatch, tour, visit): dispatch.begins_at(tour, visit)
        for tour, visit in dispatch.visits()
        if dispatch.is_unannounced(visit)
    }
    assert unannounced, "the sample has some"

    async def opened(line: PaperLine) -> OpenedPaper:
        return await open_paper(world, WORKER, round_, 1, line.kind, line.subject)

    for line in reading.papers:
        if line.kind is PaperKind.NOTICE and line.subject in unannounced:
            with pytest.raises(TooLate):
                await opened(line)
            begun = at(world, unannounced[line.subject])
            assert (await open_paper(begun, WORKER, round_, 1, line.kind, line.subject)).paper.kind is PaperKind.NOTICE
        elif line.kind is not PaperKind.APPROVAL_SHEET:
            assert (await opened(line)).paper.subject == line.subject
    with pytest.raises(NotFound):
        await opened(replace(reading.papers[0], subject="nobody"))

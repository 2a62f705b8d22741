"""Recusal after the lots, from the request to the new team: decided by another, by the published order, told to all."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace
from support.people import a_person
from support.rounds import SUPERVISOR, WATER, dispatched, planned, stored, trail
from support.rounds import world as world_of
from support.web import BEFORE, at

from coordinator.actions.approving import approve, draw_up, read_approvals, return_papers
from coordinator.actions.delivering import deliver_round
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.duties import read_duties
from coordinator.actions.recusing import RecusalWish, ask_recusal, decide_recusal, read_recusals
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER, Actor, Office
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.duties import DutyKind
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.recusals import RecusalCause, RecusalDecision, RecusalRequest
from coordinator.domain.replacing import barred_from, team_faults
from coordinator.storage import draws
from coordinator.storage.connection import Pool, transaction
from solver.chance.head import Stage as DrawStage
from solver.planning.plan import Role, Tour
from solver.planning.problem import Barred

REASON = "与该企业负责人是亲属"


class Case(NamedTuple):
    """Somebody who was drawn for a role that others had a chance for, at a target of that tour."""

    tour: Tour
    role: Role
    target: str
    inspector: str

    @property
    def wish(self) -> RecusalWish:
        return RecusalWish(target=self.target, inspector=self.inspector, cause=RecusalCause.DECLARED, reason=REASON)


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


@pytest.fixture
async def round_(world: Services) -> UUID:
    return await dispatched(world)


async def dispatch_of(world: Services, round_: UUID) -> Dispatch:
    async with transaction(world.pool, WORKER) as db:
        return await load_dispatch(db, WORKER, round_)


async def case_of(world: Services, round_: UUID, department: str = "", but: str = "") -> Case:
    dispatch = await dispatch_of(world, round_)
    for tour, visit in dispatch.visits():
        for role in tour.roles:
            busy = {
                one
                for other in dispatch.plan.tours
                if other.half_day == tour.half_day
                for each in other.roles
                for one in dispatch.teams[each.id]
            }
            spare = [one for one, chance in role.chances.items() if chance > 0 and one not in busy]
            if spare and department in role.department and role.department != but:
                return Case(tour, role, visit.target, dispatch.teams[role.id][0])
    raise AssertionError("the sample has a role with somebody to spare")


async def asked(world: Services, round_: UUID, case: Case) -> RecusalRequest:
    await ask_recusal(world, WORKER, round_, case.wish)
    return (await read_recusals(world, WORKER, round_)).requests[0]


async def a_head(world: Services) -> Actor:
    return (await a_person(world, "zhang.san")).who.actor


async def granted(world: Services, round_: UUID, case: Case) -> RecusalRequest:
    request = await asked(world, round_, case)
    await decide_recusal(world, await a_head(world), round_, request.id, RecusalDecision.GRANTED, "情况属实")
    return request


async def test_work_goes_on_until_it_is_decided(world: Services, round_: UUID) -> None:
    case, before = await case_of(world, round_), (await dispatch_of(world, round_)).teams
    request = await asked(world, round_, case)
    assert request.is_waiting
    assert (await dispatch_of(world, round_)).teams == before
    await decide_recusal(world, await a_head(world), round_, request.id, RecusalDecision.REFUSED, "没有利害关系")
    reading = await read_recusals(world, SUPERVISOR, round_)
    assert (reading.requests[0].decision, reading.replacements) == (RecusalDecision.REFUSED, ())
    assert (await dispatch_of(world, round_)).teams == before


async def test_the_next_in_the_published_order_goes_and_the_team_is_lawful(world: Services, round_: UUID) -> None:
    case = await case_of(world, round_)
    before = await dispatch_of(world, round_)
    await granted(world, round_, case)
    after, (change, *_) = await dispatch_of(world, round_), (await read_recusals(world, WORKER, round_)).replacements
    assert change.comes in after.teams[case.role.id]
    assert case.inspector not in after.teams[case.role.id]
    barred = Barred(inspector=case.inspector, target=case.target, reason=REASON)
    assert team_faults(barred_from(before, [barred]))
    assert team_faults(barred_from(after, [barred])) == ()
    assert after.changes_of(case.tour, case.tour.visits[0]) == 1


async def test_anyone_can_work_out_who_takes_the_place(world: Services, round_: UUID) -> None:
    """From the published seed and chances, with the words of the specification and SHA-256 alone."""
    case = await case_of(world, round_)
    before = await dispatch_of(world, round_)
    await granted(world, round_, case)
    async with transaction(world.pool, WORKER) as db:
        draw = await draws.standing_draw(db, round_, DrawStage.TEAMS)
    assert draw is not None
    assert draw.seed is not None
    for change in (await read_recusals(world, WORKER, round_)).replacements:
        numbers = {
            one: hashlib.sha256(f"{draw.seed}\talternate\t{change.lot}\t{one}".encode()).digest()[:8]
            for one in change.candidates
        }
        assert list(change.candidates) == sorted(change.candidates, key=lambda one: (numbers[one], one))
        role = next(role for tour in before.plan.tours for role in tour.roles if role.id == change.lot)
        assert all(role.chances[one] > 0 and one not in before.teams[role.id] for one in change.candidates)
        assert change.comes == change.candidates[0]


async def test_nobody_decides_what_he_asked(world: Services, round_: UUID) -> None:
    head, case = await a_head(world), await case_of(world, round_)
    await ask_recusal(world, head, round_, case.wish)
    request = (await read_recusals(world, head, round_)).requests[0]
    with pytest.raises(NotPermitted):
        await decide_recusal(world, head, round_, request.id, RecusalDecision.GRANTED, "属实")
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(world.pool, head) as db:
            await db.execute(
                "UPDATE recusal_request SET decision = 'granted', decided_by = asked_by, decided_name = 'x', "
                "decided_at = now(), decision_reason = 'x'"
            )


async def test_a_liaison_asks_for_the_own_people_alone_and_decides_nothing(world: Services, round_: UUID) -> None:
    liaison = (await a_person(world, "zhao.liu", Office.DEPARTMENT)).who.actor
    dispatch = await dispatch_of(world, round_)
    own, other = await case_of(world, round_, WATER), await case_of(world, round_, but=WATER)
    assert dispatch.inspectors[own.inspector][0] == WATER  # type: ignore[index] # an id of the plan
    assert other.role.department != WATER
    await ask_recusal(world, liaison, round_, own.wish)
    said = []
    for inspector in (other.wish.inspector, "nobody"):
        with pytest.raises(Invalid) as refused:
            await ask_recusal(world, liaison, round_, replace(other.wish, inspector=inspector))
        said.append(refused.value.sentence())
    assert said[0] == said[1], "who goes where for others is not told"
    await ask_recusal(world, WORKER, round_, other.wish)
    (seen,) = (await read_recusals(world, liaison, round_)).requests
    assert seen.inspector == own.inspector
    with pytest.raises(NotPermitted):
        await decide_recusal(world, liaison, round_, seen.id, RecusalDecision.GRANTED, "属实")


async def test_only_somebody_who_goes_there_can_be_recused_and_once(world: Services, round_: UUID) -> None:
    case = await case_of(world, round_)
    with pytest.raises(Invalid):
        await ask_recusal(world, WORKER, round_, case._replace(inspector="nobody").wish)
    with pytest.raises(Invalid):
        await ask_recusal(at(world, datetime(2027, 1, 1, tzinfo=BEFORE.tzinfo)), WORKER, round_, case.wish)
    await asked(world, round_, case)
    with pytest.raises(Conflict):
        await ask_recusal(world, WORKER, round_, case.wish)
    with pytest.raises(NotFound):
        await decide_recusal(world, WORKER, round_, UUID(int=0), RecusalDecision.GRANTED, "属实")


async def test_before_the_lots_there_is_nothing_to_recuse_from(world: Services) -> None:
    with pytest.raises(TooLate):
        await ask_recusal(
            world,
            WORKER,
            await planned(world),
            RecusalWish(target="x", inspector="y", cause=RecusalCause.REQUESTED, reason=REASON),
        )


async def test_changed_teams_need_papers_approved_anew(world: Services, round_: UUID) -> None:
    await granted(world, round_, await case_of(world, round_))
    await draw_up(world, WORKER, round_)
    latest, first = (await read_approvals(world, WORKER, round_)).approvals
    assert latest.digest != first.digest
    head = (await a_person(world, "qian.qi")).who.actor
    await approve(world, head, round_, latest.digest, "2")


async def test_the_office_is_told_what_waits_for_it(world: Services, round_: UUID) -> None:
    case, head = await case_of(world, round_), await a_head(world)
    assert await read_duties(world, head) == ()
    request = await asked(world, round_, case)
    [waits] = await read_duties(world, head)
    assert (waits.kind, waits.count, waits.due_on) == (DutyKind.DECIDE_RECUSALS, 1, request.due_on)
    await decide_recusal(world, head, round_, request.id, RecusalDecision.GRANTED, "情况属实")
    assert [each.kind for each in await read_duties(world, head)] == [DutyKind.DRAW_UP]
    waiting = await draw_up(world, WORKER, round_)
    assert [each.kind for each in await read_duties(world, head)] == [DutyKind.APPROVE]
    await approve(world, head, round_, waiting.digest, "2")
    assert await read_duties(world, head) == ()


async def test_papers_that_wait_are_not_approved_once_a_team_has_changed(world: Services, round_: UUID) -> None:
    await draw_up(world, WORKER, round_)
    waiting = (await read_approvals(world, WORKER, round_)).approvals[0]
    await granted(world, round_, await case_of(world, round_))
    head = (await a_person(world, "qian.qi")).who.actor
    with pytest.raises(Conflict):
        await approve(world, head, round_, waiting.digest, "2")
    await return_papers(world, head, round_, waiting.digest, "人员有变")


async def test_departments_that_were_sent_task_books_are_sent_the_changed_ones(
    world: Services, round_: UUID, tmp_path: Path
) -> None:
    await deliver_round(world, CONSOLE, round_, tmp_path / "out", {})
    before = (await trail(world.pool)).count("package_posted")
    case = await case_of(world, round_)
    await granted(world, round_, case)
    async with transaction(world.pool, WORKER) as db:
        sent = await db.fetch("SELECT recipient FROM outbox WHERE round = $1 AND number = 2", round_)
    assert case.role.department in {row["recipient"] for row in sent}
    assert (await trail(world.pool)).count("package_posted") == before + len(sent)
    assert len(sent) < before, "who has nothing to do with it is sent nothing"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE replacement SET comes = leaves",
        "DELETE FROM replacement",
        "DELETE FROM recusal_request",
        "UPDATE recusal_request SET decision_reason = 'another'",
        "UPDATE recusal_request SET reason = 'another'",
    ],
)
async def test_what_was_decided_stays(world: Services, round_: UUID, change: str) -> None:
    await granted(world, round_, await case_of(world, round_))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(change)


async def test_nobody_is_replaced_without_a_granted_recusal(world: Services, round_: UUID) -> None:
    await asked(world, round_, await case_of(world, round_))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="without a granted recusal"):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(
                "INSERT INTO replacement (round, number, request, plan, lot, leaves, candidates, at) "
                "SELECT $1, 1, request.id, plan.id, 'x', 'y', '{}', now() FROM recusal_request AS request, plan",
                round_,
            )
    assert (await stored(world.pool, round_)).team_changes == 0

"""Programs report what has changed, see what moves and take it or leave it; no program alone loosens a rule."""

from uuid import UUID, uuid4

import pytest
from support import rounds
from support.late_causes import filed
from support.programs import Program, programs
from support.replannings import closing, lacking_days, planned, standing, worked_off
from support.rounds import trail
from support.web import BEFORE, at

from connectors.client import types
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.replanning import live_plan_of
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Office
from coordinator.storage.connection import Pool


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def closed(services: Services, round_: UUID) -> types.Change:
    """The first firm visited is closed on the day on which it was to be."""
    event = await closing(services, round_)
    problem, _ = await standing(services, round_)
    half_day = next(each for each in problem.half_days if each.id in event.half_days)
    return types.Change(event=types.Event.closed, who=event.target, first=half_day.date.isoformat())


async def wish(services: Services, round_: UUID, *changes: types.Change) -> types.ReplanningWish:
    plan = str((await live_plan_of(services, CONSOLE, round_)).id)
    return types.ReplanningWish(plan=plan, seconds=20, changes=list(changes))


async def replanned(program: Program, services: Services, round_: UUID, given: types.ReplanningWish) -> str:
    id_ = (await program.asks(lambda onedoor: onedoor.replan(round_, given))).asked.id
    await worked_off(services, round_, UUID(id_))
    return id_


async def test_a_change_is_reported_once_and_what_moves_is_seen_before_it_is_taken(services: Services) -> None:
    round_, key = await planned(services), str(uuid4())
    change = await closed(services, round_)
    given = await wish(services, round_, change)
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        first, second = [await office.asks(lambda onedoor: onedoor.replan(round_, given, key=key)) for _ in range(2)]
        assert (first, first.progress is not None) == (second, True), "asked for once for its key"
        assert await office.is_refused(lambda onedoor: onedoor.replan(round_, given)) == (409, "conflict")
        await worked_off(services, round_, UUID(first.asked.id))
        made = await office.asks(lambda onedoor: onedoor.replanning(round_, first.asked.id))
        assert (made.plan, made.is_stale, made.progress) == (given.plan, False, None)
        assert made.after is not None
        moved = next(each for each in made.moves if each.target == change.who)
        assert moved.kind != types.Kind.kept
        assert moved.why
        taken = await office.asks(lambda onedoor: onedoor.take_replanning(round_, first.asked.id))
        assert taken.asked.outcome == types.Outcome.taken
        assert taken.plan != given.plan
        assert (await office.asks(lambda onedoor: onedoor.round(round_))).plan == taken.plan
        again = await office.is_refused(lambda onedoor: onedoor.take_replanning(round_, first.asked.id))
        assert again == (409, "conflict"), "another plan stands by now"
        (line,) = await office.asks(lambda onedoor: onedoor.replannings(round_))
        assert line == taken.asked
    assert (await trail(services.pool)).count("replanning_asked") == 1
    assert (await trail(services.pool))[-1] == "replanning_taken"


async def test_one_is_stopped_another_left_and_the_plan_that_stood_stands(services: Services) -> None:
    round_ = await planned(services)
    given = await wish(services, round_, await closed(services, round_))
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        asked = (await office.asks(lambda onedoor: onedoor.replan(round_, given))).asked.id
        stopped = await office.asks(lambda onedoor: onedoor.end_replanning(round_, asked, types.StopRequest.cancel))
        assert (stopped.progress, stopped.after) == (None, None)
        made = await replanned(office, services, round_, given)
        left = await office.asks(lambda onedoor: onedoor.leave_replanning(round_, made))
        assert (left.asked.outcome, left.plan) == (types.Outcome.left, given.plan)


async def test_a_remedy_that_loosens_a_rule_is_planned_but_taken_by_no_program(services: Services) -> None:
    round_ = await lacking_days(services)
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        offered = await office.asks(lambda onedoor: onedoor.remedies(round_))
        remedy = offered.remedies[0]
        assert remedy.loosens
        given = types.ReplanningWish(plan=offered.plan, seconds=20, remedies=[remedy.remedy])
        made = await replanned(office, services, round_, given)
        shown = await office.asks(lambda onedoor: onedoor.replanning(round_, made))
        assert shown.after is not None
        assert (shown.asked.is_looser, shown.after.unserved < shown.before.unserved) == (True, True)
        assert await office.is_refused(lambda onedoor: onedoor.take_replanning(round_, made)) == (409, "conflict")
        assert (await office.asks(lambda onedoor: onedoor.round(round_))).plan == offered.plan


async def test_what_was_filed_late_is_offered_with_the_remedies_and_taken_in(services: Services) -> None:
    round_ = await planned(services)
    await filed(services, round_)
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        offered = await office.asks(lambda onedoor: onedoor.remedies(round_))
        remedy = offered.remedies[0]
        assert (remedy.loosens, len(remedy.serves)) == (False, 1)
        given = types.ReplanningWish(plan=offered.plan, seconds=20, remedies=[remedy.remedy])
        made = await replanned(office, services, round_, given)
        taken = await office.asks(lambda onedoor: onedoor.take_replanning(round_, made))
        assert [each.matters for each in taken.moves if each.kind is types.Kind.new] == [remedy.serves]
        forged = remedy.remedy.replace('"separate":true', '"separate":false')
        again = types.ReplanningWish(plan=taken.plan or "", seconds=20, remedies=[forged])
        assert await office.is_refused(lambda onedoor: onedoor.replan(round_, again)) == (422, "invalid")


async def test_what_cannot_be_is_refused_with_words_and_nothing_is_asked(services: Services) -> None:
    round_ = await planned(services)
    problem, _ = await standing(services, round_)
    given = await wish(services, round_)
    matter, last = problem.matters[0].id, problem.half_days[-1].date.isoformat()
    wrong: tuple[dict[str, object], ...] = (
        {},
        {"changes": [types.Change(event=types.Event.away, who="没有这个人", first="2026-03-03")]},
        {"changes": [types.Change(event=types.Event.closed, who=problem.targets[0].id, first="明天")]},
        {"remedies": ["{"]},
        {"remedies": ['[{"type":"nothing"}]']},
        {"remedies": [f'[{{"type":"window","matters":["{matter}","\\u0000"],"last_day":"{last}"}}]']},
    )
    async with programs(services) as all_:
        office = await all_.of(Office.COORDINATOR)
        for fields in wrong:
            bad = types.ReplanningWish(plan=given.plan, seconds=20, **fields)  # type: ignore[arg-type]
            refused = await office.is_refused(lambda onedoor, each=bad: onedoor.replan(round_, each))
            assert refused == (422, "invalid"), fields
        change = await closed(services, round_)
        stale = types.ReplanningWish(plan=str(uuid4()), seconds=20, changes=[change])
        assert (await office.is_refused(lambda onedoor: onedoor.replan(round_, stale)))[0] == 409
        assert "replanning_asked" not in await trail(services.pool)
        late = await wish(services, round_, change)
        await fix_plan(services, CONSOLE, round_)
        assert (await office.is_refused(lambda onedoor: onedoor.replan(round_, late)))[0] == 409
        assert (await office.is_refused(lambda onedoor: onedoor.remedies(round_)))[0] == 409


async def test_only_the_coordinating_offices_programs_plan_again(services: Services) -> None:
    round_ = await planned(services)
    given = await wish(services, round_, await closed(services, round_))
    async with programs(services) as all_:
        supervisor, water = await all_.of(Office.SUPERVISOR), await all_.of(Office.DEPARTMENT)
        assert await supervisor.asks(lambda onedoor: onedoor.replannings(round_)) == []
        assert (await water.is_refused(lambda onedoor: onedoor.replannings(round_)))[0] == 403
        for program in (supervisor, water):
            assert (await program.is_refused(lambda onedoor: onedoor.replan(round_, given)))[0] == 403
            assert (await program.is_refused(lambda onedoor: onedoor.remedies(round_)))[0] == 403

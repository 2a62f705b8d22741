"""A visit moved by hand: stored past the checker with its trail, taken back, refused where others were quicker."""

import asyncio
import re
from urllib.parse import urlencode
from uuid import UUID

import pytest
from support import rounds
from support.people import a_person
from support.web import BEFORE, at, send, visiting, words

from coordinator.actions.invariants import broken_invariants
from coordinator.actions.lot_draws import fix_plan
from coordinator.actions.moving import Chosen, LaidOut, PickedUp, move_visit, pick_up, undo_move
from coordinator.actions.overriding import prepare_override
from coordinator.actions.replanning_choices import confirm_override, standing_proposal
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, WORKER
from coordinator.domain.errors import Conflict, NotFound, NotPermitted, TooLate
from coordinator.storage import plans
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.plans import StoredPlan
from solver.planning.check import check
from solver.planning.ids import HalfDayId, TargetId, TourId
from solver.planning.moving import Obstacle, Place
from solver.planning.plan import Plan
from solver.planning.reading import problem_digest, read_plan, read_problem


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def live(services: Services, round_: UUID) -> StoredPlan:
    async with transaction(services.pool, WORKER) as db:
        found = await plans.live_plan(db, round_)
    assert found is not None
    return found


async def laid_out(services: Services, round_: UUID) -> LaidOut:
    stored = await live(services, round_)
    return LaidOut(stored.id, read_problem(stored.problem), read_plan(stored.document))


async def in_hand(services: Services, round_: UUID) -> tuple[Chosen, PickedUp]:
    """The first visit of the plan that may go somewhere else."""
    plan, board = read_plan((await live(services, round_)).document), await laid_out(services, round_)
    for tour in plan.tours:
        for visit in tour.visits:
            picked = await pick_up(services, CONSOLE, round_, board, tour.id, visit.target, None)
            if any(each.obstacle is None for each in picked.options):
                return Chosen(plan=picked.plan, tour=tour.id, target=visit.target), picked
    raise AssertionError("nothing can be moved")


def lawful(picked: PickedUp) -> Place:
    return next(each.place for each in picked.options if each.obstacle is None)


def refused(picked: PickedUp) -> Place:
    return next(each.place for each in picked.options if each.obstacle is not None)


def half_day_of(plan: Plan, tour: TourId, target: TargetId) -> HalfDayId:
    return next(
        each.half_day for each in plan.tours if each.id == tour and any(visit.target == target for visit in each.visits)
    )


async def test_a_moved_visit_stands_where_it_was_put_in_a_lawful_plan_and_in_the_trail(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    before = await live(services, round_)
    chosen, picked = await in_hand(services, round_)
    made = await move_visit(services, CONSOLE, round_, chosen, lawful(picked))
    assert not isinstance(made, Obstacle)
    after = await live(services, round_)
    plan = read_plan(after.document)
    assert (after.id, after.undoes_to) == (made[0], before.id)
    assert half_day_of(plan, made[1], chosen.target) == lawful(picked).half_day
    assert check(read_problem(after.problem), plan, problem_digest(after.problem)).lawful
    assert plan.desk == read_plan(before.document).desk
    assert (await rounds.trail(services.pool))[-1] == "visit_moved"


async def test_looking_again_and_again_shows_the_same_places_also_after_a_look_that_broke_off(
    services: Services,
) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    board = await laid_out(services, round_)
    visits = [
        (tour.id, visit.target)
        for tour in read_plan((await live(services, round_)).document).tours
        for visit in tour.visits
    ]
    fresh = [(await laid_out(services, round_)).look(*each, None) for each in visits]
    for _ in range(2):
        with pytest.raises(NotFound):
            board.look(TourId("T999"), visits[0][1], None)
        kept = [board.look(*each, None) for each in visits]
        assert [{(o.place, o.obstacle, o.travel) for o in each.options} for each in kept] == [
            {(o.place, o.obstacle, o.travel) for o in each.options} for each in fresh
        ]
    other = LaidOut(
        UUID(int=1),
        read_problem((await live(services, round_)).problem),
        read_plan((await live(services, round_)).document),
    )
    with pytest.raises(Conflict):
        await pick_up(services, CONSOLE, round_, other, *visits[0], None)


async def test_a_move_is_taken_back_step_by_step(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    documents = [(await live(services, round_)).document]
    for _ in range(2):
        chosen, picked = await in_hand(services, round_)
        await move_visit(services, CONSOLE, round_, chosen, lawful(picked))
        documents.append((await live(services, round_)).document)
    for document in reversed(documents[:-1]):
        await undo_move(services, CONSOLE, round_, (await live(services, round_)).id)
        assert (await live(services, round_)).document == document
    with pytest.raises(Conflict):
        await undo_move(services, CONSOLE, round_, (await live(services, round_)).id)


async def test_of_two_who_move_at_once_one_is_told_that_the_plan_has_changed(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, picked = await in_hand(services, round_)
    both = [move_visit(services, CONSOLE, round_, chosen, lawful(picked)) for _ in range(2)]
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Conflict", "tuple"]
    assert (await rounds.trail(services.pool)).count("visit_moved") == 1


async def test_a_place_that_a_rule_forbids_is_refused_and_nothing_is_stored(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, picked = await in_hand(services, round_)
    contents = await rounds.contents(services.pool)
    made = await move_visit(services, CONSOLE, round_, chosen, refused(picked))
    assert isinstance(made, Obstacle)
    for place in (Place(half_day=HalfDayId("1999-01-01/am"), tour=None), Place(half_day=HalfDayId(""), tour=None)):
        with pytest.raises(NotFound):
            await move_visit(services, CONSOLE, round_, chosen, place)
    assert await rounds.contents(services.pool) == contents


async def test_who_may_not_plan_moves_nothing_and_nobody_does_once_the_plan_is_fixed(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, picked = await in_hand(services, round_)
    with pytest.raises(NotPermitted):
        await move_visit(services, rounds.SUPERVISOR, round_, chosen, lawful(picked))
    board = await laid_out(services, round_)
    with pytest.raises(NotFound):
        await pick_up(services, CONSOLE, round_, board, TourId("T999"), chosen.target, None)
    await fix_plan(services, CONSOLE, round_)
    for late in (
        pick_up(services, CONSOLE, round_, board, chosen.tour, chosen.target, None),
        move_visit(services, CONSOLE, round_, chosen, lawful(picked)),
        undo_move(services, CONSOLE, round_, chosen.plan),
    ):
        with pytest.raises(TooLate):
            await late


async def test_the_pages_lead_from_the_schedule_to_a_move_and_back(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, picked = await in_hand(services, round_)
    person = await a_person(services, "wang.li")
    page = f"/rounds/{round_}/moves?{urlencode({'tour': chosen.tour, 'target': chosen.target})}"
    async with visiting(services, BEFORE, person.session) as browser:
        unpicked = await browser.get(f"/rounds/{round_}/moves")
        assert "点开一个组次" in words(await browser.get(unpicked.headers["location"]))
        schedule = await browser.get(f"/rounds/{round_}/schedule?tour={chosen.tour}")
        assert f"tour={chosen.tour}&amp;target=" in schedule.text
        bad = refused(picked)
        asked = await browser.get(f"{page}&{urlencode({'half_day': bad.half_day, 'join': bad.tour or ''})}")
        assert re.search(r"不能移到 .*规则 [1-5]：", words(asked))
        assert asked.text.count('class="button place go"') == 1
        fields = {"plan": str(chosen.plan), "tour": chosen.tour, "target": chosen.target}
        back = await send(
            browser, page, f"/rounds/{round_}/moves", **fields, half_day=bad.half_day, join=bad.tour or ""
        )
        assert (back.status_code, "half_day=" in back.headers["location"]) == (303, True)
        good = lawful(picked)
        done = await send(
            browser, page, f"/rounds/{round_}/moves", **fields, half_day=good.half_day, join=good.tour or ""
        )
        assert done.status_code == 303
        seen = await browser.get(done.headers["location"])
        assert "✓ 已移动" in words(seen)
        there = {"half_day": good.half_day, "join": good.tour or ""}
        stale = await send(browser, "/account", f"/rounds/{round_}/moves", **fields, **there)
        assert stale.status_code == 409
        assert "方案在您打开这一页之后有了改动" in words(stale)
        now = str((await live(services, round_)).id)
        undone = await send(browser, done.headers["location"], f"/rounds/{round_}/moves/undo", plan=now)
        assert "✓ 已撤销" in words(await browser.get(undone.headers["location"]))


async def out_of_its_window(services: Services, round_: UUID) -> tuple[Chosen, Place]:
    """A visit and a half-day for which only its window would have to be wider."""
    stored = await live(services, round_)
    problem, plan, board = read_problem(stored.problem), read_plan(stored.document), await laid_out(services, round_)
    for tour in plan.tours:
        for visit in tour.visits:
            for half_day in problem.half_days[::-1]:
                place = Place(half_day=half_day.id, tour=None)
                picked = board.look(tour.id, visit.target, place)
                if picked.loosening and picked.still is None:
                    return Chosen(plan=stored.id, tour=tour.id, target=visit.target), place
    raise AssertionError("every window is as long as the round")


async def test_a_move_that_a_window_forbids_is_prepared_by_one_and_stands_by_two(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, place = await out_of_its_window(services, round_)
    one, other = await a_person(services, "wang.li"), await a_person(services, "li.na")
    at_place = {"tour": chosen.tour, "target": chosen.target, "half_day": place.half_day, "join": ""}
    page = f"/rounds/{round_}/moves?{urlencode(at_place)}"
    async with visiting(services, BEFORE, one.session) as browser:
        assert "须破例" in words(await browser.get(page))
        sent = await send(browser, page, f"/rounds/{round_}/moves/override", plan=str(chosen.plan), **at_place)
        here = sent.headers["location"]
        shown = words(await browser.get(here))
        assert "检查期限放宽到" in shown
        assert "破例手工移动" in shown
        assert (await live(services, round_)).id == chosen.plan
        assert (await send(browser, here, f"{here}/take")).status_code == 409
        await send(browser, here, f"{here}/propose", reason="企业书面请求")
    id_ = UUID(here.rpartition("/")[2])
    proposal = await standing_proposal(services, other.who.actor, id_)
    assert proposal is not None
    await confirm_override(services, other.who.actor, round_, id_, proposal.id)
    after = await live(services, round_)
    plan = read_plan(after.document)
    moved_to = next(
        tour
        for tour in plan.tours
        for visit in tour.visits
        if visit.target == chosen.target and tour.half_day == place.half_day
    )
    assert moved_to.visits[0].target == chosen.target
    assert check(read_problem(after.problem), plan, problem_digest(after.problem)).lawful
    assert after.undoes_to == chosen.plan
    assert not await broken_invariants(services, CONSOLE)


async def test_what_the_law_asks_of_people_is_not_overridden_and_nobody_else_overrides(services: Services) -> None:
    round_ = await rounds.planned(services, seed=rounds.SEED)
    chosen, place = await out_of_its_window(services, round_)
    free = lawful((await in_hand(services, round_))[1])
    for stranger in (rounds.SUPERVISOR, rounds.liaison_of(rounds.WATER), CONSOLE):
        with pytest.raises(NotPermitted):
            await prepare_override(services, stranger, round_, chosen, place)
    one = (await a_person(services, "wang.li")).who.actor
    movable = (await in_hand(services, round_))[0]
    with pytest.raises(Conflict, match="没有可以破例"):
        await prepare_override(services, one, round_, movable, free)
    with pytest.raises(Conflict):
        await prepare_override(
            services, one, round_, Chosen(plan=UUID(int=1), tour=chosen.tour, target=chosen.target), place
        )
    await fix_plan(services, CONSOLE, round_)
    with pytest.raises(TooLate):
        await prepare_override(services, one, round_, chosen, place)
    assert "override_prepared" not in await rounds.trail(services.pool)

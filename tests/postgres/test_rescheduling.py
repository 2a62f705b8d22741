"""Moving a visit after the lots: on record with its reason, its drawn team with it, told to all; refused in words."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from icalendar import Calendar
from msgspec.structs import replace
from support.people import a_person
from support.rounds import SEED, SUPERVISOR, dispatched, facts_of, planned, stored, teams_drawn, trail
from support.rounds import world as world_of
from support.web import BEFORE, at

from coordinator.actions.approving import approve, draw_up, open_paper, read_approvals
from coordinator.actions.delivering import deliver_round
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.recording import record_facts
from coordinator.actions.recusing import RecusalWish, ask_recusal, decide_recusal, read_recusals
from coordinator.actions.rescheduling import Movable, find_places, reschedule
from coordinator.actions.round_records import load_round_record
from coordinator.actions.services import Services
from coordinator.documents.calendars import calendar
from coordinator.domain.actors import CONSOLE, WORKER, Actor, Office
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, NotFound, NotPermitted, TooLate
from coordinator.domain.papers import PaperKind
from coordinator.domain.recusals import RecusalCause, RecusalDecision
from coordinator.domain.rescheduling import Wanted, anchor
from coordinator.domain.reschedulings import Rescheduling
from coordinator.storage.connection import Connection, Pool, transaction
from solver.planning.ids import MatterId
from solver.planning.moving import Obstacle
from solver.planning.moving.after_lots import found
from solver.planning.plan import Tour, Visit

REASON = "企业当天停产检修"


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


@pytest.fixture
async def round_(world: Services) -> UUID:
    return await dispatched(world, seed=SEED)


async def dispatch_of(world: Services, round_: UUID) -> Dispatch:
    async with transaction(world.pool, WORKER) as db:
        return await load_dispatch(db, WORKER, round_)


async def movable(world: Services, round_: UUID, *, shared: bool = False, unannounced: bool = False) -> Movable:
    """A visit of the sample round that may go somewhere: of a tour with others, or unannounced, where that is asked."""
    dispatch = await dispatch_of(world, round_)
    for tour, visit in dispatch.visits():
        if (len(tour.visits) > 1 or not shared) and dispatch.is_unannounced(visit) == unannounced:
            held = await find_places(world, CONSOLE, round_, dispatch, anchor(visit))
            if any(each.obstacle is None for each in held.places):
                return held
    raise AssertionError("the sample round has such a visit")


def wanted(held: Movable, half_day: str = "") -> Wanted:
    """The first lawful half-day."""
    lawful = next(each.shift.half_day for each in held.places if each.obstacle is None)
    return Wanted(
        matter=anchor(held.visit), half_day=half_day or lawful, half_day_seen=held.tour.half_day, reason=REASON
    )


async def moved(world: Services, round_: UUID, held: Movable, actor: Actor = CONSOLE) -> Rescheduling:
    made = await reschedule(world, actor, round_, wanted(held))
    assert isinstance(made, Rescheduling)
    return made


def at_visit(dispatch: Dispatch, matter: str) -> tuple[Tour, Visit]:
    seen = found(dispatch.plan, MatterId(matter))
    assert seen is not None
    return seen


def spots(dispatch: Dispatch) -> dict[str, object]:
    """Every visit: when, where, and who goes in."""
    return {
        anchor(visit): (
            dispatch.begins_at(tour, visit),
            visit.target,
            [who for _, who in dispatch.roles_at(tour, visit)],
        )
        for tour, visit in dispatch.visits()
    }


async def a_head(world: Services) -> Actor:
    return (await a_person(world, "zhang.san")).who.actor


async def test_the_drawn_team_comes_at_the_other_time_and_nobody_else_is_moved(world: Services, round_: UUID) -> None:
    held = await movable(world, round_, shared=True)
    before = await dispatch_of(world, round_)
    made = await moved(world, round_, held)
    after = await dispatch_of(world, round_)
    tour, visit = at_visit(after, made.matter)
    was, now = spots(before), spots(after)
    assert {each: now[each] for each in was if each != made.matter} == {
        each: was[each] for each in was if each != made.matter
    }
    assert [who for _, who in after.roles_at(tour, visit)] == was[made.matter][2]  # type: ignore[index] # a tuple
    assert (tour.half_day, visit.start) == (made.half_day, made.start)
    assert after.moved_from(visit) == before.begins_at(held.tour, held.visit)
    assert after.rescheduled == (made,)
    assert (made.reason, made.moved_by, made.request) == (REASON, CONSOLE.id, None)
    assert "visit_rescheduled" in await trail(world.pool)
    assert await broken_invariants(world, CONSOLE) == ()


async def test_what_the_draw_fixed_stays_as_published(world: Services, round_: UUID) -> None:
    async with transaction(world.pool, WORKER) as db:
        before = await load_round_record(db, WORKER, round_)
    await moved(world, round_, await movable(world, round_, shared=True))
    async with transaction(world.pool, WORKER) as db:
        after = await load_round_record(db, WORKER, round_)
    assert after.draws == before.draws
    assert after.dispatch.drawn_plan == before.dispatch.plan
    assert after.dispatch.plan != before.dispatch.plan


async def test_a_visit_can_be_moved_again_and_again_before_and_after_the_papers(world: Services) -> None:
    round_ = await teams_drawn(world, seed=SEED)
    first = await moved(world, round_, await movable(world, round_, shared=True))
    for _ in range(3):
        dispatch = await dispatch_of(world, round_)
        held = await find_places(world, CONSOLE, round_, dispatch, first.matter)
        await moved(world, round_, held)
    assert [each.number for each in (await dispatch_of(world, round_)).rescheduled] == [1, 2, 3, 4]
    assert await broken_invariants(world, CONSOLE) == ()


async def test_the_firm_is_told_with_a_higher_sequence_under_the_same_name(world: Services, round_: UUID) -> None:
    held = await movable(world, round_)
    made = await moved(world, round_, held)
    before, after = (
        Calendar.from_ical(calendar(announcements(each)[made.target], made_at=BEFORE)).walk("VEVENT")
        for each in (held.dispatch, await dispatch_of(world, round_))
    )
    changed = {
        old["UID"]: (old["SEQUENCE"], new["SEQUENCE"], new["DTSTART"].dt)
        for old in before
        for new in after
        if old["UID"] == new["UID"] and old["DTSTART"].dt != new["DTSTART"].dt
    }
    visit = at_visit(await dispatch_of(world, round_), made.matter)
    assert list(changed.values()) == [(0, 1, (await dispatch_of(world, round_)).begins_at(*visit))]
    told = next(each for each in announcements(await dispatch_of(world, round_))[made.target].visits if each.moved_from)
    assert told.moved_from == held.dispatch.begins_at(held.tour, held.visit)


async def test_an_unannounced_visit_is_moved_without_a_word_to_the_firm(world: Services, round_: UUID) -> None:
    held = await movable(world, round_, unannounced=True)
    (first,) = (await read_approvals(world, CONSOLE, round_)).approvals
    last = [each.shift.half_day for each in held.places if each.obstacle is None][-1]
    made = await reschedule(world, CONSOLE, round_, wanted(held, last))
    assert isinstance(made, Rescheduling)
    after = await dispatch_of(world, round_)
    assert announcements(after) == announcements(held.dispatch)
    old_time = held.dispatch.begins_at(held.tour, held.visit)
    assert old_time < after.begins_at(*at_visit(after, made.matter)), "so that the old time passes first"
    then = at(world, old_time)
    with pytest.raises(TooLate, match="开始之前不出通知书"):
        await open_paper(then, CONSOLE, round_, first.issue, PaperKind.NOTICE, f"{made.target} {made.was_half_day}")


async def test_papers_are_approved_anew_by_another_before_letters_are_written(world: Services, round_: UUID) -> None:
    changes = (await stored(world.pool, round_)).team_changes
    made = await moved(world, round_, await movable(world, round_))
    assert (await stored(world.pool, round_)).team_changes == changes + 1 == made.changes
    await draw_up(world, WORKER, round_)
    latest, first = (await read_approvals(world, WORKER, round_)).approvals
    assert latest.digest != first.digest
    await approve(world, await a_head(world), round_, latest.digest, "2")
    new = await open_paper(world, CONSOLE, round_, 2, PaperKind.NOTICE, f"{made.target} {made.half_day}")
    assert new.paper.subject == f"{made.target} {made.half_day}"
    with pytest.raises(NotFound):
        await open_paper(world, CONSOLE, round_, 2, PaperKind.NOTICE, f"{made.target} {made.was_half_day}")


async def test_departments_that_were_sent_task_books_are_sent_the_changed_ones(
    world: Services, round_: UUID, tmp_path: Path
) -> None:
    await deliver_round(world, CONSOLE, round_, tmp_path / "out", {})
    before = (await trail(world.pool)).count("package_posted")
    held = await movable(world, round_)
    await moved(world, round_, held)
    async with transaction(world.pool, WORKER) as db:
        sent = {row["recipient"] for row in await db.fetch("SELECT recipient FROM outbox WHERE number = 2")}
    assert sent >= {each.department for each in held.dispatch.matters_of(held.visit)}
    assert len(sent) < before, "who has nothing to do with it is sent nothing"


async def test_whoever_takes_a_place_later_follows_the_order_that_was_published(world: Services, round_: UUID) -> None:
    """The lot that a moved visit has is the drawn one in another place: moving it changes nobody's turn."""
    held = await movable(world, round_, shared=True)
    made = await moved(world, round_, held)
    assert made.tour != made.was_tour
    moved_dispatch = await dispatch_of(world, round_)
    tour, _ = at_visit(moved_dispatch, made.matter)
    role = tour.roles[0]
    leaves = moved_dispatch.teams[role.id][0]
    head = await a_head(world)
    wish = RecusalWish(target=made.target, inspector=leaves, cause=RecusalCause.DECLARED, reason="亲属")
    await ask_recusal(world, CONSOLE, round_, wish)
    request = (await read_recusals(world, CONSOLE, round_)).requests[0]
    changes = await decide_recusal(world, head, round_, request.id, RecusalDecision.GRANTED, "属实")
    change = next(each for each in changes if each.lot == role.id)
    after = await dispatch_of(world, round_)
    assert leaves not in after.teams[role.id]
    assert set(after.teams[role.id]) == {*moved_dispatch.teams[role.id], *change.candidates[:1]} - {leaves}
    assert leaves in after.teams[moved_dispatch.published[role.id]], "the tour that it left keeps its people"
    visit = at_visit(after, made.matter)
    assert after.changes_of(*visit) == 2
    assert await broken_invariants(world, CONSOLE) == ()
    held = await find_places(world, CONSOLE, round_, after, made.matter)
    assert all(leaves not in (each.obstacle.people if each.obstacle else ()) for each in held.places)


async def test_a_rule_that_forbids_it_is_named_and_nothing_is_changed(world: Services, round_: UUID) -> None:
    held = await movable(world, round_)
    refused = next(each for each in held.places if each.obstacle is not None)
    made = await reschedule(world, CONSOLE, round_, wanted(held, refused.shift.half_day))
    assert made == refused.obstacle
    assert isinstance(made, Obstacle)
    assert (await dispatch_of(world, round_)).rescheduled == ()
    assert "visit_rescheduled" not in await trail(world.pool)


async def test_a_second_press_has_no_second_effect_and_another_finds_the_visit_gone(
    world: Services, round_: UUID
) -> None:
    held = await movable(world, round_)
    first = await moved(world, round_, held)
    assert await moved(world, round_, held) == first
    assert len((await dispatch_of(world, round_)).rescheduled) == 1
    with pytest.raises(Conflict, match="已经改到别的时间"):
        await moved(world, round_, held, await a_head(world))


async def test_what_has_begun_or_has_a_result_is_not_moved(world: Services) -> None:
    round_ = await dispatched(world)
    held = await movable(world, round_)
    begun = at(world, held.dispatch.begins_at(held.tour, held.visit))
    with pytest.raises(TooLate, match="已经开始"):
        await reschedule(begun, CONSOLE, round_, wanted(held))
    assert await record_facts(world, CONSOLE, await facts_of(world, round_))
    for act in (
        reschedule(world, CONSOLE, round_, wanted(held)),
        find_places(world, CONSOLE, round_, held.dispatch, anchor(held.visit)),
    ):
        with pytest.raises(Conflict, match="已经录入结果"):
            await act


async def test_nothing_goes_to_a_day_that_is_here_or_past(world: Services, round_: UUID) -> None:
    held = await movable(world, round_)
    evening = datetime(2026, 3, 1, 22, tzinfo=BEFORE.tzinfo)
    later = await find_places(at(world, evening), CONSOLE, round_, held.dispatch, anchor(held.visit))
    days = {half_day.id: half_day.date for half_day in held.dispatch.problem.half_days}
    assert min(days[each.shift.half_day] for each in later.places if each.obstacle is None) > evening.date()


async def test_only_the_coordinating_office_moves_and_only_after_the_lots(world: Services, round_: UUID) -> None:
    held = await movable(world, round_)
    liaison = (await a_person(world, "zhao.liu", Office.DEPARTMENT)).who.actor
    for nobody in (liaison, SUPERVISOR):
        with pytest.raises(NotPermitted):
            await reschedule(world, nobody, round_, wanted(held))
    with pytest.raises(NotFound):
        await reschedule(world, CONSOLE, round_, replace(wanted(held), matter="M9999"))
    with pytest.raises(NotFound):
        await reschedule(world, CONSOLE, round_, wanted(held, "2031-01-01/am"))
    with pytest.raises(NotFound):
        await reschedule(world, CONSOLE, UUID(int=1), wanted(held))


async def test_before_the_lots_visits_are_moved_in_the_plan(world: Services) -> None:
    early = await planned(world)
    anything = Wanted(matter="M0001", half_day="x", half_day_seen="y", reason=REASON)
    with pytest.raises(TooLate, match="还没有抽签"):
        await reschedule(world, CONSOLE, early, anything)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rescheduling SET reason = 'another'",
        "DELETE FROM rescheduling",
        "UPDATE standing_member SET half_day = 'x'",
        "DELETE FROM standing_member",
        "INSERT INTO standing_member SELECT plan, 'x', role, 'x', inspector FROM standing_member LIMIT 1",
    ],
)
async def test_what_was_moved_stays_and_nobody_comes_or_goes_by_the_way(
    world: Services, round_: UUID, change: str
) -> None:
    await moved(world, round_, await movable(world, round_))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(change)


MOVE = """
    INSERT INTO rescheduling (round, number, plan, matter, target, was_tour, was_half_day, was_start, tour, half_day,
        start, joins, replacements, changes, reason, moved_by, moved_name, at)
    SELECT $1, $2, plan.id, $3, $4, $5, $6, '08:30', 'X', $7, '08:30', false, 0, $2, 'x', 'x', 'x', now()
    FROM plan WHERE round = $1 AND live
"""


async def test_the_database_opens_a_door_once_in_a_half_day(world: Services, round_: UUID) -> None:
    """Also where one of the two visits was moved there before."""
    dispatch = await dispatch_of(world, round_)
    by_target: dict[str, list[tuple[Tour, Visit]]] = {}
    for tour, visit in dispatch.visits():
        by_target.setdefault(visit.target, []).append((tour, visit))
    (one_tour, one), (other_tour, other) = next(each for each in by_target.values() if len(each) > 1)[:2]
    values = (round_, 1, anchor(one), one.target, one_tour.id, one_tour.half_day)
    with pytest.raises(asyncpg.UniqueViolationError, match="opened already"):
        async with transaction(world.pool, WORKER) as db:
            await db.execute(MOVE, *values, other_tour.half_day)
    async with transaction(world.pool, WORKER) as db:
        await db.execute(MOVE, *values, "another half-day")
        again = (round_, 2, anchor(other), other.target, other_tour.id, other_tour.half_day)
        with pytest.raises(asyncpg.UniqueViolationError, match="opened already"):
            async with db.transaction():
                await db.execute(MOVE, *again, "another half-day")
        await db.execute(MOVE, *again, one_tour.half_day)


async def test_the_database_lets_nobody_stand_in_two_places_or_without_a_chance(world: Services, round_: UUID) -> None:
    held = await movable(world, round_)
    put = """
        INSERT INTO standing_member (plan, lot, role, half_day, inspector)
        SELECT plan, 'X', role, $1, $2 FROM standing_member WHERE inspector = $3 LIMIT 1
    """
    async with transaction(world.pool, WORKER) as db:
        await db.execute(
            MOVE, *(round_, 1, anchor(held.visit), held.visit.target, held.tour.id, held.tour.half_day, "another")
        )
        row = await db.fetchrow("SELECT half_day, inspector FROM standing_member LIMIT 1")
        with pytest.raises(asyncpg.UniqueViolationError, match="standing_member_is_in_one_place"):
            async with db.transaction():
                await db.execute(put, row["half_day"], row["inspector"], row["inspector"])
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with db.transaction():
                await db.execute(put, "another", "nobody", row["inspector"])


@pytest.mark.usefixtures("round_")
async def test_rows_that_do_not_follow_from_the_record_are_found_out(world: Services, owner: Connection) -> None:
    await owner.execute("SELECT set_config('onedoor.office', 'coordinator', false)")
    await owner.execute("ALTER TABLE standing_member DISABLE TRIGGER USER")
    await owner.execute("DELETE FROM standing_member WHERE inspector = (SELECT min(inspector) FROM standing_member)")
    (said,) = await broken_invariants(world, CONSOLE)
    assert "与抽签、换人和改期的记录不符" in said

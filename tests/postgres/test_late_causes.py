"""A caused inspection that comes after the plan: filed, planned in, taken, drawn by lot, and counted as caused."""

from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from support import rounds
from support.late_causes import AT_THE_DESK, LIAISON, about, filed, own_targets, wish_of
from support.replannings import asked, closing, made, planned, standing
from support.rounds import SUPERVISOR, WATER, liaison_of, stage_of, trail
from support.web import BEFORE, at

from coordinator.actions.approving import approve_alone
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.invariants import broken_invariants
from coordinator.actions.late_causes import causes_waiting, file_cause, filed_causes, withdraw_cause
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.moving import undo_move
from coordinator.actions.recording import record_facts
from coordinator.actions.replanning import live_plan_of
from coordinator.actions.replanning_choices import leave, take
from coordinator.actions.services import Services
from coordinator.documents.official.approval_sheets import approval_sheets
from coordinator.domain.actors import CONSOLE, WORKER, Actor, ActorId, Office
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal, TooLate
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.late_causes import LateOutcome, additions
from coordinator.domain.statistics import statistics
from coordinator.storage.connection import Pool, transaction
from coordinator.storage.rounds import Stage
from solver.chance.head import Stage as DrawStage
from solver.planning.alterations import Added
from solver.planning.ids import MatterId
from solver.planning.problem import Barred
from solver.planning.replanning.moves import Kind


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), BEFORE)


async def dispatch_of(services: Services, round_: UUID) -> Dispatch:
    async with transaction(services.pool, WORKER) as db:
        return await load_dispatch(db, WORKER, round_)


async def waiting(services: Services, round_: UUID) -> tuple[Added, ...]:
    return additions(await dispatch_of(services, round_), await causes_waiting(services, CONSOLE, round_))


async def taken(services: Services, round_: UUID) -> Added:
    """One filed by its department, planned in and taken."""
    await filed(services, round_)
    (added,) = await waiting(services, round_)
    reading = await made(services, round_, added)
    await take(services, CONSOLE, round_, reading.asked.id)
    return added


async def lots_drawn(services: Services, round_: UUID) -> None:
    """Drawn by lot, and approved."""
    await fix_plan(services, CONSOLE, round_)
    await commit_and_reveal(services, CONSOLE, await rounds.stored(services.pool, round_), DrawStage.TEAMS)
    await hold_lots(services, CONSOLE, round_)
    await approve_alone(services, CONSOLE, round_)


async def refused(services: Services, statement: str, *values: object, why: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=why):
        async with transaction(services.pool, WORKER) as db:
            await db.execute(statement, *values)


async def test_what_its_department_files_is_planned_in_and_nothing_else_changes(services: Services) -> None:
    round_ = await planned(services)
    before, old = await dispatch_of(services, round_), await standing(services, round_)
    await filed(services, round_)
    assert (await dispatch_of(services, round_)).matters == before.matters
    (added,) = await waiting(services, round_)
    reading = await made(services, round_, added)
    assert not reading.asked.is_looser
    assert [each.kind for each in reading.moves if each.matters == (added.matter.id,)] == [Kind.NEW]
    await take(services, CONSOLE, round_, reading.asked.id)
    after = await dispatch_of(services, round_)
    late = after.matters[added.matter.id]
    assert {id_: one for id_, one in after.matters.items() if id_ != late.id} == before.matters
    assert late.id == f"M{max(int(id_[1:]) for id_ in before.matters if id_[0] == 'M') + 1:04}"
    assert (late.caused, late.key, late.unannounced, late.tasks) == (True, True, True, (f"特别检查/{WATER}/2",))
    assert after.problem.matters == (*old[0].matters, added.matter)
    assert added.matter.separate
    assert not await broken_invariants(services, CONSOLE)
    (cause,) = await filed_causes(services, LIAISON, round_)
    assert (cause.outcome, cause.decided_name) == (LateOutcome.TAKEN, CONSOLE.name)
    last = ["late_cause_filed", "replanning_asked", "replanning_made", "late_cause_taken", "replanning_taken"]
    assert (await trail(services.pool))[-5:] == last


async def test_numbers_go_on_and_none_is_given_twice(services: Services) -> None:
    round_ = await planned(services)
    first, second, *_ = await own_targets(services, round_, in_plan=False)
    gone = await file_cause(services, LIAISON, round_, about(first.id))
    await withdraw_cause(services, LIAISON, round_, gone)
    await withdraw_cause(services, LIAISON, round_, gone)
    for target in (first, second):
        await file_cause(services, LIAISON, round_, about(target.id))
    one, *two = await filed_causes(services, CONSOLE, round_)
    assert [each.number for each in two] == [one.number + 1, one.number + 2]
    assert [int(each.matter[1:]) for each in two] == [int(one.matter[1:]) + 1, int(one.matter[1:]) + 2]
    added = await waiting(services, round_)
    reading = await made(services, round_, *added)
    await take(services, CONSOLE, round_, reading.asked.id)
    with pytest.raises(Conflict):
        await withdraw_cause(services, LIAISON, round_, two[0].id)
    assert {each.matter.id for each in added} <= (await dispatch_of(services, round_)).matters.keys()
    assert (await trail(services.pool)).count("late_cause_withdrawn") == 1


async def test_lots_and_papers_know_it_as_caused(services: Services) -> None:
    round_ = await planned(services)
    added = await taken(services, round_)
    await lots_drawn(services, round_)
    assert await stage_of(services.pool, round_) is Stage.DISPATCHED
    dispatch = await dispatch_of(services, round_)
    tour, visit = next(each for each in dispatch.visits() if added.matter.id in each[1].matters)
    assert visit.matters == (added.matter.id,)
    assert all(team for _, team in dispatch.roles_at(tour, visit))
    sheet = next(each for each in approval_sheets(dispatch) if each.subject == added.matter.target)
    assert "转办交办" not in str(sheet)
    assert "有因检查：投诉举报，水信访〔2026〕7号，群众反映夜间采砂" in str(sheet)
    assert not await broken_invariants(services, CONSOLE)


async def test_its_result_is_owed_and_recorded_and_changes_no_figure_of_the_table(services: Services) -> None:
    round_ = await rounds.planned(services)
    added = await taken(services, round_)
    await lots_drawn(services, round_)
    facts = await rounds.facts_of(services, round_)
    late = [each for each in facts.findings if each.task == f"特别检查/{WATER}/2"]
    assert [(each.target, each.item) for each in late] == [(added.matter.target, added.matter.item)]
    others = tuple(each for each in facts.findings if each not in late)
    assert statistics([facts], 2026).tables == statistics([replace(facts, findings=others)], 2026).tables
    assert await record_facts(services, CONSOLE, facts)
    assert not await broken_invariants(services, CONSOLE)


async def test_what_came_by_a_paper_is_not_undone_and_later_moves_only_go_back_to_it(services: Services) -> None:
    round_ = await planned(services)
    added = await taken(services, round_)
    live = await live_plan_of(services, CONSOLE, round_)
    with pytest.raises(Conflict):
        await undo_move(services, CONSOLE, round_, live.id)
    reading = await made(services, round_, await closing(services, round_))
    await undo_move(services, CONSOLE, round_, await take(services, CONSOLE, round_, reading.asked.id))
    assert added.matter in (await standing(services, round_))[0].matters
    assert not await broken_invariants(services, CONSOLE)


async def test_a_plan_that_is_left_leaves_it_waiting_and_a_withdrawn_one_is_not_taken(services: Services) -> None:
    round_ = await planned(services)
    id_ = await filed(services, round_)
    reading = await made(services, round_, *await waiting(services, round_))
    await leave(services, CONSOLE, round_, reading.asked.id)
    assert len(await waiting(services, round_)) == 1
    again = await made(services, round_, *await waiting(services, round_))
    await withdraw_cause(services, CONSOLE, round_, id_)
    with pytest.raises(Conflict, match="撤回"):
        await take(services, CONSOLE, round_, again.asked.id)
    assert (await live_plan_of(services, CONSOLE, round_)).id == again.asked.base


async def test_the_plan_is_not_fixed_over_what_waits(services: Services) -> None:
    round_ = await planned(services)
    id_ = await filed(services, round_)
    with pytest.raises(Conflict, match="还有1项"):
        await fix_plan(services, CONSOLE, round_)
    await withdraw_cause(services, LIAISON, round_, id_)
    await fix_plan(services, CONSOLE, round_)
    with pytest.raises(TooLate, match="方案已经固定") as too_late:
        await file_cause(services, LIAISON, round_, about(TargetId("x")))
    assert "特别检查" in too_late.value.remedy


async def test_only_what_was_filed_is_added(services: Services) -> None:
    round_ = await planned(services)
    await filed(services, round_)
    (added,) = await waiting(services, round_)
    person = (await standing(services, round_))[0].inspectors[0].id
    for forged in (
        replace(added, matter=replace(added.matter, separate=False)),
        replace(added, matter=replace(added.matter, id=MatterId("M9999"))),
        replace(added, barred=(Barred(inspector=person, target=added.target.id, reason="x"), *added.barred)),
    ):
        with pytest.raises(Invalid, match="登记"):
            await asked(services, round_, forged)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": " "}, "document"),
        ({"note": ""}, "note"),
        ({"note": "x\0"}, "note"),
        ({"target": "x\0"}, "target"),
        ({"source": "举报"}, "source"),
        ({"item": "没有"}, "item"),
        ({"item": AT_THE_DESK}, "item"),
        ({"target": "91410481MA00000000"}, "target"),
        ({"last": "2026-02-20"}, "last"),
        ({"last": "2026-04-20"}, "last"),
        ({"last": "月底"}, "last"),
    ],
)
async def test_what_is_missing_or_impossible_is_said_at_its_field(
    services: Services, changes: dict[str, str], field: str
) -> None:
    round_ = await planned(services)
    with pytest.raises(Invalid) as fault:
        await filed(services, round_, **changes)
    assert fault.value.is_about(field)
    assert not await filed_causes(services, CONSOLE, round_)


async def test_others_departments_and_offices_file_nothing(services: Services) -> None:
    round_ = await planned(services)
    wish = await wish_of(services, round_)
    police = DepartmentId("禾川县公安局")
    inspector = Actor(id=ActorId("i"), name="检查人员", office=Office.INSPECTOR, department=WATER)
    refusals: list[tuple[Actor, type[Refusal]]] = [
        (liaison_of(police), NotFound),
        (liaison_of(DepartmentId("没有的局")), NotFound),
        (SUPERVISOR, NotPermitted),
        (inspector, NotPermitted),
    ]
    for actor, refusal in refusals:
        with pytest.raises(refusal):
            await file_cause(services, actor, round_, wish)
    id_ = await file_cause(services, LIAISON, round_, wish)
    with pytest.raises(Conflict):
        await file_cause(services, CONSOLE, round_, wish)
    assert not await filed_causes(services, liaison_of(police), round_)
    for actor in (liaison_of(police), liaison_of(DepartmentId("没有的局"))):
        with pytest.raises(NotFound):
            await withdraw_cause(services, actor, round_, id_)
    with pytest.raises(NotFound):
        await file_cause(services, LIAISON, uuid4(), wish)


async def test_before_the_plan_it_belongs_into_the_workbook(services: Services) -> None:
    round_ = await rounds.drawn(services, seed=rounds.SEED)
    with pytest.raises(TooLate, match="还没有排期"):
        await file_cause(services, LIAISON, round_, about(TargetId("x")))


FILE = """
    INSERT INTO late_cause (id, round, department, number, matter, target, item, source, document, note, first_day,
                            last_day, filed_by, filed_name, filed_at)
    SELECT gen_random_uuid(), round, department, $2, $3, target, item, '其他', '1号', 'x', last_day, last_day,
        'x', 'x', now()
    FROM caused_inspection WHERE round = $1 LIMIT 1
"""
FILE_FOR = """
    INSERT INTO late_cause (id, round, department, number, matter, target, item, source, document, note, first_day,
                            last_day, filed_by, filed_name, filed_at)
    VALUES (gen_random_uuid(), $1, $2, 9, 'M9000', 'x', 'x', '其他', '1号', 'x', now(), now(), 'x', 'x', now())
"""
MATTER = """
    INSERT INTO matter SELECT (jsonb_populate_record(NULL::matter, jsonb_build_object(
        'round', round, 'id', matter, 'department', department, 'target', target, 'item', item,
        'tasks', ARRAY['特别检查/' || department || '/' || number], 'first_day', first_day, 'last_day', last_day,
        'key', true, 'caused', true, 'desk', false, 'unannounced', true) || $1)).*
    FROM late_cause
"""
TAKE = "UPDATE late_cause SET outcome = 'taken', plan = $1, decided_name = 'x', decided_at = now()"
WITHDRAW = "UPDATE late_cause SET outcome = 'withdrawn', decided_name = 'x', decided_at = now()"
OTHERS = (
    *({"id": "M9998"}, {"caused": False}, {"key": False}, {"unannounced": False}, {"desk": True}, {"tasks": ["x"]}),
    *({"first_day": "2026-03-03"}, {"item": "SL01"}, {"department": "禾川县公安局"}),
)


async def test_the_database_takes_one_in_with_its_plan_alone_and_nothing_beside_it(services: Services) -> None:
    round_ = await planned(services)
    await filed(services, round_)
    live = (await live_plan_of(services, CONSOLE, round_)).id
    await refused(services, MATTER, {}, why="nothing is added to matter")
    await refused(services, TAKE, live, why="is not decided now")
    for change in ("note = 'y'", "matter = 'M0001'", "target = target", "filed_at = now()"):
        await refused(services, f"UPDATE late_cause SET {change}", why="permission denied")  # noqa: S608 - one of those
    await refused(services, "DELETE FROM late_cause", why="permission denied")
    for other in OTHERS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="nothing is added to matter"):
            await with_a_new_plan(services, round_, other)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="taken without its matter"):
        await with_a_new_plan(services, round_, None)
    await with_a_new_plan(services, round_, {})
    await refused(services, MATTER, {"id": "M9997"}, why="nothing is added to matter")
    await refused(services, TAKE, live, why="is not decided now")


async def with_a_new_plan(services: Services, round_: UUID, difference: dict[str, object] | None) -> None:
    """Store the plan again, take what waits with it, and add its matter with a difference, or no matter."""
    async with transaction(services.pool, WORKER) as db:
        new = uuid4()
        await db.execute("UPDATE plan SET live = false WHERE round = $1 AND live", round_)
        await db.execute("INSERT INTO plan (id, round, document) VALUES ($1, $2, '')", new, round_)
        await db.execute(TAKE, new)
        if difference is not None:
            await db.execute(MATTER, difference)


async def test_the_database_numbers_on_and_admits_none_out_of_its_turn(services: Services) -> None:
    round_ = await planned(services)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with transaction(services.pool, WORKER) as db:
            await db.execute(FILE, round_, 1, "M9000")
    async with transaction(services.pool, WORKER) as db:
        await db.execute(FILE, round_, 9, "M9000")
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(services.pool, WORKER) as db:
            await db.execute("UPDATE late_cause SET outcome = 'withdrawn'")
    async with transaction(services.pool, WORKER) as db:
        await db.execute(WITHDRAW)
    await fix_plan(services, CONSOLE, round_)
    await refused(services, FILE, round_, 10, "M9001", why="nothing is added to late_cause")
    await refused(services, WITHDRAW, why="is not decided now")


async def test_a_department_reads_and_files_its_own_alone(services: Services) -> None:
    round_ = await planned(services)
    await filed(services, round_)
    police = liaison_of(DepartmentId("禾川县公安局"))
    for actor, rows in ((LIAISON, 1), (police, 0), (SUPERVISOR, 1)):
        async with transaction(services.pool, actor) as db:
            assert await db.fetchval("SELECT count(*) FROM late_cause") == rows
    for actor in (SUPERVISOR, police):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, actor) as db:
                await db.execute(FILE_FOR, round_, WATER)


async def test_a_rehearsal_goes_with_what_came_late(services: Services) -> None:
    await taken(services, await planned(services))
    again = await planned(services)
    assert not await filed_causes(services, CONSOLE, again)
    async with transaction(services.pool, WORKER) as db:
        assert await db.fetchval("SELECT count(*) FROM late_cause") == 0

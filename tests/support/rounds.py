"""The small sample round brought to any of its stages through the real actions, in a test's own database."""

import functools
import hashlib
import time
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace
from support.console import SMALL
from support.jobs import surroundings

from coordinator.actions.approving import approve_alone
from coordinator.actions.collecting import collect_round
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.plan_requests import request_plan
from coordinator.actions.planning import PLAN_ROUND, problem_of, store_plan
from coordinator.actions.round_records import load_round_record
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame, hold_target_draw
from coordinator.documents.round_folder import RoundFolder, read_round_folder
from coordinator.domain.actors import CONSOLE, WORKER, Actor, ActorId, Office
from coordinator.domain.codes import PublicationChannel, ResultCode
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import expectations_of
from coordinator.domain.findings import Correction, Facts, Finding
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.jobs import Job, Lease, Queue, lease_of
from coordinator.domain.sheets import CellValue, Sheet, Workbook
from coordinator.storage import jobs, rounds
from coordinator.storage.connection import Connection, Pool, transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import Stage as DrawStage
from solver.planning.limits import Limit
from solver.planning.plan import Plan
from solver.planning.reading import problem_digest, read_problem
from solver.planning.solve import solve

WATER = DepartmentId("禾川县水利局")
SEED = "5" * 64
SUPERVISOR = Actor(id=ActorId("supervisor"), name="监察", office=Office.SUPERVISOR)


def liaison_of(department: DepartmentId) -> Actor:
    return Actor(id=ActorId(f"liaison of {department}"), name="联络员", office=Office.DEPARTMENT, department=department)


@functools.cache
def small() -> RoundFolder:
    """The small sample round as it lies on the disk."""
    return read_round_folder(SMALL)


def with_code(folder: RoundFolder, code: str) -> RoundFolder:
    """The same workbooks for a round of another code."""
    head = replace(folder.settings.round, id=RoundId(code))
    return _digested(replace(folder, settings=replace(folder.settings, round=head)))


def with_cells(folder: RoundFolder, sheet: str, old: CellValue, new: CellValue) -> RoundFolder:
    """The folder with every such cell of a sheet written otherwise, in all workbooks that have one."""
    return _digested(
        replace(folder, workbooks=tuple(_rewritten(workbook, sheet, old, new) for workbook in folder.workbooks))
    )


def without(folder: RoundFolder, department: DepartmentId) -> RoundFolder:
    """The folder before a department handed in."""
    workbooks = tuple(workbook for workbook in folder.workbooks if workbook.file != f"{department}.xlsx")
    return _digested(replace(folder, workbooks=workbooks))


async def collected(services: Services, folder: RoundFolder | None = None, *, seed: str | None = None) -> UUID:
    return await collect_round(services, CONSOLE, folder or small(), seed)


async def frozen(services: Services, folder: RoundFolder | None = None, *, seed: str | None = None) -> UUID:
    round_ = await collected(services, folder, seed=seed)
    await fix_frame(services, CONSOLE, round_)
    return round_


async def drawn(services: Services, folder: RoundFolder | None = None, *, seed: str | None = None) -> UUID:
    round_ = await frozen(services, folder, seed=seed)
    await commit_and_reveal(services, CONSOLE, await stored(services.pool, round_), DrawStage.TARGETS)
    await hold_target_draw(services, CONSOLE, round_, "")
    return round_


async def planned(services: Services, *, seed: str | None = None) -> UUID:
    round_ = await drawn(services, seed=seed)
    problem, plan = await solved(services, round_)
    await store_plan(services, WORKER, round_, problem, plan, await planning_lease(services, round_))
    return round_


async def teams_drawn(services: Services, *, seed: str | None = None) -> UUID:
    round_ = await planned(services, seed=seed)
    await fix_plan(services, CONSOLE, round_)
    await commit_and_reveal(services, CONSOLE, await stored(services.pool, round_), DrawStage.TEAMS)
    await hold_lots(services, CONSOLE, round_)
    return round_


async def dispatched(services: Services, *, seed: str | None = None) -> UUID:
    round_ = await teams_drawn(services, seed=seed)
    await approve_alone(services, CONSOLE, round_)
    return round_


async def solved(services: Services, round_: UUID) -> tuple[bytes, Plan]:
    """The round's problem, and the planner's first answer to it."""
    problem = await problem_of(services, WORKER, round_)
    plan = solve(
        read_problem(problem), limit=Limit(effort=0), now=time.monotonic, problem_sha256=problem_digest(problem)
    )
    return problem, plan


async def planning_job(services: Services, round_: UUID) -> Job:
    """A job to plan the round, in a worker's hands."""
    asked = await request_plan(services, CONSOLE, round_, seconds=1)
    async with transaction(services.pool, WORKER) as db:
        job = await jobs.claim_job(db, Queue.SOLVER, [PLAN_ROUND], only=asked)
    assert job is not None
    return job


async def planning_lease(services: Services, round_: UUID) -> Lease:
    return lease_of(await planning_job(services, round_))


async def stored(pool: Pool, round_: UUID) -> StoredRound:
    async with transaction(pool, WORKER) as db:
        found = await rounds.round_by_id(db, round_)
    assert found is not None
    return found


async def stage_of(pool: Pool, round_: UUID) -> Stage:
    return (await stored(pool, round_)).stage


async def facts_of(services: Services, round_: UUID) -> Facts:
    """A finding for every expected result of a dispatched round; the first one has been corrected."""
    async with transaction(services.pool, WORKER) as db:
        record = await load_round_record(db, WORKER, round_)
    expectations = expectations_of(record.dispatch, record.drawn_at.astimezone(LOCAL_TIME).date())
    findings = tuple(
        Finding(
            task=each.task,
            department=each.department,
            target=each.target,
            item=each.item,
            inspected_on=each.planned_on,
            result=ResultCode.NO_PROBLEM,
            channel=PublicationChannel.PUBLICITY_SYSTEM,
        )
        for each in expectations.results
    )
    before = replace(findings[0], result=ResultCode.PENDING)
    corrections = (Correction(before=before, after=findings[0]),)
    return Facts(expectations=expectations, findings=findings, corrections=corrections)


async def trail(pool: Pool) -> list[str]:
    """What was done, oldest first."""
    async with transaction(pool, WORKER) as db:
        return [row["action"] for row in await db.fetch("SELECT action FROM audit_entry ORDER BY id")]


async def contents(pool: Pool, *, but: Sequence[str] = ()) -> dict[str, list[str]]:
    """Every row of every table, those in `but` excepted: equal contents, equal state."""
    async with transaction(pool, WORKER) as db:
        tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return {name: await _rows(db, name) for name in (table["tablename"] for table in tables) if name not in but}


async def _rows(db: Connection, table: str) -> list[str]:
    rows = await db.fetch(f'SELECT t::text AS "row" FROM "{table}" t ORDER BY 1')  # noqa: S608 - a name from the catalog
    return [row["row"] for row in rows]


def world(pool: Pool) -> Services:
    return surroundings(pool)


def _rewritten(workbook: Workbook, sheet: str, old: CellValue, new: CellValue) -> Workbook:
    sheets = tuple(_sheet(each, old, new) if each.name == sheet else each for each in workbook.sheets)
    if sheets == workbook.sheets:
        return workbook
    return replace(workbook, sheets=sheets, sha256=hashlib.sha256(repr(sheets).encode()).hexdigest())


def _sheet(sheet: Sheet, old: CellValue, new: CellValue) -> Sheet:
    return replace(sheet, rows=tuple(tuple(new if cell == old else cell for cell in row) for row in sheet.rows))


def _digested(folder: RoundFolder) -> RoundFolder:
    parts = [repr(folder.settings), *sorted(workbook.sha256 for workbook in folder.workbooks)]
    return replace(folder, content_digest=hashlib.sha256("\n".join(parts).encode()).hexdigest())

"""Whose rows are whose, after a whole real round: every table that names a department, as the catalog lists them.

A table that a later migration guards is covered here as soon as a round fills it. Tables that name no department are
in test_shared_row_security.
"""

from collections.abc import Mapping

import asyncpg
import pytest
from support.rounds import SUPERVISOR, dispatched, facts_of, liaison_of, small
from support.rounds import world as world_of

from coordinator.actions.posting import post
from coordinator.actions.recording import record_facts
from coordinator.actions.services import Services
from coordinator.domain.actors import ANYONE, CONSOLE, WORKER, Actor
from coordinator.domain.deliveries import FILE_DROP, OutgoingFile, Partner, Posting
from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Pool, execute, transaction

GUARDED = """
    SELECT c.relname AS name, has_table_privilege('app', c.oid, 'UPDATE') AS "is_changeable"
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'department' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relrowsecurity AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
DEPARTMENTS = tuple(DepartmentId(book.file.removesuffix(".xlsx")) for book in small().workbooks)
# what the coordinating office alone hands in, what the sample has none of, and what is tried elsewhere, by
# test_accounts.py, test_handing_in.py, test_recusing.py, test_annual_planning.py, test_duplicates.py and
# test_late_causes.py
FILLED_BY_SOME = {"apart_pair", "area", "correction", "recusal", "account", "asked_department", "hand_in"}
FILLED_BY_SOME |= {"result_form", "closed_table", "recusal_request", "annual_change", "destination", "target_merge"}
FILLED_BY_SOME |= {"late_cause"}


@pytest.fixture
async def world(pool: Pool) -> Services:
    """A dispatched round with results and papers on their way, so that every guarded table has rows."""
    services = world_of(pool)
    round_ = await dispatched(services)
    assert await record_facts(services, CONSOLE, await facts_of(services, round_))
    papers = [
        Posting(
            partner=Partner(connector=FILE_DROP, destination="/nowhere", recipient=department),
            department=department,
            round=round_,
            batch="papers",
            files=(OutgoingFile(name="a.txt", content=department.encode(), row_count=1),),
        )
        for department in DEPARTMENTS
    ]
    async with transaction(pool, CONSOLE) as db:
        await post(db, services, CONSOLE, papers)
    return services


async def guarded(world: Services) -> dict[str, bool]:
    """The guarded tables by name, and whether the service may change their rows at all."""
    return {row["name"]: row["is_changeable"] for row in await world.pool.fetch(GUARDED)}


async def owners(world: Services, actor: Actor, table: str) -> Mapping[str, int]:
    """How many rows of each department an actor sees."""
    async with transaction(world.pool, actor) as db:
        statement = f'SELECT department, count(*) AS "rows" FROM "{table}" GROUP BY 1'  # noqa: S608 - from the catalog
        rows = await db.fetch(statement)
    return {row["department"]: row["rows"] for row in rows}


def touch_all(table: str) -> str:
    """Change every row that can be changed at all, to what it was."""
    return f'UPDATE "{table}" SET department = department'  # noqa: S608 - from the catalog


async def test_the_round_fills_every_guarded_table(world: Services) -> None:
    for table in await guarded(world):
        held = await owners(world, WORKER, table)
        assert held or table in FILLED_BY_SOME, table
        assert len(held) > 1 or table in FILLED_BY_SOME, f"{table} has rows of one department only"


async def test_a_department_sees_its_own_rows_and_no_others(world: Services) -> None:
    for table in await guarded(world):
        held = await owners(world, WORKER, table)
        for department in DEPARTMENTS:
            own = {department: held[department]} if department in held else {}
            assert await owners(world, liaison_of(department), table) == own, table


async def test_supervisors_see_everything_and_the_public_nothing(world: Services) -> None:
    for table in await guarded(world):
        assert await owners(world, SUPERVISOR, table) == await owners(world, WORKER, table), table
        assert await owners(world, ANYONE, table) == {}, table


async def test_a_department_nobody_knows_sees_nothing(world: Services) -> None:
    stranger = liaison_of(DepartmentId("禾川县"))
    for table in await guarded(world):
        assert await owners(world, stranger, table) == {}, table


async def test_a_department_changes_its_own_rows_and_no_others(world: Services) -> None:
    own = liaison_of(DEPARTMENTS[0])
    for table in [name for name, is_changeable in (await guarded(world)).items() if is_changeable]:
        held = await owners(world, WORKER, table)
        async with transaction(world.pool, own) as db:
            touched = await execute(db, touch_all(table))
        assert touched == held.get(DEPARTMENTS[0], 0), table


async def test_a_department_cannot_give_its_rows_to_another(world: Services) -> None:
    own, other = liaison_of(DEPARTMENTS[0]), DEPARTMENTS[1]
    for table in [name for name, is_changeable in (await guarded(world)).items() if is_changeable]:
        if DEPARTMENTS[0] in await owners(world, WORKER, table):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with transaction(world.pool, own) as db:
                    await db.execute(f'UPDATE "{table}" SET department = $1', other)  # noqa: S608 - from the catalog


@pytest.mark.parametrize("actor", [SUPERVISOR, ANYONE], ids=["supervisor", "public"])
async def test_who_only_reads_changes_nothing_of_the_departments(world: Services, actor: Actor) -> None:
    for table in [name for name, is_changeable in (await guarded(world)).items() if is_changeable]:
        async with transaction(world.pool, actor) as db:
            assert await execute(db, touch_all(table)) == 0, table


async def test_a_packages_files_and_fate_are_seen_by_its_department_alone(world: Services) -> None:
    for actor, seen in ((liaison_of(DEPARTMENTS[0]), 1), (SUPERVISOR, len(DEPARTMENTS)), (ANYONE, 0)):
        async with transaction(world.pool, actor) as db:
            for table in ("outbox", "outbox_file", "delivery"):
                counted = f"SELECT count(*) FROM {table}"  # noqa: S608 - one of three
                assert await db.fetchval(counted) == seen, (table, actor.name)

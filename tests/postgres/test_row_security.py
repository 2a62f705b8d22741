"""What the catalog must say: the service owns nothing, and no table stands unguarded but for a reason given here.

These ask PostgreSQL itself, so a table that a later migration adds is covered without a word here.
"""

import asyncpg
import pytest
from support.databases import Database

from coordinator.domain.actors import ANYONE, CONSOLE, WORKER, Actor, ActorId, Office
from coordinator.storage.connection import Connection, Pool, open_pool, transaction

FIRE = Actor(id=ActorId("liaison-1"), name="联络员", office=Office.DEPARTMENT, department="舞钢市消防救援大队")

OPEN = {
    "migration": "which steps this database has taken: of no department, and the service only reads it",
    "calendar_day": "public holidays and make-up days, published by the State Council",
    "calendar_year": "which years' holidays are confirmed, and by which published notice",
}
TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
    SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS is_guarded
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


async def test_the_service_owns_nothing(owner: Connection) -> None:
    owned = await owner.fetchval("""
        SELECT (SELECT count(*) FROM pg_class WHERE relowner = 'app'::regrole)
             + (SELECT count(*) FROM pg_proc WHERE proowner = 'app'::regrole)
             + (SELECT count(*) FROM pg_namespace WHERE nspowner = 'app'::regrole)
             + (SELECT count(*) FROM pg_database WHERE datdba = 'app'::regrole)
    """)
    assert owned == 0


async def test_the_service_cannot_bypass_row_security_nor_become_anyone_else(owner: Connection) -> None:
    role = await owner.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'app'")
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert not any(role[power] for power in powers)
    assert await owner.fetchval("SELECT count(*) FROM pg_auth_members WHERE member = 'app'::regrole") == 0


async def test_every_table_is_guarded_or_open_for_a_reason(owner: Connection) -> None:
    unguarded = {row["relname"] for row in await owner.fetch(TABLES) if not row["is_guarded"]}
    assert unguarded == OPEN.keys()


@pytest.mark.parametrize(
    "forgotten",
    [
        "CREATE TABLE forgotten (round uuid)",
        "ALTER TABLE visit NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE visit DISABLE ROW LEVEL SECURITY",
    ],
)
async def test_a_table_that_was_forgotten_would_be_found(owner: Connection, forgotten: str) -> None:
    await owner.execute(forgotten)
    unguarded = {row["relname"] for row in await owner.fetch(TABLES) if not row["is_guarded"]}
    assert len(unguarded - OPEN.keys()) == 1


async def test_the_service_makes_no_tables(pool: Pool) -> None:
    for statement in ("CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "ALTER TABLE job ADD x int"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


@pytest.mark.parametrize(
    ("actor", "coordinates", "department"),
    [(CONSOLE, True, None), (WORKER, True, None), (ANYONE, False, None), (FIRE, False, "舞钢市消防救援大队")],
)
async def test_policies_see_who_acts(pool: Pool, actor: Actor, coordinates: bool, department: str | None) -> None:  # noqa: FBT001 - a case, not a switch
    async with transaction(pool, actor) as db:
        seen = await db.fetchrow("SELECT onedoor_actor(), onedoor_is_coordinator(), onedoor_department()")
    assert tuple(seen) == (actor.id, coordinates, department)


async def test_the_actor_is_forgotten_with_the_transaction(database: Database) -> None:
    async with open_pool(database.app_url, size=1) as pool:
        async with transaction(pool, FIRE):
            pass
        assert await pool.fetchval("SELECT coalesce(onedoor_department(), onedoor_actor())") is None


async def test_a_guarded_table_shows_a_department_its_own_rows_only(pool: Pool, owner: Connection) -> None:
    """The pattern that migration 0001 prescribes, on a table of this test's own."""
    await owner.execute("""
        CREATE TABLE guarded (department text NOT NULL);
        ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
        ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
        CREATE POLICY coordinator ON guarded USING (onedoor_is_coordinator());
        CREATE POLICY own_department ON guarded USING (department = onedoor_department());
        CREATE POLICY supervisor ON guarded FOR SELECT USING (onedoor_is_supervisor());
        GRANT SELECT, INSERT ON guarded TO app;
    """)
    async with transaction(pool, WORKER) as db:
        await db.execute("INSERT INTO guarded VALUES ('舞钢市消防救援大队'), ('舞钢市水利局')")
    supervisor = Actor(id=ActorId("s"), name="监察", office=Office.SUPERVISOR)
    for actor, rows in ((WORKER, 2), (FIRE, 1), (ANYONE, 0), (supervisor, 2)):
        async with transaction(pool, actor) as db:
            assert await db.fetchval("SELECT count(*) FROM guarded") == rows
    assert await owner.fetchval("SELECT count(*) FROM guarded") == 0, "forced: the owner is nobody's department"
    for actor in (FIRE, supervisor):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(pool, actor) as db:
                await db.execute("INSERT INTO guarded VALUES ('舞钢市水利局')")

"""What the database refuses of a draw that its parties hold, also from the service itself."""

from datetime import datetime, timedelta

import asyncpg
import pytest
from support.ceremonies import COORDINATING, LASTS, OTHERS, Hall, a_hall
from support.rounds import collected
from support.rounds import world as world_of

from coordinator.actions.ceremonies import close_commitments
from coordinator.domain.actors import WORKER
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.storage import draws
from coordinator.storage.connection import Pool, transaction
from solver.chance.head import Stage

TARGETS = Stage.TARGETS
NOON = datetime(2026, 2, 25, 12, tzinfo=LOCAL_TIME)
FIRST, SECOND = OTHERS


@pytest.fixture
async def hall(pool: Pool) -> Hall:
    return await a_hall(world_of(pool), NOON)


@pytest.mark.parametrize(
    ("why", "statement"),
    [
        ("are still open", "UPDATE commitment SET secret = repeat('1', 64), revealed_at = now()"),
        (
            "is no party",
            """
            INSERT INTO commitment (draw, party, commitment, committed_at)
            SELECT id, 'x', repeat('1', 64), now() FROM draw
            """,
        ),
        ("held by two", "UPDATE draw SET state = 'held', transcript = '', seed = repeat('0', 64)"),
    ],
)
async def test_the_database_refuses_the_same(hall: Hall, why: str, statement: str) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    await hall.commits(round_, TARGETS, FIRST)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=why):
        async with transaction(hall.services.pool, WORKER) as db:
            await db.execute(statement)


async def test_the_database_takes_no_commitment_after_the_first_reveal_and_no_late_reveal(hall: Hall) -> None:
    round_ = await collected(hall.services)
    await hall.fixes(round_)
    draw = (await hall.draw(round_, TARGETS)).id
    await hall.commits(round_, TARGETS, COORDINATING, FIRST)
    await close_commitments(hall.services, hall.first.who.actor, round_, TARGETS)
    await hall.reveals(round_, TARGETS, FIRST)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="are closed"):
        async with transaction(hall.services.pool, WORKER) as db:
            await draws.insert_commitment(db, draw, SECOND, "a" * 64, NOON)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="too late"):
        async with transaction(hall.services.pool, WORKER) as db:
            await draws.reveal(db, draw, COORDINATING, "a" * 64, NOON + LASTS + timedelta(seconds=1))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is not allowed"):
        async with transaction(hall.services.pool, WORKER) as db:
            await draws.close_commitments(db, draw, NOON)

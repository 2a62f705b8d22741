"""Letters to firms, and what only the gate reads of them: what opens a letter, the tries, and firms' sessions.

Only hashes and digests of secrets are stored. What a letter announces is worked out anew each time (`announcements`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.ids import TargetId
from coordinator.domain.letters import IDLE_FOR, MOST_TRIES, SESSION_LASTS, TRY_KEPT, Letter, LetterId
from coordinator.storage.connection import Connection, execute, execute_many, fetch_all, fetch_one, fetch_value

COLUMNS = """letter.id, letter.round, letter.target, letter.departments, letter.number, letter.issued_at,
    letter.expires_at, letter.first_opened_on, letter.reopened_at, letter.withdrawn_at"""


class LetterSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What opens a letter."""

    letter: LetterId
    code_hash: str

    def __repr__(self) -> str:
        return f"LetterSecret(letter={self.letter})"


async def insert_letters(db: Connection, letters: Sequence[Letter]) -> set[LetterId]:
    """Store letters; gives those that stand now: where another stands already, it stays."""
    sql = """
        INSERT INTO letter (id, round, target, departments, number, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (round, target) WHERE withdrawn_at IS NULL DO NOTHING
    """
    await execute_many(
        db,
        sql,
        [
            (one.id, one.round, one.target, list(one.departments), one.number, one.issued_at, one.expires_at)
            for one in letters
        ],
    )
    found = await db.fetch("SELECT id FROM letter WHERE id = ANY ($1)", [one.id for one in letters])
    return {LetterId(row["id"]) for row in found}


async def letters(db: Connection, round_: UUID) -> list[Letter]:
    """A round's letters that the actor may see, withdrawn ones too, the newest last."""
    sql = f"SELECT {COLUMNS} FROM letter WHERE round = $1 ORDER BY issued_at, target"  # noqa: S608 - constant columns
    return await fetch_all(db, Letter, sql, round_)


async def lock_letter(db: Connection, id_: UUID) -> Letter | None:
    """A letter, locked against a second change at the same time."""
    return await fetch_one(db, Letter, f"SELECT {COLUMNS} FROM letter WHERE id = $1 FOR NO KEY UPDATE", id_)  # noqa: S608 - constant columns


async def targets_written_to(db: Connection, round_: UUID) -> list[TargetId]:
    """Every target of a round to which a letter stands."""
    rows = await db.fetch("SELECT target FROM letter WHERE round = $1 AND withdrawn_at IS NULL", round_)
    return [TargetId(row["target"]) for row in rows]


async def withdraw(db: Connection, ids: Sequence[LetterId], now: datetime) -> None:
    await execute(
        db, "UPDATE letter SET withdrawn_at = $2 WHERE id = ANY ($1) AND withdrawn_at IS NULL", list(ids), now
    )


async def note_reopened(db: Connection, id_: LetterId, now: datetime) -> None:
    await execute(db, "UPDATE letter SET reopened_at = $2 WHERE id = $1", id_, now)


# ---- what only the gate reads ---------------------------------------------------------------------------------


async def insert_secrets(db: Connection, rows: Sequence[tuple[LetterId, bytes, str]]) -> None:
    """Store what opens letters: the digest of the number, and the hash of the code."""
    await execute_many(db, "INSERT INTO letter_secret (letter, number_digest, code_hash) VALUES ($1, $2, $3)", rows)


async def letter_by_number(db: Connection, number_digest: bytes) -> Letter | None:
    sql = f"""
        SELECT {COLUMNS} FROM letter JOIN letter_secret ON letter_secret.letter = letter.id WHERE number_digest = $1
    """  # noqa: S608 - constant columns
    return await fetch_one(db, Letter, sql, number_digest)


async def secret_by_number(db: Connection, number_digest: bytes) -> LetterSecret | None:
    sql = "SELECT letter, code_hash FROM letter_secret WHERE number_digest = $1"
    return await fetch_one(db, LetterSecret, sql, number_digest)


async def note_opened(db: Connection, id_: LetterId, now: datetime) -> bool:
    """Remember the day on which a letter was opened first; says whether this was the first time."""
    sql = "UPDATE letter SET first_opened_on = $2 WHERE id = $1 AND first_opened_on IS NULL"
    return bool(await execute(db, sql, id_, now.astimezone(LOCAL_TIME).date()))


async def count_try(db: Connection, number_digest: bytes, now: datetime) -> int:
    """Count a try as failed before it is looked at, so that parallel ones cannot slip through; returns which it is.

    Beyond MOST_TRIES it may not be looked at, until somebody opens the letter again.
    """
    sql = """
        INSERT INTO letter_try AS known (number_digest, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (number_digest) DO UPDATE SET failures = least(known.failures + 1, $3 + 1), last_at = $2
        RETURNING failures
    """
    return await fetch_value(db, int, sql, number_digest, now, MOST_TRIES)


async def forget_tries(db: Connection, number_digest: bytes) -> bool:
    """Let a number be tried again; says whether it had been tried."""
    return bool(await execute(db, "DELETE FROM letter_try WHERE number_digest = $1", number_digest))


async def forget_strange_tries(db: Connection, now: datetime) -> None:
    """Numbers that no letter bears leave nothing behind."""
    sql = """
        DELETE FROM letter_try WHERE last_at <= $1 AND NOT EXISTS (
            SELECT FROM letter_secret WHERE letter_secret.number_digest = letter_try.number_digest)
    """
    await execute(db, sql, now - TRY_KEPT)


async def locked_letters(db: Connection, round_: UUID) -> set[LetterId]:
    """The letters of a round that too many wrong tries have locked."""
    sql = """
        SELECT letter FROM letter_try JOIN letter_secret USING (number_digest) JOIN letter ON letter.id = letter
        WHERE failures >= $2 AND letter.round = $1
    """
    return {LetterId(row["letter"]) for row in await db.fetch(sql, round_, MOST_TRIES)}


async def insert_session(db: Connection, digest: bytes, id_: LetterId, now: datetime) -> None:
    sql = "INSERT INTO letter_session (digest, letter, began_at, seen_at) VALUES ($1, $2, $3, $3)"
    await execute(db, sql, digest, id_, now)


async def letter_in_session(db: Connection, digest: bytes, now: datetime) -> Letter | None:
    """Whose page a session opens; being seen keeps it from ending. None where it has ended or the letter has."""
    sql = f"""
        UPDATE letter_session SET seen_at = $2 FROM letter
        WHERE digest = $1 AND seen_at > $3 AND began_at > $4
          AND letter.id = letter_session.letter AND withdrawn_at IS NULL AND expires_at > $2
        RETURNING {COLUMNS}
    """  # noqa: S608 - constant columns
    return await fetch_one(db, Letter, sql, digest, now, now - IDLE_FOR, now - SESSION_LASTS)


async def delete_session(db: Connection, digest: bytes) -> None:
    await execute(db, "DELETE FROM letter_session WHERE digest = $1", digest)


async def delete_ended_sessions(db: Connection, now: datetime) -> None:
    sql = "DELETE FROM letter_session WHERE seen_at <= $1 OR began_at <= $2"
    await execute(db, sql, now - IDLE_FOR, now - SESSION_LASTS)


async def put_feed(db: Connection, id_: LetterId, feed_digest: bytes) -> None:
    """Let a letter's calendar be found at a new address, and at no older one."""
    await execute(db, "UPDATE letter_secret SET feed_digest = $2 WHERE letter = $1", id_, feed_digest)


async def letter_by_feed(db: Connection, feed_digest: bytes) -> Letter | None:
    sql = f"""
        SELECT {COLUMNS} FROM letter JOIN letter_secret ON letter_secret.letter = letter.id WHERE feed_digest = $1
    """  # noqa: S608 - constant columns
    return await fetch_one(db, Letter, sql, feed_digest)

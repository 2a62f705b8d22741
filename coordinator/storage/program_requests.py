"""Requests of programs that change something, each under its owner's key, with the answer it got.

What a repeat means is decided in actions/program_requests.py.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from coordinator.storage.connection import Connection, execute, fetch_one


class StoredAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was answered, as it was sent."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class StoredRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request under its key; without a status it is in hand, or its process was killed."""

    fingerprint: bytes
    began_at: datetime
    status: int | None
    headers: Mapping[str, str] | None
    content: bytes | None


async def delete_old(db: Connection, before: datetime) -> None:
    await execute(db, "DELETE FROM program_request WHERE began_at < $1", before)


async def insert_request(db: Connection, owner: bytes, key: str, fingerprint: bytes, at: datetime) -> bool:
    """Take a key; False where it was taken before."""
    sql = """
        INSERT INTO program_request (owner, key, fingerprint, began_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
    """
    return await execute(db, sql, owner, key, fingerprint, at) == 1


async def lock_request(db: Connection, owner: bytes, key: str) -> StoredRequest | None:
    sql = """
        SELECT fingerprint, began_at, status, headers, content FROM program_request
        WHERE owner = $1 AND key = $2 FOR UPDATE
    """
    return await fetch_one(db, StoredRequest, sql, owner, key)


async def take_over(db: Connection, owner: bytes, key: str, at: datetime) -> None:
    """Begin a request again whose process was killed."""
    await execute(db, "UPDATE program_request SET began_at = $3 WHERE owner = $1 AND key = $2", owner, key, at)


async def put_answer(db: Connection, owner: bytes, key: str, answer: StoredAnswer) -> None:
    sql = "UPDATE program_request SET status = $3, headers = $4, content = $5 WHERE owner = $1 AND key = $2"
    await execute(db, sql, owner, key, answer.status, answer.headers, answer.content)


async def delete_request(db: Connection, owner: bytes, key: str) -> None:
    await execute(db, "DELETE FROM program_request WHERE owner = $1 AND key = $2 AND status IS NULL", owner, key)

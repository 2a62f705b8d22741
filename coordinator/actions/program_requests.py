"""A program's request that changes something is done once, however often it is sent (`Idempotency-Key`).

A key is kept for a day. Behind it every action has a natural key of its own: should a process be killed between doing
and answering, the repeat does nothing twice.
"""

from datetime import timedelta

from coordinator.actions.services import Services
from coordinator.domain.actors import GATE
from coordinator.domain.errors import Conflict, Invalid
from coordinator.storage import program_requests
from coordinator.storage.connection import transaction
from coordinator.storage.program_requests import StoredAnswer, StoredRequest

KEPT = timedelta(days=1)
IN_HAND = timedelta(minutes=2)
"""Longer than any answer takes: a request that began before then and was never answered died with its process."""
LONGEST_KEY = 200


async def begin(services: Services, owner: bytes, key: str, fingerprint: bytes) -> StoredAnswer | None:
    """Take a key, or give what its first request was answered.

    Raises Invalid for a key that is none, or that stood on another request; Conflict while the first is in hand.
    """
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid("Idempotency-Key 应为 1 到 200 个可见的 ASCII 字符。", remedy="请为每次提交用一个新的 UUID。")
    now = services.clock()
    async with transaction(services.pool, GATE) as db:
        await program_requests.delete_old(db, now - KEPT)
        if await program_requests.insert_request(db, owner, key, fingerprint, now):
            return None
        known = await program_requests.lock_request(db, owner, key)
        if known is None:
            raise Conflict("同一个 Idempotency-Key 的请求正在办理。", remedy="请稍后用同一个键再试。")
        answer = _answer(known, fingerprint)
        if answer is None and now - known.began_at < IN_HAND:
            raise Conflict("同一个 Idempotency-Key 的请求正在办理。", remedy="请稍后用同一个键再试。")
        if answer is None:
            await program_requests.take_over(db, owner, key, now)
        return answer


async def settle(services: Services, owner: bytes, key: str, answer: StoredAnswer | None) -> None:
    """Keep what was answered; without an answer worth keeping the key is free again."""
    async with transaction(services.pool, GATE) as db:
        if answer is None:
            await program_requests.delete_request(db, owner, key)
        else:
            await program_requests.put_answer(db, owner, key, answer)


def _answer(known: StoredRequest, fingerprint: bytes) -> StoredAnswer | None:
    if known.fingerprint != fingerprint:
        raise Invalid("这个 Idempotency-Key 已用于另一个请求。", remedy="请为每次提交用一个新的 UUID。")
    if known.status is None or known.headers is None or known.content is None:
        return None
    return StoredAnswer(status=known.status, headers=known.headers, content=known.content)

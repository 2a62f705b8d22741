"""How a firm opens its letter: from number and code to a session that shows this target and nothing else.

Unknown number, wrong code, locked, withdrawn and expired are answered alike, after the same queries and the same hash.
Letters are written and opened again in `letters`.
"""

from msgspec import Struct

from coordinator.actions.hashing import digest, is_letter_code, letter_number_digest, new_session
from coordinator.actions.services import Services
from coordinator.domain.actors import GATE, Actor
from coordinator.domain.errors import LetterShut
from coordinator.domain.letters import MOST_TRIES, Letter
from coordinator.storage import audit, letters
from coordinator.storage.connection import Connection, transaction

LONGEST = 64
"""Characters of a number or code that are looked at; what is longer is wrong."""
WRONG = "函号或密码不对，或者这封函现在打不开。"
AGAIN = f"请对照告知函再输一次；连续 {MOST_TRIES} 次不对就会锁住，请打函上的电话，由联络员解锁。"
NOBODYS = "（没有这封函）"


class Opened(Struct, frozen=True, kw_only=True):
    """A firm that has opened its letter, and acts through it."""

    letter: Letter
    actor: Actor


async def open_letter(services: Services, number: str, code: str) -> str:
    """Begin a session and give its secret, new each time; raises LetterShut for every kind of wrong in one way."""
    now, number_digest = services.clock(), letter_number_digest(number[:LONGEST])
    async with transaction(services.pool, GATE) as db:
        failures = await letters.count_try(db, number_digest, now)
        found = await letters.letter_by_number(db, number_digest)
        secret = await letters.secret_by_number(db, number_digest)
    is_looked_at = failures <= MOST_TRIES and found is not None and found.opens(now)
    kept = secret.code_hash if secret and is_looked_at else None
    if await is_letter_code(kept, code[:LONGEST]) and found is not None:
        return await _begin(services, found, number_digest)
    if failures == MOST_TRIES:
        async with transaction(services.pool, GATE) as db:
            round_, subject = (found.round, found.number) if found else (None, NOBODYS)
            await audit.append(db, GATE, "letter_locked", round_, subject)
    raise LetterShut(WRONG, remedy=AGAIN, field="number")


async def in_letter(services: Services, secret: str) -> Opened | None:
    """Give the firm that looks in a session; None where it has ended, or its letter has."""
    async with transaction(services.pool, GATE) as db:
        letter = await letters.letter_in_session(db, digest(secret), services.clock())
    return Opened(letter=letter, actor=letter.actor()) if letter else None


async def leave_letter(services: Services, secret: str) -> None:
    """End a firm's session."""
    async with transaction(services.pool, GATE) as db:
        await letters.delete_session(db, digest(secret))


async def _begin(services: Services, letter: Letter, number_digest: bytes) -> str:
    session, now = new_session(), services.clock()
    async with transaction(services.pool, GATE) as db:
        await letters.forget_tries(db, number_digest)
        await _tidy(db, services)
        await letters.insert_session(db, digest(session), letter.id, now)
        if await letters.note_opened(db, letter.id, now):
            await audit.append(db, letter.actor(), "letter_opened", letter.round, letter.number)
    return session


async def _tidy(db: Connection, services: Services) -> None:
    await letters.delete_ended_sessions(db, services.clock())
    await letters.forget_strange_tries(db, services.clock())

"""A firm's calendar at an address that nobody can guess: it tells what is announced now, and remembers what it told.

What a calendar file looks like is in documents/calendars.py.
"""

from coordinator.actions.hashing import digest, new_session
from coordinator.actions.opening import Opened
from coordinator.actions.services import Services
from coordinator.documents.calendars import feed
from coordinator.domain.actors import GATE
from coordinator.domain.acts import Act
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.letters import Letter
from coordinator.domain.permissions import permit
from coordinator.domain.told_visits import now_told
from coordinator.storage import audit, firm_requests, letters
from coordinator.storage.connection import lock_names, transaction


async def new_feed(services: Services, firm: Opened) -> str:
    """Make the firm's calendar address and give its secret, this once; an older address ends."""
    permit(firm.actor, Act.USE_LETTER)
    secret = new_session()
    async with transaction(services.pool, GATE) as db:
        await letters.put_feed(db, firm.letter.id, digest(secret))
        await audit.append(db, firm.actor, "feed_made", firm.letter.round, firm.letter.number)
    return secret


async def letter_of_feed(services: Services, secret: str) -> Letter:
    """Give whose calendar an address is; raises NotFound where it is nobody's, or its letter has ended."""
    async with transaction(services.pool, GATE) as db:
        found = await letters.letter_by_feed(db, digest(secret))
    if found is None or not found.opens(services.clock()):
        raise NotFound("没有这个日历。", remedy="请打开告知函，重新取得地址。")
    return found


async def calendar_of(services: Services, letter: Letter, dispatch: Dispatch) -> bytes:
    """Write a firm's calendar as it stands now; what differs from what was told last is remembered as told."""
    actor, announcement = letter.actor(), announcements(dispatch).get(letter.target)
    async with transaction(services.pool, actor) as db:
        await lock_names(db, [f"told {letter.round} {letter.target}"])
        before = await firm_requests.told_visits(db, letter.round, letter.target)
        told = now_told(announcement, before, services.clock())
        changed = [one for one in told if before.get(one.anchor) != one]
        if changed:
            await firm_requests.put_told_visits(db, letter.round, letter.target, changed)
            await audit.append(db, actor, "visits_told", letter.round, letter.number, count=len(changed))
    return feed(dispatch.round.id, letter.target, announcement, told)

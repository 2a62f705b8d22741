"""A firm to look as: its letter of the round that lies ahead, opened once, with a wish to be visited on another day.

A letter's code is shown when it is written and never again, so that each start writes that firm a new one.
"""

from uuid import UUID

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.firm_requests import ask
from coordinator.actions.letters import issue_letters, listed_letters, renew_letter
from coordinator.actions.opening import in_letter, open_letter
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import CONSOLE, PUBLICATION
from coordinator.domain.errors import Refusal
from coordinator.domain.firm_requests import RequestKind, Wish, days_open
from coordinator.domain.letters import Letter, in_halves
from coordinator.storage import rounds
from coordinator.storage.connection import transaction
from coordinator.storage.rounds import Stage

USCC_LENGTH = 18
SITE = "http://127.0.0.1"
"""Stands on letters that nobody keeps."""
REASON = "当天有专业机构来校验设备，生产线停用，请改到别的一天。"


async def a_firm_that_was_told(services: Services, code: str) -> str:
    """Write to a firm, one to which many departments come in the round of that code, and say how its letter opens."""
    async with transaction(services.pool, CONSOLE) as db:
        found = next((each for each in await rounds.rounds(db) if each.code == code), None)
    if found is None or found.stage is not Stage.DISPATCHED:
        return ""
    try:
        written = await _written(services, found.id)
    except Refusal as refused:
        return f"  企业       现在不能换发告知函：{refused.sentence()}"
    number, name = in_halves(written.letter.number), written.announcement.target.name
    return f"  企业       函号 {number}，密码 {in_halves(written.code)}，在 /letter 打开（{name}）"


async def _written(services: Services, round_: UUID) -> WrittenLetter:
    standing = [each for each in (await listed_letters(services, CONSOLE, round_)).letters if not each.withdrawn_at]
    if standing:
        return (await renew_letter(services, CONSOLE, max(standing, key=_worth_seeing).id, SITE))[0]
    all_written = await issue_letters(services, CONSOLE, round_, SITE)
    first = max(all_written, key=lambda each: _worth_seeing(each.letter))
    await _ask_to_move(services, first)
    return first


def _worth_seeing(letter: Letter) -> tuple[bool, int, str]:
    return len(letter.target) == USCC_LENGTH, len(letter.departments), letter.target


async def _ask_to_move(services: Services, written: WrittenLetter) -> None:
    """Ask for the last day that is open to the firm's first visit; nothing where the visit is over."""
    async with transaction(services.pool, PUBLICATION) as db:
        dispatch = await load_dispatch(db, PUBLICATION, written.letter.round)
    visit = written.announcement.visits[0]
    days = days_open(dispatch, visit, services.clock())
    firm = await in_letter(services, await open_letter(services, written.letter.number, written.code))
    if days and firm is not None:
        wish = Wish(kind=RequestKind.MOVE, visit=visit.anchor, reason=REASON, day=days[-1].isoformat())
        await ask(services, firm, dispatch, wish)

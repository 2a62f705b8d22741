"""The interface for programs: a round's letters to firms, written, opened again, written anew, withdrawn.

A code leaves in the one answer that follows the writing and is kept nowhere, not even for a repeat (manners.py).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Literal
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from msgspec import Struct

from coordinator.actions.letters import issue_letters, listed_letters, renew_letter, reopen_letter, withdraw_letter
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.actors import Actor
from coordinator.domain.letters import Letter
from coordinator.web.api.answers import Keyed, of_writing
from coordinator.web.api.manners import GIVEN_ONCE
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.letters import LetterLine, LetterState, letters_shown
from coordinator.web.visiting import Asked, site_of

Standing = Literal["withdrawn", "expired", "locked", "opened", "sent"]
_STATES: Mapping[LetterState, Standing] = {
    LetterState.WITHDRAWN: "withdrawn",
    LetterState.EXPIRED: "expired",
    LetterState.LOCKED: "locked",
    LetterState.OPENED: "opened",
    LetterState.SENT: "sent",
}
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["告知函"])


class LetterShown(Struct, frozen=True, kw_only=True):
    """A letter as the offices see it; of what its firm does only the day on which it first opened it."""

    id: UUID
    number: str
    target: str
    target_name: str
    departments: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    first_opened_on: date | None
    state: Standing


class LetterWritten(Struct, frozen=True, kw_only=True):
    """A letter with its code, this once; `address` is where the firm types both."""

    id: UUID
    number: str
    code: str
    target: str
    address: str


class LetterChanged(Struct, frozen=True, kw_only=True):
    id: UUID
    number: str


@listing("/rounds/{round_id:uuid}/letters", tags=["告知函"], summary="一轮的告知函，收回的也在内")
async def list_letters(
    turn: Given[Turn],
    round_id: FromPath[UUID],
    whole: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
) -> Response[list[LetterShown]]:
    listed = await listed_letters(services, actor, round_id)
    lines = letters_shown(whole, listed, actor.department, services.clock()).lines
    return turn.cut([_shown(each) for each in lines], lambda _, each: str(each.id))


@write("/rounds/{round_id:uuid}/letters", summary="给还没有的企业各写一封；密码只在这一次的回答里")
async def post_letters(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[list[LetterWritten]]:
    site = site_of(request, services.settings.public_host)
    return _written(await issue_letters(services, actor, round_id, site))


@write("/letters/{letter_id:uuid}/renew", summary="收回一封，给同一家企业换发；密码只在这一次的回答里")
async def post_renewal(
    request: Asked, letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[list[LetterWritten]]:
    site = site_of(request, services.settings.public_host)
    return _written(await renew_letter(services, actor, letter_id, site))


@write("/letters/{letter_id:uuid}/reopen", summary="输错锁住的一封重新可以打开，密码不变")
async def post_reopening(letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> LetterChanged:
    return _changed(await reopen_letter(services, actor, letter_id))


@write("/letters/{letter_id:uuid}/withdraw", summary="收回一封，此后打不开")
async def post_withdrawal(letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> LetterChanged:
    return _changed(await withdraw_letter(services, actor, letter_id))


def _shown(line: LetterLine) -> LetterShown:
    return LetterShown(
        id=line.id,
        number=line.number,
        target=line.target,
        target_name=line.target_name,
        departments=line.letter.departments,
        issued_at=line.issued_at,
        expires_at=line.letter.expires_at,
        first_opened_on=line.letter.first_opened_on,
        state=_STATES[line.state],
    )


def _written(letters: Sequence[WrittenLetter]) -> Response[list[LetterWritten]]:
    written = [
        LetterWritten(
            id=each.letter.id,
            number=each.letter.number,
            code=each.code,
            target=each.letter.target,
            address=each.short_address,
        )
        for each in letters
    ]
    return Response(written, headers=GIVEN_ONCE)


def _changed(letter: Letter) -> LetterChanged:
    return LetterChanged(id=letter.id, number=letter.number)


LETTERS = (list_letters, post_letters, post_renewal, post_reopening, post_withdrawal)

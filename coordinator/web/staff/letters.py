"""Pages: a round's letters to firms. Codes leave in the package that a press of the button gives, this once.

What may be done to a letter is decided in actions/letters.py.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from coordinator.actions.letters import issue_letters, listed_letters, renew_letter, reopen_letter, withdraw_letter
from coordinator.actions.services import Services
from coordinator.documents.letters import WrittenLetter, package
from coordinator.domain.actors import Actor
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.letters import letters_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, site_of


@get("/rounds/{round_id:uuid}/letters", include_in_schema=False)
async def letters_page(
    request: Asked,
    round_id: FromPath[UUID],
    known: Given[Known],
    whole: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """The letters, and the button that writes those that are due."""
    listed = await listed_letters(services, actor, round_id)
    now = services.clock()
    shown = letters_shown(whole, listed, actor.department, now)
    return in_round("letters.html", known, now, actor, shown=shown, form_key=form_key(request), done=done)


@post("/rounds/{round_id:uuid}/letters", include_in_schema=False)
async def write_letters(
    request: Asked, round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """Write what is due and give it, this once."""
    site = site_of(request, services.settings.public_host)
    return await _packed(await issue_letters(services, actor, round_id, site))


@post("/letters/{letter_id:uuid}/renew", include_in_schema=False)
async def write_again(
    request: Asked, letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    """Withdraw a letter and give a new one."""
    site = site_of(request, services.settings.public_host)
    return await _packed(await renew_letter(services, actor, letter_id, site))


@post("/letters/{letter_id:uuid}/reopen", include_in_schema=False)
async def open_again(letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> Redirect:
    """Let a locked letter be tried again."""
    letter = await reopen_letter(services, actor, letter_id)
    return Redirect(f"/rounds/{letter.round}/letters?done=reopened", status_code=303)


@post("/letters/{letter_id:uuid}/withdraw", include_in_schema=False)
async def take_back(letter_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> Redirect:
    """Take a letter out of use."""
    letter = await withdraw_letter(services, actor, letter_id)
    return Redirect(f"/rounds/{letter.round}/letters?done=withdrawn", status_code=303)


async def _packed(written: Sequence[WrittenLetter]) -> Response[bytes]:
    headers = {
        "Content-Disposition": "attachment; filename=\"letters.zip\"; filename*=UTF-8''%E5%91%8A%E7%9F%A5%E5%87%BD.zip"
    }
    return Response(await asyncio.to_thread(package, written), headers=headers, media_type="application/zip")


LETTERS = (letters_page, write_letters, write_again, open_again, take_back)

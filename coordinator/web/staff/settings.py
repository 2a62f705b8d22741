"""Pages: a round's settings changed while it is collected: written, seen beside what stands, then changed.

What may be changed until when is decided in actions/changing_settings.py.
"""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.changing_settings import (
    StaleSettings,
    TriedSettings,
    change_settings,
    round_to_change,
    try_settings,
)
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import Actor
from coordinator.domain.changed_rounds import changed_settings, fields_of
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.rounds import Round, read_round
from coordinator.storage.rounds import StoredRound
from coordinator.web.given import Given
from coordinator.web.staff.framing import while_collecting
from coordinator.web.uploads import read_upload
from coordinator.web.visiting import Asked, form_key, read_form


class SettingsForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules as they are written; `seen` are the settings that the form was filled in on."""

    seen: str
    name: str
    region: str
    first_day: str
    last_day: str
    closed: str
    open: str
    morning: str
    morning_minutes: str
    afternoon: str
    afternoon_minutes: str
    cap_A: str  # noqa: N815 - as the classes are called
    cap_B: str  # noqa: N815
    cap_C: str  # noqa: N815
    cap_D: str  # noqa: N815
    gap_days: str
    approach_minutes: str
    hash: str
    alternates: str
    source: str
    when: str
    pattern: str


class FileForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: str


class ChangeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was shown and is now to be so, as files."""

    seen: str
    settings: str


class Draft(Struct, frozen=True, kw_only=True):
    """What stands on the page beside the form."""

    fields: dict[str, str] = {}
    tried: TriedSettings | None = None
    settings: str = ""
    fault: Invalid | Conflict | None = None


@get("/rounds/{round_id:uuid}/settings", include_in_schema=False)
async def settings_page(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes]:
    """The settings as they stand, to be changed."""
    return _page(request, actor, await round_to_change(services, actor, round_id), Draft())


@post("/rounds/{round_id:uuid}/settings", include_in_schema=False)
async def look_at_settings(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes]:
    """Show what the form would change."""
    stored, form = await round_to_change(services, actor, round_id), await read_form(request, SettingsForm)
    fields = {name: str(value) for name, value in msgspec.structs.asdict(form).items() if name != "seen"}
    try:
        seen = read_round(form.seen.encode())
        draft = await _tried(services, actor, round_id, changed_settings(seen, fields), seen)
    except (Invalid, Conflict) as fault:
        return _page(request, actor, stored, Draft(fields=fields, fault=fault))
    return _page(request, actor, stored, draft)


@post("/rounds/{round_id:uuid}/settings/file", include_in_schema=False)
async def look_at_file(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes]:
    """Show what a round.toml would change."""
    stored, upload = await round_to_change(services, actor, round_id), await read_upload(request)
    form = await read_form(request, FileForm)
    try:
        draft = await _tried(services, actor, round_id, read_round(upload.content), read_round(form.seen.encode()))
    except (Invalid, Conflict) as fault:
        return _page(request, actor, stored, Draft(fault=fault))
    return _page(request, actor, stored, draft)


@post("/rounds/{round_id:uuid}/settings/change", include_in_schema=False)
async def change(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Change what was shown, as long as nobody else has changed it."""
    form = await read_form(request, ChangeForm)
    settings, seen = read_round(form.settings.encode()), read_round(form.seen.encode())
    try:
        await change_settings(services, actor, round_id, settings, seen)
    except (Invalid, StaleSettings) as fault:
        return _page(request, actor, await round_to_change(services, actor, round_id), Draft(fault=fault))
    return Redirect(f"/rounds/{round_id}/hand-in?done=changed", status_code=303)


async def _tried(services: Services, actor: Actor, round_: UUID, settings: Round, seen: Round) -> Draft:
    tried = await try_settings(services, actor, round_, settings, seen)
    return Draft(fields=fields_of(settings), tried=tried, settings=settings_file(settings).decode())


def _page(request: Asked, actor: Actor, stored: StoredRound, draft: Draft) -> Response[bytes]:
    fault = draft.fault
    status = HTTPStatus.CONFLICT if isinstance(fault, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
    return while_collecting(
        "settings.html",
        stored,
        actor,
        status if fault else HTTPStatus.OK,
        form=fields_of(stored.settings) | draft.fields,
        seen=settings_file(stored.settings).decode(),
        settings=draft.settings,
        tried=draft.tried,
        stale=fault.changes if isinstance(fault, StaleSettings) else (),
        form_key=form_key(request),
        fault=fault,
    )


SETTINGS = (settings_page, look_at_settings, look_at_file, change)

"""Pages: beginning a round, by a form or by a round.toml, and asking more departments to hand in.

What the fields mean is decided in domain/new_rounds.py, who may do it in the actions.
"""

from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.beginning import ask, ask_no_more, begin_round, form_at_first
from coordinator.actions.department_names import known_departments, refuse_mistyped
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import Actor
from coordinator.domain.department_names import named_in
from coordinator.domain.errors import Conflict, Invalid
from coordinator.domain.ids import DepartmentId
from coordinator.domain.new_rounds import new_settings
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.staff.handing_in import hand_in_again
from coordinator.web.uploads import read_upload
from coordinator.web.visiting import Asked, form_key, read_form


class RoundForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`key` is the round that the form makes: sent twice, it makes one."""

    key: UUID
    id: str
    name: str
    region: str
    first_day: str
    last_day: str
    coordinator: str
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
    due_on: str
    departments: str
    sure: str = ""
    """Departments are none of those that they look like."""


class SettingsForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands beside a round.toml."""

    key: UUID
    due_on: str
    departments: str
    sure: str = ""


class AskForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    due_on: str
    departments: str = ""
    sure: str = ""


class TakeOffForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    department: str


@get("/rounds/new", include_in_schema=False)
async def new_round_page(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """The form for a new round."""
    return await _form(request, actor, services, {})


@post("/rounds", include_in_schema=False)
async def begin(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes] | Redirect:
    """Begin a round as the form says."""
    form = await read_form(request, RoundForm)
    fields = {name: str(value) for name, value in msgspec.structs.asdict(form).items()}
    try:
        settings = settings_file(new_settings(fields))
        await refuse_mistyped(services, actor, [form.coordinator], sure=form.sure, field="coordinator")
        await _refuse_mistyped(services, actor, form)
        round_ = await begin_round(services, actor, form.key, settings, form.due_on, form.departments)
    except (Invalid, Conflict) as fault:
        return await _form(request, actor, services, fields, fault)
    return Redirect(f"/rounds/{round_}/hand-in?done=begun", status_code=303)


@post("/rounds/file", include_in_schema=False)
async def begin_by_file(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes] | Redirect:
    """Begin a round as a round.toml says."""
    form, upload = await read_form(request, SettingsForm), await read_upload(request)
    try:
        await _refuse_mistyped(services, actor, form)
        round_ = await begin_round(services, actor, form.key, upload.content, form.due_on, form.departments)
    except (Invalid, Conflict) as fault:
        fields = {"due_on": form.due_on, "departments": form.departments}
        return await _form(request, actor, services, fields, fault)
    return Redirect(f"/rounds/{round_}/hand-in?done=begun", status_code=303)


@post("/rounds/{round_id:uuid}/ask", include_in_schema=False)
async def ask_more(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Set another day, and ask more departments."""
    form = await read_form(request, AskForm)
    try:
        await _refuse_mistyped(services, actor, form)
        await ask(services, actor, round_id, form.due_on, form.departments)
    except Invalid as fault:
        return await hand_in_again(request, actor, services, round_id, fault, written=form.departments)
    return Redirect(f"/rounds/{round_id}/hand-in?done=asked", status_code=303)


@post("/rounds/{round_id:uuid}/ask/no-more", include_in_schema=False)
async def take_off(
    request: Asked, actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Redirect:
    """Take a department off the list that was asked by mistake."""
    form = await read_form(request, TakeOffForm)
    await ask_no_more(services, actor, round_id, DepartmentId(form.department))
    return Redirect(f"/rounds/{round_id}/hand-in?done=taken-off", status_code=303)


async def _refuse_mistyped(services: Services, actor: Actor, form: RoundForm | SettingsForm | AskForm) -> None:
    named = named_in(form.departments)
    await refuse_mistyped(services, actor, named, sure=form.sure, field="departments")


async def _form(
    request: Asked,
    actor: Actor,
    services: Services,
    fields: dict[str, str],
    fault: Invalid | Conflict | None = None,
) -> Response[bytes]:
    """The form with what was written; a fault of the file stands beside the file."""
    return page(
        "new_round.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        form={"key": str(uuid4())} | await form_at_first(services, actor) | fields,
        departments=await known_departments(services, actor),
        form_key=form_key(request),
        fault=fault,
    )


BEGINNING = (new_round_page, begin, begin_by_file, ask_more, take_off)

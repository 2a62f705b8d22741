"""Pages: outside systems that packages go to, what was sent there, and every try with its answer.

What may be done is decided in actions/destinations.py and actions/posting.py.
"""

from http import HTTPStatus
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.connecting import KINDS, Kind
from coordinator.actions.department_names import known_departments, refuse_mistyped
from coordinator.actions.destinations import (
    confirm_destination,
    propose_destination,
    read_destination,
    read_destinations,
    send_test,
    set_destination_state,
    set_secret,
    withdraw_destination,
)
from coordinator.actions.exporting import export_undelivered
from coordinator.actions.posting import pause, read_deliveries, read_delivery, replay
from coordinator.actions.services import Services
from coordinator.documents.packing import ZIP_TYPE
from coordinator.documents.templates import WORKBOOK_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.deliveries import ConnectorKind, DeliveryState, OutboxId
from coordinator.domain.destinations import DestinationState, Wanted, new_draft
from coordinator.domain.errors import Conflict, Invalid, NotFound
from coordinator.domain.permissions import may, permit
from coordinator.web.given import Given
from coordinator.web.rendering import page
from coordinator.web.shown.destinations import (
    DELIVERY_STATES,
    PREFIX,
    STANDINGS,
    STATES,
    changes,
    setting_fields,
    settings_given,
)
from coordinator.web.visiting import Asked, form_key, read_form

Fields = dict[str, str]


class SeenForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: UUID


class StateForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: DestinationState


class SecretForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    value: str


@get("/destinations", include_in_schema=False)
async def destinations_page(actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    """All of them, how packages fare there, and what waits for a second person."""
    listing = await read_destinations(services, actor)
    return page("destinations.html", actor=actor, listing=listing, kinds=KINDS, states=STATES)


@get("/destinations/new", include_in_schema=False)
async def new_destination_page(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    connector: FromQuery[str] = "",
    of: FromQuery[str] = "",
) -> Response[bytes]:
    """A form for a new one of a kind, or for a change of one that stands."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    if not of:
        return await _form(request, actor, services, {"connector": connector}, {})
    standing = (await read_destination(services, actor, of)).standing
    if standing is None:
        raise NotFound("这个对接还没有启用，不能修改。", remedy="请先由另一人确认，或撤回重新提出。")
    given = {"name": standing.name, "connector": standing.connector, "title": standing.title}
    given |= {"department": standing.department} | {f"want-{wanted.name}": "on" for wanted in standing.wants}
    return await _form(request, actor, services, given, standing.settings)


@post("/destinations", include_in_schema=False)
async def propose(request: Asked, actor: Given[Actor], services: Given[Services]) -> Response[bytes] | Redirect:
    """Propose one; another person confirms it."""
    permit(actor, Act.MANAGE_DESTINATIONS)
    form = await read_form(request, Fields)
    kind = _kind(form.get("connector", ""))
    settings = settings_given(kind, form)
    wants = [wanted.value for wanted in Wanted if form.get(f"want-{wanted.name}")]
    try:
        draft = new_draft(
            form.get("name", ""),
            form["connector"],
            form.get("title", ""),
            actor.department or form.get("department", ""),
            wants,
            settings,
        )
        await refuse_mistyped(services, actor, [draft.department], sure=form.get("sure", ""))
        await propose_destination(services, actor, draft)
    except (Invalid, Conflict) as fault:
        return await _form(request, actor, services, form, settings, fault)
    return _there(draft.name)


@get("/destinations/{name:str}", include_in_schema=False)
async def destination_page(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    name: FromPath[str],
    only: FromQuery[DeliveryState | None] = None,
) -> Response[bytes]:
    """One of them: settings, proposal, secrets, and what was sent."""
    return await _one(request, actor, services, name, only)


@post("/destinations/{name:str}/confirm", include_in_schema=False)
async def confirm(request: Asked, actor: Given[Actor], services: Given[Services], name: FromPath[str]) -> Redirect:
    """Approve what another person proposed."""
    form = await read_form(request, SeenForm)
    await confirm_destination(services, actor, name, form.seen)
    return _there(name)


@post("/destinations/{name:str}/withdraw", include_in_schema=False)
async def withdraw(actor: Given[Actor], services: Given[Services], name: FromPath[str]) -> Redirect:
    """Take a proposal back."""
    await withdraw_destination(services, actor, name)
    return Redirect("/destinations", status_code=303)


@post("/destinations/{name:str}/state", include_in_schema=False)
async def set_state(request: Asked, actor: Given[Actor], services: Given[Services], name: FromPath[str]) -> Redirect:
    """Pause, go on, or close."""
    form = await read_form(request, StateForm)
    await set_destination_state(services, actor, name, form.state)
    return _there(name)


@post("/destinations/{name:str}/secret", include_in_schema=False)
async def keep_secret(
    request: Asked, actor: Given[Actor], services: Given[Services], name: FromPath[str]
) -> Response[bytes] | Redirect:
    """Set a secret, which is never shown again."""
    form = await read_form(request, SecretForm)
    try:
        await set_secret(services, actor, name, form.name, form.value)
    except Invalid as fault:
        return await _one(request, actor, services, name, None, fault)
    return _there(name)


@post("/destinations/{name:str}/test", include_in_schema=False)
async def test_send(actor: Given[Actor], services: Given[Services], name: FromPath[str]) -> Redirect:
    """Send a test, and go to see how it fares."""
    return Redirect(f"/deliveries/{await send_test(services, actor, name)}", status_code=303)


@get("/destinations/{name:str}/import", include_in_schema=False)
async def import_file(
    actor: Given[Actor],
    services: Given[Services],
    name: FromPath[str],
    form: FromQuery[Literal["xlsx", "csv"]] = "xlsx",
) -> Response[bytes]:
    """What waits there in the receiver's import format: a workbook, or its tables as CSV."""
    file = await export_undelivered(services, actor, name, as_csv=form == "csv")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}-{file.name}')}"}
    return Response(file.content, headers=headers, media_type=ZIP_TYPE if form == "csv" else WORKBOOK_TYPE)


@get("/deliveries/{delivery_id:uuid}", include_in_schema=False)
async def delivery_page(
    request: Asked, actor: Given[Actor], services: Given[Services], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """One package with its tries."""
    reading = await read_delivery(services, actor, OutboxId(delivery_id))
    return page(
        "delivery.html",
        actor=actor,
        reading=reading,
        states=DELIVERY_STATES,
        standings=STANDINGS,
        form_key=form_key(request),
    )


@post("/deliveries/{delivery_id:uuid}/replay", include_in_schema=False)
async def replay_delivery(actor: Given[Actor], services: Given[Services], delivery_id: FromPath[UUID]) -> Redirect:
    """Deliver a package once more."""
    await replay(services, actor, [OutboxId(delivery_id)])
    return Redirect(f"/deliveries/{delivery_id}", status_code=303)


@post("/deliveries/{delivery_id:uuid}/pause", include_in_schema=False)
async def pause_delivery(actor: Given[Actor], services: Given[Services], delivery_id: FromPath[UUID]) -> Redirect:
    """Hold a waiting package back."""
    await pause(services, actor, [OutboxId(delivery_id)])
    return Redirect(f"/deliveries/{delivery_id}", status_code=303)


def _kind(connector: str) -> Kind:
    found = KINDS.get(ConnectorKind(connector))
    if found is None:
        raise NotFound("没有这种对接方式。", remedy="请从对接列表里选择。")
    return found


def _there(name: str) -> Redirect:
    return Redirect(f"/destinations/{name}", status_code=303)


async def _form(
    request: Asked,
    actor: Actor,
    services: Services,
    given: Fields,
    settings: dict[str, object],
    fault: Invalid | Conflict | None = None,
) -> Response[bytes]:
    kind = _kind(given["connector"])
    return page(
        "new_destination.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        kind=kind,
        given=given,
        departments=await known_departments(services, actor),
        fields=setting_fields(kind, settings),
        is_change="name" in given and fault is None,
        prefix=PREFIX,
        wanted=kind.wants,
        form_key=form_key(request),
        fault=fault,
    )


async def _one(
    request: Asked,
    actor: Actor,
    services: Services,
    name: str,
    state: DeliveryState | None,
    fault: Invalid | None = None,
) -> Response[bytes]:
    one = await read_destination(services, actor, name)
    sent = await read_deliveries(services, actor, name, state) if may(actor, Act.SEE_DELIVERIES) else []
    return page(
        "destination.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        actor=actor,
        one=one,
        fields=setting_fields(one.kind, one.standing.settings) if one.standing else (),
        changes=list(changes(one, one.proposed)) if one.proposed else [],
        sent=sent,
        state=state,
        states=STATES,
        delivery_states=DELIVERY_STATES,
        form_key=form_key(request),
        fault=fault,
    )


DESTINATIONS = (
    *(destinations_page, new_destination_page, propose, destination_page, confirm, withdraw, set_state, keep_secret),
    *(test_send, import_file, delivery_page, replay_delivery, pause_delivery),
)

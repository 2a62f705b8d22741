"""Destinations and deliveries as pages show them: fields of a kind's settings, states, what a proposal changes.

What may stand in the settings is said by each kind in connectors/.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, inspect

from coordinator.actions.connecting import Kind
from coordinator.actions.destinations import OneDestination
from coordinator.domain.deliveries import DeliveryStanding, DeliveryState
from coordinator.domain.destinations import DestinationState
from coordinator.domain.proposals import Proposal

STATES = {
    DestinationState.OPEN: ("ok", "✓ 启用"),
    DestinationState.PAUSED: ("wait", "‖ 暂停"),
    DestinationState.CLOSED: ("bad", "✕ 停用"),
}
DELIVERY_STATES = {
    DeliveryState.WAITING: ("wait", "● 待投递"),
    DeliveryState.DELIVERED: ("ok", "✓ 已送达"),
    DeliveryState.DEAD: ("bad", "✕ 等人处理"),
    DeliveryState.PAUSED: ("wait", "‖ 已暂停"),
}
STANDINGS = {
    DeliveryStanding.PENDING: "对方还没有处理",
    DeliveryStanding.TAKEN: "对方已采用",
    DeliveryStanding.REFUSED: "对方退回",
    DeliveryStanding.MISSING: "对方没有这份文件",
}
FACTS = {"connector": "对接方式", "title": "名称", "department": "部门", "wants": "发送内容"}
PREFIX = "set-"


class SettingField(Struct, frozen=True, kw_only=True):
    """One setting as a form asks for it; `kind` is text, lines, number or yes."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: str


def setting_fields(kind: Kind, given: Mapping[str, object]) -> tuple[SettingField, ...]:
    """Describe a form for the settings of a kind, with what they are now."""
    described = inspect.type_info(kind.settings)
    assert isinstance(described, inspect.StructType)  # noqa: S101 - settings are structs
    return tuple(_field(each, given) for each in described.fields)


def settings_given(kind: Kind, form: Mapping[str, str]) -> dict[str, object]:
    """Read the settings out of a form; what was left empty and has a default is left out."""
    found: dict[str, object] = {}
    for field in setting_fields(kind, {}):
        text = form.get(PREFIX + field.name, "").strip()
        if field.kind == "lines":
            found[field.name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif text or field.required:
            found[field.name] = text
    return found


def changes(one: OneDestination, proposed: Proposal) -> Iterator[tuple[str, str, str]]:
    """What a proposal changes: words, as it is, as it would be."""
    before = one.standing.draft.facts() if one.standing else {}
    for name, words in FACTS.items():
        if before.get(name, "") != proposed.facts[name]:
            yield words, _title(name, before.get(name, ""), one), _title(name, proposed.facts[name], one)
    old = one.standing.settings if one.standing else {}
    new = msgspec.json.decode(proposed.facts["settings"], type=dict[str, object])
    labels = {field.name: field.label for field in setting_fields(one.kind, {})}
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield labels.get(name, name), _words(old.get(name)), _words(new.get(name))


def _title(name: str, fact: str, one: OneDestination) -> str:
    return one.kind.title if name == "connector" and fact else fact


def _field(field: inspect.Field, given: Mapping[str, object]) -> SettingField:
    extra: Mapping[str, str] = {}
    type_ = field.type
    if isinstance(type_, inspect.Metadata):
        extra, type_ = type_.extra_json_schema or {}, type_.type
    default = "" if field.default is msgspec.NODEFAULT else _words(field.default)
    return SettingField(
        name=field.name,
        label=extra.get("title", field.name),
        hint=extra.get("description", ""),
        kind=_kind(type_),
        required=field.required,
        value=_words(given[field.name]) if field.name in given else default,
    )


def _kind(type_: inspect.Type) -> str:
    if isinstance(type_, inspect.VarTupleType | inspect.ListType):
        return "lines"
    if isinstance(type_, inspect.BoolType):
        return "yes"
    return "number" if isinstance(type_, inspect.IntType | inspect.FloatType) else "text"


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(str(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

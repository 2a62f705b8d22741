"""Destinations: outside systems that packages go to, what each of them wants, and what may be said of one.

How a kind of system is reached is said in connectors/; its settings are checked there. Secrets are no part of this.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, NewType

import msgspec
from msgspec import Meta, Struct

from coordinator.domain.deliveries import ConnectorKind
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import DepartmentId

DestinationName = NewType("DestinationName", str)

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
MOST_LETTERS = 200


class Wanted(Enum):
    """What a destination is sent; the values are words for people."""

    PAPERS = "任务书和填报表"
    RESULTS = "本部门的检查结果"
    REFERRALS = "抄告本部门的问题"
    PUBLICITY = "公示数据"
    ACTS = "监管行为"
    PAGES = "公开网页"
    REGISTRATIONS = "取回登记信息"
    """The other way: what this source has is taken in."""


class DestinationState(Enum):
    """Only to an `OPEN` one anything is sent; for the others it waits."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class DestinationDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody proposes a destination to be."""

    name: DestinationName
    connector: ConnectorKind
    title: Annotated[str, Meta(min_length=1)]
    department: DepartmentId
    wants: tuple[Wanted, ...]
    settings: dict[str, object]

    def facts(self) -> dict[str, str]:
        """Give it as the facts of a proposal, the same text for the same draft."""
        return {
            "connector": self.connector,
            "title": self.title,
            "department": self.department,
            "wants": "、".join(wanted.value for wanted in self.wants),
            "settings": msgspec.json.encode(self.settings, order="deterministic").decode(),
        }


class Destination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A destination that two people approved, as it stands."""

    name: DestinationName
    connector: ConnectorKind
    title: str
    department: DepartmentId
    wants: tuple[Wanted, ...]
    settings: dict[str, object]
    state: DestinationState
    proposed_by: str
    approved_by: str
    approved_at: datetime

    @property
    def draft(self) -> DestinationDraft:
        return DestinationDraft(
            name=self.name,
            connector=self.connector,
            title=self.title,
            department=self.department,
            wants=self.wants,
            settings=self.settings,
        )


class KeptSecret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a secret is set, by whom and when; never what it is."""

    name: str
    set_by: str
    set_at: datetime


def new_draft(
    name: str, connector: str, title: str, department: str, wants: Sequence[str], settings: Mapping[str, object]
) -> DestinationDraft:
    """Take what somebody entered; raises Invalid, naming the field."""
    if not NAME.fullmatch(name):
        raise Invalid(
            "代号只用小写字母、数字和连字符，以字母开头，2到40个字符。", remedy="例如 fire-webhook。", field="name"
        )
    for field, words, text in (("title", "名称", title), ("department", "部门", department)):
        if not text.strip() or len(text) > MOST_LETTERS or not text.isprintable():
            raise Invalid(f"请填写{words}，不超过{MOST_LETTERS}个字。", field=field)
    known = {wanted.value: wanted for wanted in Wanted}
    if not wants or any(each not in known for each in wants):
        raise Invalid("请至少选择一项要发送的内容。", field="wants")
    return DestinationDraft(
        name=DestinationName(name),
        connector=ConnectorKind(connector),
        title=title.strip(),
        department=DepartmentId(department.strip()),
        wants=tuple(wanted for wanted in Wanted if wanted.value in wants),
        settings=dict(settings),
    )


def draft_of(name: str, facts: Mapping[str, str]) -> DestinationDraft:
    """Read a draft back from a proposal's facts."""
    return DestinationDraft(
        name=DestinationName(name),
        connector=ConnectorKind(facts["connector"]),
        title=facts["title"],
        department=DepartmentId(facts["department"]),
        wants=tuple(Wanted(value) for value in facts["wants"].split("、")),
        settings=msgspec.json.decode(facts["settings"], type=dict[str, object]),
    )

"""The interface for programs: a round begun, departments asked to hand in, its settings changed while it is collected.

Settings are a round.toml's text, as on the pages; what may be changed until when is decided in the actions.
"""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.beginning import ask, ask_no_more, begin_round
from coordinator.actions.changing_settings import TriedSettings, change_settings, round_to_change, try_settings
from coordinator.actions.department_names import refuse_mistyped
from coordinator.actions.reading_collections import read_collection
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.department_names import named_in
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import permit
from coordinator.domain.rounds import read_round
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given

ROUND = "/rounds/{round_id:uuid}"
Toml = Annotated[str, Meta(max_length=1_000_000, description="round.toml 的全文")]
Named = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Many = Annotated[list[Named], Meta(max_length=500, description="部门的全称；牵头部门不用写")]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["轮次"])


class RoundWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sure`: departments that are nearly known ones are none of those."""

    settings: Toml
    due_on: date
    departments: Many = []
    sure: bool = False


class AskWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when is to be handed in, and who is asked besides; `sure` as when a round is begun."""

    due_on: date
    departments: Many = []
    sure: bool = False


class ReleaseWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    department: Named


class SettingsWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` are the settings as they were read."""

    settings: Toml
    seen: Toml


class RoundBegun(Struct, frozen=True, kw_only=True):
    id: UUID
    code: str


class AskedDepartments(Struct, frozen=True, kw_only=True):
    due_on: date
    departments: tuple[str, ...]


class SettingsShown(Struct, frozen=True, kw_only=True):
    settings: str


class SettingChanged(Struct, frozen=True, kw_only=True):
    """One setting that is not as it was."""

    words: str
    before: str
    after: str


class RowsRefused(Struct, frozen=True, kw_only=True):
    """How many rows of a department are refused now, and would be then."""

    department: str
    before: int
    after: int


class SettingsTried(Struct, frozen=True, kw_only=True):
    changes: tuple[SettingChanged, ...]
    effects: tuple[RowsRefused, ...]


@post(
    "/rounds",
    responses=of_writing(),
    operation_class=Keyed,
    status_code=201,
    tags=["轮次"],
    summary="发起一轮：设置、提交期限、参加的部门",
)
async def post_round(data: JSONBody[RoundWish], actor: Given[Actor], services: Given[Services]) -> Response[RoundBegun]:
    settings, departments = data.settings.encode(), "\n".join(data.departments)
    permit(actor, Act.BEGIN_ROUND)
    await _refuse_mistyped(services, actor, departments, sure=data.sure)
    id_ = await begin_round(services, actor, uuid4(), settings, data.due_on.isoformat(), departments)
    begun = RoundBegun(id=id_, code=read_round(settings).id)
    return Response(begun, headers={"Location": f"/api/v1/rounds/{id_}"})


@write(f"{ROUND}/ask", summary="改提交期限，增加参加的部门")
async def post_ask(
    round_id: FromPath[UUID], data: JSONBody[AskWish], actor: Given[Actor], services: Given[Services]
) -> AskedDepartments:
    permit(actor, Act.SEE_ROUNDS)
    permit(actor, Act.BEGIN_ROUND)
    departments = "\n".join(data.departments)
    await _refuse_mistyped(services, actor, departments, sure=data.sure)
    await ask(services, actor, round_id, data.due_on.isoformat(), departments)
    return await _asked(services, actor, round_id)


@write(f"{ROUND}/ask/no-more", summary="取消错请的部门；交过工作簿的不能取消")
async def post_release(
    round_id: FromPath[UUID], data: JSONBody[ReleaseWish], actor: Given[Actor], services: Given[Services]
) -> AskedDepartments:
    permit(actor, Act.SEE_ROUNDS)
    await ask_no_more(services, actor, round_id, DepartmentId(data.department))
    return await _asked(services, actor, round_id)


@get(f"{ROUND}/settings", responses=ERRORS, tags=["轮次"], summary="收集中的一轮的设置（round.toml）")
async def get_settings(round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> SettingsShown:
    return await _settings(services, actor, round_id)


@write(f"{ROUND}/settings/try", summary="试改设置：会改哪些，已交的名单会怎样；不保存")
async def post_settings_try(
    round_id: FromPath[UUID], data: JSONBody[SettingsWish], actor: Given[Actor], services: Given[Services]
) -> SettingsTried:
    settings, seen = read_round(data.settings.encode()), read_round(data.seen.encode())
    return _tried(await try_settings(services, actor, round_id, settings, seen))


@write(f"{ROUND}/settings", summary="改设置；读过之后别人改了的，不保存")
async def post_settings(
    round_id: FromPath[UUID], data: JSONBody[SettingsWish], actor: Given[Actor], services: Given[Services]
) -> SettingsShown:
    settings, seen = read_round(data.settings.encode()), read_round(data.seen.encode())
    await change_settings(services, actor, round_id, settings, seen)
    return await _settings(services, actor, round_id)


async def _refuse_mistyped(services: Services, actor: Actor, departments: str, *, sure: bool) -> None:
    await refuse_mistyped(services, actor, named_in(departments), sure="yes" if sure else "", field="departments")


async def _asked(services: Services, actor: Actor, round_: UUID) -> AskedDepartments:
    found = (await read_collection(services, actor, round_)).collection
    return AskedDepartments(due_on=found.due_on, departments=found.asked)


async def _settings(services: Services, actor: Actor, round_: UUID) -> SettingsShown:
    stored = await round_to_change(services, actor, round_)
    return SettingsShown(settings=settings_file(stored.settings).decode())


def _tried(found: TriedSettings) -> SettingsTried:
    return SettingsTried(
        changes=tuple(SettingChanged(words=e.words, before=e.before, after=e.after) for e in found.differences),
        effects=tuple(RowsRefused(department=e.department, before=e.before, after=e.after) for e in found.effects),
    )


BEGINNING = (post_round, post_ask, post_release, get_settings, post_settings_try, post_settings)

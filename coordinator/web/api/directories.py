"""The interface for programs: the directories over all rounds, searched and read page by page.

Whose rows a program sees is decided as for its owner's pages; what is shown is in ../shown/directory_entries.py.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, TypeVar, cast

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from coordinator.actions.directories import (
    Key,
    inspector_directory,
    item_directory,
    item_versions,
    target_directory,
    target_history,
)
from coordinator.actions.duplicates import merges_of
from coordinator.actions.services import Services
from coordinator.documents.templates import WORKBOOK_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.search_words import LONGEST_QUERY
from coordinator.web.api.answers import ERRORS
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.shown.directories import Directory
from coordinator.web.shown.directory_entries import (
    DirectoryInspector,
    DirectoryItem,
    DirectoryTarget,
    DirectoryTargetWhole,
    DirectoryWorkList,
    DuplicatePair,
    TargetMerged,
    TargetSaid,
)
from coordinator.web.staff.directories import exported
from coordinator.web.staff.targets import code_of

T = TypeVar("T")
Words = Annotated[str, QueryParameter(max_length=LONGEST_QUERY, description="名称、代码、拼音或首字母")]
list_ = partial(listing, tags=["名录"])
read = partial(get, responses=ERRORS, tags=["名录"])


@list_("/directories/targets", summary="检查对象名录，按拼音排列")
async def list_directory_targets(
    turn: Given[Turn], actor: Given[Actor], services: Given[Services], q: Words = ""
) -> Response[list[DirectoryTarget]]:
    found = await target_directory(services, actor, q, _key(turn), turn.most)
    return turn.answer(_shown(found.lines, DirectoryTarget), found.after)


@read("/directories/targets/{code:path}", summary="名录中的一个检查对象：各部门各轮的登记，以及合并")
async def get_directory_target(
    actor: Given[Actor], services: Given[Services], code: FromPath[PurePosixPath]
) -> DirectoryTargetWhole:
    target = TargetId(code_of(code))
    said, merges = await target_history(services, actor, target), await merges_of(services, actor, target)
    return DirectoryTargetWhole(
        id=target, said=tuple(_shown(said, TargetSaid)), merges=tuple(_shown(merges, TargetMerged))
    )


@list_("/directories/items", summary="抽查事项清单，现行版本，按拼音排列")
async def list_directory_items(
    turn: Given[Turn], actor: Given[Actor], services: Given[Services], q: Words = ""
) -> Response[list[DirectoryItem]]:
    found = await item_directory(services, actor, q, _key(turn), turn.most)
    return turn.answer(_shown(found.lines, DirectoryItem), found.after)


@list_("/directories/items/{department:str}/{code:str}", summary="一个抽查事项的各个版本，新的在前")
async def list_item_versions(
    turn: Given[Turn],
    actor: Given[Actor],
    services: Given[Services],
    department: FromPath[str],
    code: FromPath[str],
) -> Response[list[DirectoryItem]]:
    found = await item_versions(services, actor, DepartmentId(department), ItemCode(code))
    return turn.cut(_shown(found, DirectoryItem), lambda _, each: str(each.version))


@list_("/directories/inspectors", summary="检查人员名录，按拼音排列")
async def list_directory_inspectors(
    turn: Given[Turn], actor: Given[Actor], services: Given[Services], q: Words = ""
) -> Response[list[DirectoryInspector]]:
    found = await inspector_directory(services, actor, q, _key(turn), turn.most)
    return turn.answer(_shown(found.lines, DirectoryInspector), found.after)


@list_("/directories/checks", summary="待核对：各类疑点的前几条")
async def list_work_lists(
    turn: Given[Turn], actor: Given[Actor], memory: Given[Memory]
) -> Response[list[DirectoryWorkList]]:
    lists = (await memory.work_lists(actor)).lists
    return turn.cut(_shown(lists, DirectoryWorkList), lambda _, each: each.doubt.value)


@list_("/directories/duplicates", summary="疑似重复的记录，最像的在前")
async def list_duplicates(
    turn: Given[Turn], actor: Given[Actor], memory: Given[Memory]
) -> Response[list[DuplicatePair]]:
    pairs = (await memory.work_lists(actor)).pairs.pairs
    return turn.cut(_shown(pairs, DuplicatePair), lambda _, each: "\n".join(record.id for record in each.records))


@read(
    "/directories/export/{directory:str}",
    media_type=WORKBOOK_TYPE,
    summary="名录的工作簿，与页面导出的一样；至多两万行，更多的请逐页读",
)
async def get_directory_workbook(
    actor: Given[Actor], services: Given[Services], directory: FromPath[Directory], q: Words = ""
) -> Response[bytes]:
    return Response(await exported(services, actor, directory, q), media_type=WORKBOOK_TYPE)


def _key(turn: Turn) -> Key:
    return cast("Key", turn.key(2))


def _shown(found: Iterable[object], kind: type[T]) -> list[T]:
    return [msgspec.convert(each, kind, from_attributes=True) for each in found]


DIRECTORIES = (
    list_directory_targets,
    get_directory_target,
    list_directory_items,
    list_item_versions,
    list_directory_inspectors,
    list_work_lists,
    list_duplicates,
    get_directory_workbook,
)

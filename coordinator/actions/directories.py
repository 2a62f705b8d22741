"""Reading the directories over all rounds: targets, items with their versions, inspectors, each page by page.

Whose rows an actor sees is decided by row-level security; so is what has to be mended in them.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from coordinator.actions.beginning import today_of
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.directory_checks import Doubt, WorkList
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.permissions import permit
from coordinator.domain.search_words import MOST_ON_A_PAGE, Findable, page_of
from coordinator.storage import directories, directory_checks
from coordinator.storage.connection import transaction
from coordinator.storage.directories import ListedInspector, ListedItem, ListedTarget, TargetWords

Line = TypeVar("Line", bound=Findable)
Key = tuple[str, str]

FIRST: Key = ("", "")
MOST_EXPORTED = 20_000
MOST_DOUBTFUL = 200


class Page(Struct, Generic[Line], frozen=True, kw_only=True):
    """One page of a directory; `after` is the key of what follows, None on the last page.

    `about` is how many lines the whole directory has, counted or estimated, where that costs nothing to know.
    """

    lines: tuple[Line, ...]
    after: Key | None
    about: int | None = None


async def target_directory(
    services: Services, actor: Actor, query: str, after: Key = FIRST, most: int = MOST_ON_A_PAGE
) -> Page[ListedTarget]:
    """Targets that hold what is searched for, in the order of their pinyin."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        page = _page(await directories.targets(db, query, after, most + 1), most)
        is_whole = not query and after == FIRST and actor.department is None
        return replace(page, about=await directories.target_count(db)) if is_whole else page


async def item_directory(
    services: Services, actor: Actor, query: str, after: Key = FIRST, most: int = MOST_ON_A_PAGE
) -> Page[ListedItem]:
    """Items in their newest version."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        newest = {(each.department, each.item.code): each for each in reversed(await directories.items(db))}
    return _page(page_of(newest.values(), query, after, most), most)


async def inspector_directory(
    services: Services, actor: Actor, query: str, after: Key = FIRST, most: int = MOST_ON_A_PAGE
) -> Page[ListedInspector]:
    """People as last listed."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        return _page(page_of(await directories.inspectors(db), query, after, most), most)


async def target_history(services: Services, actor: Actor, target: TargetId) -> tuple[TargetWords, ...]:
    """What departments said about a target, the newest first; raises NotFound where the actor may read none of it."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        found = await directories.words_about(db, target)
    if not found:
        raise NotFound("名录中没有这个对象。", remedy="请从名录里查找。")
    return tuple(found)


async def item_versions(
    services: Services, actor: Actor, department: DepartmentId, code: ItemCode
) -> tuple[ListedItem, ...]:
    """Every version of an item, the newest first; raises NotFound where the actor may read none of them."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        found = [
            each for each in await directories.items(db) if (each.department, each.item.code) == (department, code)
        ]
    if not found:
        raise NotFound("清单中没有这个事项。", remedy="请从清单里查找。")
    return tuple(found)


async def work_lists_basis(services: Services, actor: Actor) -> str:
    """Tell what the actor's work lists are made of; the same again, the same lists."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        return f"{await directory_checks.basis(db)} {today_of(services)}"


async def work_lists(services: Services, actor: Actor) -> tuple[WorkList, ...]:
    """Everything doubtful in what departments last handed in, list by list; for a department, in its own."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        found = {
            each: await directory_checks.doubtful(db, each, MOST_DOUBTFUL + 1, today_of(services)) for each in Doubt
        }
    return tuple(
        WorkList(doubt=doubt, rows=tuple(rows[:MOST_DOUBTFUL]), is_whole=len(rows) <= MOST_DOUBTFUL)
        for doubt, rows in found.items()
    )


def _page(found: Sequence[Line], most: int) -> Page[Line]:
    lines = tuple(found[:most])
    return Page(lines=lines, after=lines[-1].key if len(found) > most else None)

"""Pages: the directories over all rounds, searched and paged by key; one target, one item; workbooks of them.

What is shown is in ../shown/directories.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from coordinator.actions.directories import (
    FIRST,
    MOST_EXPORTED,
    Page,
    inspector_directory,
    item_directory,
    item_versions,
    target_directory,
    target_history,
)
from coordinator.actions.duplicates import merges_of
from coordinator.actions.services import Services
from coordinator.documents.directory_lists import list_workbook
from coordinator.domain.actors import Actor
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.search_words import LONGEST_QUERY, MOST_ON_A_PAGE
from coordinator.web.given import Given
from coordinator.web.memory import Memory
from coordinator.web.rendering import page
from coordinator.web.shown.directories import HEADINGS, TITLES, Directory, counted, line_shown
from coordinator.web.staff.handing_in import workbook_response
from coordinator.web.staff.targets import code_of
from coordinator.web.visiting import Asked, form_key


@get("/directories", include_in_schema=False)
async def directories_page() -> Redirect:
    """The directories begin with the targets."""
    return Redirect("/directories/targets", status_code=303)


@get("/directories/{directory:str}", include_in_schema=False)
async def directory_page(
    actor: Given[Actor],
    services: Given[Services],
    directory: FromPath[Directory],
    q: FromQuery[str] = "",
    pinyin: FromQuery[str] = "",
    beyond: FromQuery[str] = "",
) -> Response[bytes]:
    """One page of a directory; `pinyin` and `beyond` are the key of the line before."""
    query = q[:LONGEST_QUERY]
    found = await _READERS[directory](services, actor, query, (pinyin, beyond), MOST_ON_A_PAGE)
    after = urlencode({"q": query, "pinyin": found.after[0], "beyond": found.after[1]}) if found.after else ""
    return page(
        "directory.html",
        actor=actor,
        directory=directory.value,
        titles=TITLES,
        headings=HEADINGS[directory],
        lines=[line_shown(each) for each in found.lines],
        query=query,
        after=after,
        is_first=not pinyin,
        counted=counted(found, is_first=not pinyin),
    )


@get("/directories/checks", include_in_schema=False)
async def work_lists_page(actor: Given[Actor], memory: Given[Memory]) -> Response[bytes]:
    """What has to be mended in the directories, and where."""
    return page("work_lists.html", actor=actor, titles=TITLES, lists=(await memory.work_lists(actor)).lists)


@get("/directories/export/{directory:str}", include_in_schema=False)
async def directory_file(
    actor: Given[Actor], services: Given[Services], directory: FromPath[Directory], q: FromQuery[str] = ""
) -> Response[bytes]:
    """What was searched for as a workbook."""
    content = await exported(services, actor, directory, q[:LONGEST_QUERY])
    return workbook_response(f"{TITLES[directory]}.xlsx", content)


async def exported(services: Services, actor: Actor, directory: Directory, query: str) -> bytes:
    """Write what is searched for as a workbook, as long as one may be."""
    found = await _READERS[directory](services, actor, query, FIRST, MOST_EXPORTED)
    lines = [line_shown(each).cells for each in found.lines]
    return await asyncio.to_thread(list_workbook, TITLES[directory], HEADINGS[directory], lines)


@get("/directories/target/{code:path}", include_in_schema=False)
async def listed_target_page(
    request: Asked, actor: Given[Actor], services: Given[Services], code: FromPath[PurePosixPath]
) -> Response[bytes]:
    """What departments said about one target, round by round, and with what it was merged."""
    target = TargetId(code_of(code))
    words, merges = await target_history(services, actor, target), await merges_of(services, actor, target)
    key = form_key(request)
    return page("listed_target.html", actor=actor, target=target, words=words, merges=merges, form_key=key)


@get("/directories/item/{department:str}/{code:str}", include_in_schema=False)
async def listed_item_page(
    actor: Given[Actor], services: Given[Services], department: FromPath[str], code: FromPath[str]
) -> Response[bytes]:
    """One item in all its versions, with what is checked and on what ground."""
    versions = await item_versions(services, actor, DepartmentId(department), ItemCode(code))
    return page("listed_item.html", actor=actor, versions=versions)


_READERS: Mapping[Directory, Callable[..., Awaitable[Page[Any]]]] = {
    Directory.TARGETS: target_directory,
    Directory.ITEMS: item_directory,
    Directory.INSPECTORS: inspector_directory,
}

DIRECTORIES = (directories_page, directory_page, work_lists_page, directory_file, listed_target_page, listed_item_page)

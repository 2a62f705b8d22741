"""Lines of directories as their pages and workbooks show them, column by column.

What is searched and in which order is decided in actions/directories.py.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from coordinator.actions.directories import Page
from coordinator.domain.search_words import count_words
from coordinator.storage.directories import ListedInspector, ListedItem, ListedTarget

Line = ListedTarget | ListedItem | ListedInspector


class Directory(StrEnum):
    TARGETS = "targets"
    ITEMS = "items"
    INSPECTORS = "inspectors"


class LineShown(Struct, frozen=True, kw_only=True):
    """A line: where it leads, and its cells; a department sees its own only, so whose it is says nothing new."""

    address: str
    cells: tuple[str, ...]


TITLES = {Directory.TARGETS: "检查对象", Directory.ITEMS: "抽查事项", Directory.INSPECTORS: "检查人员"}
HEADINGS: Mapping[Directory, tuple[str, ...]] = {
    Directory.TARGETS: ("检查对象", "代码", "类型", "地址", "区域", "等级", "部门"),
    Directory.ITEMS: ("抽查事项", "编码", "部门", "类别", "方式", "依据", "所需专业", "版本"),
    Directory.INSPECTORS: ("姓名", "编号", "部门", "职务", "类别", "执法证号", "有效期", "业务专长"),
}


def line_shown(line: Line) -> LineShown:
    """Show a line of any directory."""
    show: Mapping[type, Callable[..., LineShown]] = {ListedTarget: _target, ListedItem: _item, ListedInspector: _person}
    return show[type(line)](line)


def counted(page: Page[Any], *, is_first: bool) -> str:
    """Say how many lines there are; nothing where nobody knows without reading them all."""
    whole = len(page.lines) if is_first and page.after is None else page.about
    return "" if whole is None else count_words(whole)


def _target(line: ListedTarget) -> LineShown:
    name = f"{line.name}（已并入 {line.stands}）" if line.stands else line.name
    words = (name, line.id, line.kind, line.address, line.area or "", line.credit_risk or "")
    return LineShown(address=f"/directories/target/{quote(line.id)}", cells=(*words, "、".join(line.departments)))


def _item(line: ListedItem) -> LineShown:
    item = line.item
    methods = "、".join(each.value for each in item.methods)
    lists = ("、".join(item.legal_basis), "、".join(item.expertise))
    address = f"/directories/item/{quote(line.department)}/{quote(item.code, safe='')}"
    cells = (item.name, item.code, line.department, item.weight.value, methods, *lists, str(line.version))
    return LineShown(address=address, cells=cells)


def _person(line: ListedInspector) -> LineShown:
    expires = line.certificate_expires_on
    certificate = (line.certificate, expires.isoformat() if expires else "")
    cells = (line.name, line.id, line.department, line.post, line.kind.value, *certificate, "、".join(line.expertise))
    return LineShown(address="", cells=cells)

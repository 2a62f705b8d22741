"""The settings of a supervision platform with its catalogue of items, and the way to it.

How packages are reported is in `platforms`; field names and codes are in the maps.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from connectors.contract import blaming
from connectors.outbound import Allowed, Networks
from connectors.platforms.maps import FieldMap, map_named
from connectors.platforms.reporting import Platform
from connectors.platforms.translating import Given

MAPS = Path(__file__).parent / "maps"
CODES = ("catalog_code", "task_code")


class SupervisionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the platform's interface is, by which map it is spoken to, and what our items are in its catalogue.

    Raises ValueError in Chinese.
    """

    address: Annotated[str, Meta(title="接口地址", description="如 https://jg.example.gov.cn/api/onedoor。")]
    networks: Networks = ()
    catalogue: Annotated[
        tuple[str, ...],
        Meta(title="事项目录", description="依次写事项编码、监管事项目录编码、检查实施清单编码，用空格隔开。"),
    ]
    field_map: Annotated[str, Meta(title="字段对照表", description="自带 henan-1；别的省写对照表文件的完整路径。")] = (
        "henan-1"
    )

    def __post_init__(self) -> None:
        with blaming("address"):
            Allowed.of(self.address, self.networks)
        with blaming("field_map"):
            map_named(self.field_map, MAPS)
        with blaming("catalogue"):
            catalogue_of(self.catalogue)

    @property
    def fields(self) -> FieldMap:
        return map_named(self.field_map, MAPS)

    @property
    def given(self) -> Given:
        return catalogue_of(self.catalogue)


class Supervision(Platform):
    """Reports inspection acts, and reads back what the platform holds."""


def catalogue_of(lines: Iterable[str]) -> Given:
    """Read the catalogue: for each code a list from our item to it; raises ValueError that names the line."""
    lists: dict[str, dict[str, str]] = {name: {} for name in CODES}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if len(words) != 1 + len(CODES):
            raise ValueError(f"事项目录第{number}行应有三项：事项编码、监管事项目录编码、检查实施清单编码。")
        item, *codes = words
        if item in lists[CODES[0]]:
            raise ValueError(f"事项目录第{number}行的事项“{item}”重复。")
        for name, code in zip(CODES, codes, strict=True):
            lists[name][item] = code
    return lists

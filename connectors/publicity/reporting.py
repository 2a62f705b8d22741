"""The settings of a publicity platform, and the way to it.

How packages are reported is in `platforms`; field names and codes are in the maps.
"""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from connectors.contract import blaming
from connectors.outbound import Allowed, Networks
from connectors.platforms.maps import FieldMap, map_named
from connectors.platforms.reporting import Platform
from connectors.platforms.translating import Given

MAPS = Path(__file__).parent / "maps"


class PublicitySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the platform's interface is, and by which map it is spoken to. Raises ValueError in Chinese."""

    address: Annotated[str, Meta(title="接口地址", description="如 https://gsxt.example.gov.cn/api/onedoor。")]
    networks: Networks = ()
    field_map: Annotated[str, Meta(title="字段对照表", description="自带 henan-1；别的省写对照表文件的完整路径。")] = (
        "henan-1"
    )

    def __post_init__(self) -> None:
        with blaming("address"):
            Allowed.of(self.address, self.networks)
        with blaming("field_map"):
            map_named(self.field_map, MAPS)

    @property
    def fields(self) -> FieldMap:
        return map_named(self.field_map, MAPS)

    @property
    def given(self) -> Given:
        return {}


class Publicity(Platform):
    """Reports to the publicity system, and reads back what it holds."""

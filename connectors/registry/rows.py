"""One registration as the registry gives it: frozen, with a Chinese word for every field.

Codes are checked here (GB 32100-2015); where rows come from is in `reading` and `pulling`.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from stdnum.cn import uscc

from connectors.records import TargetList

OLD_NUMBER = re.compile(r"[0-9]{15}|[0-9]{13}")
"""A registration number (注册号) of before the unified code: 15 digits, of sole traders also 13."""
USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


class RegistryStatus(StrEnum):
    """登记状态; only `OPEN` can be inspected."""

    OPEN = "存续"
    REVOKED = "吊销"
    DEREGISTERED = "注销"
    CANCELLED = "撤销"
    MOVED = "迁出"


class Registration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A market entity as it is registered now."""

    code: Annotated[str, Meta(description="统一社会信用代码")]
    former_number: Annotated[str, Meta(description="原注册号")] = ""
    name: Annotated[str, Meta(min_length=1, description="名称")]
    kind: Annotated[str, Meta(description="类型")] = ""
    status: Annotated[RegistryStatus, Meta(description="登记状态")] = RegistryStatus.OPEN
    address: Annotated[str, Meta(description="住所")] = ""
    area: Annotated[str, Meta(description="行政区划代码")] = ""
    industry: Annotated[str, Meta(description="行业代码")] = ""
    registered_on: Annotated[date, Meta(description="成立日期")] | None = None
    lists: Annotated[tuple[TargetList, ...], Meta(description="名单")] = ()

    def __post_init__(self) -> None:
        """Raises ValueError in Chinese for a code that is none."""
        if not is_code(self.code) and not OLD_NUMBER.fullmatch(self.code):
            raise ValueError(f"“{self.code}”不是统一社会信用代码（18位，校验位要对）。")
        if self.former_number and not OLD_NUMBER.fullmatch(self.former_number):
            raise ValueError(f"原注册号“{self.former_number}”不是13位或15位数字。")
        if "\0" in self.name + self.address + self.kind + self.area + self.industry:
            raise ValueError("文字里有不能使用的字符。")


def is_code(text: str) -> bool:
    """Say whether a text is a USCC with its right check digit."""
    return bool(USCC.fullmatch(text)) and uscc.calc_check_digit(text[:-1]) == text[-1]

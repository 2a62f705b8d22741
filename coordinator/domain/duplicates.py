"""Two records that may be one target (R05 归并): why it looks so, and which of them should rather stand.

Whether they are one is for a person to say; what is looked through for pairs is storage's affair.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from coordinator.domain.ids import TargetId
from coordinator.domain.search_words import as_searched, search_words

_USCC, _OLD_CODE = 18, 15
_OLD_CODE_FROM = 2
"""A registration code of 15 digits is the USCC's area and body, which follow its first two signs."""


FormerNumbers = Mapping[TargetId, frozenset[str]]
"""Under which numbers the registry of enterprises had a code formerly."""


class Record(Protocol):
    """What is compared of a record in the directory."""

    @property
    def id(self) -> TargetId:
        """The code under which it is listed."""

    @property
    def name(self) -> str:
        """As last written."""

    @property
    def address(self) -> str:
        """As last written, empty where nobody wrote one."""


class Likeness(Enum):
    """Why two records may be one target, the surest first."""

    REGISTERED = "登记机关记载的原注册号相同"
    CODE = "15位旧代码就在18位代码里"
    NAME = "名称和地址相同"
    SOUND = "地址相同，名称读音相同"


def likeness(one: Record, other: Record, former: FormerNumbers = MappingProxyType({})) -> Likeness | None:
    """Say why two records look alike, also by the numbers they had formerly; None where they do not."""
    if {one.id, *former.get(one.id, ())} & {other.id, *former.get(other.id, ())}:
        return Likeness.REGISTERED
    if is_inside(one.id, other.id) or is_inside(other.id, one.id):
        return Likeness.CODE
    names = [_plain(each.name) for each in (one, other)]
    addresses = [_plain(each.address) for each in (one, other)]
    is_one_place = addresses[0] == addresses[1]
    if names[0] == names[1] and (is_one_place or not all(addresses)):
        return Likeness.NAME
    sounds = {search_words(each.name, "").sound for each in (one, other)}
    return Likeness.SOUND if is_one_place and all(addresses) and len(sounds) == 1 else None


def is_inside(old: str, uscc: str) -> bool:
    """Whether a code of 15 digits is the one out of which a USCC was made."""
    return len(old) == _OLD_CODE and len(uscc) == _USCC and uscc[_OLD_CODE_FROM : _OLD_CODE_FROM + _OLD_CODE] == old


def rather_stands(records: Sequence[Record]) -> TargetId:
    """Suggest which record stands: one under a USCC, else the one that says more."""
    best = max(records, key=lambda each: (len(each.id) == _USCC, len(each.address), len(each.name)))
    return best.id


def _plain(text: str) -> str:
    """Only what is read: brackets, dots and strokes do not count."""
    return "".join(sign for sign in as_searched(text) if sign.isalnum())

"""Full names of departments as people type them: read from lines, and held against those that are known.

Where the known ones stand is in storage/department_names.py.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from coordinator.domain.errors import Invalid
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake import cells


class NearMiss(Invalid):
    """A new name that may have been meant for a known one; whoever wrote it says which."""

    @property
    def is_near_miss(self) -> bool:
        return True


def named_in(text: str) -> tuple[DepartmentId, ...]:
    """Read names, one a line or parted by the usual signs."""
    return tuple(DepartmentId(name) for each in re.split(r"[\r\n;；、]+", text) if (name := cells.text(each)))


def refuse_near_miss(names: Iterable[str], known: Sequence[DepartmentId], field: str) -> None:
    """Raise NearMiss for a name that differs from a known one by a sign, by blanks or by width alone."""
    for name in map(str.strip, names):
        meant = None if name in known else next((each for each in known if _is_near(name, each)), None)
        if name and meant is not None:
            raise NearMiss(
                f"“{name}”和已有的“{meant}”只差一个字或空格。",
                remedy="是同一个部门的，请改成已有的写法；确实是另一个部门的，请勾选“确实是另一个部门”再提交。",
                field=field,
            )


def _is_near(one: str, other: str) -> bool:
    one, other = _plain(one), _plain(other)
    ahead = _alike(one, other)
    behind = _alike(one[ahead:][::-1], other[ahead:][::-1])
    return max(len(one), len(other)) - ahead - behind <= 1


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _alike(one: str, other: str) -> int:
    """How many signs two names have in common at their beginning."""
    return next(
        (place for place, signs in enumerate(zip(one, other, strict=False)) if signs[0] != signs[1]),
        min(len(one), len(other)),
    )

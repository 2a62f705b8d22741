"""The registry's changes as pages show them: a word for each kind, and what differs before and after.

Which rows changed is found by storage/registry.py.
"""

from collections.abc import Sequence

from msgspec import Struct

from connectors.registry import HEADINGS
from coordinator.domain.ids import DepartmentId
from coordinator.domain.registry import IN_WORDS, ChangedRegistration, Counted, RegistryChange


class ChangeLine(Struct, frozen=True, kw_only=True):
    """One change: which firm, what kind, and each field that differs in words."""

    code: str
    name: str
    change: str
    differs: tuple[str, ...]


def change_shown(change: ChangedRegistration) -> ChangeLine:
    """Say what differs; of a new one there is nothing to compare."""
    before = change.before or {}
    differing = [
        f"{words}：{_words(before[field])} → {_words(change.after[field])}"
        for words, field in HEADINGS.items()
        if field in before and before[field] != change.after[field]
    ]
    return ChangeLine(
        code=change.code,
        name=str(change.after["name"]),
        change=IN_WORDS[change.change],
        differs=tuple(differing),
    )


def by_department(counted: Sequence[Counted]) -> dict[DepartmentId, dict[RegistryChange, int]]:
    """In whose directory how many changed."""
    found: dict[DepartmentId, dict[RegistryChange, int]] = {}
    for each in counted:
        if each.department is not None:
            found.setdefault(each.department, {})[each.change] = each.count
    return found


def _words(value: object) -> str:
    return ("、".join(map(str, value)) if isinstance(value, list) else str(value or "")) or "（空）"

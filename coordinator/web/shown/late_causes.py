"""Caused inspections that came after the plan, as their page shows them: what was filed, and whom a search finds.

What may be filed is decided in actions/late_causes.py.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.late_causes import FiledCause
from coordinator.domain.submissions import Submission, TargetEntry
from coordinator.domain.targets import Target, merge_targets
from coordinator.web.known import Known

MOST = 20
"""Of the targets that a search finds; whoever finds more is asked for more of the name."""


class FiledShown(Struct, frozen=True, kw_only=True):
    """One that was filed, in names."""

    cause: FiledCause
    department: str
    target: str
    item: str


class FoundShown(Struct, frozen=True, kw_only=True):
    """The targets that a search found, no more than fit; `more` others were found, too."""

    targets: tuple[Target, ...]
    more: int


def own_submissions(known: Known, department: DepartmentId | None) -> tuple[Submission, ...]:
    """Of those who could file, what each handed in: everybody's, or a department's own."""
    handed_in = known.reading.submissions
    return tuple(each for each in handed_in if department in {None, each.department.id})


def items_shown(submissions: Sequence[Submission], department: str) -> tuple[tuple[str, str], ...]:
    """A department's items that are checked on site: code, and both code and name."""
    return tuple(
        (item.code, f"{item.code} {item.name}")
        for each in submissions
        if each.department.id == department
        for item in each.items
        if item.needs_visit
    )


def found_shown(submissions: Sequence[Submission], wanted: str) -> FoundShown:
    """Targets whose name, code or address has every word of what was asked."""
    words = wanted.casefold().split()
    targets = _merged(submissions, words)
    return FoundShown(targets=tuple(targets[:MOST]), more=max(len(targets) - MOST, 0))


def filed_shown(known: Known, filed: Sequence[FiledCause]) -> tuple[FiledShown, ...]:
    """The latest first."""
    names = _names(known)
    return tuple(
        FiledShown(
            cause=each,
            department=known.names[each.department],
            target=names.get(each.target, each.target),
            item=known.items[each.department, each.item].name,
        )
        for each in reversed(filed)
    )


def _names(known: Known) -> Mapping[TargetId, str]:
    return {entry.id: entry.name for each in known.reading.submissions for entry in each.targets}


def _merged(submissions: Sequence[Submission], words: Sequence[str]) -> list[Target]:
    """Only what is found is merged: a directory may hold hundreds of thousands."""
    found = {entry.id for each in submissions for entry in each.targets if _has(entry, words)}
    if not words or not found:
        return []
    alone = [_only(each, found) for each in submissions]
    return sorted(merge_targets(alone).values(), key=lambda each: (each.name, each.id))


def _has(entry: TargetEntry, words: Sequence[str]) -> bool:
    said = f"{entry.id} {entry.name} {entry.address}".casefold()
    return all(word in said for word in words)


def _only(submission: Submission, found: set[TargetId]) -> Submission:
    entries = tuple(entry for entry in submission.targets if entry.id in found)
    return Submission(department=submission.department, targets=entries)

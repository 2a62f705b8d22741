"""Recusals after the lots as one sees them: what was asked, decided, and who took whose place.

Whose requests one sees is decided by row-level security; names are those of the part of the plan that one sees.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

from msgspec import Struct

from coordinator.actions.recusing import RecusalReading
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import InspectorId
from coordinator.domain.recusals import RecusalRequest, Replacement
from coordinator.domain.wording import moment_words


class ReplacementShown(Struct, frozen=True, kw_only=True):
    """One place that changed hands; `order` are all who could have come, first to last."""

    place: str
    leaves: str
    comes: str | None
    order: tuple[str, ...]


class RecusalShown(Struct, frozen=True, kw_only=True):
    request: RecusalRequest
    target: str
    inspector: str
    replacements: tuple[ReplacementShown, ...]


def recusals_shown(dispatch: Dispatch, reading: RecusalReading) -> tuple[RecusalShown, ...]:
    """Show every request with what came of it."""
    names = dict(_names(dispatch))
    return tuple(
        RecusalShown(
            request=request,
            target=dispatch.targets[request.target].name if request.target in dispatch.targets else request.target,
            inspector=_named(names, request.inspector),
            replacements=tuple(_replacements(dispatch, names, reading, request.id)),
        )
        for request in reading.requests
    )


def _names(dispatch: Dispatch) -> Iterator[tuple[InspectorId, str]]:
    return ((id_, inspector.name) for id_, (_, inspector) in dispatch.inspectors.items())


def _named(names: Mapping[InspectorId, str], inspector: InspectorId) -> str:
    return f"{names.get(inspector, '')} {inspector}".strip()


def _replacements(
    dispatch: Dispatch, names: Mapping[InspectorId, str], reading: RecusalReading, request: UUID
) -> Iterator[ReplacementShown]:
    for each in reading.replacements:
        if each.request == request:
            yield ReplacementShown(
                place=_place(dispatch, each),
                leaves=_named(names, each.leaves),
                comes=_named(names, each.comes) if each.comes else None,
                order=tuple(_named(names, one) for one in each.candidates),
            )


def _place(dispatch: Dispatch, replacement: Replacement) -> str:
    """The tour with its hour, or the desk matter."""
    for tour in dispatch.plan.tours:
        if any(role.id == replacement.lot for role in tour.roles):
            return f"{tour.id}，{moment_words(dispatch.begins_at(tour, tour.visits[0]))}"
    return f"书面、网络事项 {replacement.lot}"

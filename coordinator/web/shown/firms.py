"""A firm's own page: all departments' matters together, told once, as far as the firm may know of them now.

What a visit shows to whom from when is asked in `targets` and `visits`.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct

from coordinator.domain.announcements import Contact, contacts, task_names
from coordinator.domain.ids import TargetId
from coordinator.web.known import Known
from coordinator.web.shown.targets import FirmView
from solver.chance.head import Stage as DrawStage

DRAW_NAMES = {DrawStage.TARGETS: "固定的名单", DrawStage.TEAMS: "固定的排期和人员机会"}


class FixedDigest(Struct, frozen=True, kw_only=True):
    name: str
    digest: str


class FirmPage(Struct, frozen=True, kw_only=True):
    """One firm's page; `view` is None where nothing may be told at present."""

    round: UUID
    round_name: str
    coordinator: str
    last_day: date
    target: TargetId
    target_name: str
    address: str
    view: FirmView | None
    contacts: tuple[Contact, ...]
    tasks: tuple[str, ...]
    digests: tuple[FixedDigest, ...]


def firm_page(known: Known, target_id: TargetId, view: FirmView | None) -> FirmPage:
    """Gather what stands around the visits."""
    dispatch, target = known.dispatch, known.dispatch.targets[target_id]
    told = known.announcements.get(target_id)
    return FirmPage(
        round=known.reading.stored.id,
        round_name=dispatch.name,
        coordinator=dispatch.round.round.coordinator,
        last_day=dispatch.round.round.last_day,
        target=target.id,
        target_name=target.name,
        address=target.address,
        view=view,
        contacts=contacts(dispatch, told) if told else (),
        tasks=task_names(dispatch, told) if told else (),
        digests=tuple(
            FixedDigest(name=DRAW_NAMES[stage], digest=draw.document_digest)
            for stage, draw in known.reading.draws.items()
        ),
    )

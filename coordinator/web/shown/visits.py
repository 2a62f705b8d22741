"""What is checked at a target, when, and by whom: the pieces that a tour's and a target's page share.

Names appear only where the domain allows them.
"""

from datetime import date, datetime

from msgspec import Struct

from coordinator.domain.disclosure import Audience, Seal, shown_certificate
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.matters import WantedMatter
from coordinator.domain.teams import Member, lead_of, leading_department, members
from solver.planning.plan import Tour, Visit


class MatterShown(Struct, frozen=True, kw_only=True):
    """One item of one department here; `tasks` ask for it, between `first_day` and `last_day`."""

    id: str
    department: str
    item: str
    name: str
    methods: tuple[str, ...]
    legal_basis: tuple[str, ...]
    documents: tuple[str, ...]
    minutes: int
    officers: int
    is_key: bool
    is_caused: bool
    is_unannounced: bool
    first_day: date
    last_day: date
    tasks: tuple[str, ...]


class MemberShown(Struct, frozen=True, kw_only=True):
    """One person who goes in; `certificate` as far as the reader may see it."""

    id: str
    name: str
    department: str
    lent_by: str | None
    is_officer: bool
    is_lead: bool
    certificate: str


class VisitShown(Struct, frozen=True, kw_only=True):
    """One visit; `team` is empty before the lots, `moved_from` says when it would have been before it was moved."""

    tour: str
    target: str
    target_name: str
    begins_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    is_unannounced: bool
    departments: tuple[str, ...]
    led_by: str
    matters: tuple[MatterShown, ...]
    team: tuple[MemberShown, ...]


def matter_shown(matter: WantedMatter) -> MatterShown:
    """Show one matter."""
    return MatterShown(
        id=matter.id,
        department=matter.department,
        item=matter.item.code,
        name=matter.item.name,
        methods=tuple(matter.item.methods),
        legal_basis=matter.item.legal_basis,
        documents=matter.item.documents,
        minutes=matter.item.minutes,
        officers=matter.item.officers,
        is_key=matter.key,
        is_caused=matter.caused,
        is_unannounced=matter.unannounced,
        first_day=matter.window.first_day,
        last_day=matter.window.last_day,
        tasks=matter.tasks,
    )


def visit_shown(
    dispatch: Dispatch, tour: Tour, visit: Visit, *, audience: Audience, now: datetime, seal: Seal
) -> VisitShown:
    """Show one visit to an audience that may see it; what is masked is only the certificates."""
    matters = sorted(dispatch.matters_of(visit), key=lambda matter: (matter.department, matter.item.code))
    team = members(dispatch, tour, visit) if dispatch.teams else ()
    leads = [lead_of(team, department) for department in {member.department for member in team}]
    return VisitShown(
        tour=tour.id,
        target=visit.target,
        target_name=dispatch.targets[visit.target].name,
        begins_at=dispatch.begins_at(tour, visit),
        ends_at=dispatch.ends_at(tour, visit),
        moved_from=dispatch.moved_from(visit),
        is_unannounced=dispatch.is_unannounced(visit),
        departments=tuple(dict.fromkeys(matter.department for matter in matters)),
        led_by=leading_department(dispatch, visit),
        matters=tuple(matter_shown(matter) for matter in matters),
        team=tuple(
            _member_shown(member, shown_certificate(member.inspector.certificate, audience, now, seal), member in leads)
            for member in team
        ),
    )


def _member_shown(member: Member, certificate: str, is_lead: bool) -> MemberShown:  # noqa: FBT001 - a field, not a switch
    return MemberShown(
        id=member.inspector.id,
        name=member.inspector.name,
        department=member.department,
        lent_by=member.lent_by,
        is_officer=member.inspector.certified,
        is_lead=is_lead,
        certificate=certificate,
    )

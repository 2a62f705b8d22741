"""What a firm may be told beforehand: its announced visits, what to hand in, how often it was inspected this year.

An `Announcement` holds nothing unannounced, so what is made from it cannot give any away. How the notice looks is said
in documents.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, RoundId, TargetId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.targets import Target
from coordinator.domain.teams import Member, leading_department, members


class AnnouncedVisit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit as the firm may know it."""

    begins_at: datetime
    ends_at: datetime
    matters: tuple[WantedMatter, ...]
    members: tuple[Member, ...]
    led_by: DepartmentId
    changes: int = 0
    """How often its time or team has changed since the lots."""
    moved_from: datetime | None = None
    """When it would have begun before it was moved."""

    @property
    def departments(self) -> tuple[DepartmentId, ...]:
        return tuple(sorted({matter.department for matter in self.matters}))

    @property
    def anchor(self) -> str:
        """The first matter's id: it stays when the visit is moved to another half-day."""
        return min(matter.id for matter in self.matters)


class YearCount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's inspections of this target this year (R21): those before, those told now, and the cap."""

    department: DepartmentId
    before: int
    announced: int
    cap: int | None


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office and its telephone; liaisons stay unnamed."""

    department: DepartmentId
    phone: str


class Announcement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything for one firm's consolidated notice; never without a visit."""

    round: RoundId
    rehearsal: bool
    target: Target
    visits: tuple[AnnouncedVisit, ...]
    desk: tuple[WantedMatter, ...]
    year_counts: tuple[YearCount, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """What to prepare, each document once whoever asks for it (R24)."""
        matters = (*(matter for visit in self.visits for matter in visit.matters), *self.desk)
        return tuple(dict.fromkeys(document for matter in matters for document in matter.item.documents))


def announcements(dispatch: Dispatch) -> dict[TargetId, Announcement]:
    """Gather every firm that may be told of a visit; those with unannounced visits alone are not among them."""
    visits = _announced_visits(dispatch)
    desk = _announced_desk_matters(dispatch)
    return {
        target: Announcement(
            round=dispatch.round.id,
            rehearsal=dispatch.rehearsal,
            target=dispatch.targets[target],
            visits=tuple(visits[target]),
            desk=tuple(desk[target]),
            year_counts=_year_counts(dispatch, dispatch.targets[target], visits[target]),
        )
        for target in sorted(visits)
    }


def contacts(dispatch: Dispatch, announcement: Announcement) -> tuple[Contact, ...]:
    """Whom a firm may ask: the coordinating office, then everyone who comes, as far as their telephones are known."""
    phones = {one.department.id: one.department.phone for one in dispatch.submissions}
    named = [dispatch.round.round.coordinator, *(count.department for count in announcement.year_counts)]
    return tuple(Contact(department=each, phone=phones[each]) for each in dict.fromkeys(named) if phones.get(each))


def task_names(dispatch: Dispatch, announcement: Announcement) -> tuple[str, ...]:
    """Name the tasks for which a firm was drawn."""
    asked = {task for visit in announcement.visits for matter in visit.matters for task in matter.tasks}
    asked |= {task for matter in announcement.desk for task in matter.tasks}
    return tuple(task.name for task in dispatch.tasks if task.id in asked)


def notice_may_be_given(dispatch: Dispatch, target: TargetId) -> bool:
    """Say whether a target has a visit that may be announced."""
    return any(visit.target == target and not dispatch.is_unannounced(visit) for _, visit in dispatch.visits())


def _announced_visits(dispatch: Dispatch) -> dict[TargetId, list[AnnouncedVisit]]:
    visits: dict[TargetId, list[AnnouncedVisit]] = defaultdict(list)
    for tour, visit in dispatch.visits():
        if not dispatch.is_unannounced(visit):
            visits[visit.target].append(
                AnnouncedVisit(
                    begins_at=dispatch.begins_at(tour, visit),
                    ends_at=dispatch.ends_at(tour, visit),
                    matters=dispatch.matters_of(visit),
                    members=members(dispatch, tour, visit),
                    led_by=leading_department(dispatch, visit),
                    changes=dispatch.changes_of(tour, visit),
                    moved_from=dispatch.moved_from(visit),
                )
            )
    return visits


def _announced_desk_matters(dispatch: Dispatch) -> dict[TargetId, list[WantedMatter]]:
    desk: dict[TargetId, list[WantedMatter]] = defaultdict(list)
    unserved = dispatch.unserved()
    for matter in dispatch.wanted.matters:
        if matter.desk and not matter.unannounced and matter.id not in unserved:
            desk[matter.target].append(matter)
    return desk


def _year_counts(dispatch: Dispatch, target: Target, visits: Sequence[AnnouncedVisit]) -> tuple[YearCount, ...]:
    announced = Counter(department for visit in visits for department in visit.departments)
    cap = dispatch.round.policy.cap_of(target.credit_risk)
    return tuple(
        YearCount(
            department=department,
            before=target.entries[department].inspected_count if department in target.entries else 0,
            announced=announced[department],
            cap=cap,
        )
        for department in sorted(announced)
    )

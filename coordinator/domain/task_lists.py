"""A department's own part of a round, line by line: where it goes, when, with whom; the desk; what is left over.

Its book of tasks is laid out in documents. Other departments' people are never named here, only the departments.
"""

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from coordinator.domain.codes import TaskRole
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, TaskId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.submissions import Inspector
from coordinator.domain.targets import Target
from coordinator.domain.tasks import Task
from coordinator.domain.teams import Member, leading_department, members, role_members
from coordinator.domain.workdays import Deadline, publication_deadline
from solver.planning.plan import Reason, Role, Tour


class VisitLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit as the department makes it; `others` come along, `led_by` may be one of them."""

    begins_at: datetime
    ends_at: datetime
    tour: str
    target: Target
    matters: tuple[WantedMatter, ...]
    team: tuple[Member, ...]
    others: tuple[DepartmentId, ...]
    led_by: DepartmentId
    announced: bool


class DeskLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A matter that needs no visit, and who does it."""

    matter: WantedMatter
    target: Target
    team: tuple[Inspector, ...]


class OutingLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's half-day on a tour: where to be first and when, and until when."""

    member: Member
    tour: str
    begins_at: datetime
    ends_at: datetime
    first_target: Target
    visits: int


class UnservedLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    matter: WantedMatter
    target: Target
    reasons: tuple[Reason, ...]


class TaskLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of the department with the day by which results must be published."""

    id: TaskId
    name: str
    role: TaskRole
    first_day: date
    last_day: date
    publication: Deadline


def visit_lines(dispatch: Dispatch, department: DepartmentId) -> Iterator[VisitLine]:
    """Every visit at which the department has a matter, in order of time."""
    for tour, visit in dispatch.visits():
        matters = dispatch.matters_of(visit)
        present = sorted({matter.department for matter in matters})
        if department not in present:
            continue
        yield VisitLine(
            begins_at=dispatch.begins_at(tour, visit),
            ends_at=dispatch.ends_at(tour, visit),
            tour=tour.id,
            target=dispatch.targets[visit.target],
            matters=tuple(matter for matter in matters if matter.department == department),
            team=tuple(member for member in members(dispatch, tour, visit) if member.department == department),
            others=tuple(other for other in present if other != department),
            led_by=leading_department(dispatch, visit),
            announced=not dispatch.is_unannounced(visit),
        )


def desk_lines(dispatch: Dispatch, department: DepartmentId) -> Iterator[DeskLine]:
    """Every desk matter of the department that somebody was drawn for, by last day."""
    own = [dispatch.matters[desk.id] for desk in dispatch.plan.desk if desk.department == department]
    for matter in sorted(own, key=lambda matter: (matter.window.last_day, matter.id)):
        team = tuple(dispatch.inspectors[inspector][1] for inspector in dispatch.teams[matter.id])
        yield DeskLine(matter=matter, target=dispatch.targets[matter.target], team=team)


def outing_lines(dispatch: Dispatch, department: DepartmentId) -> tuple[OutingLine, ...]:
    """Every half-day out of the department's own people, lent ones included, and of those lent to it; by person."""
    lines = [
        _outing(dispatch, tour, role, member)
        for tour in dispatch.plan.tours
        for role in tour.roles
        for member in role_members(dispatch, role)
        if department in (member.department, member.lent_by)
    ]
    return tuple(sorted(lines, key=lambda line: (line.member.inspector.id, line.begins_at)))


def unserved_lines(dispatch: Dispatch, department: DepartmentId) -> Iterator[UnservedLine]:
    """The department's matters that nobody will check in this round, with the reasons."""
    for unserved in dispatch.plan.unserved:
        matter = dispatch.matters[str(unserved.matter)]
        if matter.department == department:
            yield UnservedLine(matter=matter, target=dispatch.targets[matter.target], reasons=unserved.reasons)


def task_lines(dispatch: Dispatch, department: DepartmentId) -> Iterator[TaskLine]:
    """Every task the department initiates or takes part in."""
    for task in dispatch.tasks:
        if department in task.items:
            yield TaskLine(
                id=task.id,
                name=task.name,
                role=_role_in(task, department),
                first_day=task.first_day,
                last_day=task.last_day,
                publication=publication_deadline(dispatch.calendar, task.last_day),
            )


def _role_in(task: Task, department: DepartmentId) -> TaskRole:
    return TaskRole.INITIATES if task.initiator == department else TaskRole.COOPERATES


def _outing(dispatch: Dispatch, tour: Tour, role: Role, member: Member) -> OutingLine:
    """People take part only where their department has a matter (spec/planning.md, “Commands”)."""
    own = [
        visit
        for visit in tour.visits
        if any(matter.department == role.department for matter in dispatch.matters_of(visit))
    ]
    return OutingLine(
        member=member,
        tour=tour.id,
        begins_at=dispatch.begins_at(tour, own[0]),
        ends_at=dispatch.ends_at(tour, own[-1]),
        first_target=dispatch.targets[own[0].target],
        visits=len(own),
    )

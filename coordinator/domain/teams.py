"""Who goes in at a visit, by department, and who leads: for the people who come and the firm that is told.

The lots decide who was drawn (solver/chance); here they only get their places. Masks are in `disclosure`.
"""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId
from coordinator.domain.submissions import Inspector
from solver.planning.plan import Role, Tour, Visit


class Member(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person at a visit, for the department whose role he or she fills; `lent_by` where that is not the own one."""

    department: DepartmentId
    inspector: Inspector
    lent_by: DepartmentId | None = None


def role_members(dispatch: Dispatch, role: Role) -> Iterator[Member]:
    """Everyone drawn for a role."""
    for inspector_id in dispatch.teams[role.id]:
        home, inspector = dispatch.inspectors[inspector_id]
        lent_by = None if home == role.department else home
        yield Member(department=role.department, inspector=inspector, lent_by=lent_by)


def members(dispatch: Dispatch, tour: Tour, visit: Visit) -> tuple[Member, ...]:
    """Everyone who goes in, by department, officers before experts, then by staff number."""
    found = (member for role, _ in dispatch.roles_at(tour, visit) for member in role_members(dispatch, role))
    return tuple(sorted(found, key=lambda m: (m.department, not m.inspector.certified, m.inspector.id)))


def leading_department(dispatch: Dispatch, visit: Visit) -> DepartmentId:
    """Say which department leads a visit: it initiates most of what is asked there, then has most matters (R16)."""
    matters = dispatch.matters_of(visit)
    initiators = {task.id: task.initiator for task in dispatch.tasks}
    asked = Counter(initiators.get(task, matter.department) for matter in matters for task in matter.tasks)
    present = Counter(matter.department for matter in matters)
    return min(present, key=lambda department: (-asked[department], -present[department], department))


def lead_of(team: tuple[Member, ...], department: DepartmentId) -> Member | None:
    """Name the one who leads a department's people: its first certified officer by staff number."""
    return next((each for each in team if each.department == department and each.inspector.certified), None)

"""Who may be sent: eligible and admitted as rule 5 of planning.md says, one vocabulary for planner and checker.

Knows nothing of chances, ceilings or who else is on the tour; whom the three reasons leave out, the plan says itself.
"""

from collections.abc import Iterable

from solver.planning.ids import DepartmentId, Expertise, HalfDayId, InspectorId, TargetId
from solver.planning.index import NOBODY, Index
from solver.planning.plan import Role, Tour


def qualified(
    index: Index, department: DepartmentId, *, certified: bool, expertise: Iterable[Expertise]
) -> frozenset[InspectorId]:
    """Give those of the department or serving it who hold the certificate, if asked, and every expertise."""
    people = index.serving.get(department, NOBODY)
    if certified:
        people &= index.certified
    for skill in expertise:
        people &= index.skilled.get(skill, NOBODY)
    return people


def able(
    index: Index, people: frozenset[InspectorId], half_day: HalfDayId, targets: Iterable[TargetId]
) -> frozenset[InspectorId]:
    """Keep those who are available then, barred from none of the targets, and within reach of all of them."""
    people -= index.unavailable.get(half_day, NOBODY)
    for target in targets:
        people -= index.barred.get(target, NOBODY)
        if found := index.targets.get(target):
            people &= index.reaching[found.area]
    return people


def eligible(index: Index, role: Role, tour: Tour) -> frozenset[InspectorId]:
    """Give those who may fill the role on this tour (rule 5)."""
    people = qualified(index, role.department, certified=role.certified, expertise=role.expertise)
    return able(index, people, tour.half_day, (visit.target for visit in tour.visits))


def admitted(index: Index, role: Role, tour: Tour) -> frozenset[InspectorId]:
    """Give the eligible less those whom the role leaves out, whether or not the reasons hold."""
    return eligible(index, role, tour) - role.left_out.keys()

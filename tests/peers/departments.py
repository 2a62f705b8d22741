"""A round cut down to one department: there planning is a plain vehicle routing problem with a fixed cost a tour.

Departments' shares of a problem, nothing of any solver.
"""

from collections.abc import Iterable

import msgspec

from solver.planning.ids import DepartmentId, MatterId, TargetId
from solver.planning.plan import Tour
from solver.planning.problem import Problem


def largest_department(problem: Problem) -> DepartmentId:
    """The department with the most targets to visit; of several, the first by its identifier."""
    visited = {each.id: {m.target for m in problem.matters if m.department == each.id} for each in problem.departments}
    return min(visited, key=lambda each: (-len(visited[each]), each))


def only(problem: Problem, department: DepartmentId) -> Problem:
    """The same round as if this department alone had work, with the people who serve it and for it alone."""
    matters = tuple(each for each in problem.matters if each.department == department)
    inspectors = tuple(
        msgspec.structs.replace(each, department=department, serves=())
        for each in problem.inspectors
        if department in {each.department, *each.serves}
    )
    targets = {each.target for each in matters}
    people = {each.id for each in inspectors}
    return msgspec.structs.replace(
        problem,
        departments=tuple(each for each in problem.departments if each.id == department),
        targets=tuple(each for each in problem.targets if each.id in targets),
        matters=matters,
        inspectors=inspectors,
        barred=tuple(each for each in problem.barred if each.inspector in people and each.target in targets),
        apart=tuple(each for each in problem.apart if people.issuperset(each.inspectors)),
        fixed=tuple(_share(problem.fixed, department, targets, {each.id for each in matters})),
    )


def _share(
    fixed: Iterable[Tour], department: DepartmentId, targets: set[TargetId], matters: set[MatterId]
) -> Iterable[Tour]:
    """What the department has to do with tours already announced: its matters and its roles."""
    for tour in fixed:
        visits = tuple(
            msgspec.structs.replace(each, matters=tuple(matter for matter in each.matters if matter in matters))
            for each in tour.visits
            if each.target in targets and matters.intersection(each.matters)
        )
        if visits:
            roles = tuple(each for each in tour.roles if each.department == department)
            yield msgspec.structs.replace(tour, visits=visits, roles=roles)

"""Rule 4: enough officers with a certificate, and someone for every expertise asked for (行政处罚法 42).

Who may fill a role is in admission.py.
"""

from collections import defaultdict
from collections.abc import Iterator

from solver.planning.check.case import Case
from solver.planning.check.verdict import Breach
from solver.planning.ids import DepartmentId
from solver.planning.plan import Role, Tour
from solver.planning.problem import Matter


def every_role_needs_someone(case: Case) -> Iterator[Breach]:
    """Rule 4: a role that needs nobody sends nobody, and so serves no officers and no expertise."""
    for place, tour in case.free_tours():
        for position, role in enumerate(tour.roles):
            if role.need < 1:
                text = f"岗位 {role.id} 的人数为 {role.need}，至少 1 人。"
                yield Breach(rule=4, place=f"{place}.roles[{position}].need", text=text)


def officers_for_every_department(case: Case) -> Iterator[Breach]:
    """Rule 4: certified roles of a department need at least the greatest `officers` among its matters."""
    for place, tour in case.free_tours():
        for department, matters in _by_department(case, tour).items():
            due = max(matter.officers for matter in matters)
            sent = _certified_need(role for role in tour.roles if role.department == department)
            if sent < due:
                text = f"组次 {tour.id}：{department} 应派持证执法人员 {due} 人，只派 {sent} 人。"
                yield Breach(rule=4, place=f"{place}.roles", text=text)


def someone_for_every_expertise(case: Case) -> Iterator[Breach]:
    """Rule 4: each expertise that a department's matters ask for is listed by some role of that department."""
    for place, tour in case.free_tours():
        for department, matters in _by_department(case, tour).items():
            listed = {skill for r in tour.roles if r.department == department and r.need > 0 for skill in r.expertise}
            for skill in sorted({skill for matter in matters for skill in matter.expertise} - listed):
                text = f"组次 {tour.id}：{department} 的事项需要“{skill}”专长，没有岗位要求它。"
                yield Breach(rule=4, place=f"{place}.roles", text=text)


def teams_of_the_least_size(case: Case) -> Iterator[Breach]:
    """Rule 4: certified need over the whole tour is at least `team_minimum`."""
    least = case.problem.policy.team_minimum
    for place, tour in case.free_tours():
        sent = _certified_need(tour.roles)
        if sent < least:
            text = f"组次 {tour.id} 只有持证执法人员 {sent} 人，至少 {least} 人。"
            yield Breach(rule=4, place=f"{place}.roles", text=text)


def _by_department(case: Case, tour: Tour) -> dict[DepartmentId, list[Matter]]:
    matters: defaultdict[DepartmentId, list[Matter]] = defaultdict(list)
    for matter in case.matters(tour.visits):
        matters[matter.department].append(matter)
    return matters


def _certified_need(roles: Iterator[Role] | tuple[Role, ...]) -> int:
    return sum(max(role.need, 0) for role in roles if role.certified)

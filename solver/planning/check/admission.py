"""Rule 5, tour by tour: each role's table holds exactly those who are admitted, and its chances come to its need.

Loads over half-days and rounds are in load.py, who is eligible in ../eligible.py.
"""

from collections.abc import Iterator

from solver.planning.check.case import Case
from solver.planning.check.verdict import Breach
from solver.planning.eligible import eligible
from solver.planning.ids import InspectorId
from solver.planning.index import NOBODY, Index
from solver.planning.plan import LeftOut, Role, Tour


def tables_of_the_admitted(case: Case) -> Iterator[Breach]:
    """Rule 5: a role's table holds the eligible less those it leaves out: nobody else, and nobody missing."""
    for place, tour, role in roles_of(case):
        able = eligible(case.index, role, tour)
        for inspector in sorted(role.chances.keys() - (able - role.left_out.keys())):
            why = why_not(case.index, inspector, role, tour)
            yield Breach(
                rule=5, place=f"{place}.chances.{inspector}", text=f"{inspector} 不应列入岗位 {role.id}：{why}。"
            )
        if missing := able - role.left_out.keys() - role.chances.keys():
            text = f"岗位 {role.id} 漏列符合条件的人员 {'、'.join(sorted(missing))}，应列入并给出概率（可为 0）。"
            yield Breach(rule=5, place=f"{place}.chances", text=text)


def chances_come_to_the_need(case: Case) -> Iterator[Breach]:
    """Rule 5: whole numbers from 0 to `scale` that sum to need × scale."""
    scale = case.problem.policy.scale
    for place, _, role in roles_of(case):
        for inspector, chance in role.chances.items():
            if not 0 <= chance <= scale:
                text = f"{inspector} 的概率 {chance} 不在 0 到 {scale} 之间。"
                yield Breach(rule=5, place=f"{place}.chances.{inspector}", text=text)
        total = sum(role.chances.values())
        if total != role.need * scale:
            text = f"岗位 {role.id} 的概率合计 {total}，应为 {role.need} × {scale} = {role.need * scale}。"
            yield Breach(rule=5, place=f"{place}.chances", text=text)


def left_out_for_a_reason(case: Case) -> Iterator[Breach]:
    """Rule 5: whoever is left out is left out for a reason that holds."""
    for place, tour, role in roles_of(case):
        for inspector, reason in role.left_out.items():
            if not _holds(case, reason, inspector, role, tour):
                text = f"岗位 {role.id} 以“{_REASONS[reason]}”为由不列 {inspector}，但这一理由不成立。"
                yield Breach(rule=5, place=f"{place}.left_out.{inspector}", text=text)


def apart_on_every_tour(case: Case) -> Iterator[Breach]:
    """Rule 5: two who must stay apart are never both admitted on one tour."""
    for place, tour in case.free_tours():
        on_tour = _on(tour)
        for inspector in sorted(on_tour & case.index.apart.keys()):
            for other in sorted(on_tour & case.index.apart[inspector]):
                if inspector < other:
                    text = f"组次 {tour.id} 同时列入了应当互斥的 {inspector} 和 {other}，只能列其中一人。"
                    yield Breach(rule=5, place=place, text=text)


def roles_of(case: Case) -> Iterator[tuple[str, Tour, Role]]:
    """Yield every role that is not of a fixed tour, with its place in the document."""
    for place, tour in case.free_tours():
        for position, role in enumerate(tour.roles):
            yield f"{place}.roles[{position}]", tour, role


_REASONS = {LeftOut.APART: "互斥", LeftOut.SERVES: "同一半天已由其他部门使用", LeftOut.BORROWED: "借用人员，此处不需要"}


def _holds(case: Case, reason: LeftOut, inspector: InspectorId, role: Role, tour: Tour) -> bool:
    match reason:
        case LeftOut.APART:
            return not case.index.apart.get(inspector, NOBODY).isdisjoint(_on(tour))
        case LeftOut.SERVES:
            others = case.index.departments - {role.department}
            return any(inspector in case.load.get((tour.half_day, other), {}) for other in others)
        case LeftOut.BORROWED:
            found = case.index.inspectors.get(inspector)
            return found is not None and found.borrowed


def _on(tour: Tour) -> set[InspectorId]:
    return {inspector for role in tour.roles for inspector in role.chances}


def why_not(index: Index, inspector: InspectorId, role: Role, tour: Tour) -> str:
    """Say the first condition of rule 5 that keeps the inspector from the role."""
    found = index.inspectors.get(inspector)
    if found is None:
        return "人员名录中没有此人"
    barred = [visit.target for visit in tour.visits if inspector in index.barred.get(visit.target, NOBODY)]
    lacking = [skill for skill in role.expertise if skill not in found.expertise]
    reasons = {
        "不属于该部门，也不支援该部门": role.department not in (found.department, *found.serves),
        "没有执法证，不能充任持证岗位": role.certified and not found.certified,
        f"没有“{'、'.join(lacking)}”专长": bool(lacking),
        f"{tour.half_day} 不可用": tour.half_day in found.unavailable,
        f"须回避检查对象 {'、'.join(barred)}": bool(barred),
        "已写明不列入": inspector in role.left_out,
    }
    return next((reason for reason, applies in reasons.items() if applies), "有检查对象超出其可到达的区域")

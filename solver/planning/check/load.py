"""Rule 5, person by person: nobody in two places, nobody for two departments at once, nobody over the ceiling.

Single tables of chances are in admission.py.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from solver.planning.check.case import Case
from solver.planning.check.verdict import Breach
from solver.planning.ids import DepartmentId, HalfDayId, InspectorId


def one_place_at_a_time(case: Case) -> Iterator[Breach]:
    """Rule 5: an inspector's chances in one half-day sum to at most `scale`."""
    scale = case.problem.policy.scale
    total: Counter[tuple[InspectorId, HalfDayId]] = Counter()
    for (half_day, _), chances in case.load.items():
        for inspector, chance in chances.items():
            total[inspector, half_day] += chance
    for (inspector, half_day), chance in total.items():
        if chance > scale:
            text = f"{inspector} 在 {half_day} 的概率合计 {chance}，超过 {scale}，会同时身在两处。"
            yield Breach(rule=5, place=f"{inspector} {half_day}", text=text)


def one_department_at_a_time(case: Case) -> Iterator[Breach]:
    """Rule 5: an inspector's chances in one half-day are all in one department; a chance of 0 is none."""
    departments: defaultdict[tuple[InspectorId, HalfDayId], list[DepartmentId]] = defaultdict(list)
    for (half_day, department), chances in case.load.items():
        for inspector, chance in chances.items():
            if chance > 0:
                departments[inspector, half_day].append(department)
    for (inspector, half_day), several in departments.items():
        if len(several) > 1:
            text = f"{inspector} 在 {half_day} 同时为 {'、'.join(sorted(several))} 所用，同一半天只能为一个部门。"
            yield Breach(rule=5, place=f"{inspector} {half_day}", text=text)


def ceilings_kept(case: Case) -> Iterator[Breach]:
    """Rule 5: over the round at most `max_half_days`; each department's total counts rounded up, as the lots may round.

    Whom fixed tours alone take over the ceiling is no fault of this plan, unless it sends them again.
    """
    scale = case.problem.policy.scale
    load: defaultdict[InspectorId, Counter[DepartmentId]] = defaultdict(Counter)
    for (_, department), chances in case.load.items():
        for inspector, chance in chances.items():
            load[inspector][department] += chance
    for person in case.problem.inspectors:
        half_days = sum(-(-total // scale) for total in load[person.id].values())
        if person.max_half_days is not None and half_days > person.max_half_days and _sent_freely(case, person.id):
            text = f"{person.id} 全轮可能出动 {half_days} 个半天，上限 {person.max_half_days} 个。"
            yield Breach(rule=5, place=person.id, text=text)


def _sent_freely(case: Case, inspector: InspectorId) -> bool:
    return any(role.chances.get(inspector, 0) > 0 for _, tour in case.free_tours() for role in tour.roles)

"""Rules 1 and 2: where, when and beside what a matter may be served, and how long a visit lasts.

When the visit stands in its half-day, so that it lasts as long as that, is in timetable.py.
"""

from collections import defaultdict
from collections.abc import Iterator

from solver.planning.check.case import Case, visits_of
from solver.planning.check.verdict import Breach
from solver.planning.ids import DepartmentId, HalfDayId, MatterId
from solver.planning.plan import Visit


def served_once(case: Case) -> Iterator[Breach]:
    """Rule 1: a matter is served at most once."""
    seen = {
        matter for _, tour in case.tours() if case.is_fixed(tour) for visit in tour.visits for matter in visit.matters
    }
    for place, tour in case.free_tours():
        for at, visit in visits_of(place, tour):
            for matter in visit.matters:
                if matter in seen:
                    yield Breach(rule=1, place=at, text=f"事项 {matter} 已经安排过一次，只能检查一次。")
                seen.add(matter)


def served_in_place_and_time(case: Case) -> Iterator[Breach]:
    """Rule 1: at its target, within its window, in a half-day in which the target is not closed."""
    for place, tour in case.free_tours():
        for at, visit in visits_of(place, tour):
            yield from _open_then(case, at, visit, tour.half_day)
            for matter in visit.matters:
                yield from _at_its_target(case, at, visit, matter)
                yield from _in_its_window(case, at, matter, tour.half_day)


def separate_matters_alone(case: Case) -> Iterator[Breach]:
    """Rule 2: a separate matter shares its visit with no other matter."""
    for place, tour in case.free_tours():
        for at, visit in visits_of(place, tour):
            alone = [matter.id for matter in case.matters([visit]) if matter.separate]
            if alone and len(visit.matters) > 1:
                yield Breach(rule=2, place=at, text=f"事项 {'、'.join(alone)} 须单独检查，不能与其他事项合并入企。")


def visit_minutes(case: Case, visit: Visit) -> int:
    """Give the set-up plus the longest department's minutes: departments work side by side (rule 2)."""
    minutes: defaultdict[DepartmentId, int] = defaultdict(int)
    for matter in case.matters([visit]):
        minutes[matter.department] += matter.minutes
    return case.problem.policy.setup_minutes + max(minutes.values(), default=0)


def _open_then(case: Case, place: str, visit: Visit, half_day: HalfDayId) -> Iterator[Breach]:
    target = case.index.targets.get(visit.target)
    if target and half_day in target.closed:
        yield Breach(rule=1, place=place, text=f"检查对象 {visit.target} 在 {half_day} 不便接受检查，应改到别的半天。")


def _at_its_target(case: Case, place: str, visit: Visit, matter: MatterId) -> Iterator[Breach]:
    found = case.index.matters.get(matter)
    if found and found.target != visit.target:
        text = f"事项 {matter} 属于检查对象 {found.target}，不能在 {visit.target} 处检查。"
        yield Breach(rule=1, place=place, text=text)


def _in_its_window(case: Case, place: str, matter: MatterId, half_day: HalfDayId) -> Iterator[Breach]:
    found, when = case.index.matters.get(matter), case.index.half_days.get(half_day)
    if found and when and not found.first_day <= when.date <= found.last_day:
        text = f"事项 {matter} 应在 {found.first_day} 至 {found.last_day} 之间检查，{half_day} 不在其内。"
        yield Breach(rule=1, place=place, text=text)
    if found and not when:
        yield Breach(rule=1, place=place, text=f"事项 {matter} 安排在 {half_day}，问题中没有这个半天。")

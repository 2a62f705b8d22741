"""Rule 3: the clock. Visits follow one another without waiting, and the whole fits into the half-day.

How long a visit lasts by itself is in matters.py, travel in ../geometry.py.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from solver.planning.check.case import Case, visits_of
from solver.planning.check.matters import visit_minutes
from solver.planning.check.verdict import Breach
from solver.planning.geometry import travel_minutes
from solver.planning.plan import Tour
from solver.planning.times import clock_time, minute_of


def travel_as_the_distance_asks(case: Case) -> Iterator[Breach]:
    """Rule 3: a tour states the travel between its visits."""
    for place, tour in case.free_tours():
        due = sum(legs(case, tour))
        if tour.travel_minutes != due:
            text = f"组次 {tour.id} 的路程应为 {due} 分钟，计划写 {tour.travel_minutes} 分钟。"
            yield Breach(rule=3, place=f"{place}.travel_minutes", text=text)


def visits_at_their_times(case: Case) -> Iterator[Breach]:
    """Rule 3: starts and ends follow from the half-day's start, the approach, the visits and the travel.

    A visit that does not last what its matters take (rule 2) is named here alone, by its end.
    """
    for place, tour in case.free_tours():
        for (at, visit), (start, end) in zip(visits_of(place, tour), _schedule(case, tour), strict=False):
            if visit.start != start:
                yield Breach(rule=3, place=f"{at}.start", text=f"应 {start} 开始，计划写 {visit.start}。")
            if visit.end != end:
                text = f"按事项历时 {visit_minutes(case, visit)} 分钟，应 {end} 结束，计划写 {visit.end}。"
                yield Breach(rule=3, place=f"{at}.end", text=text)


def tours_fit_into_the_half_day(case: Case) -> Iterator[Breach]:
    """Rule 3: visits, travel and the approach before the first and after the last fit into the half-day."""
    for place, tour in case.free_tours():
        half_day = case.index.half_days.get(tour.half_day)
        work = sum(visit_minutes(case, visit) for visit in tour.visits)
        total = work + sum(legs(case, tour)) + 2 * case.problem.policy.approach_minutes
        if half_day and total > half_day.minutes:
            text = f"组次 {tour.id} 共需 {total} 分钟，{tour.half_day} 只有 {half_day.minutes} 分钟。"
            yield Breach(rule=3, place=place, text=text)


def not_too_many_visits(case: Case) -> Iterator[Breach]:
    """Rule 3: at most `max_visits_per_tour`."""
    most = case.problem.policy.max_visits_per_tour
    for place, tour in case.free_tours():
        if len(tour.visits) > most:
            text = f"组次 {tour.id} 有 {len(tour.visits)} 次入企检查，最多 {most} 次。"
            yield Breach(rule=3, place=f"{place}.visits", text=text)


def one_visit_a_half_day(case: Case) -> Iterator[Breach]:
    """Rule 3: a target has at most one visit in a half-day, fixed ones included."""
    seen = {(t.half_day, visit.target) for _, t in case.tours() if case.is_fixed(t) for visit in t.visits}
    for place, tour in case.free_tours():
        for at, visit in visits_of(place, tour):
            if (tour.half_day, visit.target) in seen:
                text = f"检查对象 {visit.target} 在 {tour.half_day} 已有一次入企检查，同一半天只能有一次。"
                yield Breach(rule=3, place=at, text=text)
            seen.add((tour.half_day, visit.target))


def not_too_many_tours(case: Case) -> Iterator[Breach]:
    """Rule 3: at most `max_tours` tours in one half-day; fixed ones take their cars, and alone are no one's fault."""
    most = case.problem.policy.max_tours
    if most is None:
        return
    out = Counter(tour.half_day for _, tour in case.tours())
    for half_day in dict.fromkeys(tour.half_day for _, tour in case.free_tours()):
        if out[half_day] > most:
            text = f"{half_day} 有 {out[half_day]} 个组次，最多 {most} 个，应移到别的半天。"
            yield Breach(rule=3, place=half_day, text=text)


def legs(case: Case, tour: Tour) -> list[int]:
    places = [case.index.places.get(visit.target) for visit in tour.visits]
    return [travel_minutes(one, other, case.problem.policy) for one, other in pairwise(places)]


def _schedule(case: Case, tour: Tour) -> Iterator[tuple[str, str]]:
    """Yield the lawful start and end of each visit; nothing where the half-day is unknown (rule 1 names it)."""
    half_day = case.index.half_days.get(tour.half_day)
    opening = minute_of(half_day.start) if half_day else None
    if opening is None:
        return
    now = opening + case.problem.policy.approach_minutes
    for leg, visit in zip([0, *legs(case, tour)], tour.visits, strict=True):
        start = now + leg
        now = start + visit_minutes(case, visit)
        yield clock_time(start), clock_time(now)

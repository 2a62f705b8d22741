"""Rule 6: what has been announced stands.

Announced tours are not held to the other rules; what they use up is counted in load.py.
"""

from collections.abc import Iterator

from solver.planning.check.case import Case
from solver.planning.check.verdict import Breach
from solver.planning.plan import Tour


def fixed_tours_stand(case: Case) -> Iterator[Breach]:
    """Rule 6: every fixed tour stands in the plan exactly as it is: id, half-day, visits, roles."""
    planned = {tour.id: (place, tour) for place, tour in case.tours()}
    for tour in case.problem.fixed:
        if tour.id not in planned:
            yield Breach(rule=6, place=tour.id, text=f"已公布的组次 {tour.id} 不在计划中，应原样保留。")
            continue
        place, found = planned[tour.id]
        if changed := _changed(tour, found):
            text = f"已公布的组次 {tour.id} 的{'、'.join(changed)}被改动，应原样保留。"
            yield Breach(rule=6, place=place, text=text)


def _changed(announced: Tour, found: Tour) -> list[str]:
    same = {
        "半天": announced.half_day == found.half_day,
        "入企检查": announced.visits == found.visits,
        "岗位": announced.roles == found.roles,
    }
    return [part for part, is_same in same.items() if not is_same]

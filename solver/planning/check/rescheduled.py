"""A visit moved after the lots, its drawn team with it: what the plan and the teams break then (rules 1 to 5 and 7).

Chances have been decided and are judged no more: who goes is held against the roles instead (teams.py).
"""

from collections.abc import Callable, Collection, Iterator

import msgspec

from solver.planning.check import form, matters, staffing, timetable
from solver.planning.check.case import Case, make_case
from solver.planning.check.teams import Drawn, check_replaced_teams
from solver.planning.check.verdict import Breach
from solver.planning.ids import TourId
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.times import clock_time, minute_of


def visits_in_time(case: Case) -> Iterator[Breach]:
    """Rule 3, where others on the tour were told their times: visits may wait for one another, never overlap."""
    for place, tour in case.free_tours():
        half_day = case.index.half_days[tour.half_day]
        opening = minute_of(half_day.start) or 0
        earliest = opening + case.problem.policy.approach_minutes
        for leg, visit in zip([0, *timetable.legs(case, tour)], tour.visits, strict=True):
            start, end = minute_of(visit.start) or 0, minute_of(visit.end) or 0
            if start < earliest + leg or end - start != matters.visit_minutes(case, visit):
                yield Breach(rule=3, place=place, text=f"组次 {tour.id} 的各户时间排不开。")
            earliest = end
        closing = opening + half_day.minutes - case.problem.policy.approach_minutes
        if earliest > closing:
            text = f"排在最后要到 {clock_time(earliest)}，{tour.half_day} 到 {clock_time(closing)} 为止。"
            yield Breach(rule=3, place=place, text=text)


_STAFFING: tuple[Callable[[Case], Iterator[Breach]], ...] = (
    staffing.every_role_needs_someone,
    staffing.officers_for_every_department,
    staffing.someone_for_every_expertise,
    staffing.teams_of_the_least_size,
)
_PLACE: tuple[Callable[[Case], Iterator[Breach]], ...] = (
    matters.served_once,
    matters.served_in_place_and_time,
    matters.separate_matters_alone,
    timetable.travel_as_the_distance_asks,
    visits_in_time,
    timetable.tours_fit_into_the_half_day,
    timetable.not_too_many_visits,
    timetable.one_visit_a_half_day,
    timetable.not_too_many_tours,
    *_STAFFING,
    form.names_known_to_the_problem,
    form.identifiers_used_once,
    form.nothing_empty,
    form.roles_with_matters,
)


def check_rescheduled(
    problem: Problem, plan: Plan, drawn: Drawn, *, now_on: TourId, left: TourId
) -> tuple[Breach, ...]:
    """Say what breaks a rule where a visit is `now_on` a tour and has `left` another; all others stand (rule 6).

    Whoever stays on the tour that it left was told a time, which stands: only its people are counted again.
    """
    joined = _case(problem, plan, {now_on})
    remaining = _case(problem, plan, {left} - {now_on})
    return (
        *(breach for rule in _PLACE for breach in rule(joined)),
        *(breach for rule in _STAFFING for breach in rule(remaining)),
        *check_replaced_teams(problem, plan, drawn),
    )


def _case(problem: Problem, plan: Plan, judged: Collection[TourId]) -> Case:
    announced = tuple(tour for tour in plan.tours if tour.id not in judged)
    return make_case(msgspec.structs.replace(problem, fixed=announced), plan, None)

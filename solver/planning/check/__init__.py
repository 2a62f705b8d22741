"""The independent checker: is a plan lawful (planning.md, rules 1 to 7), and what does it cost?

One rule one function. Knows nothing of the solver: only the types, travel and who is eligible. Believe no plan that it
has not passed.
"""

from collections.abc import Callable, Iterator

from solver.planning.check import admission, fixed, form, load, matters, staffing, timetable
from solver.planning.check.case import Case, make_case
from solver.planning.check.metrics import measure
from solver.planning.check.verdict import Breach, Measures, Verdict, verdict_json
from solver.planning.ids import Sha256
from solver.planning.plan import Plan
from solver.planning.problem import Problem

__all__ = ["RULES", "Breach", "Measures", "Verdict", "check", "measure", "verdict_json"]

RULES: tuple[Callable[[Case], Iterator[Breach]], ...] = (
    matters.served_once,
    matters.served_in_place_and_time,
    matters.separate_matters_alone,
    timetable.travel_as_the_distance_asks,
    timetable.visits_at_their_times,
    timetable.tours_fit_into_the_half_day,
    timetable.not_too_many_visits,
    timetable.one_visit_a_half_day,
    timetable.not_too_many_tours,
    staffing.every_role_needs_someone,
    staffing.officers_for_every_department,
    staffing.someone_for_every_expertise,
    staffing.teams_of_the_least_size,
    admission.tables_of_the_admitted,
    admission.chances_come_to_the_need,
    admission.left_out_for_a_reason,
    admission.apart_on_every_tour,
    load.one_place_at_a_time,
    load.one_department_at_a_time,
    load.ceilings_kept,
    fixed.fixed_tours_stand,
    form.every_matter_accounted_for,
    form.unserved_for_a_reason,
    form.made_for_this_problem,
    form.names_known_to_the_problem,
    form.identifiers_used_once,
    form.nothing_empty,
    form.roles_with_matters,
    form.desk_matters_can_be_drawn,
)


def check(problem: Problem, plan: Plan, problem_sha256: Sha256 | None = None) -> Verdict:
    """Say whether a plan is lawful and what it costs.

    `problem_sha256` is the digest of the file the problem was read from, `problem_digest(file)`; without it the digest
    of what `write_problem` writes is the one the plan must state.
    """
    case = make_case(problem, plan, problem_sha256)
    breaches = [breach for rule in RULES for breach in rule(case)]
    return Verdict(breaches=tuple(sorted(breaches, key=lambda breach: breach.rule)), metrics=measure(problem, plan))

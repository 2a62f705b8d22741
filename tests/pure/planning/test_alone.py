"""What merging saves: the same matters, with every department going alone."""

from hypothesis import HealthCheck, given, settings
from pure.planning.making import DEPARTMENTS, a_county, half_days, officers, planned, problems
from pure.planning_check.building import a_matter, a_target

from solver.planning.alone import Alone, alone
from solver.planning.problem import Policy, Problem
from solver.planning.workers import site_of

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def of_first_department(problem: Problem) -> Alone:
    own = frozenset(matter.id for matter in problem.matters if matter.department == DEPARTMENTS[0])
    return alone(site_of(problem), matters=own)


def test_a_department_by_itself_visits_its_targets_on_as_few_tours_as_hold_them() -> None:
    """Six visits of 40 minutes (10 to set up) with little travel: 5 fill a morning of 210, the sixth goes by itself."""
    assert of_first_department(a_county()) == Alone(visits=6, officer_half_days=4)


def test_what_finds_no_place_alone_costs_a_tour_of_its_own() -> None:
    """One car and one morning, two visits of three hours: the second counts although it cannot be driven."""
    problem = a_county(
        half_days=half_days(1)[:1],
        targets=(a_target("厂0"), a_target("厂1")),
        matters=tuple(
            a_matter(f"m{number}", target=f"厂{number}", department=DEPARTMENTS[0], minutes=180) for number in range(2)
        ),
        inspectors=officers(DEPARTMENTS[0], 6),
        policy=Policy(max_tours=1),
    )
    assert of_first_department(problem) == Alone(visits=2, officer_half_days=4)


@given(problem=problems())
@settings(PATIENT, max_examples=40)
def test_merging_never_opens_more_doors_than_the_departments_alone(problem: Problem) -> None:
    metrics = planned(problem).metrics
    assert metrics.visits <= metrics.visits_apart
    assert (metrics.officer_half_days_apart > 0) == (metrics.served > 0)

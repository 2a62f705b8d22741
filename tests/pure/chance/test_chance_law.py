"""The chance law, end to end: a plan of the planner's own with near ceilings, its lots drawn thousands of times."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product
from math import ceil, floor, sqrt

from pure.planning.making import DEPARTMENTS, a_county, breaches, half_days, officers, planned
from pure.planning_check.building import a_matter, a_target, an_inspector

from solver.chance.identifiers import Seed
from solver.chance.lots import draw_lots
from solver.chance.numbers import Algorithm
from solver.chance.plan import PlanLots, RoleLots, read_plan
from solver.planning.ids import DepartmentId, InspectorId, RoleId
from solver.planning.reading import write_plan

TIMES = 3000
Team = tuple[InspectorId, ...]
Teams = dict[RoleId, Team]


@cache
def a_small_plan() -> PlanLots:
    """Three visits of two departments that fill two half-days; one officer may go once, another not in the morning."""
    first, second, _ = DEPARTMENTS
    targets = tuple(a_target(f"厂{number}") for number in range(3))
    problem = a_county(
        half_days=half_days(1),
        targets=targets,
        matters=tuple(
            a_matter(f"{target.id}/{name}", target=target.id, department=name, minutes=150)
            for target in targets
            for name in (first, second)
        ),
        inspectors=(
            *officers(first, 4),
            an_inspector("once", department=first, max_half_days=1),
            an_inspector("afternoons", department=first, unavailable=(half_days(1)[0].id,)),
            *officers(second, 5),
        ),
    )
    plan = planned(problem)
    assert breaches(problem, plan) == ()
    assert len(plan.tours) == 3
    return read_plan(write_plan(plan))


@cache
def drawn() -> tuple[Teams, ...]:
    seeds = (Seed(hashlib.sha256(f"law {place}".encode()).hexdigest()) for place in range(TIMES))
    return tuple(dict(draw_lots(a_small_plan(), seed, Algorithm.SHA256)) for seed in seeds)


def keeps_every_limit(roles: Sequence[RoleLots], teams: Teams) -> bool:
    """Needs, nobody twice in a half-day, and everyone's load the sum of chances rounded down or up."""
    scale = a_small_plan().scale
    load = Counter(inspector for role in roles for inspector in teams[role.id])
    slots = Counter((inspector, role.half_day) for role in roles for inspector in teams[role.id])
    expected: Counter[InspectorId] = Counter()
    for role in roles:
        expected.update(role.chances)
    return (
        all(len(set(teams[role.id])) == role.need for role in roles)
        and all(role.chances[each] > 0 for role in roles for each in teams[role.id])
        and max(slots.values()) == 1
        and all(floor(total / scale) <= load[each] <= ceil(total / scale) for each, total in expected.items())
    )


def roles_by_department() -> list[list[RoleLots]]:
    departments: dict[DepartmentId, list[RoleLots]] = {}
    for role in a_small_plan().roles:
        departments.setdefault(role.department, []).append(role)
    return list(departments.values())


def lawful_choices(roles: Sequence[RoleLots]) -> Iterator[Teams]:
    """Every choice of people for one department's roles that keeps every limit, by trying all."""
    for teams in product(*(combinations(sorted(role.chances), role.need) for role in roles)):
        choice = {role.id: team for role, team in zip(roles, teams, strict=True)}
        if keeps_every_limit(roles, choice):
            yield choice


def test_every_draw_keeps_needs_half_days_and_loads() -> None:
    for roles in roles_by_department():
        assert all(keeps_every_limit(roles, teams) for teams in drawn())


def test_everyone_is_drawn_as_often_as_the_chance_says() -> None:
    times = Counter((role, each) for teams in drawn() for role, team in teams.items() for each in team)
    for role in a_small_plan().roles:
        for inspector, chance in role.chances.items():
            share = chance / a_small_plan().scale
            # five standard deviations, and fixed seeds: this never wavers
            assert abs(times[role.id, inspector] - TIMES * share) <= 5 * sqrt(TIMES * share * (1 - share))


def test_every_pair_that_the_chances_allow_is_drawn_together_and_no_other() -> None:
    for roles in roles_by_department():
        allowed = {(role, team) for choice in lawful_choices(roles) for role, team in choice.items()}
        assert len(allowed) > len(roles)
        assert {(role.id, tuple(sorted(teams[role.id]))) for teams in drawn() for role in roles} == allowed

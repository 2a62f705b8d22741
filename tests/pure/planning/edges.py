"""Problems at the edges of what can be asked, for the planner to answer in time: lawful, or refused in words."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import product

from msgspec.structs import replace
from pure.planning.making import DEPARTMENTS, FIRST, a_county, departments, half_days, officers
from pure.planning_check.building import a_matter, a_target, an_inspector

from solver.planning.ids import TargetId
from solver.planning.problem import Barred, Policy, Problem, Reach

LARGEST = 1_000_000


def a_crowd_at_one_address(count: int) -> Problem:
    """So many matters at one target."""
    matters = tuple(
        a_matter(f"m{number}", target=TargetId("厂0"), department=DEPARTMENTS[number % 3], minutes=1 + number % 40)
        for number in range(count)
    )
    return a_county(half_days=half_days(5), matters=matters)


def many_at_one_spot(count: int, **policy: int) -> Problem:
    """So many targets at one point with one short matter each: any of them can go together."""
    targets = tuple(a_target(f"店{number}", lat=31.0, lon=112.0) for number in range(count))
    matters = tuple(
        a_matter(f"m{number}", target=target.id, department=DEPARTMENTS[number % 3], minutes=1)
        for number, target in enumerate(targets)
    )
    return a_county(half_days=half_days(3), targets=targets, matters=matters, policy=Policy(**policy))


def contradictory_windows() -> Problem:
    """Every matter of a target on a day of its own, and some on days that the round does not have."""
    matters = tuple(
        a_matter(
            f"{target.id}/{day}",
            target=target.id,
            department=DEPARTMENTS[day % 3],
            first_day=FIRST + timedelta(days=day),
            last_day=FIRST + timedelta(days=day),
        )
        for target, day in product(a_county().targets, range(12))
    )
    return a_county(half_days=half_days(10), matters=matters)


def one_serves_everyone() -> Problem:
    """A single inspector of all departments, with one colleague in each."""
    jack = an_inspector("万能", department=DEPARTMENTS[0], serves=DEPARTMENTS, max_half_days=3)
    people = (jack, *(each for department in DEPARTMENTS for each in officers(department, 1)))
    return a_county(half_days=half_days(5), inspectors=people)


def all_barred_from_one() -> Problem:
    problem = a_county()
    return a_county(
        barred=tuple(
            Barred(inspector=each.id, target=TargetId("厂0"), reason="近亲属任职") for each in problem.inspectors
        )
    )


def largest_numbers() -> Mapping[str, Problem]:
    """One number at a time at its end."""
    first, *others = a_county().matters
    return {
        "most officers": a_county(matters=(replace(first, officers=LARGEST), *others)),
        "longest matter": a_county(matters=(replace(first, minutes=LARGEST), *others)),
        "largest team": a_county(policy=Policy(team_minimum=LARGEST)),
        "a team of twelve": a_county(policy=Policy(team_minimum=12)),
        "longest tour": many_at_one_spot(40, max_visits_per_tour=LARGEST, setup_minutes=0),
        "one visit a tour": a_county(policy=Policy(max_visits_per_tour=1)),
        "no time": a_county(policy=Policy(approach_minutes=1440)),
        "slow": a_county(policy=Policy(speed_kmh=5e-324)),
        "fast": a_county(policy=Policy(speed_kmh=1000, setup_minutes=0)),
        "smallest scale": a_county(policy=Policy(scale=1)),
        "largest scale": a_county(policy=Policy(scale=LARGEST)),
        "largest pool": a_county(policy=Policy(pool_factor=100)),
        "no tours": a_county(policy=Policy(max_tours=0)),
        "most tours": a_county(policy=Policy(max_tours=LARGEST)),
        "no reach": a_county(policy=Policy(reach=Reach.AREA)),
        "nobody": a_county(inspectors=()),
        "nothing": a_county(matters=()),
        "no half-days": a_county(half_days=()),
        "nobody may": a_county(inspectors=tuple(replace(each, max_half_days=0) for each in a_county().inspectors)),
    }


def every_edge() -> Mapping[str, Problem]:
    """All of them that can be planned within a second or two."""
    return {
        **largest_numbers(),
        "60 matters at one target": a_crowd_at_one_address(60),
        "10,000 matters at one target": a_crowd_at_one_address(10_000),
        "contradictory windows": contradictory_windows(),
        "one serves everyone": one_serves_everyone(),
        "all barred from one": all_barred_from_one(),
        "a tour of one": a_county(targets=a_county().targets[:1], matters=a_county().matters[:1]),
        "many at one spot": many_at_one_spot(150),
        "many at one spot, long tours": many_at_one_spot(150, max_visits_per_tour=60, setup_minutes=0),
        "departments without matters": a_county(departments=departments(), matters=a_county().matters[::3]),
    }

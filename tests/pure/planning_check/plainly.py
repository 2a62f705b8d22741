"""Random problems, and plans that are lawful by construction and never good: one tour a half-day, even chances.

Stands in for the planner, so that the checker is tested without it, and reckons times and people on its own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from solver.planning.eligible import able, qualified
from solver.planning.geometry import travel_minutes
from solver.planning.ids import (
    AreaId,
    DepartmentId,
    Expertise,
    HalfDayId,
    InspectorId,
    MatterId,
    RoleId,
    RoundId,
    TargetId,
    TourId,
)
from solver.planning.index import NOBODY, Index, index
from solver.planning.plan import NOT_STATED, LeftOut, Plan, Reason, Role, Tour, Unserved, Visit
from solver.planning.problem import (
    Apart,
    Area,
    Barred,
    Department,
    HalfDay,
    Inspector,
    Matter,
    Policy,
    Problem,
    Reach,
    Target,
)
from solver.planning.times import clock_time, minute_of

FIRST = date(2026, 5, 11)
HALF_DAYS = tuple(
    HalfDay(
        id=HalfDayId(f"{FIRST + timedelta(days=day)}/{half}"), date=FIRST + timedelta(days=day), start=start, minutes=m
    )
    for day in range(3)
    for half, start, m in (("am", "08:30", 210), ("pm", "14:00", 180))
)
DEPARTMENTS = tuple(Department(id=DepartmentId(name), name=name) for name in ("水利局", "消防队"))
WINDOWS = ((FIRST, FIRST + timedelta(days=2)), (FIRST, FIRST), (FIRST + timedelta(days=1), FIRST + timedelta(days=2)))
SKILL = Expertise("电气")

department_ids = st.sampled_from([department.id for department in DEPARTMENTS])
half_day_ids = st.sampled_from([half_day.id for half_day in HALF_DAYS])
skills = st.sampled_from([(), (SKILL,)])


@st.composite
def problems(draw: Any) -> Problem:
    """Small problems, most of which can be planned at least in part."""
    areas = draw(_areas())
    home = st.sampled_from([*(area.id for area in areas), None])
    targets = tuple(draw(_target(f"企业{number}", home)) for number in range(draw(st.integers(1, 4))))
    inspectors = tuple(draw(_inspector(f"员{number:02d}", home)) for number in range(draw(st.integers(10, 16))))
    target_ids = st.sampled_from([target.id for target in targets])
    people = st.sampled_from([inspector.id for inspector in inspectors])
    pairs = st.lists(people, min_size=2, max_size=2, unique=True).map(tuple)
    return Problem(
        round=RoundId("随机-1"),
        half_days=HALF_DAYS,
        departments=DEPARTMENTS,
        areas=areas,
        targets=targets,
        matters=tuple(draw(_matter(f"m{number}", target_ids)) for number in range(draw(st.integers(1, 7)))),
        inspectors=inspectors,
        barred=tuple(
            draw(
                st.lists(
                    st.builds(Barred, inspector=people, target=target_ids, reason=st.just("近亲属任职")), max_size=3
                )
            )
        ),
        apart=tuple(draw(st.lists(st.builds(Apart, inspectors=pairs, reason=st.just("夫妻")), max_size=2))),
        policy=draw(_policies),
    )


def _areas() -> st.SearchStrategy[tuple[Area, ...]]:
    east, west = AreaId("河东"), AreaId("河西")
    centre = st.sampled_from([{"lat": 31.0, "lon": 112.05}, {}])
    return st.tuples(
        st.sampled_from([(west,), ()]).map(lambda n: Area(id=east, name="河东镇", lat=31.0, lon=112.0, neighbours=n)),
        centre.map(lambda place: Area(id=west, name="河西镇", neighbours=(east,), **place)),
    )


def _target(identifier: str, home: st.SearchStrategy[AreaId | None]) -> st.SearchStrategy[Target]:
    place = st.sampled_from([(31.0, 112.0), (31.01, 112.02), (31.05, 112.0), (None, None)])
    closed = st.lists(half_day_ids, max_size=2).map(tuple)
    return st.builds(
        lambda area, at, shut: Target(
            id=TargetId(identifier), name=identifier, area=area, lat=at[0], lon=at[1], closed=shut
        ),
        home,
        place,
        closed,
    )


def _matter(identifier: str, targets: st.SearchStrategy[TargetId]) -> st.SearchStrategy[Matter]:
    return st.builds(
        lambda window, **given: Matter(
            id=MatterId(identifier), item="检查", first_day=window[0], last_day=window[1], **given
        ),
        st.sampled_from(WINDOWS),
        target=targets,
        department=department_ids,
        minutes=st.integers(5, 60),
        officers=st.sampled_from([2, 2, 3]),
        expertise=st.sampled_from([(), (), (SKILL,)]),
        key=st.booleans(),
        separate=st.sampled_from([False, False, True]),
    )


def _inspector(identifier: str, home: st.SearchStrategy[AreaId | None]) -> st.SearchStrategy[Inspector]:
    return st.builds(
        Inspector,
        id=st.just(InspectorId(identifier)),
        department=department_ids,
        serves=st.sampled_from([(), (), *((department.id,) for department in DEPARTMENTS)]),
        borrowed=st.sampled_from([False, False, True]),
        area=home,
        certified=st.sampled_from([True, True, True, True, False]),
        expertise=skills,
        unavailable=st.lists(half_day_ids, max_size=2).map(tuple),
        max_half_days=st.sampled_from([None, None, None, 0, 1, 2]),
    )


_policies = st.builds(
    Policy,
    team_minimum=st.sampled_from([2, 2, 3]),
    approach_minutes=st.sampled_from([0, 10]),
    max_visits_per_tour=st.integers(1, 3),
    max_tours=st.sampled_from([None, 1]),
    reach=st.sampled_from(Reach),
    scale=st.sampled_from([10, 10_000]),
)


def a_plain_plan(problem: Problem) -> Plan:
    """Send two groups of matters at once where that goes, else one, else none; each half-day sees one tour at most."""
    known, groups, free = index(problem), _groups(problem), list(problem.half_days)
    tours: list[Tour] = []
    unserved: list[Matter] = []
    spent: Counter[InspectorId] = Counter()
    while groups:
        tour = _first_tour(known, groups, free, spent)
        if tour is None:
            unserved += groups.pop(0)
            continue
        tours.append(tour)
        groups = groups[len(tour.visits) :]
        free = [half_day for half_day in free if half_day.id != tour.half_day]
        spent.update(i for role in tour.roles for i, chance in role.chances.items() if chance)
    reason = Reason(code="plainly", text="这一办法排不下。", remedy="换一种办法。")
    return Plan(
        round=problem.round,
        problem_sha256=NOT_STATED,
        scale=problem.policy.scale,
        tours=tuple(tours),
        unserved=tuple(Unserved(matter=matter.id, reasons=(reason,)) for matter in unserved),
    )


def _groups(problem: Problem) -> list[list[Matter]]:
    """Matters that can share a visit as far as rule 2 is concerned."""
    groups: dict[tuple[TargetId, MatterId | None], list[Matter]] = {}
    for matter in problem.matters:
        groups.setdefault((matter.target, matter.id if matter.separate else None), []).append(matter)
    return list(groups.values())


def _first_tour(
    known: Index, groups: list[list[Matter]], free: Sequence[HalfDay], spent: Counter[InspectorId]
) -> Tour | None:
    for size in (2, 1):
        for half_day in free:
            if len(groups) >= size and (tour := _tour(known, groups[:size], half_day, spent)):
                return tour
    return None


def _tour(known: Index, groups: list[list[Matter]], half_day: HalfDay, spent: Counter[InspectorId]) -> Tour | None:
    targets = [group[0].target for group in groups]
    matters = [matter for group in groups for matter in group]
    timed = _visits(known, groups, half_day)
    if len(set(targets)) < len(targets) or len(targets) > known.policy.max_visits_per_tour or timed is None:
        return None
    if any(half_day.id in known.targets[target].closed for target in targets):
        return None
    if not all(matter.first_day <= half_day.date <= matter.last_day for matter in matters):
        return None
    roles = _roles(known, matters, half_day, targets, spent)
    if roles is None or sum(role.need for role in roles) < known.policy.team_minimum:
        return None
    visits, travel = timed
    return Tour(id=TourId(f"T{half_day.id}"), half_day=half_day.id, travel_minutes=travel, visits=visits, roles=roles)


def _visits(known: Index, groups: list[list[Matter]], half_day: HalfDay) -> tuple[tuple[Visit, ...], int] | None:
    opening = minute_of(half_day.start)
    assert opening is not None
    now, travel, visits = opening + known.policy.approach_minutes, 0, list[Visit]()
    for group in groups:
        target = group[0].target
        if visits:
            leg = travel_minutes(known.places.get(visits[-1].target), known.places.get(target), known.policy)
            now, travel = now + leg, travel + leg
        start, now = now, now + known.policy.setup_minutes + _longest(group)
        ids = tuple(matter.id for matter in group)
        visits.append(Visit(target=target, start=clock_time(start), end=clock_time(now), matters=ids))
    fits = now + known.policy.approach_minutes - opening <= half_day.minutes
    return (tuple(visits), travel) if fits else None


def _longest(group: list[Matter]) -> int:
    return max(
        sum(matter.minutes for matter in group if matter.department == department.id) for department in DEPARTMENTS
    )


def _roles(
    known: Index, matters: list[Matter], half_day: HalfDay, targets: Iterable[TargetId], spent: Counter[InspectorId]
) -> tuple[Role, ...] | None:
    """One certified role a department, for people who have every expertise that its matters ask for."""
    roles: list[Role] = []
    for department in sorted({matter.department for matter in matters}):
        own = [matter for matter in matters if matter.department == department]
        expertise = tuple(sorted({skill for matter in own for skill in matter.expertise}))
        people = able(known, qualified(known, department, certified=True, expertise=expertise), half_day.id, targets)
        on_tour = {inspector for role in roles for inspector in role.chances}
        left_out = _left_out(known, people, on_tour)
        role = Role(
            id=RoleId(f"T{half_day.id}/{department}/1"),
            department=department,
            need=max(matter.officers for matter in own),
            certified=True,
            expertise=expertise,
            chances=dict.fromkeys(sorted(people - left_out.keys()), 0),
            left_out=left_out,
        )
        chances = _even(known, role, spent)
        if chances is None:
            return None
        role.chances.update(chances)
        roles.append(role)
    return tuple(roles)


def _left_out(known: Index, people: Iterable[InspectorId], on_tour: set[InspectorId]) -> dict[InspectorId, LeftOut]:
    admitted = set(on_tour)
    left_out: dict[InspectorId, LeftOut] = {}
    for inspector in sorted(people):
        if inspector in on_tour:
            left_out[inspector] = LeftOut.SERVES
        elif known.apart.get(inspector, NOBODY) & admitted:
            left_out[inspector] = LeftOut.APART
        else:
            admitted.add(inspector)
    return left_out


def _even(known: Index, role: Role, spent: Counter[InspectorId]) -> dict[InspectorId, int] | None:
    """Share need × scale among those below their ceilings; whoever gets any uses up a whole half-day."""
    ceilings = {inspector: known.inspectors[inspector].max_half_days for inspector in role.chances}
    sent = [inspector for inspector, ceiling in ceilings.items() if ceiling is None or spent[inspector] < ceiling]
    if len(sent) < role.need:
        return None
    share, rest = divmod(role.need * known.policy.scale, len(sent))
    return {inspector: share + (place < rest) for place, inspector in enumerate(sent)}

"""A problem's parts by identifier, and its inspectors by what they can do: looked up often, so built once.

Holds no judgement: who is eligible for a role is eligible.py's to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from solver.planning.geometry import Place, places
from solver.planning.ids import AreaId, DepartmentId, Expertise, HalfDayId, InspectorId, MatterId, TargetId
from solver.planning.problem import HalfDay, Inspector, Matter, Policy, Problem, Reach, Target

Key = TypeVar("Key")
Group = frozenset[InspectorId]

NOBODY: Group = frozenset()


class Index(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The problem, turned for looking up; a group that is missing from its mapping is empty."""

    policy: Policy
    half_days: Mapping[HalfDayId, HalfDay]
    departments: frozenset[DepartmentId]
    targets: Mapping[TargetId, Target]
    matters: Mapping[MatterId, Matter]
    inspectors: Mapping[InspectorId, Inspector]
    places: Mapping[TargetId, Place]
    serving: Mapping[DepartmentId, Group]
    certified: Group
    skilled: Mapping[Expertise, Group]
    unavailable: Mapping[HalfDayId, Group]
    barred: Mapping[TargetId, Group]
    apart: Mapping[InspectorId, Group]
    reaching: Mapping[AreaId | None, Group]
    """Who may go to a target in this area; under None, to a target of no area."""


def index(problem: Problem) -> Index:
    """Turn a problem for looking up."""
    inspectors = problem.inspectors
    return Index(
        policy=problem.policy,
        half_days={half_day.id: half_day for half_day in problem.half_days},
        departments=frozenset(department.id for department in problem.departments),
        targets={target.id: target for target in problem.targets},
        matters={matter.id: matter for matter in problem.matters},
        inspectors={inspector.id: inspector for inspector in inspectors},
        places=places(problem),
        serving=_grouped((d, one.id) for one in inspectors for d in (one.department, *one.serves)),
        certified=frozenset(one.id for one in inspectors if one.certified),
        skilled=_grouped((expertise, one.id) for one in inspectors for expertise in one.expertise),
        unavailable=_grouped((half_day, one.id) for one in inspectors for half_day in one.unavailable),
        barred=_grouped((barred.target, barred.inspector) for barred in problem.barred),
        apart=_grouped(pair for a in problem.apart for pair in (a.inspectors, (a.inspectors[1], a.inspectors[0]))),
        reaching=_reaching(problem),
    )


def _grouped(pairs: Iterable[tuple[Key, InspectorId]]) -> dict[Key, Group]:
    groups: defaultdict[Key, set[InspectorId]] = defaultdict(set)
    for key, inspector in pairs:
        groups[key].add(inspector)
    return {key: frozenset(group) for key, group in groups.items()}


def _reaching(problem: Problem) -> dict[AreaId | None, Group]:
    """Rule 5: the own area, with `neighbours` those it names too; who has no area reaches everywhere."""
    everyone = frozenset(one.id for one in problem.inspectors)
    if problem.policy.reach is Reach.ANY:
        return dict.fromkeys((None, *(area.id for area in problem.areas)), everyone)
    at_home = _grouped((one.area, one.id) for one in problem.inspectors)
    anywhere = at_home.get(None, NOBODY)
    reached: dict[AreaId, list[AreaId]] = {area.id: [area.id] for area in problem.areas}
    if problem.policy.reach is Reach.NEIGHBOURS:
        for area in problem.areas:
            for neighbour in area.neighbours:
                reached[neighbour].append(area.id)
    reaching: dict[AreaId | None, Group] = {None: anywhere}
    for reached_area, homes in reached.items():
        reaching[reached_area] = anywhere.union(*(at_home.get(home, NOBODY) for home in homes))
    return reaching

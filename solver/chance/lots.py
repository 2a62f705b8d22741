"""Drawing inspectors (draw.md §5): lots for roles, the least number for desk matters and for replacements.

The lots keep every published chance exactly; the arithmetic of that is in rounding.py, the judging of the table of
chances in plan.py.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec

from solver.chance.identifiers import Seed
from solver.chance.numbers import Algorithm, Numbers
from solver.chance.plan import DeskLots, PlanLots, RoleLots, refuse_undrawable
from solver.chance.reading import write
from solver.chance.rounding import Edge, round_chances
from solver.planning.ids import DepartmentId, DeskMatterId, HalfDayId, InspectorId, RoleId, RoundId

Teams = dict[RoleId | DeskMatterId, tuple[InspectorId, ...]]
"""Who goes: for every role and desk matter the inspectors, sorted."""


class TeamsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `onedoor lots` writes; desk matters stand beside the roles, as in the transcript."""

    format: str = "onedoor/teams/1"
    round: RoundId
    seed: Seed
    hash: Algorithm
    teams: Teams


def draw_lots(plan: PlanLots, seed: Seed, algorithm: Algorithm) -> Teams:
    """Draw who goes, or raise `Broken` (chance table) where chances do not add up within a department.

    A person between two departments is for `refuse_two_departments`.
    """
    refuse_undrawable(plan)
    numbers = Numbers(seed, algorithm)
    by_department: dict[DepartmentId, list[RoleLots]] = defaultdict(list)
    for role in plan.roles:
        by_department[role.department].append(role)
    teams: Teams = {}
    for department, roles in sorted(by_department.items()):
        teams.update(_draw_department(department, roles, plan.scale, numbers))
    teams.update((desk.id, _draw_desk(desk, numbers)) for desk in plan.desk)
    return teams


def teams_file(plan: PlanLots, seed: Seed, algorithm: Algorithm) -> bytes:
    """Draw, and write the teams as canonical JSON."""
    return write(TeamsFile(round=plan.round, seed=seed, hash=algorithm, teams=draw_lots(plan, seed, algorithm)))


def replacements(
    plan: PlanLots,
    teams: Mapping[RoleId | DeskMatterId, Collection[InspectorId]],
    role: RoleLots,
    numbers: Numbers,
    unable: Collection[InspectorId],
) -> tuple[InspectorId, ...]:
    """Return who may replace a recused or ill member of the role, in order: the first goes, and the list is recorded.

    `teams` is who goes now, earlier replacements included; `unable` are those who cannot go or are at their ceiling.
    """
    taken = {
        inspector for other in plan.roles if other.half_day == role.half_day for inspector in teams.get(other.id, ())
    }
    free = (
        inspector
        for inspector, chance in role.chances.items()
        if chance > 0 and inspector not in taken and inspector not in unable
    )
    return tuple(sorted(free, key=lambda inspector: (numbers.number("alternate", role.id, inspector), inspector)))


def _draw_department(department: DepartmentId, roles: Sequence[RoleLots], scale: int, numbers: Numbers) -> Teams:
    """Draw one department's roles: names become ranks, in the order that chance gives, and back."""
    ordered_roles = sorted(roles, key=lambda role: numbers.place(role.id))
    inspectors = sorted({inspector for role in roles for inspector in role.chances}, key=numbers.place)
    half_days = sorted({role.half_day for role in roles}, key=numbers.place)
    inspector_rank: dict[InspectorId, int] = {inspector: rank for rank, inspector in enumerate(inspectors)}
    half_day_rank: dict[HalfDayId, int] = {half_day: rank for rank, half_day in enumerate(half_days)}
    edges = [
        Edge(rank, inspector_rank[inspector], half_day_rank[role.half_day], chance)
        for rank, role in enumerate(ordered_roles)
        for inspector, chance in role.chances.items()
    ]
    chosen: list[list[InspectorId]] = [[] for _ in ordered_roles]
    for edge in round_chances(edges, scale, numbers.below(department)):
        chosen[edge.role].append(inspectors[edge.inspector])
    return {role.id: tuple(sorted(team)) for role, team in zip(ordered_roles, chosen, strict=True)}


def _draw_desk(desk: DeskLots, numbers: Numbers) -> tuple[InspectorId, ...]:
    ranked = sorted(desk.eligible, key=lambda inspector: (numbers.number("desk", desk.id, inspector), inspector))
    return tuple(sorted(ranked[: desk.need]))

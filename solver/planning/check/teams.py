"""The teams that the lots drew, held against the plan: what draw.md 5 promises and anyone can see.

Whether these very teams follow from the seed is for the verifier of the draw, which recomputes the lots.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from solver.planning.check.admission import why_not
from solver.planning.check.verdict import Breach
from solver.planning.eligible import eligible
from solver.planning.ids import DepartmentId, DeskMatterId, HalfDayId, InspectorId, RoleId, RoundId
from solver.planning.index import Index, index
from solver.planning.plan import Plan, Role, Tour
from solver.planning.problem import Problem
from solver.planning.strict_json import parse, shape

TEAMS_FORMAT = "onedoor/teams/1"

Drawn = dict[RoleId | DeskMatterId, tuple[InspectorId, ...]]


class Teams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lots gave: for each role and desk matter, who goes."""

    format: Literal["onedoor/teams/1"] = "onedoor/teams/1"
    round: RoundId
    seed: str
    hash: Literal["sha256", "sm3"]
    teams: Drawn


def read_teams(data: bytes) -> Teams:
    """Read drawn teams, or raise `Unreadable`."""
    return shape(parse(data, TEAMS_FORMAT), Teams)


def check_teams(problem: Problem, plan: Plan, teams: Teams) -> tuple[Breach, ...]:
    """Say what the drawn teams break; the plan itself is `check`'s to judge."""
    return (
        *_of_this_plan(plan, teams),
        *_whole_teams(plan, teams.teams),
        *_certain_ones(plan, teams.teams, problem.policy.scale),
        *_one_place_at_a_time(plan, teams.teams),
        *_even_luck(plan, teams.teams, problem.policy.scale),
        *_ceilings_kept(problem, plan, teams.teams),
        *_desk_teams(plan, teams.teams),
    )


def check_replaced_teams(problem: Problem, plan: Plan, drawn: Drawn) -> tuple[Breach, ...]:
    """Say what teams break after replacements; `problem` bars whom it bars now.

    Even luck was the lots' promise; a certain chance is one no more for whoever may not go.
    """
    return (
        *_whole_teams(plan, drawn),
        *_eligible_still(problem, plan, drawn),
        *_one_place_at_a_time(plan, drawn),
        *_ceilings_kept(problem, plan, drawn),
        *_desk_teams(plan, drawn),
    )


def unable(turned: Index, role: Role, tour: Tour, people: tuple[InspectorId, ...]) -> dict[InspectorId, str]:
    """Who of these may not fill the role on this tour, and why not."""
    return {one: why_not(turned, one, role, tour) for one in sorted(set(people) - eligible(turned, role, tour))}


def _of_this_plan(plan: Plan, teams: Teams) -> Iterator[Breach]:
    if teams.round != plan.round:
        yield Breach(rule=7, place="$.round", text=f"抽签结果属于轮次 {teams.round}，计划属于轮次 {plan.round}。")
    known = {role.id for _, role in _roles(plan)} | {matter.id for matter in plan.desk}
    for role in sorted(teams.teams.keys() - known):
        yield Breach(rule=7, place=f"$.teams.{role}", text=f"计划中没有岗位 {role}。")


def _whole_teams(plan: Plan, drawn: Drawn) -> Iterator[Breach]:
    """Each role gets exactly its need, all with a chance."""
    for _, role in _roles(plan):
        team = drawn.get(role.id, ())
        yield from _full(role.id, role.need, team)
        for inspector in sorted(set(team)):
            if role.chances.get(inspector, 0) <= 0:
                yield Breach(rule=5, place=f"$.teams.{role.id}", text=f"{inspector} 在岗位 {role.id} 没有中签概率。")


def _certain_ones(plan: Plan, drawn: Drawn, scale: int) -> Iterator[Breach]:
    """Everyone whose chance was certain goes."""
    for _, role in _roles(plan):
        for inspector in sorted(role.chances.keys() - set(drawn.get(role.id, ()))):
            if role.chances[inspector] == scale:
                text = f"{inspector} 在岗位 {role.id} 的概率为 1，却没有抽中。"
                yield Breach(rule=5, place=f"$.teams.{role.id}", text=text)


def _eligible_still(problem: Problem, plan: Plan, drawn: Drawn) -> Iterator[Breach]:
    """Nobody goes who is barred now (行政处罚法 43), nor without what the role asks for."""
    turned = index(problem)
    for tour in plan.tours:
        for role in tour.roles:
            for inspector, why in unable(turned, role, tour, drawn.get(role.id, ())).items():
                text = f"{inspector} 不能担任岗位 {role.id}：{why}。"
                yield Breach(rule=5, place=f"$.teams.{role.id}", text=text)


def _one_place_at_a_time(plan: Plan, drawn: Drawn) -> Iterator[Breach]:
    """Nobody is in two places in one half-day."""
    taken: dict[tuple[InspectorId, HalfDayId], RoleId] = {}
    for half_day, role in _roles(plan):
        for inspector in dict.fromkeys(drawn.get(role.id, ())):
            before = taken.setdefault((inspector, half_day), role.id)
            if before != role.id:
                text = f"{inspector} 在 {half_day} 同时抽中岗位 {before} 和 {role.id}，分身无术。"
                yield Breach(rule=5, place=f"$.teams.{role.id}", text=text)


def _even_luck(plan: Plan, drawn: Drawn, scale: int) -> Iterator[Breach]:
    """In each department an inspector's number of roles is the sum of the chances ÷ scale, rounded down or up."""
    hoped: Counter[tuple[DepartmentId, InspectorId]] = Counter()
    sent: Counter[tuple[DepartmentId, InspectorId]] = Counter()
    for _, role in _roles(plan):
        hoped.update({(role.department, inspector): chance for inspector, chance in role.chances.items()})
        sent.update((role.department, inspector) for inspector in drawn.get(role.id, ()))
    for department, inspector in sorted(hoped):
        total, times = hoped[department, inspector], sent[department, inspector]
        least, most = total // scale, -(-total // scale)
        if not least <= times <= most:
            text = f"{inspector} 在{department}共抽中 {times} 次，按概率应为 {least} 至 {most} 次。"
            yield Breach(rule=5, place=inspector, text=text)


def _ceilings_kept(problem: Problem, plan: Plan, drawn: Drawn) -> Iterator[Breach]:
    """Nobody is sent beyond the ceiling, save whom fixed tours alone take there (rule 6)."""
    announced = {role.id for tour in problem.fixed for role in tour.roles}
    half_days: Counter[InspectorId] = Counter()
    sent_again: set[InspectorId] = set()
    for _, role in _roles(plan):
        half_days.update(drawn.get(role.id, ()))
        if role.id not in announced:
            sent_again.update(drawn.get(role.id, ()))
    for person in problem.inspectors:
        sent = half_days[person.id]
        if person.max_half_days is not None and sent > person.max_half_days and person.id in sent_again:
            text = f"{person.id} 共抽中 {sent} 个半天，上限 {person.max_half_days} 个。"
            yield Breach(rule=5, place=person.id, text=text)


def _desk_teams(plan: Plan, drawn: Drawn) -> Iterator[Breach]:
    """Desk matters are done by so many of their eligible as they need."""
    for matter in plan.desk:
        team = drawn.get(matter.id, ())
        yield from _full(matter.id, matter.need, team)
        for inspector in sorted(set(team) - set(matter.eligible)):
            text = f"{inspector} 不在书面事项 {matter.id} 的可抽人员之列。"
            yield Breach(rule=5, place=f"$.teams.{matter.id}", text=text)


def _full(identifier: RoleId | DeskMatterId, need: int, team: tuple[InspectorId, ...]) -> Iterator[Breach]:
    if len(team) != need or len(set(team)) != need:
        text = f"{identifier} 应抽出 {need} 名不同的人员，实际 {len(set(team))} 名。"
        yield Breach(rule=5, place=f"$.teams.{identifier}", text=text)


def _roles(plan: Plan) -> Iterator[tuple[HalfDayId, Role]]:
    return ((tour.half_day, role) for tour in plan.tours for role in tour.roles)

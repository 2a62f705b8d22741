"""What the lots need of a plan (draw.md §5): roles, chances, desk matters; everything else in it stays unread.

Two judgements: a table from which lots cannot be drawn, and one that breaks a promise to a person between departments.
Whether the plan is lawful is for planning's checker; how chance decides is in lots.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from solver.canonical import NotCanonical, NotJson, read_json
from solver.chance.contents import Content
from solver.chance.document import PLAN, FixedDocument, whole
from solver.chance.errors import Broken, Check, Unreadable
from solver.chance.head import HEAD, Stage
from solver.chance.identifiers import lookalikes, refuse_identifier
from solver.chance.reading import convert, read_value
from solver.planning.ids import DepartmentId, DeskMatterId, HalfDayId, InspectorId, RoleId, RoundId

LARGEST_SCALE = 1_000_000
PLAN_FORMAT = "onedoor/plan/1"


class RoleLots(msgspec.Struct, frozen=True, kw_only=True):
    """A role for which `need` inspectors are drawn; a chance c means probability c/scale."""

    id: RoleId
    department: DepartmentId
    half_day: HalfDayId
    need: int
    chances: dict[InspectorId, int]


class DeskLots(msgspec.Struct, frozen=True, kw_only=True):
    """A matter without a visit for which `need` of `eligible` are drawn."""

    id: DeskMatterId
    need: Annotated[int, Meta(ge=0)]
    eligible: tuple[InspectorId, ...]


class PlanLots(msgspec.Struct, frozen=True, kw_only=True):
    """All that is to be drawn for one round."""

    round: RoundId
    scale: int
    roles: tuple[RoleLots, ...]
    desk: tuple[DeskLots, ...] = ()


class _Role(msgspec.Struct):
    id: RoleId
    department: DepartmentId
    need: Annotated[int, Meta(ge=0)]
    chances: dict[InspectorId, int]


class _Tour(msgspec.Struct):
    half_day: HalfDayId
    roles: tuple[_Role, ...]


class _Plan(msgspec.Struct):
    format: Literal["onedoor/plan/1"]
    round: RoundId
    scale: int
    tours: tuple[_Tour, ...]
    desk: tuple[DeskLots, ...] = ()


def read_plan(data: bytes) -> PlanLots:
    """Read a plan with or without `metrics`, canonical or not; raises `Unreadable` where it is no plan."""
    try:
        value = read_json(data)
    except (NotJson, NotCanonical) as error:
        raise Unreadable(PLAN, str(error)) from error
    if not isinstance(value, dict) or value.get("format") != PLAN_FORMAT:
        raise Unreadable(PLAN, f"不是 {PLAN_FORMAT} 格式的计划。")
    return _lots(value)


def read_fixed_plan(document: FixedDocument, files: Mapping[str, Content]) -> PlanLots:
    """Read the plan of a fixed document: canonical, without `metrics`, of the head's round, or raise `Broken`."""
    if document.head.stage is not Stage.TEAMS:
        raise Broken(Check.FORMAT, f"{HEAD} $.stage", "这不是抽取检查人员的文书。")
    value = read_value(PLAN, whole(files, PLAN))
    if isinstance(value, dict) and "metrics" in value:
        raise Broken(Check.FORMAT, f"{PLAN} $.metrics", "固定的计划不含 metrics。")
    plan = _lots(value)
    if plan.round != document.head.round:
        raise Broken(
            Check.FORMAT, f"{PLAN} $.round", f"轮次 “{plan.round}” 与文书首部的 “{document.head.round}” 不符。"
        )
    return plan


def refuse_undrawable(plan: PlanLots) -> None:
    """Raise `Broken` (chance table) where no lots can keep the chances: ranges, sums, two places at once."""
    if not 1 <= plan.scale <= LARGEST_SCALE:
        raise Broken(
            Check.CHANCE_TABLE, f"{PLAN} $.scale", f"scale 应在 1 与 {LARGEST_SCALE} 之间，却是 {plan.scale}。"
        )
    for role in plan.roles:
        _refuse_role(role, plan.scale)
    for (inspector, half_day, department), total in _totals(plan.roles).items():
        if total > plan.scale:
            reason = f"在 “{department}” 的机会之和 {total} 超过 {plan.scale}，可能同时被派往两处。"
            raise Broken(Check.CHANCE_TABLE, f"{PLAN} 人员 “{inspector}” 半天 “{half_day}”", reason)
    for desk in plan.desk:
        if desk.need > len(desk.eligible):
            reason = f"需 {desk.need} 人，可派的只有 {len(desk.eligible)} 人。"
            raise Broken(Check.CHANCE_TABLE, f"{PLAN} 案头事项 “{desk.id}”", reason)


def refuse_two_departments(plan: PlanLots) -> None:
    """Raise `Broken` (chance table) where a person may be drawn by two departments for one half-day.

    Departments are drawn independently, so only the table can keep such a person from standing in two places.
    """
    drawn_by: dict[tuple[InspectorId, HalfDayId], DepartmentId] = {}
    for (inspector, half_day, department), total in _totals(plan.roles).items():
        other = drawn_by.setdefault((inspector, half_day), department) if total else department
        if other != department:
            reason = f"同一半天在 “{other}” 和 “{department}” 都有机会。"
            raise Broken(Check.CHANCE_TABLE, f"{PLAN} 人员 “{inspector}” 半天 “{half_day}”", reason)


def plan_lookalikes(plan: PlanLots) -> tuple[tuple[str, ...], ...]:
    """Return the groups of roles, departments, half-days and inspectors that NFKC makes equal: a warning."""
    inspectors = {inspector for role in plan.roles for inspector in role.chances}
    inspectors.update(inspector for desk in plan.desk for inspector in desk.eligible)
    return (
        *lookalikes([*(role.id for role in plan.roles), *(desk.id for desk in plan.desk)]),
        *lookalikes({role.department for role in plan.roles}),
        *lookalikes({role.half_day for role in plan.roles}),
        *lookalikes(inspectors),
    )


def _lots(value: object) -> PlanLots:
    plan = convert(PLAN, value, _Plan)
    for place, tour in enumerate(plan.tours):
        refuse_identifier(f"{PLAN} $.tours[{place}].half_day", tour.half_day)
    roles = tuple(
        RoleLots(id=role.id, department=role.department, half_day=tour.half_day, need=role.need, chances=role.chances)
        for tour in plan.tours
        for role in tour.roles
    )
    lots = PlanLots(round=plan.round, scale=plan.scale, roles=roles, desk=plan.desk)
    _refuse_identifiers(lots)
    return lots


def _refuse_identifiers(plan: PlanLots) -> None:
    refuse_identifier(f"{PLAN} $.round", plan.round)
    drawn: set[str] = set()
    drawn_for: tuple[RoleLots | DeskLots, ...] = (*plan.roles, *plan.desk)
    for lot in drawn_for:
        refuse_identifier(f"{PLAN} 岗位或案头事项的 id", lot.id)
        if lot.id in drawn:
            raise Broken(Check.FORMAT, f"{PLAN} “{lot.id}”", "岗位或案头事项的 id 出现两次。")
        drawn.add(lot.id)
    for name, identifiers in _identifiers(plan):
        for identifier in identifiers:
            refuse_identifier(f"{PLAN} {name} “{identifier}”", identifier)
    for desk in plan.desk:
        if len(set(desk.eligible)) < len(desk.eligible):
            raise Broken(Check.FORMAT, f"{PLAN} 案头事项 “{desk.id}”", "eligible 中有人出现两次。")


def _identifiers(plan: PlanLots) -> Iterable[tuple[str, Iterable[str]]]:
    yield "部门", {role.department for role in plan.roles}
    yield "人员", {inspector for role in plan.roles for inspector in role.chances}
    yield "人员", {inspector for desk in plan.desk for inspector in desk.eligible}


def _refuse_role(role: RoleLots, scale: int) -> None:
    place = f"{PLAN} 岗位 “{role.id}”"
    for inspector, chance in role.chances.items():
        if not 0 <= chance <= scale:
            raise Broken(Check.CHANCE_TABLE, place, f"“{inspector}” 的机会 {chance} 不在 0 与 {scale} 之间。")
    total = sum(role.chances.values())
    if total != role.need * scale:
        raise Broken(Check.CHANCE_TABLE, place, f"机会之和 {total} 不等于 {role.need} 人 × {scale}。")


def _totals(roles: Iterable[RoleLots]) -> dict[tuple[InspectorId, HalfDayId, DepartmentId], int]:
    totals: dict[tuple[InspectorId, HalfDayId, DepartmentId], int] = defaultdict(int)
    for role in roles:
        for inspector, chance in role.chances.items():
            totals[inspector, role.half_day, role.department] += chance
    return totals

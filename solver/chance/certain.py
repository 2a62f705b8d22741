"""What was certain before chance decided (draw.md §6), in Chinese lines: what a coordinator could still shape.

Strata taken whole or not at all, shares that rounding or a minimum moved, chances of 0 and of 1.
"""

from collections.abc import Iterator
from fractions import Fraction

from solver.chance.frame import Frame, Stratum
from solver.chance.plan import DeskLots, PlanLots, RoleLots
from solver.chance.source import Source


def certain_beforehand(source: Source) -> tuple[str, ...]:
    """List everything that no seed could have changed."""
    if isinstance(source, Frame):
        return tuple(line for stratum in source.strata for line in _of_stratum(stratum))
    return tuple(_of_plan(source.lots))


def _of_stratum(stratum: Stratum) -> Iterator[str]:
    population, size = stratum.population, stratum.rule.size(stratum.population)
    place = f"任务 “{stratum.entry}” 层 “{stratum.rule.id}”"
    if not population:
        yield f"{place}：没有对象，不抽取。"
    elif size == 0:
        yield f"{place}：{population} 户一户不抽（n = 0）。"
    elif size == population:
        yield f"{place}：{population} 户全部抽中（n = N），与种子无关。"
    if population and Fraction(size, population) != Fraction(stratum.rule.ratio):
        yield f"{place}：比例 {stratum.rule.ratio}，取整或按最低数后为 {size}/{population}。"


def _of_plan(plan: PlanLots) -> Iterator[str]:
    for role in plan.roles:
        yield from _of_role(role, plan.scale)
    for desk in plan.desk:
        yield from _of_desk(desk)


def _of_role(role: RoleLots, scale: int) -> Iterator[str]:
    for inspector, chance in sorted(role.chances.items()):
        if chance == 0:
            yield f"岗位 “{role.id}”：“{inspector}” 的机会为 0，不会中签。"
        elif chance == scale:
            yield f"岗位 “{role.id}”：“{inspector}” 的机会为 {scale}/{scale}，必定中签。"


def _of_desk(desk: DeskLots) -> Iterator[str]:
    if desk.need == len(desk.eligible):
        yield f"案头事项 “{desk.id}”：可派的 {desk.need} 人全部派出，与种子无关。"

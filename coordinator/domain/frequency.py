"""Warnings before anything is announced (R21, R22): caps, visits close together, quiet days, risk upside down.

Each names the rule it follows from and leaves the decision to people; what the rules exclude outright is in `frames`
and `matters`. Caused inspections are exempt, as are desk matters, which open no door.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from coordinator.domain.codes import DepartmentLevel, ItemWeight
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.rounds import YearlyLimit
from coordinator.domain.tasks import Task
from coordinator.domain.wording import day_words, together


class FrequencyRule(StrEnum):
    """What a warning follows from."""

    YEARLY_CAP = "国办发〔2024〕54号：年度检查频次上限；投诉举报、转办交办、复查、自行申请的不计入"
    WHOSE_CAP = "国办发〔2024〕54号：联合检查合并计算，写明占用哪个部门的次数"
    CLOSE_TOGETHER = "避免重复检查：同一对象短期内重复上门的，先看能否合并"
    QUIET_DAYS = "企业安静期：除有因检查外不入企"
    LEFT_IN_PEACE = "舞水〔2021〕28号 二（二）：对守信者无扰"
    RISK_ORDER = "舞水〔2021〕28号 三（二）：按风险程度、信用水平差异化确定抽查比例"


class FrequencyWarning(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One warning; it concerns a target, or a task where `target` is None."""

    rule: FrequencyRule
    words: str
    target: TargetId | None = None


class _Call(NamedTuple):
    """A visit with the drawn matters that count."""

    on: date
    matters: tuple[WantedMatter, ...]


def task_warnings(tasks: Sequence[Task]) -> Iterator[FrequencyWarning]:
    """Say where a better class is drawn more than a worse one."""
    for task in tasks:
        ratios = {risk: _highest_ratio(task, risk) for risk in sorted(task.class_ratios)}
        for (better, more), (worse, less) in pairwise(ratios.items()):
            if more > less:
                words = f"任务“{task.name}”：{better}级的抽查比例高于{worse}级。"
                yield FrequencyWarning(rule=FrequencyRule.RISK_ORDER, words=words)


def visit_warnings(dispatch: Dispatch) -> Iterator[FrequencyWarning]:
    """Say of every target what its planned visits come up against, targets in order of their ids."""
    calls: dict[TargetId, list[_Call]] = defaultdict(list)
    for tour, visit in dispatch.visits():
        counted = tuple(matter for matter in dispatch.matters_of(visit) if not matter.caused)
        if counted:
            calls[visit.target].append(_Call(dispatch.begins_at(tour, visit).date(), counted))
    for target in sorted(calls):
        yield from _caps(dispatch, target, calls[target])
        yield from _limits(dispatch, target, calls[target])
        yield from _close_together(dispatch, target, calls[target])
        yield from _quiet_days(dispatch, target, calls[target])
        yield from _left_in_peace(dispatch, target, calls[target])


def whose_count(calls: Sequence[_Call]) -> Counter[DepartmentId]:
    """Which departments' counts visits add to: each that has a drawn matter there, once a visit."""
    return Counter(department for call in calls for department in {matter.department for matter in call.matters})


def _caps(dispatch: Dispatch, id_: TargetId, calls: Sequence[_Call]) -> Iterator[FrequencyWarning]:
    target = dispatch.targets[id_]
    cap = dispatch.round.policy.cap_of(target.credit_risk)
    if cap is None:
        return
    for department, visits in sorted(whose_count(calls).items()):
        before = _before(dispatch, id_, department)
        if before + visits > cap:
            counts = f"今年已查{before}次，本轮再查{visits}次"
            words = f"{target.name}：{department}{counts}，超过{target.credit_risk}级上限{cap}次。"
            yield FrequencyWarning(rule=FrequencyRule.YEARLY_CAP, words=words, target=id_)
        elif before + visits == cap and any(len({m.department for m in call.matters}) > 1 for call in calls):
            words = f"{target.name}：合并上门计入{department}的次数，本轮之后今年的{cap}次用完。"
            yield FrequencyWarning(rule=FrequencyRule.WHOSE_CAP, words=words, target=id_)


def _limits(dispatch: Dispatch, id_: TargetId, calls: Sequence[_Call]) -> Iterator[FrequencyWarning]:
    """The round's own limits by organ, level, item and class; of one item only this round's visits are known."""
    target, levels = dispatch.targets[id_], {one.department.id: one.department.level for one in dispatch.submissions}
    for limit in dispatch.round.limits.yearly:
        if limit.credit_risk not in (None, target.credit_risk):
            continue
        visits = Counter(
            department
            for call in calls
            for department in {matter.department for matter in call.matters if _falls_under(limit, levels, matter)}
        )
        for department, count in sorted(visits.items()):
            before = 0 if limit.item else _before(dispatch, id_, department)
            if before + count > limit.most:
                of_item = f"事项{limit.item}本轮查{count}次" if limit.item else f"今年已查{before}次，本轮再查{count}次"
                words = f"{target.name}：{department}{of_item}，超过本轮规定的{limit.most}次。"
                yield FrequencyWarning(rule=FrequencyRule.YEARLY_CAP, words=words, target=id_)


def _falls_under(limit: YearlyLimit, levels: Mapping[DepartmentId, DepartmentLevel], matter: WantedMatter) -> bool:
    return (
        limit.department in ("", matter.department)
        and limit.level in (None, levels[matter.department])
        and limit.item in ("", matter.item.code)
    )


def _close_together(dispatch: Dispatch, id_: TargetId, calls: Sequence[_Call]) -> Iterator[FrequencyWarning]:
    target, least = dispatch.targets[id_], dispatch.round.limits.apart_days
    last = target.last_inspected_on
    if last is not None and 0 <= (calls[0].on - last).days < least:
        words = f"{target.name}：{day_words(last)}刚有部门查过，{day_words(calls[0].on)}又上门，不足{least}日。"
        yield FrequencyWarning(rule=FrequencyRule.CLOSE_TOGETHER, words=words, target=id_)
    days = [call.on for call in calls]
    if len(days) > 1 and (days[-1] - days[0]).days < least:
        words = f"{target.name}：本轮在{together(day_words(day) for day in days)}各上门一次，不足{least}日。"
        yield FrequencyWarning(rule=FrequencyRule.CLOSE_TOGETHER, words=words, target=id_)


def _quiet_days(dispatch: Dispatch, id_: TargetId, calls: Sequence[_Call]) -> Iterator[FrequencyWarning]:
    quiet = dispatch.round.limits.quiet_days
    for call in calls:
        if quiet is not None and quiet[0] <= call.on.day <= quiet[1]:
            words = f"{dispatch.targets[id_].name}：{day_words(call.on)}在每月{quiet[0]}日至{quiet[1]}日的安静期内。"
            yield FrequencyWarning(rule=FrequencyRule.QUIET_DAYS, words=words, target=id_)


def _left_in_peace(dispatch: Dispatch, id_: TargetId, calls: Sequence[_Call]) -> Iterator[FrequencyWarning]:
    """A trustworthy target that key items bring back within the gap, which would have excluded it otherwise."""
    target, gap = dispatch.targets[id_], dispatch.round.policy.gap_days
    last, has_key = target.last_inspected_on, any(m.item.weight is ItemWeight.KEY for c in calls for m in c.matters)
    if last is not None and has_key and target.credit_risk in "AB" and (calls[0].on - last).days < gap:
        words = f"{target.name}：{target.credit_risk}级，{day_words(last)}查过，因重点事项不满{gap}日再查。"
        yield FrequencyWarning(rule=FrequencyRule.LEFT_IN_PEACE, words=words, target=id_)


def _before(dispatch: Dispatch, target: TargetId, department: DepartmentId) -> int:
    entry = dispatch.targets[target].entries.get(department)
    return entry.inspected_count if entry else 0


def _highest_ratio(task: Task, risk: str) -> Decimal:
    """The ratio of a large frame, as far as it is one; a number of firms counts as none."""
    ratio = next(ratio for each, ratio in task.class_ratios.items() if each == risk)
    return Decimal(ratio.steps[-1].quota.ratio)

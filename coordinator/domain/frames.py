"""Frames: who may be drawn for each task, in which stratum, at which ratio; who is left out, and why.

The draw itself is solver/chance. What a department submitted is taken as accepted here; a task that breaks a rule
only its frame can show is refused with the line of its initiator.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.ids import TargetId, TaskId
from coordinator.domain.ratios import LOWEST_GENERAL_RATIO, Ratio
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import Submission, TargetEntry
from coordinator.domain.targets import Target, merge_targets
from coordinator.domain.tasks import Task, item_applies, tasks_of
from solver.chance.frame import Entry, StratumRule
from solver.chance.identifiers import EntryId, StratumId

WHOLE_FRAME = StratumId("*")
_LEFT_IN_PEACE = (CreditRiskClass.A, CreditRiskClass.B)


class Exclusion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target that could not be drawn: `entry` is the task, or `-` for a refused row."""

    entry: str
    target: str
    reason: str


class TaskFrame(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task's part of the frame: its strata and their units, who was left out, what to warn of."""

    task: TaskId
    entry: Entry
    units: tuple[tuple[StratumId, TargetId], ...]
    excluded: tuple[Exclusion, ...] = ()
    warnings: tuple[str, ...] = ()


class RefusedTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task that its frame shows to be unlawful or unclear; `column` is the cell to change."""

    task: TaskId
    column: str
    message: str
    remedy: str


def task_frames(round_: Round, submissions: Sequence[Submission]) -> list[TaskFrame | RefusedTask]:
    """Build the frames of all tasks; submissions come coordinator first, then in byte order of departments."""
    targets = merge_targets(submissions)
    directories = {submission.department.id: submission.targets for submission in submissions}
    return [task_frame(round_, task, directories[task.initiator], targets) for task in tasks_of(submissions)]


def task_frame(
    round_: Round, task: Task, directory: Sequence[TargetEntry], targets: Mapping[TargetId, Target]
) -> TaskFrame | RefusedTask:
    """Build a task's frame from its initiator's directory."""
    population = _population(task, directory)
    excluded = [_excluded(round_, task, targets[entry.id], entry) for entry in population]
    kept = [targets[entry.id] for entry, exclusion in zip(population, excluded, strict=True) if exclusion is None]
    strata = _strata(task, kept)
    missing = [stratum for stratum in strata if _ratio(task, stratum) is None]
    if missing:
        named = "、".join(missing)
        return RefusedTask(
            task=task.id,
            column=f"{missing[0]}级比例",
            message=f"抽样框中有{named}级对象，但没有填该级比例",
            remedy="请补填比例；不抽的填 0%。",
        )
    entry = Entry(
        id=EntryId(task.id),
        strata=tuple(_rule(round_, task, stratum, len(strata[stratum])) for stratum in sorted(strata)),
    )
    if task.has_general_item and _below_floor(entry, strata):
        return RefusedTask(
            task=task.id,
            column="抽查比例" if task.ratio else "A级比例",
            message="一般检查事项抽查比例最低不能低于5%（双随机监管实施方案 二（二）），这项任务合计抽不到抽样框的5%",
            remedy="请提高比例。",
        )
    return TaskFrame(
        task=task.id,
        entry=entry,
        units=tuple((stratum, target.id) for stratum in sorted(strata) for target in strata[stratum]),
        excluded=tuple(exclusion for exclusion in excluded if exclusion is not None),
        warnings=(*task.unmatched, *_warnings(round_, task, kept, entry, strata)),
    )


def excluded_file(exclusions: Iterable[Exclusion]) -> bytes:
    """Write `excluded.tsv`: entry, target and reason, sorted by bytes."""
    lines = {"\t".join(" ".join(text.split()) for text in (e.entry, e.target, e.reason)) for e in exclusions}
    return b"".join(sorted(f"{line}\n".encode() for line in lines))


def _population(task: Task, directory: Sequence[TargetEntry]) -> list[TargetEntry]:
    first = {entry.id: entry for entry in reversed(directory)}
    return [
        first[target]
        for target in sorted(first)
        if (not task.kinds or first[target].kind in task.kinds)
        and _in_scope(task, first[target])
        and any(item_applies(item, first[target]) for item in task.all_items)
    ]


def _in_scope(task: Task, entry: TargetEntry) -> bool:
    return not task.scope or not set(task.scope).isdisjoint((*entry.industries, *entry.tags, entry.area))


def _excluded(round_: Round, task: Task, target: Target, entry: TargetEntry) -> Exclusion | None:
    cap = round_.policy.cap_of(target.credit_risk)
    if cap is not None and entry.inspected_count >= cap:
        reason = f"本年已检查{entry.inspected_count}次，达到{target.credit_risk}级年度上限{cap}次"
        return Exclusion(entry=task.id, target=target.id, reason=reason)
    if _inside_gap(round_, task, target) and not task.has_key_item and target.credit_risk in _LEFT_IN_PEACE:
        reason = f"{target.last_inspected_on}刚检查过，间隔不足{round_.policy.gap_days}日（{target.credit_risk}级）"
        return Exclusion(entry=task.id, target=target.id, reason=reason)
    return None


def _inside_gap(round_: Round, task: Task, target: Target) -> bool:
    last = target.last_inspected_on
    return last is not None and task.first_day - last < timedelta(days=round_.policy.gap_days)


def _strata(task: Task, kept: Sequence[Target]) -> dict[StratumId, list[Target]]:
    if task.ratio is not None:
        return {WHOLE_FRAME: list(kept)}
    strata: dict[StratumId, list[Target]] = defaultdict(list)
    for target in kept:
        strata[StratumId(target.credit_risk.value)].append(target)
    return dict(strata)


def _ratio(task: Task, stratum: StratumId) -> Ratio | None:
    return task.ratio if stratum == WHOLE_FRAME else task.class_ratios.get(CreditRiskClass(stratum))


def _rule(round_: Round, task: Task, stratum: StratumId, population: int) -> StratumRule:
    ratio = _ratio(task, stratum)
    assert ratio is not None, "a stratum without a ratio was refused before"  # noqa: S101 - narrows the type
    quota = ratio.quota(population)
    return StratumRule(
        id=stratum,
        ratio=quota.ratio,
        minimum=quota.minimum,
        alternates=round_.draw.alternates,
        batches=task.batches,
    )


def _below_floor(entry: Entry, strata: Mapping[StratumId, Sequence[Target]]) -> bool:
    drawn = sum(rule.size(len(strata[rule.id])) for rule in entry.strata)
    return Decimal(drawn) < LOWEST_GENERAL_RATIO * sum(len(targets) for targets in strata.values())


def _warnings(
    round_: Round,
    task: Task,
    kept: Sequence[Target],
    entry: Entry,
    strata: Mapping[StratumId, Sequence[Target]],
) -> Iterable[str]:
    if not kept:
        yield "没有可抽的对象：请核对对象类型、对象范围，以及各事项的检查对象类型"
    recent = sum(_inside_gap(round_, task, target) for target in kept)
    if recent:
        yield f"{recent}户在{round_.policy.gap_days}日内检查过，因含重点事项或属C、D级仍可抽取"
    for rule in entry.strata:
        population = len(strata[rule.id])
        ratio = _ratio(task, rule.id)
        quota = ratio.quota(population) if ratio else None
        size = rule.size(population)
        if quota and quota.highest_ratio and Decimal(size) > Decimal(quota.highest_ratio) * population:
            yield f"层 {rule.id}：应抽{size}户，超过上限{quota.highest_ratio}（抽样框{population}户）"
        if quota and quota.highest_count is not None and size > quota.highest_count:
            yield f"层 {rule.id}：应抽{size}户，超过上限{quota.highest_count}户"
        if quota and population < quota.minimum:
            yield f"层 {rule.id}：应抽{quota.minimum}户，抽样框只有{population}户"

"""What another ratio would bring a task: an estimate from the round as it was drawn, never another draw.

All tasks rank targets by one number (draw.md 3), so whom a lower ratio would leave out is likely to be whom no other
task has drawn, and whom a higher ratio would add, whom another task has drawn already. More is not said: nobody's
number is looked at.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.errors import Invalid, NotFound
from coordinator.domain.expectations import Expectations, ExpectedTask
from coordinator.domain.ids import TargetId, TaskId
from coordinator.domain.ratios import Quota, parse_ratio
from solver.chance.frame import StratumRule
from solver.planning.ids import MatterId
from solver.planning.problem import Matter, Problem

ADDED = "·估"
"""Marks a matter that is only supposed."""


class Drawable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stratum of a task: its rule, and who may be drawn."""

    task: TaskId
    rule: StratumRule
    targets: tuple[TargetId, ...]


class Estimate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The problem as it would be likely to look, and how many targets the task would have instead of how many."""

    task: ExpectedTask
    problem: Problem
    before: int
    after: int


def with_ratio(
    problem: Problem, expectations: Expectations, strata: Sequence[Drawable], name: str, text: str
) -> Estimate:
    """Give one task (its number or name) another ratio in all its strata, as an office writes it; minimums stay."""
    task = _task(expectations, name)
    own = [each for each in strata if each.task == task.id]
    ratio = parse_ratio(text)
    if ratio is None:
        raise Invalid(f"看不准抽查比例“{text}”。", remedy="请写成“10%”或“10%, ≥5家”。")
    quota = ratio.quota(sum(len(each.targets) for each in own))
    wanted = sum(_rule(each.rule, quota).size(len(each.targets)) for each in own)
    drawn = [target for batch in expectations.batches if batch.task == task.id for target in batch.targets]
    shared = Counter(target for batch in expectations.batches for target in batch.targets)
    ordered = sorted(drawn, key=lambda target: (-shared[target], target))
    if wanted < len(drawn):
        supposed = _fewer(problem, expectations, task.id, frozenset(ordered[wanted:]))
    else:
        added = _further(own, drawn, shared)[: wanted - len(drawn)]
        supposed = _more(problem, expectations, task.id, ordered, added)
    return Estimate(task=task, problem=supposed, before=len(drawn), after=wanted)


def _rule(rule: StratumRule, quota: Quota) -> StratumRule:
    return replace(rule, ratio=quota.ratio, minimum=quota.minimum or rule.minimum)


def _task(expectations: Expectations, name: str) -> ExpectedTask:
    found = next((task for task in expectations.tasks if task.drawn and name in (task.id, task.name)), None)
    if found is None:
        known = "、".join(f"{task.id}（{task.name}）" for task in expectations.tasks if task.drawn)
        raise NotFound(f"这一轮没有抽查任务“{name}”。", remedy=f"有：{known}。")
    return found


def _further(own: Sequence[Drawable], drawn: Sequence[TargetId], shared: Counter[TargetId]) -> list[TargetId]:
    left = {target for each in own for target in each.targets} - set(drawn)
    return sorted(left, key=lambda target: (-shared[target], target))


def _fewer(problem: Problem, expectations: Expectations, task: TaskId, gone: frozenset[TargetId]) -> Problem:
    """Without the matters that this task alone asks for at these targets."""
    asking: Counter[tuple[str, str, str]] = Counter()
    own: set[tuple[str, str, str]] = set()
    for result in expectations.results:
        key = (result.target, result.department, result.item)
        asking[key] += 1
        if result.task == task and result.target in gone:
            own.add(key)
    return replace(
        problem,
        matters=tuple(
            each
            for each in problem.matters
            if not (_key(each) in own and asking[_key(each)] == 1 and not each.separate)
        ),
    )


def _more(
    problem: Problem, expectations: Expectations, task: TaskId, like: Sequence[TargetId], added: Sequence[TargetId]
) -> Problem:
    """With as many targets more, each with the matters, and where unknown the place, of one that was drawn."""
    known = {target.id: target for target in problem.targets}
    asked = {(r.target, r.department, r.item) for r in expectations.results if r.task == task}
    matters: list[Matter] = []
    targets = list(problem.targets)
    models = [target for target in like if target in known]
    held = {_key(each) for each in problem.matters}
    for number, target in enumerate(added if models else ()):
        model = models[number % len(models)]
        if target not in known:
            targets.append(replace(known[model], id=target, name=f"{target}{ADDED}", closed=()))
        matters += [
            replace(each, id=MatterId(f"{each.id}{ADDED}{number + 1}"), target=target)
            for each in problem.matters
            if each.target == model and _key(each) in asked and (target, each.department, each.item) not in held
        ]
    return replace(problem, targets=tuple(targets), matters=(*problem.matters, *matters))


def _key(matter: Matter) -> tuple[str, str, str]:
    return (matter.target, matter.department, matter.item)

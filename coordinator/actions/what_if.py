"""What would be if windows were wider, a neighbour lent people, a task had another ratio: planned beside what is.

Nothing is stored and nothing is drawn; what the changes mean is said in solver/planning/changes.py and, of ratios,
domain/ratio_estimates.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from msgspec import Struct

from coordinator.actions.calendars import published_calendar
from coordinator.domain.errors import Invalid, NotFound
from coordinator.domain.ids import TaskId
from coordinator.domain.ratio_estimates import Drawable, with_ratio
from coordinator.domain.result_files import ROUND_FILE, read_expectations
from coordinator.domain.workdays import days
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import read_frame
from solver.chance.head import HEAD
from solver.planning.changes import lending, widened
from solver.planning.ids import TargetId
from solver.planning.plan import Plan
from solver.planning.problem import Area, Problem, Reach

ROUND_FILES = (ROUND_FILE, *(f"draws/targets/{name}" for name in (HEAD, ENTRIES, FRAME)))
"""What of a result folder ratios are estimated from."""
UNCHANGED, TOGETHER = "不变", "以上合计"


class Changes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked: windows so many days wider, areas that lend people, tasks with other ratios."""

    widen_days: int = 0
    areas: tuple[str, ...] = ()
    ratios: tuple[tuple[str, str], ...] = ()


class Supposed(Struct, frozen=True, kw_only=True):
    """One change alone, or all together; without a `problem` of its own it changes nothing, and `note` says why."""

    change: str
    problem: Problem | None
    note: str = ""
    is_estimate: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What a plan then gives; `difference` is against the unchanged plan, and None for that plan itself."""

    change: str
    unserved: int
    unserved_key: int
    visits: int
    officer_half_days: int
    borrowed: float
    difference: dict[str, float] | None
    is_estimate: bool
    note: str


FIGURES = ("unserved", "unserved_key", "visits", "officer_half_days", "borrowed")


def suppose(problem: Problem, changes: Changes, round_files: Mapping[str, bytes]) -> list[Supposed]:
    """Make the problem of each change alone and, of several, all together; `round_files` are needed for ratios."""
    steps = list(_steps(changes, round_files))
    found = [step(problem) for step in steps]
    if len(steps) > 1:
        whole = problem
        for step in steps:
            whole = step(whole).problem or whole
        found.append(Supposed(change=TOGETHER, problem=whole, is_estimate=any(each.is_estimate for each in found)))
    return found


def outcomes(problem: Problem, supposed: Sequence[Supposed], plan: Callable[[Problem], Plan]) -> Iterator[Outcome]:
    """Plan the problem as it is and then each supposed one, giving each outcome as soon as it is known."""
    base = plan(problem)
    yield _outcome(Supposed(change=UNCHANGED, problem=problem), base, None)
    for each in supposed:
        yield _outcome(each, base if each.problem is None else plan(each.problem), base)


def _outcome(supposed: Supposed, plan: Plan, base: Plan | None) -> Outcome:
    figures = _figures(plan)
    before = None if base is None else _figures(base)
    return Outcome(
        change=supposed.change,
        unserved=len(plan.unserved),
        unserved_key=plan.metrics.unserved_key,
        visits=plan.metrics.visits,
        officer_half_days=plan.metrics.officer_half_days,
        borrowed=plan.metrics.borrowed,
        difference=before and {name: round(figures[name] - before[name], 4) for name in FIGURES},
        is_estimate=supposed.is_estimate,
        note=supposed.note,
    )


def _figures(plan: Plan) -> dict[str, float]:
    figures = plan.metrics
    counted = (len(plan.unserved), figures.unserved_key, figures.visits, figures.officer_half_days, figures.borrowed)
    return dict(zip(FIGURES, counted, strict=True))


def _steps(changes: Changes, round_files: Mapping[str, bytes]) -> Iterator[Callable[[Problem], Supposed]]:
    if changes.widen_days:
        yield partial(_wider, count=changes.widen_days)
    for name in changes.areas:
        yield partial(_lent, name=name)
    if changes.ratios and not round_files:
        raise Invalid(
            "问题文件里没有任务和抽样框，不能推算比例变化。", remedy="请给出该轮的结果文件夹（OUT）代替问题文件。"
        )
    for task, ratio in changes.ratios:
        yield partial(_with_ratio, round_files=round_files, task=task, ratio=ratio)


def _wider(problem: Problem, *, count: int) -> Supposed:
    change = f"期限放宽{count}天"
    last = max((each.date for each in problem.half_days), default=None)
    if last is None:
        return Supposed(change=change, problem=None, note="问题里没有半天可供延续")
    calendar = published_calendar()
    reached = max((each.last_day for each in problem.matters), default=last) + timedelta(days=count)
    working = [day for day in days(last, reached) if calendar.is_working_day(day)]
    supposed = widened(problem, count, working)
    more = len(supposed.half_days) - len(problem.half_days)
    note = f"本轮之后加{more}个半天，设人员都在、对象都可受检" if more else ""
    return Supposed(change=change, problem=supposed, note=note)


def _lent(problem: Problem, *, name: str) -> Supposed:
    area = _area(problem, name)
    change = f"借调{area.name}人员"
    if problem.policy.reach is Reach.ANY:
        return Supposed(
            change=change, problem=None, note="派出范围不限，该区域人员本来就可派往全部对象，借调不改变什么"
        )
    count = sum(each.area == area.id for each in problem.inspectors)
    if not count:
        return Supposed(change=change, problem=None, note="该区域没有人员")
    note = f"{count}人可派往相邻区域，一律按借调计，在本区域也算"
    return Supposed(change=change, problem=lending(problem, area.id), note=note)


def _area(problem: Problem, name: str) -> Area:
    found = [each for each in problem.areas if name in (each.id, each.name)]
    if len(found) != 1:
        known = "、".join(f"{each.id}（{each.name}）" for each in problem.areas[:20])
        raise NotFound(f"没有区域“{name}”，或不止一个。", remedy=f"请写区域代码：{known}。")
    return found[0]


def _with_ratio(problem: Problem, *, round_files: Mapping[str, bytes], task: str, ratio: str) -> Supposed:
    expectations = read_expectations(round_files[ROUND_FILE])
    frame = read_frame({name: round_files[f"draws/targets/{name}"] for name in (HEAD, ENTRIES, FRAME)})
    strata = [
        Drawable(
            task=TaskId(stratum.entry),
            rule=stratum.rule,
            targets=tuple(TargetId(target.decode()) for target in frame.targets(stratum)),
        )
        for stratum in frame.strata
    ]
    found = with_ratio(problem, expectations, strata, task, ratio)
    return Supposed(
        change=f"“{found.task.name}”比例{ratio}",
        problem=found.problem,
        note=f"抽取{found.before}户改为{found.after}户；按事项推算，不另抽取",
        is_estimate=True,
    )

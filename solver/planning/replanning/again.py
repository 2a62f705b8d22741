"""Planning a round again after something changed: an old plan and the problem as it is now in, a new plan out.

The order of goals is: fewest unserved key matters, fewest unserved matters, fewest visits that change half-day or
tour, fewest visits (one door once), lawful tours as they were, then the specification's order (borrowed, cost, travel).
So what is added at a firm that is visited anyway joins that visit (joining.py); no tour takes a new firm along unless
it would stay unserved otherwise, and none moves but for that.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple

import msgspec

from solver.planning.alone import Alone
from solver.planning.bounds import officer_half_days_bound, visits_bound
from solver.planning.calls import GoAlone
from solver.planning.check import check, measure
from solver.planning.consolidate import consolidate, door
from solver.planning.drawing import Drawing
from solver.planning.eligible import qualified
from solver.planning.explain import unserved
from solver.planning.ids import MatterId, Sha256
from solver.planning.index import NOBODY, index
from solver.planning.limits import Clock, Limit, Phase, Progress, Stop
from solver.planning.plan import DeskMatter, Metrics, Plan, Reason, Tour, Unserved
from solver.planning.problem import Matter, Problem
from solver.planning.reading import problem_digest
from solver.planning.reasons import Code
from solver.planning.replanning.faults import Faults, faults
from solver.planning.replanning.joining import join_visits
from solver.planning.replanning.moves import Move, moves
from solver.planning.replanning.settling import come_back, make_room, settle
from solver.planning.replanning.standing import Waiting, stand
from solver.planning.replanning.writing import drafts
from solver.planning.solve import Unlawful
from solver.planning.strict_json import Unreadable
from solver.planning.timetable import Timetable
from solver.planning.workers import Hands, Workers, site_of, workers_for

PASSES = 20
"""Rounds of making room without a limit by effort: each serves something more, or is the last."""

SETTLING_SHARE, WRITING_SHARE, PROVING_SHARE = 0.6, 0.8, 0.95
"""The parts of the time after which no more places are looked for, chances not written twice, prices not proven."""


class Replanned(msgspec.Struct, frozen=True, kw_only=True):
    """The new plan, and what became of every visit."""

    plan: Plan
    moves: tuple[Move, ...]


def replan(  # noqa: PLR0913 - what `solve` takes, and the old plan
    problem: Problem,
    old: Plan,
    *,
    limit: Limit,
    now: Clock,
    workers: int = 1,
    stop: Stop | None = None,
    problem_sha256: Sha256 | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Replanned:
    """Plan a round again; the plan is lawful, or `Unlawful` is raised. An old plan of another round is `Unreadable`.

    With `limit.effort` the same input gives the same plan whatever the clock and the workers.
    """
    _must_fit(problem, old)
    found = faults(problem, old)
    start = now()

    def over(share: float = 1.0) -> bool:
        late = limit.seconds is not None and now() - start >= share * limit.seconds
        return late or (stop is not None and stop())

    progress(Progress(seconds=now() - start, phase=Phase.TIMETABLE))
    working, timetable, waiting, tours = _standing(problem, old, found)
    with workers_for(working, Hands(here=workers)) as pool:
        pool.give_up_when(over)
        left = _settled(timetable, waiting, tours, pool, limit, partial(over, SETTLING_SHARE))
        progress(Progress(seconds=now() - start, phase=Phase.CHANCES))
        plan = _written(problem, old, _State(timetable, tours, left), problem_sha256, partial(over, WRITING_SHARE))
        progress(_lawful(problem, plan, now() - start))
        with nullcontext(pool) if working is problem else workers_for(problem, Hands(here=workers)) as own:
            own.give_up_when(over)
            metrics = _metrics(problem, plan, own, partial(over, PROVING_SHARE))
    taken = 0.0 if limit.effort is not None else round(now() - start, 2)
    plan = msgspec.structs.replace(plan, metrics=msgspec.structs.replace(metrics, seconds=taken))
    return Replanned(plan=plan, moves=moves(problem, old, plan, found))


def _lawful(problem: Problem, plan: Plan, seconds: float) -> Progress:
    """What the plan comes to, before its bounds are proven."""
    known = measure(problem, plan)
    return Progress(
        seconds=seconds,
        phase=Phase.CHECK,
        visits=known.visits,
        officer_half_days=known.officer_half_days,
        unserved=len(plan.unserved),
    )


def _must_fit(problem: Problem, old: Plan) -> None:
    """Refuse an old plan that is none of this round's: nothing is guessed about what it may have meant."""
    if old.round != problem.round:
        text = f"原方案属于轮次“{old.round}”，问题属于轮次“{problem.round}”，请核对是否选错了文件。"
        raise Unreadable("$.round", text)
    asked = {str(matter) for tour in old.tours for visit in tour.visits for matter in visit.matters}
    asked |= {str(entry.matter) for entry in old.unserved}
    if asked and asked.isdisjoint(matter.id for matter in problem.matters):
        text = f"原方案里的{len(asked)}项事项没有一项在问题里，请核对是否选错了文件。"
        raise Unreadable("$.tours", text)


def _standing(problem: Problem, old: Plan, found: Faults) -> tuple[Problem, Timetable, Waiting, list[Tour]]:
    """Let old tours stand. Lawful ones whose people announced tours tie up stand beside these, as announced ones do."""
    fixed = {tour.id for tour in problem.fixed}
    tours = [tour for tour in old.tours if tour.id not in fixed]
    working = problem
    while True:
        site = site_of(working)
        timetable = Timetable(site.ground, site.staffing, site.travel)
        waiting = {matter.id: matter for matter in problem.matters if matter.id not in site.ground.settled}
        tied = stand(timetable, tours, found, waiting)
        if not tied:
            return working, timetable, waiting, tours
        working = msgspec.structs.replace(working, fixed=(*working.fixed, *tied))
        tours = [tour for tour in tours if tour not in tied]


def _settled(
    timetable: Timetable, waiting: Waiting, old: Sequence[Tour], workers: Workers, limit: Limit, over: Stop
) -> list[Matter]:
    """Find places for what is waiting; returns what has none."""
    ground = timetable.ground
    hopeless = [each for each in waiting.values() if not door(ground, timetable.staffing, (each,)).half_days]
    for each in hopeless:
        del waiting[each.id]
    join_visits(timetable, waiting)
    settle(timetable, waiting, workers, over)
    homes = {
        matter: ground.half_day[tour.half_day]
        for tour in old
        if tour.half_day in ground.half_day
        for visit in tour.visits
        for matter in visit.matters
    }
    for _ in range(PASSES if limit.effort is None else limit.effort):
        if over() or not make_room(timetable, waiting, homes, over):
            break
    while not over() and come_back(timetable, old):
        pass
    timetable.give_back()
    return [*hopeless, *waiting.values()]


class _State(NamedTuple):
    """Every visit in its half-day, the old tours that may lend their names, and what found no place."""

    timetable: Timetable
    tours: Sequence[Tour]
    left: Sequence[Matter]


def _written(problem: Problem, old: Plan, state: _State, problem_sha256: Sha256 | None, hurry: Stop) -> Plan:
    """The lawful plan that keeps most roles as they were."""
    timetable, tours, left = state
    announced = timetable.ground.problem.fixed
    desk, short = _desk(problem, old)
    reasons = (*unserved(timetable, timetable.staffing, left), *short)
    order = {tour.id: place for place, tour in enumerate(old.tours)}
    fixed = len(problem.fixed)
    said = ""
    for written in drafts(timetable, tours, (*old.tours, *announced), hurry):
        made = sorted((*announced[fixed:], *written), key=lambda tour: order.get(tour.id, len(order)))
        plan = Plan(
            round=problem.round,
            problem_sha256=problem_sha256 or problem_digest(problem),
            scale=problem.policy.scale,
            tours=(*announced[:fixed], *made),
            desk=desk,
            unserved=reasons,
        )
        verdict = check(problem, plan, problem_sha256)
        if verdict.lawful:
            return plan
        said = "; ".join(f"{each.rule} {each.place}: {each.text}" for each in verdict.breaches[:5])
    raise Unlawful(said)


def _desk(problem: Problem, old: Plan) -> tuple[tuple[DeskMatter, ...], tuple[Unserved, ...]]:
    """Desk matters as they were, less who may not be drawn for them any more; those left with too few are unserved."""
    known = index(problem)
    here = [each for each in old.desk if each.department in known.departments]
    kept: list[DeskMatter] = []
    short = [each for each in old.unserved if each.matter not in known.matters and each.matter.startswith("D")]
    for each in here:
        able = qualified(known, each.department, certified=True, expertise=()) - known.barred.get(each.target, NOBODY)
        people = tuple(person for person in each.eligible if person in able)
        if len(people) >= each.need:
            kept.append(msgspec.structs.replace(each, eligible=people))
        else:
            text = f"可抽人员只剩{len(people)}人，该书面事项需要{each.need}人"
            reason = Reason(code=Code.TOO_FEW_OFFICERS, text=text, remedy="请补充具备资格的执法人员，或申请上级协调")
            short.append(Unserved(matter=each.id, reasons=(reason,)))
    return tuple(kept), tuple(short)


def _metrics(problem: Problem, plan: Plan, workers: Workers, over: Stop) -> Metrics:
    """What the plan costs, with bounds (as far as there is time for the proof) and with every department alone."""
    ground, staffing = workers.site.ground, workers.site.staffing
    gone = {entry.matter for entry in plan.unserved} | ground.settled
    served = [matter for matter in problem.matters if matter.id not in gone]
    apart = _apart(served, workers)
    measured = measure(problem, plan)
    ways = consolidate(ground, staffing, served)
    visits = visits_bound(ground, staffing, served, ways)
    prices = Drawing(workers, _Remaining(over), list(ways.values()), lambda _: None).prices()
    return Metrics(
        **msgspec.structs.asdict(measured),
        visits_bound=visits,
        officer_half_days_bound=officer_half_days_bound(ground, served, prices, measured.visits - visits),
        visits_apart=apart.visits,
        officer_half_days_apart=apart.officer_half_days,
        seconds=0.0,
    )


class _Remaining:
    """All that is left of the time, undivided (drawing.py)."""

    def __init__(self, over: Stop) -> None:
        self._over = over

    def seconds(self, _: float) -> float | None:
        return 0.0 if self._over() else None

    def until(self, _: float) -> Stop:
        return self._over


def _apart(served: Iterable[Matter], workers: Workers) -> Alone:
    groups: dict[str, set[MatterId]] = {}
    for matter in served:
        groups.setdefault(matter.department, set()).add(matter.id)
    calls = [GoAlone(matters=frozenset(groups[name])) for name in sorted(groups)]
    found = [each for each in workers.each(calls, lambda _: None, lambda: False) if each is not None]
    fixed = workers.site.ground.problem.fixed
    return Alone(
        visits=sum(each.visits for each in found) + sum(len(tour.visits) for tour in fixed),
        officer_half_days=sum(each.officer_half_days for each in found)
        + sum(role.need for tour in fixed for role in tour.roles),
    )

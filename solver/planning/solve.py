"""The planner: consolidate, tours, timetable, improve, chances; a lawful plan from the first state on.

Optimise first, then let chance decide (spec/draw.md): the plan holds chances and never picks people. Nothing leaves
here that the checker has not passed. The clock, the worker count and the wish to stop are the caller's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from solver.planning.alone import Alone
from solver.planning.assemble import assemble
from solver.planning.bounds import fixed_officers, officer_half_days_bound, visits_bound
from solver.planning.calls import GoAlone
from solver.planning.chances import ShareOut
from solver.planning.check import check, measure
from solver.planning.consolidate import Door, Doorway, consolidate, door, hopeless_of
from solver.planning.dispatch import dispatch, reunite, score, spread, squeeze
from solver.planning.drawing import LAST_SHARE, Drawing
from solver.planning.ease import ease
from solver.planning.exchange import exchange, neighbourhoods
from solver.planning.explain import unserved
from solver.planning.ids import MatterId, Sha256, TargetId
from solver.planning.limits import Clock, Limit, Phase, Progress, Stop
from solver.planning.plan import Metrics, Plan
from solver.planning.problem import Matter, Problem
from solver.planning.reading import problem_digest
from solver.planning.rework import improve
from solver.planning.timetable import Timetable
from solver.planning.tours.every import fewest_officers
from solver.planning.whole_chances import Chances
from solver.planning.workers import Hands, Site, Workers, workers_for

WRITING_SECONDS_PER_MATTER = 1e-3
"""Chances, checking, words and writing down at the end, on a machine that does nothing else."""
WRITING_TIMES = 9.0
"""The same as a multiple of what consolidating took, whatever the machine has to do besides."""
MOST_OFFERED = 1000
"""So many matters without a place are offered every tour once more at the end."""
IMPROVING_SHARE, EXCHANGING_SHARE = 0.9, 0.97
"""The part of the time after which tours only exchange doors for more even chances, and only change half-days."""
EXCHANGES = 2
"""What one exchange makes possible, the next may use."""
ENDLESS = 10**9
SELDOM = 20
"""The best plan so far is written down so seldom that it takes a twentieth of the time."""
Offer = Callable[[Timetable, Sequence[Matter]], None]


class Unlawful(RuntimeError):  # noqa: N818 - named for what the plan is
    """The planner made a plan that the checker refuses: a fault in the planner, never a result."""


def solve(  # noqa: PLR0913 - two limits, and all that a caller may want to hear or to say meanwhile
    problem: Problem,
    *,
    limit: Limit,
    now: Clock,
    workers: int | Hands = 1,
    progress: Callable[[Progress], None] | None = None,
    incumbent: Callable[[Plan], None] | None = None,
    stop: Stop | None = None,
    problem_sha256: Sha256 | None = None,
) -> Plan:
    """Plan a round; the result is lawful, or `Unlawful` is raised.

    With `limit.effort` the same problem gives the same plan whatever the clock and the workers (and `metrics.seconds`
    is 0). `stop` is asked several times a second; once it says yes, the best plan so far is returned. `incumbent` hears
    the first lawful plan, and better ones so seldom that they take little time. `problem_sha256` is the digest of the
    problem's file where it was read from one. `plan.desk` is empty: whoever has desk matters adds them with
    `msgspec.structs.replace(plan, desk=…)`.
    """
    told = progress or (lambda _: None)
    with workers_for(problem, Hands(here=workers) if isinstance(workers, int) else workers) as pool:
        planner = _Planner(pool, limit, now, told, stop or (lambda: False))
        pool.give_up_when(planner.until(1.0))
        offer = planner.offering(incumbent, problem_sha256)
        state, left = planner.first_state()
        offer(state, left)
        state, left = planner.second_state(state, left)
        left = planner.improved(state, left, offer)
        return planner.written(state, left, problem_sha256)


class _Planner:
    """One run: its clock, and what it has worked out so far."""

    def __init__(
        self, pool: Workers, limit: Limit, now: Clock, told: Callable[[Progress], None], stopped: Stop
    ) -> None:
        self._pool = pool
        self._site: Site = pool.site
        self._limit = limit
        self._now = now
        self._told = told
        self._stopped = stopped
        self._start = now()
        self._matters = {matter.id: matter for matter in self._site.ground.problem.matters}
        self._doorways: dict[TargetId, Doorway] = {}
        self._hopeless: tuple[Matter, ...] = ()
        self._beyond: list[Matter] = []
        self._bound = 0
        self._consolidating = 0.0
        self._drawing = Drawing(pool, self, (), self._tours_done)
        self._proven: Mapping[TargetId, int] = {}
        self._fewest = 0

    def first_state(self) -> tuple[Timetable, list[Matter]]:
        """Consolidate, make tours shard by shard and send them out."""
        self._tell(Phase.CONSOLIDATE, None, ())
        began = self._now()
        ground, staffing = self._site.ground, self._site.staffing
        todo = [matter for matter in self._matters.values() if matter.id not in ground.settled]
        hopeless = hopeless_of(ground, staffing, todo)
        self._hopeless = tuple(matter for matter in todo if matter.id in hopeless)
        possible = [matter for matter in todo if matter.id not in hopeless]
        self._doorways = consolidate(ground, staffing, possible)
        self._beyond = [matter for way in self._doorways.values() for matter in way.beyond]
        housed = [matter for way in self._doorways.values() for each in way.doors for matter in each.matters]
        self._bound = visits_bound(ground, staffing, housed, self._doorways)
        self._consolidating = self._now() - began
        self._drawing = Drawing(self._pool, self, list(self._doorways.values()), self._tours_done)
        return self._sent_out(self._drawing.first())

    def second_state(self, state: Timetable, left: list[Matter]) -> tuple[Timetable, list[Matter]]:
        """Draw tours again, with care, if the first were drawn in haste; the better of both. What is proven of them."""
        tours = self._drawing.again()
        if tours is not None:
            other, missing = self._sent_out(tours)
            if score(other, missing) < score(state, left):
                state, left = other, missing
        self._proven = self._drawing.proven()
        ways = list(self._doorways.values())
        self._fewest = fewest_officers(self._site.ground, self._site.staffing, ways, self.until(LAST_SHARE))
        return state, left

    def _sent_out(self, tours: Sequence[Sequence[Door]]) -> tuple[Timetable, list[Matter]]:
        self._tell(Phase.TIMETABLE, None, ())
        timetable = Timetable(self._site.ground, self._site.staffing, self._site.travel)
        left = [*dispatch(timetable, tours), *self._beyond]
        spread(timetable)
        self._tell(Phase.TIMETABLE, timetable, left)
        return timetable, left

    def _tours_done(self, share: float) -> None:
        self._tell(Phase.TOURS, None, (), done=share)

    def improved(self, state: Timetable, left: list[Matter], offer: Offer) -> list[Matter]:
        """Work on the state until the limit; then offer every place that is still free once more."""
        rounds = ENDLESS if self._limit.effort is None else self._limit.effort
        stop = self.until(IMPROVING_SHARE)

        def told(unserved: Sequence[Matter], _: int) -> None:
            self._tell(Phase.IMPROVE, state, unserved)
            offer(state, unserved)

        if state.stints:
            left = improve(state, left, self._pool, rounds, stop, told)
        left.sort(key=lambda matter: (not matter.key, matter.id))
        tried = [squeeze(state, door(self._site.ground, self._site.staffing, (each,))) for each in left[:MOST_OFFERED]]
        left = [*(matter for some in tried for matter in some), *left[MOST_OFFERED:]]
        reunite(state)
        spread(state)
        self._even_out(state, left)
        state.give_back()
        return left

    def _even_out(self, state: Timetable, left: Sequence[Matter]) -> None:
        stop = self.until(EXCHANGING_SHARE)
        for turn in range(EXCHANGES * neighbourhoods(state)):
            if not stop():
                exchange(state, left, turn, stop)
        ease(state, self.until(1.0))

    def offering(self, incumbent: Callable[[Plan], None] | None, problem_sha256: Sha256 | None) -> Offer:
        """Give what hands a state over as a plan, unless the last time was too short ago or the end is near."""
        due = self._start

        def offer(state: Timetable, left: Sequence[Matter]) -> None:
            nonlocal due
            began, left_seconds = self._now(), self.seconds(1.0)
            if incumbent is not None and began >= due and (left_seconds is None or left_seconds > self._writing()):
                incumbent(self.written(state, left, problem_sha256))
                due = self._now() + SELDOM * (self._now() - began)

        return offer

    def written(self, state: Timetable, left: Sequence[Matter], problem_sha256: Sha256 | None) -> Plan:
        """Work out chances, reasons and metrics, and let the checker judge."""
        self._tell(Phase.CHANCES, state, left)
        ground = self._site.ground
        problem = ground.problem
        plan = Plan(
            round=problem.round,
            problem_sha256=problem_sha256 or problem_digest(problem),
            scale=problem.policy.scale,
            tours=assemble(state, self._by_workers),
            unserved=unserved(state, self._site.staffing, (*self._hopeless, *left)),
        )
        self._tell(Phase.CHECK, state, left)
        verdict = check(problem, plan, problem_sha256)
        if not verdict.lawful:
            raise Unlawful("; ".join(f"{each.rule} {each.place}: {each.text}" for each in verdict.breaches[:5]))
        return msgspec.structs.replace(plan, metrics=self._metrics(plan, left))

    def _by_workers(self, calls: Sequence[ShareOut]) -> list[list[Chances] | None]:
        """Chances however little time is left; who takes long goes first, so that nobody waits for one department."""
        order = sorted(range(len(calls)), key=lambda place: -len(calls[place].openings))
        found = self._pool.each([calls[place] for place in order], lambda _: None, lambda: False, travels=False)
        answers = dict(zip(order, found, strict=True))
        return [answers[place] for place in range(len(calls))]

    def _by_department(self, matters: Iterable[Matter]) -> list[frozenset[MatterId]]:
        groups: dict[str, set[MatterId]] = defaultdict(set)
        for matter in matters:
            groups[matter.department].add(matter.id)
        return [frozenset(groups[department]) for department in sorted(groups)]

    def _metrics(self, plan: Plan, left: Sequence[Matter]) -> Metrics:
        ground = self._site.ground
        gone = {matter.id for matter in (*left, *self._hopeless)}
        served = [
            matter for matter in self._matters.values() if matter.id not in gone and matter.id not in ground.settled
        ]
        apart = self._apart(served)
        measured = measure(ground.problem, plan)
        visits = visits_bound(ground, self._site.staffing, served, self._doorways)
        missing = {matter.target for matter in left}
        priced = {target: price for target, price in self._proven.items() if target not in missing}
        return Metrics(
            **msgspec.structs.asdict(measured),
            visits_bound=visits,
            officer_half_days_bound=max(
                officer_half_days_bound(ground, served, priced, measured.visits - visits),
                fixed_officers(ground.problem) + (0 if left or measured.visits > visits else self._fewest),
            ),
            visits_apart=apart.visits,
            officer_half_days_apart=apart.officer_half_days,
            seconds=0.0 if self._limit.effort is not None else round(self._now() - self._start, 2),
        )

    def _apart(self, served: Iterable[Matter]) -> Alone:
        """The departments' plans on their own, and what is fixed: quick, and worked out however little time is left."""
        fixed = self._site.ground.problem.fixed
        calls = [GoAlone(matters=group) for group in self._by_department(served)]
        found = [
            each for each in self._pool.each(calls, lambda _: None, lambda: False, travels=False) if each is not None
        ]
        return Alone(
            visits=sum(len(tour.visits) for tour in fixed) + sum(each.visits for each in found),
            officer_half_days=sum(role.need for tour in fixed for role in tour.roles)
            + sum(each.officer_half_days for each in found),
        )

    def seconds(self, share: float) -> float | None:
        """What is left of this share of the time before writing begins; None without a clock."""
        if self._limit.seconds is None:
            return None
        return max(0.0, (self._limit.seconds - self._writing()) * share - (self._now() - self._start))

    def _writing(self) -> float:
        """The seconds that writing a plan down may take."""
        return 0.5 + max(WRITING_SECONDS_PER_MATTER * len(self._matters), WRITING_TIMES * self._consolidating)

    def until(self, share: float) -> Stop:
        """Tells when this share of the time is over or the caller wants to stop."""
        return lambda: self._stopped() or self.seconds(share) == 0.0

    def _tell(self, phase: Phase, state: Timetable | None, left: Iterable[Matter], done: float = 1.0) -> None:
        reached = None if state is None else score(state, (*left, *self._hopeless))
        officers = 0 if state is None else sum(stint.officers for stint in state.stints.values())
        self._told(
            Progress(
                seconds=self._now() - self._start,
                phase=phase,
                visits=0 if reached is None else reached.visits,
                visits_bound=self._bound,
                officer_half_days=officers,
                unserved=0 if reached is None else reached.unserved,
                done=done,
            )
        )

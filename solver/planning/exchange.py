"""Tours change doors and half-days all over at once: for less cost if it can be had, then for chances more even.

CP-SAT chooses among the tours that neighbours could make of their doors (tours/swaps.py). Nothing above evenness in
planning.md's order grows: it comes last. Chances are even where even shares ask for no more of anybody than there is;
what they ask beyond it is counted. Who can really be sent is the roster's to say, and a worse outcome is undone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from ortools.sat.python import cp_model

from solver.planning.consolidate import Door
from solver.planning.dispatch import score, squeeze
from solver.planning.ground import Ground, bits
from solver.planning.ids import TargetId
from solver.planning.limits import Stop
from solver.planning.problem import Matter
from solver.planning.searching import search, searcher
from solver.planning.staffing import THIN_COST, Post
from solver.planning.timetable import Stint, Timetable, TourNumber
from solver.planning.tours.cover import Members
from solver.planning.tours.swaps import Tours, swaps

MOST_TOURS = 250
"""So many tours exchange doors at once: all of a county, or those near each other."""
STEP = 37
"""From the middle of one neighbourhood to that of the next, in tours: a prime, so that all come up."""
WHOLE = 1000
"""One half-day of somebody, one role."""
COST = 100 * WHOLE
"""One officer half-day: more than evenness can come to."""
BUSY, SPENT = 2, 3
"""What is lost for each unit that even shares ask of a department's busiest beyond the half-day, or a ceiling."""
FEW = 6
"""Roles for so few people are counted together, lest more be sent than there are."""
WORK = 1.0
"""Deterministic seconds."""

_Term = tuple[cp_model.IntVar, int]


class _Option(NamedTuple):
    """A tour in a half-day, and what it costs: officers with thin roles, and what its own draws lose by each other."""

    doors: Members
    half_day: int
    travel: int
    posts: tuple[Post, ...]
    cost: int
    lost: int
    now: bool


def neighbourhoods(timetable: Timetable) -> int:
    """How many turns it takes until about all tours have exchanged doors."""
    return -(-len(timetable.stints) // MOST_TOURS)


def exchange(
    timetable: Timetable, unserved: Sequence[Matter], turn: int, stop: Stop, *, most: int = MOST_TOURS
) -> None:
    """Let the tours of one neighbourhood, which is the turn's to say, exchange doors, unless the outcome is worse."""
    if not timetable.stints:
        return
    before, stints = score(timetable, unserved), dict(timetable.stints)
    left = _exchanged(timetable, _neighbourhood(timetable, turn)[:most], stop)
    lost = [matter for door in left for matter in squeeze(timetable, door)]
    if lost or score(timetable, unserved) > before:
        timetable.become(stints)


def _neighbourhood(timetable: Timetable, turn: int) -> list[TourNumber]:
    """All tours, those nearest to one of them first."""
    numbers = sorted(timetable.stints)
    spot = timetable.stints[numbers[turn * STEP % len(numbers)]].doors[0].target
    numbers.sort(key=lambda each: timetable.travel.minutes(spot, timetable.stints[each].doors[0].target))
    return numbers


def _exchanged(timetable: Timetable, numbers: Sequence[TourNumber], stop: Stop) -> list[Door]:
    """Make other tours instead of these where that is better on paper; returns the doors that found no place."""
    stints = [timetable.remove(number) for number in numbers]
    now = list(_members(stints))
    doors = [door for stint in stints for door in stint.doors]
    options = _options(timetable, doors, [*zip(now, stints, strict=True)], stop)
    chosen = _chosen(timetable, doors, options, stop)
    staying = {option.doors for option in chosen if option.now}
    for members, stint in zip(now, stints, strict=True):
        if members in staying:
            timetable.restore(stint)
    made = [([doors[member] for member in option.doors], option.half_day) for option in chosen if not option.now]
    return [door for tour, half_day in made if timetable.place(tour, 1 << half_day) is None for door in tour]


def _members(stints: Iterable[Stint]) -> Iterator[Members]:
    """Each tour's doors as positions among all doors of these tours."""
    start = 0
    for stint in stints:
        yield tuple(range(start, start + len(stint.doors)))
        start += len(stint.doors)


def _options(
    timetable: Timetable, doors: Sequence[Door], now: Sequence[tuple[Members, Stint]], stop: Stop
) -> list[_Option]:
    """What is done now, exactly as it is, and the other tours and half-days there are while these tours are off."""
    factor = timetable.ground.problem.policy.pool_factor
    options = [_option(members, stint.half_day, stint.travel, stint.posts, factor, now=True) for members, stint in now]
    known = {(members, stint.half_day) for members, stint in now}
    open_now = [
        msgspec.structs.replace(each, half_days=each.half_days & ~timetable.visited(each.target)) for each in doors
    ]
    tours = Tours(timetable.ground, timetable.staffing, timetable.travel, open_now)
    for tour in swaps(tours, [members for members, _ in now], stop):
        options += [
            _option(tour.doors, half_day, tour.travel, posts, factor, now=False)
            for half_day, posts in tour.ways.items()
            if (tuple(sorted(tour.doors)), half_day) not in known
        ]
    return options


def _option(
    doors: Members, half_day: int, travel: int, posts: tuple[Post, ...], factor: float, *, now: bool
) -> _Option:
    certain: dict[int, int] = defaultdict(int)
    for post in posts:
        certain[post.department] |= post.pool if post.pool.bit_count() <= post.need else 0
    beside = [post.pool & ~(certain[post.department] if post.pool.bit_count() > post.need else 0) for post in posts]
    thin = sum(some.bit_count() < factor * post.need for some, post in zip(beside, posts, strict=True))
    lost = WHOLE * sum(some != post.pool for some, post in zip(beside, posts, strict=True))
    busiest: dict[int, int] = defaultdict(int)
    for (department, _), share in _shares(posts).items():
        busiest[department] = max(busiest[department], share)
    lost += BUSY * sum(max(0, most - WHOLE) for department, most in busiest.items() if not certain[department])
    return _Option(doors, half_day, travel, posts, sum(post.need for post in posts) + THIN_COST * thin, lost, now)


def _shares(posts: Iterable[Post]) -> dict[tuple[int, int], int]:
    """What everyone's even shares of these posts come to, by department and person."""
    shares: dict[tuple[int, int], int] = defaultdict(int)
    for post in posts:
        for person in bits(post.pool):
            shares[post.department, person] += WHOLE * post.need // post.pool.bit_count()
    return shares


def _chosen(timetable: Timetable, doors: Sequence[Door], options: Sequence[_Option], stop: Stop) -> list[_Option]:
    """The best options that visit every door once; those of now where there was no time to find better ones."""
    model = _Model(timetable.ground, timetable.stints.values())
    for option in options:
        model.offer(option)
    model.visit(doors, [timetable.tours_left(half_day) for half_day in range(len(timetable.ground.capacity))])
    model.share()
    return model.solved(stop) or [option for option in options if option.now]


class _Model:
    """Options taken or not; the tours that are not exchanged are counted as taken for good."""

    def __init__(self, ground: Ground, others: Iterable[Stint]) -> None:
        self._ground = ground
        self._model = cp_model.CpModel()
        self._options: list[tuple[cp_model.IntVar, _Option]] = []
        self._price: list[_Term] = []
        self._shares: dict[tuple[int, int], dict[int, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        self._pools: dict[tuple[int, int], list[tuple[int, _Term]]] = defaultdict(list)
        self._open: set[tuple[int, int]] = set()
        always = self._model.new_constant(1)
        for stint in others:
            self._count(always, stint.posts, stint.half_day)

    def offer(self, option: _Option) -> None:
        """Add an option; what is done now is where the search starts."""
        taken = self._model.new_bool_var("")
        self._model.add_hint(taken, option.now)
        self._options.append((taken, option))
        self._price.append((taken, COST * option.cost + option.lost + option.travel))
        self._open.update((post.department, option.half_day) for post in option.posts)
        self._count(taken, option.posts, option.half_day)

    def visit(self, doors: Sequence[Door], cars: Sequence[int]) -> None:
        """Every door once, a target once a half-day, no more tours in a half-day than cars, no more travel than now."""
        at_door: list[list[cp_model.IntVar]] = [[] for _ in doors]
        at_target: dict[tuple[TargetId, int], list[cp_model.IntVar]] = defaultdict(list)
        in_half_day: list[list[cp_model.IntVar]] = [[] for _ in cars]
        for taken, option in self._options:
            in_half_day[option.half_day].append(taken)
            for member in option.doors:
                at_door[member].append(taken)
                at_target[doors[member].target, option.half_day].append(taken)
        for here in at_door:
            self._model.add_exactly_one(here)
        for here in at_target.values():
            self._model.add_at_most_one(here)
        for here, most in zip(in_half_day, cars, strict=True):
            self._model.add(cp_model.LinearExpr.sum(here) <= most)
        travel = sum(option.travel for _, option in self._options if option.now)
        self._model.add(_total([(taken, option.travel) for taken, option in self._options]) <= travel)

    def share(self) -> None:
        """Chances even where they can be, and never more people sent than there are, as far as single pools tell."""
        for place in sorted(self._open):
            over = self._priced(BUSY)
            for shares in self._shares[place].values():
                if _most(shares) > WHOLE:
                    self._model.add(_total(shares) <= WHOLE + over)
            roles = self._pools[place]
            for pool in sorted({pool for pool, _ in roles if pool.bit_count() <= FEW}):
                within = [term for some, term in roles if some & ~pool == 0]
                if _most(within) > pool.bit_count():
                    self._model.add(_total(within) <= pool.bit_count())
        self._keep_ceilings()

    def _keep_ceilings(self) -> None:
        mine: dict[int, list[_Term]] = defaultdict(list)
        for people in self._shares.values():
            for person, shares in people.items():
                mine[person] += shares
        for person, shares in mine.items():
            ceiling = self._ground.ceiling[person]
            if ceiling is not None and _most(shares) > WHOLE * ceiling:
                self._model.add(_total(shares) <= WHOLE * ceiling + self._priced(SPENT))

    def solved(self, stop: Stop) -> list[_Option]:
        """The options to take; none where nothing was found."""
        self._model.minimize(_total(self._price))
        solver = searcher(WORK)
        if not search(solver, self._model, stop):
            return []
        return [option for taken, option in self._options if solver.boolean_value(taken)]

    def _count(self, taken: cp_model.IntVar, posts: Iterable[Post], half_day: int) -> None:
        for post in posts:
            self._pools[post.department, half_day].append((post.pool, (taken, post.need)))
        for (department, person), share in _shares(posts).items():
            # what a tour asks too much by itself is its own loss
            self._shares[department, half_day][person].append((taken, min(share, WHOLE)))

    def _priced(self, price: int) -> cp_model.IntVar:
        beyond = self._model.new_int_var(0, WHOLE * len(self._options), "")
        self._price.append((beyond, price))
        return beyond


def _total(terms: Sequence[_Term]) -> cp_model.LinearExprT:
    variables, amounts = zip(*terms, strict=True)
    return cp_model.LinearExpr.weighted_sum(variables, amounts)


def _most(terms: Iterable[_Term]) -> int:
    return sum(amount for _, amount in terms)

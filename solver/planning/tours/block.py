"""Tours and half-days chosen together for some doors in a few half-days: the step that improves a plan.

Columns are (tour, half-day) pairs, priced against what doors are worth and what people are scarce; head-counts are
necessary conditions only, so whoever uses the answer lets the roster judge it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from solver.planning.comfort import Comfort
from solver.planning.consolidate import Door
from solver.planning.ground import Ground
from solver.planning.ids import MatterId, TargetId
from solver.planning.searching import search, searcher
from solver.planning.staffing import Post, Staffing, merged
from solver.planning.tours.cover import Effort, Members
from solver.planning.tours.grow import grow
from solver.planning.tours.stops import Ints, Prices, Stops, as_words, lay_stops
from solver.planning.travel import Travel

VISIT = 60
"""One door opened, in officer half-days: more than any choice of tours can save on one visit."""
UNSERVED = 2_000
"""One matter left unserved: more than the visits it could cost."""
KEY = 40_000
"""One key matter left unserved."""
CROWDED = 0.5
"""One head more than leaves the draws a choice (comfort.py)."""
MINUTE = 1e-3
"""One minute of travel."""

Row = tuple[str, object, int]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Doors to be visited (at most once each matter) in these half-days with these people and cars.

    `doors` may overlap: parts of a door stand beside the whole. `current` is what is done now.
    """

    doors: tuple[Door, ...]
    current: tuple[tuple[Members, int], ...]
    people: dict[int, int]
    cars: dict[int, int]
    effort: Effort


class Room(NamedTuple):
    """How much of a row may be used up: without regret, and at all."""

    comfortable: int
    hard: int


class Option(NamedTuple):
    """A tour in a half-day: cost in officer half-days and what it takes up of each row."""

    doors: Members
    half_day: int
    cost: float
    uses: tuple[tuple[Row, int], ...]


def replan(
    ground: Ground, staffing: Staffing, travel: Travel, block: Block, stop: Callable[[], bool]
) -> list[tuple[Members, int]]:
    """The best (tour, half-day) pairs found for a block; never worse on paper than `current`."""
    desk = _Desk(ground, staffing, travel, block)
    for members, half_day in block.current:
        desk.offer(members, half_day)
    for door in range(len(block.doors)):
        for half_day in block.people:
            desk.offer((door,), half_day)
    for _ in range(block.effort.rounds):
        if stop() or not desk.price():
            break
    return desk.choose(stop)


def schedule(
    ground: Ground, staffing: Staffing, travel: Travel, tours: Sequence[Sequence[Door]], work: float
) -> list[tuple[int, int]]:
    """Half-days for given tours, as many matters placed as heads and cars allow: (position of the tour, half-day)."""
    doors = [door for tour in tours for door in tour]
    half_days = range(len(ground.capacity))
    block = Block(
        doors=tuple(doors),
        current=(),
        people={half_day: ground.free[half_day] for half_day in half_days},
        cars={half_day: ground.tours_left[half_day] for half_day in half_days},
        effort=Effort(width=0, rounds=0, keep=len(tours) * len(ground.capacity), work=work),
    )
    desk = _Desk(ground, staffing, travel, block)
    position: dict[Members, int] = {}
    start = 0
    for number, tour in enumerate(tours):
        members = tuple(range(start, start + len(tour)))
        start += len(tour)
        position[members] = number
        for half_day in half_days:
            desk.offer(members, half_day)
    return [(position[members], half_day) for members, half_day in desk.choose(lambda: False)]


class _Desk:
    """The columns of one block and the linear programme that prices them."""

    def __init__(self, ground: Ground, staffing: Staffing, travel: Travel, block: Block) -> None:
        self._ground = ground
        self._staffing = staffing
        self._block = block
        self._stops = lay_stops(ground, travel, block.doors)
        self._options: dict[tuple[Members, int], Option] = {}
        self._weight = {matter.id: KEY if matter.key else UNSERVED for door in block.doors for matter in door.matters}
        self._room = _room(ground, block)
        self._programme = _Programme(self._weight, self._room)

    def offer(self, members: Members, half_day: int) -> bool:
        """Add a column if it is new and has the people; whether it was added."""
        key = (tuple(sorted(members)), half_day)
        if key in self._options:
            return False
        option = self._option(members, half_day)
        if option is None:
            return False
        self._options[key] = option
        self._programme.add(option)
        return True

    def price(self) -> int:
        """Solve the programme and look in every half-day for tours that would lower it; how many were found."""
        value = self._programme.solve()
        fresh = 0
        for half_day in self._block.people:
            rows = np.array(
                [row for row, door in enumerate(self._block.doors) if door.half_days >> half_day & 1], dtype=np.int64
            )
            if len(rows) > 1:
                fresh += self._price_half_day(value, half_day, rows)
        return fresh

    def _price_half_day(self, value: Mapping[Row, float], half_day: int, rows: Ints) -> int:
        stops = _part(self._stops, rows)
        worth = [
            sum(value["matter", matter.id, 0] for matter in self._block.doors[row].matters) - VISIT
            for row in rows.tolist()
        ]
        wages = [
            officers * (1 + value.get(("officers", department, half_day), 0.0)) for department, officers in stops.steps
        ]
        every = as_words((1 << len(self._ground.capacity)) - 1, len(self._ground.capacity))
        prices = Prices(
            worth=np.array(worth),
            wages=np.array(wages, dtype=np.float32),
            lengths=((self._ground.capacity[half_day], every),),
            least=self._ground.problem.policy.team_minimum,
        )
        most = min(self._ground.problem.policy.max_visits_per_tour, len(rows))
        fresh = 0
        for batch in grow(stops, prices, width=self._block.effort.width, most=most):
            for row in np.argsort(-batch.gain, kind="stable")[: self._block.effort.width // 4].tolist():
                if batch.gain[row] <= 1e-3:  # noqa: PLR2004 - the programme's tolerance
                    break
                fresh += self.offer(tuple(rows[batch.doors[row]].tolist()), half_day)
        return fresh

    def _option(self, members: Members, half_day: int) -> Option | None:
        doors = [self._block.doors[member] for member in members]
        people = self._block.people[half_day]
        for door in doors:
            people &= door.allowed
            if not door.half_days >> half_day & 1:
                return None
        travel = sum(int(self._stops.travel[one, other]) for one, other in pairwise(members))
        if travel + sum(door.minutes for door in doors) > self._ground.capacity[half_day]:
            return None
        every = self._staffing.staff(merged(demand for door in doors for demand in door.demands), people)
        if every is None:
            return None
        posts = [post for crews in every for post in crews[0].posts]
        cost = sum(crews[0].cost for crews in every) + VISIT * len(doors) + MINUTE * travel
        uses = tuple(_uses(doors, posts, half_day))
        return Option(members, half_day, cost, uses)

    def choose(self, stop: Callable[[], bool]) -> list[tuple[Members, int]]:
        """Choose among the columns of least regret with CP-SAT; what is done now is where it starts."""
        value = self._programme.solve()
        now = [(tuple(sorted(members)), half_day) for members, half_day in self._block.current]
        regret = {
            key: option.cost - sum(value.get(row, 0.0) * _sign(row) * amount for row, amount in option.uses)
            for key, option in self._options.items()
        }
        best = sorted(regret, key=lambda key: (round(regret[key], 6), key))[: self._block.effort.keep]
        keys = list(dict.fromkeys([*now, *best]))
        options = [self._options[key] for key in keys if key in self._options]
        taken = _search(options, set(now), self._weight, self._room, self._block.effort.work, stop)
        return [(option.doors, option.half_day) for option in taken]


class _Programme:
    """min cost, every matter served or paid for, no more people and cars than there are."""

    def __init__(self, weight: Mapping[MatterId, int], room: Mapping[Row, Room]) -> None:
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        self._rows: dict[Row, pywraplp.Constraint] = {}
        for matter, price in weight.items():
            row = self._rows["matter", matter, 0] = self._solver.Constraint(1, 1)
            unserved = self._solver.NumVar(0, 1, "")
            row.SetCoefficient(unserved, 1)
            self._objective.SetCoefficient(unserved, price)
        for name, most in room.items():
            row = self._rows[name] = self._solver.Constraint(-self._solver.infinity(), most.comfortable)
            if most.hard > most.comfortable:
                crowded = self._solver.NumVar(0, most.hard - most.comfortable, "")
                row.SetCoefficient(crowded, -1)
                self._objective.SetCoefficient(crowded, CROWDED)

    def add(self, option: Option) -> None:
        taken = self._solver.NumVar(0, self._solver.infinity(), "")
        self._objective.SetCoefficient(taken, option.cost)
        for row, amount in option.uses:
            if row in self._rows:
                self._rows[row].SetCoefficient(taken, amount)

    def solve(self) -> dict[Row, float]:
        """Worth of each matter, price of each head and car (both not negative in effect)."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            msg = "leaving everything unserved is feasible and costs are not negative"
            raise RuntimeError(msg)
        return {name: row.dual_value() * _sign(name) for name, row in self._rows.items()}


def _sign(row: Row) -> int:
    return 1 if row[0] == "matter" else -1


def _room(ground: Ground, block: Block) -> dict[Row, Room]:
    """Heads by department (with certificate, and all), by expertise, cars, and one visit a target, in each half-day."""
    room: dict[Row, Room] = {}
    comfort = Comfort(ground)
    kinds = {
        (demand.department, expertise)
        for door in block.doors
        for demand in door.demands
        for expertise in demand.expertise
    }
    departments = {demand.department for door in block.doors for demand in door.demands}
    for half_day, people in block.people.items():
        for department in sorted(departments):
            here = people & ground.of_department[department]
            out = (ground.free[half_day] & ~people & ground.of_department[department] & ground.certified).bit_count()
            officers = (here & ground.certified).bit_count()
            wish = max(0, comfort[department, None, half_day] - out)
            room["officers", department, half_day] = Room(min(wish, officers), officers)
            room["heads", department, half_day] = Room(here.bit_count(), here.bit_count())
        for department, expertise in sorted(kinds):
            able = (people & ground.of_department[department] & ground.expert.get(expertise, 0)).bit_count()
            wish = comfort[department, expertise, half_day]
            room["experts", (department, expertise), half_day] = Room(min(wish, able), able)
        room["cars", 0, half_day] = Room(block.cars[half_day], block.cars[half_day])
        for target in _twice(block.doors):
            room["target", target, half_day] = Room(1, 1)
    return room


def _twice(doors: Iterable[Door]) -> list[TargetId]:
    count: dict[TargetId, int] = defaultdict(int)
    for door in doors:
        count[door.target] += 1
    return [target for target, doors_there in count.items() if doors_there > 1]


def _uses(doors: Sequence[Door], posts: Sequence[Post], half_day: int) -> Iterator[tuple[Row, int]]:
    for door in doors:
        yield ("target", door.target, half_day), 1
        for matter in door.matters:
            yield ("matter", matter.id, 0), 1
    amounts: dict[Row, int] = defaultdict(int)
    for post in posts:
        amounts["heads", post.department, half_day] += post.need
        if post.certified:
            amounts["officers", post.department, half_day] += post.need
        for expertise in post.expertise:
            amounts["experts", (post.department, expertise), half_day] += post.need
    yield from amounts.items()
    yield ("cars", 0, half_day), 1


def _part(stops: Stops, rows: Ints) -> Stops:
    square = np.ix_(rows, rows)
    return Stops(
        minutes=stops.minutes[rows],
        travel=stops.travel[square],
        half_days=stops.half_days[rows],
        together=stops.together[square],
        asks=stops.asks[rows],
        steps=stops.steps,
    )


def _search(
    options: Sequence[Option],
    now: set[tuple[Members, int]],
    weight: Mapping[MatterId, int],
    room: Mapping[Row, Room],
    work: float,
    stop: Callable[[], bool],
) -> list[Option]:
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in options]
    using: dict[Row, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    for option, takes in zip(options, taken, strict=True):
        model.add_hint(takes, (tuple(sorted(option.doors)), option.half_day) in now)
        for row, amount in option.uses:
            using[row].append((takes, amount))
    left: list[tuple[cp_model.IntVar, float]] = []
    for matter, price in weight.items():
        unserved = model.new_bool_var("")
        model.add_exactly_one([unserved, *(takes for takes, _ in using["matter", matter, 0])])
        left.append((unserved, price))
    for row, most in room.items():
        if sum(amount for _, amount in using[row]) > most.comfortable:
            crowded = model.new_int_var(0, most.hard - most.comfortable, "")
            variables, amounts = zip(*using[row], strict=True)
            model.add(cp_model.LinearExpr.weighted_sum(variables, amounts) <= most.comfortable + crowded)
            left.append((crowded, CROWDED))
    costs = [round(option.cost / MINUTE) for option in options] + [round(price / MINUTE) for _, price in left]
    model.minimize(cp_model.LinearExpr.weighted_sum([*taken, *(each for each, _ in left)], costs))
    solver = searcher(work)
    if not search(solver, model, stop):
        return [option for option in options if (tuple(sorted(option.doors)), option.half_day) in now]
    return [option for option, takes in zip(options, taken, strict=True) if solver.boolean_value(takes)]

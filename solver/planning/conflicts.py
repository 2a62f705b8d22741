"""Which rules cannot hold together for one matter, were it the only one: the smallest such set, by trying.

Rules are set aside one after another while the rest still forbids every half-day; then every smaller set is tried. So
a conflict is proven, none is smaller, and each of its rules is needed. Words and remedies are explain.py's affair.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import reduce
from itertools import combinations
from operator import or_

import msgspec

from solver.planning.consolidate import demand_of, visit_minutes
from solver.planning.ground import Ground, bits, union
from solver.planning.ids import MatterId
from solver.planning.problem import Matter
from solver.planning.staffing import Demand, Staffing


class Rule(StrEnum):
    """What can be set aside to see whether it stands in the way; of sets of one size the earlier is named."""

    WINDOW = "window"
    CLOSED = "closed"
    LENGTH = "length"
    CARS = "cars"
    VISITED = "visited"
    """A fixed tour is at the target: one visit a half-day."""
    OFFICERS = "officers"
    """So many with a certificate (行政处罚法 42)."""
    EXPERTISE = "expertise"
    BARRED = "barred"
    REACH = "reach"
    UNAVAILABLE = "unavailable"
    CEILING = "ceiling"
    """The ceiling is reached, or fixed tours have taken the person's half-day."""


CONTEXT = frozenset({Rule.WINDOW, Rule.OFFICERS, Rule.EXPERTISE})
"""What the matter itself asks for; the other rules are what then stands in its way."""

Conflict = frozenset[Rule]


class _Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Half-days that each rule forbids to one matter, as bit sets."""

    window: int
    closed: int
    length: int
    cars: int
    visited: int


class Trial:
    """Tries one matter after another on the bare ground, as if no other were planned."""

    def __init__(self, ground: Ground, staffing: Staffing) -> None:
        self._ground = ground
        self._staffing = staffing
        self._everyone = (1 << len(ground.inspectors)) - 1
        self._always = (1 << len(ground.capacity)) - 1
        problem = ground.problem
        self._closed = {each.id: union(ground.half_day[one] for one in each.closed) for each in problem.targets}
        self._visited: dict[str, int] = {}
        self._taken = [0] * len(ground.capacity)
        for tour in problem.fixed:
            place = ground.half_day[tour.half_day]
            for visit in tour.visits:
                self._visited[visit.target] = self._visited.get(visit.target, 0) | 1 << place
            for role in tour.roles:
                self._taken[place] |= union(ground.position[who] for who, chance in role.chances.items() if chance > 0)
        self._spent = union(place for place, ceiling in enumerate(ground.ceiling) if ceiling == 0)
        self._windows: dict[tuple[date, date], int] = {}
        self._calendars: dict[MatterId, _Calendar] = {}

    def conflicts(self, matter: Matter) -> tuple[Conflict, ...]:
        """Every obstacle to a matter that could not be visited by itself; empty if it could.

        The first conflict is the smallest; it is empty where the round has no half-day at all. What it names is then
        set aside, all but what the matter asks for, and the smallest of what still stands in the way follows.
        """
        holding = self._relevant(matter)
        found: list[Conflict] = []
        while not self.possible(matter, holding):
            smallest = self.smallest(matter, holding)
            found.append(smallest)
            if not smallest:
                break
            holding -= smallest - CONTEXT or smallest
        return tuple(found)

    def smallest(self, matter: Matter, holding: Iterable[Rule]) -> Conflict:
        """The smallest set among these rules (which forbid the matter together) that does so by itself."""
        left = set(holding)
        for rule in sorted(left, key=lambda each: (each in CONTEXT, each)):
            if not self.possible(matter, left - {rule}):
                left.remove(rule)
        order = [rule for rule in Rule if rule in set(holding)]
        sets = (some for size in range(len(left) + 1) for some in combinations(order, size))
        return frozenset(next(some for some in sets if not self.possible(matter, some)))

    def possible(self, matter: Matter, holding: Iterable[Rule]) -> bool:
        """Whether the matter could be visited if only these rules held."""
        rules = set(holding)
        demand = self._demand(matter, rules)
        half_days = self.half_days(matter, rules)
        if not demand.officers and not demand.expertise:
            return half_days != 0
        allowed = self._allowed(matter, rules)
        pools = {allowed & self._there(half_day, rules) for half_day in bits(half_days)}
        return any(self._staffing.crews(demand, people) for people in pools)

    def half_days(self, matter: Matter, holding: Iterable[Rule]) -> int:
        """The half-days that the calendar leaves open if only these rules held."""
        found = self._calendar(matter)
        forbidden = {
            Rule.WINDOW: found.window,
            Rule.CLOSED: found.closed,
            Rule.LENGTH: found.length,
            Rule.CARS: found.cars,
            Rule.VISITED: found.visited,
        }
        half_days = self._always
        for rule in set(holding) & forbidden.keys():
            half_days &= ~forbidden[rule]
        return half_days

    def hindered(self, matter: Matter, rule: Rule, holding: Iterable[Rule]) -> int:
        """Whom this rule about people keeps away in some half-day that the others leave open, as a bit set."""
        rules = set(holding)
        people = self._ground.of_department[self._ground.department[matter.department]]
        if Rule.EXPERTISE in rules:
            for expertise in matter.expertise:
                people &= self._ground.expert.get(expertise, 0)
        elif Rule.OFFICERS in rules:
            people &= self._ground.certified
        half_days = list(bits(self.half_days(matter, rules)))
        match rule:
            case Rule.BARRED:
                return people & self._ground.barred.get(matter.target, 0)
            case Rule.REACH:
                return people & ~self._ground.reached[matter.target]
            case Rule.UNAVAILABLE:
                away = reduce(or_, (self._everyone & ~self._ground.present[each] for each in half_days), 0)
            case _:
                away = reduce(or_, (self._taken[each] for each in half_days), self._spent)
        return people & away & self._allowed(matter, rules)

    def _relevant(self, matter: Matter) -> Conflict:
        """The rules that forbid anything at all to this matter."""
        calendar = self._calendar(matter)
        matters = {
            Rule.WINDOW: calendar.window,
            Rule.CLOSED: calendar.closed,
            Rule.LENGTH: calendar.length,
            Rule.CARS: calendar.cars,
            Rule.VISITED: calendar.visited,
            Rule.OFFICERS: matter.officers,
            Rule.EXPERTISE: matter.expertise,
            Rule.BARRED: self._ground.barred.get(matter.target, 0),
            Rule.REACH: self._everyone & ~self._ground.reached[matter.target],
            Rule.UNAVAILABLE: any(self._everyone & ~each for each in self._ground.present),
            Rule.CEILING: self._spent or any(self._taken),
        }
        return frozenset(rule for rule, forbids in matters.items() if forbids)

    def _demand(self, matter: Matter, rules: set[Rule]) -> Demand:
        demand = demand_of(self._ground, matter)
        if Rule.OFFICERS not in rules:
            demand = demand._replace(officers=0)
        return demand if Rule.EXPERTISE in rules else demand._replace(expertise=())

    def _allowed(self, matter: Matter, rules: set[Rule]) -> int:
        allowed = self._ground.reached[matter.target] if Rule.REACH in rules else self._everyone
        return allowed & ~self._ground.barred.get(matter.target, 0) if Rule.BARRED in rules else allowed

    def _there(self, half_day: int, rules: set[Rule]) -> int:
        there = self._ground.present[half_day] if Rule.UNAVAILABLE in rules else self._everyone
        return there & ~self._spent & ~self._taken[half_day] if Rule.CEILING in rules else there

    def _calendar(self, matter: Matter) -> _Calendar:
        if matter.id not in self._calendars:
            minutes = visit_minutes(self._ground, (matter,))
            self._calendars[matter.id] = _Calendar(
                window=self._always & ~self._window(matter.first_day, matter.last_day),
                closed=self._closed[matter.target],
                length=union(place for place, longest in enumerate(self._ground.capacity) if minutes > longest),
                cars=union(place for place, left in enumerate(self._ground.tours_left) if left == 0),
                visited=self._visited.get(matter.target, 0),
            )
        return self._calendars[matter.id]

    def _window(self, first: date, last: date) -> int:
        if (first, last) not in self._windows:
            days = enumerate(self._ground.problem.half_days)
            self._windows[first, last] = union(place for place, each in days if first <= each.date <= last)
        return self._windows[first, last]

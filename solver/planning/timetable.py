"""Tours to half-days: the working state of planning, lawful at every moment because the roster vouches for the people.

Holds which doors are visited when and by which posts; which tours are worth making is decided elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from solver.planning.choice import Held, takers
from solver.planning.comfort import Comfort, Line, lines
from solver.planning.consolidate import Door
from solver.planning.ground import Ground, bits
from solver.planning.ids import TargetId
from solver.planning.roster import PostNumber, Roster
from solver.planning.shortage import Shortage
from solver.planning.staffing import Crew, Demand, Post, Staffing, merged
from solver.planning.travel import Travel

TourNumber = int


class Stint(msgspec.Struct, frozen=True, kw_only=True):
    """One tour in its half-day: doors in driving order, posts, and who stays at home to keep people apart."""

    doors: tuple[Door, ...]
    half_day: int
    posts: tuple[Post, ...]
    seats: tuple[PostNumber, ...]
    kept_out: int
    officers: int
    travel: int


class Score(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """How good a state is, in the order of the specification; less is better."""

    unserved_key: int
    unserved: int
    visits: int
    borrowed: int
    cost: int
    chanceless: int
    """Pairs of a role and someone admitted who cannot have a chance, because others could not do without them."""
    travel: int


class Strain(NamedTuple):
    """How many roles of a half-day are thin, how many admitted to one cannot have a chance, in which departments."""

    thin: int
    chanceless: int
    departments: frozenset[int]


class Timetable:
    """Stints by number. `place` and `remove` keep every promise: lengths, closures, cars, one visit a half-day."""

    def __init__(self, ground: Ground, staffing: Staffing, travel: Travel) -> None:
        self.ground = ground
        self.staffing = staffing
        self.travel = travel
        self.stints: dict[TourNumber, Stint] = {}
        self._roster = Roster(ground)
        self._visited: dict[TargetId, int] = defaultdict(int)
        self._tours_left = list(ground.tours_left)
        self._comfort = Comfort(ground)
        self._load: Counter[Line] = Counter()
        self._kept_out: Counter[int] = Counter()
        self._at: list[set[TourNumber]] = [set() for _ in ground.capacity]
        self._strain: dict[int, Strain] = {}
        self._next = 0

    def place(self, doors: Sequence[Door], half_days: int = -1) -> TourNumber | None:
        """Send a tour to these doors in the best of `half_days` that is possible, or return None."""
        if len({door.target for door in doors}) < len(doors):
            return None
        demands = merged(demand for door in doors for demand in door.demands)
        minutes, order = self.travel.route([door.target for door in doors])
        driven = tuple(doors[place] for place in order)
        length = minutes + sum(door.minutes for door in doors)
        ranked = self._by_merit(driven, demands, length, half_days)
        for borrow in (False, True) if self.ground.borrowed else (False,):
            for half_day in ranked:
                stint = self._staffed(driven, demands, half_day, minutes, borrow=borrow)
                if stint is not None:
                    return self._enter(stint)
        return None

    def remove(self, number: TourNumber) -> Stint:
        """Call a tour off."""
        stint = self.stints.pop(number)
        self._at[stint.half_day].remove(number)
        self._strain.pop(stint.half_day, None)
        self._roster.unseat(stint.seats)
        self._tours_left[stint.half_day] += 1
        for door in stint.doors:
            self._visited[door.target] &= ~(1 << stint.half_day)
        self._load.subtract(lines(stint.posts, stint.half_day))
        for person in bits(stint.kept_out):
            self._kept_out[person] -= 1
        return stint

    def restore(self, stint: Stint) -> TourNumber:
        """Put a tour that was called off back as it was; whoever took its people, car or door since must have left."""
        number = self.resume(stint)
        if number is None:
            msg = "what was possible before is possible again: the roster's no is exact"
            raise RuntimeError(msg)
        return number

    def resume(self, stint: Stint) -> TourNumber | None:
        """Take a tour on exactly as it is given, or return None where its posts cannot be filled any more."""
        posts = [(post.need, post.pool) for post in stint.posts]
        seats = self._roster.seat(stint.half_day, posts, borrow=True)
        return None if seats is None else self._enter(msgspec.structs.replace(stint, seats=seats))

    def become(self, before: Mapping[TourNumber, Stint]) -> None:
        """Make the state what it was when its stints were these; tours never change under their number."""
        for number in [each for each in self.stints if each not in before]:
            self.remove(number)
        for number, stint in before.items():
            if number not in self.stints:
                self.restore(stint)

    def idle(self, half_day: int) -> int:
        """Who could still be sent in this half-day, as a bit set."""
        return self._roster.idle(half_day)

    def seated(self, stint: Stint) -> tuple[int, ...]:
        """For each post of a tour, the people who prove that it can be filled, as bit sets."""
        return tuple(self._roster.members(seat) for seat in stint.seats)

    def shortage(self, half_day: int, posts: Sequence[Post]) -> Shortage | None:
        """Why these posts cannot be filled beside all others; None if they can. Others may change seats, no more."""
        return self._roster.shortage(half_day, [(post.need, post.pool) for post in posts])

    def visited(self, target: TargetId) -> int:
        """The half-days in which a target is visited."""
        return self._visited[target]

    def tours_left(self, half_day: int) -> int:
        """How many more tours this half-day has cars for."""
        return self._tours_left[half_day]

    def give_back(self) -> None:
        """Send borrowed inspectors home wherever others can take their seats."""
        self._roster.give_back()

    def borrowed(self) -> int:
        """How many seats borrowed inspectors hold."""
        if not self.ground.borrowed:
            return 0
        return sum(
            (mask & self.ground.borrowed).bit_count() for stint in self.stints.values() for mask in self.seated(stint)
        )

    def at(self, half_day: int) -> tuple[TourNumber, ...]:
        """The tours of a half-day."""
        return tuple(sorted(self._at[half_day]))

    def strain(self, half_day: int) -> Strain:
        """How narrow the draws of a half-day are, all its posts together; exact but for ceilings over the round."""
        known = self._strain.get(half_day)
        if known is None:
            known = self._strain[half_day] = self._strained(half_day)
        return known

    def strains(self) -> Strain:
        """The strain of all half-days."""
        every = [self.strain(half_day) for half_day, here in enumerate(self._at) if here]
        return Strain(
            thin=sum(each.thin for each in every),
            chanceless=sum(each.chanceless for each in every),
            departments=frozenset().union(*(each.departments for each in every)),
        )

    def _strained(self, half_day: int) -> Strain:
        posts: list[Post] = []
        held: list[Held] = []
        for number in sorted(self._at[half_day]):
            stint = self.stints[number]
            posts += stint.posts
            for post, members in zip(stint.posts, self.seated(stint), strict=True):
                held.append(Held(post.need, post.pool, members))
        factor = self.ground.problem.policy.pool_factor
        able = takers(held, self.ground.free[half_day])
        thin = [each.bit_count() < factor * post.need for post, each in zip(posts, able, strict=True)]
        chanceless = [(post.pool & ~each).bit_count() for post, each in zip(posts, able, strict=True)]
        return Strain(
            thin=sum(thin),
            chanceless=sum(chanceless),
            departments=frozenset(
                post.department for post, one, other in zip(posts, thin, chanceless, strict=True) if one or other
            ),
        )

    def _by_merit(self, doors: tuple[Door, ...], demands: tuple[Demand, ...], length: int, half_days: int) -> list[int]:
        """The half-days that doors, cars and length allow: cheapest crews first, then where most people are free."""
        allowed = -1
        for door in doors:
            half_days &= door.half_days & ~self._visited[door.target]
            allowed &= door.allowed
        ranked = []
        for half_day in bits(half_days):
            if length > self.ground.capacity[half_day] or self._tours_left[half_day] == 0:
                continue
            people = allowed & self.ground.free[half_day]
            every = self.staffing.staff(demands, people)
            if every is not None:
                taken = lines([post for crews in every for post in crews[0].posts], half_day)
                cost = sum(crews[0].cost for crews in every) + self._more_crowded(taken)
                ranked.append((cost, self._fullness(taken, half_day), half_day))
        return [half_day for _, _, half_day in sorted(ranked)]

    def _more_crowded(self, taken: Counter[Line]) -> int:
        """By how many heads these posts would overstep what draws are comfortable with."""
        return sum(
            max(0, self._load[line] + heads - self._comfort[line]) - max(0, self._load[line] - self._comfort[line])
            for line, heads in taken.items()
        )

    def _fullness(self, taken: Counter[Line], half_day: int) -> float:
        """The greatest share of comfort (of the cars, in the same way) that would then be used up."""
        shares = [(self._load[line] + heads) / max(1, self._comfort[line]) for line, heads in taken.items()]
        return max(*shares, 1 / self._tours_left[half_day])

    def _staffed(
        self, doors: tuple[Door, ...], demands: tuple[Demand, ...], half_day: int, minutes: int, *, borrow: bool
    ) -> Stint | None:
        allowed = -1
        for door in doors:
            allowed &= door.allowed
        people = allowed & self.ground.free[half_day]
        for kept_out in self._turns(demands, allowed & self.ground.present[half_day]):
            manned = self._manned(demands, people & ~kept_out, half_day, borrow=borrow)
            if manned is not None:
                crews, seats = manned
                return Stint(
                    doors=doors,
                    half_day=half_day,
                    posts=tuple(post for crew in crews for post in crew.posts),
                    seats=seats,
                    kept_out=kept_out,
                    officers=sum(crew.officers for crew in crews),
                    travel=minutes,
                )
        return None

    def _manned(
        self, demands: tuple[Demand, ...], people: int, half_day: int, *, borrow: bool
    ) -> tuple[list[Crew], tuple[PostNumber, ...]] | None:
        """Seat a crew of every department, each the cheapest that finds people."""
        every = self.staffing.staff(demands, people)
        chosen: list[Crew] = []
        seats: tuple[PostNumber, ...] = ()
        for crews in every or ():
            for crew in crews:
                more = self._roster.seat(half_day, [(post.need, post.pool) for post in crew.posts], borrow=borrow)
                if more is not None:
                    chosen.append(crew)
                    seats += more
                    break
            else:
                break
        if len(chosen) == len(demands):
            return chosen, seats
        self._roster.unseat(seats)
        return None

    def _turns(self, demands: tuple[Demand, ...], people: int) -> Iterable[int]:
        """Whom to keep out so that no two who must stay apart are admitted: first whose turn it is, then the other."""
        pool = 0
        for demand in demands:
            pool |= people & self.ground.of_department[demand.department]
        pairs = [pair for pair in self.ground.apart if pool >> pair[0] & 1 and pool >> pair[1] & 1]
        if not pairs:
            return (0,)
        first, second = 0, 0
        for one, other in pairs:
            rested, due = sorted((one, other), key=lambda person: (self._kept_out[person], person))
            first |= 0 if first >> due & 1 else 1 << rested
            second |= 0 if second >> rested & 1 else 1 << due
        return (first, second)

    def _enter(self, stint: Stint) -> TourNumber:
        number = self._next
        self._next += 1
        self.stints[number] = stint
        self._at[stint.half_day].add(number)
        self._strain.pop(stint.half_day, None)
        self._tours_left[stint.half_day] -= 1
        for door in stint.doors:
            self._visited[door.target] |= 1 << stint.half_day
        self._load.update(lines(stint.posts, stint.half_day))
        for person in bits(stint.kept_out):
            self._kept_out[person] += 1
        return number

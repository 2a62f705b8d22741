"""A visit in hand: every place where it could be put down, and the rule that forbids it where one does.

Windows, closures, clock and cars are looked up. Whether there are people is answered exactly: without moving anybody
where that can be proven (manning.py), else by seating the whole tour anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from solver.planning.consolidate import Door
from solver.planning.ids import HalfDayId, TargetId, TourId
from solver.planning.moving.board import Board, asked_by
from solver.planning.moving.manning import Entry, Need, joined, needs, suffice
from solver.planning.moving.obstacles import Obstacle, of_half_day, of_people, of_time, stuck
from solver.planning.plan import Tour
from solver.planning.replanning.standing import as_it_was
from solver.planning.timetable import TourNumber
from solver.planning.travel import Travel


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visit could be put down: with a tour of that half-day or, without one, as a tour of its own."""

    half_day: HalfDayId
    tour: TourId | None


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A place, what forbids it, and by how many minutes the tour's travel would grow."""

    place: Place
    obstacle: Obstacle | None
    travel: int


@contextmanager
def lifted(board: Board, tour: TourId, target: TargetId) -> Iterator["Hand"]:
    """Take a visit up to look where it may go; the board is given back as it was."""
    hand = Hand(board, tour, target)
    yield hand
    hand.give_back()


class Hand:
    """One visit taken up from its tour, which goes on without it."""

    def __init__(self, board: Board, tour: TourId, target: TargetId) -> None:
        self.board = board
        self._timetable = board.timetable
        self._ground = board.timetable.ground
        self.source = board.tours[tour]
        self._before = self._timetable.remove(board.numbers.pop(tour))
        self.door = next(door for door in self._before.doors if door.target == target)
        self._rest = self._left_behind()
        if self._rest is not None:
            board.numbers[tour] = self._rest
        self._is_stuck = self._rest is None and len(self._before.doors) > 1
        self._names = {number: name for name, number in board.numbers.items()}

    def give_back(self) -> None:
        """Put the visit back where it was."""
        if self._rest is not None:
            self._timetable.remove(self._rest)
        self.board.numbers[self.source.id] = self._timetable.restore(self._before)

    def options(self) -> tuple[Option, ...]:
        """Every place of the round but the visit's own, by half-day; the words of obstacles are short."""
        return tuple(option for half_day in range(len(self._ground.capacity)) for option in self._options(half_day))

    def option(self, place: Place) -> Option | None:
        """One place, people named where they are the obstacle; None where there is no such place to move to."""
        half_day = self._ground.half_day.get(place.half_day)
        if half_day is None or (place.tour is not None and place.tour not in self.board.numbers):
            return None
        number = self.board.numbers[place.tour] if place.tour else None
        return self._option(half_day, number, in_full=True) if number in self._numbers(half_day) else None

    def put_down(self, place: Place) -> bool:
        """Put the visit down for good; False, and nothing changed, where that is not lawful."""
        option = self.option(place)
        if option is None or option.obstacle is not None:
            return False
        half_day = self._ground.half_day[place.half_day]
        number = self.board.numbers[place.tour] if place.tour else None
        entry = self._entry(number)
        if number is None:
            return self._timetable.place(entry.doors, 1 << half_day) is not None
        found = self._needs(half_day, number, entry)
        stint = self._timetable.remove(number)
        if found is not None and suffice(self._ground, found):
            return self._timetable.resume(joined(self._timetable, self.door, stint, entry, found)) is not None
        return self._timetable.place(entry.doors, 1 << half_day) is not None

    def _left_behind(self) -> TourNumber | None:
        """The tour's other visits go on, with its roles where these suit; None where there are none, or no people."""
        timetable, half_day = self._timetable, self._before.half_day
        doors = tuple(door for door in self._before.doors if door is not self.door)
        if not doors:
            return None
        shorter = _with_fewer_roles(self.board, self.source, self._before.doors, doors)
        stint = as_it_was(timetable, shorter, doors, half_day) if shorter else None
        return timetable.resume(stint) if stint else timetable.place(doors, 1 << half_day)

    def _options(self, half_day: int) -> Iterator[Option]:
        return (self._option(half_day, number, in_full=False) for number in self._numbers(half_day))

    def _numbers(self, half_day: int) -> tuple[TourNumber | None, ...]:
        """The tours of a half-day that the visit could join, and None for one of its own."""
        others = tuple(number for number in self._timetable.at(half_day) if number != self._rest)
        has_been_alone = len(self._before.doors) == 1 and half_day == self._before.half_day
        return others if has_been_alone else (*others, None)

    def _option(self, half_day: int, number: TourNumber | None, *, in_full: bool) -> Option:
        name = None if number is None else self._names[number]
        place = Place(half_day=self._ground.problem.half_days[half_day].id, tour=name)
        obstacle = stuck() if self._is_stuck else of_half_day(self._timetable, self.door, half_day)
        if obstacle is not None:
            return Option(place=place, obstacle=obstacle, travel=0)
        before = 0 if number is None else self._timetable.stints[number].travel
        entry = self._entry(number)
        obstacle = of_time(self._timetable, half_day, entry.doors, entry.travel, is_new=number is None)
        if obstacle is None and not self._is_manned(half_day, number, entry):
            obstacle = of_people(self._timetable, half_day, entry.doors, in_full=in_full)
        return Option(place=place, obstacle=obstacle, travel=entry.travel - before)

    def _entry(self, number: TourNumber | None) -> Entry:
        if number is None:
            return Entry((self.door,), 0)
        stint = self._timetable.stints[number]
        more, at = min(_insertions(self._timetable.travel, stint.doors, self.door))
        return Entry((*stint.doors[:at], self.door, *stint.doors[at:]), stint.travel + more)

    def _is_manned(self, half_day: int, number: TourNumber | None, entry: Entry) -> bool:
        """Whether there are people for the visit there, beside everything else."""
        found = self._needs(half_day, number, entry)
        if found is not None and suffice(self._ground, found):
            return True
        if number is None:
            return self._is_possible(entry.doors, half_day)
        stint = self._timetable.remove(number)
        possible = self._is_possible(entry.doors, half_day)
        name = self._names.pop(number)
        self.board.numbers[name] = again = self._timetable.restore(stint)
        self._names[again] = name
        return possible

    def _is_possible(self, doors: Sequence[Door], half_day: int) -> bool:
        number = self._timetable.place(doors, 1 << half_day)
        if number is None:
            return False
        self._timetable.remove(number)
        return True

    def _needs(self, half_day: int, number: TourNumber | None, entry: Entry) -> list[Need] | None:
        if number is None:
            return needs(self._timetable, self.door, half_day, None, {}, entry.doors)
        stint = self._timetable.stints[number]
        asked = self.board.asked.get(number)
        if asked is None:
            asked = self.board.asked[number] = asked_by(stint.doors)
        return needs(self._timetable, self.door, half_day, stint, asked, entry.doors)


def _with_fewer_roles(board: Board, tour: Tour, before: Sequence[Door], doors: Sequence[Door]) -> Tour | None:
    """The tour with the roles of those who still have something to do there; None where these ask for others now."""
    ground = board.timetable.ground
    demands, asked = asked_by(before), asked_by(doors)
    if any(demands[department] != demand for department, demand in asked.items()):
        return None
    roles = tuple(role for role in tour.roles if ground.department[role.department] in asked)
    if sum(role.need for role in roles if role.certified) < ground.problem.policy.team_minimum:
        return None
    return msgspec.structs.replace(tour, roles=roles)


def _insertions(travel: Travel, doors: Sequence[Door], door: Door) -> Iterator[tuple[int, int]]:
    """By how many minutes travel grows with the visit in each position of the tour, and the position."""
    there = [travel.minutes(each.target, door.target) for each in doors]
    yield there[0], 0
    for at in range(1, len(doors)):
        yield there[at - 1] + there[at] - travel.minutes(doors[at - 1].target, doors[at].target), at
    yield there[-1], len(doors)

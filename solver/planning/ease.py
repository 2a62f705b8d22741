"""Wider draws for nothing: a tour moves to a half-day where fewer roles are thin and fewer people are without a chance.

Doors, officers and travel stay as they are; only who else is out at the same time changes. Greedy and bounded.
"""

from collections.abc import Sequence

from solver.planning.consolidate import Door
from solver.planning.ground import bits
from solver.planning.staffing import THIN_COST
from solver.planning.timetable import Stint, Strain, Timetable, TourNumber

MOST_TRIES = 4000
"""So many moves are tried at most, about half a millisecond each."""
PASSES = 3


def ease(timetable: Timetable) -> None:
    """Move tours out of half-days whose draws are narrow, as long as that widens more than it narrows."""
    tries = MOST_TRIES
    for _ in range(PASSES):
        moved = False
        for half_day in range(len(timetable.ground.capacity)):
            for number in timetable.at(half_day):
                if tries > 0 and _narrow(timetable, number):
                    used, better = _moved(timetable, number)
                    tries -= used
                    moved = moved or better
        if not moved:
            return


def _narrow(timetable: Timetable, number: TourNumber) -> bool:
    stint = timetable.stints[number]
    departments = timetable.strain(stint.half_day).departments
    return any(post.department in departments for post in stint.posts)


def _moved(timetable: Timetable, number: TourNumber) -> tuple[int, bool]:
    """Move one tour to where it narrows the draws least; how many moves were tried, and whether it is elsewhere now."""
    stint = timetable.stints[number]
    borrowed = timetable.borrowed()
    strain = timetable.strain(stint.half_day)
    timetable.remove(number)
    least = _price(stint, timetable.strain(stint.half_day), strain)
    best: int | None = None
    tries = 0
    for half_day in _elsewhere(timetable, stint.doors, stint.half_day):
        if least <= (stint.officers, 0):
            break
        before = timetable.strain(half_day)
        placed = timetable.place(stint.doors, 1 << half_day)
        tries += 1
        if placed is not None:
            price = _price(timetable.stints[placed], before, timetable.strain(half_day))
            if price < least and timetable.borrowed() <= borrowed:
                least, best = price, half_day
            timetable.remove(placed)
    if best is None:
        timetable.restore(stint)
    else:
        timetable.place(stint.doors, 1 << best)
    return tries, best is not None


def _price(stint: Stint, without: Strain, beside: Strain) -> tuple[int, int]:
    """What a tour costs where it is: officers and the roles that grow thin, then who is left without a chance."""
    thin = beside.thin - without.thin
    return (stint.officers + THIN_COST * thin, beside.chanceless - without.chanceless)


def _elsewhere(timetable: Timetable, doors: Sequence[Door], half_day: int) -> list[int]:
    """The other half-days that these doors have in common, the emptiest first."""
    common = ~(1 << half_day)
    for door in doors:
        common &= door.half_days
    return sorted(bits(common), key=lambda each: (len(timetable.at(each)), each))

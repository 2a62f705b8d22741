"""Wider and more even draws for nothing: tours move to half-days where draws are less narrow and shares more even.

Narrow: a role is thin, or somebody has no chance. Uneven: even shares ask for more of somebody than there is. Doors,
officers and travel stay as they are; only who else is out at the same time changes. Greedy and bounded.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from solver.planning.consolidate import Door
from solver.planning.ground import bits
from solver.planning.limits import Stop
from solver.planning.staffing import THIN_COST, Post
from solver.planning.timetable import Stint, Strain, Timetable, TourNumber

MOST_TRIES = 8000
"""So many moves are tried at most, about half a millisecond each."""
PASSES = 3
A_MILLIONTH = 1e-6
"""Of a half-day: less is rounding."""

Price = tuple[int, int, float]


class _Shares:
    """Everyone's even shares in half-days. Where they exceed what there is of somebody, chances cannot be even."""

    def __init__(self, timetable: Timetable) -> None:
        self._ceiling = timetable.ground.ceiling
        self._all: dict[int, float] = defaultdict(float)
        self._then: list[dict[int, float]] = [defaultdict(float) for _ in timetable.ground.capacity]
        for stint in timetable.stints.values():
            self.count(stint, 1)

    def count(self, stint: Stint, sign: int) -> None:
        """Add a tour's shares to the others, or take them off."""
        for person, share in _even(stint.posts).items():
            self._then[stint.half_day][person] += sign * share
            self._all[person] += sign * share

    def short(self, stint: Stint) -> bool:
        """Whether somebody on this tour would have more than the whole half-day."""
        then = self._then[stint.half_day]
        return any(then[person] > 1 + A_MILLIONTH for person in _even(stint.posts))

    def more(self, stint: Stint) -> float:
        """What a tour that is not counted would add to shares beyond the half-day, and beyond ceilings."""
        then = self._then[stint.half_day]
        more = 0.0
        for person, share in _even(stint.posts).items():
            more += _beyond(then[person], share, 1)
            ceiling = self._ceiling[person]
            if ceiling is not None:
                more += _beyond(self._all[person], share, ceiling)
        return more


def _beyond(known: float, share: float, most: int) -> float:
    return max(0.0, known + share - most) - max(0.0, known - most)


def _even(posts: Iterable[Post]) -> dict[int, float]:
    shares: dict[int, float] = defaultdict(float)
    for post in posts:
        share = post.need / post.pool.bit_count()
        for person in bits(post.pool):
            shares[person] += share
    return shares


def ease(timetable: Timetable, stop: Stop) -> None:
    """Move tours out of half-days whose draws are narrow or uneven, as long as that widens more than it narrows."""
    tries = MOST_TRIES
    shares = _Shares(timetable)
    for _ in range(PASSES):
        moved = False
        for half_day in range(len(timetable.ground.capacity)):
            for number in timetable.at(half_day):
                if tries <= 0 or stop():
                    return
                if _narrow(timetable, shares, number):
                    used, now = _moved(timetable, shares, number)
                    tries -= used
                    here = timetable.stints[now].half_day == half_day
                    if here and _narrow(timetable, shares, now):
                        used, here = _exchanged(timetable, shares, now, tries)
                        tries -= used
                    moved = moved or not here
        if not moved:
            return


def _narrow(timetable: Timetable, shares: _Shares, number: TourNumber) -> bool:
    """Whether people of this tour are short in its half-day."""
    stint = timetable.stints[number]
    departments = timetable.strain(stint.half_day).departments
    return any(post.department in departments for post in stint.posts) or shares.short(stint)


def _moved(timetable: Timetable, shares: _Shares, number: TourNumber) -> tuple[int, TourNumber]:
    """Move one tour to where it narrows the draws least; how many moves were tried, and its number since."""
    stint = timetable.stints[number]
    borrowed = timetable.borrowed()
    strain = timetable.strain(stint.half_day)
    timetable.remove(number)
    shares.count(stint, -1)
    least = (*_price(stint, timetable.strain(stint.half_day), strain), shares.more(stint))
    best: int | None = None
    tries = 0
    for half_day in _elsewhere(timetable, stint.doors, stint.half_day):
        if least <= (stint.officers, 0, A_MILLIONTH):
            break
        before = timetable.strain(half_day)
        placed = timetable.place(stint.doors, 1 << half_day)
        tries += 1
        if placed is not None:
            new = timetable.stints[placed]
            price = (*_price(new, before, timetable.strain(half_day)), shares.more(new) + A_MILLIONTH)
            if price < least and timetable.borrowed() <= borrowed:
                least, best = price, half_day
            timetable.remove(placed)
    placed = None if best is None else timetable.place(stint.doors, 1 << best)
    now = timetable.restore(stint) if placed is None else placed
    shares.count(timetable.stints[now], 1)
    return tries, now


def _price(stint: Stint, without: Strain, beside: Strain) -> tuple[int, int]:
    """What a tour costs where it is: officers and the roles that grow thin, then who is left without a chance."""
    thin = beside.thin - without.thin
    return (stint.officers + THIN_COST * thin, beside.chanceless - without.chanceless)


def _exchanged(timetable: Timetable, shares: _Shares, number: TourNumber, most: int) -> tuple[int, bool]:
    """Let one tour change half-days with another, where cars are short; how often it was tried, and whether in vain."""
    doors, home = timetable.stints[number].doors, timetable.stints[number].half_day
    tries = 0
    for half_day in _elsewhere(timetable, doors, home):
        for other in timetable.at(half_day):
            if not _common(timetable.stints[other].doors) >> home & 1:
                continue
            if tries == most:
                return tries, True
            tries += 1
            number, better = _changed_places(timetable, shares, number, other)
            if better:
                return tries, False
    return tries, True


def _changed_places(
    timetable: Timetable, shares: _Shares, one: TourNumber, other: TourNumber
) -> tuple[TourNumber, bool]:
    """Two tours in each other's half-days if that is better; the number of the one since, and whether it was."""
    old = (timetable.stints[one], timetable.stints[other])
    least, borrowed = _strained(timetable, old), timetable.borrowed()
    for number, stint in zip((one, other), old, strict=True):
        timetable.remove(number)
        shares.count(stint, -1)
    uneven = sum(shares.more(stint) for stint in old)
    first = timetable.place(old[0].doors, 1 << old[1].half_day)
    second = timetable.place(old[1].doors, 1 << old[0].half_day)
    if first is not None and second is not None and timetable.borrowed() <= borrowed:
        made = (timetable.stints[first], timetable.stints[second])
        price = (*_strained(timetable, made), sum(shares.more(stint) for stint in made) + A_MILLIONTH)
        if price < (*least, uneven):
            for stint in made:
                shares.count(stint, 1)
            return first, True
    for placed in (first, second):
        if placed is not None:
            timetable.remove(placed)
    for stint in old:
        shares.count(stint, 1)
    back, _ = [timetable.restore(stint) for stint in old]
    return back, False


def _strained(timetable: Timetable, stints: Sequence[Stint]) -> tuple[int, int]:
    """What tours in different half-days and everything beside them cost, as `_price` does."""
    strains = [timetable.strain(stint.half_day) for stint in stints]
    return (
        sum(stint.officers for stint in stints) + THIN_COST * sum(each.thin for each in strains),
        sum(each.chanceless for each in strains),
    )


def _elsewhere(timetable: Timetable, doors: Sequence[Door], half_day: int) -> list[int]:
    """The other half-days that these doors have in common, the emptiest first."""
    return sorted(bits(_common(doors) & ~(1 << half_day)), key=lambda each: (len(timetable.at(each)), each))


def _common(doors: Sequence[Door]) -> int:
    common = -1
    for door in doors:
        common &= door.half_days
    return common

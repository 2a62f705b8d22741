"""Tours for everything that is to be visited, neighbourhood by neighbourhood, as well as the time allows; their proof.

Soon a first, hasty drawing, so that there is a plan; then one with care. When tours are driven is the timetable's to
say. The clock is the planner's.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from solver.planning.calls import CheckPrices, DivideDoors
from solver.planning.consolidate import Door, Doorway
from solver.planning.ids import TargetId
from solver.planning.limits import Timing
from solver.planning.together import Together
from solver.planning.tours.cover import Effort
from solver.planning.tours.quotes import proven, quotes_for, sound, unsettled
from solver.planning.tours.shards import Drawn, Shard, driven, split
from solver.planning.workers import Workers

SHARD = 480
"""Doors planned together: a county in one piece, a prefecture in neighbourhoods that keep a process below 1 GB."""
THOROUGH = Effort(width=3000, rounds=8, keep=4000, work=6.0)
BRISK = Effort(width=1500, rounds=6, keep=3000, work=1.5)
HASTY = Effort(width=300, rounds=4, keep=1500, work=0.2)
PRICING = Effort(width=1500, rounds=8, keep=0, work=0.01)
"""Where only prices are asked for."""
REFINED = 6
"""Rounds of pricing by crews where there are few doors: after so many hardly anything new is found."""
THOROUGH_TIMES, BRISK_TIMES = 7.0, 5.0
"""So many times as long as planning hastily took must be left for a shard to be planned so."""
COLUMNS_TIMES = 4.5
"""So many times as long as planning hastily takes it to find the columns among which CP-SAT then chooses."""
MANY_DOORS = 2000
"""So many doors are drawn together (together.py) once there is a first plan."""
TOURS_SHARE, LAST_SHARE = 0.7, 0.85
"""The part of the time that goes to tours, and to what was not begun by then; the rest improves the half-days."""
PROOFS = 16
"""Into so many jobs a proof is divided."""

Tours = list[tuple[Door, ...]]


class Drawing:
    """The tours of one planning."""

    def __init__(self, pool: Workers, clock: Timing, ways: Sequence[Doorway], told: Callable[[float], None]) -> None:
        self._pool = pool
        self._clock = clock
        self._told = told
        self._doors = sum(len(way.doors) for way in ways)
        self._parts = split(pool.site.ground, ways, SHARD)
        self._drawn: list[Drawn | None] = [None] * len(self._parts)
        self._took = 0.0
        self._together: Together | None = None

    def first(self) -> Tours:
        """Tours as soon as they can be had; by effort, the best."""
        left = self._clock.seconds(TOURS_SHARE)
        if self._doors >= MANY_DOORS:
            return self._draw([Shard(ways=part, effort=HASTY, seconds=None) for part in self._parts])
        if left is None:
            return self._draw([Shard(ways=part, effort=_refined(THOROUGH), seconds=None) for part in self._parts])
        tours = self._hasty()
        self._took = left - (self._clock.seconds(TOURS_SHARE) or 0.0)
        return tours

    def _hasty(self) -> Tours:
        """Drawn here: before another process has begun, a county is done."""
        for place, part in enumerate(self._parts):
            call = DivideDoors(shard=Shard(ways=part, effort=HASTY, seconds=None))
            self._drawn[place] = call(self._pool.site, self._clock.until(TOURS_SHARE))
        return self._tours()

    def _tours(self) -> Tours:
        return [tour for part, found in zip(self._parts, self._drawn, strict=True) for tour in driven(part, found)]

    def again(self) -> Tours | None:
        """Tours with care, where the first were drawn in haste and there is the time."""
        if self._doors >= MANY_DOORS:
            self._together = Together(self._pool, self._clock, self._parts, self._drawn, self._told)
            return self._together.tours()
        left = self._clock.seconds(TOURS_SHARE)
        if left is None or self._doors == 0 or left < BRISK_TIMES * self._took:
            return None
        effort = _refined(THOROUGH if left > THOROUGH_TIMES * self._took else BRISK)
        search = (left - COLUMNS_TIMES * self._took) / -(-len(self._parts) // self._pool.count)
        return self._draw([Shard(ways=part, effort=effort, seconds=search) for part in self._parts])

    def prices(self) -> Mapping[TargetId, int]:
        """What serving each target costs at least, as far as the time allows; no tours are drawn for driving."""
        self._draw([Shard(ways=part, effort=PRICING, seconds=None) for part in self._parts])
        return self.proven()

    def proven(self) -> Mapping[TargetId, int]:
        """How far the prices that the tours were found by are proven (quotes.py); less, the less time was left."""
        if self._together is not None:
            return self._together.proven
        ground = self._pool.site.ground
        known = [(part, found) for part, found in zip(self._parts, self._drawn, strict=True) if found]
        quotes = tuple(quote for ways, found in known for quote in quotes_for(ground, ways, found.worth))
        values = {
            way.doors[0].target: value
            for ways, found in known
            for way, value in zip(ways, found.values, strict=True)
            if sound(ground, way)
        }
        calls = [CheckPrices(quotes=quotes, part=part, parts=PROOFS) for part in range(PROOFS)] if quotes else []
        answers = self._pool.each(calls, lambda _: None, self._clock.until(LAST_SHARE))
        unseen = [part for part, answer in enumerate(answers) if answer is None]
        found = [answer for answer in answers if answer is not None]
        found.append(unsettled(ground, quotes, unseen, PROOFS))
        return proven(values, quotes, found)

    def _draw(self, shards: Sequence[Shard]) -> Tours:
        """Every shard's tours; those not begun in time are drawn hastily here, and what is late even then door by door.

        Here: whoever has not begun so far is busy, and might not begin before the end either.
        """
        calls = [DivideDoors(shard=shard) for shard in shards]
        answers = self._pool.each(calls, lambda count: self._told(count / len(calls)), self._clock.until(TOURS_SHARE))
        late = [place for place, found in enumerate(answers) if found is None and self._drawn[place] is None]
        hasty = [DivideDoors(shard=msgspec.structs.replace(shards[place], effort=HASTY)) for place in late]
        found = self._pool.each(hasty, lambda _: None, self._clock.until(LAST_SHARE), travels=False)
        more = dict(zip(late, found, strict=True))
        self._drawn = [drawn or more.get(place, self._drawn[place]) for place, drawn in enumerate(answers)]
        return self._tours()


def _refined(effort: Effort) -> Effort:
    return msgspec.structs.replace(effort, refined=REFINED)

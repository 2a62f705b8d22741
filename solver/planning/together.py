"""Tours of very many targets, once each neighbourhood has a first few: prices that all share, then a choice over seams.

Rounds of the joint programme and the exact search find tours that neighbourhoods alone do not know, and prove a bound;
a first choice comes out of the programme, then block after block chooses anew, beginning with what is driven now.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from solver.planning.blocks import Block, blocks
from solver.planning.calls import DivideDoors, PriceTours
from solver.planning.consolidate import Door, Doorway
from solver.planning.ids import TargetId
from solver.planning.limits import Timing
from solver.planning.tours.cover import Effort, Members
from solver.planning.tours.joint import Asked, Joint
from solver.planning.tours.quotes import Priced
from solver.planning.tours.rows import lay_rows, stops_of
from solver.planning.tours.shards import TOO_FEW, Drawn, Shard, cost_of
from solver.planning.workers import Workers

PARTS = 8
"""Into so many jobs the exact search is divided."""
ROUNDS, MOST_ROUNDS = 4, 12
"""Rounds of the joint programme: by effort, and at most as long as there is time."""
FEW = 0.01
"""When a round finds fewer new tours than this part of the doors, prices hardly change any more."""
PRICES_SHARE, LAST_SHARE = 0.75, 0.92
"""The part of the time by which prices are settled, and by which blocks have chosen."""
NEIGHBOURHOOD = 480
"""Doors chosen together."""
TIMES = 4
"""So often at most all blocks choose, each time grown from elsewhere."""
EFFORT = Effort(width=1500, rounds=1, keep=4000, work=2.0)
SEARCH_SECONDS = 3.0
"""What CP-SAT may take for a block."""


class Together:
    """The tours of all neighbourhoods, as positions among all stops."""

    def __init__(
        self,
        pool: Workers,
        clock: Timing,
        parts: Sequence[Sequence[Doorway]],
        drawn: Sequence[Drawn | None],
        told: Callable[[float], None],
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._told = told
        self._ways = [way for part in parts for way in part]
        self._stops = stops_of(self._ways)
        self._joint = Joint(pool.site.ground, self._ways)
        self._now: list[Members] = []
        self._prices: dict[Members, int | None] = {}
        start = 0
        for part, found in zip(parts, drawn, strict=True):
            stops = len(stops_of(part))
            self._joint.add(_moved(found.found, start) if found else ())
            at_hand = len(self._now)
            self._now += _moved(found.tours, start) if found else _one_by_one(part, start)
            self._joint.add(self._now[at_hand:])
            start += stops

    @property
    def proven(self) -> Mapping[TargetId, int]:
        """What serving each target takes at least (quotes.py)."""
        return self._joint.proven

    def tours(self) -> list[tuple[Door, ...]] | None:
        """Settle prices, then choose, as far as the time allows; None where all stays as it is driven now."""
        before = list(self._now)
        stop = self._clock.until(LAST_SHARE)
        if self._settle() and not stop():
            self._dive()
            for number in range(TIMES):
                if stop() or not self._choose(number):
                    break
        if self._now == before:
            return None
        return [tuple(self._stops[place] for place in tour) for tour in self._now]

    def _settle(self) -> bool:
        """Rounds of prices and tours found by them; whether there are any prices."""
        stop = self._clock.until(PRICES_SHARE)
        for number in range(ROUNDS if self._clock.seconds(1.0) is None else MOST_ROUNDS):
            asked = None if stop() else self._joint.ask(self._clock.seconds(PRICES_SHARE))
            if asked is None:
                return number > 0
            if self._joint.learn(asked, self._priced(asked)) < FEW * len(self._stops):
                break
            self._told(number / MOST_ROUNDS * PRICES_SHARE)
        return True

    def _priced(self, asked: Asked) -> list[Priced]:
        """What every part of the leaders says; of a part that nobody began nothing is known."""
        calls = [PriceTours(quotes=asked.quotes, part=part, parts=PARTS) for part in range(PARTS)]
        answers = self._pool.each(calls, lambda _: None, self._clock.until(PRICES_SHARE))
        return [answer or call(self._pool.site, lambda: True) for call, answer in zip(calls, answers, strict=True)]

    def _dive(self) -> None:
        """Take what the joint programme chooses, if that is better than what is driven now."""
        driven = {place for tour in self._now for place in tour}
        left = partial(self._clock.seconds, LAST_SHARE)
        found = self._joint.chosen(driven, lambda tour: self._price(tour) is not None, left)
        if found and self._cost(found) < self._cost(self._now):
            self._now = [self._in_order(tour) for tour in found]

    def _cost(self, tours: Sequence[Members]) -> int:
        prices = [self._price(tour) for tour in tours]
        return sum(TOO_FEW if each is None else each for each in prices)

    def _price(self, tour: Members) -> int | None:
        """What a tour costs with its crews, in its best half-day."""
        if tour not in self._prices:
            site = self._pool.site
            doors = [self._stops[place] for place in tour]
            self._prices[tour] = cost_of(site.ground, site.staffing, site.travel, doors)
        return self._prices[tour]

    def _in_order(self, tour: Members) -> Members:
        _, order = self._pool.site.travel.route([self._stops[place].target for place in tour])
        return tuple(tour[place] for place in order)

    def _choose(self, number: int) -> bool:
        """Let every block choose anew among the tours that lie within it; whether that changed anything."""
        start = number * len(self._now) // TIMES
        some = blocks(self._ways, self._now, self._joint.tours(), NEIGHBOURHOOD, start)
        seconds = None if self._clock.seconds(1.0) is None else SEARCH_SECONDS
        calls = [DivideDoors(shard=self._shard(block, seconds)) for block in some]
        done = PRICES_SHARE + (LAST_SHARE - PRICES_SHARE) * number / TIMES
        answers = self._pool.each(calls, lambda _: self._told(done), self._clock.until(LAST_SHARE))
        before = self._cost(self._now)
        for block, found in zip(some, answers, strict=True):
            if found is not None:
                gone = {block.stops[place] for tour in block.now for place in tour}
                self._now = [tour for tour in self._now if tour[0] not in gone]
                self._now += [tuple(block.stops[place] for place in tour) for tour in found.tours]
        return self._cost(self._now) < before

    def _shard(self, block: Block, seconds: float | None) -> Shard:
        worth = self._joint.whole.worth[list(block.stops)]
        return Shard(
            ways=block.ways,
            effort=EFFORT,
            seconds=seconds,
            worth=tuple(worth.tolist()),
            known=block.known,
            now=block.now,
        )


def _moved(tours: Sequence[Members], start: int) -> list[Members]:
    return [tuple(place + start for place in tour) for tour in tours]


def _one_by_one(ways: Sequence[Doorway], start: int) -> list[Members]:
    """The doors at hand, each a tour."""
    return [(start + place,) for place in sorted(lay_rows(ways).at_hand)]

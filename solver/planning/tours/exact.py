"""Every tour that is worth more than its officers cost: complete, so that prices can be proven (bounds.py).

Tours are grown from a leader, the door with most officers in them; a tour is given up only when no lawful tour that
contains it can be worth its officers. Tours of doors that share no department need not be looked at: each part is.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np

from solver.planning.tours.field import SCALE, Field, Reals
from solver.planning.tours.stops import NEVER, Flags, Floats, Ints, Spans, Words

CELLS = 1_000_000
"""So many (tour, further door) pairs are tried in one sweep."""
MOST_CELLS = 500_000_000
"""More pairs than this are not tried for one set of leaders: the answer is then that nothing is known."""
MOST_KNOWN = 2000
"""For up to so many doors all travel is worked out beforehand: what that takes grows with the square."""
MOST_ORDERED = 6
"""Up to so many doors every order is tried."""
SLACK, SLACK_UP_TO = 1e-3, 100
"""Officer half-days by which single precision could understate the worth of tours with so many officers, generously."""


class Overdone(NamedTuple):
    """For each row the greatest worth of a tour with it, as a share of its officers (1 where none is worth more)."""

    rows: Ints
    share: Reals


class _Labels(NamedTuple):
    """Tours so far, as rows: leader first. `cost` and `worth` in officer half-days."""

    doors: Ints
    half_days: Words
    asks: Words
    worth: Floats
    cost: Floats
    minutes: Spans
    longest: Spans

    def pick(self, chosen: Ints | Flags) -> "_Labels":
        return _Labels(
            doors=self.doors[chosen],
            half_days=self.half_days[chosen],
            asks=self.asks[chosen],
            worth=self.worth[chosen],
            cost=self.cost[chosen],
            minutes=self.minutes[chosen],
            longest=self.longest[chosen],
        )

    def and_also(self, others: "Sequence[_Labels]") -> "_Labels":
        every = (self, *others)
        return _Labels(
            doors=np.concatenate([each.doors for each in every]),
            half_days=np.concatenate([each.half_days for each in every]),
            asks=np.concatenate([each.asks for each in every]),
            worth=np.concatenate([each.worth for each in every]),
            cost=np.concatenate([each.cost for each in every]),
            minutes=np.concatenate([each.minutes for each in every]),
            longest=np.concatenate([each.longest for each in every]),
        )


def overdone(field: Field, worth: Ints, leaders: Ints, stop: Callable[[], bool]) -> Overdone | None:
    """By how much doors are priced too high; None when told to stop or when there are too many tours to try.

    `worth` in whole numbers, SCALE an officer half-day. `leaders` are rows; the answers for all leaders together say
    it for all tours.
    """
    if stop():
        return None
    rows = _nearby(field, worth, leaders)
    return _Search(field.part(rows), worth[rows], np.flatnonzero(np.isin(rows, leaders)), stop).run(rows)


def teams(field: Field, leaders: int) -> list[Ints]:
    """Divide all rows into groups of so many leaders that ask for the same and stand near each other."""
    spots = np.nan_to_num(field.spots)
    keys = [spots[:, 0], np.round(spots[:, 1], 2), *(field.asks[:, word] for word in range(field.asks.shape[1]))]
    order = np.lexsort(keys)
    return [order[start : start + leaders] for start in range(0, len(order), leaders)]


def _ranked(field: Field, rows: Ints) -> Ints:
    """Rows in the order in which leaders are chosen: most officers first; the same whichever rows stand beside."""
    return rows[np.lexsort((rows, -field.officers(field.asks[rows])))]


def _nearby(field: Field, worth: Ints, leaders: Ints) -> Ints:
    """Leaders and the doors that tours led by one of them may hold, in ranking order; none if none is worth anything.

    A tour hangs together: from its leader every door is reached by departments that doors share.
    """
    rows = _ranked(field, np.flatnonzero(worth > 0))
    led = np.flatnonzero(np.isin(rows, leaders))
    if len(led) == 0:
        return led
    later = np.arange(len(rows))[None, :] > led[:, None]
    promising = _promising(field, worth, rows[led], rows, later).any(axis=0)
    near: Flags = np.isin(np.arange(len(rows)), led)
    if field.least > int(field.officers(field.asks).min()):
        return rows[near | promising]
    for _ in range(field.most):
        departments = np.bitwise_or.reduce(field.asks[rows[near]], axis=0)
        reached = promising & ((field.asks[rows] & departments) != 0).any(axis=1)
        if not (reached & ~near).any():
            break
        near |= reached
    return rows[near]


def _promising(field: Field, worth: Ints, leaders: Ints, rows: Ints, later: Flags) -> Flags:
    """Which rows may be on a tour with which leader.

    A tour led by i is worth at most w_i - c_i + sum(w_k - x_ik / most), x_ik the officers that k adds to i's: those
    that several doors add are paid once, so each pays the `most`th part at least.
    """
    longest = field.longest(field.half_days[leaders])[:, None].astype(np.float32)
    left = (
        longest
        - field.minutes[leaders][:, None]
        - field.minutes[rows][None, :]
        - field.travel(leaders[:, None], rows[None, :])
    )
    fits = later & (left >= 0)
    most = np.minimum(field.most - 1, (longest - field.minutes[leaders][:, None]) // field.minutes.min())
    kinds, kind = np.unique(field.asks[leaders], axis=0, return_inverse=True)
    more = field.officers(field.asks[rows][None, :] & ~kinds[:, None])[kind.ravel()]
    gain = (worth[rows][None, :] / SCALE - more / np.maximum(most, 1)).astype(np.float32)
    gain[~fits] = -np.inf
    pace = (np.maximum(gain, 0) / field.minutes[rows][None, :]).max(axis=1, keepdims=True)
    rest = np.minimum(left * pace, (most - 1) * np.maximum(gain.max(axis=1, keepdims=True), 0))
    start = (worth[leaders] / SCALE - field.officers(field.asks[leaders])).astype(np.float32)[:, None]
    promising: Flags = fits & (start + gain + rest > -_slack(field))
    return promising


def _slack(field: Field) -> float:
    return SLACK * max(1.0, float(field.officers(field.asks).max()) / SLACK_UP_TO)


class _Gains(NamedTuple):
    """What further doors gain at most: so many of them, each so much by the minute and so much at all."""

    most: int
    pace: float
    best: float


class _Search:
    """Growing tours in sweeps, from leaders among rows in ranking order."""

    def __init__(self, field: Field, worth: Ints, leaders: Ints, stop: Callable[[], bool]) -> None:
        self._field = field
        self._exact = worth
        self._leaders = leaders
        self._stop = stop
        self._all = np.arange(len(worth))
        self._worth = (worth / SCALE).astype(np.float32)
        self._cost = field.officers(field.asks).astype(np.float32)
        self._travel = field.travel(self._all[:, None], self._all[None, :]) if len(worth) <= MOST_KNOWN else None
        # a tour's parts only then cost what the tour costs when each of them has a whole team
        self._by_parts = len(worth) > 0 and field.least <= int(self._cost.min())
        self._slack = _slack(field) if len(worth) else 0.0
        self._share = np.ones(len(worth))
        self._cells = 0

    def run(self, rows: Ints) -> Overdone | None:
        """Sweep by sweep, one door more in each; `rows` names the rows for the answer."""
        labels = self._alone()
        for doors in range(1, min(self._field.most, len(self._all))):
            self._note(labels)
            longer = self._longer(labels, doors)
            if longer is None:
                return None
            labels = longer
            if len(labels.doors) == 0:
                break
        self._note(labels)
        return Overdone(rows, self._share)

    def _alone(self) -> _Labels:
        field, leaders = self._field, self._leaders
        return _Labels(
            doors=leaders[:, None],
            half_days=field.half_days[leaders],
            asks=field.asks[leaders],
            worth=self._worth[leaders],
            cost=self._cost[leaders],
            minutes=field.minutes[leaders],
            longest=field.longest(field.half_days[leaders]),
        )

    def _note(self, labels: _Labels) -> None:
        """Keep, for each door, the greatest share of worth to officers among these tours, reckoned exactly."""
        doors = labels.doors[labels.worth > np.maximum(labels.cost, self._field.least) - self._slack]
        if len(doors) == 0:
            return
        asks = np.bitwise_or.reduce(self._field.asks[doors], axis=1)
        officers = np.maximum(self._field.officers(asks), self._field.least)
        share = self._exact[doors].sum(axis=1) / (officers * SCALE)
        np.maximum.at(self._share, doors, np.nextafter(share, np.inf)[:, None])

    def _longer(self, labels: _Labels, doors: int) -> _Labels | None:
        """All tours with one door more that may be worth their officers, or become so; None when it was too much.

        Tours that ask for the same are extended together: few further doors are worth trying for them.
        """
        found: list[_Labels] = []
        left = labels.longest - labels.minutes
        most = np.minimum(self._field.most - doors, left // int(self._field.minutes.min())).astype(np.uint64)
        kinds, kind = np.unique(np.column_stack([labels.asks, most]), axis=0, return_inverse=True)
        order = np.argsort(kind.ravel(), kind="stable")
        for (*asks, _), alike in zip(kinds, np.split(order, np.cumsum(np.bincount(kind.ravel()))[:-1]), strict=True):
            more = self._field.officers(self._field.asks & ~np.array(asks)).astype(np.float32)
            some = labels.pick(alike)
            columns, gains = self._worth_trying(some, more, doors)
            step = max(1, CELLS // max(1, len(columns)))
            self._cells += len(alike) * len(columns)
            if self._stop() or self._cells > MOST_CELLS:
                return None
            for start in range(0, len(alike) if len(columns) else 0, step):
                part = some.pick(np.arange(start, min(start + step, len(alike))))
                found.append(self._extended(part, columns, more[columns], gains))
        if not found:
            return labels.pick(np.arange(0))
        together = found[0].and_also(found[1:])
        _, first = np.unique(np.sort(together.doors, axis=1), axis=0, return_index=True)
        return together.pick(first)

    def _worth_trying(self, labels: _Labels, more: Floats, doors: int) -> tuple[Ints, _Gains]:
        """Doors to try on some of these tours, alike in what they ask for, and what they gain at most.

        Officers that several doors add are paid once: each of the `most` that still fit pays its part at least.
        """
        minutes = self._field.minutes
        left = int((labels.longest - labels.minutes).max())
        most = min(self._field.most - doors, left // int(minutes.min()))
        if most < 1:
            return np.arange(0), _Gains(1, 0.0, 0.0)
        possible = (minutes <= left) & (self._all > labels.doors[:, 0].min())
        gain = np.where(possible, self._worth - more / most, -np.inf)
        pace, best = max(0.0, float((gain / minutes).max())), max(0.0, float(gain.max()))
        rest = np.minimum((left - minutes) * pace, (most - 1) * best)
        possible &= (labels.worth - labels.cost).max() + gain + rest > -self._slack
        if self._by_parts:
            possible &= more < self._cost
        return np.flatnonzero(possible), _Gains(most, pace, best)

    def _extended(self, labels: _Labels, columns: Ints, more: Floats, gains: _Gains) -> _Labels:
        field = self._field
        left = (labels.longest - labels.minutes).astype(np.float32)[:, None]
        fits = (columns[None, :] > labels.doors[:, :1]) & (field.minutes[columns][None, :] <= left)
        doors = labels.doors.shape[1]
        for place in range(doors):
            fits &= field.together(labels.doors[:, place], columns)
        left = (labels.longest[:, None] - self._minutes(labels, columns)).astype(np.float32)
        most = np.clip(left // field.minutes.min(), 0, min(field.most - doors, gains.most) - 1)
        start = (labels.worth - labels.cost)[:, None]
        last = start + (self._worth[columns] - more)[None, :]
        before = start + (self._worth[columns] - more / gains.most)[None, :]
        before += np.where(most > 0, np.minimum(left * gains.pace, most * gains.best), -np.inf)
        fits &= (left >= 0) & (np.maximum(last, before) > -self._slack)
        parent, column = np.nonzero(fits)
        return self._joined(labels.pick(parent), columns[column], more[column])

    def _minutes(self, labels: _Labels, columns: Ints) -> Spans:
        """At most the minutes of each tour with each further door; for up to three doors the shortest way exactly."""
        minutes = labels.minutes[:, None] + self._field.minutes[columns][None, :]
        doors = labels.doors
        if doors.shape[1] == 1:
            minutes += self._legs(doors, columns[None, :])
        elif doors.shape[1] == 2:  # noqa: PLR2004 - three points have three ways
            first, second = self._legs(doors[:, :1], columns[None, :]), self._legs(doors[:, 1:], columns[None, :])
            between = self._legs(doors[:, :1], doors[:, 1:])
            minutes += first + second - np.maximum(np.maximum(first, second), between)
        return minutes

    def _legs(self, one: Ints, other: Ints) -> Spans:
        return self._field.travel(one, other) if self._travel is None else self._travel[one, other]

    def _joined(self, labels: _Labels, door: Ints, more: Floats) -> _Labels:
        field = self._field
        doors = np.concatenate([labels.doors, door[:, None]], axis=1)
        half_days = labels.half_days & field.half_days[door]
        joined = _Labels(
            doors=doors,
            half_days=half_days,
            asks=labels.asks | field.asks[door],
            worth=labels.worth + self._worth[door],
            cost=labels.cost + more,
            minutes=field.minutes[doors].sum(axis=1, dtype=np.int16) + self._shortest_way(doors),
            longest=field.longest(half_days),
        )
        return joined.pick(joined.minutes <= joined.longest)

    def _shortest_way(self, doors: Ints) -> Spans:
        """The least travel through all doors of each tour, ends free: every order, or a lower bound of very many."""
        count = doors.shape[1]
        legs = {pair: self._legs(doors[:, pair[0]], doors[:, pair[1]]) for pair in permutations(range(count), 2)}
        least: Spans = np.full(len(doors), NEVER, dtype=np.int16)
        if count > MOST_ORDERED:
            nearest = np.stack(
                [np.min([legs[one, other] for other in range(count) if other != one], axis=0) for one in range(count)]
            )
            np.minimum(least, nearest.sum(axis=0, dtype=np.int64) - nearest.max(axis=0), out=least, casting="unsafe")
            return least
        for order in permutations(range(count)):
            if order[0] < order[-1]:
                way: Spans = np.add.reduce([legs[leg] for leg in pairwise(order)])
                np.minimum(least, way, out=least)
        return least

"""Exact shares rounded to whole chances: each down or up, so that every sum and limit still holds.

Needs, rooms and ceilings are whole numbers, so where a fractional flow exists a whole one does (integrality of flows).
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from ortools.graph.python import max_flow

from solver.planning.admission import Opening
from solver.planning.shares import Limits, Shares, Slot

Chances = dict[int, int]
Units = list[tuple[int, int]]
"""(Opening, person): a share that is no whole number, to be rounded up by one unit or left rounded down."""


def whole_chances(limits: Limits, openings: Sequence[Opening], shares: Sequence[Shares]) -> list[Chances]:
    """Whole numbers within one unit of the shares of one department; the same limits hold."""
    tables = [
        {person: share.numerator // share.denominator for person, share in sorted(each.items())} for each in shares
    ]
    left = _Left(limits, openings, tables)
    split = [[person for person, share in sorted(each.items()) if share.denominator > 1] for each in shares]
    up = _one_after_another(left, openings, split)
    if up is None:
        up = _as_a_flow(_Left(limits, openings, tables), openings, split)
    for number, person in up:
        tables[number][person] += 1
    return tables


class _Left:
    """What shares rounded down leave: of each need, of each half-day of a person, and below the ceilings."""

    def __init__(self, limits: Limits, openings: Sequence[Opening], tables: Sequence[Chances]) -> None:
        self._limits = limits
        self._endless = sum(each.post.need for each in openings) * limits.scale
        self.need = [
            each.post.need * limits.scale - sum(table.values()) for each, table in zip(openings, tables, strict=True)
        ]
        self._slot: dict[Slot, int] = defaultdict(int)
        self._person: dict[int, int] = defaultdict(int)
        for opening, table in zip(openings, tables, strict=True):
            for person, chance in table.items():
                self._slot[person, opening.half_day] += chance
                self._person[person] += chance

    def room(self, slot: Slot) -> int:
        """Units that a person's half-day still takes."""
        return self._limits.slot.get(slot, self._limits.scale) - self._slot[slot]

    def ceiling(self, person: int) -> int:
        """Units that a person still takes over the round; endless without a ceiling."""
        most = self._limits.person.get(person)
        return self._endless if most is None else most - self._person[person]

    def take(self, slot: Slot) -> bool:
        """Use a unit up, if there is one."""
        if self.room(slot) < 1 or self.ceiling(slot[0]) < 1:
            return False
        self._slot[slot] += 1
        self._person[slot[0]] += 1
        return True


def _one_after_another(left: _Left, openings: Sequence[Opening], split: Sequence[Sequence[int]]) -> Units | None:
    """Give the missing units to whoever has room, in turn, so that nobody is always first; None where that fails."""
    up: Units = []
    for number, people in enumerate(split):
        missing = left.need[number]
        turn = len(up) % max(1, len(people))
        for person in (*people[turn:], *people[:turn]):
            if missing == 0:
                break
            if left.take((person, openings[number].half_day)):
                up.append((number, person))
                missing -= 1
        if missing:
            return None
    return up


def _as_a_flow(left: _Left, openings: Sequence[Opening], split: Sequence[Sequence[int]]) -> Units:
    """The missing units as a flow role → (person, half-day) → person, which exists."""
    units = [(number, person) for number, people in enumerate(split) for person in people]
    keys = [(person, openings[number].half_day) for number, person in units]
    slots = {key: place for place, key in enumerate(dict.fromkeys(keys), start=len(openings))}
    people = {
        each: place for place, each in enumerate(dict.fromkeys(who for who, _ in slots), len(openings) + len(slots))
    }
    source, sink = len(openings) + len(slots) + len(people), len(openings) + len(slots) + len(people) + 1
    flow = max_flow.SimpleMaxFlow()
    arcs = flow.add_arcs_with_capacity(
        np.array([number for number, _ in units], dtype=np.int64),
        np.array([slots[key] for key in keys], dtype=np.int64),
        np.ones(len(units), dtype=np.int64),
    )
    for slot, place in slots.items():
        flow.add_arc_with_capacity(place, people[slot[0]], left.room(slot))
    for person, place in people.items():
        flow.add_arc_with_capacity(place, sink, left.ceiling(person))
    for number, amount in enumerate(left.need):
        flow.add_arc_with_capacity(source, number, amount)
    if flow.solve(source, sink) != flow.OPTIMAL or flow.optimal_flow() != sum(left.need):
        msg = "where fractions fit, whole numbers fit"
        raise RuntimeError(msg)
    return [unit for unit, more in zip(units, flow.flows(arcs).tolist(), strict=True) if more]

"""Exact shares rounded to whole chances: each down or up, so that every sum and limit still holds.

Needs, rooms and ceilings are whole numbers, so where a fractional flow exists a whole one does (integrality of flows).
"""

from collections import defaultdict
from collections.abc import Sequence
from math import floor

import numpy as np
from ortools.graph.python import max_flow

from solver.planning.admission import Opening
from solver.planning.shares import Limits, Shares

Chances = dict[int, int]


def whole_chances(limits: Limits, openings: Sequence[Opening], shares: Sequence[Shares]) -> list[Chances]:
    """Whole numbers within one unit of the shares of one department; the same limits hold."""
    tables = [{person: floor(share) for person, share in sorted(each.items())} for each in shares]
    split = [
        (number, person)
        for number, each in enumerate(shares)
        for person, share in sorted(each.items())
        if share.denominator > 1
    ]
    for number, person in _rounded_up(limits, openings, tables, split):
        tables[number][person] += 1
    return tables


def _rounded_up(
    limits: Limits, openings: Sequence[Opening], tables: Sequence[Chances], split: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Which of the split shares are rounded up: one unit each flows role → (person, half-day) → person."""
    supply = [each.post.need * limits.scale - sum(table.values()) for each, table in zip(openings, tables, strict=True)]
    in_slot: dict[tuple[int, int], int] = defaultdict(int)
    in_all: dict[int, int] = defaultdict(int)
    for opening, table in zip(openings, tables, strict=True):
        for person, chance in table.items():
            in_slot[person, opening.half_day] += chance
            in_all[person] += chance
    keys = [(person, openings[number].half_day) for number, person in split]
    slots = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    people = {person: place for place, person in enumerate(dict.fromkeys(person for person, _ in slots))}
    room = [limits.slot.get(key, limits.scale) - in_slot[key] for key in slots]
    ceiling = [limits.person[each] - in_all[each] if each in limits.person else len(split) for each in people]
    first_slot, first_person = len(openings), len(openings) + len(slots)
    source, sink = first_person + len(people), first_person + len(people) + 1
    flow = max_flow.SimpleMaxFlow()
    arcs = flow.add_arcs_with_capacity(
        np.array([number for number, _ in split], dtype=np.int64),
        np.array([first_slot + slots[key] for key in keys], dtype=np.int64),
        np.ones(len(split), dtype=np.int64),
    )
    for (person, _), place in slots.items():
        flow.add_arc_with_capacity(first_slot + place, first_person + people[person], room[place])
    for place, amount in enumerate(ceiling):
        flow.add_arc_with_capacity(first_person + place, sink, amount)
    for number, amount in enumerate(supply):
        flow.add_arc_with_capacity(source, number, amount)
    if flow.solve(source, sink) != flow.OPTIMAL or flow.optimal_flow() != sum(supply):
        msg = "where fractions fit, whole numbers fit"
        raise RuntimeError(msg)
    return [pair for pair, up in zip(split, flow.flows(arcs).tolist(), strict=True) if up]

"""One department's fairest shares, exact: people who are alike stand together, half-days apart as long as they can.

Half-days touch only through ceilings. Those are left out until somebody oversteps one: what is fairest with fewer
limits and keeps them all is fairest. Fractions only; whole_chances.py makes whole numbers of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from solver.planning.admission import Opening
from solver.planning.fairness import Edge, Net, fair_levels
from solver.planning.ground import bits

Shares = dict[int, Fraction]
"""By person the exact chance, out of `scale`."""
Slot = tuple[int, int]
"""Person and half-day."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What fixed tours and ceilings leave, in chances: by (person, half-day), and by person for one department."""

    slot: Mapping[Slot, int]
    person: Mapping[int, int]
    scale: int


def even_share(opening: Opening, scale: int) -> Fraction:
    """What each admitted would have if all had the same."""
    return Fraction(opening.post.need * scale, opening.admitted.bit_count())


def relied_on(opening: Opening, borrowed: int) -> int:
    """Borrowed people without whom the plan cannot do: theirs is the whole chance."""
    return opening.admitted & opening.seated & borrowed


def fair_shares(limits: Limits, borrowed: int, openings: Sequence[Opening]) -> list[Shares] | None:
    """Exact chances for the openings of one department, the fairest there are; None when there are none at all."""
    known: dict[tuple[tuple[int, ...], frozenset[int]], dict[int, Shares] | None] = {}
    near: frozenset[int] = frozenset()
    while True:
        tables: list[Shares] = [{} for _ in openings]
        for numbers, people in _parts(openings, near):
            if (numbers, people) not in known:
                known[numbers, people] = _part(limits, borrowed, {each: openings[each] for each in numbers}, people)
            found = known[numbers, people]
            if found is None:
                return None
            for number, table in found.items():
                tables[number] = table
        over = _over(limits, tables)
        if not over:
            return tables
        near |= over


def _over(limits: Limits, tables: Iterable[Shares]) -> frozenset[int]:
    """Who oversteps the ceiling."""
    total: dict[int, Fraction] = defaultdict(Fraction)
    for table in tables:
        for person in table.keys() & limits.person.keys():
            total[person] += table[person]
    return frozenset(person for person, share in total.items() if share > limits.person[person])


def _parts(openings: Sequence[Opening], near: frozenset[int]) -> list[tuple[tuple[int, ...], frozenset[int]]]:
    """Openings by half-day, those half-days together that somebody near the ceiling joins, with these people."""
    parts: list[tuple[list[int], int]] = []
    mask = sum(1 << person for person in near)
    at: dict[int, list[int]] = defaultdict(list)
    for number, opening in enumerate(openings):
        at[opening.half_day].append(number)
    for _, here in sorted(at.items()):
        numbers, people = here, 0
        for number in here:
            people |= openings[number].admitted & mask
        apart = []
        for others, known in parts:
            if known & people:
                numbers, people = others + numbers, people | known
            else:
                apart.append((others, known))
        parts = [*apart, (numbers, people)]
    return [(tuple(sorted(numbers)), frozenset(bits(people))) for numbers, people in parts]


def _part(
    limits: Limits, borrowed: int, openings: Mapping[int, Opening], near: frozenset[int]
) -> dict[int, Shares] | None:
    """Chances for openings that touch; only people in `near` are held to their ceilings."""
    relied = {number: relied_on(opening, borrowed) for number, opening in openings.items()}
    groups = _groups(limits, openings, relied, near)
    edges: dict[int, Edge] = {}
    for slot, (members, roles, _) in enumerate(groups):
        for number in roles:
            edges[len(edges)] = Edge(number, slot, even_share(openings[number], limits.scale) * len(members))
    ceiling = {person: Fraction(limits.person[person]) for person in near}
    for mask in relied.values():
        for person in near.intersection(bits(mask)):
            ceiling[person] -= limits.scale
    net = Net(
        edges=edges,
        supply={
            number: Fraction((opening.post.need - relied[number].bit_count()) * limits.scale)
            for number, opening in openings.items()
        },
        room={slot: Fraction(room * len(members)) for slot, (members, _, room) in enumerate(groups)},
        owner={slot: members[0] for slot, (members, _, _) in enumerate(groups) if members[0] in near},
        ceiling=ceiling,
    )
    levels = None if any(room < 0 for room in ceiling.values()) else fair_levels(net)
    if levels is None:
        return None
    tables = {number: dict.fromkeys(bits(mask), Fraction(limits.scale)) for number, mask in relied.items()}
    for place, edge in edges.items():
        share = levels[place] * even_share(openings[edge.role], limits.scale)
        tables[edge.role].update(dict.fromkeys(groups[edge.slot][0], share))
    return tables


def _groups(
    limits: Limits, openings: Mapping[int, Opening], relied: Mapping[int, int], near: frozenset[int]
) -> list[tuple[list[int], tuple[int, ...], int]]:
    """People who meet the same roles with the same room (near the ceiling: each alone), their roles, one's room."""
    roles: dict[Slot, list[int]] = defaultdict(list)
    for number, opening in openings.items():
        for person in bits(opening.admitted & ~relied[number]):
            roles[person, opening.half_day].append(number)
    sent = {(person, openings[number].half_day) for number, mask in relied.items() for person in bits(mask)}
    alike: dict[tuple[tuple[int, ...], int, int], list[int]] = defaultdict(list)
    for (person, half_day), numbers in roles.items():
        room = 0 if (person, half_day) in sent else limits.slot.get((person, half_day), limits.scale)
        alike[tuple(numbers), room, person if person in near else -1].append(person)
    return [(members, numbers, room) for (numbers, room, _), members in alike.items()]

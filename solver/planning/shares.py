"""One department's fairest shares, exact: people who are alike stand together, half-days apart as long as they can.

Half-days touch only through ceilings. Those are left out until somebody oversteps one (the fairest with fewer limits
that keeps them all is fairest); then the ceiling is divided among the half-days, and only where that might have cost
somebody a chance they are worked out together. Fractions only; whole_chances.py makes whole numbers of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, lcm
from typing import NamedTuple

import msgspec

from solver.planning.admission import Opening
from solver.planning.fairness import Edge, Fairest, Net, fair_levels
from solver.planning.ground import bits, union

PARTS = 2**48
"""A divided ceiling's level is rounded down to such a part, or its digits would fill pages; far below one unit."""

Shares = dict[int, Fraction]
"""By person the exact chance, out of `scale`."""
Slot = tuple[int, int]
"""Person and half-day."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What fixed tours and ceilings leave, in chances: by (person, half-day), and by person for one department."""

    slot: Mapping[Slot, int]
    person: Mapping[int, int]
    scale: int


class _Near(NamedTuple):
    """People near their ceilings: `divided` at one level in all half-days, or `joining` their half-days."""

    divided: frozenset[tuple[int, Fraction]]
    joining: frozenset[int]


class _Found(NamedTuple):
    """Chances by opening, and whom dividing the ceiling did not do justice."""

    tables: dict[int, Shares]
    unjust: set[int]


class _Group(NamedTuple):
    """People who meet the same roles of one half-day with the same room; `alone` is who is near the ceiling."""

    members: int
    roles: tuple[int, ...]
    room: int
    alone: int | None


def even_share(opening: Opening, scale: int) -> Fraction:
    """What each admitted would have if all had the same."""
    return Fraction(opening.post.need * scale, opening.admitted.bit_count())


def relied_on(opening: Opening, borrowed: int) -> int:
    """Borrowed people without whom the plan cannot do: theirs is the whole chance."""
    return opening.admitted & opening.seated & borrowed


def fair_shares(limits: Limits, borrowed: int, openings: Sequence[Opening]) -> list[Shares] | None:
    """Exact chances for the openings of one department, the fairest there are; None when there are none at all."""
    known: dict[tuple[tuple[int, ...], _Near], _Found | None] = {}
    near = _Near(frozenset(), frozenset())
    while True:
        tables: list[Shares] = [{} for _ in openings]
        unjust: set[int] = set()
        for part in _parts(openings, near):
            if part not in known:
                known[part] = _part(limits, borrowed, {each: openings[each] for each in part[0]}, part[1])
            found = known[part]
            if found is None:
                return None
            unjust |= found.unjust
            for number, table in found.tables.items():
                tables[number] = table
        over = [] if unjust else _over(limits, openings, tables, near)
        if not over and not unjust:
            return tables
        near = _nearer(limits, borrowed, openings, near, over, unjust)


def _over(limits: Limits, openings: Sequence[Opening], tables: Sequence[Shares], near: _Near) -> list[int]:
    """Who oversteps a ceiling that was not looked at so far; exact sums only where rounded ones do not tell."""
    held = union(limits.person) & ~union(near.joining) & ~union(person for person, _ in near.divided)
    mine: dict[int, list[Fraction]] = defaultdict(list)
    for opening, table in zip(openings, tables, strict=True):
        for person in bits(opening.admitted & held):
            mine[person].append(table[person])
    return [
        person
        for person, shares in mine.items()
        if sum(map(ceil, shares)) > limits.person[person]
        and (sum(map(floor, shares)) > limits.person[person] or sum(shares) > limits.person[person])
    ]


def _nearer(
    limits: Limits, borrowed: int, openings: Sequence[Opening], near: _Near, over: Sequence[int], unjust: set[int]
) -> _Near:
    """Divide the ceilings of those who overstep them; join the half-days of those whom that did not do justice."""
    even: dict[int, Fraction] = defaultdict(Fraction)
    relied = 0
    for opening in openings:
        relied |= relied_on(opening, borrowed)
        for person in bits(opening.admitted & union(over)):
            even[person] += even_share(opening, limits.scale)
    divided = {
        (person, Fraction(limits.person[person] * PARTS // even[person], PARTS))
        for person in over
        if not relied >> person & 1
    }
    return _Near(
        frozenset(each for each in near.divided | divided if each[0] not in unjust),
        near.joining | unjust | {person for person in over if relied >> person & 1},
    )


def _parts(openings: Sequence[Opening], near: _Near) -> list[tuple[tuple[int, ...], _Near]]:
    """Openings by half-day, those half-days together that somebody joins; with each the people near their ceilings."""
    joining = union(near.joining)
    at: dict[int, list[int]] = defaultdict(list)
    for number, opening in enumerate(openings):
        at[opening.half_day].append(number)
    parts: list[tuple[list[int], int]] = []
    for _, numbers in sorted(at.items()):
        people = 0
        for number in numbers:
            people |= openings[number].admitted
        touching = [part for part in parts if part[1] & people & joining]
        parts = [part for part in parts if not part[1] & people & joining]
        for others, known in touching:
            numbers, people = others + numbers, people | known  # noqa: PLW2901 - the half-day grows
        parts.append((numbers, people))
    return [
        (
            tuple(sorted(numbers)),
            _Near(
                frozenset(each for each in near.divided if people >> each[0] & 1),
                frozenset(bits(people & joining)),
            ),
        )
        for numbers, people in parts
    ]


class _Piece(NamedTuple):
    """Openings that touch, laid out: who is relied on, even shares, people who are alike, and edges between them.

    Those in `given` have their level beforehand and are not in the net.
    """

    limits: Limits
    near: _Near
    openings: Mapping[int, Opening]
    relied: Mapping[int, int]
    even: Mapping[int, int]
    """Even shares in `unit`."""
    unit: int
    groups: Sequence[_Group]
    given: Mapping[int, Fraction]

    def given_to(self, group: _Group) -> Fraction | None:
        """The level a group has beforehand, if any."""
        return None if group.alone is None else self.given.get(group.alone)

    def edges(self) -> list[tuple[int, int]]:
        """Pairs of an opening and a group that the net decides on."""
        return [
            (number, slot)
            for slot, group in enumerate(self.groups)
            if self.given_to(group) is None
            for number in group.roles
        ]


def _part(limits: Limits, borrowed: int, openings: Mapping[int, Opening], near: _Near) -> _Found | None:
    """Chances for openings that touch; only people near their ceilings are held to them.

    Those with a divided ceiling are given their level beforehand; whoever has more than somebody else ends up with
    must stand in the net after all, for others might be helped by theirs.
    """
    relied = {number: relied_on(opening, borrowed) for number, opening in openings.items()}
    groups = _groups(limits, openings, relied, near)
    unit = lcm(*(opening.admitted.bit_count() for opening in openings.values())) * (PARTS if near.divided else 1)
    even = {number: int(even_share(opening, limits.scale) * unit) for number, opening in openings.items()}
    piece = _Piece(limits, near, openings, relied, even, unit, groups, dict(near.divided))
    fairest = fair_levels(_net(piece)) if _fits(piece) else None
    while piece.given:
        least = min(fairest.levels.values(), default=None) if fairest is not None else Fraction(-1)
        given = {person: level for person, level in piece.given.items() if least is None or level <= least}
        if len(given) == len(piece.given):
            break
        piece = piece._replace(given=given)
        fairest = fair_levels(_net(piece)) if _fits(piece) else None
    if fairest is None:
        return _Found({}, {person for person, _ in near.divided}) if near.divided else None
    return _Found(_tables(piece, fairest), _unjust(piece, fairest))


def _fits(piece: _Piece) -> bool:
    """Whether everyone given a level has the room for it."""
    return all(
        level.numerator * sum(piece.even[number] for number in group.roles)
        <= group.room * piece.unit * level.denominator
        for group in piece.groups
        if (level := piece.given_to(group)) is not None
    )


def _tables(piece: _Piece, fairest: Fairest) -> dict[int, Shares]:
    tables = {number: dict.fromkeys(bits(mask), Fraction(piece.limits.scale)) for number, mask in piece.relied.items()}
    for group in piece.groups:
        level = piece.given_to(group)
        if level is not None:
            for number in group.roles:
                tables[number].update(dict.fromkeys(bits(group.members), level * piece.even[number] / piece.unit))
    for place, (number, slot) in enumerate(piece.edges()):
        share = fairest.levels[place] * piece.even[number] / piece.unit
        tables[number].update(dict.fromkeys(bits(piece.groups[slot].members), share))
    return tables


def _net(piece: _Piece) -> Net:
    divided = dict(piece.near.divided)
    supply = {
        number: (opening.post.need - piece.relied[number].bit_count()) * piece.limits.scale * piece.unit
        for number, opening in piece.openings.items()
    }
    room, since, owner = {}, {}, {}
    for slot, group in enumerate(piece.groups):
        shares = sum(piece.even[number] for number in group.roles)
        room[slot] = group.room * group.members.bit_count() * piece.unit
        level = piece.given_to(group)
        if level is not None:
            for number in group.roles:
                supply[number] -= int(level * piece.even[number])
        elif group.alone in piece.near.joining:
            owner[slot] = group.alone
        elif group.alone is not None:
            since[slot] = divided[group.alone]
            room[slot] = min(room[slot], int(since[slot] * shares))
    return Net(
        edges={
            place: Edge(number, slot, piece.even[number] * piece.groups[slot].members.bit_count())
            for place, (number, slot) in enumerate(piece.edges())
        },
        supply=supply,
        room=room,
        owner=owner,
        ceiling=_ceilings(piece),
        since=since,
    )


def _ceilings(piece: _Piece) -> dict[int, int]:
    """What those who join half-days may have beside the places where they are relied on."""
    ceiling = {person: piece.limits.person[person] * piece.unit for person in piece.near.joining}
    for mask in piece.relied.values():
        for person in piece.near.joining.intersection(bits(mask)):
            ceiling[person] -= piece.limits.scale * piece.unit
    return ceiling


def _unjust(piece: _Piece, fairest: Fairest) -> set[int]:
    """Whose divided ceiling stopped somebody with a lower level, or was not used up alike in this half-day.

    Where there are none, raising anybody lowers somebody who has no more: half-days together could not be fairer.
    """
    divided = dict(piece.near.divided)
    people = {piece.groups[slot].alone for slot in fairest.early}
    for place, (_, slot) in enumerate(piece.edges()):
        alone = piece.groups[slot].alone
        if alone in divided and fairest.levels[place] != divided[alone]:
            people.add(alone)
    return {person for person in people if person is not None}


def _groups(limits: Limits, openings: Mapping[int, Opening], relied: Mapping[int, int], near: _Near) -> list[_Group]:
    """Put people who are alike together, half-day by half-day."""
    at: dict[int, list[int]] = defaultdict(list)
    for number, opening in openings.items():
        at[opening.half_day].append(number)
    groups: list[_Group] = []
    for half_day, numbers in sorted(at.items()):
        sent = 0
        everyone = 0
        for number in numbers:
            sent |= relied[number]
            everyone |= openings[number].admitted & ~relied[number]
        here = _unmet(limits, half_day, everyone, sent, near)
        for number in numbers:
            welcome = openings[number].admitted & ~relied[number]
            here = [
                each
                for group in here
                for each in (
                    group._replace(members=group.members & welcome, roles=(*group.roles, number)),
                    group._replace(members=group.members & ~welcome),
                )
                if each.members
            ]
        groups += here
    return groups


def _unmet(limits: Limits, half_day: int, everyone: int, sent: int, near: _Near) -> list[_Group]:
    """People of a half-day by their room, before they meet any role; those near a ceiling each alone."""
    of_room: dict[int, int] = defaultdict(int)
    for person in bits(everyone):
        room = 0 if sent >> person & 1 else limits.slot.get((person, half_day), limits.scale)
        of_room[room] |= 1 << person
    alone = union(near.joining | {person for person, _ in near.divided})
    groups = [_Group(mask & ~alone, (), room, None) for room, mask in of_room.items()]
    groups += [_Group(1 << person, (), room, person) for room, mask in of_room.items() for person in bits(alone & mask)]
    return [group for group in groups if group.members]

"""One department's fairest shares, exact: people who are alike stand together, half-days apart as long as they can.

Half-days touch only through ceilings. Those are left out until somebody oversteps one (the fairest with fewer limits
that keeps them all is fairest); then the ceiling is divided among the half-days, and only where that might have cost
somebody a chance they are worked out together. Fractions only; whole_chances.py makes whole numbers of them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from math import ceil, floor, lcm
from typing import NamedTuple

import msgspec

from solver.planning.admission import Opening
from solver.planning.fairness import Edge, Fairest, Net, fair_levels
from solver.planning.ground import bits, union

MANY_ROLES = 400
"""From so many roles of a department on, capped people join no half-days; caps are moved until ceilings are used up."""
PARTS = 2**48
"""Then caps are rounded down to such a part, or their digits would fill pages."""
USED_UP = Fraction(1, 4)
"""Then a ceiling counts as used up when no more than this part of one unit is left of it."""
MOST_ROUNDS = 12
"""So often a cap is moved before half-days are joined even then."""

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
    """People near their ceilings: `divided`, with a cap on their level in every half-day, or `joining` half-days."""

    divided: frozenset[tuple[int, Fraction]]
    joining: frozenset[int]


class _Found(NamedTuple):
    """Chances by opening; whose cap may have cost others a chance; the even shares of those who are at their cap."""

    tables: dict[int, Shares]
    unjust: set[int]
    capped: dict[int, Fraction]


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


def fair_shares(
    limits: Limits, borrowed: int, openings: Sequence[Opening], *, many: int = MANY_ROLES
) -> list[Shares] | None:
    """Exact chances for the openings of one department, the fairest there are; None when there are none at all.

    Nobody could be fairer off with half-days together where every cap is the same in all half-days, uses the ceiling
    up, and stopped nobody who has less: raising anybody then lowers somebody who has no more. From `many` roles on the
    ceilings of those who are capped may count as lower by a part of one unit.
    """
    known: dict[tuple[tuple[int, ...], _Near], _Found | None] = {}
    near = _Near(frozenset(), frozenset())
    rounds: Counter[int] = Counter()
    while True:
        found = _Found({}, set(), defaultdict(Fraction))
        for part in _parts(openings, near):
            if part not in known:
                known[part] = _part(limits, borrowed, {each: openings[each] for each in part[0]}, part[1])
            here = known[part]
            if here is None:
                return None
            found.unjust.update(here.unjust)
            found.tables.update(here.tables)
            for person, share in here.capped.items():
                found.capped[person] += share
        nearer = _nearer(limits, borrowed, openings, near, found, roughly=len(openings) >= many)
        if nearer == near:
            return [found.tables[number] for number in range(len(openings))]
        rounds.update(person for person, _ in nearer.divided - near.divided)
        most = MOST_ROUNDS if len(openings) >= many else 1
        tired = {person for person, count in rounds.items() if count > most}
        near = _joined(nearer, tired)


def _nearer(
    limits: Limits, borrowed: int, openings: Sequence[Opening], near: _Near, found: _Found, *, roughly: bool
) -> _Near:
    """Cap who oversteps the ceiling, move caps that do not fit it, join half-days where a cap was unjust."""
    if found.unjust:
        return _joined(near, found.unjust)
    mine: dict[int, list[Fraction]] = defaultdict(list)
    held = union(limits.person) & ~union(near.joining)
    relied = 0
    for number, opening in enumerate(openings):
        relied |= relied_on(opening, borrowed)
        for person in bits(opening.admitted & held):
            mine[person].append(found.tables[number][person])
    caps = dict(near.divided)
    over = {person for person, shares in mine.items() if _oversteps(shares, limits.person[person])}
    for person in over - caps.keys():
        even = (even_share(opening, limits.scale) for opening in openings if opening.admitted >> person & 1)
        caps[person] = limits.person[person] / sum(even, Fraction(0))
    spare = USED_UP if roughly else Fraction(0)
    for person, cap in near.divided:
        left = limits.person[person] - sum(mine[person])
        if found.capped.get(person) and not 0 <= left <= spare:
            caps[person] = cap + (left - spare / 2) / found.capped[person]
    if roughly:
        caps = {person: Fraction(floor(cap * PARTS), PARTS) for person, cap in caps.items()}
    astray = {person for person in over if relied >> person & 1 or caps[person] < 0}
    stuck = {person for person in over & dict(near.divided).keys() if not found.capped.get(person)}
    return _joined(_Near(frozenset(caps.items()), near.joining), astray | stuck)


def _oversteps(shares: Sequence[Fraction], ceiling: int) -> bool:
    """Whether the sum is above the ceiling; exact, but only where rounded sums do not tell."""
    if sum(map(ceil, shares)) <= ceiling:
        return False
    return sum(map(floor, shares)) > ceiling or sum(shares) > ceiling


def _joined(near: _Near, people: AbstractSet[int]) -> _Near:
    return _Near(frozenset(each for each in near.divided if each[0] not in people), near.joining | people)


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

    Those with a divided ceiling are given their cap beforehand; whoever has more than somebody else ends up with
    must stand in the net after all, for others might be helped by theirs.
    """
    relied = {number: relied_on(opening, borrowed) for number, opening in openings.items()}
    groups = _groups(limits, openings, relied, near)
    unit = lcm(*(opening.admitted.bit_count() for opening in openings.values()))
    unit *= lcm(*(cap.denominator for _, cap in near.divided))
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
        return _Found({}, {person for person, _ in near.divided}, {}) if near.divided else None
    early = {groups[slot].alone for slot in fairest.early}
    return _Found(_tables(piece, fairest), {each for each in early if each is not None}, _capped(piece, fairest))


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


def _capped(piece: _Piece, fairest: Fairest) -> dict[int, Fraction]:
    """The even shares where people with a divided ceiling are at their cap, by person."""
    caps = dict(piece.near.divided)
    capped: dict[int, int] = defaultdict(int)
    for group in piece.groups:
        if group.alone is not None and piece.given_to(group) is not None:
            capped[group.alone] += sum(piece.even[number] for number in group.roles)
    for place, (number, slot) in enumerate(piece.edges()):
        alone = piece.groups[slot].alone
        if alone is not None and caps.get(alone) == fairest.levels[place]:
            capped[alone] += piece.even[number]
    return {person: Fraction(amount, piece.unit) for person, amount in capped.items()}


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

"""The fairest division, exactly: the smallest ratio of chance to even share as large as possible, then the next.

Whole numbers throughout, levels as fractions. Each is read off a tight cut: these people have no more room than these
roles must have, beside what the level gives everyone else who meets them. A tight cut parts the net in two that no
longer touch. Whole chances are made of the answer in whole_chances.py; who is admitted is not known here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import NamedTuple

import msgspec

from solver.planning.flows import Flow


class Edge(NamedTuple):
    """A role and a slot (an inspector, or several alike, in one half-day) with the even share that would go there."""

    role: int
    slot: int
    even: int


class Net(msgspec.Struct, frozen=True, kw_only=True):
    """Edges role → slot → owner; a role's chances sum to its supply, others stay within rooms and ceilings.

    All in one unit, so that all are whole numbers. An `owner` of a slot may be missing, and so may an owner's ceiling:
    then only the slot's room limits it.
    """

    edges: dict[int, Edge]
    supply: dict[int, int]
    room: dict[int, int]
    owner: dict[int, int]
    ceiling: dict[int, int]
    since: dict[int, Fraction] = {}
    """Slots whose room is somebody's own share of something larger: it may stop others from this level on only."""


class Fairest(NamedTuple):
    """For each edge its ratio of chance to even share; slots that stopped others below the level where they may."""

    levels: dict[int, Fraction]
    early: set[int]


class _Cut(NamedTuple):
    """Roles whose every slot is among `slots`; of these the owners in `owners` are limited by their ceilings."""

    roles: frozenset[int]
    slots: frozenset[int]
    owners: frozenset[int]


class _Evens:
    """Sums of even shares by role, slot and owner with a ceiling."""

    def __init__(self, net: Net) -> None:
        self.role: dict[int, int] = defaultdict(int)
        self.slot: dict[int, int] = defaultdict(int)
        self.owner: dict[int, int] = defaultdict(int)
        for edge in net.edges.values():
            self.role[edge.role] += edge.even
            self.slot[edge.slot] += edge.even
        for slot, even in self.slot.items():
            owner = net.owner.get(slot)
            if owner is not None and owner in net.ceiling:
                self.owner[owner] += even

    def limits(self, net: Net) -> Iterator[Fraction]:
        """How far each node by itself lets the level rise."""
        yield from (Fraction(net.supply[role], even) for role, even in self.role.items())
        yield from (Fraction(net.room[slot], even) for slot, even in self.slot.items())
        yield from (Fraction(net.ceiling[owner], even) for owner, even in self.owner.items())


def fair_levels(net: Net) -> Fairest | None:
    """The fairest levels; None when supplies cannot be met at all."""
    met = {edge.role for edge in net.edges.values()}
    if any(amount and role not in met for role, amount in net.supply.items()):
        return None
    fairest = Fairest({}, set())
    parts = [net] if net.edges else []
    while parts:
        part = parts.pop()
        even = _Evens(part)
        evenly = _evenly(part, even)
        if evenly is not None:
            fairest.levels.update(evenly)
            continue
        found = _least(part, even)
        if found is None:
            return None
        level, cut = found
        settled = _settled(part, even, level, cut)
        fairest.levels.update(dict.fromkeys(settled, level))
        if cut is not None:
            fairest.early.update(slot for slot in cut.slots if slot in net.since and net.since[slot] > level)
        if len(settled) < len(part.edges):
            parts += [rest for rest in _parted(part, level, cut, settled) if rest.edges]
    return fairest


def _evenly(net: Net, even: _Evens) -> dict[int, Fraction] | None:
    """Each role's supply shared at one level of its own: fairest if it fits, for who rises lowers an equal then."""
    level = {role: Fraction(net.supply[role], each) for role, each in even.role.items()}
    if min(level.values()) < 0:
        return None
    in_slot: dict[int, Fraction] = defaultdict(Fraction)
    in_all: dict[int, Fraction] = defaultdict(Fraction)
    for edge in net.edges.values():
        in_slot[edge.slot] += level[edge.role] * edge.even
    for slot, share in in_slot.items():
        owner = net.owner.get(slot)
        if owner is not None and owner in net.ceiling:
            in_all[owner] += share
    fits = all(share <= net.room[slot] for slot, share in in_slot.items())
    if not fits or any(share > net.ceiling[owner] for owner, share in in_all.items()):
        return None
    return {number: level[edge.role] for number, edge in net.edges.items()}


def _least(net: Net, even: _Evens) -> tuple[Fraction, _Cut | None] | None:
    """The greatest level that all edges can have at once, and the cut that stops it (None: a node by itself does).

    Newton's method on the cuts (Dinkelbach 1967): a level too high shows a violated cut, whose own level is tried next.
    """
    level = min(even.limits(net))
    cut: _Cut | None = None
    while level >= 0:
        violated = _violated(net, even, level)
        if violated is None:
            return level, cut
        cut = violated
        beside = sum(edge.even for edge in net.edges.values() if edge.slot in cut.slots and edge.role not in cut.roles)
        if not beside:
            return None
        level = Fraction(_capacity(net, cut) - sum(net.supply[role] for role in cut.roles), beside)
    return None


def _violated(net: Net, even: _Evens, level: Fraction) -> _Cut | None:
    """A cut that is overfull at this level; None when a flow gives every edge at least the level."""
    supply = _beyond(net.supply, even.role, level)
    if not any(supply.values()):
        return None
    room, ceiling = _beyond(net.room, even.slot, level), _beyond(net.ceiling, even.owner, level)
    owner = {slot: each for slot, each in net.owner.items() if each in ceiling}
    flow = Flow(supply, room, owner, ceiling)
    roles, slots, owners = flow.short((edge.role, edge.slot) for edge in net.edges.values())
    if not roles:
        return None
    beside = {slot for slot in even.slot if net.owner.get(slot) in owners}
    return _Cut(frozenset(roles), frozenset(slots | beside), frozenset(owners))


def _beyond(amounts: Mapping[int, int], even: Mapping[int, int], level: Fraction) -> dict[int, int]:
    """What is left when every edge has its level, in units smaller by the level's denominator."""
    whole, part = level.numerator, level.denominator
    return {node: amounts[node] * part - whole * each for node, each in even.items()}


def _capacity(net: Net, cut: _Cut) -> int:
    by_slot = sum(net.room[slot] for slot in cut.slots if net.owner.get(slot) not in cut.owners)
    return by_slot + sum(net.ceiling[owner] for owner in cut.owners)


def _settled(net: Net, even: _Evens, level: Fraction, cut: _Cut | None) -> list[int]:
    """Edges that cannot rise above the level: at a node that is full by itself, or beside the roles of the cut."""
    roles = {node for node, left in _beyond(net.supply, even.role, level).items() if not left}
    slots = {node for node, left in _beyond(net.room, even.slot, level).items() if not left}
    owners = {node for node, left in _beyond(net.ceiling, even.owner, level).items() if not left}
    slots |= {slot for slot in even.slot if net.owner.get(slot) in owners}
    return [
        number
        for number, edge in net.edges.items()
        if edge.role in roles
        or edge.slot in slots
        or (cut is not None and edge.slot in cut.slots and edge.role not in cut.roles)
    ]


def _parted(net: Net, level: Fraction, cut: _Cut | None, settled: Sequence[int]) -> list[Net]:
    """What is left once the settled edges have their level: within the cut, where all is full, and outside."""
    unit = level.denominator
    supply, room, ceiling = (_finer(some, unit) for some in (net.supply, net.room, net.ceiling))
    for number in settled:
        edge = net.edges[number]
        given = level.numerator * edge.even
        supply[edge.role] -= given
        room[edge.slot] -= given
        owner = net.owner.get(edge.slot)
        if owner is not None and owner in ceiling:
            ceiling[owner] -= given
    left = net.edges.keys() - set(settled)
    within = {number for number in left if cut is not None and net.edges[number].slot in cut.slots}
    inside, outside = dict(ceiling), ceiling
    if cut is not None:
        for slot in cut.slots:
            owner = net.owner.get(slot)
            if owner is not None and owner in ceiling and owner not in cut.owners:
                # full up to its own room, whatever flows within: so much less is left of the ceiling outside
                outside[owner] -= room[slot]
                inside.pop(owner, None)
    return [
        _cleared(
            Net(edges=_chosen(net.edges, some, unit), supply=supply, room=room, owner=net.owner, ceiling=limit),
        )
        for some, limit in ((within, inside), (left - within, outside))
    ]


def _finer(amounts: Mapping[int, int], unit: int) -> dict[int, int]:
    return {node: amount * unit for node, amount in amounts.items()}


def _chosen(edges: Mapping[int, Edge], numbers: Iterable[int], unit: int) -> dict[int, Edge]:
    return {
        number: Edge(edge.role, edge.slot, edge.even * unit) for number in sorted(numbers) for edge in [edges[number]]
    }


def _cleared(net: Net) -> Net:
    """The same net without nodes that no edge meets, in the largest unit in which all is whole."""
    roles = {edge.role for edge in net.edges.values()}
    slots = {edge.slot for edge in net.edges.values()}
    owner = {slot: net.owner[slot] for slot in slots if net.owner.get(slot) in net.ceiling}
    owners = set(owner.values())
    supply = {role: net.supply[role] for role in roles}
    room = {slot: net.room[slot] for slot in slots}
    ceiling = {each: net.ceiling[each] for each in owners}
    evens = {edge.even for edge in net.edges.values()}
    unit = gcd(*supply.values(), *room.values(), *ceiling.values(), *evens) or 1
    return Net(
        edges={number: Edge(edge.role, edge.slot, edge.even // unit) for number, edge in net.edges.items()},
        supply={role: amount // unit for role, amount in supply.items()},
        room={slot: amount // unit for slot, amount in room.items()},
        owner=owner,
        ceiling={each: amount // unit for each, amount in ceiling.items()},
    )

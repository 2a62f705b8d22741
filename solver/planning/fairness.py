"""The fairest division, exactly: the smallest ratio of chance to even share as large as possible, then the next.

Rationals throughout. Each level is read off a tight cut: these people have no more room than these roles must have,
beside what the level gives everyone else who meets them. A tight cut parts the net in two that no longer touch.
Whole numbers are made of the answer in whole_chances.py; who is admitted is not known here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import msgspec

from solver.planning.flows import Flow

ENDLESS = Fraction(10**18)
"""A ceiling that nothing reaches."""


class Edge(NamedTuple):
    """A role and a slot (an inspector, or several alike, in one half-day) with the even share that would go there."""

    role: int
    slot: int
    even: Fraction


class Net(msgspec.Struct, frozen=True, kw_only=True):
    """Edges role → slot → owner; a role's chances sum to its supply, others stay within rooms and ceilings.

    `edges` by number; `owner` of a slot may be missing: then only the slot's room limits it.
    """

    edges: dict[int, Edge]
    supply: dict[int, Fraction]
    room: dict[int, Fraction]
    owner: dict[int, int]
    ceiling: dict[int, Fraction]


class _Cut(NamedTuple):
    """Roles whose every slot is among `slots`; of these the owners in `owners` are limited by their ceilings."""

    roles: frozenset[int]
    slots: frozenset[int]
    owners: frozenset[int]


def fair_levels(net: Net) -> dict[int, Fraction] | None:
    """For each edge its ratio of chance to even share at the fairest; None when supplies cannot be met at all."""
    met = {edge.role for edge in net.edges.values()}
    if any(amount and role not in met for role, amount in net.supply.items()):
        return None
    levels: dict[int, Fraction] = {}
    parts = [net] if net.edges else []
    while parts:
        part = parts.pop()
        found = _least(part)
        if found is None:
            return None
        level, cut = found
        settled = _settled(part, level, cut)
        levels.update(dict.fromkeys(settled, level))
        parts += [rest for rest in _parted(part, level, cut, settled) if rest.edges]
    return levels


def _least(net: Net) -> tuple[Fraction, _Cut | None] | None:
    """The greatest level that all edges can have at once, and the cut that stops it (None: a node by itself does).

    Newton's method on the cuts (Dinkelbach 1967): a level too high shows a violated cut, whose own level is tried next.
    """
    even = _Evens(net)
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
        level = (_capacity(net, cut) - sum(net.supply[role] for role in cut.roles)) / beside
    return None


class _Evens:
    """Sums of even shares by role, slot and owner."""

    def __init__(self, net: Net) -> None:
        self.role: dict[int, Fraction] = defaultdict(Fraction)
        self.slot: dict[int, Fraction] = defaultdict(Fraction)
        self.owner: dict[int, Fraction] = defaultdict(Fraction)
        for edge in net.edges.values():
            self.role[edge.role] += edge.even
            self.slot[edge.slot] += edge.even
            if edge.slot in net.owner:
                self.owner[net.owner[edge.slot]] += edge.even

    def limits(self, net: Net) -> Iterator[Fraction]:
        """How far each node by itself lets the level rise."""
        yield from (net.supply[role] / even for role, even in self.role.items())
        yield from (net.room[slot] / even for slot, even in self.slot.items())
        yield from (net.ceiling[owner] / even for owner, even in self.owner.items())


def _violated(net: Net, even: _Evens, level: Fraction) -> _Cut | None:
    """A cut that is overfull at this level; None when a flow gives every edge at least the level."""
    supply = {role: net.supply[role] - level * even.role[role] for role in even.role}
    if not any(supply.values()):
        return None
    room = {slot: net.room[slot] - level * even.slot[slot] for slot in even.slot}
    ceiling = {owner: net.ceiling[owner] - level * even.owner[owner] for owner in even.owner}
    unit = lcm(*(each.denominator for some in (supply, room, ceiling) for each in some.values()))
    flow = Flow(_whole(supply, unit), _whole(room, unit), net.owner, _whole(ceiling, unit))
    roles, slots, owners = flow.short((edge.role, edge.slot) for edge in net.edges.values())
    if not roles:
        return None
    beside = {slot for slot in even.slot if net.owner.get(slot) in owners}
    return _Cut(frozenset(roles), frozenset(slots | beside), frozenset(owners))


def _whole(values: Mapping[int, Fraction], unit: int) -> dict[int, int]:
    return {key: value.numerator * (unit // value.denominator) for key, value in values.items()}


def _capacity(net: Net, cut: _Cut) -> Fraction:
    by_slot = sum(net.room[slot] for slot in cut.slots if net.owner.get(slot) not in cut.owners)
    return sum((net.ceiling[owner] for owner in cut.owners), Fraction(by_slot))


def _settled(net: Net, level: Fraction, cut: _Cut | None) -> list[int]:
    """Edges that cannot rise above the level: at a node that is full by itself, or beside the roles of the cut."""
    even = _Evens(net)
    roles = {role for role, each in even.role.items() if net.supply[role] == level * each}
    slots = {slot for slot, each in even.slot.items() if net.room[slot] == level * each}
    owners = {owner for owner, each in even.owner.items() if net.ceiling[owner] == level * each}
    return [
        number
        for number, edge in net.edges.items()
        if edge.role in roles
        or edge.slot in slots
        or net.owner.get(edge.slot) in owners
        or (cut is not None and edge.slot in cut.slots and edge.role not in cut.roles)
    ]


def _parted(net: Net, level: Fraction, cut: _Cut | None, settled: Sequence[int]) -> list[Net]:
    """What is left once the settled edges have their level: within the cut, where all is full, and outside."""
    supply, room, ceiling = dict(net.supply), dict(net.room), dict(net.ceiling)
    for number in settled:
        edge = net.edges[number]
        supply[edge.role] -= level * edge.even
        room[edge.slot] -= level * edge.even
        if edge.slot in net.owner:
            ceiling[net.owner[edge.slot]] -= level * edge.even
    left = net.edges.keys() - set(settled)
    within = {number for number in left if cut is not None and net.edges[number].slot in cut.slots}
    inside, outside = dict(ceiling), ceiling
    if cut is not None:
        for slot in cut.slots & room.keys():
            if slot in net.owner and net.owner[slot] not in cut.owners:
                # full up to its own room, whatever flows within: so much less is left of the ceiling outside
                outside[net.owner[slot]] -= room[slot]
                inside[net.owner[slot]] = ENDLESS
    return [
        Net(edges=_chosen(net.edges, some), supply=supply, room=room, owner=net.owner, ceiling=limit)
        for some, limit in ((within, inside), (left - within, outside))
    ]


def _chosen(edges: Mapping[int, Edge], numbers: Iterable[int]) -> dict[int, Edge]:
    return {number: edges[number] for number in sorted(numbers)}

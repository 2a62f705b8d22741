"""Dependent rounding on a network (draw.md §5): one department's chances become a choice that keeps every limit.

Arcs only ever close, so each node keeps its arcs in walking order, the first at the end, and drops closed ones from
there. After a cycle is turned the walk goes on from where that cycle began: a walk from the start would come by the
same nodes again. Both change the time alone, never the result. Who is drawn for what is in lots.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

Below: TypeAlias = Callable[[int], int]
Node: TypeAlias = tuple[str, int, int]

NO_ARC = -1
UNVISITED = -1
SINK: Node = ("sink", 0, 0)


class Edge(NamedTuple):
    """A role and an inspector, and the half-day, each by its rank in the order that chance gave; a chance of scale."""

    role: int
    inspector: int
    half_day: int
    chance: int


def round_chances(edges: Iterable[Edge], scale: int, below: Below) -> list[Edge]:
    """Return the edges that chance chooses, by role, then inspector; each with probability chance ÷ scale."""
    ordered = sorted(edges)
    network = Network(ordered, scale)
    for role in sorted({edge.role for edge in ordered}):
        network.settle(("role", role, 0), below)
    return [edge for edge, value in zip(ordered, network.value, strict=False) if value == scale]


class Network:
    """Role → slot (inspector, half-day) → person → sink, on all of whose nodes the arcs' values balance.

    A value is kept as its distance from the multiple of `scale` below it: an arc is open while that lies strictly
    between 0 and `scale`, and what closes it is the next multiple up or down. The edges' values come first in `value`.
    """

    def __init__(self, edges: Sequence[Edge], scale: int) -> None:
        self.scale = scale
        self.value: list[int] = []
        self._open = bytearray()
        self._lower: list[int] = []
        self._both_ends: list[int] = []  # xor: from either end to the other
        self._number: dict[Node, int] = {}
        self._arcs: list[list[int]] = []
        slots: dict[tuple[int, int], int] = defaultdict(int)
        persons: dict[int, int] = defaultdict(int)
        for role, inspector, half_day, chance in edges:
            slots[inspector, half_day] += chance
            persons[inspector] += chance
            self._add(("role", role, 0), ("slot", inspector, half_day), chance)
        for (inspector, half_day), total in sorted(slots.items()):
            self._add(("slot", inspector, half_day), ("person", inspector, 0), total)
        for inspector, total in sorted(persons.items()):
            self._add(("person", inspector, 0), SINK, total)
        for arcs in self._arcs:
            arcs.reverse()
        self._visits = [UNVISITED] * len(self._arcs)

    def settle(self, role: Node, below: Below) -> None:
        """Turn cycles, walked from this role, until none of its edges is open."""
        start = self._number[role]
        nodes, arcs = [start], list[int]()
        self._visits[start] = 0
        while self._has_open(start):
            first = self._walk(nodes, arcs)
            self._turn(nodes[first:], arcs[first:], below)
            for node in nodes[first + 1 :]:
                self._visits[node] = UNVISITED
            del nodes[first + 1 :], arcs[first:]
        self._visits[start] = UNVISITED

    def _add(self, lower: Node, upper: Node, value: int) -> None:
        """Add an arc that leads away from the roles, last in the walking order of both its ends."""
        ends = self._node(lower), self._node(upper)
        is_open = value % self.scale > 0
        if is_open:
            for end in ends:
                self._arcs[end].append(len(self.value))
        self._open.append(is_open)
        self._lower.append(ends[0])
        self._both_ends.append(ends[0] ^ ends[1])
        self.value.append(value % self.scale if is_open else min(value, self.scale))

    def _node(self, node: Node) -> int:
        if node not in self._number:
            self._number[node] = len(self._arcs)
            self._arcs.append([])
        return self._number[node]

    def _has_open(self, node: int) -> bool:
        arcs = self._arcs[node]
        while arcs and not self._open[arcs[-1]]:
            arcs.pop()
        return bool(arcs)

    def _walk(self, nodes: list[int], arcs: list[int]) -> int:
        """Walk on until a node comes up twice; return at which place of the walk it came up first.

        From each node the walk leaves by the first open arc other than the one just used. There always is one:
        where values balance, one open arc is never alone.
        """
        choices, is_open, both_ends, visits = self._arcs, self._open, self._both_ends, self._visits
        node, used = nodes[-1], arcs[-1] if arcs else NO_ARC
        while True:
            choice = choices[node]
            while not is_open[choice[-1]]:
                choice.pop()
            if choice[-1] == used:
                while not is_open[choice[-2]]:
                    del choice[-2]
                used = choice[-2]
            else:
                used = choice[-1]
            arcs.append(used)
            node ^= both_ends[used]
            if visits[node] != UNVISITED:
                return visits[node]
            visits[node] = len(nodes)
            nodes.append(node)

    def _turn(self, nodes: Sequence[int], arcs: Sequence[int], below: Below) -> None:
        """Shift the cycle one way or the other, as chance says, until an arc on it closes."""
        value, lower = self.value, self._lower
        away = [arc for node, arc in zip(nodes, arcs, strict=True) if lower[arc] == node]
        back = [arc for node, arc in zip(nodes, arcs, strict=True) if lower[arc] != node]
        away_values, back_values = [value[arc] for arc in away], [value[arc] for arc in back]
        up_room = min(self.scale - max(away_values), *back_values)
        down_room = min(self.scale - max(back_values), *away_values)
        step = up_room if below(up_room + down_room) < down_room else -down_room
        self._shift(away, step)
        self._shift(back, -step)

    def _shift(self, arcs: Sequence[int], step: int) -> None:
        value, is_open, closed_at = self.value, self._open, (0, self.scale)
        for arc in arcs:
            moved = value[arc] = value[arc] + step
            if moved in closed_at:
                is_open[arc] = False

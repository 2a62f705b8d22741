"""Maximum flow role → slot → owner in whole numbers of any size, and the cut that proves it (Dinic's method).

OR-Tools' flow holds 64 bits, too few for exact levels; nets here are small. Knows nothing of chances.
"""

from collections import deque
from collections.abc import Iterable, Mapping

SOURCE, SINK = 0, 1


class Flow:
    """A net with supplies at the roles, rooms of slots and ceilings of their owners, all whole numbers."""

    def __init__(
        self,
        supply: Mapping[int, int],
        room: Mapping[int, int],
        owner: Mapping[int, int],
        ceiling: Mapping[int, int],
    ) -> None:
        self._out: list[list[int]] = [[], []]
        self._head: list[int] = []
        self._left: list[int] = []
        """By arc what it still takes; arc ^ 1 is its way back."""
        self._endless = 1 + sum(supply.values())
        self._role = {role: self._node() for role in supply}
        self._slot = {slot: self._node() for slot in room}
        self._owner = {each: self._node() for each in ceiling}
        for role, amount in supply.items():
            self._arc(SOURCE, self._role[role], amount)
        for slot, amount in room.items():
            self._arc(self._slot[slot], self._owner[owner[slot]] if slot in owner else SINK, amount)
        for each, amount in ceiling.items():
            self._arc(self._owner[each], SINK, amount)

    def short(self, edges: Iterable[tuple[int, int]]) -> tuple[set[int], set[int], set[int]]:
        """Roles, slots and owners on the source's side of a least cut; empty when all supplies find room."""
        for role, slot in edges:
            self._arc(self._role[role], self._slot[slot], self._endless)
        while (depth := self._depths())[SINK] >= 0:
            self._push(depth)
        if not any(self._left[arc] for arc in self._out[SOURCE]):
            return set(), set(), set()
        names = (self._role, self._slot, self._owner)
        roles, slots, owners = ({name for name, node in some.items() if depth[node] >= 0} for some in names)
        return roles, slots, owners

    def _node(self) -> int:
        self._out.append([])
        return len(self._out) - 1

    def _arc(self, tail: int, head: int, amount: int) -> None:
        self._out[tail].append(len(self._head))
        self._out[head].append(len(self._head) + 1)
        self._head += (head, tail)
        self._left += (amount, 0)

    def _depths(self) -> list[int]:
        depth = [-1] * len(self._out)
        depth[SOURCE] = 0
        queue = deque([SOURCE])
        while queue:
            node = queue.popleft()
            for arc in self._out[node]:
                head = self._head[arc]
                if self._left[arc] and depth[head] < 0:
                    depth[head] = depth[node] + 1
                    queue.append(head)
        return depth

    def _push(self, depth: list[int]) -> None:
        """Fill shortest ways until each has a full arc."""
        turn = [0] * len(self._out)
        way: list[int] = []
        node = SOURCE
        while True:
            if node == SINK:
                node = self._fill(way)
            arc = self._onward(node, turn, depth)
            if arc >= 0:
                way.append(arc)
                node = self._head[arc]
            elif way:
                node = self._head[way.pop() ^ 1]
                turn[node] += 1
            else:
                return

    def _fill(self, way: list[int]) -> int:
        """Send along a way what its narrowest arc takes; gives the way up from there and returns where it then ends."""
        least = min(self._left[arc] for arc in way)
        for arc in way:
            self._left[arc] -= least
            self._left[arc ^ 1] += least
        full = next(place for place, arc in enumerate(way) if not self._left[arc])
        node = self._head[way[full] ^ 1]
        del way[full:]
        return node

    def _onward(self, node: int, turn: list[int], depth: list[int]) -> int:
        """The next arc from here that leads further away from the source, -1 when there is none."""
        arcs = self._out[node]
        while turn[node] < len(arcs):
            arc = arcs[turn[node]]
            if self._left[arc] and depth[self._head[arc]] == depth[node] + 1:
                return arc
            turn[node] += 1
        return -1

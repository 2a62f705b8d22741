"""How much fairness the draws of one half-day lose by each other, however fairly its people are shared out.

A role's fairness is its least ratio of chance to even share (planning.md); what is lost of it is counted in thousandths
of a role, department by department. Ceilings over the round and service for several departments are not looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from solver.planning.fairness import Edge, Net, fair_levels
from solver.planning.ground import bits

WHOLE = 1000
"""What a role loses in which somebody has no chance."""
MOST_EXACT = 16
"""The fairest chances are worked out for so many roles of a department; of more only how often people are wanted."""
A_MILLIONTH = 1e-6
"""Of a half-day: less is rounding."""

Draw = tuple[int, int]
"""A role as far as fairness goes: its need and its pool."""
Draws = tuple[Draw, ...]
"""Roles of one department in one half-day, in order."""


class Rivals(NamedTuple):
    """Tours with the same draws in a department, others like that, and what is lost when one of each is sent."""

    some: list[int]
    others: list[int]
    lost: int


class Evenness:
    """Remembers what draws lose; the same draws always lose the same."""

    def __init__(self) -> None:
        self._known: dict[Draws, int] = {}

    def lost(self, draws: Draws) -> int:
        """What these draws of one department, all in one half-day, lose together."""
        if draws not in self._known:
            self._known[draws] = _worked_out(draws)
        return self._known[draws]

    def between(self, one: Draws, other: Draws) -> int:
        """What two tours' draws in one department lose by each other, beside what each loses by itself."""
        if _busiest(one) + _busiest(other) <= 1 or not _people(one) & _people(other):
            return 0
        return max(0, self.lost(tuple(sorted((*one, *other)))) - self.lost(one) - self.lost(other))


def _people(draws: Draws) -> int:
    people = 0
    for _, pool in draws:
        people |= pool
    return people


def _busiest(draws: Draws) -> float:
    return sum(need / pool.bit_count() for need, pool in draws)


def _worked_out(draws: Draws) -> int:
    wanted: dict[int, float] = defaultdict(float)
    for need, pool in draws:
        for person in bits(pool):
            wanted[person] += need / pool.bit_count()
    if max(wanted.values()) <= 1 + A_MILLIONTH:
        return 0
    if len(draws) > MOST_EXACT:
        most = [max(1.0, *(wanted[person] for person in bits(pool))) for _, pool in draws]
        return sum(round(WHOLE * (1 - 1 / each)) for each in most)
    return _at_best(draws)


def _at_best(draws: Draws) -> int:
    """What is lost under the fairest chances; everything where the roles cannot be filled at once."""
    net = _net(draws)
    fairest = fair_levels(net)
    if fairest is None:
        return WHOLE * len(draws)
    least = [Fraction(1)] * len(draws)
    for number, edge in net.edges.items():
        least[edge.role] = min(least[edge.role], fairest.levels[number])
    return sum(int(WHOLE * (1 - level)) for level in least)


def _net(draws: Draws) -> Net:
    """Roles and people; those who meet the same roles stand together."""
    unit = lcm(*(pool.bit_count() for _, pool in draws))
    groups: dict[tuple[int, ...], int] = defaultdict(int)
    for person in bits(_people(draws)):
        groups[tuple(role for role, (_, pool) in enumerate(draws) if pool >> person & 1)] += 1
    met = [(role, slot, count) for slot, (roles, count) in enumerate(groups.items()) for role in roles]
    even = [need * unit // pool.bit_count() for need, pool in draws]
    return Net(
        edges={number: Edge(role, slot, even[role] * count) for number, (role, slot, count) in enumerate(met)},
        supply={role: need * unit for role, (need, _) in enumerate(draws)},
        room={slot: count * unit for slot, count in enumerate(groups.values())},
        owner={},
        ceiling={},
    )


def rivals(evenness: Evenness, tours: Sequence[tuple[int, Mapping[int, Draws]]]) -> list[Rivals]:
    """Of tours (half-day, draws by department) those that make each other's draws uneven; the same may be both."""
    alike: dict[tuple[int, int], dict[Draws, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (half_day, draws) in enumerate(tours):
        for department, here in draws.items():
            alike[half_day, department][here].append(number)
    found = []
    for groups in alike.values():
        order = sorted(groups)
        for place, one in enumerate(order):
            for other in order[place:]:
                lost = evenness.between(one, other) if one != other or len(groups[one]) > 1 else 0
                if lost:
                    found.append(Rivals(groups[one], groups[other], lost))
    return found

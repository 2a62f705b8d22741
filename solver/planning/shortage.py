"""Posts that share too few people (Hall's condition): what a roster shows that cannot seat one person more.

Counts only; how a shortage is found is roster.py's affair, its words are crowding.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from solver.planning.ground import Ground, bits


class Claim(NamedTuple):
    """So many of the people in `pool` in one half-day; `number` is the post's in the roster, None for one asked for."""

    half_day: int
    need: int
    pool: int
    number: int | None


class Shortage(NamedTuple):
    """Seats that stay empty, post by post as asked for, and the fewest claims that prove the first of them.

    Together the claims have one seat more than there are people for them; any part of them has people enough.
    """

    missing: tuple[int, ...]
    claims: tuple[Claim, ...]

    @property
    def need(self) -> int:
        return sum(claim.need for claim in self.claims)


def sharing(ground: Ground, claims: Iterable[Claim]) -> dict[int, int]:
    """By half-day, who could fill one of these claims: not taken by fixed tours, and below the ceiling."""
    people: dict[int, int] = defaultdict(int)
    for claim in claims:
        people[claim.half_day] |= claim.pool & ground.free[claim.half_day]
    return dict(people)


def heads(ground: Ground, claims: Iterable[Claim]) -> int:
    """How many seats of these claims there can be people for: each once a half-day, and no more than the ceiling."""
    half_days = Counter(person for people in sharing(ground, claims).values() for person in bits(people))
    ceiling = ground.ceiling
    return sum(count if (most := ceiling[who]) is None else min(count, most) for who, count in half_days.items())

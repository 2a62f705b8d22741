"""Who can have a chance at all: the people of a post's pool who sit there in some seating of all posts at once.

Exact within one half-day, whatever seating it is told of (the allowed edges of a bipartite matching do not depend on
the matching). Ceilings over the round are not looked at.
"""

from collections.abc import Sequence
from typing import NamedTuple

from solver.planning.ground import bits


class Held(NamedTuple):
    """One post of a half-day: its need, its pool and the people seated in it (bit sets)."""

    need: int
    pool: int
    members: int


def takers(posts: Sequence[Held], free: int) -> list[int]:
    """For each post the people of its pool who could be seated there; `free` are all who can be counted on then.

    Someone seated elsewhere can come if their post finds another: somebody idle, by way of others perhaps, or in the
    end whoever makes room here.
    """
    seated = 0
    post_of: dict[int, int] = {}
    for number, post in enumerate(posts):
        seated |= post.members
        post_of.update(dict.fromkeys(bits(post.members), number))
    asks = [{post_of[person] for person in bits(post.pool & seated)} for post in posts]
    easy = _leading([post.pool & free & ~seated != 0 for post in posts], asks)
    movable = free & ~seated
    for number, post in enumerate(posts):
        movable |= post.members if easy[number] else 0
    found = []
    for number, post in enumerate(posts):
        able = post.pool & (movable | post.members)
        if able != post.pool & free:
            here = _leading([other == number for other in range(len(posts))], asks)
            for other, leads in zip(posts, here, strict=True):
                able |= post.pool & other.members if leads else 0
        found.append(able)
    return found


def _leading(there: list[bool], asks: Sequence[set[int]]) -> list[bool]:
    """Which posts get `there` by asking others for their people, those again others, and so on."""
    leads = list(there)
    grown = True
    while grown:
        grown = False
        for number, asked in enumerate(asks):
            if not leads[number] and any(leads[other] for other in asked):
                leads[number] = grown = True
    return leads

"""Who can have a chance: everyone who sits in a post in some seating, and nobody else."""

from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from solver.planning.choice import Held, takers
from solver.planning.ground import bits

PEOPLE = 6
EVERYONE = 2**PEOPLE - 1
Seating = tuple[int, ...]


def seatings(wishes: list[tuple[int, int]], free: int) -> list[Seating]:
    """Every way to fill all posts at once."""
    if not wishes:
        return [()]
    (need, pool), *rest = wishes
    return [
        (mask, *others)
        for some in combinations(bits(pool & free), need)
        for mask in [sum(1 << each for each in some)]
        for others in seatings(rest, free & ~mask)
    ]


@given(
    wishes=st.lists(st.tuples(st.integers(1, 2), st.integers(1, EVERYONE)), min_size=1, max_size=4),
    free=st.integers(1, EVERYONE),
    which=st.integers(0, 10**6),
)
def test_takers_are_those_who_sit_there_in_some_seating_whichever_is_known(
    wishes: list[tuple[int, int]], free: int, which: int
) -> None:
    every = seatings(wishes, free)
    assume(every)
    known = every[which % len(every)]
    held = [Held(need, pool & free, members) for (need, pool), members in zip(wishes, known, strict=True)]
    assert takers(held, free) == [
        sum(1 << person for person in range(PEOPLE) if any(each[number] >> person & 1 for each in every))
        for number in range(len(wishes))
    ]

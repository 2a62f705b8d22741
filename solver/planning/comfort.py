"""How many people of a kind may be out in one half-day while every draw still has a choice.

A wish, not a rule. Kinds are a department's officers and its experts of one field.
"""

from collections import Counter
from collections.abc import Iterable

from solver.planning.ground import Ground
from solver.planning.ids import Expertise
from solver.planning.staffing import Post

SPARE = 1
"""While one person more than needed shares the places, nobody is certain to go."""

Line = tuple[int, Expertise | None, int]
"""Department, expertise (None: officers with certificate), half-day."""


class Comfort(dict[Line, int]):
    """By line, the heads that leave every draw a choice; worked out when first asked."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self._ground = ground

    def __missing__(self, line: Line) -> int:
        department, expertise, half_day = line
        people = self._ground.of_department[department] & self._ground.free[half_day]
        people &= self._ground.certified if expertise is None else self._ground.expert.get(expertise, 0)
        self[line] = max(0, people.bit_count() - SPARE)
        return self[line]


def lines(posts: Iterable[Post], half_day: int) -> Counter[Line]:
    """The heads that posts take up, by line."""
    heads: Counter[Line] = Counter()
    for post in posts:
        if post.certified:
            heads[post.department, None, half_day] += post.need
        for expertise in post.expertise:
            heads[post.department, expertise, half_day] += post.need
    return heads

"""Who could go: a standing proof that all posts taken on so far can be filled at once.

The roster seats real people in every post and moves them along augmenting paths when a new post needs room, so "no" is
exact: no other seating exists either. The seats are only the witness that chances exist; they are never published and
never decide who goes, the lots do (spec/draw.md).
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from solver.planning.ground import Ground, bits
from solver.planning.shortage import Claim, Shortage

PostNumber = int


class _Step(NamedTuple):
    """`post` is to lose `person` to the post of the step `before` (None at the start of a path)."""

    post: PostNumber
    person: int
    before: "_Step | None"


class Roster:
    """Posts with the people seated in them; changes only by `seat` and `unseat`."""

    def __init__(self, ground: Ground) -> None:
        self._ceiling = ground.ceiling
        self._borrowed = ground.borrowed
        self._idle = list(ground.free)
        self._free = ground.free
        self._room = [-1 if ceiling is None else ceiling for ceiling in ground.ceiling]
        self._spent = sum(1 << person for person, room in enumerate(self._room) if room == 0)
        self._half_day: dict[PostNumber, int] = {}
        self._pool: dict[PostNumber, int] = {}
        self._members: dict[PostNumber, int] = {}
        self._at: list[dict[int, PostNumber]] = [{} for _ in ground.free]
        self._of: list[set[PostNumber]] = [set() for _ in ground.ceiling]
        self._next = 0
        self._reached: set[PostNumber] = set()

    def seat(self, half_day: int, posts: Sequence[tuple[int, int]], *, borrow: bool) -> tuple[PostNumber, ...] | None:
        """Take on posts, each (need, pool), in one half-day; None, and nothing changed, if they cannot all be filled.

        Borrowed inspectors are seated only with `borrow`, and then only where the others do not suffice.
        """
        numbers: list[PostNumber] = []
        for need, pool in posts:
            number = self._take_on(half_day, pool)
            numbers.append(number)
            if not all(self._fill(number, borrow=borrow) for _ in range(need)):
                self.unseat(numbers)
                return None
        return tuple(numbers)

    def shortage(self, half_day: int, posts: Sequence[tuple[int, int]]) -> Shortage | None:
        """Try to take on posts, each (need, pool), and give them up again; None if all of them could be filled."""
        numbers: list[PostNumber] = []
        missing: list[int] = []
        claims: tuple[Claim, ...] = ()
        for need, pool in posts:
            number = self._take_on(half_day, pool)
            numbers.append(number)
            seated = 0
            while seated < need and self._fill(number, borrow=True):
                seated += 1
            missing.append(need - seated)
            if seated < need and not claims:
                claims = self._claims(numbers, number)
        self.unseat(numbers)
        return Shortage(tuple(missing), claims) if claims else None

    def _claims(self, asked: Sequence[PostNumber], failed: PostNumber) -> tuple[Claim, ...]:
        """The posts that the last search reached, each with its seats and the failed one with one seat more."""
        return tuple(
            Claim(
                self._half_day[each],
                self._members[each].bit_count() + (each == failed),
                self._pool[each],
                None if each in asked else each,
            )
            for each in sorted(self._reached)
        )

    def unseat(self, numbers: Sequence[PostNumber]) -> None:
        """Give posts up; their people are idle again."""
        for number in numbers:
            for person in bits(self._members[number]):
                self._leave(number, person)
            del self._half_day[number], self._pool[number], self._members[number]

    def members(self, number: PostNumber) -> int:
        """The people seated in a post, as a bit set."""
        return self._members[number]

    def idle(self, half_day: int) -> int:
        """Who is seated nowhere in this half-day and could still be, as a bit set."""
        return self._idle[half_day] & ~self._spent

    def give_back(self) -> None:
        """Put others in the seats of borrowed inspectors wherever an augmenting path allows."""
        for number in sorted(self._members):
            for person in bits(self._members[number] & self._borrowed):
                self._leave(number, person)
                if not self._fill(number, borrow=False):
                    self._enter(number, person)

    def _take_on(self, half_day: int, pool: int) -> PostNumber:
        number = self._next
        self._next += 1
        self._half_day[number], self._pool[number], self._members[number] = half_day, pool, 0
        return number

    def _fill(self, number: PostNumber, *, borrow: bool) -> bool:
        if self._augment(number, ~self._borrowed):
            return True
        return borrow and self._augment(number, -1)

    def _augment(self, number: PostNumber, welcome: int) -> bool:
        """Seat one more person in a post, moving others along a shortest path; `welcome` may be newly called up."""
        half_day = self._half_day[number]
        easy = self._pool[number] & self._idle[half_day] & ~self._spent & welcome
        if easy:
            self._enter(number, (easy & -easy).bit_length() - 1)
            return True
        asked = [0] * len(self._at)
        reached = {number}
        spent_reached = 0
        queue: deque[tuple[PostNumber, _Step | None]] = deque([(number, None)])
        while queue:
            post, path = queue.popleft()
            half_day = self._half_day[post]
            candidates = self._pool[post] & self._free[half_day] & ~asked[half_day] & ~self._members[post]
            asked[half_day] |= candidates
            easy = candidates & self._idle[half_day] & ~self._spent & welcome
            if easy:
                self._shift(post, (easy & -easy).bit_length() - 1, path)
                return True
            for person in bits(candidates & (~self._idle[half_day] | self._spent & ~spent_reached)):
                if self._idle[half_day] >> person & 1:
                    spent_reached |= 1 << person
                for other in self._giving(half_day, person):
                    if other not in reached:
                        reached.add(other)
                        queue.append((other, _Step(post, person, path)))
        self._reached = reached
        return False

    def _giving(self, half_day: int, person: int) -> list[PostNumber]:
        """The posts that could give a person up for another: the one held in this half-day, or for the ceiling any."""
        if self._idle[half_day] >> person & 1:
            return sorted(self._of[person])
        return [self._at[half_day][person]]

    def _shift(self, post: PostNumber, person: int, path: _Step | None) -> None:
        """Seat `person` in `post`, then hand the person whom it gave up to the post before it, and so on."""
        moves = [(post, person)]
        losing = post
        while path is not None:
            self._leave(losing, path.person)
            moves.append((path.post, path.person))
            losing = path.post
            path = path.before
        for number, each in moves:
            self._enter(number, each)

    def _enter(self, number: PostNumber, person: int) -> None:
        half_day = self._half_day[number]
        self._members[number] |= 1 << person
        self._idle[half_day] &= ~(1 << person)
        self._at[half_day][person] = number
        self._of[person].add(number)
        if self._room[person] >= 0:
            self._room[person] -= 1
            if self._room[person] == 0:
                self._spent |= 1 << person

    def _leave(self, number: PostNumber, person: int) -> None:
        half_day = self._half_day[number]
        self._members[number] &= ~(1 << person)
        self._idle[half_day] |= 1 << person
        del self._at[half_day][person]
        self._of[person].remove(number)
        if self._room[person] >= 0:
            self._room[person] += 1
            self._spent &= ~(1 << person)

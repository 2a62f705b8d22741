"""Which roles a department sends on a tour: every way worth considering, cheapest first.

Pure counting on the people who could fill them (rule 4, 行政处罚法 42); who is free beside other tours is not known
here, that is the roster's business.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from solver.planning.choice import Held, takers
from solver.planning.ground import Ground, bits
from solver.planning.ids import Expertise

THIN_COST = 2
"""A draw of two among two is no draw: a thin role costs as much as two officer half-days."""
MOST_PARTITIONED = 4
"""Up to so many kinds of expertise on one tour every way to group them is tried; then their number explodes."""


class Demand(NamedTuple):
    """What one department's matters ask for: officers with certificate, and kinds of expertise."""

    department: int
    officers: int
    expertise: tuple[Expertise, ...]


class Post(NamedTuple):
    """One role to be filled: so many of the people in `pool` (a bit set)."""

    department: int
    need: int
    certified: bool
    expertise: tuple[Expertise, ...]
    pool: int


class Crew(NamedTuple):
    """One department's posts on one tour: officer half-days, thin roles, the posts."""

    officers: int
    thin: int
    posts: tuple[Post, ...]

    @property
    def cost(self) -> int:
        return self.officers + THIN_COST * self.thin


def merged(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """Add up the demands of several visits: one demand a department, in order of department."""
    together: dict[int, Demand] = {}
    for demand in demands:
        known = together.get(demand.department)
        if known is None:
            together[demand.department] = demand
        elif known != demand:
            officers = max(known.officers, demand.officers)
            expertise = tuple(sorted({*known.expertise, *demand.expertise}))
            together[demand.department] = Demand(demand.department, officers, expertise)
    return tuple(together[department] for department in sorted(together))


class Staffing:
    """Answers "whom does this department send?" and remembers the answers; the same question always gets the same."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[tuple[Demand, int], tuple[Crew, ...]] = {}
        self._days: dict[tuple[Demand, int], tuple[int, int]] = {}

    def crews(self, demand: Demand, people: int) -> tuple[Crew, ...]:
        """Every crew that these people (a bit set, any department) can fill by themselves, cheapest first."""
        pool = people & self._ground.of_department[demand.department]
        known = self._known.get((demand, pool))
        if known is None:
            known = self._known[demand, pool] = tuple(sorted(self._possible(demand, pool), key=_worth))
        return known

    def each(self, demands: tuple[Demand, ...], people: int) -> tuple[tuple[Crew, ...], ...] | None:
        """The crews of every department, or None where one cannot send any; the team minimum is not looked at."""
        every = tuple(self.crews(demand, people) for demand in demands)
        return every if all(every) else None

    def half_days(self, demands: tuple[Demand, ...], people: int, wanted: int) -> int:
        """Those of the wanted half-days in which these people, as far as they are free, can send every crew."""
        for demand in demands:
            key = (demand, people & self._ground.of_department[demand.department])
            looked, possible = self._days.get(key, (0, 0))
            for place in bits(wanted & ~looked):
                possible |= bool(self.crews(demand, people & self._ground.free[place])) << place
            self._days[key] = (looked | wanted, possible)
            wanted &= possible
        return wanted

    def staff(self, demands: tuple[Demand, ...], people: int) -> tuple[tuple[Crew, ...], ...] | None:
        """The crews of every department of a whole tour, or None; rule 4's team minimum holds."""
        short = self._ground.problem.policy.team_minimum - sum(demand.officers for demand in demands)
        every = self.each(demands, people)
        for _ in range(short):
            if every is None:
                return None
            demands = self._reinforced(demands, every, people)
            every = self.each(demands, people)
        return every

    def _reinforced(
        self, demands: tuple[Demand, ...], every: tuple[tuple[Crew, ...], ...], people: int
    ) -> tuple[Demand, ...]:
        """One officer more for the team minimum, from the department that finds it easiest."""
        more = [demand._replace(officers=demand.officers + 1) for demand in demands]
        ways = [
            (not crews, crews[0].cost - every[place][0].cost if crews else 0, place)
            for place, demand in enumerate(more)
            for crews in (self.crews(demand, people),)
        ]
        place = min(ways)[2]
        return (*demands[:place], more[place], *demands[place + 1 :])

    def _possible(self, demand: Demand, pool: int) -> Iterator[Crew]:
        for blocks in self._groupings(demand.expertise, pool):
            for certified in _certificates(len(blocks)):
                crew = self._crew(demand, pool, blocks, certified)
                if crew is not None:
                    yield crew

    def _groupings(self, expertise: tuple[Expertise, ...], pool: int) -> Iterator[tuple[tuple[Expertise, ...], ...]]:
        """Ways to group kinds of expertise into roles; of very many one each, and as people happen to hold them."""
        if len(expertise) <= MOST_PARTITIONED:
            yield from _partitions(expertise)
            return
        yield tuple((each,) for each in expertise)
        left = set(expertise)
        blocks: list[tuple[Expertise, ...]] = []
        while left:
            held = [left.intersection(self._ground.inspectors[person].expertise) for person in bits(pool)]
            best = max(held, key=lambda some: (len(some), sorted(some)), default=set())
            if not best:
                return
            blocks.append(tuple(sorted(best)))
            left -= best
        yield tuple(blocks)

    def _crew(
        self, demand: Demand, pool: int, blocks: tuple[tuple[Expertise, ...], ...], certified: tuple[bool, ...]
    ) -> Crew | None:
        posts = [
            Post(demand.department, 1, holds, block, self._able(pool, block, certified=holds))
            for block, holds in zip(blocks, certified, strict=True)
        ]
        general = demand.officers - sum(certified)
        if general > 0:
            posts.append(
                Post(
                    demand.department, general, certified=True, expertise=(), pool=self._able(pool, (), certified=True)
                )
            )
        held = _seated(posts)
        if held is None:
            return None
        factor = self._ground.problem.policy.pool_factor
        # whoever one post cannot do without has no chance in another
        able = takers(held, pool) if len(held) > 1 else [held[0].pool]
        thin = sum(each.bit_count() < factor * post.need for each, post in zip(able, posts, strict=True))
        return Crew(sum(post.need for post in posts), thin, tuple(posts))

    def _able(self, pool: int, expertise: tuple[Expertise, ...], *, certified: bool) -> int:
        able = pool & self._ground.certified if certified else pool
        for each in expertise:
            able &= self._ground.expert.get(each, 0)
        return able


def _worth(crew: Crew) -> tuple[int, int, int]:
    return (crew.cost, len(crew.posts), -min(post.pool.bit_count() - post.need for post in crew.posts))


def _seated(posts: list[Post]) -> list[Held] | None:
    """Seat as many different people as all these posts together need (bipartite matching); None if that is too many."""
    if any(post.pool.bit_count() < post.need for post in posts):
        return None
    of_seat = [number for number, post in enumerate(posts) for _ in range(post.need)]
    seats = [posts[number].pool for number in of_seat]
    sitting: dict[int, int] = {}
    if not all(_sit(seat, seats, sitting, set()) for seat in range(len(seats))):
        return None
    members = [0] * len(posts)
    for person, seat in sitting.items():
        members[of_seat[seat]] |= 1 << person
    return [Held(post.need, post.pool, each) for post, each in zip(posts, members, strict=True)]


def _sit(seat: int, seats: list[int], sitting: dict[int, int], asked: set[int]) -> bool:
    for person in bits(seats[seat]):
        if person in asked:
            continue
        asked.add(person)
        if person not in sitting or _sit(sitting[person], seats, sitting, asked):
            sitting[person] = seat
            return True
    return False


def _certificates(count: int) -> Iterator[tuple[bool, ...]]:
    """Which of so many roles ask for a certificate; of very many, all or none."""
    if count > MOST_PARTITIONED:
        yield from ((True,) * count, (False,) * count)
    else:
        yield from product((True, False), repeat=count)


def _partitions(expertise: tuple[Expertise, ...]) -> Iterator[tuple[tuple[Expertise, ...], ...]]:
    """Every way to group the kinds of expertise into roles (each of a role's members has all of its kinds)."""
    if not expertise:
        yield ()
        return
    first, rest = expertise[0], expertise[1:]
    for blocks in _partitions(rest):
        yield ((first,), *blocks)
        for place, block in enumerate(blocks):
            yield (*blocks[:place], (first, *block), *blocks[place + 1 :])

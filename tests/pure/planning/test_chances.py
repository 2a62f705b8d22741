"""Chances: whole numbers, every limit kept, as fair as can be."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pure.planning.making import a_county, half_days
from pure.planning_check.building import an_inspector

from solver.planning.admission import Opening
from solver.planning.chances import Chances, share_out
from solver.planning.ground import Ground, bits, lay_out
from solver.planning.problem import Policy
from solver.planning.roster import Roster
from solver.planning.staffing import Post

SCALE = 1000


def a_ground(ceilings: list[int | None], scale: int = SCALE) -> Ground:
    people = tuple(an_inspector(f"p{number}", max_half_days=each) for number, each in enumerate(ceilings))
    return lay_out(a_county(half_days=half_days(1), inspectors=people, policy=Policy(scale=scale)))


def openings(ground: Ground, wishes: list[tuple[int, int, int]]) -> list[Opening]:
    """Those of the wishes (half-day, need, pool) that can be seated together."""
    roster = Roster(ground)
    made = []
    for half_day, need, pool in wishes:
        numbers = roster.seat(half_day, [(need, pool)], borrow=True)
        if numbers is not None:
            made.append((numbers[0], half_day, Post(0, need, certified=True, expertise=(), pool=pool)))
    return [
        Opening(
            stint=number,
            half_day=half_day,
            post=post,
            seated=roster.members(number),
            eligible=post.pool,
            admitted=post.pool,
            left_out={},
        )
        for number, half_day, post in made
    ]


def fairness(opening: Opening, table: Chances, scale: int = SCALE) -> float:
    return min(table.values()) * len(table) / (opening.post.need * scale)


@given(
    ceilings=st.lists(st.sampled_from([None, None, 0, 1, 2]), min_size=5, max_size=5),
    wishes=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 2), st.integers(1, 31)), min_size=1, max_size=5),
    scale=st.sampled_from([SCALE, 7, 1]),
)
@settings(deadline=None)
def test_chances_keep_every_limit(ceilings: list[int | None], wishes: list[tuple[int, int, int]], scale: int) -> None:
    ground = a_ground(ceilings, scale)
    roles = openings(ground, wishes)
    tables = share_out(ground, roles)
    for opening, table in zip(roles, tables, strict=True):
        assert sum(table.values()) == opening.post.need * scale
        assert set(table) == set(bits(opening.admitted))
        assert all(0 <= chance <= scale for chance in table.values())
    for person, ceiling in enumerate(ground.ceiling):
        mine = [(each.half_day, table.get(person, 0)) for each, table in zip(roles, tables, strict=True)]
        for half_day in range(2):
            assert sum(chance for at, chance in mine if at == half_day) <= scale
        if ceiling is not None:
            assert sum(chance for _, chance in mine) <= ceiling * scale


def test_a_role_alone_is_shared_evenly() -> None:
    ground = a_ground([None] * 4)
    (table,) = share_out(ground, openings(ground, [(0, 2, 0b1111)]))
    assert set(table.values()) == {500}


def test_a_near_ceiling_lowers_one_chance_and_no_more_than_it_must() -> None:
    ground = a_ground([1, None, None])
    roles = openings(ground, [(0, 2, 0b111), (1, 2, 0b111)])
    tables = share_out(ground, roles)
    (near,) = (person for person, ceiling in enumerate(ground.ceiling) if ceiling == 1)
    assert [table.pop(near) for table in tables] == [500, 500]
    assert [set(table.values()) for table in tables] == [{750}, {750}]


def test_in_a_crowded_half_day_the_least_chance_is_as_high_as_it_can_be() -> None:
    """One officer is shared by both roles: half each is the most that both can have."""
    ground = a_ground([None] * 3)
    roles = openings(ground, [(0, 1, 0b011), (0, 2, 0b111)])
    first, second = share_out(ground, roles)
    assert second[2] == SCALE
    assert abs(first[0] - first[1]) <= 1
    assert fairness(roles[1], second) >= 0.74


def test_who_is_held_back_by_nothing_keeps_the_even_share_beside_a_crowded_role() -> None:
    ground = a_ground([None] * 5)
    roles = openings(ground, [(0, 2, 0b00011), (0, 1, 0b11111)])
    tables = share_out(ground, roles)
    assert tables[0] == {0: SCALE, 1: SCALE}
    assert [tables[1][person] for person in (0, 1)] == [0, 0]
    assert all(abs(tables[1][person] - SCALE / 3) <= 1 for person in (2, 3, 4))

"""Chances: whole numbers, every limit kept, as fair as can be."""

from collections.abc import Sequence
from math import lcm

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.planning import leximin
from pure.planning.making import DEPARTMENTS, a_county, half_days
from pure.planning_check.building import a_role, a_tour, an_inspector

from solver.planning.admission import Opening
from solver.planning.chances import share_out
from solver.planning.fairness import Edge, Net
from solver.planning.ground import Ground, bits, lay_out
from solver.planning.problem import Inspector, Policy
from solver.planning.roster import Roster
from solver.planning.shares import Limits, even_share, fair_shares
from solver.planning.staffing import Post
from solver.planning.whole_chances import Chances

SCALE = 1000


def a_ground(ceilings: list[int | None], scale: int = SCALE, days: int = 1) -> Ground:
    people = tuple(an_inspector(f"p{number}", max_half_days=each) for number, each in enumerate(ceilings))
    return lay_out(a_county(half_days=half_days(days), inspectors=people, policy=Policy(scale=scale)))


def openings(ground: Ground, wishes: list[tuple[int, int, int]]) -> list[Opening]:
    """Those of the wishes (half-day, need, pool) that can be seated together."""
    return seated(ground, [(half_day, a_wish(need, pool)) for half_day, need, pool in wishes])


def a_wish(need: int, pool: int) -> Post:
    return Post(0, need, certified=True, expertise=(), pool=pool)


def seated(ground: Ground, wishes: Sequence[tuple[int, Post]]) -> list[Opening]:
    roster = Roster(ground)
    made = []
    for half_day, post in wishes:
        numbers = roster.seat(half_day, [(post.need, post.pool)], borrow=True)
        if numbers is not None:
            made.append((numbers[0], half_day, post))
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


def plain_net(ground: Ground, roles: Sequence[Opening]) -> Net:
    """Everyone a slot of their own in each half-day, every ceiling in it from the start."""
    unit = lcm(*(each.admitted.bit_count() for each in roles))
    scale = ground.problem.policy.scale * unit
    edges = [(number, person) for number, each in enumerate(roles) for person in bits(each.admitted)]
    slots = {key: place for place, key in enumerate({(person, roles[number].half_day) for number, person in edges})}
    return Net(
        edges={
            place: Edge(number, slots[person, roles[number].half_day], int(even_share(roles[number], scale)))
            for place, (number, person) in enumerate(edges)
        },
        supply={number: each.post.need * scale for number, each in enumerate(roles)},
        room=dict.fromkeys(slots.values(), scale),
        owner={place: person for (person, _), place in slots.items() if ground.ceiling[person] is not None},
        ceiling={place: each * scale for place, each in enumerate(ground.ceiling) if each is not None},
    )


@given(
    ceilings=st.lists(st.sampled_from([None, None, 0, 1]), min_size=4, max_size=4),
    wishes=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 2), st.integers(1, 15)), min_size=1, max_size=4),
)
@settings(deadline=None, max_examples=60)
def test_every_chance_is_the_fairest_share_rounded_down_or_up(
    ceilings: list[int | None], wishes: list[tuple[int, int, int]]
) -> None:
    ground = a_ground(ceilings)
    roles = openings(ground, wishes)
    tables = share_out(ground, roles)
    net = plain_net(ground, roles)
    levels = leximin.levels(net)
    assert levels is not None
    people = (person for each in roles for person in bits(each.admitted))
    for (place, edge), person in zip(net.edges.items(), people, strict=True):
        assert abs(tables[edge.role][person] - levels[place] * even_share(roles[edge.role], SCALE)) <= 1


@given(
    ceilings=st.lists(st.sampled_from([None, None, 0, 1, 2]), min_size=5, max_size=5),
    wishes=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2), st.integers(1, 31)), min_size=2, max_size=9),
)
@settings(deadline=None)
def test_shares_of_very_many_roles_are_those_of_few_within_one_unit(
    ceilings: list[int | None], wishes: list[tuple[int, int, int]]
) -> None:
    ground = a_ground(ceilings, days=2)
    roles = openings(ground, wishes)
    limits = Limits(
        slot={},
        person={person: each * SCALE for person, each in enumerate(ground.ceiling) if each is not None},
        scale=SCALE,
    )
    exact = fair_shares(limits, 0, roles)
    rough = fair_shares(limits, 0, roles, many=0)
    assert exact is not None
    assert rough is not None
    for one, other in zip(exact, rough, strict=True):
        assert all(abs(one[person] - other[person]) <= 1 for person in one)


def two_departments(*people: Inspector, **given: object) -> Ground:
    return lay_out(a_county(half_days=half_days(1), inspectors=people, policy=Policy(scale=SCALE), **given))


def a_post(ground: Ground, department: int, need: int, *people: str) -> Post:
    pool = sum(1 << place for place, each in enumerate(ground.inspectors) if each.id in people)
    return Post(department, need, certified=True, expertise=(), pool=pool)


def own_and_other(ceiling: int) -> Ground:
    """A helper of the first department who serves the second, and two colleagues in each."""
    first, second, _ = DEPARTMENTS
    return two_departments(
        an_inspector("helper", department=first, serves=(second,), max_half_days=ceiling),
        *(an_inspector(name, department=first) for name in ("a", "b")),
        *(an_inspector(name, department=second) for name in ("c", "d")),
    )


def chance_of(ground: Ground, table: Chances, name: str) -> int:
    return table[next(place for place, each in enumerate(ground.inspectors) if each.id == name)]


def test_who_serves_two_departments_has_a_chance_in_both_while_half_days_are_spare() -> None:
    ground = own_and_other(ceiling=2)
    wishes = [(0, a_post(ground, 0, 1, "helper", "a", "b")), (1, a_post(ground, 1, 1, "helper", "c", "d"))]
    tables = share_out(ground, seated(ground, wishes))
    assert all(abs(chance_of(ground, table, "helper") - SCALE / 3) < 1 for table in tables)


@pytest.mark.parametrize("narrower", [0, 1])
def test_one_half_day_for_two_departments_goes_where_the_next_least_chance_gains(narrower: int) -> None:
    """Rule 5 rounds each department up, so one gets nothing; beside a wider pool the others gain less from that."""
    first, second, _ = DEPARTMENTS
    wider = (first, second)[1 - narrower]
    ground = two_departments(
        an_inspector("helper", department=first, serves=(second,), max_half_days=1),
        *(an_inspector(name, department=first) for name in ("a", "b")),
        *(an_inspector(name, department=second) for name in ("c", "d")),
        an_inspector("one more", department=wider),
    )
    pools = [["helper", "a", "b"], ["helper", "c", "d"]]
    pools[1 - narrower].append("one more")
    roles = seated(ground, [(each, a_post(ground, each, 2, *pools[each])) for each in (0, 1)])
    helped = [chance_of(ground, table, "helper") for table in share_out(ground, roles)]
    assert helped[1 - narrower] == 0
    assert helped[narrower] in (666, 667)


def test_a_ceiling_that_an_announced_tour_may_reach_leaves_the_rest_of_the_chance() -> None:
    first, *_ = DEPARTMENTS
    role = a_role("T1/1", department=first, need=1, chances={"near": SCALE // 2, "a": SCALE // 2})
    ground = two_departments(
        an_inspector("near", department=first, max_half_days=1),
        *(an_inspector(name, department=first) for name in ("a", "b")),
        fixed=(a_tour(half_day=half_days(1)[0].id, visits=(), roles=(role,)),),
    )
    (table,) = share_out(ground, seated(ground, [(1, a_post(ground, 0, 2, "near", "a", "b"))]))
    assert chance_of(ground, table, "near") == SCALE // 2

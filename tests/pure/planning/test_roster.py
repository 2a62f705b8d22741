"""The roster's "no" is exact: it refuses posts only when no seating at all could fill them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from pure.planning.making import a_county, half_days
from pure.planning_check.building import an_inspector

from solver.planning.ground import Ground, bits, lay_out
from solver.planning.roster import Roster
from solver.planning.shortage import heads

PEOPLE, PERIODS = 4, 2
Wish = tuple[int, int, int]


def a_ground(ceilings: list[int | None], borrowed: int = 0) -> Ground:
    people = tuple(
        an_inspector(f"p{number}", max_half_days=ceiling, borrowed=bool(borrowed >> number & 1))
        for number, ceiling in enumerate(ceilings)
    )
    return lay_out(a_county(half_days=half_days(1), inspectors=people))


def can_be_seated(ground: Ground, wishes: list[Wish]) -> bool:
    """Try everything: every choice of people for every post in turn."""

    def rest(place: int, busy: tuple[int, ...], room: tuple[int, ...]) -> bool:
        if place == len(wishes):
            return True
        half_day, need, pool = wishes[place]
        able = [each for each in bits(pool & ~busy[half_day] & ground.free[half_day]) if room[each] > 0]
        for some in combinations(able, need):
            taken = sum(1 << each for each in some)
            now = tuple(mask | taken * (at == half_day) for at, mask in enumerate(busy))
            if rest(place + 1, now, tuple(left - (each in some) for each, left in enumerate(room))):
                return True
        return False

    return rest(0, (0,) * PERIODS, tuple(99 if each is None else each for each in ground.ceiling))


WISHES = st.lists(
    st.tuples(st.integers(0, PERIODS - 1), st.integers(1, 2), st.integers(1, 2**PEOPLE - 1)), min_size=1, max_size=5
)


@given(ceilings=st.lists(st.sampled_from([None, 0, 1, 2]), min_size=PEOPLE, max_size=PEOPLE), wishes=WISHES)
def test_posts_are_refused_only_when_no_seating_fills_them_all(ceilings: list[int | None], wishes: list[Wish]) -> None:
    ground = a_ground(ceilings)
    roster = Roster(ground)
    taken: list[Wish] = []
    for wish in wishes:
        half_day, need, pool = wish
        seated = roster.seat(half_day, [(need, pool)], borrow=True)
        assert (seated is not None) == can_be_seated(ground, [*taken, wish])
        if seated is not None:
            taken.append(wish)


@given(wishes=WISHES)
def test_every_post_taken_on_keeps_as_many_people_of_its_pool_as_it_needs(wishes: list[Wish]) -> None:
    roster = Roster(a_ground([None, 1, 2, None]))
    taken = [
        (numbers[0], wish)
        for wish in wishes
        if (numbers := roster.seat(wish[0], [(wish[1], wish[2])], borrow=True)) is not None
    ]
    for number, (_, need, pool) in taken:
        assert roster.members(number) & ~pool == 0
        assert roster.members(number).bit_count() == need
    for half_day in range(PERIODS):
        here = [roster.members(number) for number, wish in taken if wish[0] == half_day]
        assert sum(here) == sum(1 << each for each in {person for mask in here for person in bits(mask)})


def test_people_given_up_can_be_seated_again() -> None:
    roster = Roster(a_ground([1, 1, 0, 0]))
    seats = roster.seat(0, [(2, 0b1111)], borrow=True)
    assert seats is not None
    assert roster.seat(1, [(1, 0b1111)], borrow=True) is None
    roster.unseat(seats)
    assert roster.seat(1, [(1, 0b1111)], borrow=True) is not None


def test_a_borrowed_inspector_goes_home_once_others_can_do_it() -> None:
    ground = a_ground([None, None, None, None], borrowed=0b1)
    helper = ground.borrowed
    own = ~helper & 0b1111
    roster = Roster(ground)
    busy = roster.seat(0, [(3, own)], borrow=True)
    lent = roster.seat(0, [(1, 0b1111)], borrow=True)
    assert busy is not None
    assert lent is not None
    assert roster.members(lent[0]) == helper
    roster.unseat(busy)
    roster.give_back()
    assert roster.members(lent[0]) & helper == 0


@given(ceilings=st.lists(st.sampled_from([None, 0, 1, 2]), min_size=PEOPLE, max_size=PEOPLE), wishes=WISHES)
def test_a_shortage_is_the_least_set_of_posts_that_share_too_few_people(
    ceilings: list[int | None], wishes: list[Wish]
) -> None:
    ground = a_ground(ceilings)
    roster = Roster(ground)
    for half_day, need, pool in wishes[:-1]:
        roster.seat(half_day, [(need, pool)], borrow=True)
    half_day, need, pool = wishes[-1]
    short = roster.shortage(half_day, [(need, pool)])
    assert (short is None) == (roster.seat(half_day, [(need, pool)], borrow=True) is not None)
    if short is not None:
        assert short.need == heads(ground, short.claims) + 1
        assert [claim.number for claim in short.claims].count(None) == 1
        for size in range(len(short.claims)):
            for some in combinations(short.claims, size):
                assert sum(claim.need for claim in some) <= heads(ground, some)


def test_asking_for_a_shortage_leaves_every_post_filled() -> None:
    roster = Roster(a_ground([None, None, None, None]))
    seats = roster.seat(0, [(2, 0b0111)], borrow=True)
    assert seats is not None
    short = roster.shortage(0, [(2, 0b0011), (1, 0b1000)])
    assert short is not None
    assert short.missing == (1, 0)
    assert {claim.need for claim in short.claims} == {2}
    assert roster.members(seats[0]).bit_count() == 2
    assert roster.seat(0, [(1, 0b1000)], borrow=True) is not None

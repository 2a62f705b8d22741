"""Exact levels: the same as one linear programme after another gives, in fractions, on tiny nets."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from pure.planning import leximin

from solver.planning.fairness import Edge, Net, fair_levels


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Up to three roles and four slots; slots of owners with ceilings, slots by themselves, rooms that are used up."""
    roles = draw(st.integers(1, 3))
    slots = draw(st.integers(1, 4))
    supply = {role: draw(st.integers(0, 6)) for role in range(roles)}
    pairs = [(role, slot) for role in range(roles) for slot in range(slots)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    owner = {slot: draw(st.integers(0, 1)) for slot in range(slots) if draw(st.booleans())}
    return Net(
        edges={number: Edge(role, slot, draw(st.integers(1, 9))) for number, (role, slot) in enumerate(chosen)},
        supply=supply,
        room={slot: draw(st.integers(0, 6)) for slot in range(slots)},
        owner=owner,
        ceiling={each: draw(st.integers(0, 6)) for each in set(owner.values())},
    )


@given(nets())
@settings(max_examples=400, deadline=None)
def test_levels_are_those_of_one_linear_programme_after_another(net: Net) -> None:
    found = fair_levels(net)
    assert (found and found.levels) == leximin.levels(net)


def test_a_cut_of_several_roles_is_found_exactly() -> None:
    """Two roles must have 4 of the 5 that three slots hold: what is left for the third role's edges there is 1 in 3."""
    net = Net(
        edges=dict(
            enumerate(
                Edge(role, slot, 1) for role, slots in ((0, (0, 1)), (1, (1, 2)), (2, (0, 1, 2, 3))) for slot in slots
            )
        ),
        supply={0: 2, 1: 2, 2: 2},
        room={0: 2, 1: 1, 2: 2, 3: 9},
        owner={},
        ceiling={},
    )
    found = fair_levels(net)
    assert found is not None
    levels = found.levels
    assert [levels[each] for each in (4, 5, 6)] == [Fraction(1, 3)] * 3
    assert levels[7] == 1


def test_no_levels_where_a_supply_finds_no_room() -> None:
    net = Net(
        edges={0: Edge(0, 0, 1)},
        supply={0: 2},
        room={0: 1},
        owner={},
        ceiling={},
    )
    assert fair_levels(net) is None

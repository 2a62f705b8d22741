"""One department's part of a round: all that is its own, and nothing that is another's."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.dispatches import (
    DEPARTMENTS,
    FIRE,
    FIRM,
    SHOP,
    TRADE,
    WATER,
    Ask,
    a_dispatch,
    an_outing,
    certificate,
    dispatches,
    officer_names,
    staff,
)

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId
from coordinator.domain.parts import NAMELESS, part_of
from solver.planning.problem import Barred

departments = st.sampled_from(DEPARTMENTS)


@given(dispatches(), departments)
def test_everything_of_ones_own_is_in_the_part(dispatch: Dispatch, department: DepartmentId) -> None:
    part = part_of(dispatch, department)
    own = [tour for tour in dispatch.plan.tours if any(role.department == department for role in tour.roles)]
    assert [tour for tour in part.plan.tours if tour in own] == own
    assert {each.id for each in dispatch.wanted.matters if each.department == department} <= part.matters.keys()
    submitted = {each.department.id: each for each in dispatch.submissions}
    assert {each.department.id: each for each in part.submissions}[department] == submitted[department]
    assert [each for each in part.plan.desk if each.department == department] == list(part.plan.desk)
    for tour in part.plan.tours:
        for visit in tour.visits:
            assert part.matters_of(visit) == dispatch.matters_of(visit)
            assert part.roles_at(tour, visit) == dispatch.roles_at(tour, visit)
            assert part.begins_at(tour, visit) == dispatch.begins_at(tour, visit)


@given(dispatches(), departments)
def test_nothing_of_anybody_else_is(dispatch: Dispatch, department: DepartmentId) -> None:
    barred = tuple(
        Barred(inspector=each.id, target=target.id, reason=f"{each.department}的回避理由")
        for each in dispatch.problem.inspectors
        for target in dispatch.problem.targets
    )
    whole = replace(dispatch, problem=replace(dispatch.problem, barred=barred))
    text = msgspec.json.encode(part_of(whole, department)).decode()
    for other in {*DEPARTMENTS} - {department}:
        for number, name in enumerate(officer_names(other)):
            assert name not in text
            assert certificate(other, number) not in text
        assert f"{other}的回避理由" not in text
    going = {tour.id for tour in part_of(whole, department).plan.tours}
    for tour in whole.plan.tours:
        if tour.id not in going:
            assert f'"{tour.id}"' not in text


def test_somebody_lent_takes_the_lender_along() -> None:
    """Who lends an inspector sees where that inspector goes, also on a tour without a role of its own."""
    outings = (an_outing(0, FIRM, Ask(WATER)), an_outing(1, SHOP, Ask(WATER)))
    alone = a_dispatch(*outings)
    assert not part_of(alone, FIRE).plan.tours
    lent = a_dispatch(*outings, lent={str(alone.plan.tours[1].roles[0].id): staff(FIRE, 1)})
    assert part_of(lent, FIRE).plan.tours == lent.plan.tours[1:]
    assert part_of(lent, FIRE).targets.keys() == {SHOP}


@pytest.mark.parametrize("department", [WATER, FIRE, TRADE])
def test_others_who_go_along_are_numbers_with_the_end_of_a_certificate(department: DepartmentId) -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, *(Ask(each) for each in DEPARTMENTS)))
    others = [each for home, each in part_of(dispatch, department).inspectors.values() if home != department]
    assert others
    assert {each.name for each in others} == {NAMELESS}
    assert {len(each.certificate) for each in others} <= {0, 4}

"""What a firm may be told beforehand, and that nothing else leaks into it."""

from hypothesis import given
from support.dispatches import (
    BEFORE,
    FIRE,
    FIRM,
    MILL,
    SHOP,
    TRADE,
    WATER,
    Ask,
    Call,
    Outing,
    a_dispatch,
    an_outing,
    dispatches,
    without_unannounced,
)

from coordinator.documents.calendars import calendar
from coordinator.documents.notices import notice
from coordinator.domain.announcements import announcements, notice_may_be_given
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.rounds import RoundPolicy


@given(dispatches())
def test_notices_and_calendars_are_the_same_as_if_nothing_unannounced_existed(dispatch: Dispatch) -> None:
    """Non-interference: who reads them learns nothing of unannounced visits, not even that there are any."""
    innocent = without_unannounced(dispatch)
    told, innocently = announcements(dispatch), announcements(innocent)
    assert told.keys() == innocently.keys()
    for target, announcement in told.items():
        other = innocently[target]
        assert notice(dispatch, announcement, told_at=BEFORE) == notice(innocent, other, told_at=BEFORE)
        assert calendar(announcement, made_at=BEFORE) == calendar(other, made_at=BEFORE)


@given(dispatches())
def test_a_notice_may_be_given_exactly_where_an_announced_visit_is_planned(dispatch: Dispatch) -> None:
    announced = {visit.target for _, visit in dispatch.visits() if not dispatch.is_unannounced(visit)}
    assert announcements(dispatch).keys() == announced
    assert {target for target in dispatch.targets if notice_may_be_given(dispatch, target)} == announced


def test_a_firm_with_only_an_unannounced_visit_is_told_nothing_even_of_desk_matters() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(announced=False)), desk=[(FIRM, Ask())])
    assert not announcements(dispatch)


def test_several_announced_visits_stand_in_one_announcement_in_order_of_time() -> None:
    dispatch = a_dispatch(an_outing(6, FIRM, Ask()), an_outing(1, FIRM, Ask(FIRE)), an_outing(3, FIRM, Ask(TRADE)))
    visits = announcements(dispatch)[FIRM].visits
    assert [visit.departments for visit in visits] == [(FIRE,), (TRADE,), (WATER,)]
    assert [visit.begins_at for visit in visits] == sorted(visit.begins_at for visit in visits)


def test_each_document_is_asked_for_once() -> None:
    asks = Ask(WATER, documents=("营业执照", "取水许可证")), Ask(FIRE, documents=("营业执照", "应急预案"))
    dispatch = a_dispatch(an_outing(0, FIRM, *asks), desk=[(FIRM, Ask(documents=("年报", "应急预案")))])
    assert announcements(dispatch)[FIRM].documents == ("营业执照", "取水许可证", "应急预案", "年报")


def test_the_year_is_counted_for_each_department_against_the_cap() -> None:
    dispatch = a_dispatch(
        an_outing(0, FIRM, Ask(WATER), Ask(FIRE)), an_outing(5, FIRM, Ask(WATER)), policy=RoundPolicy(cap=4)
    )
    counts = announcements(dispatch)[FIRM].year_counts
    assert [(c.department, c.before, c.announced, c.cap) for c in counts] == [(WATER, 0, 2, 4), (FIRE, 0, 1, 4)]


def test_only_those_whose_department_has_a_matter_there_come_to_a_visit() -> None:
    dispatch = a_dispatch(Outing(0, (Call(FIRM, (Ask(WATER),)), Call(SHOP, (Ask(WATER), Ask(FIRE))))))
    told = announcements(dispatch)
    assert {member.department for member in told[FIRM].visits[0].members} == {WATER}
    assert {member.department for member in told[SHOP].visits[0].members} == {WATER, FIRE}


def test_an_unserved_desk_matter_is_not_announced() -> None:
    served = a_dispatch(an_outing(0, MILL, Ask()), desk=[(MILL, Ask())])
    assert len(announcements(served)[MILL].desk) == 1
    left = a_dispatch(an_outing(0, MILL, Ask()), unserved=[(MILL, Ask())])
    assert not announcements(left)[MILL].desk

"""A firm's page tells of announced visits all, of unannounced ones nothing before they begin."""

from datetime import timedelta

from hypothesis import given, settings
from support.dispatches import (
    BEFORE,
    FIRE,
    FIRM,
    SHOP,
    WATER,
    Ask,
    a_dispatch,
    an_outing,
    certificate,
    dispatches,
    without_unannounced,
)
from support.firms import known_of, letter_to

from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.firm_requests import FirmRequest, RequestKind
from coordinator.domain.ids import TargetId
from coordinator.web.portal.opening import shown_to
from coordinator.web.shown.requests import request_lines


def page_of(dispatch: Dispatch, target: TargetId, after: timedelta = timedelta()) -> str:
    return shown_to(known_of(dispatch), letter_to(target), BEFORE + after, form_key="k").content.decode()


@settings(deadline=None, max_examples=30)  # pages are made whole
@given(dispatches())
def test_the_page_is_the_same_as_if_nothing_unannounced_existed(dispatch: Dispatch) -> None:
    """Non-interference: who reads it learns nothing of unannounced visits, not even that there are any."""
    innocent = without_unannounced(dispatch)
    for target in announcements(dispatch):
        assert page_of(dispatch, target) == page_of(innocent, target)


def test_an_unannounced_visit_comes_to_the_page_when_it_begins() -> None:
    dispatch = a_dispatch(an_outing(4, FIRM, Ask()), an_outing(0, FIRM, Ask(FIRE, announced=False, name="夜查")))
    begins_at = min(dispatch.begins_at(*each) for each in dispatch.visits())
    assert "夜查" not in page_of(dispatch, FIRM, begins_at - BEFORE - timedelta(seconds=1))
    assert "夜查" in page_of(dispatch, FIRM, begins_at - BEFORE)


def test_the_page_names_who_comes_with_the_last_four_of_the_certificate_and_no_more() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER, documents=("执照甲",)), Ask(FIRE, documents=("执照甲",))))
    page = page_of(dispatch, FIRM)
    for member in announcements(dispatch)[FIRM].visits[0].members:
        assert member.inspector.name in page
        assert member.inspector.certificate[-4:] in page
        assert member.inspector.certificate not in page
    assert certificate(WATER, 1)[-4:] != certificate(WATER, 1)
    assert page.count("执照甲") == 1


def test_a_firm_that_is_told_nothing_sees_that_nothing_is_arranged() -> None:
    dispatch = a_dispatch(an_outing(0, SHOP, Ask()))
    assert "现在没有可以告诉您的检查安排" in page_of(dispatch, FIRM)


def test_a_recusal_names_who_is_meant_to_the_firm_the_office_and_that_department_alone() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)))
    meant = announcements(dispatch)[FIRM].visits[0].members[0]
    other = WATER if meant.department == FIRE else FIRE
    letter = letter_to(FIRM)
    asked = FirmRequest(
        id=letter.round,
        letter=letter.id,
        round=letter.round,
        target=FIRM,
        departments=(WATER, FIRE),
        kind=RequestKind.RECUSAL,
        visit=announcements(dispatch)[FIRM].visits[0].anchor,
        wished_day=None,
        inspector=meant.inspector.id,
        reason="是我的亲戚",
        made_at=BEFORE,
    )
    said = {
        reader: request_lines(known_of(dispatch), [asked], department=reader)[0].wish
        for reader in (None, meant.department, other)
    }
    assert [meant.inspector.name in words for words in said.values()] == [True, True, False]
    assert meant.department in said[other]


def test_only_visits_that_can_still_move_offer_it() -> None:
    dispatch = a_dispatch(an_outing(4, FIRM, Ask()))
    begins_at = announcements(dispatch)[FIRM].visits[0].begins_at
    assert "申请改期" in page_of(dispatch, FIRM)
    begun = page_of(dispatch, FIRM, begins_at - BEFORE)
    assert "申请改期" not in begun
    assert "申请回避" in begun

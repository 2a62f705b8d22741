"""What a firm prepares: each document once, for what is checked at its door and for what it sends in."""

from support.dispatches import BEFORE, TARGETS, Ask, a_dispatch, an_outing
from support.firms import known_of

from coordinator.web.shown.targets import firm_view


def test_what_is_checked_without_a_visit_wants_its_documents_too() -> None:
    """Once the page left them out, while letter and calendar named them."""
    target = TARGETS[0]
    visit, desk = Ask(documents=("营业执照", "取水许可证")), Ask(documents=("营业执照", "年度报告"))
    dispatch = a_dispatch(an_outing(0, target, visit), desk=[(target, desk)])
    view = firm_view(known_of(dispatch), target, BEFORE)
    assert view is not None
    assert view.documents == ("营业执照", "取水许可证", "年度报告")

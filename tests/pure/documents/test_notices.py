"""The consolidated notice as a page: stands alone, survives hostile names, says all that a firm needs."""

from html.parser import HTMLParser

import pytest
from support.dispatches import BEFORE, DAM, FIRE, FIRM, TRADE, WATER, Ask, a_dispatch, an_outing

from coordinator.documents.notices import Digest, notice
from coordinator.documents.pages import in_groups
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import TargetId
from coordinator.domain.rounds import RoundPolicy

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><iframe src=//evil>",
    "{{ 7 * 7 }}{% for x in y %}",
    "＝1+1\u202e倒写",
)


class Page(HTMLParser):
    """What a browser would make of it: tags with their attributes, and the text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(dispatch: Dispatch, target: TargetId = FIRM) -> Page:
    return Page(notice(dispatch, announcements(dispatch)[target], told_at=BEFORE))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(name: str) -> None:
    harmless = page_of(a_dispatch(an_outing(0, FIRM, Ask(name="事项", documents=("执照",)))))
    hostile = page_of(a_dispatch(an_outing(0, FIRM, Ask(name=name, documents=(name,))), names={FIRM: name}))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in harmless.tags]
    assert hostile.text.count(name) >= 3


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    page = page_of(a_dispatch(an_outing(0, FIRM, Ask())))
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert {attributes["href"] for tag, attributes in page.tags if tag == "a"} == {f"{FIRM}.ics"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_calendar_link_follows_the_safe_file_name() -> None:
    page = page_of(a_dispatch(an_outing(0, DAM, Ask())), DAM)
    (link,) = (attributes["href"] or "" for tag, attributes in page.tags if tag == "a")
    assert "/" not in link
    assert link.endswith(".ics")


def test_the_firm_reads_when_what_who_and_its_rights() -> None:
    page = page_of(
        a_dispatch(
            an_outing(0, FIRM, Ask(WATER, name="取用水检查"), Ask(FIRE, name="消防检查")),
            desk=[(FIRM, Ask(TRADE, name="年报检查"))],
            policy=RoundPolicy(cap=3),
        )
    )
    for words in (
        "3月2日（周一）上午 8:30",
        "到 9:10 左右，约 40 分钟，2 个部门一起来",
        "取用水检查",
        "消防检查",
        "第M0001号法",
        "年报检查（书面）",
        "3月13日（周五）前完成",
        "3 次",
        "第 1 次",
        "第四十三条",
        "第五十五条",
        "0000-123456",
        "“某县水利局抽查任务”、“某县消防救援大队抽查任务”",
        "2026年2月24日",
    ):
        assert words in page.text


def test_two_visits_are_told_apart_by_day() -> None:
    text = page_of(a_dispatch(an_outing(0, FIRM, Ask()), an_outing(3, FIRM, Ask(FIRE)))).text
    assert "查什么（3月2日上午）" in text
    assert "谁来（3月3日下午）" in text


def test_one_department_alone_is_not_called_several() -> None:
    assert "个部门一起来" not in page_of(a_dispatch(an_outing(0, FIRM, Ask(), Ask()))).text


def test_digests_stand_on_the_page_where_given() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    digests = (Digest(name="抽取检查对象", value="ab" * 32),)
    page = Page(notice(dispatch, announcements(dispatch)[FIRM], told_at=BEFORE, digests=digests))
    assert "ab" * 32 in page.text
    assert "固定名单和固定排期的摘要" not in page_of(dispatch).text


def test_a_code_is_shown_in_groups_and_copied_without_blanks() -> None:
    shown = Page(str(in_groups("91419999MA00000014")).encode())
    assert shown.text == "91419999MA00000014"
    assert [tag for tag, _ in shown.tags] == ["span", "b", "b", "b", "b", "b"]
    assert Page(str(in_groups("<b>")).encode()).text == "<b>"

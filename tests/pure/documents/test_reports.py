"""report.html: what it shows of a round, that it stands alone, and that it stays small."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from msgspec.structs import replace
from support.dispatches import (
    BEFORE,
    FIRE,
    FIRM,
    MILL,
    SHOP,
    TARGETS,
    TRADE,
    WATER,
    Ask,
    Call,
    Outing,
    a_dispatch,
    an_outing,
    dispatches,
)

from coordinator.documents.report_map import map_view
from coordinator.documents.reports import Remarks, Returned, report
from coordinator.domain.coverage import item_coverage
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.frames import Exclusion
from coordinator.domain.ids import TargetId
from coordinator.domain.intake.taking import RefusedRow
from coordinator.domain.summaries import summarise

HOSTILE = "</script><script>alert(1)</script>"
VOID = {"meta", "br", "line"}
UNCLOSED = {"tr", "td", "th", "li", "thead", "tbody"}


class Page(HTMLParser):
    """Tags, text, and whether what must be closed was closed in its turn."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID | UNCLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID | UNCLOSED:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def content_of(dispatch: Dispatch, remarks: Remarks | None = None) -> bytes:
    summary = summarise(dispatch, refused_rows=2, excluded=1, single_operator=True, seconds={})
    return report(dispatch, summary, item_coverage(dispatch), made_at=BEFORE, remarks=remarks)


def page_of(dispatch: Dispatch, remarks: Remarks | None = None) -> Page:
    return Page(content_of(dispatch, remarks))


@settings(max_examples=40)
@given(dispatches())
def test_every_round_gives_a_well_formed_page_that_fetches_nothing(dispatch: Dispatch) -> None:
    page = page_of(dispatch)
    assert not page.open
    assert not set(page.tags) & {"script", "link", "img", "iframe", "form"}
    for _, visit in dispatch.visits():
        assert dispatch.targets[visit.target].name in page.text


def test_hostile_names_stay_text_everywhere() -> None:
    dispatch = a_dispatch(
        an_outing(0, FIRM, Ask(name=HOSTILE), Ask(FIRE, announced=False)),
        an_outing(2, FIRM, Ask(TRADE)),
        unserved=[(SHOP, Ask(name=HOSTILE))],
        names=dict.fromkeys(TARGETS, HOSTILE),
    )
    refused = RefusedRow(sheet="检查对象名录", row=3, code=HOSTILE, reason=HOSTILE)
    remarks = Remarks(
        returned=(Returned(file=HOSTILE, refused=(refused,), findings=()),),
        excluded=(Exclusion(entry=HOSTILE, target=HOSTILE, reason=HOSTILE),),
        warnings=(HOSTILE,),
    )
    page = page_of(dispatch, remarks)
    assert "script" not in page.tags
    assert page.text.count(HOSTILE) > 8


def test_the_page_shows_savings_schedule_chances_and_what_is_left() -> None:
    dispatch = a_dispatch(
        Outing(0, (Call(FIRM, (Ask(WATER), Ask(FIRE))), Call(SHOP, (Ask(WATER, announced=False),)))),
        an_outing(3, FIRM, Ask(TRADE)),
        unserved=[(MILL, Ask())],
    )
    text = " ".join(page_of(dispatch).text.split())
    for words in (
        "T001 城关镇 2 户",
        "◇ 第1号厂 水利局",
        "水利局 2 · 消防救援大队 2",
        "水-002",
        "没有合到一次的 1 户",
        "没有可用的半天",
        "请放宽检查时间。",
        "某县水利局 项M0005 → 第2号厂",
        "计算可复核，但不能证明种子未经挑选",
        "不得外传",
    ):
        assert words in text


def test_chances_add_up_over_the_round_beside_what_was_drawn() -> None:
    text = "".join(page_of(a_dispatch(an_outing(0, FIRM, Ask()), an_outing(1, SHOP, Ask()))).text.split())
    for row in ("水-0031.5中2", "水-0021.0中1", "水-0010.5中0"):
        assert row in text


def test_whoever_has_no_chance_is_named_with_the_reason() -> None:
    text = page_of(a_dispatch(an_outing(0, FIRM, Ask(WATER)))).text
    assert "市-001 全轮没有中签机会：所在部门和支援的部门本轮没有可分派的岗位。" in text
    assert "水-005 全轮没有中签机会：1 个岗位中，需执法证 1 个。" in text


def test_a_target_without_a_place_is_counted_not_invented() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), an_outing(1, SHOP, Ask()))
    targets = tuple(
        replace(target, lat=None, lon=None, area=None) if target.id == SHOP else target
        for target in dispatch.problem.targets
    )
    view = map_view(replace(dispatch, problem=replace(dispatch.problem, targets=targets)))
    assert view is not None
    assert (len(view.doors), view.placeless) == (1, 1)


def test_without_any_place_there_is_no_map() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    targets = tuple(replace(target, lat=None, lon=None, area=None) for target in dispatch.problem.targets)
    placeless = replace(dispatch, problem=replace(dispatch.problem, targets=targets))
    assert map_view(placeless) is None
    assert "画不出地图" in page_of(placeless).text


@settings(max_examples=40)
@given(dispatches())
def test_everything_on_the_map_lies_within_it(dispatch: Dispatch) -> None:
    view = map_view(dispatch)
    for door in view.doors if view else ():
        assert 0 <= door.at.x <= view.width
        assert 0 <= door.at.y <= view.height


def test_tracks_lie_within_the_half_day() -> None:
    content = content_of(a_dispatch(Outing(0, (Call(FIRM, (Ask(),)), Call(SHOP, (Ask(),)))))).decode()
    tracks = re.findall(r"left:(\d+)%;width:(\d+)%", content)
    assert tracks == [("0", "19"), ("24", "19")]


def test_a_report_of_two_thousand_visits_stays_below_one_and_a_half_megabytes() -> None:
    targets = [TargetId(f"914199990000{number:06}") for number in range(2000)]
    names = {target: f"某某市某某区第{target[-4:]}号机械设备制造有限责任公司" for target in targets}
    asks = (Ask(WATER, name="取用水检查"), Ask(FIRE, name="消防检查"), Ask(TRADE, name="计量检查"))
    fours = [targets[start : start + 4] for start in range(0, 2000, 4)]
    outings = [Outing(number % 20, tuple(Call(each, asks) for each in four)) for number, four in enumerate(fours)]
    dispatch = a_dispatch(*outings, names=names, targets=targets)
    assert len(list(dispatch.visits())) == 2000
    assert 800_000 < len(content_of(dispatch)) < 1_500_000

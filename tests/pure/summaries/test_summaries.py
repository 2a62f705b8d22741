"""What a round came to: summary.json as the specification has it, and the same in words."""

import msgspec
from hypothesis import given, settings
from msgspec.structs import replace
from support.dispatches import FIRE, FIRM, MILL, SHOP, WATER, Ask, a_dispatch, an_outing, dispatches

from coordinator.domain.coverage import item_coverage
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.summaries import (
    SINGLE_OPERATOR_WORDS,
    Summary,
    change_words,
    summarise,
    summary_in_words,
    unserved_groups,
)

KEYS = [
    "round",
    "tasks",
    "drawn_targets",
    "matters",
    "desk_matters",
    "served",
    "visits",
    "visits_apart",
    "officer_half_days",
    "officer_half_days_apart",
    "unserved",
    "refused_rows",
    "excluded",
    "single_operator",
    "seconds",
]


def a_summary(dispatch: Dispatch, *, refused_rows: int = 0, single_operator: bool = True) -> Summary:
    return summarise(
        dispatch, refused_rows=refused_rows, excluded=3, single_operator=single_operator, seconds={"plan": 1.5}
    )


def words_of(dispatch: Dispatch, summary: Summary | None = None) -> str:
    return "\n".join(summary_in_words(dispatch, summary or a_summary(dispatch), item_coverage(dispatch)))


def test_the_keys_are_exactly_those_of_the_specification() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), unserved=[(SHOP, Ask())])
    written = msgspec.json.decode(msgspec.json.encode(a_summary(dispatch)))
    assert list(written) == KEYS
    assert written["unserved"] == [
        {
            "matter": "M0002",
            "reasons": [{"code": "window", "text": "没有可用的半天", "remedy": "请放宽检查时间。"}],
        }
    ]


@settings(max_examples=50)
@given(dispatches())
def test_every_matter_on_site_is_served_or_unserved(dispatch: Dispatch) -> None:
    summary = a_summary(dispatch)
    on_site = [unserved for unserved in summary.unserved if str(unserved.matter).startswith("M")]
    assert summary.matters == summary.served + len(on_site)
    assert summary.visits == len(list(dispatch.visits()))
    assert summary.officer_half_days == sum(role.need for tour in dispatch.plan.tours for role in tour.roles)


def test_a_target_drawn_for_two_tasks_counts_once() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)), an_outing(1, SHOP, Ask()))
    assert a_summary(dispatch).drawn_targets == 2


def test_what_a_complaint_caused_is_no_drawn_target() -> None:
    assert a_summary(a_dispatch(an_outing(0, FIRM, Ask(caused=True)))).drawn_targets == 0


def test_the_words_give_doors_and_officers_with_and_without_merging() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)))
    words = words_of(dispatch)
    assert "上门1次；各部门单独去要2次，合起来少1次（50%）" in words
    assert "执法人员4个半天；各部门单独去要4个半天，合起来一样多" in words
    assert "全部事项都已安排" in words


def test_more_is_said_as_plainly_as_less() -> None:
    assert change_words(3, 2, "次") == "多1次（50%）"
    assert change_words(1, 4, "次") == "少3次（75%）"
    assert change_words(0, 0, "次") == "一样多"


def test_an_unknown_cost_apart_is_not_taken_for_none() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()))
    plan = replace(dispatch.plan, metrics=replace(dispatch.plan.metrics, visits_apart=0))
    assert "上门1次；各部门单独去要多少，这次来不及测算" in words_of(replace(dispatch, plan=plan))


def test_the_words_name_what_could_not_be_served_why_and_what_to_do() -> None:
    words = words_of(a_dispatch(unserved=[(FIRM, Ask()), (SHOP, Ask()), (MILL, Ask()), (MILL, Ask(FIRE))]))
    assert "未能安排4个事项" in words
    assert "某县水利局 项M0001 → 第0号厂" in words
    assert "等4个：没有可用的半天。请放宽检查时间。" in words


def test_the_words_do_not_hide_refused_rows_and_the_single_operator() -> None:
    dispatch = a_dispatch()
    alone = words_of(dispatch, a_summary(dispatch, refused_rows=7))
    assert "退回7行" in alone
    assert "未列入抽样框3条" in alone
    assert SINGLE_OPERATOR_WORDS in alone
    assert "计算可复核，但不能证明种子未经挑选" in SINGLE_OPERATOR_WORDS
    assert SINGLE_OPERATOR_WORDS not in words_of(dispatch, a_summary(dispatch, single_operator=False))


def test_unserved_matters_are_brought_together_by_their_reasons() -> None:
    first, second, third = a_dispatch(unserved=[(FIRM, Ask()), (SHOP, Ask()), (MILL, Ask())]).plan.unserved
    other = replace(first.reasons[0], text="别的原因")
    groups = unserved_groups([replace(first, reasons=(other,)), second, third])
    assert [group.matters for group in groups] == [("M0002", "M0003"), ("M0001",)]

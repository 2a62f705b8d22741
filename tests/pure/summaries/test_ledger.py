"""The merge ledger: what every firm was spared, and why two visits did not become one."""

from datetime import date

from hypothesis import given, settings
from msgspec.structs import replace
from support.dispatches import FIRE, FIRM, SHOP, TRADE, WATER, Ask, a_dispatch, an_outing, dispatches, staff

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ledger import LedgerEntry, ledger
from coordinator.domain.matters import Window
from solver.planning.ids import HalfDayId
from solver.planning.problem import Barred

EARLY = Window(date(2026, 3, 2), date(2026, 3, 6))
LATE = Window(date(2026, 3, 9), date(2026, 3, 13))
MIDDLE = Window(date(2026, 3, 5), date(2026, 3, 10))
ONE_DAY = Window(date(2026, 3, 2), date(2026, 3, 2))


def entry_of(dispatch: Dispatch) -> LedgerEntry:
    (entry,) = ledger(dispatch)
    return entry


def apart(one: Ask, other: Ask) -> Dispatch:
    return a_dispatch(an_outing(0, FIRM, one), an_outing(2, FIRM, other))


def test_three_departments_in_one_visit_are_spared_two() -> None:
    entry = entry_of(a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(WATER), Ask(FIRE), Ask(TRADE))))
    assert entry.departments == {TRADE: 1, WATER: 2, FIRE: 1}
    assert (entry.visits_apart, len(entry.visits), entry.saved) == (3, 1, 2)
    assert not entry.obstacles


def test_a_department_whose_windows_never_meet_comes_twice_whoever_else_comes() -> None:
    entry = entry_of(apart(Ask(window=EARLY), Ask(window=LATE)))
    assert (entry.visits_apart, entry.saved) == (2, 0)


def test_a_department_needs_only_the_days_that_meet_all_its_windows() -> None:
    windows = (EARLY, MIDDLE, LATE)
    entry = entry_of(a_dispatch(*(an_outing(2 * n, FIRM, Ask(window=window)) for n, window in enumerate(windows))))
    assert entry.visits_apart == 2


def test_each_caused_check_is_a_visit_of_its_own() -> None:
    entry = entry_of(apart(Ask(caused=True), Ask()))
    assert entry.visits_apart == 2
    assert entry.obstacles == ("投诉举报等线索引起的检查单独进行，不与其他检查合并",)


def test_windows_that_never_meet_are_named_with_their_departments() -> None:
    entry = entry_of(apart(Ask(WATER, window=EARLY), Ask(FIRE, window=LATE)))
    assert entry.obstacles == ("检查时间不相交：某县水利局须在3月2日—6日，某县消防救援大队须在3月9日—13日",)


def test_a_target_that_is_closed_in_the_common_time_is_the_reason() -> None:
    dispatch = apart(Ask(WATER, window=ONE_DAY), Ask(FIRE))
    closed = (HalfDayId("2026-03-02/am"), HalfDayId("2026-03-02/pm"))
    targets = tuple(replace(target, closed=closed) for target in dispatch.problem.targets)
    entry = entry_of(replace(dispatch, problem=replace(dispatch.problem, targets=targets)))
    assert entry.obstacles == ("各部门都能来的3月2日，对象不便检查或没有工作日",)


def test_a_visit_too_long_for_half_a_day_is_the_reason() -> None:
    entry = entry_of(apart(Ask(WATER, minutes=100), Ask(WATER, minutes=90)))
    assert entry.obstacles == ("合在一起要200分钟，半天最多180分钟",)


def test_a_department_without_enough_people_in_the_common_time_is_the_reason() -> None:
    dispatch = apart(Ask(WATER, window=ONE_DAY), Ask(FIRE))
    barred = tuple(Barred(inspector=staff(FIRE, number), target=FIRM, reason="近亲属任职") for number in (1, 2, 3))
    entry = entry_of(replace(dispatch, problem=replace(dispatch.problem, barred=barred)))
    assert entry.obstacles == ("各部门都能来的3月2日，某县消防救援大队没有足够的可派人员（回避、请假、专长所限）",)


def test_where_no_rule_forbids_it_the_words_claim_no_more() -> None:
    assert entry_of(apart(Ask(WATER), Ask(FIRE))).obstacles == (
        "在3月2日—13日没有找到能合到一次的排法：人员或车程排不到同一个半天",
    )


def test_those_who_were_spared_most_come_first() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), an_outing(2, SHOP, Ask(WATER), Ask(FIRE)))
    assert [entry.target for entry in ledger(dispatch)] == [SHOP, FIRM]


@settings(max_examples=50)
@given(dispatches())
def test_every_visit_stands_in_the_ledger_once_with_a_reason_between_each_two(dispatch: Dispatch) -> None:
    entries = ledger(dispatch)
    visits = [(tour.id, visit.target) for entry in entries for tour, visit in entry.visits]
    assert sorted(visits) == sorted((tour.id, visit.target) for tour, visit in dispatch.visits())
    for entry in entries:
        assert len(entry.obstacles) == len(entry.visits) - 1
        assert entry.visits_apart >= len(entry.departments)

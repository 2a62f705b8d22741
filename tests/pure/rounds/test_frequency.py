"""Warnings before anything is announced: each rule alone, kept and broken, and whoever is exempt."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from support.dispatches import FIRE, FIRM, SHOP, TRADE, WATER, Ask, a_dispatch, an_outing

from coordinator.documents.round_settings import settings_file
from coordinator.domain.codes import CreditRiskClass, DepartmentLevel, ItemWeight
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.frequency import FrequencyRule, task_warnings, visit_warnings
from coordinator.domain.ids import TargetId
from coordinator.domain.ratios import parse_ratio
from coordinator.domain.rounds import RoundLimits, RoundPolicy, YearlyLimit, read_round

ONCE = an_outing(0, FIRM, Ask(WATER, name="取水"))
FIRST_DAY = date(2026, 3, 2)


def limited(dispatch: Dispatch, **limits: object) -> Dispatch:
    return replace(dispatch, round=replace(dispatch.round, limits=RoundLimits(**limits)))  # type: ignore[arg-type] # as a test says it


def inspected(dispatch: Dispatch, target: TargetId = FIRM, *, count: int = 0, last: date | None = None) -> Dispatch:
    one = dispatch.targets[target]
    entries = {id_: replace(entry, inspected_count=count) for id_, entry in one.entries.items()}
    changed = replace(one, entries=entries, last_inspected_on=last)
    return replace(dispatch, targets={**dispatch.targets, target: changed})


def rules(dispatch: Dispatch) -> list[FrequencyRule]:
    return [warning.rule for warning in visit_warnings(dispatch)]


def test_a_round_within_all_limits_warns_of_nothing() -> None:
    assert rules(a_dispatch(ONCE)) == []


@pytest.mark.parametrize(("before", "warned"), [(0, False), (1, False), (2, True)])
def test_a_visit_beyond_the_cap_is_warned_of(before: int, warned: bool) -> None:  # noqa: FBT001 - a case, not a switch
    found = list(visit_warnings(inspected(a_dispatch(ONCE), count=before)))
    assert [each.rule for each in found] == [FrequencyRule.YEARLY_CAP] * warned
    assert all(each.target == FIRM and WATER in each.words and "上限2次" in each.words for each in found)


def test_a_merged_visit_says_whose_count_it_uses_up() -> None:
    merged = a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)))
    found = list(visit_warnings(inspected(merged, count=1)))
    assert {each.rule for each in found} == {FrequencyRule.WHOSE_CAP}
    assert [department for department in (WATER, FIRE, TRADE) if any(department in each.words for each in found)] == [
        WATER,
        FIRE,
    ]


def test_caused_inspections_and_desk_matters_count_nowhere() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER, caused=True)), desk=[(FIRM, Ask(WATER))])
    last = FIRST_DAY - timedelta(days=1)
    assert rules(limited(inspected(dispatch, count=9, last=last), quiet_days=(1, 31))) == []


@pytest.mark.parametrize(
    "limit",
    [
        YearlyLimit(most=0),
        YearlyLimit(most=0, department=WATER),
        YearlyLimit(most=0, level=DepartmentLevel.COUNTY),
        YearlyLimit(most=0, item="项取水"),
        YearlyLimit(most=0, credit_risk=CreditRiskClass.B),
    ],
)
def test_limits_by_organ_level_item_and_class(limit: YearlyLimit) -> None:
    assert rules(limited(a_dispatch(ONCE), yearly=(limit,))) == [FrequencyRule.YEARLY_CAP]


@pytest.mark.parametrize(
    "limit",
    [
        YearlyLimit(most=1),
        YearlyLimit(most=0, department=FIRE),
        YearlyLimit(most=0, level=DepartmentLevel.PREFECTURE),
        YearlyLimit(most=0, item="另一项"),
        YearlyLimit(most=0, credit_risk=CreditRiskClass.D),
    ],
)
def test_a_limit_of_others_does_not_count(limit: YearlyLimit) -> None:
    assert rules(limited(a_dispatch(ONCE), yearly=(limit,))) == []


@pytest.mark.parametrize(("days", "warned"), [(59, True), (60, False)])
def test_a_visit_soon_after_the_last_is_warned_of(days: int, warned: bool) -> None:  # noqa: FBT001 - a case, not a switch
    dispatch = inspected(a_dispatch(ONCE), last=FIRST_DAY - timedelta(days=days))
    assert rules(dispatch) == [FrequencyRule.CLOSE_TOGETHER] * warned


def test_two_visits_of_one_round_are_warned_of_once() -> None:
    dispatch = a_dispatch(ONCE, an_outing(4, FIRM, Ask(FIRE)), an_outing(5, SHOP, Ask(FIRE)))
    (warning,) = visit_warnings(dispatch)
    assert (warning.rule, warning.target) == (FrequencyRule.CLOSE_TOGETHER, FIRM)
    assert "3月2日（周一）、3月4日（周三）" in warning.words


@pytest.mark.parametrize(("quiet", "warned"), [((1, 20), True), ((3, 20), False), (None, False)])
def test_quiet_days_of_the_month(quiet: tuple[int, int] | None, warned: bool) -> None:  # noqa: FBT001 - a case, not a switch
    assert rules(limited(a_dispatch(ONCE), quiet_days=quiet)) == [FrequencyRule.QUIET_DAYS] * warned


def test_a_better_class_is_not_drawn_more() -> None:
    low, high = parse_ratio("5%"), parse_ratio("10%")
    assert low is not None
    assert high is not None
    (task, *_) = a_dispatch(ONCE).tasks
    right, wrong = ({CreditRiskClass.A: a, CreditRiskClass.D: d} for a, d in ((low, high), (high, low)))
    assert list(task_warnings([replace(task, class_ratios=right)])) == []
    (warning,) = task_warnings([replace(task, class_ratios=wrong)])
    assert (warning.rule, warning.target) == (FrequencyRule.RISK_ORDER, None)


def test_limits_are_written_and_read_back() -> None:
    limits = RoundLimits(
        yearly=(YearlyLimit(most=0, department=WATER, level=DepartmentLevel.COUNTY), YearlyLimit(most=2, item="项")),
        quiet_days=(1, 20),
        apart_days=30,
    )
    settings = replace(a_dispatch(ONCE).round, limits=limits, policy=RoundPolicy(cap=2))
    assert read_round(settings_file(settings)) == settings


@pytest.mark.parametrize(("credit_risk", "warned"), [(CreditRiskClass.A, True), (CreditRiskClass.C, False)])
def test_a_trustworthy_target_that_key_items_bring_back_early(credit_risk: CreditRiskClass, warned: bool) -> None:  # noqa: FBT001 - a case, not a switch
    dispatch = inspected(a_dispatch(ONCE, policy=RoundPolicy(gap_days=90)), last=FIRST_DAY - timedelta(days=80))
    keyed = tuple(replace(each, item=replace(each.item, weight=ItemWeight.KEY)) for each in dispatch.wanted.matters)
    target = replace(dispatch.targets[FIRM], credit_risk=credit_risk)
    dispatch = replace(
        dispatch, wanted=replace(dispatch.wanted, matters=keyed), targets={**dispatch.targets, FIRM: target}
    )
    assert rules(dispatch) == [FrequencyRule.LEFT_IN_PEACE] * warned

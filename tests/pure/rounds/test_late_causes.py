"""What comes after the plan changes nothing that stands, and what must be known of it is known before it is filed."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pure.intake.comparing import CALENDAR, RealRound, drawn_with, real_round_of
from pure.intake.round_folders import SMALL, WATER

from coordinator.domain.codes import CauseSource, CreditRiskClass
from coordinator.domain.errors import Invalid
from coordinator.domain.ids import TargetId
from coordinator.domain.late_causes import CauseWish, Readied, Surroundings, ready
from coordinator.domain.matters import Wanted, caused_matter, wanted_matters
from coordinator.domain.problems import addition, planning_problem
from coordinator.domain.submissions import HalfDayPart, LateCause, Occasion, Submission, TargetEntry
from coordinator.domain.targets import merge_targets
from solver.planning.alterations import Added, altered, called, loosens
from solver.planning.problem import Problem

TODAY, LAST = date(2026, 3, 10), date(2026, 3, 31)
ITEM = "SL03"


@cache
def small() -> RealRound:
    return real_round_of(SMALL)


def wanted_of(submissions: list[Submission]) -> Wanted:
    real = small()
    return wanted_matters(real.round, CALENDAR, submissions, real.tasks, real.targets, drawn_with(real))


@cache
def standing() -> tuple[Wanted, Problem]:
    real = small()
    wanted = wanted_of(real.submissions)
    return wanted, planning_problem(real.round, CALENDAR, real.submissions, real.targets, wanted.matters)


def own() -> Submission:
    return next(each for each in small().submissions if each.department.id == WATER)


def late_causes(targets: list[TargetId]) -> tuple[LateCause, ...]:
    """One for each target, numbered on."""
    most = max(int(each.id[1:]) for each in standing()[0].matters if not each.desk)
    return tuple(
        LateCause(
            row=0,
            source=CauseSource.TRANSFER,
            target=target,
            item=next(each.code for each in own().items if each.code == ITEM),
            number=len(own().caused) + place,
            last_day=LAST,
            note="重点整治",
            matter=f"M{most + place:04}",
            document="〔2026〕1号",
            first_day=TODAY,
        )
        for place, target in enumerate(targets, start=1)
    )


@given(st.lists(st.sampled_from(sorted(small().targets)), min_size=1, max_size=5, unique=True))
def test_what_comes_late_changes_nothing_that_stands(targets: list[TargetId]) -> None:
    real, late = small(), late_causes(targets)
    wanted, problem = standing()
    with_late = [
        replace(each, caused=(*each.caused, *late)) if each.department.id == WATER else each
        for each in real.submissions
    ]
    after = wanted_of(with_late)
    assert after.matters[: len(wanted.matters)] == wanted.matters
    assert [each.id for each in after.matters[len(wanted.matters) :]] == [each.matter for each in late]
    item = next(each for each in own().items if each.code == ITEM)
    for each in late:
        matter = caused_matter(real.round, own().department.id, item, each)
        problem = altered(problem, addition(real.submissions, real.targets, problem.half_days, matter))
    anew = planning_problem(real.round, CALENDAR, with_late, real.targets, after.matters)
    barred = sorted(problem.barred, key=lambda each: (each.inspector, each.target))
    assert replace(problem, barred=tuple(barred)) == anew


def test_it_is_called_by_its_department_firm_and_day_and_loosens_nothing() -> None:
    _, problem = standing()
    target = min(small().targets)
    matter = caused_matter(small().round, own().department.id, own().items[0], late_causes([target])[0])
    added = addition(small().submissions, small().targets, problem.half_days, matter)
    name = small().targets[target].name
    assert called(problem, added) == f"临时增加任务：{WATER}到{name}检查{own().items[0].code}，3月31日（周二）前"
    assert not loosens(problem, added)
    assert isinstance(added, Added)
    assert altered(altered(problem, added), added) == altered(problem, added)


def around(entry: TargetEntry, *, visits: tuple[str, ...] = (), **changes: object) -> Surroundings:
    """The water department about to file for a firm of its own."""
    real = small()
    submission = replace(own(), targets=(entry,), **changes)
    return Surroundings(
        round=real.round,
        half_days=real.round.half_days(CALENDAR),
        submission=submission,
        targets=merge_targets([submission]),
        visits=visits,
        today=TODAY,
    )


def a_firm(**changes: object) -> TargetEntry:
    """One without anything to warn of: of class C, open every day, never inspected."""
    plain = {
        "credit_risk": CreditRiskClass.C,
        "kind": "取用水户",
        "inspected_count": 0,
        "closed": (),
        "tags": (),
        "last_inspected_on": None,
        "last_inspectors": (),
    }
    return replace(own().targets[0], **plain | changes)


def looked_at(surroundings: Surroundings, source: str = "投诉举报", last: str = "2026-03-31") -> Readied:
    (target,) = surroundings.targets
    wish = CauseWish(
        department=own().department.id, target=target, item=ITEM, source=source, document="1号", note="x  y", last=last
    )
    return ready(surroundings, wish)


def test_it_begins_today_at_the_earliest_and_nothing_is_said_without_cause() -> None:
    readied = looked_at(around(a_firm()))
    assert (readied.first_day, readied.last_day, readied.note) == (TODAY, LAST, "x y")
    assert readied.warnings == ()
    early = replace(around(a_firm()), today=date(2026, 2, 25))
    assert looked_at(early).first_day == small().round.round.first_day


@pytest.mark.parametrize(("count", "visits"), [(4, ()), (3, ("2026-03-11/am",)), (9, ())])
def test_a_cap_that_is_reached_stops_all_but_complaints_and_transfers(count: int, visits: tuple[str, ...]) -> None:
    full = around(a_firm(inspected_count=count), visits=visits)
    for source in ("数据监测", "其他"):
        with pytest.raises(Invalid, match="年度上限4次") as over:
            looked_at(full, source)
        assert over.value.is_about("source")
    for source in ("投诉举报", "转办交办"):
        assert "不计入上限" in looked_at(full, source).warnings[0]
    looked_at(around(a_firm(inspected_count=3)), "其他")


def test_a_firm_that_is_shut_until_then_cannot_be_checked() -> None:
    shut = tuple(Occasion(date=date(2026, 3, day)) for day in (10, 11))
    with pytest.raises(Invalid, match="没有可以检查的工作日") as fault:
        looked_at(around(a_firm(closed=shut)), last="2026-03-11")
    assert fault.value.is_about("last")
    half = (Occasion(date=date(2026, 3, 10), part=HalfDayPart.MORNING), Occasion(date=date(2026, 3, 11)))
    assert "3月11日" in looked_at(around(a_firm(closed=half)), last="2026-03-11").warnings[0]


@pytest.mark.parametrize(
    ("firm", "more", "said"),
    [
        ({}, {"visits": ("2026-03-12/am",)}, "已排3月12日（周四）到这一户"),
        ({"credit_risk": CreditRiskClass.A, "last_inspected_on": date(2026, 2, 20)}, {}, "守信者无扰"),
        ({"last_inspected_on": date(2026, 2, 20)}, {}, "刚查过"),
        ({"kind": "网吧", "industries": ()}, {}, "检查对象类型"),
        ({}, {"inspectors": ()}, "只有0人"),
    ],
)
def test_what_should_be_known_is_said_before_it_is_filed(
    firm: dict[str, object], more: dict[str, object], said: str
) -> None:
    warnings = looked_at(around(a_firm(**firm), **more)).warnings  # type: ignore[arg-type]
    assert any(said in each for each in warnings), warnings


def test_every_field_at_fault_is_named_at_once() -> None:
    nothing = CauseWish(department=own().department.id)
    with pytest.raises(Invalid) as fault:
        ready(around(a_firm()), nothing)
    assert {each.fields["field"] for each in fault.value.reasons} == {
        *("target", "item", "source", "document", "note", "last")
    }

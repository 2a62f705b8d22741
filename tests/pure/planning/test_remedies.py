"""What a remedy promises it keeps: the matters named are served once the remedy is taken."""

import re
from datetime import timedelta
from typing import Any

import msgspec
from pure.planning.making import FIRST, half_days, matter_ids, planned
from pure.planning_check.building import FIRE, a_matter, a_problem, a_target, an_inspector

from solver.planning.plan import Plan, Reason
from solver.planning.problem import Policy, Problem

DAYS = half_days(3)
TARGETS = tuple(a_target(f"厂{number}", name=f"厂{number}") for number in range(4))
OFFICERS = tuple(an_inspector(f"消{number}") for number in range(1, 4))


def a_full_round(**given: Any) -> Problem:
    """Four long fire matters, all to be done on the first day by three officers: one tour a half-day."""
    matters = tuple(
        a_matter(f"m{number}", target=each.id, minutes=120, first_day=FIRST, last_day=FIRST)
        for number, each in enumerate(TARGETS)
    )
    defaults = {"half_days": DAYS, "targets": TARGETS, "matters": matters, "inspectors": OFFICERS}
    return a_problem(**defaults | given)


def reasons(plan: Plan, code: str) -> list[Reason]:
    found = [reason for each in plan.unserved for reason in each.reasons if reason.code == code]
    assert found
    return found


def promised(reason: Reason, remedy: str) -> set[str]:
    """The matters that a remedy of this kind is said to serve."""
    (offer,) = [part for part in reason.remedy.split("；或") if part.startswith(remedy)]
    matched = re.search(r"可排入(\d+)项（(.*)）$", offer)
    assert matched is not None
    names = matched[2].split("、")
    assert len(names) == int(matched[1])
    return set(names)


def test_crowding_out_names_department_half_day_need_and_heads() -> None:
    plan = planned(a_full_round())
    assert plan.metrics.served == 2
    for reason in reasons(plan, "capacity"):
        assert "5月11日（周一）上午，消防队持证人员连同本事项共需4人次，能去的只有3人次（消1、消2、消3）" in reason.text
        assert re.search(r"同时要去的有厂\d", reason.text)


def test_crowding_out_by_a_ceiling_names_all_the_half_days_that_share_it() -> None:
    worn = tuple(an_inspector(f"消{number}", max_half_days=1) for number in range(1, 4))
    targets = (a_target("早", closed=(DAYS[1].id,)), a_target("晚", closed=(DAYS[0].id,)))
    matters = tuple(
        a_matter(f"m{number}", target=each.id, first_day=FIRST, last_day=FIRST) for number, each in enumerate(targets)
    )
    plan = planned(a_full_round(targets=targets, matters=matters, inspectors=worn))
    (reason,) = reasons(plan, "capacity")
    assert "5月11日（周一）上午、5月11日（周一）下午" in reason.text
    assert "共需4人次，能去的只有3人次" in reason.text


def test_a_wider_window_serves_what_it_promises() -> None:
    problem = a_full_round()
    plan = planned(problem)
    (reason, *_) = reasons(plan, "capacity")
    served = promised(reason, "放宽检查期限到5月12日（周二）")
    wider = tuple(
        msgspec.structs.replace(each, last_day=FIRST + timedelta(1)) if each.id in served else each
        for each in problem.matters
    )
    assert len(served) == 2
    assert served <= matter_ids(planned(msgspec.structs.replace(problem, matters=wider), effort=2))


def test_a_borrowed_officer_serves_what_is_promised() -> None:
    problem = a_full_round()
    plan = planned(problem)
    (reason, *_) = reasons(plan, "capacity")
    served = promised(reason, "向相邻区域协商借调1名持证人员（5月11日（周一）上午）")
    away = tuple(each.id for each in DAYS[1:])
    more = msgspec.structs.replace(
        problem, inspectors=(*OFFICERS, an_inspector("借1", borrowed=True, unavailable=away))
    )
    after = planned(more, effort=2)
    assert after.metrics.served == plan.metrics.served + len(served)


def test_one_borrowed_expert_serves_all_that_fit_on_one_tour() -> None:
    matters = tuple(
        a_matter(f"m{number}", target=each.id, minutes=20, expertise=("电气",))
        for number, each in enumerate(TARGETS[:2])
    )
    plan = planned(a_full_round(matters=matters))
    for reason in reasons(plan, "no_expertise"):
        assert promised(reason, "向相邻区域协商借调1名具备“电气”专长的持证人员") == {"m0", "m1"}


def test_one_more_car_serves_what_is_promised() -> None:
    few = Policy(max_tours=1, max_visits_per_tour=1)
    people = tuple(an_inspector(f"消{number}") for number in range(1, 6))
    problem = a_full_round(policy=few, inspectors=people)
    plan = planned(problem)
    served = promised(reasons(plan, "no_tour_left")[0], "每半天增加1个巡查组次")
    more = msgspec.structs.replace(problem, policy=msgspec.structs.replace(few, max_tours=2))
    assert len(served) == 2
    assert served <= matter_ids(planned(more, effort=2))


def test_what_serves_nothing_is_not_offered() -> None:
    problem = a_full_round(half_days=DAYS[:2])
    (reason, *_) = reasons(planned(problem), "capacity")
    assert "放宽" not in reason.remedy
    assert FIRE not in reason.remedy

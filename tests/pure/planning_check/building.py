"""Problems and plans with sensible defaults: a test writes down only what it is about."""

from datetime import date
from typing import Any

from solver.planning.ids import (
    AreaId,
    DepartmentId,
    HalfDayId,
    InspectorId,
    MatterId,
    RoleId,
    RoundId,
    TargetId,
    TourId,
)
from solver.planning.plan import NOT_STATED, Plan, Role, Tour, Visit
from solver.planning.problem import Area, Department, HalfDay, Inspector, Matter, Problem, Target

MORNING = HalfDayId("2026-05-11/am")
FIRE = DepartmentId("消防队")
WATER = DepartmentId("水利局")
EAST = AreaId("河东")
MILL = TargetId("水泥厂")


def a_half_day(**given: Any) -> HalfDay:
    return HalfDay(**{"id": MORNING, "date": date(2026, 5, 11), "start": "08:30", "minutes": 210} | given)


def a_target(identifier: str = MILL, **given: Any) -> Target:
    return Target(**{"id": TargetId(identifier), "name": "某厂", "area": EAST} | given)


def a_matter(identifier: str = "m1", **given: Any) -> Matter:
    days = {"first_day": date(2026, 5, 11), "last_day": date(2026, 5, 12)}
    return Matter(
        **{"id": MatterId(identifier), "target": MILL, "department": FIRE, "item": "消防安全", "minutes": 30}
        | days
        | given
    )


def an_inspector(identifier: str, **given: Any) -> Inspector:
    return Inspector(**{"id": InspectorId(identifier), "department": FIRE} | given)


def a_problem(**given: Any) -> Problem:
    """One morning, one target, one fire matter, four fire officers."""
    defaults = {
        "round": RoundId("河口-1"),
        "half_days": (a_half_day(),),
        "departments": (Department(id=FIRE, name="消防队"), Department(id=WATER, name="水利局")),
        "areas": (Area(id=EAST, name="河东镇", lat=31.0, lon=112.0),),
        "targets": (a_target(),),
        "matters": (a_matter(),),
        "inspectors": tuple(an_inspector(f"消{number}") for number in range(1, 5)),
    }
    return Problem(**defaults | given)


def a_role(identifier: str = "T1/消防队/1", **given: Any) -> Role:
    chances = {InspectorId(f"消{number}"): 5000 for number in range(1, 5)}
    defaults = {"department": FIRE, "need": 2, "certified": True, "expertise": (), "chances": chances}
    return Role(**{"id": RoleId(identifier)} | defaults | given)


def a_tour(**given: Any) -> Tour:
    visit = Visit(target=MILL, start="08:30", end="09:10", matters=(MatterId("m1"),))
    defaults = {"half_day": MORNING, "travel_minutes": 0, "visits": (visit,), "roles": (a_role(),)}
    return Tour(**{"id": TourId("T1")} | defaults | given)


def a_plan(**given: Any) -> Plan:
    """The lawful plan for `a_problem()`."""
    defaults = {"round": RoundId("河口-1"), "problem_sha256": NOT_STATED, "scale": 10_000, "unserved": ()}
    return Plan(**defaults | {"tours": (a_tour(),)} | given)

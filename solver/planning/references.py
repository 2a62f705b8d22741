"""Whether a problem holds together: nothing twice, no reference to nothing, no impossible window, time or place.

One part of the document one function; each yields the faults it finds, with their JSON path and the remedy. Single
numbers are already judged by the types (problem.py). Whether a plan is possible at all is the planner's to say.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Protocol

from solver.planning.ids import is_identifier
from solver.planning.plan import Role
from solver.planning.problem import Area, Problem, Target
from solver.planning.strict_json import Misshapen
from solver.planning.times import MINUTES_PER_DAY, minute_of

Faults = Iterator[Misshapen]


def faults(problem: Problem) -> Faults:
    """Yield everything that keeps the problem from being planned, part by part."""
    known = _Known(problem)
    return chain(
        _identifiers(problem),
        _half_days(problem),
        _places(problem, known),
        _matters(problem, known),
        _inspectors(problem, known),
        _relations(problem, known),
        _fixed(problem, known),
    )


class _Known:
    """The identifiers that may be referred to."""

    def __init__(self, problem: Problem) -> None:
        self.half_days = frozenset(half_day.id for half_day in problem.half_days)
        self.departments = frozenset(department.id for department in problem.departments)
        self.areas = frozenset(area.id for area in problem.areas)
        self.targets = frozenset(target.id for target in problem.targets)
        self.matters = frozenset(matter.id for matter in problem.matters)
        self.inspectors = frozenset(inspector.id for inspector in problem.inspectors)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def _identifiers(problem: Problem) -> Faults:
    yield from _each_once("$.round", [problem.round])
    yield from _each_once("$.half_days[{}].id", _ids(problem.half_days))
    yield from _each_once("$.departments[{}].id", _ids(problem.departments))
    yield from _each_once("$.areas[{}].id", _ids(problem.areas))
    yield from _each_once("$.targets[{}].id", _ids(problem.targets))
    yield from _each_once("$.matters[{}].id", _ids(problem.matters))
    yield from _each_once("$.inspectors[{}].id", _ids(problem.inspectors))
    yield from _each_once("$.fixed[{}].id", _ids(problem.fixed))


def _half_days(problem: Problem) -> Faults:
    for position, half_day in enumerate(problem.half_days):
        if (minute_of(half_day.start) or 0) + half_day.minutes > MINUTES_PER_DAY:
            yield Misshapen(f"$.half_days[{position}].minutes", "从开始时刻算起已过午夜，请缩短或把开始时刻提前。")


def _places(problem: Problem, known: _Known) -> Faults:
    for position, area in enumerate(problem.areas):
        yield from _whole_place(f"$.areas[{position}]", area)
        yield from _all_exist(f"$.areas[{position}].neighbours", "区域", area.neighbours, known.areas)
    for position, target in enumerate(problem.targets):
        yield from _whole_place(f"$.targets[{position}]", target)
        yield from _exists(f"$.targets[{position}].area", "区域", target.area, known.areas)
        yield from _all_exist(f"$.targets[{position}].closed", "半天", target.closed, known.half_days)


def _matters(problem: Problem, known: _Known) -> Faults:
    for position, matter in enumerate(problem.matters):
        place = f"$.matters[{position}]"
        yield from _exists(f"{place}.target", "检查对象", matter.target, known.targets)
        yield from _exists(f"{place}.department", "部门", matter.department, known.departments)
        if matter.last_day < matter.first_day:
            yield Misshapen(f"{place}.last_day", f"早于开始日期 {matter.first_day}，请改正其中一个日期。")


def _inspectors(problem: Problem, known: _Known) -> Faults:
    for position, inspector in enumerate(problem.inspectors):
        place = f"$.inspectors[{position}]"
        yield from _exists(f"{place}.department", "部门", inspector.department, known.departments)
        yield from _all_exist(f"{place}.serves", "部门", inspector.serves, known.departments)
        yield from _exists(f"{place}.area", "区域", inspector.area, known.areas)
        yield from _all_exist(f"{place}.unavailable", "半天", inspector.unavailable, known.half_days)


def _relations(problem: Problem, known: _Known) -> Faults:
    for position, barred in enumerate(problem.barred):
        yield from _exists(f"$.barred[{position}].inspector", "人员", barred.inspector, known.inspectors)
        yield from _exists(f"$.barred[{position}].target", "检查对象", barred.target, known.targets)
    for position, apart in enumerate(problem.apart):
        place = f"$.apart[{position}].inspectors"
        yield from _all_exist(place, "人员", apart.inspectors, known.inspectors)
        if len(set(apart.inspectors)) == 1:
            yield Misshapen(place, "同一人不能与自己互斥，请改为两个人员编号。")


def _fixed(problem: Problem, known: _Known) -> Faults:
    """Fixed tours need not be lawful (rule 6), but they may only speak of what there is."""
    roles = [(f"$.fixed[{at}].roles[{{}}].id", _ids(tour.roles)) for at, tour in enumerate(problem.fixed)]
    yield from chain.from_iterable(_each_once(place, ids) for place, ids in roles)
    for position, tour in enumerate(problem.fixed):
        place = f"$.fixed[{position}]"
        yield from _exists(f"{place}.half_day", "半天", tour.half_day, known.half_days)
        for at, visit in enumerate(tour.visits):
            yield from _exists(f"{place}.visits[{at}].target", "检查对象", visit.target, known.targets)
            yield from _all_exist(f"{place}.visits[{at}].matters", "事项", visit.matters, known.matters)
        for at, role in enumerate(tour.roles):
            yield from _fixed_role(f"{place}.roles[{at}]", role, known, problem.policy.scale)


def _fixed_role(place: str, role: Role, known: _Known, scale: int) -> Faults:
    yield from _exists(f"{place}.department", "部门", role.department, known.departments)
    for inspector in role.chances:
        yield from _exists(f"{place}.chances.{inspector}", "人员", inspector, known.inspectors)
    for inspector in role.left_out:
        yield from _exists(f"{place}.left_out.{inspector}", "人员", inspector, known.inspectors)
    if role.need < 1:
        yield Misshapen(f"{place}.need", "数值不可能：应不小于 1，请改正。")
    if not all(0 <= chance <= scale for chance in role.chances.values()):
        yield Misshapen(f"{place}.chances", f"数值不可能：概率应在 0 到 {scale} 之间，请改正。")


def _ids(parts: Iterable[_Identified]) -> list[str]:
    return [part.id for part in parts]


def _each_once(place: str, ids: Iterable[str]) -> Faults:
    seen: set[str] = set()
    for position, identifier in enumerate(ids):
        if not is_identifier(identifier):
            yield Misshapen(place.format(position), "编号为空，或含有看不见的字符，请重新填写。")
        if identifier in seen:
            yield Misshapen(place.format(position), f"编号“{identifier}”重复，请删去一个或改用另一编号。")
        seen.add(identifier)


def _exists(place: str, noun: str, identifier: str | None, known: Collection[str]) -> Faults:
    if identifier is not None and identifier not in known:
        yield Misshapen(place, f"没有编号为“{identifier}”的{noun}，请补上该{noun}或改正编号。")


def _all_exist(place: str, noun: str, identifiers: Iterable[str], known: Collection[str]) -> Faults:
    for position, identifier in enumerate(identifiers):
        yield from _exists(f"{place}[{position}]", noun, identifier, known)


def _whole_place(place: str, part: Area | Target) -> Faults:
    if (part.lat is None) != (part.lon is None):
        yield Misshapen(f"{place}.{'lat' if part.lat is None else 'lon'}", "经度和纬度缺了一个，请补全或两个都删去。")

"""Why a visit may not stand in a place: the rule of planning.md and words for an office, with the people it is about.

Whether there is an obstacle of people is found out in lifting.py; here it is only said.
"""

from collections.abc import Sequence

import msgspec

from solver.planning.consolidate import Door
from solver.planning.ground import Ground, bits
from solver.planning.ids import InspectorId
from solver.planning.staffing import Demand, merged
from solver.planning.timetable import Timetable
from solver.planning.wording import day_called, half_day_called, listed


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that the place would break; `people` are those it is about."""

    rule: int
    text: str
    people: tuple[InspectorId, ...] = ()


def stuck() -> Obstacle:
    """The rest of the tour cannot go without this visit."""
    return Obstacle(rule=4, text="拿走这一户之后，同组其余的户凑不齐每组最少人数，不能单独移动")


def of_half_day(timetable: Timetable, door: Door, half_day: int) -> Obstacle | None:
    """Windows, closures, a visit of the same target then, and the length of the half-day."""
    ground = timetable.ground
    when = ground.problem.half_days[half_day]
    if timetable.visited(door.target) >> half_day & 1:
        return Obstacle(rule=3, text="该对象这半天已有一次入企检查，同一半天只能入企一次")
    if door.half_days >> half_day & 1:
        return None
    late = next((each for each in door.matters if not each.first_day <= when.date <= each.last_day), None)
    if late is not None:
        return Obstacle(
            rule=1, text=f"{late.item}须在{day_called(late.first_day)}至{day_called(late.last_day)}之间检查"
        )
    if door.minutes > ground.capacity[half_day]:
        text = f"这次检查要{door.minutes}分钟，这半天只有{ground.capacity[half_day]}分钟"
        return Obstacle(rule=3, text=text)
    if any(
        tour.half_day == when.id and any(each.target == door.target for each in tour.visits)
        for tour in ground.problem.fixed
    ):
        return Obstacle(rule=3, text="该对象这半天已有一次公布的入企检查")
    return Obstacle(rule=1, text="该对象这半天停业或不便受检")


def of_time(
    timetable: Timetable, half_day: int, doors: Sequence[Door], travel: int, *, is_new: bool
) -> Obstacle | None:
    """Cars, the number of visits of a tour, and the clock."""
    ground = timetable.ground
    most, minutes = ground.problem.policy.max_visits_per_tour, travel + sum(door.minutes for door in doors)
    if is_new and timetable.tours_left(half_day) == 0:
        return Obstacle(rule=3, text=f"这半天的{ground.problem.policy.max_tours}个组次（车辆）已用完")
    if len(doors) > most:
        return Obstacle(rule=3, text=f"该组已有{len(doors) - 1}户，每组最多{most}户")
    if minutes > ground.capacity[half_day]:
        text = f"加上这一户共需{minutes}分钟（路上{travel}分钟），这半天只有{ground.capacity[half_day]}分钟"
        return Obstacle(rule=3, text=text)
    return None


def of_people(timetable: Timetable, half_day: int, doors: Sequence[Door], *, in_full: bool) -> Obstacle:
    """Which department has too few people; in full: who can go, who cannot and why."""
    if not in_full:
        return Obstacle(rule=5, text="人手不够")
    demands = merged(each for door in doors for each in door.demands)
    said = [
        _said(timetable, half_day, doors, demand)
        for demand in demands
        if _is_scarce(timetable, half_day, doors, demand)
    ]
    said = said or [_said(timetable, half_day, doors, demand) for demand in demands]
    text = "；".join(each.text for each in said)
    return Obstacle(rule=5, text=text, people=tuple(dict.fromkeys(one for each in said for one in each.people)))


def _is_scarce(timetable: Timetable, half_day: int, doors: Sequence[Door], demand: Demand) -> bool:
    """Whether the department alone could not man this tour from those not needed on others."""
    own = {each.target for each in doors}
    seated = 0
    for number in timetable.at(half_day):
        stint = timetable.stints[number]
        if not own & {door.target for door in stint.doors}:
            for members in timetable.seated(stint):
                seated |= members
    people = timetable.ground.free[half_day] & ~seated
    for door in doors:
        people &= door.allowed
    return not timetable.staffing.crews(demand, people)


def _said(timetable: Timetable, half_day: int, doors: Sequence[Door], demand: Demand) -> Obstacle:
    ground = timetable.ground
    department = ground.problem.departments[demand.department]
    own = ground.of_department[demand.department]
    able = own & ground.free[half_day]
    for door in doors:
        able &= door.allowed
    wanted = f"{department.name}需{demand.officers}名持证人员"
    if demand.expertise:
        wanted += f"（其中须有“{'、'.join(demand.expertise)}”专长）"
    going = [ground.inspectors[person].id for person in bits(able)]
    missing = [
        (ground.inspectors[person].id, why)
        for person in bits(own & ~able)
        for why in [_why_not(ground, half_day, doors, person)]
    ]
    text = f"{wanted}，{half_day_called(ground.problem.half_days[half_day])}能去的{len(going)}名"
    text += f"（{listed(going)}），同一半天其他组次也要用" if going else ""
    text += f"；不能去：{listed(f'{name}{why}' for name, why in missing)}" if missing else ""
    return Obstacle(rule=5, text=text, people=(*going, *(name for name, _ in missing)))


def _why_not(ground: Ground, half_day: int, doors: Sequence[Door], person: int) -> str:
    one = ground.inspectors[person]
    if not ground.present[half_day] >> person & 1:
        return "当时请假"
    for door in doors:
        if ground.barred.get(door.target, 0) >> person & 1:
            bars = ground.problem.barred
            reason = next(bar.reason for bar in bars if (bar.inspector, bar.target) == (one.id, door.target))
            name = next(target.name for target in ground.problem.targets if target.id == door.target)
            return f"须回避{name}（{reason}）"
        if not ground.reached[door.target] >> person & 1:
            return "不在派出范围"
    return "全轮工作量已满" if ground.ceiling[person] == 0 else "已在公布的组次里"

"""Half-days, matters, people and kinds of people as an office would write them; staff numbers, never names.

Which of them are spoken about is not decided here.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from solver.planning.ids import DepartmentId, Expertise
from solver.planning.problem import HalfDay, Problem

MOST_NAMED = 6
NOON = "12:00"
WEEKDAYS = "一二三四五六日"


def day_called(day: date) -> str:
    """3月2日（周一）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def half_day_called(half_day: HalfDay) -> str:
    """Write a half-day as a day and its part."""
    return f"{day_called(half_day.date)}{'上午' if half_day.start < NOON else '下午'}"


def listed(names: Iterable[str]) -> str:
    """List a few names; of many the first, and how many there are."""
    every = list(names)
    if len(every) <= MOST_NAMED:
        return "、".join(every)
    return f"{'、'.join(every[:MOST_NAMED])}等{len(every)}个"


def kind_called(expertise: Sequence[Expertise], *, certified: bool) -> str:
    """Say what kind of person is meant."""
    who = "持证人员" if certified else "人员或专家"
    return f"具备“{'、'.join(expertise)}”专长的{who}" if expertise else who


def department_called(problem: Problem, department: DepartmentId) -> str:
    """A department's name; the problem knows every department it speaks of."""
    return next(each.name for each in problem.departments if each.id == department)

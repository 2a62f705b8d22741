"""Days, times, names and amounts in the words that people read.

Only phrases that several pages share; whole sentences stand where they are said.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from coordinator.domain.ids import DepartmentId
from solver.planning.wording import day_called

REHEARSAL_MARK = "【演练】"
"""Stands before the name of everything that only a rehearsal gave."""
REHEARSAL_WORDS = "这是演练：种子是给定的，不是抽出来的。结果不作数，不据此检查，不发给检查对象，不作正式统计。"

day_words = day_called
"""3月2日（周一）."""
_NOON = 12
_SHORTEST_NAME = 3
_SERVED = re.compile(r"（M[0-9]+(?:、M[0-9]+)*）")


def marked(text: str, *, rehearsal: bool) -> str:
    """Put the mark of a rehearsal before a name or title."""
    return f"{REHEARSAL_MARK}{text}" if rehearsal else text


def remedy_words(remedy: str) -> str:
    """Leave out which matters a remedy would serve: their ids say something in the plan's own file alone."""
    return _SERVED.sub("", remedy)


def moment_words(moment: datetime) -> str:
    """3月2日（周一）上午 8:30."""
    return f"{day_words(moment.date())}{part_words(moment)} {moment.hour}:{moment.minute:02}"


def part_words(moment: datetime) -> str:
    return "上午" if moment.hour < _NOON else "下午"


def span_words(first: date, last: date) -> str:
    """3月2日—13日, or with both months where they differ."""
    if first == last:
        return f"{first.month}月{first.day}日"
    end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日—{end}"


def share_words(part: int, whole: int) -> str:
    """A percentage without decimals."""
    return f"{part * 100 / whole:.0f}%"


def together(words: Iterable[str]) -> str:
    """Join different words in their order: 甲、乙、丙."""
    return "、".join(dict.fromkeys(words))


def short_names(departments: Sequence[DepartmentId]) -> dict[DepartmentId, str]:
    """Leave out the place that all departments' names begin with: 某县应急管理局 is 应急管理局 among its neighbours."""
    alike = 0
    if len(departments) > 1:
        alike = next((place for place, signs in enumerate(zip(*departments, strict=False)) if len(set(signs)) > 1), 0)
    if any(len(department) - alike < _SHORTEST_NAME for department in departments):
        alike = 0
    return {department: department[alike:] for department in departments}

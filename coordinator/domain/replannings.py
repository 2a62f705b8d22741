"""A round planned again with something altered: what was asked, what became of it, and who must agree to it.

What can be altered is in solver/planning/alterations.py, how little then moves in solver/planning/replanning.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.errors import Invalid, TooLate
from solver.planning.alterations import Added, Alteration, altered, called, loosens, names_strangers
from solver.planning.problem import Problem
from solver.planning.reading import read_problem, write_problem
from solver.planning.strict_json import Unreadable

NO_LONGER = TooLate(
    "方案已经固定用于抽签，不能再重排。",
    remedy="抽签之后有人须回避的，在“回避”里由公布的次序接替；其余变动列入下一轮，或由企业申请改期。",
)


class Outcome(StrEnum):
    """Which plan somebody chose."""

    TAKEN = "taken"
    LEFT = "left"


class Replanning(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request; `is_made` once there is a plan beside `base`, which stood when it was asked for."""

    id: UUID
    base: UUID
    alterations: tuple[Alteration, ...]
    is_looser: bool
    """Whether it allows what a rule of the round forbade, so that two people must agree."""
    asked_name: str
    asked_at: datetime
    is_made: bool
    outcome: Outcome | None
    decided_name: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def adds(self) -> bool:
        """Whether something comes in for good with it, so that taking it is not undone."""
        return any(isinstance(each, Added) for each in self.alterations)

    @property
    def can_be_taken(self) -> bool:
        return self.is_made and self.outcome is None


def after(problem: Problem, alterations: Sequence[Alteration]) -> Problem:
    """Make the altered problem; raises Invalid where an alteration changes nothing, or is impossible."""
    if not alterations:
        raise Invalid("还没有写明有什么变动。", remedy="请先加入至少一项变动。")
    for each in alterations:
        if names_strangers(problem, each):
            raise Invalid("变动里有本轮没有的事项或半天。", remedy="请从页面或接口给出的内容里选择。")
        if altered(problem, each) == problem:
            raise Invalid(f"“{called(problem, each)}”没有改变什么。", remedy="请核对编号和日期。")
        problem = altered(problem, each)
    try:
        return read_problem(write_problem(problem))
    except Unreadable as error:
        raise Invalid(f"变动不能成立：{error.text}", remedy="请核对编号和日期。") from error


def is_looser(problem: Problem, alterations: Sequence[Alteration]) -> bool:
    """Whether any of them, one after another, loosens a rule of the round."""
    for each in alterations:
        if loosens(problem, each):
            return True
        problem = altered(problem, each)
    return False


def in_words(problem: Problem, alterations: Sequence[Alteration]) -> tuple[str, ...]:
    """Say what is altered, one sentence each."""
    return tuple(called(problem, each) for each in alterations)

"""A round that was read, and what was worked out of it since: the things that several pages ask for again and again.

What is forgotten again, and when, is in `memory`.
"""

from datetime import datetime
from functools import cached_property

from coordinator.actions.moving import LaidOut
from coordinator.actions.reading import RoundReading
from coordinator.domain.announcements import Announcement, announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import TooLate
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.ledger import LedgerEntry, ledger
from coordinator.domain.submissions import InspectionItem
from coordinator.domain.wording import short_names
from coordinator.web.shown.schedules import TourLine, tour_lines
from coordinator.web.shown.target_lines import TargetLine, target_lines
from solver.chance.head import Stage as DrawStage
from solver.planning.offers import Offer, offers


class Names(dict[DepartmentId, str]):
    """Short names by full ones; who sees one department's part sees the others' full names."""

    def __missing__(self, name: DepartmentId) -> str:
        return name


class Known:
    """Worked out when first asked for, then kept as long as the reading."""

    def __init__(self, reading: RoundReading) -> None:
        self.reading = reading

    @property
    def dispatch(self) -> Dispatch:
        """The round's plan, or a department's part of it; raises TooLate before there is one."""
        found = self.reading.dispatch or self.reading.part
        if found is None:
            raise TooLate("这个轮次还没有排期。", remedy="排期之后这里才有内容。")
        return found

    @property
    def drawn_at(self) -> datetime | None:
        """When the lots were drawn."""
        teams = self.reading.draws.get(DrawStage.TEAMS)
        return teams.ended_at if teams else None

    @cached_property
    def names(self) -> "Names":
        """Short names of departments, as people say them among themselves."""
        return Names(short_names([submission.department.id for submission in self.reading.submissions]))

    @cached_property
    def items(self) -> dict[tuple[DepartmentId, ItemCode], InspectionItem]:
        """Items as they were handed in for this round, a department's own where one acts for it."""
        return {(each.department.id, item.code): item for each in self.reading.submissions for item in each.items}

    @cached_property
    def tours(self) -> tuple[TourLine, ...]:
        return tour_lines(self.dispatch)

    @cached_property
    def ledger(self) -> dict[TargetId, LedgerEntry]:
        return {entry.target: entry for entry in ledger(self.dispatch)}

    @cached_property
    def targets(self) -> tuple[TargetLine, ...]:
        return target_lines(self.dispatch, self.ledger)

    @cached_property
    def laid_out(self) -> LaidOut:
        """The plan laid out, once somebody looks where a visit may go."""
        dispatch, plan = self.dispatch, self.reading.plan
        assert plan is not None, "what is dispatched has a plan"  # noqa: S101 - narrows the type
        return LaidOut(plan, dispatch.problem, dispatch.plan)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Remedies for what the plan leaves unserved, each tried; seconds for a prefecture's."""
        return offers(self.dispatch.problem, self.dispatch.plan)

    @cached_property
    def announcements(self) -> dict[TargetId, Announcement]:
        """What firms may be told beforehand, once the lots are drawn."""
        return announcements(self.dispatch)

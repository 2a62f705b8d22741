"""A round after both draws, as one value: what was submitted, drawn, planned and drawn by lot, ready to be told.

Documents, reports and the expected results are made from it. Who may see which part from when is in `disclosure`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator.domain.ids import DepartmentId, HalfDayId, InspectorId, TargetId
from coordinator.domain.matters import DrawnTarget, Wanted, WantedMatter
from coordinator.domain.recusals import Replacement
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import Inspector, Submission
from coordinator.domain.targets import Target
from coordinator.domain.tasks import Task
from coordinator.domain.wording import marked
from coordinator.domain.workdays import Calendar
from solver.planning.plan import Plan, Role, Tour, Visit
from solver.planning.problem import Problem

LOCAL_TIME = ZoneInfo("Asia/Shanghai")


class Dispatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Everything decided for a round; `teams` maps each role and desk matter to its inspectors, sorted.

    What a `rehearsal` decided counts for nothing, and whatever is written about it says so.
    """

    round: Round
    calendar: Calendar
    submissions: tuple[Submission, ...]
    tasks: tuple[Task, ...]
    targets: dict[TargetId, Target]
    drawn: tuple[DrawnTarget, ...]
    wanted: Wanted
    problem: Problem
    plan: Plan
    teams: Mapping[str, tuple[InspectorId, ...]]
    rehearsal: bool = False
    replaced: tuple[Replacement, ...] = ()
    """What recusals changed after the lots; `teams` has it in already."""

    @property
    def name(self) -> str:
        """The round's name as documents give it."""
        return marked(self.round.round.name, rehearsal=self.rehearsal)

    @cached_property
    def matters(self) -> dict[str, WantedMatter]:
        return {matter.id: matter for matter in self.wanted.matters}

    @cached_property
    def inspectors(self) -> dict[InspectorId, tuple[DepartmentId, Inspector]]:
        """Every inspector with the department he or she belongs to."""
        return {
            inspector.id: (submission.department.id, inspector)
            for submission in self.submissions
            for inspector in submission.inspectors
        }

    def visits(self) -> Iterator[tuple[Tour, Visit]]:
        """Every visit with its tour, in order of time."""
        begins = {half_day.id: (half_day.date, half_day.start) for half_day in self.problem.half_days}
        for tour in sorted(self.plan.tours, key=lambda tour: (begins[tour.half_day], tour.id)):
            for visit in tour.visits:
                yield tour, visit

    def begins_at(self, tour: Tour, visit: Visit) -> datetime:
        return self._moment(tour, visit.start)

    def ends_at(self, tour: Tour, visit: Visit) -> datetime:
        return self._moment(tour, visit.end)

    def matters_of(self, visit: Visit) -> tuple[WantedMatter, ...]:
        return tuple(self.matters[matter] for matter in visit.matters)

    def is_unannounced(self, visit: Visit) -> bool:
        """A visit with any unannounced or caused matter is unannounced as a whole."""
        return any(matter.unannounced for matter in self.matters_of(visit))

    def roles_at(self, tour: Tour, visit: Visit) -> tuple[tuple[Role, tuple[InspectorId, ...]], ...]:
        """Who goes in: only the roles whose department has a matter at this visit (spec/planning.md)."""
        departments = {matter.department for matter in self.matters_of(visit)}
        return tuple((role, self.teams[role.id]) for role in tour.roles if role.department in departments)

    def changes_of(self, tour: Tour) -> int:
        """How often a tour's team has changed since the lots: what was told of it is told anew each time."""
        roles = {role.id for role in tour.roles}
        return len({each.request for each in self.replaced if each.lot in roles})

    def unserved(self) -> frozenset[str]:
        """The ids of matters and desk matters that nobody will check in this round."""
        return frozenset(str(unserved.matter) for unserved in self.plan.unserved)

    @cached_property
    def _days(self) -> dict[HalfDayId, date]:
        return {half_day.id: half_day.date for half_day in self.problem.half_days}

    def _moment(self, tour: Tour, clock: str) -> datetime:
        return datetime.combine(self._days[tour.half_day], time.fromisoformat(clock), tzinfo=LOCAL_TIME)

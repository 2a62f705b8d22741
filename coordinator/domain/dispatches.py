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
from coordinator.domain.reschedulings import Rescheduling
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import Inspector, Submission
from coordinator.domain.targets import Target
from coordinator.domain.tasks import Task
from coordinator.domain.wording import marked
from coordinator.domain.workdays import Calendar
from solver.planning.ids import RoleId
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
    rescheduled: tuple[Rescheduling, ...] = ()
    """Visits moved after the lots; `plan` and `teams` have it in already."""
    published: Mapping[RoleId, RoleId] = {}
    """For each lot that came to be by moving a visit: the lot of the plan as drawn whose people it has."""
    as_drawn: Plan | None = None
    """The plan that the draw fixed, where visits have moved since."""

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
        return self._moment(tour.half_day, visit.start)

    def ends_at(self, tour: Tour, visit: Visit) -> datetime:
        return self._moment(tour.half_day, visit.end)

    def matters_of(self, visit: Visit) -> tuple[WantedMatter, ...]:
        return tuple(self.matters[matter] for matter in visit.matters)

    def is_unannounced(self, visit: Visit) -> bool:
        """A visit with any unannounced or caused matter is unannounced as a whole."""
        return any(matter.unannounced for matter in self.matters_of(visit))

    def roles_at(self, tour: Tour, visit: Visit) -> tuple[tuple[Role, tuple[InspectorId, ...]], ...]:
        """Who goes in: only the roles whose department has a matter at this visit (spec/planning.md)."""
        departments = {matter.department for matter in self.matters_of(visit)}
        return tuple((role, self.teams[role.id]) for role in tour.roles if role.department in departments)

    @property
    def drawn_plan(self) -> Plan:
        """The plan whose chances were drawn by lot, as it was fixed."""
        return self.as_drawn or self.plan

    def moves_of(self, visit: Visit) -> tuple[Rescheduling, ...]:
        """How a visit was moved after the lots, in order."""
        return tuple(each for each in self.rescheduled if each.matter in visit.matters)

    def half_day_of(self, tour: Tour, visit: Visit, changes: int | None = None) -> HalfDayId:
        """The half-day in which a visit stands, or stood when the round had changed so often since its lots."""
        later = (each for each in self.moves_of(visit) if changes is not None and each.changes > changes)
        return next((each.was_half_day for each in later), HalfDayId(tour.half_day))

    def moved_from(self, visit: Visit) -> datetime | None:
        """When a visit would have begun before it was moved last; None where it was not."""
        moves = self.moves_of(visit)
        return self._moment(moves[-1].was_half_day, moves[-1].was_start) if moves else None

    def changes_of(self, tour: Tour, visit: Visit) -> int:
        """How often a visit's time or team has changed since the lots: what was told of it is told anew each time.

        Changes of teams count for all tours that it was ever on, so that the number never goes down.
        """
        moves = self.moves_of(visit)
        tours = {tour.id, *(each.was_tour for each in moves)}
        requests = {each.request for each in self.replaced if each.lot.partition("/")[0] in tours}
        return len(moves) + len(requests)

    def unserved(self) -> frozenset[str]:
        """The ids of matters and desk matters that nobody will check in this round."""
        return frozenset(str(unserved.matter) for unserved in self.plan.unserved)

    @cached_property
    def _days(self) -> dict[HalfDayId, date]:
        return {half_day.id: half_day.date for half_day in self.problem.half_days}

    def _moment(self, half_day: str, clock: str) -> datetime:
        return datetime.combine(self._days[HalfDayId(half_day)], time.fromisoformat(clock), tzinfo=LOCAL_TIME)

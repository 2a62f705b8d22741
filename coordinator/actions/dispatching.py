"""A stored round as one value: everything recomputed from what was handed in, and from what the two draws decided.

Nothing is decided or changed here.
"""

from collections import defaultdict
from uuid import UUID

from msgspec import Struct

from coordinator.actions.calendars import calendar_of
from coordinator.actions.collecting import load_submissions
from coordinator.domain.actors import Actor
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import InspectorId, TargetId
from coordinator.domain.matters import DrawnTarget, Wanted, wanted_matters, with_windows
from coordinator.domain.reschedulings import as_it_stands
from coordinator.domain.rounds import Round
from coordinator.domain.submissions import Submission
from coordinator.domain.targets import Target, merge_targets
from coordinator.domain.tasks import Task, tasks_of
from coordinator.domain.workdays import Calendar
from coordinator.storage import draws, plans, recusals, reschedulings, rounds
from coordinator.storage.connection import Connection
from solver.planning.reading import read_plan, read_problem


class DrawnRound(Struct, frozen=True, kw_only=True):
    """A round after its first draw: what has to be checked where."""

    round: Round
    rehearsal: bool
    calendar: Calendar
    submissions: tuple[Submission, ...]
    tasks: tuple[Task, ...]
    targets: dict[TargetId, Target]
    drawn: tuple[DrawnTarget, ...]
    wanted: Wanted


async def load_drawn_round(db: Connection, actor: Actor, round_: UUID) -> DrawnRound:
    """Recompute tasks, targets and matters from what was handed in and drawn."""
    stored = await rounds.round_by_id(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。")
    calendar = await calendar_of(db, actor)
    handed_in = await load_submissions(db, round_)
    tasks, targets = tasks_of(handed_in), merge_targets(handed_in)
    drawn = tuple(await draws.drawn_targets(db, round_))
    return DrawnRound(
        round=stored.settings,
        rehearsal=stored.rehearsal_seed is not None,
        calendar=calendar,
        submissions=handed_in,
        tasks=tasks,
        targets=targets,
        drawn=drawn,
        wanted=wanted_matters(stored.settings, calendar, handed_in, tasks, targets, drawn),
    )


async def load_dispatch(db: Connection, actor: Actor, round_: UUID) -> Dispatch:
    """Give a round after both draws; raises NotFound before its lots were drawn."""
    drawn = await load_drawn_round(db, actor, round_)
    stored = await plans.live_plan(db, round_)
    if stored is None:
        raise NotFound("这个轮次还没有排期。", remedy="请先完成排期和抽签。")
    teams: dict[str, list[InspectorId]] = defaultdict(list)
    for member in await plans.members(db, stored.id):
        teams[member.role].append(member.inspector)
    replaced = tuple(await recusals.replacements(db, round_))
    moved = tuple(await reschedulings.reschedulings(db, round_))
    problem, plan = read_problem(stored.problem), read_plan(stored.document)
    drawn_teams = {lot: tuple(sorted(inspectors)) for lot, inspectors in teams.items()}
    standing = as_it_stands(problem, plan, drawn_teams, replaced, moved)
    return Dispatch(
        round=drawn.round,
        rehearsal=drawn.rehearsal,
        calendar=drawn.calendar,
        submissions=drawn.submissions,
        tasks=drawn.tasks,
        targets=drawn.targets,
        drawn=drawn.drawn,
        wanted=with_windows(drawn.wanted, problem.matters),
        problem=problem,
        plan=standing.plan,
        teams={str(lot): team for lot, team in standing.teams.items()},
        replaced=replaced,
        rescheduled=moved,
        published=standing.published,
        as_drawn=plan if moved else None,
    )

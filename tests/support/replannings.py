"""Rounds planned again in tests: what happened, asked for and made by a worker in its child process."""

from uuid import UUID

from support import rounds
from support.jobs import BRISK

from coordinator.actions.replanning import Asked, ReplanningReading, live_plan_of, read_replanning, request_replanning
from coordinator.actions.replanning_choices import take
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Actor
from coordinator.domain.jobs import JobId, JobState
from coordinator.jobs.handlers import HANDLERS
from coordinator.jobs.worker import run_until_done
from solver.planning.alterations import Alteration, Closed, Window
from solver.planning.plan import Plan
from solver.planning.problem import Problem
from solver.planning.reading import read_plan, read_problem

SECONDS = 20.0


async def planned(services: Services) -> UUID:
    return await rounds.planned(services, seed=rounds.SEED)


async def standing(services: Services, round_: UUID) -> tuple[Problem, Plan]:
    live = await live_plan_of(services, CONSOLE, round_)
    return read_problem(live.problem), read_plan(live.document)


async def closing(services: Services, round_: UUID) -> Closed:
    """The first firm visited is closed in the half-day in which it was to be."""
    _, plan = await standing(services, round_)
    tour = plan.tours[0]
    return Closed(target=tour.visits[0].target, half_days=(tour.half_day,))


async def widening(services: Services, round_: UUID) -> Window:
    """The first matter may be checked until the end of the round, if that is later than it was."""
    problem, _ = await standing(services, round_)
    last = problem.half_days[-1].date
    matter = next(each for each in problem.matters if each.last_day < last)
    return Window(matters=(matter.id,), last_day=last)


async def asked(services: Services, round_: UUID, *alterations: Alteration, actor: Actor = CONSOLE) -> UUID:
    live = await live_plan_of(services, CONSOLE, round_)
    wish = Asked(plan=live.id, alterations=alterations, seconds=SECONDS)
    return await request_replanning(services, actor, round_, wish)


async def made(services: Services, round_: UUID, *alterations: Alteration) -> ReplanningReading:
    """Asked for, and made by a worker."""
    return await worked_off(services, round_, await asked(services, round_, *alterations))


async def worked_off(services: Services, round_: UUID, id_: UUID) -> ReplanningReading:
    """Made by a worker after somebody asked for it."""
    job = await run_until_done(services, HANDLERS, JobId(id_), BRISK)
    assert job.state is JobState.DONE, job.error
    return await read_replanning(services, CONSOLE, round_, id_)


async def lacking_days(services: Services) -> UUID:
    """A planned round in which a firm is closed as long as it may be visited: only a wider window helps."""
    round_ = await planned(services)
    problem, _ = await standing(services, round_)
    last = problem.half_days[-1].date
    until = {target.id: [m for m in problem.matters if m.target == target.id] for target in problem.targets}
    firm, matters = next((target, some) for target, some in until.items() if max(each.last_day for each in some) < last)
    ends = max(each.last_day for each in matters)
    shut = tuple(each.id for each in problem.half_days if each.date <= ends)
    reading = await made(services, round_, Closed(target=firm, half_days=shut))
    await take(services, CONSOLE, round_, reading.asked.id)
    return round_

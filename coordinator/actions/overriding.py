"""A visit moved by hand where a rule forbids it: the plan made with the rule loosened, beside the one that stands.

From there it is chosen as any plan that loosens a rule: proposed with a reason and confirmed by another person
(`replanning_choices`). What the law asks of people is never loosened (solver/planning/moving/overriding).
"""

import asyncio
from uuid import UUID

import msgspec
from msgspec.structs import replace

from coordinator.actions.moving import NO_LONGER, Chosen
from coordinator.actions.plan_changes import same_plan
from coordinator.actions.planning import refuse_unlawful
from coordinator.actions.replanning import new_replanning
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Conflict, NotFound
from coordinator.domain.permissions import permit
from coordinator.domain.replannings import in_words
from coordinator.storage import audit, replannings
from coordinator.storage.connection import transaction
from coordinator.storage.plans import StoredPlan
from solver.planning.alterations import Alteration
from solver.planning.moving import Moved, Obstacle, Place, moved_under, overridden, overriding
from solver.planning.problem import Problem
from solver.planning.reading import problem_digest, read_plan, read_problem, write_plan, write_problem
from solver.planning.replanning.moves import Cause, Kind


async def prepare_override(services: Services, actor: Actor, round_: UUID, chosen: Chosen, place: Place) -> UUID:
    """Make the plan with the visit moved there; gives the replanning under which it is chosen.

    Raises Conflict where nothing that may be loosened stands in the way, or something else does even so.
    """
    permit(actor, Act.OVERRIDE_RULE)
    async with transaction(services.pool, actor) as db:
        live = await same_plan(db, round_, chosen.plan, NO_LONGER)
    before, alterations, problem, moved = await asyncio.to_thread(_overridden, live, chosen, place)
    asked = new_replanning(services, actor, live.id, before, alterations)
    file = write_problem(problem)
    refuse_unlawful(file, moved.plan)
    async with transaction(services.pool, actor) as db:
        await same_plan(db, round_, chosen.plan, NO_LONGER)
        await replannings.insert_replanning(db, round_, asked, file)
        by_hand = (Cause(text="破例手工移动"),)
        moves = tuple(
            replace(each, why=by_hand) if each.target == chosen.target and each.kind is Kind.MOVED else each
            for each in moved.moves
        )
        await replannings.put_plan(db, asked.id, write_plan(moved.plan), msgspec.json.encode(moves))
        words = in_words(before, alterations)
        facts = {"half_day": place.half_day, "alterations": words, "replanning": str(asked.id)}
        await audit.append(db, actor, "override_prepared", round_, chosen.target, **facts)
    return asked.id


def _overridden(
    live: StoredPlan, chosen: Chosen, place: Place
) -> tuple[Problem, tuple[Alteration, ...], Problem, Moved]:
    """The problem as it stands, what is loosened, the looser problem, and the plan for it."""
    before, plan = read_problem(live.problem), read_plan(live.document)
    alterations = overriding(before, plan, chosen.tour, chosen.target, place)
    if not alterations:
        raise Conflict("这里没有可以破例的规则。", remedy="请从列出的可行位置里选择。")
    problem = overridden(before, alterations)
    made = moved_under(problem, plan, chosen.tour, chosen.target, place, problem_digest(write_problem(problem)))
    if made is None:
        raise NotFound("没有这个时间或组次。", remedy="请从列出的位置里选择。")
    if isinstance(made, Obstacle):
        raise Conflict(f"破例也不能移到这里：{made.text}。", remedy="请从列出的可行位置里选择。")
    return before, alterations, problem, made

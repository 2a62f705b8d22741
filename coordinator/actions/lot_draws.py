"""The second draw: which inspectors go. The plan is fixed with everyone's chances before the seed exists.

How a draw is fixed, held and recorded is the same for both stages and lives in `draws`.
"""

from uuid import UUID

from coordinator.actions.dispatching import load_drawn_round
from coordinator.actions.draws import end_draw, fix_document, new_head, parties_of, single_operators, standing
from coordinator.actions.late_causes import refuse_waiting
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.ceremonies import ONE_OPERATOR, Terms
from coordinator.storage import audit, plans, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import StoredDraw
from coordinator.storage.plans import StoredPlan
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.document import PLAN
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Digest
from solver.planning.reading import plan_document, read_plan


async def fix_plan(services: Services, actor: Actor, round_: UUID, terms: Terms = ONE_OPERATOR) -> None:
    """Fix tours, roles and every inspector's chances; raises Conflict while something that was filed waits."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.PLANNED:
            return
        await refuse_waiting(db, round_)
        drawn = await load_drawn_round(db, actor, round_)
        targets = await standing(db, stored, DrawStage.TARGETS)
        head = new_head(
            stored.settings,
            DrawStage.TEAMS,
            parties_of(stored.settings, drawn.tasks),
            services.clock(),
            terms,
            targets=Digest(targets.transcript_digest or ""),
            beacon=None,
        )
        plan = read_plan((await _live(db, round_)).document)
        files = {PLAN: plan_document(plan)}
        await fix_document(db, services, actor, stored, head, files, single_operator=terms.single_operator)
        await rounds.advance(db, round_, Stage.LOTS_FROZEN)


async def hold_lots(services: Services, actor: Actor, round_: UUID) -> None:
    """Draw who goes, and book them: nobody without a chance, nobody in two places."""
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.LOTS_FROZEN:
            return
        draw = await single_operators(db, stored, DrawStage.TEAMS)
        await draw_teams(db, services, actor, stored, draw, "", actor.name)


async def draw_teams(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, draw: StoredDraw, beacon: str, by: str
) -> None:
    """Let chance decide and book who goes, in the caller's transaction, which has locked the round."""
    transcript = await end_draw(db, services, actor, stored, draw, beacon, by)
    assert isinstance(transcript.result, dict), "held lots have teams"  # noqa: S101 - narrows the type
    live = await _live(db, stored.id)
    plan = read_plan(live.document)
    teams = {str(lot): inspectors for lot, inspectors in transcript.result.items()}
    await plans.insert_team_members(db, live.id, plan.tours, teams)
    await plans.insert_desk_members(db, live.id, {desk.id: teams[desk.id] for desk in plan.desk})
    await rounds.advance(db, stored.id, Stage.TEAMS_DRAWN)
    await audit.append(db, actor, "teams_drawn", stored.id, stored.code, roles=len(teams))


async def _live(db: Connection, round_: UUID) -> StoredPlan:
    live = await plans.live_plan(db, round_)
    assert live is not None, "the round's stage says that it has a plan"  # noqa: S101 - narrows the type
    return live

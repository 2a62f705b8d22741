"""How an attempt at a draw by its parties ends: void with its reason, or held by two people.

What is drawn, and how it is stored, is the same as for one operator (`target_draws`, `lot_draws`).
"""

from uuid import UUID

from coordinator.actions import two_people
from coordinator.actions.ceremony_steps import Step, refusing, step_in
from coordinator.actions.draws import fixed_source, in_words, times_of
from coordinator.actions.lot_draws import draw_teams
from coordinator.actions.services import Services
from coordinator.actions.target_draws import draw_targets
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import Phase, may_be_void, void_reason
from coordinator.domain.errors import Conflict, TooLate
from coordinator.domain.permissions import permit
from coordinator.domain.proposals import JointAct
from coordinator.storage import audit, draws, proposals, rounds
from coordinator.storage.connection import transaction
from coordinator.storage.draws import DrawState
from solver.chance.ceremony import refuse_beacon
from solver.chance.head import Stage
from solver.chance.numbers import digest_of
from solver.chance.seed import commitments_digest, reveals_digest
from solver.chance.transcript import declare_void, transcript_file


async def declare_attempt_void(services: Services, actor: Actor, round_: UUID, stage: Stage, reason: str) -> None:
    """Give an attempt up, with the reason; its transcript stays on the record, the next attempt names it."""
    permit(actor, Act.FIX_DRAW)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        if step.is_rehearsal:
            raise Conflict("演练不必作废：种子是给定的，随时可以抽取。")
        if not may_be_void(step.phase, step.ceremony):
            raise TooLate(
                "已有参与方公布秘密，现在不能作废。",
                remedy=f"过了 {step.head.reveal_by} 仍抽不成，才可以作废。",
            )
        written, source = void_reason(reason), await fixed_source(db, step.draw)
        times = times_of(step.draw, step.given, actor.name) | {"void": in_words(step.now), "reason": written}
        content = transcript_file(declare_void(source, step.ceremony, times))
        digest = digest_of(step.head.hash, content)
        await draws.end_draw(
            db,
            step.draw.id,
            state=DrawState.VOID,
            beacon="",
            seed=None,
            transcript=content,
            digest=digest,
            at=step.now,
            void_reason=written,
        )
        await audit.append(db, actor, "draw_void", step.stored.id, stage.value, transcript=digest, reason=written)


async def propose_to_hold(services: Services, actor: Actor, round_: UUID, stage: Stage, outcome: str) -> None:
    """Propose to let chance decide, with the beacon's outcome where one was announced; another has to confirm."""
    permit(actor, Act.HOLD_DRAW)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        if not step.is_rehearsal:
            _refuse_unready(step)
            with refusing(field="outcome"):
                refuse_beacon(step.head, outcome.strip())
        await two_people.propose(db, services, actor, _holding(step, outcome.strip()))


async def confirm_to_hold(services: Services, actor: Actor, round_: UUID, stage: Stage, seen: UUID) -> None:
    """Hold the draw that another person proposed to hold; where it is held already, nothing is done."""
    permit(actor, Act.HOLD_DRAW)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage, ended=True)
        if step.draw.state is DrawState.HELD:
            return
        if not step.is_rehearsal:
            _refuse_unready(step)
        proposed = await proposals.latest_proposal(db, Act.HOLD_DRAW, str(step.draw.id))
        outcome = proposed.facts["beacon"] if proposed else ""
        proposer, confirmer = await two_people.confirm(db, services, actor, _holding(step, outcome), seen)
        await rounds.lock_round(db, round_)
        draw_by_chance = draw_targets if stage is Stage.TARGETS else draw_teams
        by = f"{proposer.name}、{confirmer.name}"
        await draw_by_chance(db, services, actor, step.stored, step.draw, outcome, by)


async def withdraw_proposal(services: Services, actor: Actor, round_: UUID, stage: Stage) -> None:
    """Take back the proposal to hold, so that another can be made."""
    permit(actor, Act.HOLD_DRAW)
    async with transaction(services.pool, actor) as db:
        step = await step_in(db, services, actor, round_, stage)
        await two_people.withdraw(db, services, actor, _holding(step, ""))


def _holding(step: Step, outcome: str) -> JointAct:
    """What two people agree on: this document, these commitments and reveals, this outcome."""
    given = step.ceremony
    facts = {
        "document": step.draw.document_digest,
        "commitments": commitments_digest(step.document, given.commitments),
        "reveals": reveals_digest(step.document, given.reveals),
        "beacon": outcome,
    }
    return JointAct(act=Act.HOLD_DRAW, subject=str(step.draw.id), round=step.stored.id, facts=facts)


def _refuse_unready(step: Step) -> None:
    """Raise TooLate unless only chance is left."""
    if step.phase is Phase.READY:
        return
    waits = {
        Phase.COMMITTING: "还有参与方没有提交承诺。",
        Phase.REVEALING: "还有参与方没有公布秘密，公布截止时间也还没有到。",
        Phase.AWAITING_EVENT: "约定的公共随机事件还没有发生，不能填写结果。",
        Phase.FAILED: "这一次已经抽不成了。",
    }
    remedy = "请写明原因作废，再固定一次。" if step.phase is Phase.FAILED else "请等页面提示可以抽取。"
    raise TooLate(waits[step.phase], remedy=remedy)

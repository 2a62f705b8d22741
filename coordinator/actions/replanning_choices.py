"""Which plan stands: the new one taken or the old one left, by one person, or by two where a rule is loosened.

A plan that was taken is followed by others, undone and fixed as any other (`moving`, `lot_draws`).
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from coordinator.actions import two_people
from coordinator.actions.late_causes import take_in
from coordinator.actions.plan_changes import replace_plan, same_plan
from coordinator.actions.replanning import NO_SUCH
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import acceptable_reason
from coordinator.domain.errors import Conflict, TooLate
from coordinator.domain.permissions import permit
from coordinator.domain.proposals import JointAct, Proposal
from coordinator.domain.replannings import NO_LONGER, Outcome, Replanning, in_words
from coordinator.storage import audit, proposals, replannings
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.plans import StoredPlan
from solver.planning.plan import Plan
from solver.planning.reading import read_plan, read_problem

NOT_YET = TooLate("这次重排还没有得出方案，或者已经选过了。", remedy="请刷新页面查看。")
BY_TWO = Conflict("这次重排放宽了本轮的规则，不能由一人采用。", remedy="请写明理由提请，由另一位确认。")


class _Made(Struct, frozen=True, kw_only=True):
    """A replanning whose plan can be taken, with the plan that stands until then."""

    asked: Replanning
    live: StoredPlan
    problem: bytes
    document: bytes

    @property
    def plan(self) -> Plan:
        return read_plan(self.document)


async def standing_proposal(services: Services, actor: Actor, id_: UUID) -> Proposal | None:
    """What one person has proposed of a replanning and nobody has confirmed yet."""
    permit(actor, Act.WATCH_PLANNING)
    async with transaction(services.pool, actor) as db:
        found = await proposals.latest_proposal(db, Act.OVERRIDE_RULE, str(id_))
    return found if found is not None and found.stands(services.clock()) else None


async def take(services: Services, actor: Actor, round_: UUID, id_: UUID) -> UUID:
    """Let the new plan stand; raises Conflict where it takes two people, or another plan stands by now."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        made = await _made(db, round_, id_)
        if made.asked.is_looser:
            raise BY_TWO
        return await _take(db, services, actor, round_, made, (actor.name,), None)


async def leave(services: Services, actor: Actor, round_: UUID, id_: UUID) -> None:
    """Let the old plan stand; a second time nothing happens."""
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        asked = await replannings.replanning(db, round_, id_)
        if asked is None:
            raise NO_SUCH
        if asked.outcome is None:
            await replannings.decide(db, id_, Outcome.LEFT, (actor.name,), services.clock(), None)
            await audit.append(db, actor, "replanning_left", round_, str(id_))


async def propose_override(services: Services, actor: Actor, round_: UUID, id_: UUID, reason: str) -> None:
    """Propose to loosen the rule and take the plan; another person has to confirm. Raises Invalid without a reason."""
    permit(actor, Act.OVERRIDE_RULE)
    written = acceptable_reason(reason)
    async with transaction(services.pool, actor) as db:
        made = await _made(db, round_, id_)
        await two_people.propose(db, services, actor, _overriding(round_, made, written))


async def confirm_override(services: Services, actor: Actor, round_: UUID, id_: UUID, seen: UUID) -> UUID:
    """Confirm what another proposed: the new plan stands."""
    permit(actor, Act.OVERRIDE_RULE)
    async with transaction(services.pool, actor) as db:
        made = await _made(db, round_, id_)
        standing = await proposals.latest_proposal(db, Act.OVERRIDE_RULE, str(id_))
        reason = standing.facts["reason"] if standing else ""
        both = await two_people.confirm(db, services, actor, _overriding(round_, made, reason), seen)
        names = tuple(each.name for each in both)
        return await _take(db, services, actor, round_, made, names, (seen, reason))


async def withdraw_override(services: Services, actor: Actor, round_: UUID, id_: UUID) -> None:
    """Take a proposal back."""
    permit(actor, Act.OVERRIDE_RULE)
    async with transaction(services.pool, actor) as db:
        await two_people.withdraw(db, services, actor, _overriding(round_, await _made(db, round_, id_), ""))


async def _made(db: Connection, round_: UUID, id_: UUID) -> _Made:
    """The replanning with its plan, the round locked; raises NotFound, TooLate, Conflict."""
    asked = await replannings.replanning(db, round_, id_)
    if asked is None:
        raise NO_SUCH
    live = await same_plan(db, round_, asked.base, NO_LONGER)
    files = await replannings.files(db, id_)
    if not asked.can_be_taken or files is None or files.document is None:
        raise NOT_YET
    return _Made(asked=asked, live=live, problem=files.problem, document=files.document)


async def _take(
    db: Connection,
    services: Services,
    actor: Actor,
    round_: UUID,
    made: _Made,
    names: Sequence[str],
    agreed: tuple[UUID, str] | None,
) -> UUID:
    before = None if made.asked.adds else made.live.id
    new = await replace_plan(db, round_, made.live, made.problem, made.plan, undoes_to=before)
    await take_in(db, services, actor, round_, new, made.asked.alterations)
    await replannings.decide(db, made.asked.id, Outcome.TAKEN, names, services.clock(), agreed)
    words = in_words(read_problem(made.live.problem), made.asked.alterations)
    facts = {"alterations": words, "before": str(made.live.id), "after": str(new)}
    await audit.append(db, actor, "replanning_taken", round_, str(made.asked.id), **facts)
    return new


def _overriding(round_: UUID, made: _Made, reason: str) -> JointAct:
    """What two people agree on: this plan in the place of that one, for this reason."""
    facts = {"before": str(made.live.id), "plan": hashlib.sha256(made.document).hexdigest(), "reason": reason}
    return JointAct(act=Act.OVERRIDE_RULE, subject=str(made.asked.id), round=round_, facts=facts)

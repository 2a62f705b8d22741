"""Recusal after the lots: asked, decided by somebody else, and on a granted one the next in the published order goes.

Until it is decided the work goes on. What was told of the visit is told anew: pages at once, calendars with a higher
SEQUENCE, task books through the outbox to whom they were sent, and the papers wait for a new approval.
"""

from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.draws import standing
from coordinator.actions.services import Services
from coordinator.actions.telling import send_task_books_again
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import acceptable_reason
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.errors import Conflict, Invalid, NotFound, TooLate
from coordinator.domain.ids import InspectorId, TargetId
from coordinator.domain.permissions import may, permit
from coordinator.domain.recusals import (
    RecusalCause,
    RecusalDecision,
    RecusalRequest,
    Replacement,
    decision_due,
    refuse_deciding_own,
)
from coordinator.domain.replacing import Change, barred_from, first_visit_at, places_at, replace_inspector
from coordinator.storage import audit, recusals, rounds
from coordinator.storage.connection import Connection, act_as, transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Seed
from solver.chance.numbers import Algorithm, Numbers
from solver.planning.problem import Barred


class RecusalWish(Struct, frozen=True, kw_only=True):
    """What somebody asks: who should not go where, and why."""

    target: str
    inspector: str
    cause: RecusalCause
    reason: str


class RecusalReading(Struct, frozen=True, kw_only=True):
    """A round's requests that the actor may see, and all replacements to whoever sees the whole round."""

    requests: tuple[RecusalRequest, ...]
    replacements: tuple[Replacement, ...]


async def ask_recusal(services: Services, actor: Actor, round_: UUID, wish: RecusalWish) -> RecusalRequest:
    """Ask that an inspector does not go to a target; raises Invalid where nobody of one's own is sent there."""
    permit(actor, Act.ASK_RECUSAL)
    now, reason = services.clock(), acceptable_reason(wish.reason)
    async with transaction(services.pool, actor) as db:
        stored, dispatch = await _teams(db, actor, round_)
        request = _request(dispatch, actor, wish, reason, now)
        if not await recusals.insert_request(db, round_, request):
            raise Conflict("同样的回避已经提出，正在等待决定。", remedy="请等负责人决定。")
        facts = {"target": request.target, "cause": request.cause.words, "due": request.due_on.isoformat()}
        await audit.append(db, actor, "recusal_asked", stored.id, request.inspector, **facts)
    return request


async def decide_recusal(
    services: Services, actor: Actor, round_: UUID, id_: UUID, decision: RecusalDecision, reason: str
) -> tuple[Change, ...]:
    """Grant or refuse a request that somebody else made, with the reason; gives the places that change hands."""
    permit(actor, Act.DECIDE_RECUSAL)
    said, now = acceptable_reason(reason), services.clock()
    async with transaction(services.pool, actor) as db:
        stored, dispatch = await _teams(db, actor, round_)
        found = await recusals.lock_request(db, round_, id_)
        if found is None:
            raise NotFound("没有这项回避。", remedy="请从回避页面办理。")
        request = refuse_deciding_own(found, actor)
        await recusals.decide(db, id_, decision, said, actor, now)
        await audit.append(
            db, actor, "recusal_decided", round_, request.inspector, decision=decision.words, reason=said
        )
        if decision is RecusalDecision.REFUSED:
            return ()
        changes = await _changes(db, stored, dispatch, request, now)
        await _record(db, services, actor, stored, request, changes)
    return changes


async def read_recusals(services: Services, actor: Actor, round_: UUID) -> RecusalReading:
    """Read what was asked, decided and changed after the lots, as far as the actor may see it."""
    permit(actor, Act.SEE_PLAN)
    async with transaction(services.pool, actor) as db:
        return RecusalReading(
            requests=tuple(await recusals.requests(db, round_)),
            replacements=tuple(await recusals.replacements(db, round_)),
        )


async def _teams(db: Connection, actor: Actor, round_: UUID) -> tuple[StoredRound, Dispatch]:
    """A round whose teams are drawn, locked: one change of teams at a time. A department's request needs the whole."""
    await act_as(db, WORKER)
    stored = await rounds.lock_round(db, round_)
    if stored is None or stored.stage not in (Stage.TEAMS_DRAWN, Stage.DISPATCHED):
        raise TooLate("还没有抽签，现在没有可以回避的安排。", remedy="抽签之前的回避，填在工作簿的回避登记里。")
    dispatch = await load_dispatch(db, WORKER, round_)
    await act_as(db, actor)
    return stored, dispatch


def _request(dispatch: Dispatch, actor: Actor, wish: RecusalWish, reason: str, now: datetime) -> RecusalRequest:
    target, inspector = TargetId(wish.target.strip()), InspectorId(wish.inspector.strip())
    department, _ = dispatch.inspectors.get(inspector, (None, None))
    is_own = department is not None and may(actor, Act.ASK_RECUSAL, department=department)
    if department is None or not is_own or not places_at(dispatch, inspector, target, now):
        raise Invalid("这位人员今后没有去这个对象的安排。", remedy="请核对人员编号和对象代码。", field="inspector")
    first = first_visit_at(dispatch, inspector, target, now)
    asked_on = now.astimezone(LOCAL_TIME).date()
    return RecusalRequest(
        id=uuid4(),
        target=target,
        inspector=inspector,
        department=department,
        cause=wish.cause,
        reason=reason,
        asked_by=actor.id,
        asked_name=actor.name,
        asked_at=now,
        due_on=decision_due(dispatch.calendar, asked_on, first.date() if first else None).due_on,
    )


async def _changes(
    db: Connection, stored: StoredRound, dispatch: Dispatch, request: RecusalRequest, now: datetime
) -> tuple[Change, ...]:
    """Work out who takes the places, with everybody barred whose recusal was granted so far."""
    granted = [each for each in await recusals.requests(db, stored.id) if each.decision is RecusalDecision.GRANTED]
    barred = [Barred(inspector=each.inspector, target=each.target, reason=each.reason) for each in granted]
    draw = await standing(db, stored, DrawStage.TEAMS)
    numbers = Numbers(Seed(draw.seed or ""), Algorithm(stored.settings.draw.hash))
    return replace_inspector(barred_from(dispatch, barred), request.inspector, request.target, numbers, now)


async def _record(
    db: Connection,
    services: Services,
    actor: Actor,
    stored: StoredRound,
    request: RecusalRequest,
    changes: tuple[Change, ...],
) -> None:
    await recusals.insert_replacements(db, stored.id, request.id, changes, services.clock())
    for each in changes:
        facts = {"lot": each.lot, "comes": each.comes, "candidates": list(each.candidates)}
        await audit.append(db, actor, "inspector_replaced", stored.id, each.leaves, **facts)
    await send_task_books_again(db, services, actor, stored)

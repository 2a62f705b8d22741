"""Moving a visit to another half-day after the lots (改期), its drawn team with it: where it may go, and the move.

By itself or to grant what a firm asked, in one act. What was told of the visit is told anew: pages at once, calendars
with a higher SEQUENCE, task books through the outbox, and the papers wait for a new approval by a second person.
"""

import asyncio
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.services import Services
from coordinator.actions.telling import send_task_books_again
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import acceptable_reason
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, Invalid, NotFound, TooLate
from coordinator.domain.firm_requests import KIND_NAMES, FirmRequest, RequestKind, sentence
from coordinator.domain.permissions import permit
from coordinator.domain.recusals import RecusalDecision
from coordinator.domain.replacing import barred_from
from coordinator.domain.rescheduling import (
    By,
    Wanted,
    is_done,
    place,
    places,
    refuse_inspected,
    rescheduled,
    standing_of,
    visit_of,
)
from coordinator.domain.reschedulings import Rescheduling
from coordinator.storage import audit, findings, firm_requests, recusals, reschedulings, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.reschedulings import StandingMember
from coordinator.storage.rounds import Stage, StoredRound
from solver.planning.moving import Obstacle
from solver.planning.moving.after_lots import Alternative, shifted
from solver.planning.plan import Tour, Visit
from solver.planning.problem import Barred


class Movable(Struct, frozen=True, kw_only=True):
    """A visit in hand after the lots, with every half-day where it could go, or why not."""

    dispatch: Dispatch
    tour: Tour
    visit: Visit
    places: tuple[Alternative, ...]


async def find_places(services: Services, actor: Actor, round_: UUID, dispatch: Dispatch, matter: str) -> Movable:
    """Say where a visit may go; raises NotFound, TooLate, Conflict where it may not be moved at all."""
    permit(actor, Act.PLAN_ROUND)
    now = services.clock()
    async with transaction(services.pool, actor) as db:
        _refuse_stage(await rounds.round_by_id(db, round_))
        tour, visit = await _movable(db, round_, dispatch, matter, services)
        barred = await _barred(db, round_, dispatch)
    found = await asyncio.to_thread(places, barred, matter, now)
    return Movable(dispatch=barred, tour=tour, visit=visit, places=found)


async def reschedule(services: Services, actor: Actor, round_: UUID, wanted: Wanted) -> Rescheduling | Obstacle:
    """Move a visit with its drawn team; gives the rule that forbids it where one does.

    Raises Conflict where the visit is not where it was seen; a second press by the same person has no further effect.
    """
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        return await _reschedule(db, services, actor, round_, wanted, None)


async def grant_move(
    services: Services, actor: Actor, id_: UUID, wanted: Wanted, words: str
) -> Rescheduling | Obstacle:
    """Grant what a firm asked by moving its visit, and answer it, in one act; raises Invalid, Conflict."""
    permit(actor, Act.ANSWER_REQUESTS)
    permit(actor, Act.PLAN_ROUND)
    async with transaction(services.pool, actor) as db:
        asked = _waiting(await firm_requests.lock_request(db, id_), wanted)
        said = asked.answer or sentence(words, "answer", "请写一句答复")
        made = await _reschedule(db, services, actor, asked.round, wanted, id_)
        if isinstance(made, Rescheduling) and asked.answered_at is None:
            await firm_requests.put_answer(db, id_, said, actor.name, services.clock(), granted=True)
            kind = KIND_NAMES[asked.kind]
            await audit.append(db, actor, "firm_request_answered", asked.round, asked.target, kind=kind, granted=True)
    return made


async def _reschedule(
    db: Connection, services: Services, actor: Actor, round_: UUID, wanted: Wanted, request: UUID | None
) -> Rescheduling | Obstacle:
    stored = _refuse_stage(await rounds.lock_round(db, round_))
    dispatch = await load_dispatch(db, actor, round_)
    if is_done(dispatch, actor, wanted):
        return dispatch.rescheduled[-1]
    if request and any(each.request == request for each in dispatch.rescheduled):
        raise Conflict("这个申请已经办理改期。", remedy="要再改的，请从检查对象的页面办理。")
    asked = replace(wanted, reason=acceptable_reason(wanted.reason))
    tour, _ = await _movable(db, round_, dispatch, asked.matter, services)
    if tour.half_day != asked.half_day_seen:
        raise Conflict("您看的时候，这次检查已经改到别的时间。", remedy="请看过现在的安排再选。")
    chosen = place(await _barred(db, round_, dispatch), asked.matter, asked.half_day, services.clock())
    if chosen.obstacle is not None:
        return chosen.obstacle
    by = By(actor=actor, at=services.clock(), changes=stored.team_changes, request=request)
    made = rescheduled(dispatch, asked, chosen, by)
    await _record(db, services, actor, stored, dispatch, made)
    return made


async def _record(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, dispatch: Dispatch, made: Rescheduling
) -> None:
    before = standing_of(dispatch)
    after = shifted(dispatch.problem, before, made.shift)
    touched = {made.was_tour, made.tour}
    gone = [role.id for tour in before.plan.tours if tour.id in touched for role in tour.roles]
    going = [
        StandingMember(role.id, after.published.get(role.id, role.id), tour.half_day, one)
        for tour in after.plan.tours
        if tour.id in touched
        for role in tour.roles
        for one in after.teams[role.id]
    ]
    await reschedulings.insert_rescheduling(db, stored.id, made)
    await reschedulings.put_members(db, stored.id, gone, going)
    facts = {"matter": made.matter, "of": made.was_tour, "was_half_day": made.was_half_day, "to": made.tour}
    facts |= {"half_day": made.half_day, "start": made.start, "reason": made.reason}
    facts |= {"request": str(made.request)} if made.request else {}
    await audit.append(db, actor, "visit_rescheduled", stored.id, made.target, **facts)
    await send_task_books_again(db, services, actor, stored)


def _refuse_stage(stored: StoredRound | None) -> StoredRound:
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    if stored.stage not in (Stage.TEAMS_DRAWN, Stage.DISPATCHED):
        raise TooLate("还没有抽签，没有可以改期的检查。", remedy="抽签之前，请在排期里移动。")
    return stored


async def _movable(
    db: Connection, round_: UUID, dispatch: Dispatch, matter: str, services: Services
) -> tuple[Tour, Visit]:
    """The visit of a matter, which has neither begun nor a result."""
    tour, visit = visit_of(dispatch, matter, services.clock())
    refuse_inspected(dispatch, visit, await findings.findings(db, round_))
    return tour, visit


async def _barred(db: Connection, round_: UUID, dispatch: Dispatch) -> Dispatch:
    """The round with everybody barred whose recusal was granted so far."""
    granted = [each for each in await recusals.requests(db, round_) if each.decision is RecusalDecision.GRANTED]
    bars = [Barred(inspector=each.inspector, target=each.target, reason=each.reason) for each in granted]
    return barred_from(dispatch, bars)


def _waiting(found: FirmRequest | None, wanted: Wanted) -> FirmRequest:
    """Give back a request to move this very visit that waits, or was granted by the very same move before."""
    if found is None:
        raise NotFound("没有这个申请。", remedy="请从列表里选择。")
    if found.kind is not RequestKind.MOVE or found.visit != wanted.matter:
        raise Invalid("这个申请不是要给这次检查改期的。", field="half_day")
    if found.granted is False:
        raise Conflict("这个申请已经答复过了。", remedy="企业已能看到那次答复。", field="answer")
    return found

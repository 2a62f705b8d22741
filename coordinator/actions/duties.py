"""What somebody owes now, over all rounds, read as that person may read it.

What is owed is decided in domain/duties.py; nothing is changed here.
"""

from coordinator.actions.beginning import today_of
from coordinator.actions.calendars import calendar_of
from coordinator.actions.noticing import notices_now
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.duties import (
    NOTICES_LAST,
    Duty,
    DutyKind,
    in_order,
    to_answer,
    to_approve,
    to_chase,
    to_enter,
    to_hand_in,
    to_read,
)
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import may
from coordinator.storage import approvals, draws, duties, hand_ins, late_causes, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.draws import DrawState
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import HEAD, read_head
from solver.chance.head import Stage as DrawStage
from solver.chance.identifiers import Party

_DRAWS = {Stage.FROZEN: DrawStage.TARGETS, Stage.LOTS_FROZEN: DrawStage.TEAMS}
_NEXT = {
    Stage.COLLECTED: DutyKind.FIX_FRAME,
    Stage.FROZEN: DutyKind.DRAW_TARGETS,
    Stage.DRAWN: DutyKind.PLAN,
    Stage.PLANNED: DutyKind.DRAW_TEAMS,
    Stage.LOTS_FROZEN: DutyKind.DRAW_TEAMS,
}


async def read_duties(services: Services, actor: Actor) -> tuple[Duty, ...]:
    """What somebody's department owes, or the next step of every round for the coordinator; nothing for others.

    Through a token, what it is good for of that.
    """
    coordinates = may(actor, Act.BEGIN_ROUND)
    if not coordinates and actor.department is None:
        return ()
    async with transaction(services.pool, actor) as db:
        real = [each for each in await rounds.rounds(db) if each.rehearsal_seed is None]
        found: list[Duty] = []
        for stored in real:
            steps = _next_steps(db, services, actor, stored) if coordinates else _owed(db, services, actor, stored)
            found += await steps
        return in_order(found, await calendar_of(db, actor), today_of(services))


async def _next_steps(db: Connection, services: Services, actor: Actor, stored: StoredRound) -> list[Duty]:
    name = stored.settings.round.name
    asked = await hand_ins.collection(db, stored.id) if stored.stage is Stage.COLLECTED else None
    if asked is not None:
        return [to_chase(stored.id, name, asked.due_on, tuple(await duties.missing(db, stored.id)))]
    late = await late_causes.filed(db, stored.id) if stored.stage is Stage.PLANNED else []
    if waiting := sum(each.waits for each in late):
        return [Duty(kind=DutyKind.TAKE_IN, round=stored.id, round_name=name, count=waiting)]
    if stored.stage not in _NEXT:
        return await _after_lots(db, services, actor, stored)
    return [Duty(kind=_NEXT[stored.stage], round=stored.id, round_name=name)]


async def _after_lots(db: Connection, services: Services, actor: Actor, stored: StoredRound) -> list[Duty]:
    """The papers, what was asked, and what others found at one's own targets."""
    round_, name = stored.id, stored.settings.round.name
    told = await _told_lately(db, services, actor, stored, stored.settings.round.coordinator)
    return [
        *to_approve(round_, name, await approvals.approvals(db, round_), stored.team_changes),
        *to_answer(round_, name, await duties.asked(db, round_)),
        *to_read(round_, name, told),
    ]


async def _owed(db: Connection, services: Services, actor: Actor, stored: StoredRound) -> list[Duty]:
    department, name = DepartmentId(actor.department or ""), stored.settings.round.name
    if stored.stage is Stage.COLLECTED and may(actor, Act.HAND_IN):
        stands = await duties.handed_in(db, stored.id, department)
        return [*to_hand_in(stored.id, name, stands)] if stands else []
    if stored.stage in _DRAWS and may(actor, Act.COMMIT):
        part = await _part_in_draw(db, stored, department)
        return [part] if part else []
    if stored.stage is Stage.DISPATCHED and may(actor, Act.ENTER_RESULTS):
        missing = await duties.outstanding(db, stored.id, department, today_of(services))
        told = await _told_lately(db, services, actor, stored, department)
        return [*to_enter(await calendar_of(db, actor), stored.id, name, missing), *to_read(stored.id, name, told)]
    return []


async def _told_lately(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, department: DepartmentId
) -> int:
    now = services.clock()
    told = await notices_now(db, actor, stored, now, today_of(services) - NOTICES_LAST)
    return sum(each.notice.to == department for each in told)


async def _part_in_draw(db: Connection, stored: StoredRound, department: DepartmentId) -> Duty | None:
    """Commit, then reveal, where parties hold a draw and this department is one of them."""
    draw = await draws.standing_draw(db, stored.id, _DRAWS[stored.stage])
    if draw is None or draw.single_operator or draw.state is not DrawState.FIXED:
        return None
    if Party(department) not in read_head(await draws.file(db, draw.id, HEAD)).parties:
        return None
    own = next((each for each in await draws.commitments(db, draw.id) if each.party == department), None)
    is_too_late = own is None and draw.closed_at is not None
    if is_too_late or (own is not None and own.secret is not None):
        return None
    kind = DutyKind.COMMIT if own is None else DutyKind.REVEAL
    return Duty(kind=kind, round=stored.id, round_name=stored.settings.round.name)

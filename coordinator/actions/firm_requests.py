"""What firms ask of their visits, and the answers: asked through a letter, answered by the coordinating office.

Nothing moves here: another day is granted by moving the visit (`rescheduling`), a recusal where teams are changed.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from coordinator.actions.opening import Opened
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, Invalid, NotFound, TooLate
from coordinator.domain.firm_requests import (
    KIND_NAMES,
    FirmRequest,
    RequestKind,
    Wish,
    followed_by,
    new_request,
    sentence,
)
from coordinator.domain.permissions import permit
from coordinator.domain.recusals import RecusalRequest
from coordinator.storage import audit, firm_requests, recusals, reschedulings
from coordinator.storage.connection import Connection, transaction


async def ask(services: Services, firm: Opened, dispatch: Dispatch, wish: Wish) -> FirmRequest:
    """Ask something of the firm's own visits; raises Invalid, Conflict where the same waits for its answer."""
    permit(firm.actor, Act.USE_LETTER)
    announcement = announcements(dispatch).get(firm.letter.target)
    if announcement is None:
        raise TooLate("现在没有可以告诉您的检查安排，不能在这里提出。", remedy="请打函上的电话。")
    wanted = new_request(uuid4(), firm.letter, announcement, dispatch, wish, services.clock())
    async with transaction(services.pool, firm.actor) as db:
        if not await firm_requests.insert_request(db, wanted):
            raise Conflict(
                f"您的{KIND_NAMES[wish.kind]}申请已经收到，正在等待答复。",
                remedy="答复会写在检查页面上。",
                field="reason",
            )
        await audit.append(
            db, firm.actor, "firm_request_made", wanted.round, firm.letter.number, kind=KIND_NAMES[wish.kind]
        )
    return wanted


async def own_requests(services: Services, firm: Opened) -> tuple[FirmRequest, ...]:
    """What stands for this firm in this round, with the answers."""
    permit(firm.actor, Act.USE_LETTER)
    async with transaction(services.pool, firm.actor) as db:
        return tuple(await firm_requests.requests(db))


async def listed_requests(services: Services, actor: Actor) -> tuple[FirmRequest, ...]:
    """All requests that the actor may see, those that wait first; a department sees those of its own visits."""
    permit(actor, Act.SEE_REQUESTS)
    async with transaction(services.pool, actor) as db:
        return tuple(await firm_requests.requests(db))


async def one_request(services: Services, actor: Actor, id_: UUID) -> FirmRequest:
    """One request; raises NotFound, also for one that is not the actor's to see."""
    permit(actor, Act.SEE_REQUESTS)
    async with transaction(services.pool, actor) as db:
        found = await firm_requests.request(db, id_)
    if found is None:
        raise NotFound("没有这个申请。", remedy="请从列表里选择。")
    return found


async def recusals_asked(
    services: Services, actor: Actor, requests: Sequence[FirmRequest]
) -> dict[UUID, RecusalRequest]:
    """What was asked of the head of the organ since firms wished recusals, by the wish's id; the latest of each."""
    permit(actor, Act.SEE_REQUESTS)
    wishes = [each for each in requests if each.kind is RequestKind.RECUSAL]
    async with transaction(services.pool, actor) as db:
        asked = {round_: await recusals.requests(db, round_) for round_ in sorted({each.round for each in wishes})}
    found = {each.id: followed_by(each, asked[each.round]) for each in wishes}
    return {id_: recusal for id_, recusal in found.items() if recusal is not None}


async def answer_request(services: Services, actor: Actor, id_: UUID, words: str, *, granted: bool) -> None:
    """Answer a request with yes or no and a sentence, once; raises Invalid, Conflict."""
    permit(actor, Act.ANSWER_REQUESTS)
    said = sentence(words, "answer", "请写一句答复")
    async with transaction(services.pool, actor) as db:
        found = await firm_requests.lock_request(db, id_)
        if found is None:
            raise NotFound("没有这个申请。", remedy="请从列表里选择。")
        if found.answered_at is not None:
            raise Conflict("这个申请已经答复过了。", remedy="企业已能看到那次答复。", field="answer")
        if granted:
            await _refuse_empty_promise(db, found)
        await firm_requests.put_answer(db, id_, said, actor.name, services.clock(), granted=granted)
        kind = KIND_NAMES[found.kind]
        await audit.append(db, actor, "firm_request_answered", found.round, found.target, kind=kind, granted=granted)


async def _refuse_empty_promise(db: Connection, asked: FirmRequest) -> None:
    """Raise Invalid where a firm would be told that its visit moves while it stands where it stood."""
    moved = [each for each in await reschedulings.reschedulings(db, asked.round) if each.matter == asked.visit]
    if asked.kind is RequestKind.MOVE and not any(each.at >= asked.made_at for each in moved):
        raise Invalid("同意改期的，请选择新的时间：改期和答复一次办完。", field="granted")

"""The interface for programs: recusals after the lots and what firms ask of their visits; asked, listed, decided.

Who sees and who decides what is decided as on the pages; nobody decides the recusal that the same person asked for.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.firm_requests import answer_request, listed_requests, one_request
from coordinator.actions.recusing import RecusalWish, ask_recusal, decide_recusal, read_recusals
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import LONGEST_REASON
from coordinator.domain.firm_requests import LONGEST, RequestKind
from coordinator.domain.permissions import permit
from coordinator.domain.recusals import RecusalCause, RecusalDecision, RecusalRequest, Replacement
from coordinator.web.api.answers import Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.memory import Memory
from coordinator.web.shown.requests import RequestLine, request_lines

ROUND = "/rounds/{round_id:uuid}"
Reason = Annotated[str, Meta(max_length=LONGEST_REASON)]
Code = Annotated[str, Meta(max_length=100)]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200)


class PlaceChanged(Struct, frozen=True, kw_only=True):
    """A place of a team or desk matter that changed hands; nobody `comes` where nobody could."""

    lot: str
    leaves: str
    comes: str | None
    candidates: tuple[str, ...]


class RecusalLine(Struct, frozen=True, kw_only=True):
    """Who should not go where; without a decision it waits, until the day on which it is due."""

    id: UUID
    target: str
    inspector: str
    department: str
    cause: RecusalCause
    reason: str
    asked_name: str
    asked_at: datetime
    due_on: date
    decision: RecusalDecision | None
    decided_name: str | None
    decided_at: datetime | None
    decision_reason: str | None
    replacements: tuple[PlaceChanged, ...]


class RecusalAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`target` and `inspector` by their codes; `requested` where the firm asks it."""

    target: Code
    inspector: Code
    reason: Reason
    cause: RecusalCause


class RecusalDecided(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    decision: RecusalDecision
    reason: Reason


class FirmRequestLine(Struct, frozen=True, kw_only=True):
    """What a firm asks of its visit, with the answer once there is one; `inspector` only where one may know."""

    id: UUID
    kind: RequestKind
    target: str
    target_name: str
    visit: str
    wish: str
    wished_day: date | None
    inspector: str | None
    reason: str
    made_at: datetime
    granted: bool | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class FirmRequestAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    granted: bool
    answer: Annotated[str, Meta(max_length=LONGEST, pattern=r"^[^\x00]*$", description="给企业看的一句话")]


@listing(f"{ROUND}/recusals", tags=["回避"], summary="抽签之后的回避：谁提出、怎样决定、谁接替")
async def list_recusals(
    turn: Given[Turn], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[list[RecusalLine]]:
    lines = await _recusals(services, actor, planned.reading.stored.id)
    return turn.cut(lines, lambda _, each: str(each.id))


@write(f"{ROUND}/recusals", tags=["回避"], summary="提出一名人员不去一个对象；决定之前照常检查")
async def post_recusal(
    round_id: FromPath[UUID], data: JSONBody[RecusalAsked], actor: Given[Actor], services: Given[Services]
) -> RecusalLine:
    wish = RecusalWish(target=data.target, inspector=data.inspector, cause=data.cause, reason=data.reason)
    return _line(await ask_recusal(services, actor, round_id, wish), ())


@write(
    f"{ROUND}/recusals/{{request_id:uuid}}/decide",
    tags=["回避"],
    summary="准予或驳回别人提出的回避；准予的，按公布的顺序接替",
)
async def post_recusal_decision(
    round_id: FromPath[UUID],
    request_id: FromPath[UUID],
    data: JSONBody[RecusalDecided],
    actor: Given[Actor],
    services: Given[Services],
) -> RecusalLine:
    permit(actor, Act.SEE_PLAN)
    await decide_recusal(services, actor, round_id, request_id, data.decision, data.reason)
    return next(each for each in await _recusals(services, actor, round_id) if each.id == request_id)


@listing(f"{ROUND}/requests", tags=["企业的申请"], summary="企业对检查的申请和答复，等答复的在前")
async def list_requests(
    turn: Given[Turn], whole: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[list[FirmRequestLine]]:
    asked = [each for each in await listed_requests(services, actor) if each.round == whole.reading.stored.id]
    lines = request_lines(whole, asked, department=actor.department)
    return turn.cut([_asked(each) for each in lines], lambda _, each: str(each.id))


@write(
    "/requests/{request_id:uuid}/answer",
    tags=["企业的申请"],
    summary="答复一个申请，一次为定；同意改期的，先改期再答复",
)
async def post_request_answer(
    request_id: FromPath[UUID],
    data: JSONBody[FirmRequestAnswer],
    actor: Given[Actor],
    services: Given[Services],
    memory: Given[Memory],
) -> FirmRequestLine:
    permit(actor, Act.ANSWER_REQUESTS)
    await one_request(services, actor, request_id)
    await answer_request(services, actor, request_id, data.answer, granted=data.granted)
    found = await one_request(services, actor, request_id)
    known = await memory.recall(PUBLICATION, found.round)
    (line,) = request_lines(known, [found], department=actor.department)
    return _asked(line)


async def _recusals(services: Services, actor: Actor, round_: UUID) -> list[RecusalLine]:
    reading = await read_recusals(services, actor, round_)
    return [_line(each, reading.replacements) for each in reading.requests]


def _line(request: RecusalRequest, replacements: Iterable[Replacement]) -> RecusalLine:
    places = [each for each in replacements if each.request == request.id]
    changed = msgspec.convert(places, tuple[PlaceChanged, ...], from_attributes=True)
    said = {name: getattr(request, name) for name in RecusalLine.__struct_fields__ if name != "replacements"}
    return RecusalLine(**said, replacements=changed)


def _asked(line: RequestLine) -> FirmRequestLine:
    asked = line.request
    return FirmRequestLine(
        id=asked.id,
        kind=asked.kind,
        target=asked.target,
        target_name=line.target_name,
        visit=line.visit,
        wish=line.wish,
        wished_day=asked.wished_day,
        inspector=line.inspector,
        reason=asked.reason,
        made_at=asked.made_at,
        granted=asked.granted,
        answer=asked.answer,
        answered_by=asked.answered_by,
        answered_at=asked.answered_at,
    )


RECUSALS = (list_recusals, post_recusal, post_recusal_decision, list_requests, post_request_answer)

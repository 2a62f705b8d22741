"""The interface for programs: a round planned again because something changed; what moves is seen, then taken or left.

Where a rule of the round is loosened, taking takes two people at their own screens (../staff/replanned.py).
"""

import asyncio
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.late_causes import causes_waiting
from coordinator.actions.replanning import (
    Asked,
    listed_replannings,
    live_plan_of,
    read_replanning,
    request_replanning,
    stop_replanning,
)
from coordinator.actions.replanning_choices import leave, take
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid
from coordinator.domain.late_causes import additions
from coordinator.domain.permissions import permit
from coordinator.domain.replannings import in_words
from coordinator.domain.reported_changes import Event, Reported, alteration_of
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.api.planning import PlanningEnd, Seconds
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.replanning_answers import (
    Remedies,
    ReplanningLine,
    ReplanningShown,
    answer_shown,
    line_shown,
    remedies_shown,
)
from solver.planning.alterations import Alteration

MOST = 100
AGAIN, ONE = "/rounds/{round_id:uuid}/replannings", "/rounds/{round_id:uuid}/replannings/{replanning_id:uuid}"
read = partial(get, responses=ERRORS, tags=["重排"])
write = partial(post, responses=of_writing(), operation_class=Keyed, tags=["重排"])


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has happened: somebody `away`, a firm `closed`, or another `window` for a firm's matters.

    `who` is a number, a code or a full name; days are as in workbooks, `part` is am or pm, empty for whole days.
    """

    event: Event
    who: str
    first: str = ""
    last: str = ""
    part: str = ""
    department: str = ""


class ReplanningWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`plan` is the one that was looked at; `remedies` are handed back as they were offered."""

    plan: UUID
    seconds: Seconds
    changes: Annotated[list[Change], Meta(max_length=MOST)] = []
    remedies: Annotated[list[str], Meta(max_length=MOST)] = []


@read("/rounds/{round_id:uuid}/remedies", summary="现行方案，能补救未排入事项的办法，和登记了待排入的临时任务")
async def get_remedies(
    round_id: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Remedies:
    live = await live_plan_of(services, actor, round_id)
    offered = await asyncio.to_thread(lambda: planned.offers)
    filed = additions(planned.dispatch, await causes_waiting(services, actor, round_id))
    return remedies_shown(live.id, planned.dispatch.problem, offered, filed)


@listing(AGAIN, tags=["重排"], summary="一轮的重排，新的在前")
async def list_replannings(
    turn: Given[Turn], round_id: FromPath[UUID], planned: Given[Known], actor: Given[Actor], services: Given[Services]
) -> Response[list[ReplanningLine]]:
    found = await listed_replannings(services, actor, round_id)
    lines = [line_shown(each, in_words(planned.dispatch.problem, each.alterations)) for each in found]
    return turn.cut(lines, lambda _, each: str(each.id))


@write(AGAIN, status_code=202, summary="写明变动，重排；现行方案不变，排好后再决定用不用")
async def post_replanning(
    round_id: FromPath[UUID],
    data: JSONBody[ReplanningWish],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
) -> Response[ReplanningShown]:
    permit(actor, Act.WATCH_PLANNING)
    permit(actor, Act.PLAN_ROUND)
    alterations = await asyncio.to_thread(_alterations, planned, data)
    wish = Asked(plan=data.plan, alterations=alterations, seconds=float(data.seconds))
    id_ = await request_replanning(services, actor, round_id, wish)
    shown = await _shown(services, actor, round_id, id_)
    return Response(shown, headers={"Location": f"/api/v1/rounds/{round_id}/replannings/{id_}"})


@read(ONE, summary="一次重排：进度，两个方案的数字，动了哪些，为什么")
async def get_replanning(
    round_id: FromPath[UUID], replanning_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> ReplanningShown:
    return await _shown(services, actor, round_id, replanning_id)


@write(f"{ONE}/stop", status_code=200, summary="提前结束重排：用当前方案，或者不要")
async def post_replanning_stop(
    round_id: FromPath[UUID],
    replanning_id: FromPath[UUID],
    data: JSONBody[PlanningEnd],
    actor: Given[Actor],
    services: Given[Services],
) -> ReplanningShown:
    permit(actor, Act.WATCH_PLANNING)
    await stop_replanning(services, actor, round_id, replanning_id, data.how)
    return await _shown(services, actor, round_id, replanning_id)


@write(f"{ONE}/take", status_code=200, summary="采用新方案；放宽规则的，须两人在页面上办理")
async def post_replanning_take(
    round_id: FromPath[UUID], replanning_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> ReplanningShown:
    permit(actor, Act.WATCH_PLANNING)
    await take(services, actor, round_id, replanning_id)
    return await _shown(services, actor, round_id, replanning_id)


@write(f"{ONE}/leave", status_code=200, summary="不用新方案，现行方案不变")
async def post_replanning_leave(
    round_id: FromPath[UUID], replanning_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> ReplanningShown:
    permit(actor, Act.WATCH_PLANNING)
    await leave(services, actor, round_id, replanning_id)
    return await _shown(services, actor, round_id, replanning_id)


def _alterations(known: Known, wish: ReplanningWish) -> tuple[Alteration, ...]:
    """What is to be altered; raises Invalid."""
    remedies = [each for remedy in wish.remedies for each in _remedy(remedy)]
    changes = [Reported(**msgspec.structs.asdict(each)) for each in wish.changes]
    return (*remedies, *(alteration_of(known.dispatch, each) for each in changes))


def _remedy(remedy: str) -> tuple[Alteration, ...]:
    try:
        return msgspec.json.decode(remedy, type=tuple[Alteration, ...])
    except msgspec.DecodeError as error:
        raise Invalid("补救办法不对。", remedy="请从 remedies 里原样取来。") from error


async def _shown(services: Services, actor: Actor, round_: UUID, id_: UUID) -> ReplanningShown:
    return answer_shown(await read_replanning(services, actor, round_, id_), services.clock())


REPLANNING = (
    get_remedies,
    list_replannings,
    post_replanning,
    get_replanning,
    post_replanning_stop,
    post_replanning_take,
    post_replanning_leave,
)

"""The interface for programs: a plan asked for, how its planning fares, and the planning ended early.

What changes something needs, here as elsewhere, a token whose scopes name it and what is answered, and an
`Idempotency-Key`.
"""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.plan_requests import read_planning, request_plan, stop_planning
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.jobs import StopRequest
from coordinator.domain.permissions import permit
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given
from coordinator.web.shown.plannings import PlanningShown, planning_shown

Seconds = Annotated[int, Meta(ge=1, le=3600)]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200)
begin = partial(post, responses=of_writing(), operation_class=Keyed, status_code=202)


class PlanningWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seconds: Seconds


class PlanningEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`finish` takes the best plan so far, `cancel` none."""

    how: StopRequest


@get("/rounds/{round_id:uuid}/planning", tags=["排期"], summary="排期进行得怎样", responses=ERRORS)
async def get_planning(
    round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> PlanningShown:
    return planning_shown(await read_planning(services, actor, round_id), now)


@begin("/rounds/{round_id:uuid}/planning", tags=["排期"], summary="开始排期；正在排的话，跟着那一次")
async def post_planning(
    round_id: FromPath[UUID],
    data: JSONBody[PlanningWish],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> Response[PlanningShown]:
    permit(actor, Act.WATCH_PLANNING)
    await request_plan(services, actor, round_id, float(data.seconds))
    shown = planning_shown(await read_planning(services, actor, round_id), now)
    return Response(shown, headers={"Location": f"/api/v1/rounds/{round_id}/planning"})


@write(
    "/rounds/{round_id:uuid}/planning/stop",
    tags=["排期"],
    summary="提前结束排期：用当前方案，或者不要",
    status_code=200,
)
async def post_planning_stop(
    round_id: FromPath[UUID],
    data: JSONBody[PlanningEnd],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> PlanningShown:
    permit(actor, Act.WATCH_PLANNING)
    await stop_planning(services, actor, round_id, data.how)
    return planning_shown(await read_planning(services, actor, round_id), now)


PLANNING = (get_planning, post_planning, post_planning_stop)

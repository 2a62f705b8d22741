"""The interface for programs: where a visit may go after the lots with its drawn team, and moved there.

What a firm asked is answered afterwards (recusals.py); a screen does both in one act.
"""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.rescheduling import find_places, reschedule
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.approvals import LONGEST_REASON
from coordinator.domain.errors import Invalid
from coordinator.domain.rescheduling import Wanted
from coordinator.domain.reschedulings import Rescheduling
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.rescheduling import ReschedulingShown, obstacle_words, rescheduling_shown

TAGS = ["改期"]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=TAGS)


class ReschedulingWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`half_day_seen` is where the visit stood when one looked: where it stands elsewhere now, nothing is done."""

    half_day: str
    half_day_seen: str
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)]


class Rescheduled(Struct, frozen=True, kw_only=True):
    """Where a visit stood and where it stands now."""

    matter: str
    target: str
    was_half_day: str
    was_start: str
    was_tour: str
    half_day: str
    start: str
    tour: str


@get(
    "/rounds/{round_id:uuid}/visits/{matter:str}/places",
    tags=TAGS,
    summary="抽签之后，一次检查还能改到哪些半天；matter 是其中任一事项",
    responses=ERRORS,
)
async def get_places(
    round_id: FromPath[UUID],
    matter: FromPath[str],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
) -> ReschedulingShown:
    return rescheduling_shown(await find_places(services, actor, round_id, planned.dispatch, matter))


@write("/rounds/{round_id:uuid}/visits/{matter:str}/rescheduling", summary="改期：抽中的人员跟着一起改")
async def post_rescheduling(
    round_id: FromPath[UUID],
    matter: FromPath[str],
    data: JSONBody[ReschedulingWish],
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
) -> Rescheduled:
    wanted = Wanted(matter=matter, half_day=data.half_day, half_day_seen=data.half_day_seen, reason=data.reason)
    made = await reschedule(services, actor, round_id, wanted)
    if not isinstance(made, Rescheduling):
        raise Invalid(f"不能改到这个时间：{obstacle_words(planned.dispatch, made)}。", field="half_day")
    return _shown(made)


def _shown(made: Rescheduling) -> Rescheduled:
    return Rescheduled(
        matter=made.matter,
        target=made.target,
        was_half_day=made.was_half_day,
        was_start=made.was_start,
        was_tour=made.was_tour,
        half_day=made.half_day,
        start=made.start,
        tour=made.tour,
    )


RESCHEDULINGS = (get_places, post_rescheduling)

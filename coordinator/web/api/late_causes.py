"""The interface for programs: a caused inspection that comes after the plan: tried, filed, taken back.

What may be filed by whom is decided in actions/late_causes.py; planning it in is in `replanning`, with the remedies.
"""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.late_causes import file_cause, filed_causes, look_at_cause, withdraw_cause
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.codes import CauseSource
from coordinator.domain.ids import DepartmentId
from coordinator.domain.late_causes import CauseWish, FiledCause
from coordinator.web.api.answers import Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given

TAGS = ["重排"]
LATE = "/rounds/{round_id:uuid}/late-causes"
Printed = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=TAGS)


class LateCauseWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department wants filed; `last` is the last day, inclusive. What is wrong is said field by field."""

    department: Printed
    target: Printed
    item: Printed
    source: CauseSource
    document: Annotated[Printed, Meta(description="依据的文号或登记编号")]
    note: Annotated[Printed, Meta(description="事由")]
    last: date

    @property
    def wish(self) -> CauseWish:
        return CauseWish(
            department=DepartmentId(self.department),
            target=self.target,
            item=self.item,
            source=self.source.value,
            document=self.document,
            note=self.note,
            last=self.last.isoformat(),
        )


class CauseTried(Struct, frozen=True, kw_only=True):
    """What would be filed, and what should be known before."""

    target: str
    name: str
    item: str
    first_day: date
    last_day: date
    warnings: tuple[str, ...]


@listing(LATE, tags=TAGS, summary="临时增加的任务（排期之后的特别检查），先登记的在前")
async def list_late_causes(
    turn: Given[Turn], round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[list[FiledCause]]:
    return turn.cut(await filed_causes(services, actor, round_id), lambda _, each: str(each.id))


@write(f"{LATE}/trial", summary="只核对，不登记：写明要注意的")
async def post_late_cause_trial(
    round_id: FromPath[UUID], data: JSONBody[LateCauseWish], actor: Given[Actor], services: Given[Services]
) -> CauseTried:
    found = await look_at_cause(services, actor, round_id, data.wish)
    return CauseTried(
        target=found.target.id,
        name=found.target.name,
        item=found.item.code,
        first_day=found.first_day,
        last_day=found.last_day,
        warnings=found.warnings,
    )


@write(LATE, summary="登记一项；排入方案要重排并采用")
async def post_late_cause(
    round_id: FromPath[UUID], data: JSONBody[LateCauseWish], actor: Given[Actor], services: Given[Services]
) -> FiledCause:
    return await _filed(services, actor, round_id, await file_cause(services, actor, round_id, data.wish))


@write(f"{LATE}/{{cause_id:uuid}}/withdraw", summary="撤回还没有排入的一项")
async def post_late_cause_withdrawn(
    round_id: FromPath[UUID], cause_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> FiledCause:
    await withdraw_cause(services, actor, round_id, cause_id)
    return await _filed(services, actor, round_id, cause_id)


async def _filed(services: Services, actor: Actor, round_: UUID, id_: UUID) -> FiledCause:
    return next(each for each in await filed_causes(services, actor, round_) if each.id == id_)


LATE_CAUSES = (list_late_causes, post_late_cause_trial, post_late_cause, post_late_cause_withdrawn)

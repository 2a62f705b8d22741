"""The interface for programs: two records of the directory compared, merged into the one that stands, separated again.

The list of pairs to look at is in `directories`; who may merge what is decided in actions/duplicates.py.
"""

from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from coordinator.actions.duplicates import compare, merge, undo_merge
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.ids import TargetId
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.given import Given
from coordinator.web.shown.directory_entries import DuplicatePair, TargetMerged

LONGEST, PRINTED = 300, r"^[^\x00-\x1f]+$"
Named = Annotated[str, QueryParameter(max_length=LONGEST, pattern=PRINTED, description="名录中的代码")]
Code = Annotated[str, Meta(max_length=LONGEST, pattern=PRINTED)]
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["名录"])


class MergeWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`away` will refer to `stands`; `seen` is the digest of the pair as it was looked at."""

    away: Code
    stands: Code
    seen: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@get("/directories/duplicates/pair", responses=ERRORS, tags=["名录"], summary="名录中的两条记录并排")
async def get_pair(actor: Given[Actor], services: Given[Services], one: Named, other: Named) -> DuplicatePair:
    found = await compare(services, actor, TargetId(one), TargetId(other))
    return msgspec.convert(found, DuplicatePair, from_attributes=True)


@write("/directories/merges", summary="把一条记录并入另一条；什么也不删，可以撤销")
async def post_merge(data: JSONBody[MergeWish], actor: Given[Actor], services: Given[Services]) -> TargetMerged:
    return _shown(await merge(services, actor, TargetId(data.away), TargetId(data.stands), data.seen))


@write("/directories/merges/{merge_id:uuid}/undo", summary="撤销一次合并，两条记录又各自独立")
async def post_separation(merge_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]) -> TargetMerged:
    return _shown(await undo_merge(services, actor, merge_id))


def _shown(found: object) -> TargetMerged:
    return msgspec.convert(found, TargetMerged, from_attributes=True)


DUPLICATES = (get_pair, post_merge, post_separation)

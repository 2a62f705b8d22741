"""The interface for programs: a department's workbook tried, handed in and undone, as on its pages.

What a workbook comes to is decided in actions/handing_in.py, what is shown of it in ../shown/hand_ins.py.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, RequestBody, Schema
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from coordinator.actions.handing_in import find_hand_in, hand_in, try_workbook, undo
from coordinator.actions.reading_collections import filled_template, read_collection, returned_workbook
from coordinator.actions.services import Services
from coordinator.documents.templates import WORKBOOK_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.hand_ins import HandInId
from coordinator.domain.ids import DepartmentId
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.packages import BYTES
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.shown.collections import DepartmentLine, collection_shown
from coordinator.web.shown.hand_ins import HandInShown, hand_in_shown
from coordinator.web.uploads import LARGEST_UPLOAD
from coordinator.web.visiting import Asked

ROUND, ONE = "/rounds/{round_id:uuid}", "/rounds/{round_id:uuid}/hand-ins/{hand_in_id:uuid}"
FileName = Annotated[str, QueryParameter(min_length=1, max_length=200, description="工作簿的文件名")]
Named = Annotated[str, QueryParameter(max_length=100, description="部门名称；部门的令牌不用写")]
file_ = partial(get, responses=ERRORS, tags=["报送"], media_type=WORKBOOK_TYPE)


@dataclass
class Workbook(Keyed):
    """An operation whose body is a workbook, byte for byte."""

    def __post_init__(self) -> None:
        super().__post_init__()
        content = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        self.request_body = RequestBody(content={BYTES: content}, required=True)


write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["报送"])


class HandInWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`with_faults`: only the good rows count."""

    with_faults: bool = False


@listing(f"{ROUND}/hand-ins", tags=["报送"], summary="各部门报送到哪一步；部门只见自己的")
async def list_hand_ins(
    turn: Given[Turn],
    round_id: FromPath[UUID],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> Response[list[DepartmentLine]]:
    shown = collection_shown(await read_collection(services, actor, round_id), actor, now)
    return turn.cut(shown.departments, lambda _, each: each.department)


@file_(f"{ROUND}/template", summary="要填的工作簿，已填好本部门上次的名单")
async def get_template(
    round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services], department: Named = ""
) -> Response[bytes]:
    named = DepartmentId(department or actor.department or "")
    return Response(await filled_template(services, actor, round_id, named), media_type=WORKBOOK_TYPE)


@post(
    f"{ROUND}/hand-ins",
    responses=of_writing(),
    operation_class=Workbook,
    status_code=200,
    tags=["报送"],
    summary="试交一个工作簿：只核对，不采用",
    request_max_body_size=LARGEST_UPLOAD,
)
async def post_workbook(
    request: Asked,
    round_id: FromPath[UUID],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    file: FileName = "上报.xlsx",
) -> HandInShown:
    id_ = await try_workbook(services, actor, round_id, file, await request.body())
    return hand_in_shown(await find_hand_in(services, actor, round_id, id_), now)


@get(ONE, responses=ERRORS, tags=["报送"], summary="一次试交或提交，核对出的全部内容")
async def get_hand_in(
    round_id: FromPath[UUID],
    hand_in_id: FromPath[UUID],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> HandInShown:
    return hand_in_shown(await find_hand_in(services, actor, round_id, HandInId(hand_in_id)), now)


@write(f"{ONE}/commit", summary="提交试交过的工作簿")
async def post_hand_in(
    round_id: FromPath[UUID],
    hand_in_id: FromPath[UUID],
    data: JSONBody[HandInWish],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> HandInShown:
    found = await hand_in(services, actor, round_id, HandInId(hand_in_id), with_faults=data.with_faults)
    return hand_in_shown(found, now)


@write(f"{ONE}/undo", summary="撤销提交，恢复到提交之前")
async def post_undo(
    round_id: FromPath[UUID],
    hand_in_id: FromPath[UUID],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
) -> HandInShown:
    await undo(services, actor, round_id, HandInId(hand_in_id))
    return hand_in_shown(await find_hand_in(services, actor, round_id, HandInId(hand_in_id)), now)


@file_(f"{ONE}/returned", summary="退回的工作簿：原件上标出问题")
async def get_returned(
    round_id: FromPath[UUID], hand_in_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[bytes]:
    _, content = await returned_workbook(services, actor, round_id, HandInId(hand_in_id))
    return Response(content, media_type=WORKBOOK_TYPE)


HANDING_IN = (list_hand_ins, get_template, post_workbook, get_hand_in, post_hand_in, post_undo, get_returned)

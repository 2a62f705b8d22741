"""The interface for programs: a department's results: what it owes, its form fetched, tried, entered.

What a form comes to is decided in actions/result_uploads.py; what years come to is shown in `statistics`.
"""

from datetime import date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.entering import read_facts
from coordinator.actions.result_uploads import blank_form, enter_form, returned_form, tried_form, try_form
from coordinator.actions.services import Services
from coordinator.documents.templates import WORKBOOK_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.handing_in import FileName, Workbook
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.result_trials import ResultFormShown, result_form_shown
from coordinator.web.shown.results import StopLine, StopState, stop_lines
from coordinator.web.uploads import LARGEST_UPLOAD
from coordinator.web.visiting import Asked

ROUND = "/rounds/{round_id:uuid}"
FORMS, ONE = f"{ROUND}/results/forms", f"{ROUND}/results/forms/{{form_id:uuid}}"
file_ = partial(get, responses=ERRORS, tags=["结果"])
write = partial(post, responses=of_writing(), status_code=200, tags=["结果"])


class ResultsOwed(Struct, frozen=True, kw_only=True):
    """What is owed of one stop; `due_on` is the first day by which some of it must be public."""

    target: str
    name: str
    day: date
    results: int
    missing: int
    unpublished: int
    state: StopState
    due_on: date
    provisional: bool
    days_left: int


class EnterWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is that of the trial; `with_faults`: only the good rows count."""

    seen: Annotated[str, Meta(max_length=64)]
    with_faults: bool = False


@listing(f"{ROUND}/results", tags=["结果"], summary="每次检查还缺多少结果、哪天之前公示；先到期的在前")
async def list_results(
    turn: Given[Turn], planned: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[list[ResultsOwed]]:
    facts, today = await read_facts(services, actor, planned.reading), now.astimezone(LOCAL_TIME).date()
    lines = stop_lines(facts, planned.dispatch.calendar, today)
    return turn.cut([_owed(each) for each in lines], lambda _, each: f"{each.day} {each.target}")


@file_(f"{ROUND}/results/form", media_type=WORKBOOK_TYPE, summary="本部门的填报表，代码已填好")
async def get_form(planned: Given[Known], actor: Given[Actor]) -> Response[bytes]:
    return Response(await blank_form(actor, planned.reading), media_type=WORKBOOK_TYPE)


@write(
    FORMS, operation_class=Workbook, request_max_body_size=LARGEST_UPLOAD, summary="试交填好的填报表：只核对，不录入"
)
async def post_form(
    request: Asked, planned: Given[Known], actor: Given[Actor], services: Given[Services], file: FileName = "结果.xlsx"
) -> ResultFormShown:
    id_ = await try_form(services, actor, planned.reading, file, await request.body())
    return result_form_shown(await tried_form(services, actor, planned.reading, id_))


@get(ONE, responses=ERRORS, tags=["结果"], summary="一份填报表，此刻核对出的全部内容")
async def get_tried(
    planned: Given[Known], actor: Given[Actor], services: Given[Services], form_id: FromPath[UUID]
) -> ResultFormShown:
    return result_form_shown(await tried_form(services, actor, planned.reading, form_id))


@write(f"{ONE}/enter", operation_class=Keyed, summary="录入核对过的填报表；同样的内容只录一次")
async def post_results(
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    form_id: FromPath[UUID],
    data: JSONBody[EnterWish],
) -> ResultFormShown:
    await enter_form(services, actor, planned.reading, form_id, data.seen, with_faults=data.with_faults)
    return result_form_shown(await tried_form(services, actor, planned.reading, form_id))


@file_(f"{ONE}/returned", media_type=WORKBOOK_TYPE, summary="退回的填报表：原件上标出问题")
async def get_returned_form(
    planned: Given[Known], actor: Given[Actor], services: Given[Services], form_id: FromPath[UUID]
) -> Response[bytes]:
    _, content = await returned_form(services, actor, planned.reading, form_id)
    return Response(content, media_type=WORKBOOK_TYPE)


def _owed(line: StopLine) -> ResultsOwed:
    fields = {name: getattr(line, name) for name in ResultsOwed.__struct_fields__ if name not in {"target", "day"}}
    return ResultsOwed(target=line.stop.target, day=line.stop.day, **fields)


RESULTS = (list_results, get_form, post_form, get_tried, post_results, get_returned_form)

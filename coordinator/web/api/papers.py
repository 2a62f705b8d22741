"""The interface for programs: a round's papers one by one, as Word files or PDF, and all of them in one package.

What may be approved by whom is in `approvals`; who may open which paper from when, in actions/approving.py.
"""

import asyncio
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordinator.actions.annual_planning import give_cause
from coordinator.actions.approving import open_paper, read_approvals
from coordinator.actions.paper_packages import package_papers
from coordinator.actions.services import Services
from coordinator.documents.packing import ZIP_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import LONGEST_REASON
from coordinator.domain.papers import PaperKind
from coordinator.domain.permissions import permit
from coordinator.web.api.answers import ERRORS, Keyed, of_writing
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.papers import PaperShown, paper_lines
from coordinator.web.staff.papers import PDF_TYPE, WORD_TYPE, Subject, as_pdf, as_word

PAPERS_OF = "/rounds/{round_id:uuid}/papers"
ONE = f"{PAPERS_OF}/{{issue:int}}/{{kind:str}}"
file_ = partial(get, responses=ERRORS, tags=["审批"])


class UnplannedTask(Struct, frozen=True, kw_only=True):
    """A task that stands in no line of the year's published plan, and for which nobody has given a cause."""

    id: str
    name: str


class CauseWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    task: str
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)]


@listing(PAPERS_OF, tags=["审批"], summary="最近一次提请的各份文书；不予告知的通知书，检查开始之后才能取")
async def list_papers(
    turn: Given[Turn], planned: Given[Known], actor: Given[Actor], services: Given[Services], now: Given[datetime]
) -> Response[list[PaperShown]]:
    reading = await read_approvals(services, actor, planned.reading.stored.id)
    return turn.cut(paper_lines(planned, reading, now), lambda _, each: f"{each.issue} {each.kind} {each.subject}")


@file_(f"{ONE}/docx", media_type=WORD_TYPE, summary="一份文书，Word")
async def get_paper_docx(
    planned: Given[Known],
    issue: FromPath[int],
    kind: FromPath[PaperKind],
    actor: Given[Actor],
    services: Given[Services],
    of: Subject = "",
) -> Response[bytes]:
    opened = await open_paper(services, actor, planned.reading.stored.id, issue, kind, of, planned.reading.dispatch)
    return Response(await asyncio.to_thread(as_word, opened), media_type=WORD_TYPE)


@file_(f"{ONE}/pdf", media_type=PDF_TYPE, summary="一份文书，PDF")
async def get_paper_pdf(
    planned: Given[Known],
    issue: FromPath[int],
    kind: FromPath[PaperKind],
    actor: Given[Actor],
    services: Given[Services],
    of: Subject = "",
) -> Response[bytes]:
    opened = await open_paper(services, actor, planned.reading.stored.id, issue, kind, of, planned.reading.dispatch)
    return Response(await asyncio.to_thread(as_pdf, opened), media_type=PDF_TYPE)


@file_(f"{PAPERS_OF}/package", media_type=ZIP_TYPE, summary="批准的全部文书；部门得到本部门的")
async def get_papers_package(planned: Given[Known], actor: Given[Actor], services: Given[Services]) -> Response[bytes]:
    return Response(await package_papers(services, actor, planned.reading.stored.id), media_type=ZIP_TYPE)


@listing(f"{PAPERS_OF}/unplanned", tags=["审批"], summary="还要写明原因的任务：不在已公布的年度计划里")
async def list_unplanned_tasks(
    turn: Given[Turn], round_id: FromPath[UUID], actor: Given[Actor], services: Given[Services]
) -> Response[list[UnplannedTask]]:
    return turn.cut(await _unplanned(services, actor, round_id), lambda _, each: each.id)


@post(
    f"{PAPERS_OF}/unplanned",
    responses=of_writing(),
    operation_class=Keyed,
    status_code=200,
    tags=["审批"],
    summary="写明一项计划外任务的原因；回答还缺哪些",
)
async def post_cause(
    round_id: FromPath[UUID], data: JSONBody[CauseWish], actor: Given[Actor], services: Given[Services]
) -> list[UnplannedTask]:
    permit(actor, Act.SEE_PAPERS)
    await give_cause(services, actor, round_id, data.task, data.reason)
    return await _unplanned(services, actor, round_id)


async def _unplanned(services: Services, actor: Actor, round_: UUID) -> list[UnplannedTask]:
    lacking = (await read_approvals(services, actor, round_)).without_cause
    return [UnplannedTask(id=task.id, name=task.name) for task in lacking]


PAPERS = (list_papers, get_paper_docx, get_paper_pdf, get_papers_package, list_unplanned_tasks, post_cause)

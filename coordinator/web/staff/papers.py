"""Pages: a round's papers and their approval, and each paper as a file.

What may be approved by whom is decided in actions/approving.py.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from msgspec import Struct

from coordinator.actions.approving import OpenedPaper, approve, draw_up, open_paper, read_approvals, return_papers
from coordinator.actions.paper_packages import package_papers
from coordinator.actions.services import Services
from coordinator.documents.official.pdf_files import pdf_file
from coordinator.documents.official.word_files import word_file
from coordinator.documents.packing import ZIP_TYPE
from coordinator.domain.actors import Actor
from coordinator.domain.errors import Invalid
from coordinator.domain.papers import PaperKind
from coordinator.web.given import Given
from coordinator.web.known import Known
from coordinator.web.shown.papers import papers_shown
from coordinator.web.staff.framing import in_round
from coordinator.web.visiting import Asked, form_key, read_form

PDF_TYPE = "application/pdf"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA = {"docx": WORD_TYPE, "pdf": PDF_TYPE}
Subject = Annotated[
    str, QueryParameter(max_length=500, pattern=r"^[^\x00-\x1f]*$", description="文书的对象，实施方案不填")
]


class ApproveForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen` is the digest of the set that the page showed."""

    seen: str
    number: str = ""


class ReturnForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: str
    reason: str = ""


@get("/rounds/{round_id:uuid}/papers", include_in_schema=False)
async def papers_page(
    request: Asked,
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    now: Given[datetime],
    q: FromQuery[str] = "",
    number: FromQuery[int] = 1,
) -> Response[bytes]:
    """The papers of a round and what can be done about them now."""
    reading = await read_approvals(services, actor, planned.reading.stored.id)
    shown = papers_shown(planned, reading, now, q, number)
    return in_round("papers.html", planned, now, actor, shown=shown, form_key=form_key(request), fault=None)


@post("/rounds/{round_id:uuid}/papers", include_in_schema=False)
async def draw_up_papers(actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]) -> Redirect:
    """Draw the papers up and ask for approval."""
    await draw_up(services, actor, round_id)
    return _back(round_id)


@post("/rounds/{round_id:uuid}/papers/approve", include_in_schema=False)
async def approve_papers(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    planned: Given[Known],
    now: Given[datetime],
    round_id: FromPath[UUID],
) -> Response[bytes] | Redirect:
    """Approve what the page showed."""
    form = await read_form(request, ApproveForm)
    try:
        await approve(services, actor, round_id, form.seen, form.number)
    except Invalid as fault:
        return await _again(request, planned, actor, services, now, fault)
    return _back(round_id)


@post("/rounds/{round_id:uuid}/papers/return", include_in_schema=False)
async def return_for_change(
    request: Asked,
    actor: Given[Actor],
    services: Given[Services],
    planned: Given[Known],
    now: Given[datetime],
    round_id: FromPath[UUID],
) -> Response[bytes] | Redirect:
    """Return what the page showed."""
    form = await read_form(request, ReturnForm)
    try:
        await return_papers(services, actor, round_id, form.seen, form.reason)
    except Invalid as fault:
        return await _again(request, planned, actor, services, now, fault)
    return _back(round_id)


@get("/rounds/{round_id:uuid}/papers/{issue:int}/{kind:str}", include_in_schema=False)
async def paper_file(
    planned: Given[Known],
    actor: Given[Actor],
    services: Given[Services],
    issue: FromPath[int],
    kind: FromPath[PaperKind],
    of: Subject = "",
    form: FromQuery[Literal["docx", "pdf"]] = "docx",
) -> Response[bytes]:
    """One paper as a Word file or as PDF."""
    opened = await open_paper(services, actor, planned.reading.stored.id, issue, kind, of, planned.reading.dispatch)
    content = as_pdf(opened) if form == "pdf" else as_word(opened)
    name = quote(f"{' '.join((opened.paper.title, opened.paper.addressee or of)).strip()}.{form}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, headers=headers, media_type=MEDIA[form])


@get("/rounds/{round_id:uuid}/papers.zip", include_in_schema=False)
async def papers_package(
    planned: Given[Known], actor: Given[Actor], services: Given[Services], round_id: FromPath[UUID]
) -> Response[bytes]:
    """All papers of a round; for a department its own."""
    content = await package_papers(services, actor, round_id)
    name = quote(f"{planned.reading.stored.settings.round.name} 文书.zip")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, headers=headers, media_type=ZIP_TYPE)


def as_word(opened: OpenedPaper) -> bytes:
    approval = opened.approval
    return word_file(opened.paper, approval.standing, made_at=approval.decided_at or approval.drawn_up_at)


def as_pdf(opened: OpenedPaper) -> bytes:
    return pdf_file(opened.paper, opened.approval.standing)


async def _again(
    request: Asked, known: Known, actor: Actor, services: Services, now: datetime, fault: Invalid
) -> Response[bytes]:
    reading = await read_approvals(services, actor, known.reading.stored.id)
    shown = papers_shown(known, reading, now, "", 1)
    answer = in_round("papers.html", known, now, actor, shown=shown, form_key=form_key(request), fault=fault)
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _back(round_id: UUID) -> Redirect:
    return Redirect(f"/rounds/{round_id}/papers", status_code=303)


OFFICIAL_PAPERS = (papers_page, draw_up_papers, approve_papers, return_for_change, paper_file, papers_package)

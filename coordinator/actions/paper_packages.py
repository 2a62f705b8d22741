"""A dispatched round's papers in one package: all of them for who sees them, a department's own for the department.

Papers are given as they were approved; notices of unannounced visits only once these have begun.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from coordinator.actions.result_folder import DEPARTMENTS, department_files
from coordinator.actions.round_records import RoundRecord, load_round_record
from coordinator.actions.services import Services
from coordinator.documents.file_names import file_stem
from coordinator.documents.official.visit_notices import notice_subject
from coordinator.documents.official.word_files import word_file
from coordinator.documents.packing import packed
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import Approval, Decision
from coordinator.domain.disclosure import seal_of_visit
from coordinator.domain.errors import NotFound, TooLate
from coordinator.domain.ids import DepartmentId
from coordinator.domain.papers import Paper, PaperKind, read_paper
from coordinator.domain.permissions import may, permit
from coordinator.domain.retention import ERASED
from coordinator.storage import approvals, rounds
from coordinator.storage.connection import act_as, transaction
from coordinator.storage.rounds import Stage

WITHHELD = "未附的通知书.txt"


class _Approved(Struct, frozen=True, kw_only=True):
    """The set that was approved last, and what its papers say."""

    approval: Approval
    papers: tuple[Paper, ...]


async def package_papers(services: Services, actor: Actor, round_: UUID) -> bytes:
    """Pack task books, result forms and official papers, as far as the actor may see them; raises NotFound, TooLate."""
    permit(actor, Act.SEE_PLAN)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
        if stored.stage is not Stage.DISPATCHED:
            raise TooLate("文书还没有批准。", remedy="批准之后才能下载。")
        await act_as(db, PUBLICATION)
        record = await load_round_record(db, PUBLICATION, round_)
        approved = [each for each in await approvals.approvals(db, round_) if each.decision is Decision.APPROVED]
        latest = approved[0] if approved else None
        contents = await approvals.paper_contents(db, latest.id) if latest else []
    if not all(contents):
        raise ERASED
    given = _Approved(approval=latest, papers=tuple(map(read_paper, contents))) if latest else None
    return await asyncio.to_thread(_packed, record, given, actor, services.clock())


def _packed(record: RoundRecord, approved: _Approved | None, actor: Actor, now: datetime) -> bytes:
    files: dict[str, bytes] = {}
    whose = (DepartmentId(actor.department),) if actor.department else None
    for department, own in department_files(record, whose):
        files |= {f"{DEPARTMENTS}/{department.replace('/', '／')}/{each.name}": each.content for each in own}
    if approved is not None:
        early = set(_early(record, approved.approval, now))
        for paper in _seen(record, approved, actor):
            if paper.subject not in early or paper.kind is not PaperKind.NOTICE:
                files[_name(paper)] = _word(paper, approved.approval)
        withheld = [paper.addressee for paper in _seen(record, approved, actor) if paper.subject in early]
        if withheld:
            files[WITHHELD] = _said(withheld)
    return packed(files)


def _seen(record: RoundRecord, approved: _Approved, actor: Actor) -> Iterator[Paper]:
    """All papers, or the notices of the visits at which a department has a matter."""
    dispatch, changes = record.dispatch, approved.approval.team_changes
    own = {
        notice_subject(dispatch, tour, visit, changes=changes)
        for tour, visit in dispatch.visits()
        if actor.department in {matter.department for matter in dispatch.matters_of(visit)}
    }
    for paper in approved.papers:
        if may(actor, Act.SEE_PAPERS) or (paper.kind is PaperKind.NOTICE and paper.subject in own):
            yield paper


def _early(record: RoundRecord, approval: Approval, now: datetime) -> Iterator[str]:
    """The notices of unannounced visits that have not begun: they are shown at the door."""
    for tour, visit in record.dispatch.visits():
        if not seal_of_visit(record.dispatch, tour, visit, record.drawn_at).is_open(now):
            yield notice_subject(record.dispatch, tour, visit, changes=approval.team_changes)


def _name(paper: Paper) -> str:
    about = f"/{file_stem(paper.subject)} {file_stem(paper.addressee)}" if paper.subject else ""
    return f"{paper.kind.words}{about}.docx"


def _word(paper: Paper, approval: Approval) -> bytes:
    return word_file(paper, approval.standing, made_at=approval.decided_at or approval.drawn_up_at)


def _said(addressees: Sequence[str]) -> bytes:
    lines = ("下列检查不予告知，开始之后才出通知书，到场时出示：", *sorted(addressees))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")

"""The approval between the lots and the announcement: papers drawn up, approved by another or returned.

Nothing of a round is announced before: the stage that letters, results and public pages wait for is reached here alone.
The command line's operator draws up and approves in one go, and the record says that one operator did both.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.annual_planning import tasks_without_cause
from coordinator.actions.collecting import load_tasks
from coordinator.actions.dispatching import load_dispatch
from coordinator.actions.draws import standing
from coordinator.actions.services import Services
from coordinator.documents.official.approval_sheets import approval_sheets
from coordinator.documents.official.schemes import joint_scheme
from coordinator.documents.official.visit_notices import notice_subject, visit_notices
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.approvals import (
    Approval,
    Decision,
    PaperLine,
    acceptable_number,
    acceptable_reason,
    papers_digest,
    refuse_deciding,
)
from coordinator.domain.disclosure import seal_of_visit
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import Conflict, NotFound, TooLate
from coordinator.domain.papers import Paper, PaperKind, paper_content, paper_digest, read_paper
from coordinator.domain.permissions import permit
from coordinator.domain.retention import ERASED
from coordinator.domain.tasks import Task
from coordinator.storage import approvals, audit, rounds
from coordinator.storage.connection import Connection, transaction
from coordinator.storage.rounds import Stage, StoredRound
from solver.chance.head import Stage as DrawStage

_AFTER_LOTS = (Stage.TEAMS_DRAWN, Stage.DISPATCHED)


class ApprovalReading(Struct, frozen=True, kw_only=True):
    """A round's sets of papers, the latest first, and the papers of that one."""

    approvals: tuple[Approval, ...]
    papers: tuple[PaperLine, ...]
    without_cause: tuple[Task, ...]
    """Tasks outside the year's published plan that nobody has given a cause for."""


class OpenedPaper(Struct, frozen=True, kw_only=True):
    paper: Paper
    approval: Approval


async def draw_up(services: Services, actor: Actor, round_: UUID) -> Approval:
    """Draw up the papers of a round whose lots were drawn; raises TooLate before, Conflict while others wait."""
    permit(actor, Act.DRAW_UP_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await _after_lots(db, round_)
        await _refuse_unplanned(db, stored)
        return await _draw_up(db, services, actor, stored)


async def approve(services: Services, actor: Actor, round_: UUID, seen: str, number: str) -> None:
    """Approve the papers that one has seen, under a number; with the first approval the round is dispatched.

    Raises Conflict where the round has changed since they were drawn up.
    """
    permit(actor, Act.APPROVE_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await _after_lots(db, round_)
        waiting = refuse_deciding(await approvals.waiting_approval(db, round_), actor, seen)
        papers = await _papers(db, services, actor, stored)
        if papers_digest(line for line, _ in papers) != waiting.digest:
            raise Conflict("提请之后情况有变，文书与现在的安排不一致，没有批准。", remedy="请退回，重新提请。")
        await _approve(db, services, actor, stored, waiting, acceptable_number(number))


async def return_papers(services: Services, actor: Actor, round_: UUID, seen: str, reason: str) -> None:
    """Return the papers that one has seen with a reason; then others can be drawn up."""
    permit(actor, Act.APPROVE_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await _after_lots(db, round_)
        waiting = refuse_deciding(await approvals.waiting_approval(db, round_), actor, seen)
        said = acceptable_reason(reason)
        await approvals.decide(db, waiting.id, Decision.RETURNED, actor, services.clock(), said=said)
        await audit.append(db, actor, "papers_returned", round_, stored.code, issue=waiting.issue, reason=said)


async def approve_alone(services: Services, actor: Actor, round_: UUID) -> None:
    """Draw up and approve in one go, as the command line's operator does; a dispatched round is left as it is."""
    permit(actor, Act.APPROVE_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        if stored is None or stored.stage is not Stage.TEAMS_DRAWN:
            return
        waiting = await approvals.waiting_approval(db, round_) or await _draw_up(db, services, actor, stored)
        refuse_deciding(waiting, actor, waiting.digest)
        await _approve(db, services, actor, stored, waiting, f"{stored.code}-{waiting.issue}")


async def read_approvals(services: Services, actor: Actor, round_: UUID) -> ApprovalReading:
    """Read what was drawn up for a round, approved and returned."""
    permit(actor, Act.SEE_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        if stored is None:
            raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
        found = await approvals.approvals(db, round_)
        lines = await approvals.papers(db, found[0].id) if found else []
        tasks = await load_tasks(db, round_)
        lacking = await tasks_without_cause(db, round_, stored.settings.round.year, tasks)
    return ApprovalReading(approvals=tuple(found), papers=tuple(lines), without_cause=lacking)


async def open_paper(
    services: Services,
    actor: Actor,
    round_: UUID,
    issue: int,
    kind: PaperKind,
    subject: str,
    whole: Dispatch | None = None,
) -> OpenedPaper:
    """Give one paper as it was drawn up; raises TooLate for the notice of an unannounced visit that has not begun.

    When it begins is seen from `whole`, where the round has been read before.
    """
    permit(actor, Act.SEE_PAPERS)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.round_by_id(db, round_)
        found = next((each for each in await approvals.approvals(db, round_) if each.issue == issue), None)
        content = await approvals.paper_content(db, found.id, kind, subject) if found else None
        if stored is None or found is None or content is None:
            raise NotFound("没有这份文书。", remedy="请从审批页面打开。")
        if not content:
            raise ERASED
        if kind is PaperKind.NOTICE:
            dispatch = whole or await load_dispatch(db, actor, round_)
            drawn = await standing(db, stored, DrawStage.TEAMS)
            _refuse_early_notice(dispatch, found, subject, drawn.ended_at, services.clock())
    return OpenedPaper(paper=read_paper(content), approval=found)


async def _draw_up(db: Connection, services: Services, actor: Actor, stored: StoredRound) -> Approval:
    if await approvals.waiting_approval(db, stored.id) is not None:
        raise Conflict("已有一份文书在等待审批。", remedy="请先批准或退回。")
    papers = await _papers(db, services, actor, stored)
    digest, id_ = papers_digest(line for line, _ in papers), uuid4()
    await approvals.insert_approval(db, id_, stored.id, digest, actor, services.clock())
    await approvals.insert_papers(db, id_, papers)
    await audit.append(db, actor, "papers_drawn_up", stored.id, stored.code, papers=len(papers), digest=digest)
    waiting = await approvals.waiting_approval(db, stored.id)
    assert waiting is not None, "just drawn up"  # noqa: S101 - narrows the type
    return waiting


async def _approve(
    db: Connection, services: Services, actor: Actor, stored: StoredRound, waiting: Approval, number: str
) -> None:
    await approvals.decide(db, waiting.id, Decision.APPROVED, actor, services.clock(), said=number)
    await audit.append(
        db, actor, "papers_approved", stored.id, stored.code, issue=waiting.issue, number=number, digest=waiting.digest
    )
    if stored.stage is Stage.TEAMS_DRAWN:
        await rounds.advance(db, stored.id, Stage.DISPATCHED)


async def _after_lots(db: Connection, round_: UUID) -> StoredRound:
    stored = await rounds.lock_round(db, round_)
    if stored is None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")
    if stored.stage not in _AFTER_LOTS:
        raise TooLate("还没有抽签，现在不能提请审批。", remedy="抽签确定检查人员之后再来。")
    return stored


async def _papers(
    db: Connection, services: Services, actor: Actor, stored: StoredRound
) -> list[tuple[PaperLine, bytes]]:
    dispatch = await load_dispatch(db, actor, stored.id)
    drawn = await standing(db, stored, DrawStage.TEAMS)
    contents = [(paper, paper_content(paper)) for paper in _written(dispatch, drawn.ended_at or services.clock())]
    return [
        (PaperLine(kind=paper.kind, subject=paper.subject, digest=paper_digest(content)), content)
        for paper, content in contents
    ]


def _written(dispatch: Dispatch, told_at: datetime) -> Iterator[Paper]:
    yield joint_scheme(dispatch)
    yield from approval_sheets(dispatch)
    yield from visit_notices(dispatch, told_at)


async def _refuse_unplanned(db: Connection, stored: StoredRound) -> None:
    """Raise Conflict where a task stands neither in the year's published plan nor has its cause (R01, R09)."""
    tasks = await load_tasks(db, stored.id)
    lacking = await tasks_without_cause(db, stored.id, stored.settings.round.year, tasks)
    if lacking:
        named = "、".join(f"{task.name}（{task.id}）" for task in lacking)
        raise Conflict(
            f"这些任务不在已公布的年度计划里：{named}。", remedy="请在审批页面逐项写明原因，或先调整年度计划。"
        )


def _refuse_early_notice(
    dispatch: Dispatch, approval: Approval, subject: str, drawn_at: datetime | None, now: datetime
) -> None:
    seals = (
        seal_of_visit(dispatch, tour, visit, drawn_at or now)
        for tour, visit in dispatch.visits()
        if notice_subject(dispatch, tour, visit, changes=approval.team_changes) == subject
    )
    if not all(seal.is_open(now) for seal in seals):
        raise TooLate("这次检查不予告知，开始之前不出通知书。", remedy="检查开始后再来取，到场时出示。")

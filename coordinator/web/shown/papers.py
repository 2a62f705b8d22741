"""A round's papers as the coordinating office sees them: how their approval stands, and where each can be opened.

What a paper says is in it; who may open it is decided in actions/approving.py.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from msgspec import Struct

from coordinator.actions.approving import ApprovalReading
from coordinator.documents.official.visit_notices import notice_subject
from coordinator.domain.approvals import Approval, PaperLine
from coordinator.domain.disclosure import seal_of_visit
from coordinator.domain.papers import PaperKind
from coordinator.domain.tasks import Task
from coordinator.storage.rounds import Stage
from coordinator.web.known import Known
from coordinator.web.shown.target_lines import TargetLine, targets_page


class NoticeShown(Struct, frozen=True, kw_only=True):
    """One visit's notice; `is_early` where it may not be opened yet."""

    subject: str
    begins_at: datetime
    is_early: bool
    address: str


class TargetPapers(Struct, frozen=True, kw_only=True):
    """One target's papers; no sheet where nobody checks it in this round."""

    target: TargetLine
    sheet: str | None
    notices: tuple[NoticeShown, ...]


class PaperShown(Struct, frozen=True, kw_only=True):
    """One paper of the latest set, to be fetched by its issue, kind and subject.

    `target` is none of the scheme's; `begins_at` is a notice's own, which may not be fetched while it `is_early`.
    """

    issue: int
    kind: PaperKind
    subject: str
    digest: str
    target: str | None
    begins_at: datetime | None
    is_early: bool


class PapersShown(Struct, frozen=True, kw_only=True):
    """Addresses lack the ending that says docx or PDF; `latest` is the set they belong to."""

    latest: Approval | None
    earlier: tuple[Approval, ...]
    may_be_drawn_up: bool
    without_cause: tuple[Task, ...]
    paper_count: int
    scheme: str | None
    targets: tuple[TargetPapers, ...]
    query: str
    page: int
    pages: int
    total: int


def papers_shown(known: Known, reading: ApprovalReading, now: datetime, query: str, number: int) -> PapersShown:
    """Show a round's papers, one page of its targets at a time."""
    latest = reading.approvals[0] if reading.approvals else None
    lines = {(line.kind, line.subject): line for line in reading.papers}
    found = targets_page(known.targets, query, number)
    notices = _notices(known, latest, reading.papers, now)
    return PapersShown(
        latest=latest,
        earlier=reading.approvals[1:],
        may_be_drawn_up=not (latest and latest.is_waiting) and _is_due(known, latest),
        without_cause=reading.without_cause,
        paper_count=len(reading.papers),
        scheme=_address(latest, PaperKind.SCHEME, "") if latest else None,
        targets=tuple(_papers_of(target, latest, lines, notices) for target in found.targets),
        query=found.query,
        page=found.page,
        pages=found.pages,
        total=found.total,
    )


def paper_lines(known: Known, reading: ApprovalReading, now: datetime) -> Iterator[PaperShown]:
    """Show the latest set's papers one by one, by kind and subject."""
    if not reading.papers:
        return
    latest = reading.approvals[0]
    notices = _notices(known, latest, reading.papers, now)
    noticed = {(PaperKind.NOTICE, each.subject): each for its in notices.values() for each in its}
    for line in reading.papers:
        notice = noticed.get((line.kind, line.subject))
        yield PaperShown(
            issue=latest.issue,
            kind=line.kind,
            subject=line.subject,
            digest=line.digest,
            target=_target_of(line),
            begins_at=notice.begins_at if notice else None,
            is_early=notice is not None and notice.is_early,
        )


def _target_of(line: PaperLine) -> str | None:
    """The target that a paper is about: a notice's subject is its target and half-day (visit_notices)."""
    about = line.subject.rpartition(" ")[0] if line.kind is PaperKind.NOTICE else line.subject
    return about or None


def _is_due(known: Known, latest: Approval | None) -> bool:
    """Whether papers are to be drawn up: the lots are drawn, or teams or times have changed since they last were."""
    stored = known.reading.stored
    return stored.stage is Stage.TEAMS_DRAWN or (latest is not None and stored.team_changes > latest.team_changes)


def _papers_of(
    target: TargetLine,
    latest: Approval | None,
    lines: Mapping[tuple[PaperKind, str], PaperLine],
    notices: Mapping[str, Sequence[NoticeShown]],
) -> TargetPapers:
    has_sheet = latest is not None and (PaperKind.APPROVAL_SHEET, target.id) in lines
    return TargetPapers(
        target=target,
        sheet=_address(latest, PaperKind.APPROVAL_SHEET, target.id) if latest and has_sheet else None,
        notices=tuple(notices.get(target.id, ())),
    )


def _notices(
    known: Known, latest: Approval | None, papers: Sequence[PaperLine], now: datetime
) -> dict[str, list[NoticeShown]]:
    """The notices of every target, in order of time."""
    dispatch, drawn_at = known.dispatch, known.drawn_at or now
    drawn_up = {line.subject for line in papers if line.kind is PaperKind.NOTICE}
    notices: dict[str, list[NoticeShown]] = defaultdict(list)
    for tour, visit in dispatch.visits():
        subject = notice_subject(dispatch, tour, visit, changes=latest.team_changes if latest else None)
        if latest is not None and subject in drawn_up:
            notices[visit.target].append(
                NoticeShown(
                    subject=subject,
                    begins_at=dispatch.begins_at(tour, visit),
                    is_early=not seal_of_visit(dispatch, tour, visit, drawn_at).is_open(now),
                    address=_address(latest, PaperKind.NOTICE, subject),
                )
            )
    return notices


def _address(latest: Approval, kind: PaperKind, subject: str) -> str:
    return f"papers/{latest.issue}/{kind}?{urlencode({'of': subject})}"

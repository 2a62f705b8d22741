"""What a firm sees of a made-up round, without a database: its page, and the letter that opens it."""

from datetime import datetime
from uuid import UUID

from support.dispatches import BEFORE

from coordinator.actions.reading import RoundReading
from coordinator.documents.letters import WrittenLetter
from coordinator.domain.announcements import announcements, contacts
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.letters import Letter, LetterId, expiry
from coordinator.storage.draws import DrawState, StoredDraw
from coordinator.storage.rounds import Stage, StoredRound
from coordinator.web.known import Known
from solver.chance.head import Stage as DrawStage

ROUND = UUID("10000000-0000-4000-8000-000000000000")
LETTER = LetterId(UUID("20000000-0000-4000-8000-000000000000"))
SITE = "https://ymc.example.gov.cn"


def known_of(dispatch: Dispatch) -> Known:
    """The round as the portal reads it, its lots drawn BEFORE."""
    stored = StoredRound(
        id=ROUND,
        code=dispatch.round.round.id,
        rehearsal_seed=None,
        settings=dispatch.round,
        content_digest="0" * 64,
        stage=Stage.DISPATCHED,
        created_at=BEFORE,
    )
    return Known(
        RoundReading(
            stored=stored,
            workbooks=(),
            submissions=dispatch.submissions,
            tasks=dispatch.tasks,
            excluded=(),
            draws={DrawStage.TEAMS: _held()},
            dispatch=dispatch,
            part=None,
            plan=None,
            department=None,
            is_whole=True,
        )
    )


def letter_to(target: TargetId, *, issued_at: datetime = BEFORE) -> Letter:
    return Letter(
        id=LETTER,
        round=ROUND,
        target=target,
        departments=(DepartmentId("某县水利局"),),
        number="7Q3K9XW2",
        issued_at=issued_at,
        expires_at=expiry(issued_at.date()),
        first_opened_on=None,
        reopened_at=None,
        withdrawn_at=None,
    )


def written_to(dispatch: Dispatch, target: TargetId) -> WrittenLetter:
    announcement = announcements(dispatch)[target]
    return WrittenLetter(
        letter=letter_to(target),
        code="ABCD2345",
        announcement=announcement,
        round_name=dispatch.name,
        coordinator=dispatch.round.round.coordinator,
        contacts=contacts(dispatch, announcement),
        site=SITE,
    )


def _held() -> StoredDraw:
    return StoredDraw(
        id=ROUND,
        stage=DrawStage.TEAMS,
        attempt=1,
        document_digest="1" * 64,
        single_operator=True,
        fixed_at=BEFORE,
        closed_at=None,
        void_reason=None,
        state=DrawState.HELD,
        beacon="",
        seed="2" * 64,
        transcript=None,
        transcript_digest="3" * 64,
        ended_at=BEFORE,
    )

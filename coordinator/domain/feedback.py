"""What a firm says of an inspection without its name: a rating, or a complaint (R25).

No firm, letter or hour stands in it, and those who inspect do not read it: it goes to those who supervise.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Invalid, TooLate

LONGEST = 1000
SHORTEST_COMPLAINT = 2


class FeedbackKind(StrEnum):
    """A rating and a complaint, each once for a target and round."""

    RATING = "rating"
    COMPLAINT = "complaint"


FEEDBACK_NAMES: Mapping[FeedbackKind, str] = {FeedbackKind.RATING: "评价", FeedbackKind.COMPLAINT: "投诉"}
STARS: Mapping[int, str] = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}


class Feedback(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`about` is a department's name, or empty; `given_on` is a day and no more."""

    id: UUID
    kind: FeedbackKind
    round: UUID
    given_on: date
    stars: int | None
    about: str
    words: str


class Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written into the form."""

    kind: FeedbackKind
    stars: str = ""
    about: str = ""
    words: str = ""


def may_give(kind: FeedbackKind, *, begun: bool) -> bool:
    """A rating waits until somebody came; a complaint need not."""
    return begun or kind is FeedbackKind.COMPLAINT


def new_feedback(
    id_: UUID, round_: UUID, departments: Sequence[str], said: Said, now: datetime, *, begun: bool
) -> Feedback:
    """Read a form; raises Invalid with the field at fault, TooLate for a rating before anybody came."""
    if not may_give(said.kind, begun=begun):
        raise TooLate("检查开始之后才能评价。")
    words = said.words.strip()
    if len(words) > LONGEST or (said.kind is FeedbackKind.COMPLAINT and len(words) < SHORTEST_COMPLAINT):
        raise Invalid(f"请写明情况，不超过 {LONGEST} 个字。", field="words")
    if said.about and said.about not in departments:
        raise Invalid("请从列表里选择部门，或者不指明。", field="about")
    return Feedback(
        id=id_,
        kind=said.kind,
        round=round_,
        given_on=now.astimezone(LOCAL_TIME).date(),
        stars=_stars(said.stars) if said.kind is FeedbackKind.RATING else None,
        about=said.about,
        words=words,
    )


def _stars(written: str) -> int:
    found = next((stars for stars in STARS if str(stars) == written), None)
    if found is None:
        raise Invalid("请选择满意程度。", field="stars")
    return found

"""Who may see what of a round, and from when: the one table that everything asks before it shows, writes or sends.

Moments and masks are decided here. What a document looks like is said in documents, who somebody is in `actors`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import Enum, auto

from msgspec import Struct

from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from solver.planning.plan import Tour, Visit

_ENDING = 4


class Audience(Enum):
    """Who is looking."""

    COORDINATOR = auto()
    OWN_DEPARTMENT = auto()
    """The department whose matter, officer or task book it is."""
    PARTY = auto()
    """Any other department that initiates a task of the round or takes part in one."""
    SUPERVISOR = auto()
    INSPECTED = auto()
    """The enterprise, looking at its own visit; at anything else it is the public."""
    PUBLIC = auto()


class Part(Enum):
    """What there is to see. A part of the round waits for the round's seal, a part of a visit for the visit's own."""

    DIGESTS = auto()
    """Of documents, reveals and transcripts."""
    COMMITMENTS = auto()
    VOID_ATTEMPTS = auto()
    """That an attempt at a draw came to nothing, when, and why; its files are parts of their own."""
    FRAME = auto()
    """Head and entries, the frame, and who was left out of it."""
    SEED = auto()
    TRANSCRIPT = auto()
    PLAN = auto()
    TEAMS = auto()
    """Who was drawn, by staff number."""
    PROBLEM = auto()
    """Holds other departments' reasons for recusal and absences: never for a department or the public."""
    REPORT = auto()
    """Summary and report of the round."""
    TASK_BOOK = auto()
    NOTICE = auto()
    OFFICER_NAMES = auto()
    CERTIFICATES = auto()
    CERTIFICATE_ENDINGS = auto()
    """The last four characters."""
    RESULTS = auto()
    """Sealed until published."""
    REFERRALS = auto()
    """What others found that a department must know (抄告); its own are those told to it."""


class Moment(Enum):
    """From when."""

    AT_ONCE = auto()
    UNSEALED = auto()
    NEVER = auto()


_NOW, _OPEN, _NO = Moment.AT_ONCE, Moment.UNSEALED, Moment.NEVER

# fmt: off
_TABLE: Mapping[Part, tuple[Moment, ...]] = {
    #                          coordinator  own   party  supervisor  inspected  public
    Part.DIGESTS:             (_NOW,        _NOW, _NOW,  _NOW,       _NOW,      _NOW),
    Part.COMMITMENTS:         (_NOW,        _NOW, _NOW,  _NOW,       _NOW,      _NOW),
    Part.VOID_ATTEMPTS:       (_NOW,        _NOW, _NOW,  _NOW,       _NOW,      _NOW),
    Part.FRAME:               (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _OPEN),
    Part.SEED:                (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _OPEN),
    Part.TRANSCRIPT:          (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _OPEN),
    Part.PLAN:                (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _OPEN),
    Part.TEAMS:               (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _OPEN),
    Part.PROBLEM:             (_NOW,        _NO,  _NO,   _NOW,       _NO,       _NO),
    Part.REPORT:              (_NOW,        _NOW, _NOW,  _NOW,       _NO,       _NO),
    Part.TASK_BOOK:           (_NOW,        _NOW, _NO,   _NOW,       _NO,       _NO),
    Part.NOTICE:              (_NOW,        _NOW, _NO,   _NOW,       _OPEN,     _NO),
    Part.OFFICER_NAMES:       (_NOW,        _NOW, _NO,   _NOW,       _OPEN,     _NO),
    Part.CERTIFICATES:        (_NOW,        _NOW, _NO,   _NOW,       _NO,       _NO),
    Part.CERTIFICATE_ENDINGS: (_NOW,        _NOW, _NOW,  _NOW,       _OPEN,     _NO),
    Part.RESULTS:             (_NOW,        _NOW, _OPEN, _NOW,       _NOW,      _OPEN),
    Part.REFERRALS:           (_NOW,        _NOW, _NO,   _NOW,       _NO,       _NO),
}
# fmt: on

_DRAW_PARTS = {
    "draws/targets/head.json": Part.FRAME,
    "draws/targets/entries.json": Part.FRAME,
    "draws/targets/frame.tsv": Part.FRAME,
    "draws/targets/excluded.tsv": Part.FRAME,
    "draws/targets/transcript.json": Part.TRANSCRIPT,
    "draws/teams/head.json": Part.PLAN,
    "draws/teams/plan.json": Part.PLAN,
    "draws/teams/transcript.json": Part.TRANSCRIPT,
}
_VOID = re.compile(r"(draws/(?:targets|teams)/)void-[1-9]\d*[-/]([a-z.]+)")
"""Files of attempts that came to nothing: they stay on the record, as open as those of the draw that was held."""


class Seal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When something stops being secret; None: it never was."""

    opens_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at is None or self.opens_at <= now


UNSEALED = Seal(opens_at=None)
SHUT = Seal(opens_at=datetime.max.replace(tzinfo=UTC))
"""Nothing that the clock says opens it: a result that nobody has published, a visit whose time had passed when it
was drawn."""


def moment_of(part: Part, audience: Audience) -> Moment:
    """Look up from when an audience may see a part."""
    return dict(zip(Audience, _TABLE[part], strict=True))[audience]


def visible(part: Part, audience: Audience, now: datetime, seal: Seal) -> bool:
    """Say whether an audience may see a part now; `seal` is that of what the part belongs to: round, visit, result."""
    moment = moment_of(part, audience)
    return moment is Moment.AT_ONCE or (moment is Moment.UNSEALED and seal.is_open(now))


def seal_of(dispatch: Dispatch, drawn_at: datetime) -> Seal:
    """Give the round's seal: it opens when its last unannounced visit has begun (spec/draw.md 6).

    An unannounced matter that has no visit (at the desk, or not served yet) may still come as long as its window
    lasts. `drawn_at` is when the lots were drawn, see `seal_of_visit`.
    """
    moments = [*_visit_beginnings(dispatch), *_pending_ends(dispatch)]
    return _until(moments, drawn_at) if moments else UNSEALED


def seal_of_visit(dispatch: Dispatch, tour: Tour, visit: Visit, drawn_at: datetime) -> Seal:
    """Give one visit's seal: open where it is announced, else when it begins.

    A time that had passed when the lots were drawn proves nothing (a rehearsal, a round run from old files): such an
    unannounced visit cannot have begun then, and stays shut.
    """
    if not dispatch.is_unannounced(visit):
        return UNSEALED
    return _until([dispatch.begins_at(tour, visit)], drawn_at)


def public_files(files: Iterable[str], now: datetime, seal: Seal) -> tuple[str, ...]:
    """Choose from a round's result folder (paths with /) what anyone may see now; what is not known is not shown."""
    parts = ((file, _DRAW_PARTS.get(_VOID.sub(r"\1\2", file))) for file in sorted(files))
    return tuple(file for file, part in parts if part is not None and visible(part, Audience.PUBLIC, now, seal))


def shown_certificate(certificate: str, audience: Audience, now: datetime, seal: Seal) -> str:
    """Write a certificate's number as far as the audience may see it: whole, its last four, or nothing."""
    if visible(Part.CERTIFICATES, audience, now, seal):
        return certificate
    return masked_certificate(certificate) if visible(Part.CERTIFICATE_ENDINGS, audience, now, seal) else ""


def masked_certificate(certificate: str) -> str:
    """Write a certificate's number as other departments see it."""
    return certificate[-_ENDING:]


def _until(moments: Sequence[datetime], drawn_at: datetime) -> Seal:
    return Seal(opens_at=max(moments)) if min(moments) > drawn_at else SHUT


def _visit_beginnings(dispatch: Dispatch) -> Iterator[datetime]:
    return (dispatch.begins_at(tour, visit) for tour, visit in dispatch.visits() if dispatch.is_unannounced(visit))


def _pending_ends(dispatch: Dispatch) -> Iterator[datetime]:
    visited = {matter for tour in dispatch.plan.tours for visit in tour.visits for matter in visit.matters}
    for matter in dispatch.wanted.matters:
        if matter.unannounced and matter.id not in visited:
            yield datetime.combine(matter.window.last_day + timedelta(days=1), time(), tzinfo=LOCAL_TIME)

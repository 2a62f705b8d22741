"""A round as anyone may see it now: only what the table of disclosure lets the public see at this moment.

Nothing here tells why or until when something is sealed: the hour of an unannounced visit must not show through.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from coordinator.actions.reading import DrawReading, RoundReading
from coordinator.domain.disclosure import Audience, Part, Seal, public_files, visible
from coordinator.domain.errors import NotFound
from coordinator.storage.draws import StoredDraw
from coordinator.web.shown.draws import FileShown, commitments_digest_of, files_shown
from solver.chance.head import Stage as DrawStage


class PublicCommitment(Struct, frozen=True, kw_only=True):
    party: str
    commitment: str


class PublicDraw(Struct, frozen=True, kw_only=True):
    """What anyone may know of a draw; `seed` and `files` stand once the round is open."""

    stage: DrawStage
    attempt: int
    fixed_at: datetime
    document_digest: str
    commitments: tuple[PublicCommitment, ...]
    commitments_digest: str | None
    reveals_digest: str | None
    transcript_digest: str | None
    seed: str | None
    files: tuple[FileShown, ...]


class PublicVoid(Struct, frozen=True, kw_only=True):
    """An attempt that came to nothing: nobody was drawn by it, and its reason stands."""

    stage: DrawStage
    attempt: int
    fixed_at: datetime
    void_at: datetime
    reason: str
    document_digest: str
    transcript_digest: str


class Openness(StrEnum):
    """Whether the whole draws can be had."""

    OPEN = "open"
    SEALED = "sealed"


class PublicRound(Struct, frozen=True, kw_only=True):
    code: str
    name: str
    region: str
    coordinator: str
    first_day: date
    last_day: date
    openness: Openness
    draws: tuple[PublicDraw, ...]
    void: tuple[PublicVoid, ...]


def public_round(
    reading: RoundReading, draws: Sequence[DrawReading], void: Sequence[StoredDraw], now: datetime
) -> PublicRound:
    """Show the public a round; raises NotFound for a rehearsal, which is nobody's affair but the office's."""
    refuse_rehearsal(reading)
    head = reading.stored.settings.round
    is_open = visible(Part.TRANSCRIPT, Audience.PUBLIC, now, reading.seal)
    return PublicRound(
        code=head.id,
        name=head.name,
        region=head.region,
        coordinator=head.coordinator,
        first_day=head.first_day,
        last_day=head.last_day,
        openness=Openness.OPEN if is_open else Openness.SEALED,
        draws=tuple(_public_draw(draw, reading.seal, now) for draw in draws),
        void=tuple(
            _public_void(draw) for draw in void if visible(Part.VOID_ATTEMPTS, Audience.PUBLIC, now, reading.seal)
        ),
    )


def public_file(reading: RoundReading, draw: DrawReading, name: str, now: datetime) -> bytes:
    """Give one file of a draw to anyone; raises NotFound where there is none, or none for the public now."""
    refuse_rehearsal(reading)
    if name not in _open_files(draw, reading.seal, now):
        raise NotFound("没有这个文件，或者它现在还不公开。")
    return draw.files[name]


def refuse_rehearsal(reading: RoundReading) -> None:
    """Raise NotFound for a rehearsal, in the words for a round that does not exist."""
    if reading.stored.rehearsal_seed is not None:
        raise NotFound("没有这个轮次。", remedy="请从轮次列表里选择。")


def _public_draw(draw: DrawReading, seal: Seal, now: datetime) -> PublicDraw:
    opened = _open_files(draw, seal, now)
    return PublicDraw(
        stage=draw.draw.stage,
        attempt=draw.draw.attempt,
        fixed_at=draw.draw.fixed_at,
        document_digest=draw.draw.document_digest,
        commitments=tuple(PublicCommitment(party=each.party, commitment=each.commitment) for each in draw.commitments),
        commitments_digest=commitments_digest_of(draw),
        reveals_digest=draw.reveals_digest,
        transcript_digest=draw.draw.transcript_digest,
        seed=draw.draw.seed if visible(Part.SEED, Audience.PUBLIC, now, seal) else None,
        files=tuple(file for file in files_shown(draw) if file.name in opened),
    )


def _public_void(draw: StoredDraw) -> PublicVoid:
    return PublicVoid(
        stage=draw.stage,
        attempt=draw.attempt,
        fixed_at=draw.fixed_at,
        void_at=draw.ended_at or draw.fixed_at,
        reason=draw.void_reason or "",
        document_digest=draw.document_digest,
        transcript_digest=draw.transcript_digest or "",
    )


def _open_files(draw: DrawReading, seal: Seal, now: datetime) -> frozenset[str]:
    folder = f"draws/{draw.draw.stage.value}/"
    names = public_files((folder + name for name in draw.files), now, seal)
    return frozenset(name.removeprefix(folder) for name in names)

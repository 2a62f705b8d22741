"""A draw by its parties as the room sees it, and what whoever looks can do next: no secret, no name before its time.

What may be done is decided in the actions; here only what is offered.
"""

import shlex
from datetime import datetime
from enum import StrEnum

import segno
from markupsafe import Markup
from msgspec import Struct

from coordinator.actions.ceremony_reading import CeremonyReading, Fixed, PartyReading
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.ceremonies import event_at, party_named, reveals_end
from coordinator.domain.digest_words import in_characters
from coordinator.domain.permissions import may
from coordinator.domain.proposals import Proposal
from coordinator.storage.draws import DrawState, StoredDraw
from solver.chance.head import Beacon, Head, Stage
from solver.chance.transcript import read_transcript

STAGE_WORDS = {Stage.TARGETS: "抽取检查对象", Stage.TEAMS: "抽取检查人员"}


class Standing(StrEnum):
    """How far a whole draw has come: not fixed, in one of its phases, or ended."""

    UNFIXED = "unfixed"
    COMMITTING = "committing"
    REVEALING = "revealing"
    AWAITING_EVENT = "awaiting_event"
    READY = "ready"
    FAILED = "failed"
    VOID = "void"
    HELD = "held"


class Given(StrEnum):
    """What a party has done."""

    NOTHING = "nothing"
    COMMITTED = "committed"
    REVEALED = "revealed"
    OUT = "out"
    """Did not commit before the list was closed."""
    SILENT = "silent"
    """Committed, and did not reveal in time."""


class DigestShown(Struct, frozen=True, kw_only=True):
    """A digest to be compared: in hexadecimal, in characters, as a picture for a phone."""

    hex: str
    words: tuple[str, ...]


class PartyShown(Struct, frozen=True, kw_only=True):
    name: str
    given: Given
    commitment: str | None
    committed_at: datetime | None
    revealed_at: datetime | None


class VoidShown(Struct, frozen=True, kw_only=True):
    """An attempt that was given up; it stays on the record."""

    attempt: int
    reason: str
    ended_at: datetime
    digest: str


class StratumDrawn(Struct, frozen=True, kw_only=True):
    task: str
    stratum: str
    population: int
    selected: tuple[str, ...]


class OwnPart(Struct, frozen=True, kw_only=True):
    """What the looker's own party has to do; `lines` are what its commitment is the digest of, up to the secret."""

    party: str
    given: Given
    commitment: str | None
    key: str
    lines: tuple[str, ...]
    command: str


class Offered(Struct, frozen=True, kw_only=True):
    """The buttons of whoever looks."""

    fix: bool
    close: bool
    void: bool
    propose: bool
    confirm: bool


class CeremonyShown(Struct, frozen=True, kw_only=True):
    """A draw by its parties; what belongs to an attempt is empty before there is one."""

    stage: Stage
    standing: Standing
    single_operator: bool
    is_rehearsal: bool
    attempt: int
    parties: tuple[PartyShown, ...]
    fixed_at: datetime | None
    reveal_by: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    beacon: Beacon | None
    event_at: datetime | None
    outcome: str
    hash: str
    document: DigestShown | None
    commitments: DigestShown | None
    reveals: DigestShown | None
    transcript: DigestShown | None
    seed: str | None
    picture: Markup
    by: str
    strata: tuple[StratumDrawn, ...]
    lots: int
    void: tuple[VoidShown, ...]
    proposal: Proposal | None
    own: OwnPart | None
    offered: Offered

    @property
    def token(self) -> str:
        """Changes whenever whoever looks is offered something else: then the page is loaded anew."""
        own = self.own.given.value if self.own else ""
        proposal = self.proposal.id.hex[:8] if self.proposal else ""
        return "-".join((self.standing.value, str(self.attempt), own, proposal))

    @property
    def drawn_count(self) -> int:
        return len({target for stratum in self.strata for target in stratum.selected})


def ceremony_shown(reading: CeremonyReading, actor: Actor, now: datetime) -> CeremonyShown:
    """Show a draw to somebody."""
    fixed, standing = reading.fixed, _standing(reading.fixed)
    draw, head = (fixed.draw, fixed.head) if fixed else (None, None)
    proposal = fixed.proposal if fixed and fixed.proposal and fixed.proposal.stands(now) else None
    result = read_transcript(draw.transcript) if draw and draw.transcript and draw.state is DrawState.HELD else None
    return CeremonyShown(
        stage=reading.stage,
        standing=standing,
        single_operator=bool(draw and draw.single_operator),
        is_rehearsal=reading.stored.rehearsal_seed is not None,
        attempt=draw.attempt if draw else 1,
        parties=tuple(_party(each, standing) for each in fixed.parties) if fixed else (),
        fixed_at=draw.fixed_at if draw else None,
        reveal_by=reveals_end(head) if head else None,
        closed_at=draw.closed_at if draw else None,
        ended_at=draw.ended_at if draw else None,
        beacon=head.beacon if head else None,
        event_at=event_at(head) if head else None,
        outcome=draw.beacon if draw else "",
        hash=head.hash.value if head else "",
        document=_digest(draw.document_digest) if draw else None,
        commitments=_digest(fixed.commitments_digest) if fixed else None,
        reveals=_digest(fixed.reveals_digest) if fixed else None,
        transcript=_digest(draw.transcript_digest) if draw else None,
        seed=draw.seed if draw else None,
        picture=_picture(head, draw) if head and draw else Markup(),
        by=str(result.times.get("by", "")) if result else "",
        strata=_strata(result.result if result else None),
        lots=len(result.result) if result and isinstance(result.result, dict) else 0,
        void=tuple(_void(each) for each in reading.void),
        proposal=proposal,
        own=_own(reading, fixed, actor, standing) if fixed else None,
        offered=_offered(reading, actor, standing, proposal),
    )


def _standing(fixed: Fixed | None) -> Standing:
    if fixed is None:
        return Standing.UNFIXED
    ended = {DrawState.HELD: Standing.HELD, DrawState.VOID: Standing.VOID}
    return ended.get(fixed.draw.state, Standing(fixed.phase.value))


def _party(each: PartyReading, standing: Standing) -> PartyShown:
    return PartyShown(
        name=each.party,
        given=_given(each, standing),
        commitment=each.commitment,
        committed_at=each.committed_at,
        revealed_at=each.revealed_at,
    )


def _given(each: PartyReading, standing: Standing) -> Given:
    if each.revealed_at is not None:
        return Given.REVEALED
    if each.commitment is not None:
        return Given.COMMITTED if standing in {Standing.COMMITTING, Standing.REVEALING} else Given.SILENT
    return Given.NOTHING if standing is Standing.COMMITTING else Given.OUT


def _digest(digest: str | None) -> DigestShown | None:
    return DigestShown(hex=digest, words=in_characters(digest)) if digest else None


def _picture(head: Head, draw: StoredDraw) -> Markup:
    """A QR of what is compared with the published digest, to be read by any phone without a network."""
    lines = (f"{STAGE_WORDS[head.stage]} 第{head.attempt}次", f"轮次 {head.round}", f"文书 {draw.document_digest}")
    code = segno.make("\n".join(lines), error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=2, omitsize=True, title="文书摘要的二维码"))  # noqa: S704 - segno's own SVG


def _strata(result: object) -> tuple[StratumDrawn, ...]:
    if not isinstance(result, tuple):
        return ()
    return tuple(
        StratumDrawn(task=each.entry, stratum=each.stratum, population=each.population, selected=tuple(each.selected))
        for each in result
    )


def _void(draw: StoredDraw) -> VoidShown:
    return VoidShown(
        attempt=draw.attempt,
        reason=draw.void_reason or "",
        ended_at=draw.ended_at or draw.fixed_at,
        digest=draw.transcript_digest or "",
    )


def _own(reading: CeremonyReading, fixed: Fixed, actor: Actor, standing: Standing) -> OwnPart | None:
    """The part of whoever may commit; nobody's where no party of this attempt is theirs."""
    named = party_named(actor, reading.stored.settings) if may(actor, Act.COMMIT) else None
    own = next((each for each in fixed.parties if each.party == named), None)
    if own is None or fixed.draw.single_operator:
        return None
    head = fixed.head
    lines = (
        "onedoor/commit/2",
        f"stage\t{head.stage.value}",
        f"round\t{head.round}",
        f"attempt\t{head.attempt}",
        f"document\t{fixed.draw.document_digest}",
        f"party\t{own.party}",
    )
    quoted = " ".join(shlex.quote(line) for line in lines)
    digest = "sha256sum" if head.hash.value == "sha256" else "openssl dgst -sm3"
    return OwnPart(
        party=own.party,
        given=_given(own, standing),
        commitment=own.commitment,
        key=f"onedoor secret {fixed.draw.id} {own.party}",
        lines=lines,
        command=f"printf '%s\\n' {quoted} \"secret\t$SECRET\" | {digest}",
    )


def _offered(reading: CeremonyReading, actor: Actor, standing: Standing, proposal: Proposal | None) -> Offered:
    fixed, is_rehearsal = reading.fixed, reading.stored.rehearsal_seed is not None
    is_open = fixed is not None and fixed.draw.state is DrawState.FIXED and not fixed.draw.single_operator
    may_fix, may_hold = may(actor, Act.FIX_DRAW), may(actor, Act.HOLD_DRAW)
    is_unrevealed = fixed is not None and not any(each.revealed_at for each in fixed.parties)
    is_ready = is_open and (is_rehearsal or standing is Standing.READY)
    is_own = proposal is not None and str(proposal.proposer) == actor.id
    return Offered(
        fix=may_fix and reading.can_be_fixed,
        close=may_fix and is_open and standing is Standing.COMMITTING,
        void=may_fix and is_open and not is_rehearsal and (is_unrevealed or standing is Standing.FAILED),
        propose=may_hold and is_ready and proposal is None,
        confirm=may_hold and proposal is not None and not is_own,
    )

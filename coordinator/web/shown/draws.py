"""A draw as its parties see it: the fixed document, commitments, reveals, seed, digests, and the files to download.

Whether the draw holds is recomputed in the browser, not here.
"""

from datetime import datetime

from msgspec import Struct

from coordinator.actions.reading import DrawReading
from coordinator.storage.draws import DrawState
from solver.chance.head import Beacon, Stage
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.seed import commitments_digest
from solver.chance.targets import StratumSelection


class FileShown(Struct, frozen=True, kw_only=True):
    """A file of the draw; `is_fixed` where it belongs to the document whose digest was published."""

    name: str
    size: int
    digest: str
    is_fixed: bool


class CommitmentShown(Struct, frozen=True, kw_only=True):
    """What a party committed to, and its secret once revealed."""

    party: str
    commitment: str
    committed_at: datetime
    secret: str | None
    revealed_at: datetime | None


class StratumShown(Struct, frozen=True, kw_only=True):
    """How many of a stratum were drawn."""

    task: str
    stratum: str
    population: int
    size: int
    alternates: int


class DrawShown(Struct, frozen=True, kw_only=True):
    """A draw whole; what comes after fixing is null or empty until it has happened."""

    stage: Stage
    attempt: int
    state: DrawState
    hash: Algorithm
    is_rehearsal: bool
    single_operator: bool
    parties: tuple[str, ...]
    reveal_by: str
    beacon: Beacon | None
    outcome: str
    fixed_at: datetime
    ended_at: datetime | None
    document_digest: str
    files: tuple[FileShown, ...]
    commitments: tuple[CommitmentShown, ...]
    commitments_digest: str | None
    reveals_digest: str | None
    seed: str | None
    transcript_digest: str | None
    strata: tuple[StratumShown, ...]
    lots: int


def draw_shown(reading: DrawReading) -> DrawShown:
    """Show one draw whole."""
    draw, document, transcript = reading.draw, reading.document, reading.transcript
    result = transcript.result if transcript else None
    return DrawShown(
        stage=draw.stage,
        attempt=draw.attempt,
        state=draw.state,
        hash=document.head.hash,
        is_rehearsal=transcript.rehearsal if transcript else False,
        single_operator=draw.single_operator,
        parties=document.head.parties,
        reveal_by=document.head.reveal_by,
        beacon=document.head.beacon,
        outcome=draw.beacon,
        fixed_at=draw.fixed_at,
        ended_at=draw.ended_at,
        document_digest=document.digest,
        files=files_shown(reading),
        commitments=tuple(
            CommitmentShown(
                party=each.party,
                commitment=each.commitment,
                committed_at=each.committed_at,
                secret=each.secret,
                revealed_at=each.revealed_at,
            )
            for each in reading.commitments
        ),
        commitments_digest=commitments_digest_of(reading),
        reveals_digest=reading.reveals_digest,
        seed=draw.seed,
        transcript_digest=draw.transcript_digest,
        strata=tuple(_stratum(each) for each in result) if isinstance(result, tuple) else (),
        lots=len(result) if isinstance(result, dict) else 0,
    )


def files_shown(reading: DrawReading) -> tuple[FileShown, ...]:
    """List a draw's files, those of the fixed document first."""
    fixed = reading.document.file_digests
    return tuple(
        FileShown(
            name=name,
            size=len(content),
            digest=digest_of(reading.document.head.hash, content),
            is_fixed=name in fixed,
        )
        for name, content in sorted(reading.files.items(), key=lambda file: (file[0] not in fixed, file[0]))
    )


def commitments_digest_of(reading: DrawReading) -> str | None:
    """The digest of all commitments, once there are any."""
    given = {each.party: each.commitment for each in reading.commitments}
    return commitments_digest(reading.document, given) if given else None  # type: ignore[arg-type] # plain text in storage


def _stratum(selection: StratumSelection) -> StratumShown:
    return StratumShown(
        task=selection.entry,
        stratum=selection.stratum,
        population=selection.population,
        size=selection.size,
        alternates=len(selection.alternates),
    )

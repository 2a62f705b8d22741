"""The transcript (draw.md §6): the record from which anyone can recompute a draw, its files lying beside it.

Writing one out of a ceremony, and reading one strictly; whether it holds is for verify.py. A void attempt's transcript
has neither seed nor result.
"""

import json
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from solver.chance.ceremony import Ceremony, reason_void, seed_of
from solver.chance.document import FILE_NAMES
from solver.chance.errors import Broken, Check, Unreadable
from solver.chance.head import Stage
from solver.chance.identifiers import HexDigest, HexSecret, HexSeed, Party, Seed
from solver.chance.lots import Teams
from solver.chance.reading import convert, read_value, write
from solver.chance.source import Source, outcome
from solver.chance.targets import StratumSelection
from solver.planning.ids import RoundId

TRANSCRIPT = "transcript.json"
TRANSCRIPT_FORMAT: Literal["onedoor/transcript/2"] = "onedoor/transcript/2"

Times: TypeAlias = dict[str, Any]
"""What the office says happened when: RFC 3339 times by name, or by name and party. No file can prove them."""


class DocumentRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    digest: HexDigest
    files: dict[str, HexDigest]


class Transcript(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`result`: a list of selections for `targets`, role or desk id → inspectors for `teams`, null where void."""

    format: Literal["onedoor/transcript/2"] = TRANSCRIPT_FORMAT
    stage: Stage
    round: RoundId
    attempt: Annotated[int, Meta(ge=1)]
    document: DocumentRecord
    commitments: dict[Party, HexDigest]
    reveals: dict[Party, HexSecret]
    beacon: str
    rehearsal: bool
    single_operator: bool
    seed: HexSeed | None
    result: tuple[StratumSelection, ...] | Teams | None
    times: Times

    @property
    def ceremony(self) -> Ceremony:
        """What the parties and the beacon gave."""
        return Ceremony(
            commitments=self.commitments,
            reveals=self.reveals,
            beacon=self.beacon,
            single_operator=self.single_operator,
        )


def hold(source: Source, ceremony: Ceremony, times: Times) -> Transcript:
    """Hold the draw: derive the seed and let chance decide; raises `Broken` where the ceremony broke a rule."""
    seed = seed_of(source.document, ceremony)
    return _transcript(source, ceremony, times, seed=seed, rehearsal=False)


def rehearse(source: Source, seed: Seed, times: Times) -> Transcript:
    """Draw with a given seed; the transcript says that this was a rehearsal."""
    return _transcript(source, Ceremony(commitments={}, reveals={}), times, seed=seed, rehearsal=True)


def declare_void(source: Source, ceremony: Ceremony, times: Times) -> Transcript:
    """Record an attempt from which no seed may be derived: it stays on the record, the next one names its digest."""
    if not reason_void(source.document.head, ceremony):
        raise Broken(Check.REVEAL, "reveals", "各方均已依规公布，本次抽取不能作废。")
    return _transcript(source, ceremony, times, seed=None, rehearsal=False)


def transcript_file(transcript: Transcript) -> bytes:
    """Write the transcript; its digest is H of these bytes."""
    return write(transcript)


def read_transcript(data: bytes) -> Transcript:
    """Read a transcript; raises `Unreadable` where it is none at all, `Broken` (format) where its form is wrong."""
    _peek(data)
    transcript = convert(TRANSCRIPT, read_value(TRANSCRIPT, data), Transcript)
    names = FILE_NAMES[transcript.stage]
    if tuple(sorted(transcript.document.files)) != names:
        raise Broken(Check.FORMAT, f"{TRANSCRIPT} $.document.files", f"应恰好列出 {'、'.join(names)}。")
    _refuse_result(transcript)
    return transcript


def files_beside(data: bytes) -> tuple[str, ...]:
    """Return the names of the files that `verify` needs beside a transcript; raises `Unreadable` where it is none.

    A transcript of wrong form is not refused here: to say so, and say where, is `verify`'s part.
    """
    stage = _peek(data).get("stage")
    return FILE_NAMES[Stage(stage)] if stage in list(Stage) else ()


def _transcript(source: Source, ceremony: Ceremony, times: Times, *, seed: Seed | None, rehearsal: bool) -> Transcript:
    document = source.document
    return Transcript(
        stage=document.head.stage,
        round=document.head.round,
        attempt=document.head.attempt,
        document=DocumentRecord(digest=document.digest, files=document.file_digests),
        commitments=ceremony.commitments,
        reveals=ceremony.reveals,
        beacon=ceremony.beacon,
        rehearsal=rehearsal,
        single_operator=ceremony.single_operator,
        seed=seed,
        result=outcome(source, seed) if seed else None,
        times=times,
    )


def _peek(data: bytes) -> dict[str, Any]:
    """Look at the bytes without judging their form, or raise `Unreadable` where they are no transcript at all."""
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Unreadable(TRANSCRIPT, "不是 UTF-8 的 JSON 文件。") from error
    if not isinstance(value, dict) or value.get("format") != TRANSCRIPT_FORMAT:
        raise Unreadable(TRANSCRIPT, f"不是 {TRANSCRIPT_FORMAT} 格式的抽取记录。")
    return value


def _refuse_result(transcript: Transcript) -> None:
    """Raise `Broken` where the result is not of its stage, or stands without a seed, or a seed without it."""
    if (transcript.seed is None) != (transcript.result is None):
        raise Broken(Check.FORMAT, f"{TRANSCRIPT} $.seed", "种子与结果须同时有（抽取有效）或同时为 null（抽取作废）。")
    if transcript.seed is None and (transcript.rehearsal or transcript.beacon):
        raise Broken(Check.FORMAT, f"{TRANSCRIPT} $.seed", "作废的抽取不是演练，也没有公共随机事件的结果。")
    form = tuple if transcript.stage is Stage.TARGETS else dict
    if transcript.result is not None and not isinstance(transcript.result, form):
        raise Broken(Check.FORMAT, f"{TRANSCRIPT} $.result", f"不是 {transcript.stage} 阶段的结果。")

"""Verification (draw.md §6): does a transcript hold, and if not, what is the first thing that does not.

The stages of the check stand in the order in which it names them; what was certain beforehand is in certain.py, the
words of the verdict in report.py. The same verdict comes from verify_draw.py, which shares no code with this.
"""

from collections.abc import Mapping

import msgspec

from solver.chance.ceremony import reason_void, refuse_beacon, refuse_commitments, refuse_reveals
from solver.chance.certain import certain_beforehand
from solver.chance.contents import Content
from solver.chance.document import content, document_digest, whole
from solver.chance.errors import Broken, Check
from solver.chance.head import HEAD, Head, read_head
from solver.chance.identifiers import Digest, Party
from solver.chance.numbers import Algorithm, digest_of
from solver.chance.seed import commitments_digest, derive_seed, reveals_digest
from solver.chance.source import Outcome, Source, lookalikes_in, outcome, read_source
from solver.chance.targets import StratumSelection
from solver.chance.transcript import TRANSCRIPT, Transcript, read_transcript


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that does not hold: which check, where, and why in Chinese."""

    check: Check
    place: str
    text: str


class Digests(msgspec.Struct, frozen=True, kw_only=True):
    """To be compared with the signed minutes: a file cannot prove in which order it came to be."""

    document: Digest
    commitments: Digest
    reveals: Digest
    transcript: Digest


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A transcript that holds, and what has to be said about it."""

    head: Head
    digests: Digests
    rehearsal: bool
    single_operator: bool
    void: str
    out: tuple[Party, ...]
    silent: tuple[Party, ...]
    certain: tuple[str, ...]
    lookalikes: tuple[tuple[str, ...], ...]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Either the first failure or what was verified."""

    failure: Failure | None = None
    verified: Verified | None = None

    @property
    def holds(self) -> bool:
        """Whether everything could be recomputed."""
        return self.failure is None


def verify(transcript: bytes, files: Mapping[str, Content]) -> Verdict:
    """Recompute a draw from its transcript and the files beside it, by name.

    Raises `Unreadable` where the transcript is none, a file is missing, or this machine has no SM3.
    """
    try:
        return Verdict(verified=_examine(transcript, files))
    except Broken as broken:
        return Verdict(failure=Failure(check=broken.check, place=broken.place, text=broken.text))


def _examine(data: bytes, files: Mapping[str, Content]) -> Verified:
    transcript = read_transcript(data)
    algorithm = _match_files(transcript, files)
    _match_head(transcript, read_head(whole(files, HEAD)))
    source = read_source(files)
    document, head = source.document, source.document.head
    refuse_commitments(head, transcript.commitments)
    refuse_reveals(document, transcript.ceremony)
    void = "" if transcript.rehearsal else reason_void(head, transcript.ceremony)
    _match_seed(transcript, source, void)
    if transcript.seed and transcript.result is not None:
        _match_outcome(transcript.result, outcome(source, transcript.seed))
    return Verified(
        head=head,
        digests=Digests(
            document=document.digest,
            commitments=commitments_digest(document, transcript.commitments),
            reveals=reveals_digest(document, transcript.reveals),
            transcript=digest_of(algorithm, data),
        ),
        rehearsal=transcript.rehearsal,
        single_operator=transcript.single_operator,
        void=void,
        out=tuple(party for party in head.parties if party not in transcript.commitments),
        silent=tuple(sorted(transcript.commitments.keys() - transcript.reveals.keys())),
        certain=certain_beforehand(source),
        lookalikes=lookalikes_in(source),
    )


def _match_files(transcript: Transcript, files: Mapping[str, Content]) -> Algorithm:
    """Compare the digests of the files and of the document with those recorded; return the hash that they are made by.

    The hash stands in the head, which is not judged yet: its canonical form shows it at a glance. So the head comes
    first: if it has been meddled with, it fails by its own digest, whichever hash it now seems to name.
    """
    names = sorted(transcript.document.files)
    contents = {name: content(files, name) for name in names}
    algorithm = Algorithm.SM3 if b'"hash":"sm3"' in whole(files, HEAD) else Algorithm.SHA256
    digests = {name: digest_of(algorithm, contents[name]) for name in names}
    for name in (HEAD, *names):
        if digests[name] != transcript.document.files[name]:
            raise Broken(Check.FILE_DIGEST, name, f"摘要是 {digests[name]}，与记录不符，文件已被改动。")
    digest = document_digest(algorithm, digests)
    if digest != transcript.document.digest:
        raise Broken(Check.DOCUMENT_DIGEST, f"{TRANSCRIPT} $.document.digest", f"文书的摘要应为 {digest}。")
    return algorithm


def _match_head(transcript: Transcript, head: Head) -> None:
    for name in ("stage", "round", "attempt"):
        recorded, fixed = getattr(transcript, name), getattr(head, name)
        if recorded != fixed:
            raise Broken(Check.FORMAT, f"{TRANSCRIPT} $.{name}", f"“{recorded}” 与 {HEAD} 的 “{fixed}” 不符。")


def _match_seed(transcript: Transcript, source: Source, void: str) -> None:
    """Judge the seed's origin: given in a rehearsal, absent from a void attempt, else derived."""
    if transcript.rehearsal:
        return
    if void and transcript.seed:
        raise Broken(Check.REVEAL, f"{TRANSCRIPT} $.reveals", void)
    if not transcript.seed:
        if not void:
            raise Broken(Check.SEED, f"{TRANSCRIPT} $.seed", "各方均已依规公布，却没有种子。")
        return
    refuse_beacon(source.document.head, transcript.beacon)
    seed = derive_seed(source.document, transcript.commitments, transcript.reveals, transcript.beacon)
    if transcript.seed != seed:
        raise Broken(Check.SEED, f"{TRANSCRIPT} $.seed", f"种子应为 {seed}。")


def _match_outcome(recorded: Outcome, drawn: Outcome) -> None:
    if isinstance(recorded, dict) and isinstance(drawn, dict):
        for lot in sorted(recorded.keys() | drawn.keys()):
            if recorded.get(lot) != drawn.get(lot):
                should = "、".join(drawn.get(lot, ())) or "无人"
                raise Broken(Check.LOT, f"{TRANSCRIPT} $.result “{lot}”", f"应为 {should}。")
    elif isinstance(recorded, tuple) and isinstance(drawn, tuple):
        _match_sizes(recorded, drawn)
        for place, (selection, should_be) in enumerate(zip(recorded, drawn, strict=True)):
            if selection != should_be:
                where = f"{TRANSCRIPT} $.result[{place}]"
                text = f"任务 “{should_be.entry}” 层 “{should_be.stratum}” 的抽中名单、递补顺序或批次与重新计算的不同。"
                raise Broken(Check.SELECTION, where, text)


def _match_sizes(recorded: tuple[StratumSelection, ...], drawn: tuple[StratumSelection, ...]) -> None:
    """Raise `Broken` (size) unless the strata are those of the frame and each says its N and n."""
    if len(recorded) != len(drawn):
        raise Broken(Check.SIZE, f"{TRANSCRIPT} $.result", f"应有 {len(drawn)} 层，却有 {len(recorded)} 层。")
    for place, (selection, should_be) in enumerate(zip(recorded, drawn, strict=True)):
        for name in ("entry", "stratum", "population", "size"):
            found, should = getattr(selection, name), getattr(should_be, name)
            if found != should:
                raise Broken(Check.SIZE, f"{TRANSCRIPT} $.result[{place}].{name}", f"应为 “{should}”，却是 “{found}”。")

"""What was found: one finding a result row, cases and fines among them, and the facts of a round added up from them.

How a filled-in form becomes findings is `results`; what is counted of them is `statistics`.
"""

import unicodedata
from collections.abc import Collection, Container, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.errors import Conflict
from coordinator.domain.expectations import Expectations, ResultKey
from coordinator.domain.ids import DepartmentId, ItemCode, RoundId, TargetId, TaskId

FEN_A_YUAN = 100


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case as one row names it; the fine (罚款 and 没收 together) is in fen, None where the row leaves it empty."""

    number: Annotated[str, Meta(min_length=1)]
    filed_on: date
    fine_fen: Annotated[int, Meta(ge=0)] | None = None

    @property
    def identity(self) -> str:
        """What makes two rows name one case within a department: the number, whatever its width and blanks."""
        return "".join(unicodedata.normalize("NFKC", self.number).split())


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of one matter for one task; `file` and `row` say where it was handed in, and are no part of it."""

    task: TaskId
    department: DepartmentId
    target: TargetId
    item: ItemCode
    inspected_on: date
    result: ResultCode
    problem: str = ""
    dispositions: tuple[Disposition, ...] = ()
    case: Case | None = None
    channel: PublicationChannel | None = None
    published_on: date | None = None
    withheld_reason: str = ""
    referred_to: str = ""
    file: str = ""
    row: int = 0

    @property
    def key(self) -> ResultKey:
        return ResultKey(self.task, self.department, self.target, self.item)

    @property
    def is_published(self) -> bool:
        """A channel alone says where a result will be published, with a day that it was."""
        return self.published_on is not None and self.channel not in {None, PublicationChannel.WITHHELD}

    @property
    def is_withheld(self) -> bool:
        return self.channel is PublicationChannel.WITHHELD

    @property
    def content(self) -> "Finding":
        """What was found, wherever it was handed in: two rows say the same where their contents are equal."""
        return replace(self, file="", row=0)


class Correction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that its department replaced by a later hand-in (更正)."""

    before: Finding
    after: Finding


class HandedInFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workbook that has been taken in, known again by the digest of its bytes."""

    department: DepartmentId
    file: str
    sha256: str


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A round's expectations and everything found so far, sorted by key; what the statistics add up."""

    format: Literal["onedoor/facts/1"] = "onedoor/facts/1"
    expectations: Expectations
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()
    files: tuple[HandedInFile, ...] = ()

    @property
    def round(self) -> RoundId:
        return self.expectations.round

    @cached_property
    def finding_by_key(self) -> dict[ResultKey, Finding]:
        return {finding.key: finding for finding in self.findings}


class Newer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder's facts add to what is stored: findings to be written, and what was corrected."""

    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]


def newer_in(facts: Facts, standing: Sequence[Finding], corrected: Collection[Correction]) -> Newer:
    """Say what facts have that is not stored: what a stored correction has replaced does not come back with them.

    Where both say something of one result and no correction tells which came first, the folder was handed in last.
    """
    known = {each.key: each for each in standing}
    replaced = {each.before.content for each in corrected}
    fresh = [each for each in facts.corrections if each not in corrected]
    told = {(each.before.content, each.after.content) for each in fresh}
    renewed = {after for _, after in told}
    written = [
        each
        for each in facts.findings
        if each.key not in known
        or (known[each.key].content != each.content and (each.content in renewed or each.content not in replaced))
    ]
    made = [Correction(before=known[each.key], after=each) for each in written if each.key in known]
    untold = (each for each in made if (each.before.content, each.after.content) not in told)
    return Newer(findings=tuple(written), corrections=(*fresh, *untold))


def merge_rounds(folders: Sequence[Facts]) -> tuple[Facts, ...]:
    """Bring several folders' facts together, one for each round, sorted; what stands in two of them counts once.

    Raises Conflict where two folders of one round were drawn differently, or report one result differently.
    """
    rounds: dict[RoundId, Facts] = {}
    for facts in folders:
        known = rounds.get(facts.round)
        rounds[facts.round] = facts if known is None else _together(known, facts)
    return tuple(rounds[round_] for round_ in sorted(rounds))


def _together(one: Facts, other: Facts) -> Facts:
    if one.expectations != other.expectations:
        raise Conflict(
            f"两个文件夹都是轮次“{one.round}”，但抽取结果不同。", remedy="请只保留正式的一次，演练的不要放在一起汇总。"
        )
    corrections = tuple(dict.fromkeys((*one.corrections, *other.corrections)))
    replaced = {correction.before.content for correction in corrections}
    findings = dict(one.finding_by_key)
    for finding in other.findings:
        findings[finding.key] = _agreed(one.round, findings.get(finding.key, finding), finding, replaced)
    return Facts(
        expectations=one.expectations,
        findings=tuple(findings[key] for key in sorted(findings)),
        corrections=corrections,
        files=tuple(dict.fromkeys((*one.files, *other.files))),
    )


def _agreed(round_: RoundId, known: Finding, other: Finding, replaced: Container[Finding]) -> Finding:
    """Choose between two folders' words: the one that no correction has replaced, if that decides it."""
    standing = [finding for finding in (known, other) if finding.content not in replaced]
    if known.content == other.content:
        return known
    if len(standing) == 1:
        return standing[0]
    raise Conflict(
        f"轮次“{round_}”的两个文件夹对同一结果（{'，'.join(known.key)}）说法不同。",
        remedy="请先把更正后的填报表交给 onedoor results，再用它给出的文件夹汇总。",
    )

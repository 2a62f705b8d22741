"""The rules of the ceremony (draw.md §3): whose commitment and reveal count, and when a seed may be derived.

The same rules judge a step as it happens and a finished transcript. The moment of a step is a parameter; publishing
the digests in time is the caller's duty.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from solver.chance.document import FixedDocument
from solver.chance.errors import Broken, Check
from solver.chance.head import HEAD, Head, moment
from solver.chance.identifiers import HEX, Digest, HexDigest, HexSecret, Party, Secret, Seed
from solver.chance.seed import commitment, derive_seed

FEWEST_REVEALS = 2


class Ceremony(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the parties and the beacon gave; `single_operator` where one process made all the secrets."""

    commitments: dict[Party, HexDigest]
    reveals: dict[Party, HexSecret]
    beacon: str = ""
    single_operator: bool = False


def accept_commitment(document: FixedDocument, ceremony: Ceremony, party: Party, published: Digest) -> Ceremony:
    """Add a party's commitment, or raise `Broken`: not a party, its second, or after the first reveal."""
    if party in ceremony.commitments:
        raise Broken(Check.COMMITMENT, party, "已提交过承诺，不能再提交第二份。")
    if ceremony.reveals:
        raise Broken(Check.COMMITMENT, party, "已有参与方公布秘密，不再接受承诺。")
    grown = msgspec.structs.replace(ceremony, commitments={**ceremony.commitments, party: published})
    refuse_commitments(document.head, grown.commitments)
    return grown


def accept_reveal(
    document: FixedDocument,
    ceremony: Ceremony,
    party: Party,
    secret: Secret,
    *,
    at: datetime,
    used_before: Collection[Secret] = (),
) -> Ceremony:
    """Add a party's secret, or raise `Broken`: late, used in an earlier draw, or not what it committed to."""
    if at > moment(f"{HEAD} $.reveal_by", document.head.reveal_by):
        raise Broken(Check.REVEAL, party, f"公布秘密的截止时间 {document.head.reveal_by} 已过。")
    if secret in used_before:
        raise Broken(Check.REVEAL, party, "这个秘密以前用过，不能再用。")
    grown = msgspec.structs.replace(ceremony, reveals={**ceremony.reveals, party: secret})
    refuse_reveals(document, grown)
    return grown


def seed_of(document: FixedDocument, ceremony: Ceremony) -> Seed:
    """Derive the seed of a ceremony that kept every rule, or raise `Broken`: without it nothing is drawn."""
    refuse_commitments(document.head, ceremony.commitments)
    refuse_reveals(document, ceremony)
    if reason := reason_void(document.head, ceremony):
        raise Broken(Check.REVEAL, "reveals", reason)
    refuse_beacon(document.head, ceremony.beacon)
    return derive_seed(document, ceremony.commitments, ceremony.reveals, ceremony.beacon)


def refuse_commitments(head: Head, commitments: Mapping[Party, Digest]) -> None:
    """Raise `Broken` where someone committed who is no party of the head, or a commitment is no digest."""
    for party, published in sorted(commitments.items()):
        if party not in head.parties:
            raise Broken(Check.COMMITMENT, f"commitments “{party}”", f"不是 {HEAD} 所列的参与方。")
        if not re.fullmatch(HEX, published):
            raise Broken(Check.COMMITMENT, f"commitments “{party}”", "承诺应为 64 位小写十六进制数。")


def refuse_reveals(document: FixedDocument, ceremony: Ceremony) -> None:
    """Raise `Broken` where a revealed secret is not the one committed to, or is not its party's alone."""
    revealed: dict[Secret, Party] = {}
    for party, secret in sorted(ceremony.reveals.items()):
        place = f"reveals “{party}”"
        if party not in ceremony.commitments:
            raise Broken(Check.REVEAL, place, "没有提交过承诺（commitment），公布的秘密无效。")
        if commitment(document, party, secret) != ceremony.commitments[party]:
            raise Broken(Check.REVEAL, place, "公布的秘密与其承诺（commitment）不符。")
        if secret in revealed:
            raise Broken(Check.REVEAL, place, f"与 “{revealed[secret]}” 公布了同一个秘密。")
        revealed[secret] = party


def reason_void(head: Head, ceremony: Ceremony) -> str:
    """Return why no seed may be derived and the attempt is void, or nothing.

    Two must reveal; without a beacon, all who committed. Where one operator made all the secrets, a second party would
    add nothing: a head with a single party may then be drawn.
    """
    silent = [party for party in sorted(ceremony.commitments) if party not in ceremony.reveals]
    if silent and head.beacon is None:
        return f"没有公共随机事件时须全部公布，而 {'、'.join(silent)} 未公布秘密，本次作废。"
    fewest = min(FEWEST_REVEALS, len(head.parties)) if ceremony.single_operator else FEWEST_REVEALS
    if len(ceremony.reveals) < fewest:
        return f"至少须有 {fewest} 方公布秘密，实有 {len(ceremony.reveals)} 方，本次作废。"
    return ""


def refuse_beacon(head: Head, text: str) -> None:
    """Raise `Broken` (seed) unless the text is the one way to write the beacon's outcome, or empty without a beacon."""
    if head.beacon is None and text:
        raise Broken(Check.SEED, "beacon", f"{HEAD} 没有公共随机事件，此处应为空。")
    if head.beacon and not re.fullmatch(head.beacon.pattern, text, re.ASCII):
        raise Broken(Check.SEED, "beacon", f"“{text}” 不符合 {HEAD} 规定的写法 {head.beacon.pattern}。")

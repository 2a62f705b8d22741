"""Commitments, reveals and the seed they make (draw.md §3): printable lines and their digests, nothing else.

Who may commit and reveal, and when, is in ceremony.py; secrets are made by the parties, never here.
"""

from collections.abc import Iterable, Mapping

from solver.chance.document import FixedDocument
from solver.chance.identifiers import Digest, Party, Secret, Seed
from solver.chance.numbers import digest_of_lines

Line = tuple[str, ...]


def commitment(document: FixedDocument, party: Party, secret: Secret) -> Digest:
    """Return what a party publishes to bind itself to its secret, for this document and attempt alone."""
    lines = (("onedoor/commit/2",), *_draw_lines(document), ("party", party), ("secret", secret))
    return digest_of_lines(document.head.hash, lines)


def commitments_digest(document: FixedDocument, commitments: Mapping[Party, Digest]) -> Digest:
    """Return the digest of the seed's `commitment` lines, to be compared with the signed minutes."""
    return digest_of_lines(document.head.hash, _party_lines("commitment", commitments))


def reveals_digest(document: FixedDocument, reveals: Mapping[Party, Secret]) -> Digest:
    """Return the digest of the seed's `reveal` lines.

    Published before the beacon's event: who revealed can then no longer be chosen with the outcome in sight.
    """
    return digest_of_lines(document.head.hash, _party_lines("reveal", reveals))


def derive_seed(
    document: FixedDocument, commitments: Mapping[Party, Digest], reveals: Mapping[Party, Secret], beacon: str
) -> Seed:
    """Return the seed; `beacon` is the outcome as text, empty without a beacon. The rules are ceremony.py's."""
    lines = (
        ("onedoor/seed/2",),
        *_draw_lines(document),
        *_party_lines("commitment", commitments),
        *_party_lines("reveal", reveals),
        ("beacon", beacon),
    )
    return Seed(digest_of_lines(document.head.hash, lines))


def _draw_lines(document: FixedDocument) -> Iterable[Line]:
    head = document.head
    yield "stage", head.stage.value
    yield "round", head.round
    yield "attempt", str(head.attempt)
    yield "document", document.digest


def _party_lines(label: str, by_party: Mapping[Party, str]) -> Iterable[Line]:
    return ((label, text, party) for party, text in sorted(by_party.items()))

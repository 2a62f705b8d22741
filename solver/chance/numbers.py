"""The hash of a document and the numbers that a seed gives (draw.md §1): chance enters nowhere else.

Who is ranked by a number, and under which label, is said where it is used: targets.py, lots.py.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from solver.chance.contents import PIECE, Content
from solver.chance.errors import Unreadable
from solver.chance.identifiers import Digest, Seed

NUMBER_BYTES = 8
WORDS = 2**64
EVERY = b"\xff" * 65
"""Above every digest."""


class Algorithm(StrEnum):
    """The hash that a document's head names; SM3 (GB/T 32905) is there where OpenSSL has it."""

    SHA256 = "sha256"
    SM3 = "sm3"


def hasher(algorithm: Algorithm, start: bytes = b"") -> "hashlib._Hash":
    """Start a hash, or say clearly that this machine has no SM3."""
    try:
        return hashlib.new(algorithm.value, start)
    except ValueError as error:
        raise Unreadable(
            algorithm.value, "本机的 OpenSSL 不提供国密 SM3，无法计算；请换一台支持 SM3 的机器。"
        ) from error


def digest_of(algorithm: Algorithm, data: Content) -> Digest:
    """Return H(data) in lower-case hex."""
    state = hasher(algorithm)
    for start in range(0, len(data), PIECE):
        state.update(data[start : start + PIECE])
    return Digest(state.hexdigest())


def digest_of_lines(algorithm: Algorithm, lines: Iterable[tuple[str, ...]]) -> Digest:
    """Return H of printable lines, each ended by LF, their parts apart by TAB: what `printf` and `sha256sum` give."""
    return digest_of(algorithm, "".join("\t".join(line) + "\n" for line in lines).encode())


class Numbers:
    """`number(label, id, …)` of one seed: the first 8 bytes, big-endian, of H(seed TAB label TAB id TAB …)."""

    def __init__(self, seed: Seed, algorithm: Algorithm) -> None:
        self._seeded = hasher(algorithm, seed.encode())

    def number(self, label: str, *identifiers: str) -> int:
        """Return the number as an integer from 0 to 2^64 − 1."""
        state = self._seeded.copy()
        state.update("\t".join(("", label, *identifiers)).encode())
        return int.from_bytes(state.digest()[:NUMBER_BYTES])

    def ranks(self, label: str, identifiers: Iterable[bytes], below: bytes) -> Iterator[bytes]:
        """Yield for each UTF-8 identifier its number's 8 bytes and itself: these sort as (number, identifier) do.

        Only those are given whose digest is below `below`.
        """
        labelled = self._seeded.copy()
        labelled.update(f"\t{label}\t".encode())
        for identifier in identifiers:
            state = labelled.copy()
            state.update(identifier)
            digest = state.digest()
            if digest < below:
                yield digest[:NUMBER_BYTES] + identifier

    def place(self, identifier: str) -> tuple[int, str]:
        """Return where a role, an inspector or a half-day stands in the lots."""
        return self.number("order", identifier), identifier

    def below(self, department: str) -> Callable[[int], int]:
        """Return the department's `below(m)`: whole numbers under m, all equally likely, from words 0, 1, 2, …"""
        counter = -1

        def below(limit: int) -> int:
            nonlocal counter
            word = WORDS
            while word >= WORDS - WORDS % limit:
                counter += 1
                word = self.number("lots", department, str(counter))
            return word % limit

        return below

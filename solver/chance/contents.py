"""The bytes of a file, held in memory or read piece by piece where they are many.

What they say is read elsewhere; nothing here opens a file.
"""

from collections.abc import Iterator
from typing import Protocol

PIECE = 1 << 20


class Content(Protocol):
    """As much of `bytes` as reading needs: how many there are, and any slice of them."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


def line_pieces(content: Content, start: int, stop: int, size: int) -> Iterator[bytes]:
    """Yield the bytes from `start` to `stop` in pieces of whole lines, about `size` long; the last may lack its LF."""
    reach = size
    while start < stop:
        piece = content[start : min(start + reach, stop)]
        whole = len(piece) if start + reach >= stop else piece.rfind(b"\n") + 1
        if whole:
            yield piece[:whole]
        start, reach = start + whole, size if whole else 2 * reach

"""What can be wrong with a draw: either it cannot be read at all, or one named check does not hold.

The sentences are Chinese, for whoever holds the draw in hand, and name the place: file, line or JSON path.
"""

from enum import StrEnum


class Check(StrEnum):
    """What `verify` looks at, in this order (draw.md §6)."""

    FORMAT = "format"
    FILE_DIGEST = "file digest"
    DOCUMENT_DIGEST = "document digest"
    COMMITMENT = "commitment"
    REVEAL = "reveal"
    SEED = "seed"
    SIZE = "size"
    SELECTION = "selection"
    CHANCE_TABLE = "chance table"
    LOT = "lot"


class ChanceError(ValueError):
    """Something about a draw that is refused, never repaired; `str()` is one Chinese sentence that names the place."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}：{text}")
        self.place = place
        self.text = text


class Unreadable(ChanceError):  # noqa: N818 - named for what the file is
    """The thing cannot be examined: missing, not JSON, of another format, or its hash is not to be had here."""


class Broken(ChanceError):  # noqa: N818 - named for what the draw is
    """A check that does not hold."""

    def __init__(self, check: Check, place: str, text: str) -> None:
        super().__init__(place, text)
        self.check = check

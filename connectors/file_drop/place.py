"""What a receiver's folder must be able to do, wherever it lies: on a disk, or behind SFTP.

What is written into it, and in which order, is said in `placing`.
"""

from collections.abc import Mapping
from typing import Protocol


class Place(Protocol):
    """One folder of plain files. Names are single entries of it; failures are OSErrors."""

    def names(self) -> list[str]:
        """Everything that has a name in it."""
        ...

    def read(self, name: str) -> bytes | None:
        """The content of a plain file, None where there is none."""
        ...

    def contents(self, prefix: str) -> Mapping[str, bytes]:
        """Every plain file whose name begins so, with its content."""
        ...

    def digest(self, name: str) -> str | None:
        """SHA-256 of the plain file of that name, None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a new file for good; whatever had the name before is gone."""
        ...

    def rename(self, name: str, new: str) -> None:
        """Give a file another name, whatever has had that one so far, in one step where the place can."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file; it may be gone already."""
        ...

    def settle(self, name: str = "") -> None:
        """Bring a file's content, or the folder's names, to where a power cut cannot reach them, if the place can."""
        ...

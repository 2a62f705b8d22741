"""Files that may be too large to be held: read slice by slice.

What they say is for others.
"""

from pathlib import Path

from coordinator.documents.disk_words import reason
from coordinator.domain.errors import Invalid


class LargeFile:
    """As much of `bytes` as reading a frame needs; how much it holds is settled here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._size = path.stat().st_size
        except OSError as error:
            raise Invalid(f"读不了文件“{path}”（{reason(error)}）。", remedy="请核对路径和权限。") from error

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        start, stop, _ = part.indices(self._size)
        with self._path.open("rb") as file:
            file.seek(start)
            content = file.read(stop - start)
        if len(content) < stop - start:
            raise Invalid(f"文件“{self._path}”在读取时变短了。", remedy="请等它写完再运行。")
        return content

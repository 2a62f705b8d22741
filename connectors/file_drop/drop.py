"""A department's folder on a disk: where it lies, who may write there, one at a time.

What is written there, and in which order, is said in `placing`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from connectors.contract import Confirmation, Package, Receipt
from connectors.file_drop.disk import LocalFolder, alone_in, in_words, make_folder
from connectors.file_drop.names import safe_name
from connectors.file_drop.placing import answer_in, put_into

T = TypeVar("T")


class FileDrop:
    """Delivers to `<root>/<recipient>/`; the root must exist, receivers' folders are made.

    One thread of its own: a share that hangs in the kernel holds up nobody else.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="file-drop")

    async def deliver(self, package: Package) -> Receipt:
        """Drop a package; where its manifest stands already, nothing is touched, whatever became of the files."""
        return await self._by_hand(lambda: drop(self._root, package))

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Read the receiver's acknowledgement."""
        return await self._by_hand(lambda: ask(self._root, package, receipt))

    async def aclose(self) -> None:
        self._hand.shutdown(wait=False, cancel_futures=True)

    async def _by_hand(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hand, act)


def drop(root: Path, package: Package) -> Receipt:
    """Drop a package below `root`; raises TemporaryError or PermanentError."""
    folder = root / safe_name(package.recipient)
    with in_words(f"文件夹“{folder}”"):
        make_folder(folder)
        with alone_in(folder):
            return put_into(LocalFolder(folder), package)


def ask(root: Path, package: Package, receipt: Receipt) -> Confirmation:
    """Say what became of a package that was dropped below `root`; raises TemporaryError or PermanentError."""
    folder = root / safe_name(package.recipient)
    with in_words(f"文件夹“{folder}”"):
        return answer_in(LocalFolder(folder), package, receipt)

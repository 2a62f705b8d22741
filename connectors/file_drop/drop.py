"""Dropping a package into its receiver's folder, so that it is whole, once, and the newest of its batch.

The order is the promise: everything is written aside as `.part` first (a full disk is met here, with no effect), then
each file takes its name, then the manifest, and only then what it superseded goes. A repeat goes through it again.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from connectors.contract import Package, PermanentError, Receipt
from connectors.file_drop.disk import alone_in, digest_of, in_words, make_folder, settle, write_whole
from connectors.file_drop.manifest import PART, Manifest, Standing, manifest_of, part_name, read_standing
from connectors.file_drop.names import safe_name, with_suffix_apart

_KEPT_DIGITS = 12


class FileDrop:
    """Delivers to `<root>/<recipient>/`; the root must exist, receivers' folders are made.

    One thread of its own: a share that hangs in the kernel holds up nobody else.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="file-drop")

    async def deliver(self, package: Package) -> Receipt:
        """Drop a package; where its manifest stands already, nothing is touched, whatever became of the files."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, drop, self._root, package)

    async def aclose(self) -> None:
        self._hand.shutdown(wait=False, cancel_futures=True)


def drop(root: Path, package: Package) -> Receipt:
    """Drop a package below `root`; raises TemporaryError or PermanentError."""
    folder = root / safe_name(package.recipient)
    with in_words(folder):
        make_folder(folder)
        with alone_in(folder):
            return _drop(folder, package)


def _drop(folder: Path, package: Package) -> Receipt:
    standing = read_standing(folder)
    manifest = manifest_of(package, standing)
    receipt = standing.receipt(package.key) or _late(standing, manifest)
    if receipt is None:
        _refuse_conflict(standing, manifest)
        _write_aside(folder, standing, manifest, {safe_name(file.name): file.content for file in package.files})
        _put_in_place(folder, standing, manifest)
        receipt = Receipt(key=package.key, reference=manifest.file_name)
    _tidy(folder)
    return receipt


def _late(standing: Standing, manifest: Manifest) -> Receipt | None:
    """The receipt of a package that comes after a greater number of its batch."""
    newest = standing.newest(manifest.batch)
    if newest is None or not standing.is_late(manifest):
        return None
    if newest.number == manifest.number:
        raise PermanentError(
            f"“{manifest.recipient}”的文件夹里，批次“{manifest.batch}”第{manifest.number}次投递的内容与这次不同"
            f"（{newest.file_name}）。请换一个投递位置，或移走其中的文件，再重新投递。"
        )
    return Receipt(key=manifest.key, reference=manifest.file_name, is_superseded=True)


def _refuse_conflict(standing: Standing, manifest: Manifest) -> None:
    """Refuse names that clash, within the package or with another batch's files, whose manifest would become untrue."""
    if len({name.casefold() for name in manifest.file_names}) < len(manifest.files):
        raise PermanentError(f"批次“{manifest.batch}”里有重名的文件，没有投递。请改名后再投递。")
    for other in standing.whole:
        clashing = sorted(other.file_names & manifest.file_names)
        if other.batch != manifest.batch and clashing:
            raise PermanentError(
                f"“{manifest.recipient}”的文件夹里，“{clashing[0]}”属于另一批次“{other.batch}”，没有覆盖。"
                "请换一个投递位置，或移走那一批次的文件和清单，再重新投递。"
            )


def _write_aside(folder: Path, standing: Standing, manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Write every part, the manifest's too; where that fails, take them away again."""
    parts = {folder / part_name(name, manifest.mark): content for name, content in contents.items()}
    own = folder / part_name(manifest.file_name, manifest.mark)
    if manifest in standing.begun:
        # a broken try may have come as far as giving names: its list must stay until all have theirs
        settle(own)
    else:
        parts[own] = manifest.content()
    try:
        for part, content in parts.items():
            write_whole(part, content)
    except OSError:
        for part in parts:
            part.unlink(missing_ok=True)
        raise


def _put_in_place(folder: Path, standing: Standing, manifest: Manifest) -> None:
    """Give each file its name, and the manifest its own when all others are down on the disk."""
    for file in manifest.files:
        _keep_changed(folder, standing, file.name, file.sha256)
    for file in manifest.files:
        (folder / part_name(file.name, manifest.mark)).replace(folder / file.name)
    settle(folder)
    (folder / part_name(manifest.file_name, manifest.mark)).replace(folder / manifest.file_name)
    settle(folder)


def _keep_changed(folder: Path, standing: Standing, name: str, sha256: str) -> None:
    """Set aside a file that somebody else put or changed here (a half filled-in form): it is not ours to overwrite."""
    present = digest_of(folder / name)
    if present is None or present == sha256 or standing.wrote(name, present):
        return
    stem, suffix = with_suffix_apart(name)
    (folder / name).replace(folder / f"{stem}（另存-{present[:_KEPT_DIGITS]}）{suffix}")


def _tidy(folder: Path) -> None:
    """Take away what is over: superseded manifests, files withdrawn with them, parts that nobody will finish."""
    standing = read_standing(folder)
    live = [manifest for manifest in standing.whole if manifest == standing.newest(manifest.batch)]
    superseded = [manifest for manifest in standing.whole if manifest not in live]
    given_up = [manifest for manifest in standing.begun if standing.is_late(manifest)]
    wanted = {name for manifest in live for name in manifest.file_names}
    for manifest in (*superseded, *given_up):
        _withdraw(folder, manifest, wanted)
    for manifest in superseded:
        (folder / manifest.file_name).unlink()
    unfinished = {manifest.mark for manifest in standing.begun if manifest not in given_up}
    for path in list(folder.iterdir()):
        if PART.fullmatch(path.name) and path.name.split(".")[-2] not in unfinished:
            path.unlink()


def _withdraw(folder: Path, manifest: Manifest, wanted: set[str]) -> None:
    """Remove a drop's files that no live drop has, as long as they are what it brought."""
    for file in manifest.files:
        if file.name not in wanted and digest_of(folder / file.name) == file.sha256:
            (folder / file.name).unlink()

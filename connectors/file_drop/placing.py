"""Putting a package into its receiver's folder, so that it is whole, once, and the newest of its batch.

The order is the promise: everything is written aside as `.part` first (a full disk is met here, with no effect), then
each file takes its name, then the manifest, and only then what it superseded goes. A repeat goes through it again.
"""

from collections.abc import Mapping

from connectors.contract import Confirmation, Package, PermanentError, Receipt, Standing
from connectors.file_drop.acknowledgement import read_acknowledgement
from connectors.file_drop.manifest import PART, Holdings, Manifest, manifest_of, part_name, read_holdings
from connectors.file_drop.names import safe_name, with_suffix_apart
from connectors.file_drop.place import Place

_KEPT_DIGITS = 12

SUPERSEDED = "已由第{}次投递取代。"
GONE = "文件夹里已经没有这次投递的清单，也没有回执。"


def answer_in(place: Place, package: Package, receipt: Receipt) -> Confirmation:
    """Say what a receiver acknowledged of a package in its folder; raises OSError."""
    said = read_acknowledgement(place, receipt)
    if said:
        return said
    newest = read_holdings(place).newest(package.batch)
    if newest and newest.number > package.number:
        return Confirmation(standing=Standing.TAKEN, words=SUPERSEDED.format(newest.number))
    if newest and newest.key == package.key:
        return Confirmation(standing=Standing.PENDING)
    return Confirmation(standing=Standing.MISSING, words=GONE)


def put_into(place: Place, package: Package) -> Receipt:
    """Put a package into a folder that nobody else writes to meanwhile; raises PermanentError and OSError."""
    holdings = read_holdings(place)
    manifest = manifest_of(package, holdings)
    receipt = holdings.receipt(package.key) or _late(holdings, manifest)
    if receipt is None:
        _refuse_conflict(holdings, manifest)
        _write_aside(place, holdings, manifest, {safe_name(file.name): file.content for file in package.files})
        _put_in_place(place, holdings, manifest)
        receipt = Receipt(key=package.key, reference=manifest.file_name)
    _tidy(place)
    return receipt


def _late(holdings: Holdings, manifest: Manifest) -> Receipt | None:
    """The receipt of a package that comes after a greater number of its batch."""
    newest = holdings.newest(manifest.batch)
    if newest is None or not holdings.is_late(manifest):
        return None
    if newest.number == manifest.number:
        raise PermanentError(
            f"“{manifest.recipient}”的文件夹里，批次“{manifest.batch}”第{manifest.number}次投递的内容与这次不同"
            f"（{newest.file_name}）。请换一个投递位置，或移走其中的文件，再重新投递。"
        )
    return Receipt(key=manifest.key, reference=manifest.file_name, is_superseded=True)


def _refuse_conflict(holdings: Holdings, manifest: Manifest) -> None:
    """Refuse names that clash, within the package or with another batch's files, whose manifest would become untrue."""
    if len({name.casefold() for name in manifest.file_names}) < len(manifest.files):
        raise PermanentError(f"批次“{manifest.batch}”里有重名的文件，没有投递。请改名后再投递。")
    for other in holdings.whole:
        clashing = sorted(other.file_names & manifest.file_names)
        if other.batch != manifest.batch and clashing:
            raise PermanentError(
                f"“{manifest.recipient}”的文件夹里，“{clashing[0]}”属于另一批次“{other.batch}”，没有覆盖。"
                "请换一个投递位置，或移走那一批次的文件和清单，再重新投递。"
            )


def _write_aside(place: Place, holdings: Holdings, manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Write every part, the manifest's too; where that fails, take them away again."""
    parts = {part_name(name, manifest.mark): content for name, content in contents.items()}
    own = part_name(manifest.file_name, manifest.mark)
    if manifest in holdings.begun:
        # a broken try may have come as far as giving names: its list must stay until all have theirs
        place.settle(own)
    else:
        parts[own] = manifest.content()
    try:
        for part, content in parts.items():
            place.write(part, content)
    except OSError:
        for part in parts:
            place.remove(part)
        raise


def _put_in_place(place: Place, holdings: Holdings, manifest: Manifest) -> None:
    """Give each file its name, and the manifest its own when all others are down on the disk."""
    for file in manifest.files:
        _keep_changed(place, holdings, file.name, file.sha256)
    for file in manifest.files:
        place.rename(part_name(file.name, manifest.mark), file.name)
    place.settle()
    place.rename(part_name(manifest.file_name, manifest.mark), manifest.file_name)
    place.settle()


def _keep_changed(place: Place, holdings: Holdings, name: str, sha256: str) -> None:
    """Set aside a file that somebody else put or changed here (a half filled-in form): it is not ours to overwrite."""
    present = place.digest(name)
    if present is None or present == sha256 or holdings.wrote(name, present):
        return
    stem, suffix = with_suffix_apart(name)
    place.rename(name, f"{stem}（另存-{present[:_KEPT_DIGITS]}）{suffix}")


def _tidy(place: Place) -> None:
    """Take away what is over: superseded manifests, files withdrawn with them, parts that nobody will finish."""
    holdings = read_holdings(place)
    live = [manifest for manifest in holdings.whole if manifest == holdings.newest(manifest.batch)]
    superseded = [manifest for manifest in holdings.whole if manifest not in live]
    given_up = [manifest for manifest in holdings.begun if holdings.is_late(manifest)]
    wanted = {name for manifest in live for name in manifest.file_names}
    for manifest in (*superseded, *given_up):
        _withdraw(place, manifest, wanted)
    for manifest in superseded:
        place.remove(manifest.file_name)
    unfinished = {manifest.mark for manifest in holdings.begun if manifest not in given_up}
    for name in place.names():
        if PART.fullmatch(name) and name.split(".")[-2] not in unfinished:
            place.remove(name)


def _withdraw(place: Place, manifest: Manifest, wanted: set[str]) -> None:
    """Remove a drop's files that no live drop has, as long as they are what it brought."""
    for file in manifest.files:
        if file.name not in wanted and place.digest(file.name) == file.sha256:
            place.remove(file.name)

"""The manifest (清单): the last file of a drop, whose presence says that the drop is whole.

A folder holds one for each batch, that of the greatest number; it names the ones whose place it took.
"""

import hashlib
import re
from typing import Literal

import msgspec
from msgspec import Struct

from connectors.contract import Package, Receipt
from connectors.file_drop.names import MANIFEST_PREFIX, PART_SUFFIX, safe_name
from connectors.file_drop.place import Place

PART = re.compile(r".+\.[0-9a-f]{12}\.part", re.DOTALL)
"""Our files under way: `<name>.<mark>.part`. Other programs' `.part` files are none of our business."""

_BATCH_BYTES = 120
_HASH_DIGITS = 12


class DroppedFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file as it lies in the folder."""

    name: str
    sha256: str
    row_count: int


class Superseded(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An earlier drop of the same batch, which a later one replaced."""

    key: str
    number: int
    manifest: str


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a drop consists of, and which drops it took the place of, oldest first."""

    format: Literal["onedoor/drop/1"] = "onedoor/drop/1"
    key: str
    recipient: str
    batch: str
    number: int
    files: tuple[DroppedFile, ...]
    supersedes: tuple[Superseded, ...] = ()

    @property
    def file_name(self) -> str:
        """The manifest's own name: batch, number, and a hash of what it lists."""
        digest = hashlib.sha256(msgspec.json.encode(self.files)).hexdigest()[:_HASH_DIGITS]
        return f"{MANIFEST_PREFIX}{safe_name(self.batch, _BATCH_BYTES)}-{self.number}-{digest}.json"

    @property
    def mark(self) -> str:
        """Tells this drop's files under way from another's."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:_HASH_DIGITS]

    @property
    def file_names(self) -> frozenset[str]:
        return frozenset(file.name for file in self.files)

    @property
    def lineage(self) -> tuple[Superseded, ...]:
        """This drop and those before it, as a later one names them."""
        return (*self.supersedes, Superseded(key=self.key, number=self.number, manifest=self.file_name))

    def content(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


class Holdings(Struct, frozen=True, kw_only=True):
    """What a folder's manifests say: of drops that are whole, and of drops that were begun and not finished."""

    whole: tuple[Manifest, ...]
    begun: tuple[Manifest, ...]

    def newest(self, batch: str) -> Manifest | None:
        return max((one for one in self.whole if one.batch == batch), key=lambda one: one.number, default=None)

    def is_late(self, manifest: Manifest) -> bool:
        """Say whether a drop of its batch with that number or a greater one is whole."""
        newest = self.newest(manifest.batch)
        return newest is not None and newest.number >= manifest.number

    def receipt(self, key: str) -> Receipt | None:
        """The receipt for a key that arrived before, also where a later number has replaced it since."""
        arrived = (past for manifest in self.whole for past in manifest.lineage if past.key == key)
        return next((Receipt(key=key, reference=past.manifest) for past in arrived), None)

    def wrote(self, name: str, sha256: str) -> bool:
        """Say whether a file with this content was put here by a drop, finished or not."""
        return any(
            file.name == name and file.sha256 == sha256
            for manifest in (*self.whole, *self.begun)
            for file in manifest.files
        )


def manifest_of(package: Package, holdings: Holdings) -> Manifest:
    """List a package under the names that its files get in the folder, sorted."""
    files = (
        DroppedFile(name=safe_name(file.name), sha256=file.sha256, row_count=file.row_count) for file in package.files
    )
    newest = holdings.newest(package.batch)
    return Manifest(
        key=package.key,
        recipient=package.recipient,
        batch=package.batch,
        number=package.number,
        files=tuple(sorted(files, key=lambda file: file.name)),
        supersedes=newest.lineage if newest else (),
    )


def read_holdings(place: Place) -> Holdings:
    """Read all manifests; what only looks like one (a copy, a torn one, another program's) says nothing."""
    found = {name: _decoded(content) for name, content in place.contents(MANIFEST_PREFIX).items()}
    manifests = [(name, manifest) for name, manifest in sorted(found.items()) if manifest]
    return Holdings(
        whole=tuple(manifest for name, manifest in manifests if name == manifest.file_name),
        begun=tuple(manifest for name, manifest in manifests if name == part_name(manifest.file_name, manifest.mark)),
    )


def part_name(name: str, mark: str) -> str:
    """The name of a file while it is being written."""
    return f"{name}.{mark}{PART_SUFFIX}"


def _decoded(content: bytes) -> Manifest | None:
    try:
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None

"""What a webhook says: which package is there, of which files, and where each can be pulled.

Nothing of a file's content stands in it; signing is in `signing`.
"""

from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from connectors.contract import Package
from connectors.records import SUFFIX

Event = Literal["papers.ready", "rows.ready"]


class PayloadFile(Struct, frozen=True, kw_only=True):
    """A file to pull; `pull` is empty where nothing can be pulled."""

    name: str
    sha256: str
    row_count: int
    byte_count: int
    pull: str = ""


class PayloadPackage(Struct, frozen=True, kw_only=True):
    """A package; a greater number of a batch takes the place of a smaller one."""

    key: str
    recipient: str
    batch: str
    number: int
    files: tuple[PayloadFile, ...]


class Payload(Struct, frozen=True, kw_only=True):
    """The body of a webhook: what happened, and the data of it."""

    type: Event
    data: PayloadPackage


def payload_of(package: Package, pull_from: str) -> Payload:
    """Announce a package whose files are pulled at `<pull_from>/<key>/<file>`."""
    root = f"{pull_from.rstrip('/')}/{quote(package.key, safe='')}/" if pull_from else ""
    files = tuple(
        PayloadFile(
            name=file.name,
            sha256=file.sha256,
            row_count=file.row_count,
            byte_count=len(file.content),
            pull=root and root + quote(file.name, safe=""),
        )
        for file in package.files
    )
    return Payload(
        type="rows.ready" if any(file.name.endswith(SUFFIX) for file in package.files) else "papers.ready",
        data=PayloadPackage(
            key=package.key, recipient=package.recipient, batch=package.batch, number=package.number, files=files
        ),
    )

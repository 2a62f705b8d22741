"""The document that is fixed before chance decides (draw.md §2): its files by name, their digests, its own digest.

What the files say is read in head.py, frame.py and plan.py, together in source.py; a folder on disk is for the caller
to read.
"""

from collections.abc import Mapping

import msgspec

from solver.chance.contents import Content
from solver.chance.errors import Unreadable
from solver.chance.head import HEAD, Head, Stage, read_head
from solver.chance.identifiers import Digest
from solver.chance.numbers import Algorithm, digest_of

ENTRIES = "entries.json"
FRAME = "frame.tsv"
PLAN = "plan.json"

FILE_NAMES = {Stage.TARGETS: (ENTRIES, FRAME, HEAD), Stage.TEAMS: (HEAD, PLAN)}
"""The files of a document, sorted by name."""


class FixedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document that has its digest: from now on nothing in it changes, and parties may commit to secrets for it."""

    head: Head
    digest: Digest
    file_digests: dict[str, Digest]


def identify(files: Mapping[str, Content]) -> FixedDocument:
    """Take the digest of a document under its head; what the other files say is judged in source.py."""
    head = read_head(whole(files, HEAD))
    digests = {name: digest_of(head.hash, content(files, name)) for name in FILE_NAMES[head.stage]}
    return FixedDocument(head=head, digest=document_digest(head.hash, digests), file_digests=digests)


def document_digest(algorithm: Algorithm, file_digests: Mapping[str, Digest]) -> Digest:
    """Return the digest of the listing that `sha256sum *` prints: digest, two spaces, name, LF, sorted by name."""
    listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(file_digests.items()))
    return digest_of(algorithm, listing.encode())


def whole(files: Mapping[str, Content], name: str) -> bytes:
    """Return all bytes of a file of the document, or raise `Unreadable` where it is missing."""
    return content(files, name)[:]


def content(files: Mapping[str, Content], name: str) -> Content:
    """Return what a file of the document holds, however large, or raise `Unreadable` where it is missing."""
    if name not in files:
        raise Unreadable(name, "缺少这个文件，它应与抽取记录放在同一文件夹。")
    return files[name]

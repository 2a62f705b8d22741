"""The acknowledgement (回执): a file that the receiver puts beside a manifest once it has looked at the drop.

It is the receiver's: nothing here writes or removes one.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct

from connectors.contract import Confirmation, Receipt, Standing
from connectors.file_drop.names import ACKNOWLEDGEMENT_PREFIX, MANIFEST_PREFIX
from connectors.file_drop.place import Place


class Verdict(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """What a receiver writes; it may say more than we read."""

    key: str
    standing: Verdict
    words: str = ""


def acknowledgement_name(manifest: str) -> str:
    """The name of the file that acknowledges a manifest."""
    return ACKNOWLEDGEMENT_PREFIX + manifest.removeprefix(MANIFEST_PREFIX)


def read_acknowledgement(place: Place, receipt: Receipt) -> Confirmation | None:
    """What the receiver acknowledged; None where it has not, or has not finished writing."""
    content = place.read(acknowledgement_name(receipt.reference))
    try:
        said = msgspec.json.decode(content or b"", type=Acknowledgement)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if said.key != receipt.key:
        return None
    return Confirmation(standing=Standing(said.standing.value), words=said.words)

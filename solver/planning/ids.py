"""The identifiers of planning: every one is text, and none may stand in for another.

An inspector's identifier is a staff number, never a name or a certificate number (spec: the plan is published).
Whether an identifier refers to something is judged where a problem is read (references.py), not here.
"""

import re
import unicodedata
from typing import NewType

RoundId = NewType("RoundId", str)
HalfDayId = NewType("HalfDayId", str)
DepartmentId = NewType("DepartmentId", str)
AreaId = NewType("AreaId", str)
TargetId = NewType("TargetId", str)
MatterId = NewType("MatterId", str)
InspectorId = NewType("InspectorId", str)
TourId = NewType("TourId", str)
RoleId = NewType("RoleId", str)
DeskMatterId = NewType("DeskMatterId", str)
Expertise = NewType("Expertise", str)
Sha256 = NewType("Sha256", str)

# What may stand in no identifier (draw.md 1): controls, line and paragraph separators, invisible and directional marks.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


def is_identifier(text: str) -> bool:
    """Tell whether a text can be hashed and printed as an identifier: not empty, NFC, nothing invisible in it."""
    return text != "" and unicodedata.is_normalized("NFC", text) and _FORBIDDEN.search(text) is None

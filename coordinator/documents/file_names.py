"""File names for what we give out: readable where an identifier allows it, safe on every system where it does not.

Names that others hand in are judged where they are read.
"""

import hashlib
import re

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%#\s]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 60
_MARK_DIGITS = 8


def file_stem(identifier: str) -> str:
    """Turn an identifier into a file name without ending; different identifiers never share one.

    A USCC stays as it is. Where something had to be changed (`部门/编号`), a short digest keeps lookalikes apart, also
    on file systems that do not know capitals.
    """
    readable = _UNSAFE.sub("_", identifier)[:_LONGEST].strip(". ")
    capital_alone = identifier == identifier.upper()
    if readable == identifier and readable and capital_alone and not _RESERVED.fullmatch(readable):
        return readable
    return f"{readable or '_'}-{hashlib.sha256(identifier.encode()).hexdigest()[:_MARK_DIGITS]}"

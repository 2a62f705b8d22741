"""Names that are one plain entry of a folder on every common system, whatever was given.

What is dropped where, and in which order, is in `drop`.
"""

import hashlib
import unicodedata

MANIFEST_PREFIX = "清单-"
ACKNOWLEDGEMENT_PREFIX = "回执-"
PART_SUFFIX = ".part"

_MOST_BYTES = 200
"""Leaves room for what is put around a name, within the 255 bytes that file systems allow."""
_SUFFIX_BYTES = 16
_FORBIDDEN = frozenset('/\\:*?"<>|')
_MARK_DIGITS = 8


def safe_name(given: str, most_bytes: int = _MOST_BYTES) -> str:
    """Keep a name that is safe as it is; change any other, and mark it with a digest so that lookalikes stay apart.

    Without separators, control and invisible characters, dots or blanks at either end, in NFC, at most so many bytes of
    UTF-8, and never taken for a manifest, an acknowledgement or a part.
    """
    tidy = "".join(map(_visible, unicodedata.normalize("NFC", given))).strip(". ")
    if tidy.startswith((MANIFEST_PREFIX, ACKNOWLEDGEMENT_PREFIX)):
        tidy = f"_{tidy}"
    if tidy.casefold().endswith(PART_SUFFIX):
        tidy = f"{tidy}_"
    if tidy and tidy == given and len(tidy.encode()) <= most_bytes:
        return given
    mark = "~" + hashlib.sha256(given.encode(errors="surrogatepass")).hexdigest()[:_MARK_DIGITS]
    stem, suffix = with_suffix_apart(tidy)
    return cut(stem, most_bytes - len(mark) - len(suffix.encode())) + mark + suffix


def with_suffix_apart(name: str) -> tuple[str, str]:
    """Take `.xlsx` and the like off a name; without a short one everything is stem."""
    stem, dot, suffix = name.rpartition(".")
    if dot and stem and len(suffix.encode()) < _SUFFIX_BYTES:
        return stem, dot + suffix
    return name, ""


def cut(text: str, most_bytes: int) -> str:
    """Shorten to so many bytes of UTF-8, never within a character."""
    return text.encode()[:most_bytes].decode(errors="ignore")


def _visible(character: str) -> str:
    return "_" if character in _FORBIDDEN or not character.isprintable() else character

"""How things in directories are found: by parts of their name, code, pinyin or its first letters.

What is searched and how fast is storage's affair (migration 0018).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Protocol, TypeVar

from msgspec import Struct

MOST_ON_A_PAGE = 50
LONGEST_QUERY = 40
MOST_COUNTED = 10_000
"""What a directory holds beyond is estimated, not counted."""
_LONGEST_PHRASE = 4


class Findable(Protocol):
    """Something with words by which it is found."""

    @property
    def key(self) -> tuple[str, str]:
        """By what lists are ordered: pinyin, then what tells namesakes apart."""

    @property
    def words(self) -> str:
        """Name, code, initials and pinyin, a line each."""


Found = TypeVar("Found", bound=Findable)


class SearchWords(Struct, frozen=True, kw_only=True):
    """What something is ordered and found by; `sound` is the pinyin without brackets and strokes."""

    pinyin: str
    sound: str
    words: str


@lru_cache(maxsize=20_000)
def search_words(name: str, code: str) -> SearchWords:
    """Give the words of a name and a code: signs that have no pinyin stand for themselves."""
    written = as_searched(name)
    syllables = tuple(_syllables(written))
    pinyin, initials = "".join(syllables), "".join(each[:1] for each in syllables)
    sound = "".join(sign for sign in pinyin if sign.isalnum())
    return SearchWords(pinyin=pinyin, sound=sound, words="\n".join((written, as_searched(code), initials, pinyin)))


def _syllables(text: str) -> Iterator[str]:
    """The pinyin of a text, phrase by phrase: signs are read otherwise in 银行, 重庆, 长安 than alone."""
    place = 0
    while place < len(text):
        longest = min(_LONGEST_PHRASE, len(text) - place)
        length = next((each for each in range(longest, 1, -1) if text[place : place + each] in _phrases()), 1)
        yield from _read(text[place : place + length])
        place += length


@lru_cache(maxsize=100_000)
def _read(part: str) -> tuple[str, ...]:
    # the dictionary is large, and most commands never ask for it
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(part))


@cache
def _phrases() -> frozenset[str]:
    from pypinyin.constants import PHRASES_DICT

    return frozenset(PHRASES_DICT)


def as_searched(text: str) -> str:
    """Write something as it is compared: width, capitals and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("\0", "")[: LONGEST_QUERY * 5]


def count_words(count: int) -> str:
    """共 2,011 条, or 约 40 万条 where nobody has counted."""
    if count <= MOST_COUNTED:
        return f"共 {count:,} 条"
    return (
        f"约 {count / MOST_COUNTED:.0f} 万条" if count >= 10 * MOST_COUNTED else f"约 {count / MOST_COUNTED:.1f} 万条"
    )


def page_of(found: Iterable[Found], query: str, after: tuple[str, str], most: int = MOST_ON_A_PAGE) -> list[Found]:
    """Those that hold what was asked for and come after a key, in order; one more than `most` says that more follow."""
    wanted = as_searched(query)
    matching = (each for each in found if wanted in each.words and each.key > after)
    return sorted(matching, key=lambda each: each.key)[: most + 1]

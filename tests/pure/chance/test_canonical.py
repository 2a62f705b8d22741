import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.canonical import CONTROL_CHARACTERS, NotCanonical, NotJson, canonical_digest, canonical_json, read_canonical
from solver.canonical import read_json as read_any

TEXTS = st.text().filter(lambda text: not CONTROL_CHARACTERS.search(text) and unicodedata.is_normalized("NFC", text))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_written_reads_back_the_same(value: Any) -> None:
    assert read_canonical(canonical_json(value)) == value


@given(VALUES)
def test_any_other_writing_of_a_value_is_refused(value: Any) -> None:
    written = canonical_json(value)
    for other in (written + b"\n", b" " + written, json.dumps(value, indent=1).encode()):
        if other != written:
            with pytest.raises((NotCanonical, NotJson)):
                read_canonical(other)


def test_keys_sort_by_code_point_and_nothing_is_escaped_without_need() -> None:
    value = {"ｱ": 1, "𠮷": 2, "a": '"\\/', "门": [None, True, -3]}
    assert canonical_json(value).decode() == '{"a":"\\"\\\\/","门":[null,true,-3],"ｱ":1,"𠮷":2}'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"a":1,"a":2}', "出现两次"),
        (b'{"b":1,"a":2}', "第 3 字节"),
        (b'{"a": 1}', "规范写法"),
        (b'{"a":1}\n', "规范写法"),
        (b'{"a":[0,0.5]}', "$.a[1] 处的数"),
        (b'{"a":1e2}', "$.a 处的数"),
        (b'["\\u4e2d"]', "规范写法"),
        (b'["\\/"]', "规范写法"),
        (b'["\\n"]', "$[0] 处含控制字符 U+000A"),
        (b'["\x7f"]', "U+007F"),
        ('{"a\x85":1}'.encode(), "U+0085"),
        (b'["\\ud800"]', "U+D800"),
        ('["e\u0301"]'.encode(), "NFC"),
        (b"[-0]", "规范写法"),
    ],
)
def test_every_breach_is_named_with_its_place(data: bytes, says: str) -> None:
    with pytest.raises(NotCanonical) as refusal:
        read_canonical(data)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[NaN]",
        b"[Infinity]",
        b"[" * 100_000,
        b"[1" + b"0" * 5000 + b"]",
        b'["\n"]',
    ],
)
def test_what_is_no_json_is_unreadable(data: bytes) -> None:
    with pytest.raises(NotJson):
        read_canonical(data)


def test_deep_nesting_is_refused_not_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotCanonical, match="嵌套过深"):
        canonical_json(deep)
    while deep:
        deep = deep[0]  # taken apart by hand: freeing it at once would recurse as well


def test_only_what_json_can_hold_is_written() -> None:
    for value in ({1: 2}, {"a": object()}, [float("nan")], b"bytes"):
        with pytest.raises(NotCanonical):
            canonical_json(value)


def test_fractions_are_written_for_problems_of_planning_alone() -> None:
    problem = {"lat": 33.312, "lon": 113.0}
    assert canonical_json(problem, fractions=True) == b'{"lat":33.312,"lon":113.0}'
    assert canonical_digest(problem, fractions=True) == hashlib.sha256(b'{"lat":33.312,"lon":113.0}').hexdigest()
    with pytest.raises(NotCanonical):
        canonical_digest(problem)


def test_a_lenient_reading_still_refuses_a_key_twice() -> None:
    assert read_any(b' {"a": 0.5} ') == {"a": 0.5}
    with pytest.raises(NotCanonical, match="“a” 出现两次"):
        read_any(b'{"b": {"a": 1, "a": 1}}')

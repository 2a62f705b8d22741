"""Whatever is given as a name becomes one plain entry of a folder, and two names never become one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.file_drop.manifest import PART, part_name
from connectors.file_drop.names import MANIFEST_PREFIX, safe_name

ANYTHING = st.text(st.characters(), max_size=300) | st.text("./\\\x00 a清单-part\u202e\ud800", max_size=40)


@given(ANYTHING)
def test_any_name_becomes_one_plain_entry(given_name: str) -> None:
    name = safe_name(given_name)
    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\:*?"<>|')
    assert name.isprintable()
    assert name == name.strip(". ")
    assert len(part_name(name, "0" * 12).encode()) <= 255


@given(ANYTHING)
def test_no_name_is_taken_for_a_manifest_or_a_part(given_name: str) -> None:
    name = safe_name(given_name)
    assert not name.startswith(MANIFEST_PREFIX)
    assert not PART.fullmatch(name)
    assert not name.casefold().endswith(".part")


@given(ANYTHING)
def test_a_safe_name_stays_as_it_is(given_name: str) -> None:
    name = safe_name(given_name)
    if unicodedata.is_normalized("NFC", name):
        assert safe_name(name) == name


@given(ANYTHING, ANYTHING)
def test_two_names_never_become_one(one: str, other: str) -> None:
    assert (safe_name(one) == safe_name(other)) == (one == other) or safe_name(one) in {one, other}


@pytest.mark.parametrize("name", ["任务书.xlsx", "检查结果填报.xlsx", "退回.xlsx", "舞钢市市场监督管理局", "2026-Q1"])
def test_ordinary_names_are_kept(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("given_name", "beginning", "ending"),
    [
        ("市/局.xlsx", "市_局~", ".xlsx"),
        ("..", "~", ""),
        ("长" * 200 + ".xlsx", "长长", ".xlsx"),
        ("清单-1.json", "_清单-1~", ".json"),
        ("a.PART", "a~", ".PART_"),
    ],
)
def test_other_names_stay_readable(given_name: str, beginning: str, ending: str) -> None:
    name = safe_name(given_name)
    assert name.startswith(beginning)
    assert name.endswith(ending)

"""File names for identifiers: readable, safe everywhere, never two alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.documents.file_names import file_stem

identifiers = st.text(min_size=1, max_size=80) | st.text("aA/._-1 部", min_size=1, max_size=6)


@pytest.mark.parametrize("code", ["91419999MA00000014", "410481224597583", "某县水利局", "某县消防救援大队"])
def test_codes_and_department_names_stay_as_they_are(code: str) -> None:
    assert file_stem(code) == code


def test_a_number_within_a_department_becomes_one_safe_name() -> None:
    assert file_stem("某县水利局/坝-1").startswith("某县水利局_坝-1-")


@pytest.mark.parametrize(
    "identifier", ["..", ".", "/etc/passwd", "CON", "COM1", "NUL.txt", "a\\b", "甲 ", "-", "%2e%2e"]
)
def test_a_dangerous_name_is_made_harmless(identifier: str) -> None:
    stem = file_stem(identifier)
    assert stem != identifier or identifier == "-"
    assert not set(stem) & set('<>:"/\\|?*% ')
    assert stem.strip(". ") == stem


@given(identifiers)
def test_every_stem_is_one_safe_path_component(identifier: str) -> None:
    stem = file_stem(identifier)
    assert stem
    assert not set(stem) & set('<>:"/\\|?*%#\n\t ')
    assert stem not in {".", ".."}
    assert len(stem) <= 70


@given(st.lists(identifiers, unique=True, min_size=2, max_size=6))
def test_different_identifiers_never_share_a_file_even_without_capitals(given_identifiers: list[str]) -> None:
    stems = [file_stem(identifier).lower() for identifier in given_identifiers]
    assert len(set(stems)) == len(stems)

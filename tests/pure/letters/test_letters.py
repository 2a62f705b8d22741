"""Numbers and codes on paper, and the papers themselves: what stands on them, and what never does."""

import base64
import io
import re
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dispatches import (
    DAM,
    FIRE,
    FIRM,
    SHOP,
    TRADE,
    WATER,
    Ask,
    a_dispatch,
    an_outing,
    dispatches,
    without_unannounced,
)
from support.firms import SITE, letter_to, written_to

from coordinator.documents.letters import letter_page, letter_pdf, package
from coordinator.documents.printing import Text, pdf
from coordinator.domain.announcements import announcements
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.letters import LENGTH, SIGNS, as_signs, as_typed, in_halves, letters_due

FORTY_BITS = st.integers(0, 2**40 - 1)


def said_in(content: bytes) -> str:
    """The Chinese and Latin text that a PDF of ours shows, from its streams."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        page = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        for text in re.findall(rb"\((.*?)(?<!\\)\) Tj", page, re.DOTALL):
            plain = re.sub(rb"\\(\d{3})", lambda octal: bytes([int(octal[1], 8)]), text)
            found.append(re.sub(rb"\\(.)", rb"\1", plain, flags=re.DOTALL).decode("utf-16-be", "replace"))
    return "".join(found)


@given(FORTY_BITS, FORTY_BITS)
def test_forty_bits_are_eight_signs_and_no_two_alike(one: int, other: int) -> None:
    assert len(as_signs(one)) == LENGTH
    assert set(as_signs(one)) <= set(SIGNS)
    assert (as_signs(one) == as_signs(other)) is (one == other)


@given(FORTY_BITS)
def test_a_code_is_read_however_it_was_typed(chance: int) -> None:
    signs = as_signs(chance)
    typed = (
        in_halves(signs),
        signs.lower(),
        " ".join(signs),
        signs.replace("0", "o").replace("1", "l"),
        f"{signs}\u3000",
    )
    assert {as_typed(each) for each in typed} == {signs}


@settings(deadline=None, max_examples=30)  # pages are made whole
@given(dispatches())
def test_letters_are_the_same_as_if_nothing_unannounced_existed(dispatch: Dispatch) -> None:
    """Non-interference: neither who gets a letter nor what stands on it tells of unannounced visits."""
    innocent = without_unannounced(dispatch)
    for department in (None, WATER, FIRE):
        due = [letters_due(announcements(each), (), department) for each in (dispatch, innocent)]
        assert [each.target for each in due[0]] == [each.target for each in due[1]]
    for target in announcements(dispatch):
        papers = [written_to(each, target) for each in (dispatch, innocent)]
        assert letter_page(papers[0]) == letter_page(papers[1])
        assert letter_pdf(papers[0]) == letter_pdf(papers[1])


def test_who_has_a_letter_is_not_written_to_again() -> None:
    told = announcements(a_dispatch(an_outing(0, FIRM, Ask(WATER), Ask(FIRE)), an_outing(1, SHOP, Ask(WATER))))
    assert [each.target.id for each in letters_due(told, (FIRM,), None)] == [SHOP]
    assert [each.target.id for each in letters_due(told, (), FIRE)] == [FIRM]
    assert letters_due(told, (), TRADE) == ()


def test_page_and_pdf_say_when_who_what_to_prepare_and_how_to_open() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER, documents=("营业执照", "取水许可证")), Ask(FIRE)))
    one = written_to(dispatch, FIRM)
    for said in (re.sub(r"<[^>]*>", "", letter_page(one).decode()), said_in(letter_pdf(one))):
        flat = re.sub(r"\s", "", said)
        for words in ("3月2日（周一）上午8:30", "某县水利局", "某县消防救援大队", "营业执照、取水许可证", "第0号厂"):
            assert words in flat
        for words in ("7Q3K-9XW2", "ABCD-2345", "ymc.example.gov.cn/letter", "0000-123456"):
            assert words in flat
    assert one.full_address == f"{SITE}/letter?n=7Q3K-9XW2&c=ABCD-2345"


def test_no_typeface_travels_in_a_pdf() -> None:
    content = letter_pdf(written_to(a_dispatch(an_outing(0, FIRM, Ask())), FIRM))
    assert content.startswith(b"%PDF-")
    assert b"STSong-Light" in content
    assert b"UniGB-UCS2-H" in content
    assert b"/FontFile" not in content


@pytest.mark.parametrize("wicked", ["<b>甲</b>&乙", "甲\n乙", "𬭩", "<img src=x>", "</para>", "甲" * 300, "A" * 300])
def test_any_name_can_be_set(wicked: str) -> None:
    said = said_in(pdf("检", [Text(text=wicked), Text(text=wicked, small=True)]))
    shown = "".join("〓" if ord(sign) > 0xFFFF else " " if sign == "\n" else sign for sign in wicked)
    assert said.replace(" ", "") == (shown * 2).replace(" ", "")


def test_a_package_holds_every_letter_by_itself_and_all_for_the_printer_and_is_the_same_again() -> None:
    dispatch = a_dispatch(an_outing(0, FIRM, Ask()), an_outing(1, DAM, Ask()))
    written = [written_to(dispatch, target) for target in (FIRM, DAM)]
    packed = zipfile.ZipFile(io.BytesIO(package(written)))
    names = packed.namelist()
    assert len(names) == 5
    assert f"分件/{FIRM}.pdf" in names
    assert len(re.findall(rb"/Type /Page\b(?!s)", packed.read("全部告知函.pdf"))) == 2
    assert package(written) == package(written)


def test_a_letter_never_shows_its_code_where_it_is_written_down_by_accident() -> None:
    one = written_to(a_dispatch(an_outing(0, FIRM, Ask())), FIRM)
    assert one.code not in repr(one)
    assert letter_to(FIRM).actor().name == "企业（函号 7Q3K-9XW2）"

"""Official papers: what they say follows from the round, and Word opens them as they were written."""

from datetime import UTC, date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as WordFile
from msgspec.structs import replace
from pypdf import PdfReader
from support.dispatches import BEFORE, DAM, FIRE, FIRM, SHOP, TRADE, WATER, Ask, a_dispatch, an_outing, certificate

from coordinator.documents.official.approval_sheets import approval_sheets
from coordinator.documents.official.pdf_files import pdf_file
from coordinator.documents.official.schemes import joint_scheme
from coordinator.documents.official.visit_notices import visit_notices
from coordinator.documents.official.word_files import word_file
from coordinator.domain.codes import CauseSource
from coordinator.domain.ids import ItemCode
from coordinator.domain.papers import (
    DRAFT,
    PAPER_DRAFT,
    Paper,
    Paragraph,
    Standing,
    Table,
    paper_content,
    paper_digest,
    read_paper,
)
from coordinator.domain.submissions import CausedInspection

APPROVED = Standing(number="某双随机办〔2026〕3号", approved_on="2026年2月25日")
DISPATCH = a_dispatch(
    an_outing(0, FIRM, Ask(WATER, name="取水"), Ask(FIRE, name="消防通道")),
    an_outing(3, SHOP, Ask(TRADE, name="亮照"), Ask(FIRE, announced=False)),
    desk=[(DAM, Ask(WATER, name="年报"))],
)
SCHEME = joint_scheme(DISPATCH)
SHEETS = tuple(approval_sheets(DISPATCH))
NOTICES = tuple(visit_notices(DISPATCH, BEFORE))


def opened(paper: Paper, standing: Standing = DRAFT) -> WordFile:
    return Document(BytesIO(word_file(paper, standing, made_at=BEFORE)))


def text_of(word: WordFile) -> str:
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def marks_of(word: WordFile) -> set[str]:
    section = word.sections[0]
    return {header.paragraphs[0].text for header in (section.header, section.even_page_header)}


@pytest.mark.parametrize("paper", [SCHEME, *SHEETS, *NOTICES], ids=lambda paper: f"{paper.kind}-{paper.subject}")
def test_the_page_is_that_of_the_national_standard(paper: Paper) -> None:
    section = opened(paper).sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert (section.top_margin.mm, section.left_margin.mm) == pytest.approx((37, 28), abs=0.1)
    width = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
    height = section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm
    assert (width, height) == pytest.approx((156, 225), abs=0.1)


def test_the_same_paper_gives_the_same_file_with_what_word_needs_and_no_more() -> None:
    content = word_file(SCHEME, APPROVED, made_at=BEFORE)
    assert content == word_file(SCHEME, APPROVED, made_at=BEFORE)
    assert len(content) < 20_000
    word = Document(BytesIO(content))
    assert {table.style.name for table in word.tables} == {"Table Grid"}
    assert {paragraph.style.name for paragraph in word.paragraphs} == {
        "公文标题",
        "公文正文",
        "公文一级标题",
        "公文表格",
    }
    about = word.core_properties
    assert (about.title, about.author, about.created) == (SCHEME.title, SCHEME.organ, BEFORE.astimezone(UTC))


def test_whatever_stands_in_a_name_word_opens_the_file() -> None:
    odd = Paragraph(text='甲<b>&"乙"\n第二行\x0b\ufffe')
    table = Table(widths=(1,), rows=(("&\n<",),), has_header=True)
    word = opened(replace(SCHEME, title="<甲&乙>", blocks=(odd, table)))
    assert [each.text for each in word.paragraphs[:2]] == ["<甲&乙>", '甲<b>&"乙"\n第二行\ufffd\ufffd']
    assert word.tables[0].cell(0, 0).text == "&\n<"
    assert word.core_properties.title == "<甲&乙>"


def test_no_typeface_is_embedded_and_no_picture_drawn() -> None:
    names = ZipFile(BytesIO(word_file(SCHEME, APPROVED, made_at=BEFORE))).namelist()
    assert not [name for name in names if "media" in name or name.startswith("word/fonts")]


@pytest.mark.parametrize("paper", [SCHEME, *SHEETS, *NOTICES], ids=lambda paper: f"{paper.kind}-{paper.subject}")
def test_a_paper_is_a_draft_on_every_page_until_it_is_approved(paper: Paper) -> None:
    draft, approved = opened(paper), opened(paper, standing=APPROVED)
    assert marks_of(draft) == {PAPER_DRAFT}
    assert marks_of(approved) == {""}
    assert APPROVED.number not in text_of(draft)
    assert APPROVED.number in text_of(approved)
    assert APPROVED.approved_on in text_of(approved)


def test_a_rehearsed_paper_says_so() -> None:
    assert marks_of(opened(joint_scheme(replace(DISPATCH, rehearsal=True)))) == {"【演练】待审批"}


def test_the_scheme_names_items_departments_times_and_ratios_and_no_firm_or_officer() -> None:
    text = text_of(opened(SCHEME))
    for task in DISPATCH.tasks:
        assert task.name in text
        for department, items in task.items.items():
            assert department in text
            assert all(item.name in text for item in items)
    assert "3月2日—13日" in text
    assert "20个工作日" in text
    names = {inspector.name for _, inspector in DISPATCH.inspectors.values()}
    assert not [name for name in (*names, *(target.name for target in DISPATCH.targets.values())) if name in text]


def test_there_is_one_sheet_for_each_target_that_is_checked() -> None:
    assert [sheet.subject for sheet in SHEETS] == sorted({FIRM, SHOP, DAM})


def test_a_sheet_names_matters_people_and_certificates_and_leaves_room_to_decide() -> None:
    text = text_of(opened(next(sheet for sheet in SHEETS if sheet.subject == FIRM)))
    assert "取水" in text
    assert "消防通道" in text
    assert certificate(WATER, 2) in text
    assert "审批意见" in text
    assert f"{WATER}：已查0次，本轮计入该部门，上限2次" in text


def test_a_caused_inspection_counts_against_no_cap() -> None:
    lead = CausedInspection(
        row=2, source=CauseSource.COMPLAINT, target=FIRM, item=ItemCode("项"), number=1, last_day=date(2026, 3, 13)
    )
    dispatch = a_dispatch(an_outing(0, FIRM, Ask(WATER, caused=True)))
    handed_in = tuple(
        replace(one, caused=(lead,)) if one.department.id == WATER else one for one in dispatch.submissions
    )
    (sheet,) = approval_sheets(replace(dispatch, submissions=handed_in))
    text = text_of(opened(sheet))
    assert "有因检查：投诉举报" in text
    assert "不计入年度上限" in text


def test_there_is_one_notice_for_each_visit() -> None:
    assert len(NOTICES) == 2
    assert len({notice.subject for notice in NOTICES}) == 2


def test_a_notice_says_who_comes_for_what_and_keeps_certificates_to_their_ends() -> None:
    text = text_of(opened(NOTICES[0]))
    assert "2026年3月2日（周一）上午" in text
    assert "取水" in text
    assert "营业执照" in text
    assert certificate(WATER, 2)[-4:] in text
    assert certificate(WATER, 2) not in text
    assert "申请回避" in text


def test_the_same_words_have_the_same_digest() -> None:
    content = paper_content(SCHEME)
    assert read_paper(content) == SCHEME
    assert paper_digest(content) == paper_digest(paper_content(joint_scheme(DISPATCH)))
    assert paper_digest(content) != paper_digest(paper_content(NOTICES[0]))


@pytest.mark.parametrize("paper", [SCHEME, *SHEETS, *NOTICES], ids=lambda paper: f"{paper.kind}-{paper.subject}")
def test_a_pdf_says_what_the_word_file_says_and_embeds_no_typeface(paper: Paper) -> None:
    content = pdf_file(paper, APPROVED)
    assert content == pdf_file(paper, APPROVED), "the same bytes"
    pages = PdfReader(BytesIO(content)).pages
    said = "".join("".join(page.extract_text() for page in pages).split())
    for words in text_of(opened(paper, standing=APPROVED)).split():
        assert words in said
    assert b"FontFile" not in content
    assert (pages[0].mediabox.width, pages[0].mediabox.height) == pytest.approx((595.3, 841.9), abs=0.1)


def test_every_page_of_a_pdf_is_marked_until_it_is_approved() -> None:
    draft, approved = (PdfReader(BytesIO(pdf_file(SCHEME, each))).pages for each in (DRAFT, APPROVED))
    assert len(draft) > 1
    assert all(PAPER_DRAFT in page.extract_text() for page in draft)
    assert not any(PAPER_DRAFT in page.extract_text() for page in approved)


def test_a_row_that_fills_more_than_a_page_is_carried_on() -> None:
    outing = an_outing(0, FIRM, *(Ask(WATER, name=f"第{number}件很长的事") for number in range(80)))
    (sheet,) = approval_sheets(a_dispatch(outing))
    pages = PdfReader(BytesIO(pdf_file(sheet, DRAFT))).pages
    assert len(pages) > 2
    assert "第79件" in "".join(page.extract_text() for page in pages)

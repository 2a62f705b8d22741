"""Official papers as Word files on the page of GB/T 9704-2012: A4, 37 mm above, 28 mm at the left, 156 × 225 of text.

Typefaces are named and never embedded; no seal is drawn, its place over organ and date stays free. What a paper says
is decided before.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from coordinator.domain.papers import PAPER_DRAFT, Heading, Paper, Paragraph, Standing, Table
from coordinator.domain.wording import REHEARSAL_MARK

PAGE = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
_TEXT_WIDTH = Mm(156)
_LINE = Pt(28.95)
"""22 lines on 225 mm."""
_BODY, _TITLE, _HEADING, _SMALL = "公文正文", "公文标题", "公文一级标题", "公文表格"
_SIGNED = 4
"""The date stands four characters from the right (GB/T 9704-2012, 7.3.5.2)."""


def word_file(papers: Sequence[Paper], standing: Standing, *, made_at: datetime) -> bytes:
    """Write papers one after the other, each on pages of its own."""
    word = Document()
    _set_page(word, papers[0], standing)
    _add_styles(word)
    for number, paper in enumerate(papers):
        _write(word, paper, standing, breaks=number > 0)
    properties = word.core_properties
    properties.title, properties.author, properties.comments = papers[0].title, papers[0].organ, ""
    properties.created = properties.modified = made_at
    content = BytesIO()
    word.save(content)
    return content.getvalue()


def _write(word: WordFile, paper: Paper, standing: Standing, *, breaks: bool) -> None:
    title = _styled(word.add_paragraph(paper.title), _TITLE)
    title.paragraph_format.page_break_before = breaks
    if standing.number:
        _plain(_styled(word.add_paragraph(standing.number), _BODY), WD_ALIGN_PARAGRAPH.CENTER)
    if paper.addressee:
        _plain(_styled(word.add_paragraph(f"{paper.addressee}："), _BODY), WD_ALIGN_PARAGRAPH.LEFT)
    for block in paper.blocks:
        match block:
            case Heading(text=text):
                _styled(word.add_paragraph(text), _HEADING)
            case Paragraph(text=text):
                _styled(word.add_paragraph(text), _BODY)
            case Table():
                _add_table(word, block)
    _sign(word, paper, standing)


def _sign(word: WordFile, paper: Paper, standing: Standing) -> None:
    """Organ and date, kept together, with room above for the seal."""
    lines = ("", "", paper.organ, standing.approved_on or "　　年　月　日")
    for text in lines:
        line = _styled(word.add_paragraph(text), _BODY)
        _plain(line, WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(16 * _SIGNED)
        line.paragraph_format.keep_with_next = text != lines[-1]


def _plain(paragraph: WordParagraph, alignment: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.alignment = alignment


def _add_table(word: WordFile, block: Table) -> None:
    table = word.add_table(rows=0, cols=len(block.widths), style="Table Grid")
    table.autofit = False
    widths = [Length(round(_TEXT_WIDTH * share / sum(block.widths))) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, texts in enumerate(block.rows):
        row = table.add_row()
        is_header = block.has_header and number == 0
        for place, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            _fill(cell, text, width, bold=is_header or (not block.has_header and place == 0))
        _mark_row(row, repeats=is_header)
    _styled(word.add_paragraph(""), _SMALL)


def _fill(cell: _Cell, text: str, width: Length, *, bold: bool) -> None:
    cell.width = width
    paragraph = _styled(cell.paragraphs[0], _SMALL)
    paragraph.add_run(text).bold = bold or None


def _styled(paragraph: WordParagraph, style: str) -> WordParagraph:
    """Give a paragraph one of our styles, whose ids are their names; python-docx would search all styles each time."""
    paragraph._p.style = style  # noqa: SLF001 - as above
    return paragraph


def _mark_row(row: _Row, *, repeats: bool) -> None:
    """Keep a row on one page; the header comes again on each."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
    for name in ("w:cantSplit", *(("w:tblHeader",) if repeats else ())):
        properties.append(OxmlElement(name))


def _set_page(word: WordFile, paper: Paper, standing: Standing) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = PAGE
    for name, width in MARGINS.items():
        setattr(section, name, width)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    word.settings.odd_and_even_pages_header_footer = True
    mark = (REHEARSAL_MARK if paper.rehearsal else "") + (PAPER_DRAFT if standing.is_draft else "")
    for header, footer, alignment in (
        (section.header, section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_header, section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        header.paragraphs[0].text = mark
        _typeset(header.paragraphs[0], "黑体", Pt(16))
        _number(footer.paragraphs[0], alignment)


def _number(paragraph: WordParagraph, alignment: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, at the outer side (GB/T 9704-2012, 7.5)."""
    paragraph.alignment = alignment
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        if text is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            run._r.addnext(field)  # noqa: SLF001 - python-docx has no fields
    _typeset(paragraph, "宋体", Pt(14))


def _typeset(paragraph: WordParagraph, typeface: str, size: Length) -> None:
    for run in paragraph.runs:
        run.font.name, run.font.size = typeface, size
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), typeface)  # noqa: SLF001 - as above


def _add_styles(word: WordFile) -> None:
    """正文三号仿宋, 标题二号小标宋, 一级标题三号黑体 (GB/T 9704-2012, 7.3)."""
    body = _style(word, _BODY, "仿宋", Pt(16))
    body.paragraph_format.first_line_indent = Pt(32)
    body.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    body.paragraph_format.line_spacing = _LINE
    heading = _style(word, _HEADING, "黑体", Pt(16))
    heading.paragraph_format.first_line_indent = Pt(32)
    heading.paragraph_format.line_spacing = _LINE
    heading.paragraph_format.keep_with_next = True
    title = _style(word, _TITLE, "小标宋体", Pt(22))
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = _LINE
    _style(word, _SMALL, "仿宋", Pt(12)).paragraph_format.line_spacing = Pt(20)


def _style(word: WordFile, name: str, typeface: str, size: Length) -> ParagraphStyle:
    style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - narrows the type
    style.font.name, style.font.size = typeface, size
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), typeface)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    return style

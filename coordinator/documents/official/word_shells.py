"""Word files without words: page, typefaces, marks and page numbers of GB/T 9704-2012, made once and filled many times.

A4, 37 mm above, 28 mm at the left, 156 × 225 of text. Typefaces are named and never embedded. What is filled in is
written by `word_files`.
"""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from docx import Document
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph
from msgspec import Struct

PAGE = (Mm(210), Mm(297))
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
LINE = Pt(28.95)
"""22 lines on 225 mm."""
BODY, TITLE, HEADING, SMALL = "公文正文", "公文标题", "公文一级标题", "公文表格"
TABLE, WORDS = "Table Grid", "word/document.xml"
_NEEDLESS = frozenset({"thumbnail", "customXml", "stylesWithEffects", "webSettings"})
"""What the library's own template brings along."""


class Shell(Struct, frozen=True, kw_only=True):
    """Files of a Word file by name; of the one with the words what stands before and after them."""

    files: Mapping[str, bytes]
    before: str
    after: str


@cache
def shell(mark: str) -> Shell:
    """Make the file for papers with this mark above every page; there are four marks."""
    word = Document()
    _set_page(word, mark)
    _add_styles(word)
    _leave_out(word)
    content = BytesIO()
    word.save(content)
    with ZipFile(content) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    before, begins, after = files[WORDS].decode().partition("<w:sectPr")
    return Shell(files=files, before=before, after=begins + after)


def _leave_out(word: WordFile) -> None:
    """Take out of the file what no paper of ours uses: nine tenths of its bytes."""
    for parts in (word.part.package.rels, word.part.rels):
        for id_ in [id_ for id_, each in parts.items() if each.reltype.rpartition("/")[2] in _NEEDLESS]:
            del parts[id_]
    for style in list(word.styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in {TABLE, "Normal Table"}:
            style.delete()


def _set_page(word: WordFile, mark: str) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = PAGE
    for name, width in MARGINS.items():
        setattr(section, name, width)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    word.settings.odd_and_even_pages_header_footer = True
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
    body = _style(word, BODY, "仿宋", Pt(16))
    body.paragraph_format.first_line_indent = Pt(32)
    body.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    body.paragraph_format.line_spacing = LINE
    heading = _style(word, HEADING, "黑体", Pt(16))
    heading.paragraph_format.first_line_indent = Pt(32)
    heading.paragraph_format.line_spacing = LINE
    heading.paragraph_format.keep_with_next = True
    title = _style(word, TITLE, "小标宋体", Pt(22))
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = LINE
    _style(word, SMALL, "仿宋", Pt(12)).paragraph_format.line_spacing = Pt(20)


def _style(word: WordFile, name: str, typeface: str, size: Length) -> ParagraphStyle:
    style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - narrows the type
    style.font.name, style.font.size = typeface, size
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), typeface)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    return style

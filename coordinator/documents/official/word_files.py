"""Official papers as Word files: what a paper says, written into a page of GB/T 9704-2012 (`word_shells`).

No seal is drawn, its place over organ and date stays free. What a paper says is decided before. A round has hundreds
of papers, so the words are written as text, and not by a library's objects.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from docx.shared import Mm, Pt

from coordinator.documents.official.word_shells import BODY, HEADING, SMALL, TITLE, WORDS, shell
from coordinator.documents.packing import packed
from coordinator.domain.papers import PAPER_DRAFT, Heading, Paper, Paragraph, Standing, Table
from coordinator.domain.wording import REHEARSAL_MARK

_TEXT_WIDTH = Mm(156)
_SIGNED = Pt(16 * 4)
"""The date stands four characters from the right (GB/T 9704-2012, 7.3.5.2)."""
_UNWRITABLE = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can hold."""
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TABLE = """<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:type="auto" w:w="0"/><w:tblLayout w:type="fixed"/>\
<w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"/>\
</w:tblPr>"""
_ABOUT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>{organ}</dc:creator>\
<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>"""


def word_file(paper: Paper, standing: Standing, *, made_at: datetime) -> bytes:
    """Write a paper; the same paper, standing and moment give the same bytes."""
    empty = shell((REHEARSAL_MARK if paper.rehearsal else "") + (PAPER_DRAFT if standing.is_draft else ""))
    words = empty.before + "".join(_written(paper, standing)) + empty.after
    at = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    about = _ABOUT.format(title=_clean(paper.title), organ=_clean(paper.organ), at=at)
    return packed({**empty.files, WORDS: words.encode(), "docProps/core.xml": about.encode()})


def _written(paper: Paper, standing: Standing) -> Iterator[str]:
    yield _paragraph(TITLE, paper.title)
    if standing.number:
        yield _paragraph(BODY, standing.number, '<w:ind w:firstLine="0"/><w:jc w:val="center"/>')
    if paper.addressee:
        yield _paragraph(BODY, f"{paper.addressee}：", '<w:ind w:firstLine="0"/><w:jc w:val="left"/>')
    for block in paper.blocks:
        match block:
            case Heading(text=text):
                yield _paragraph(HEADING, text)
            case Paragraph(text=text):
                yield _paragraph(BODY, text)
            case Table():
                yield _table(block)
    yield from _signed(paper, standing)


def _signed(paper: Paper, standing: Standing) -> Iterator[str]:
    """Organ and date, kept together, with room above for the seal."""
    place = f'<w:ind w:firstLine="0" w:right="{_SIGNED.twips}"/><w:jc w:val="right"/>'
    for text in ("", "", paper.organ):
        yield _paragraph(BODY, text, f"<w:keepNext/>{place}")
    yield _paragraph(BODY, standing.approved_on or "　　年　月　日", place)


def _table(block: Table) -> str:
    """Each row stands on one page; the header comes again on each."""
    widths = [Mm(_TEXT_WIDTH.mm * share / sum(block.widths)).twips for share in block.widths]
    rows = []
    for number, texts in enumerate(block.rows):
        is_header = block.has_header and number == 0
        cells = (
            _cell(text, width, bold=is_header or (not block.has_header and place == 0))
            for place, (text, width) in enumerate(zip(texts, widths, strict=True))
        )
        marks = f"<w:cantSplit/>{'<w:tblHeader/>' if is_header else ''}"
        rows.append(f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl>{_TABLE}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{_paragraph(SMALL, '')}"


def _cell(text: str, width: int, *, bold: bool) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>{_paragraph(SMALL, text, bold=bold)}</w:tc>'


def _paragraph(style: str, text: str, more: str = "", *, bold: bool = False) -> str:
    """Write one paragraph; styles go by their ids, which are their names."""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = _BREAK.join(_clean(line) for line in text.split("\n"))
    words = f'<w:r>{look}<w:t xml:space="preserve">{lines}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{words}</w:p>'


def _clean(text: str) -> str:
    return escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))

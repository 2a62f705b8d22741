"""Official papers as PDF on the same page as their Word files (GB/T 9704-2012), for reading and for printing.

The typeface is named and not embedded, as in `printing`; what a paper says is decided before.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import Table as Grid
from reportlab.platypus import TableStyle as GridStyle

from coordinator.documents.printing import BOTTOM, LEFT, RIGHT, SONG, TOP, shown
from coordinator.domain.papers import PAPER_DRAFT, Heading, Paper, Paragraph, Standing, Table
from coordinator.domain.wording import REHEARSAL_MARK

_BODY, _LINE = 16, 28.95
"""三号, 22 lines on 225 mm."""
_WIDTH = A4[0] - LEFT - RIGHT


def pdf_file(paper: Paper, standing: Standing) -> bytes:
    """Write a paper; the same paper and standing give the same bytes."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        topMargin=TOP,
        rightMargin=RIGHT,
        bottomMargin=BOTTOM,
        leftMargin=LEFT,
        title=shown(paper.title),
        author=shown(paper.organ),
        invariant=True,
    )
    around = _around((REHEARSAL_MARK if paper.rehearsal else "") + (PAPER_DRAFT if standing.is_draft else ""))
    document.build(list(_flow(paper, standing)), onFirstPage=around, onLaterPages=around)
    return out.getvalue()


def _style(size: float, leading: float, **more: Any) -> ParagraphStyle:  # noqa: ANN401 - as reportlab takes them
    return ParagraphStyle("", fontName=SONG, fontSize=size, leading=leading, wordWrap="CJK", **more)


_TITLE = _style(22, 34, alignment=TA_CENTER, spaceAfter=_LINE / 2)
_CENTRED = _style(_BODY, _LINE, alignment=TA_CENTER)
_PLAIN = _style(_BODY, _LINE)
_TEXT = _style(_BODY, _LINE, alignment=TA_JUSTIFY, firstLineIndent=2 * _BODY)
_SIGNED = _style(_BODY, _LINE, alignment=TA_RIGHT, rightIndent=4 * _BODY)
_CELL = _style(12, 18)


def _flow(paper: Paper, standing: Standing) -> Iterator[Flowable]:
    yield _set(paper.title, _TITLE)
    if standing.number:
        yield _set(standing.number, _CENTRED)
    if paper.addressee:
        yield _set(f"{paper.addressee}：", _PLAIN)
    for block in paper.blocks:
        match block:
            case Heading(text=text) | Paragraph(text=text):
                yield _set(text, _TEXT)
            case Table():
                yield _grid(block)
                yield Spacer(0, _LINE / 2)
    # the place of the seal, over organ and date, stays free
    date = standing.approved_on or "　　年　月　日"
    yield KeepTogether([Spacer(0, 2 * _LINE), _set(paper.organ, _SIGNED), _set(date, _SIGNED)])


def _grid(block: Table) -> Flowable:
    shares = sum(block.widths)
    rows = [[_set(text, _CELL) for text in row] for row in block.rows]
    style = GridStyle([("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Grid(
        rows,
        colWidths=[_WIDTH * share / shares for share in block.widths],
        repeatRows=int(block.has_header),
        splitInRow=1,
        style=style,
    )


def _set(text: str, style: ParagraphStyle) -> Flowable:
    return Set("<br/>".join(escape(shown(line)) for line in text.split("\n")), style)


def _around(mark: str) -> Callable[[Any, Any], None]:
    """What stands outside the text: the mark above it, the page's number below, at the outer side."""

    def draw(canvas: Any, document: Any) -> None:  # noqa: ANN401 - reportlab has no types
        canvas.saveState()
        canvas.setFont(SONG, _BODY)
        canvas.drawString(LEFT, A4[1] - 25 * mm, mark)
        canvas.setFont(SONG, 14)
        number, height = f"— {document.page} —", BOTTOM - 7 * mm
        if document.page % 2:
            canvas.drawRightString(A4[0] - RIGHT - 14, height, number)
        else:
            canvas.drawString(LEFT + 14, height, number)
        canvas.restoreState()

    return draw

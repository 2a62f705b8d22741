"""How we make PDF: A4 pages by GB/T 9704-2012 from a few kinds of parts. What is on them is said elsewhere (`letters`).

The typeface is named and not embedded (Adobe-GB1, song): readers show Chinese in a song of their own, so no licensed
font travels and none need be installed here. Signs outside that collection are shown as 〓; the HTML page has them.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

import segno
from msgspec import Struct
from reportlab.lib import textsplit
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, paragraph

SONG = "STSong-Light"
TOP, RIGHT, BOTTOM, LEFT = 37 * mm, 26 * mm, 35 * mm, 28 * mm
_BASIC_PLANE = 0xFFFF
_MISSING = "〓"
_QUIET_ZONE = 2
_MASK = 3
pdfmetrics.registerFont(UnicodeCIDFont(SONG))
for _module in (textsplit, paragraph):
    # what breaks lines knows the Japanese signs that may not begin one, and not these Chinese ones
    _module.ALL_CANNOT_START += "，；：！？”’》"


class Title(Struct, frozen=True, kw_only=True):
    text: str


class Heading(Struct, frozen=True, kw_only=True):
    text: str


class Text(Struct, frozen=True, kw_only=True):
    """A paragraph; `indented` by two signs, `small`, or set to the right."""

    text: str
    indented: bool = False
    small: bool = False
    right: bool = False


class Rows(Struct, frozen=True, kw_only=True):
    """A table without lines: what, and beside it what is said of it; `large` for what is to be copied by hand."""

    rows: tuple[tuple[str, str], ...]
    large: bool = False


class Qr(Struct, frozen=True, kw_only=True):
    """A code to be photographed, with lines of text beside it."""

    content: str
    beside: tuple[str, ...] = ()


class NewPage(Struct, frozen=True, kw_only=True):
    pass


Part: TypeAlias = Title | Heading | Text | Rows | Qr | NewPage


def pdf(title: str, parts: Sequence[Part]) -> bytes:
    """Set parts on pages; the same parts give the same bytes."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        topMargin=TOP,
        rightMargin=RIGHT,
        bottomMargin=BOTTOM,
        leftMargin=LEFT,
        title=shown(title),
        invariant=True,
    )
    document.build([set_ for part in parts for set_ in _set(part)])
    return out.getvalue()


def _style(size: float, leading: float, **more: Any) -> ParagraphStyle:  # noqa: ANN401 - as reportlab takes them
    return ParagraphStyle("", fontName=SONG, fontSize=size, leading=leading, wordWrap="CJK", **more)


_TITLE = _style(20, 30, alignment=TA_CENTER, spaceAfter=12)
_HEADING = _style(13, 20, spaceBefore=10, spaceAfter=2)
_TEXT = _style(12, 20, alignment=TA_JUSTIFY)
_INDENTED = _style(12, 20, alignment=TA_JUSTIFY, firstLineIndent=24)
_RIGHT = _style(12, 20, alignment=TA_RIGHT)
_SMALL = _style(9.5, 15)
_ROW_STYLES = {
    large: _style(size, size + 9, leftIndent=26 * mm, bulletFontName=SONG, bulletFontSize=size)
    for large, size in ((False, 12), (True, 17))
}


def _set(part: Part) -> Iterator[Flowable]:
    match part:
        case Title():
            yield _paragraph(part.text, _TITLE)
        case Heading():
            yield _paragraph(part.text, _HEADING)
        case Text():
            yield _paragraph(part.text, _style_of(part))
        case Rows():
            yield from (Paragraph(escape(shown(said)), _ROW_STYLES[part.large], name) for name, said in part.rows)
        case Qr():
            yield _beside(part)
            yield Spacer(0, 4 * mm)
        case NewPage():
            yield PageBreak()


def _style_of(text: Text) -> ParagraphStyle:
    if text.right:
        return _RIGHT
    if text.small:
        return _SMALL
    return _INDENTED if text.indented else _TEXT


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(shown(text)), style)


def shown(text: str) -> str:
    """What can be shown of a text: leave out what would break a line's setting, and show what the typeface cannot."""
    signs = (sign if sign.isprintable() else " " for sign in text)
    return "".join(_MISSING if ord(sign) > _BASIC_PLANE else sign for sign in signs)


def _beside(part: Qr) -> Flowable:
    return _Squares(part, 38 * mm)


class _Squares(Flowable):  # type: ignore[misc] # reportlab has no types
    """The squares of a QR, drawn: sharp at any size, and no picture; the lines stand beside them."""

    def __init__(self, part: Qr, side: float) -> None:
        super().__init__()
        self._rows = tuple(bytes(row) for row in qr_of(part.content).matrix)
        self._lines = [shown(line) for line in part.beside]
        self.width = self.height = side

    def draw(self) -> None:
        """Draw each run of dark squares in one go, then the lines."""
        size = self.width / (len(self._rows) + 2 * _QUIET_ZONE)
        path = self.canv.beginPath()
        for row, signs in enumerate(self._rows):
            below = self.height - (row + _QUIET_ZONE + 1) * size
            for first, count in _runs(signs):
                path.rect((first + _QUIET_ZONE) * size, below, count * size, size)
        self.canv.drawPath(path, fill=1, stroke=0)
        self.canv.setFont(SONG, _TEXT.fontSize)
        for place, line in enumerate(self._lines):
            middle = self.height / 2 + len(self._lines) * _TEXT.leading / 2
            self.canv.drawString(self.width + 6 * mm, middle - (place + 1) * _TEXT.leading, line)


def qr_of(content: str) -> segno.QRCode:
    """Make a QR; the mask is given, for choosing the prettiest takes longer than everything else on a page."""
    return segno.make_qr(content, error="m", mask=_MASK)


def _runs(signs: bytes) -> Iterator[tuple[int, int]]:
    place = 0
    for dark, run in groupby(signs):
        count = len(list(run))
        if dark:
            yield place, count
        place += count

"""The letter (告知函) with which a firm opens its page: a page to print and a PDF, and many of them as one package.

The code stands here in clear and nowhere else. What may be told is decided in `announcements`.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from markupsafe import Markup
from msgspec import Struct

from coordinator.documents.file_names import file_stem
from coordinator.documents.packing import packed
from coordinator.documents.pages import render
from coordinator.documents.printing import Heading, NewPage, Part, Qr, Rows, Text, Title, pdf, qr_of
from coordinator.domain.announcements import AnnouncedVisit, Announcement, Contact
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.letters import Letter, in_halves
from coordinator.domain.wording import moment_words, together

TITLE = "检查告知函"
OPENING = "/letter"


class WrittenLetter(Struct, frozen=True, kw_only=True):
    """A letter with everything that stands on it; `site` is where firms find the service."""

    letter: Letter
    code: str
    announcement: Announcement
    round_name: str
    coordinator: str
    contacts: tuple[Contact, ...]
    site: str

    @property
    def issued_on(self) -> date:
        return self.letter.issued_at.astimezone(LOCAL_TIME).date()

    @property
    def short_address(self) -> str:
        """What a person types."""
        return f"{self.site.removeprefix('https://').removeprefix('http://')}{OPENING}"

    @property
    def full_address(self) -> str:
        """What the QR holds; opening it still asks for the press of a button."""
        return f"{self.site}{OPENING}?{urlencode({'n': in_halves(self.letter.number), 'c': in_halves(self.code)})}"

    def __repr__(self) -> str:
        return f"WrittenLetter(letter={self.letter.id})"


def letter_page(written: WrittenLetter) -> bytes:
    """Write a letter as a page that stands alone and prints on A4."""
    return render("letter.html", written=written, qr=_qr(written.full_address), lines=_visit_lines(written))


def letter_pdf(written: WrittenLetter) -> bytes:
    """Write a letter as PDF."""
    return pdf(f"{TITLE} {written.announcement.target.name}", list(_parts(written)))


def package(written: Sequence[WrittenLetter]) -> bytes:
    """Pack letters: all in one PDF for the printer, and each by itself as page and PDF."""
    files = {"全部告知函.pdf": _all_in_one(written)}
    for one in written:
        stem = f"分件/{file_stem(one.announcement.target.id)}"
        files[f"{stem}.html"] = letter_page(one)
        files[f"{stem}.pdf"] = letter_pdf(one)
    return packed(files)


def _all_in_one(written: Sequence[WrittenLetter]) -> bytes:
    parts: list[Part] = []
    for one in written:
        parts += [NewPage(), *_parts(one)] if parts else _parts(one)
    return pdf(TITLE, parts)


def _parts(written: WrittenLetter) -> Iterator[Part]:
    announcement = written.announcement
    yield Title(text=TITLE)
    yield Text(text=f"{announcement.target.name}：")
    yield Text(text=f"按“{written.round_name}”，将到您处检查，时间如下：", indented=True)
    yield from (Text(text=line, indented=True) for line in _visit_lines(written))
    if announcement.documents:
        yield Text(text=f"请准备：{together(announcement.documents)}。每样备一份，各部门共用。", indented=True)
    yield Heading(text="在网上查看全部内容")
    yield Text(text="查什么、谁来、今年查过几次、怎么抽到的，以及改期、回避和异议，都在网页上办理。", indented=True)
    yield Qr(
        content=written.full_address,
        beside=("扫码后按“打开”；", "或者打开网址，输入函号和密码：", written.short_address),
    )
    yield Rows(rows=(("函　号", in_halves(written.letter.number)), ("密　码", in_halves(written.code))), large=True)
    yield Text(text="密码只印在这封函上，请妥善保管。遗失或打不开的，请打下面的电话。", small=True)
    yield Heading(text="问谁")
    yield Text(text="；".join(f"{each.department} {each.phone}" for each in written.contacts) or written.coordinator)
    yield Text(text="检查不收任何费用。执法人员不少于两人，进门先亮执法证；不亮证的，可以拒绝检查。", small=True)
    yield Text(text=written.coordinator, right=True)
    yield Text(text=f"{written.issued_on.year}年{written.issued_on.month}月{written.issued_on.day}日", right=True)


def _visit_lines(written: WrittenLetter) -> list[str]:
    return [_visit_line(visit) for visit in written.announcement.visits]


def _visit_line(visit: AnnouncedVisit) -> str:
    together_ = "一起来" if len(visit.departments) > 1 else ""
    moved = f"（改期，原定{_moment(visit.moved_from)}）" if visit.moved_from else ""
    return f"{_moment(visit.begins_at)}{moved}，{together(visit.departments)}{together_}"


def _moment(moment: datetime) -> str:
    return moment_words(moment.astimezone(LOCAL_TIME))


def _qr(content: str) -> Markup:
    """Draw a QR as SVG, without styles or scripts."""
    out = io.BytesIO()
    qr_of(content).save(out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, title="扫码打开")
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us from squares

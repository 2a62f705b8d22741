"""Official papers of a round (公文): which kinds there are, and what one says, before it becomes a file.

The same content gives the same digest, whoever writes it as docx or PDF. What is said is for documents/official.
"""

import hashlib
from enum import StrEnum

import msgspec
from msgspec import Struct

PAPER_DRAFT = "待审批"
"""Stands on every page of a paper that nobody has approved."""


class PaperKind(StrEnum):
    """The papers without which nobody is inspected (凡检查必审批, 国办发〔2024〕54号)."""

    SCHEME = "scheme"
    APPROVAL_SHEET = "approval_sheet"
    NOTICE = "notice"

    @property
    def words(self) -> str:
        return {"scheme": "联合抽查实施方案", "approval_sheet": "行政检查审批表", "notice": "检查通知书"}[self.value]


class Heading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="heading"):
    """A numbered heading of the first level: 一、…."""

    text: str


class Paragraph(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="paragraph"):
    text: str


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="table"):
    """Rows of text; `widths` are shares of the line, `has_header` says that the first row repeats on every page.

    Without a header the first column names what stands beside it.
    """

    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    has_header: bool


class Paper(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paper; `addressee` is who is written to (主送), empty where nobody; `organ` who signs and seals."""

    kind: PaperKind
    subject: str
    """What it is about among the papers of its kind: nothing for the scheme, a target, a target's visit."""
    title: str
    addressee: str = ""
    blocks: tuple[Heading | Paragraph | Table, ...]
    organ: str
    rehearsal: bool = False


class Standing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a paper stands: a draft has neither number nor date; both are given when it is approved."""

    number: str = ""
    approved_on: str = ""

    @property
    def is_draft(self) -> bool:
        return not self.approved_on


DRAFT = Standing()


def paper_content(paper: Paper) -> bytes:
    """Write down what a paper says, the same bytes for the same words."""
    return msgspec.json.encode(paper, order="sorted")


def read_paper(content: bytes) -> Paper:
    return msgspec.json.decode(content, type=Paper)


def paper_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""A package as a mail: what it is in words, and workbooks that any office program opens.

Rows that come without a workbook are put into one. How it is sent is in `sending`.
"""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec
import xlsxwriter

from connectors.contract import File, Package, PermanentError
from connectors.mail.settings import MailSettings
from connectors.records import SORTS, SUFFIX, read_records, sort_of, text_of, words_of

MOST_BYTES = 15 << 20
"""Mailboxes commonly take 20 MB, and attachments grow by a third on the way."""
WORKBOOK = ".xlsx"
KINDS = {
    WORKBOOK: ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".pdf": ("application", "pdf"),
    ".csv": ("text", "csv"),
}
OTHER = ("application", "octet-stream")
_ID_DIGITS = 40
# fixed, so that a repeat brings the same bytes
_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)

BODY = """\
{recipient}：

这是“{batch}”的第{number}次发送，共{count}个附件：

{files}

{newest}请勿回复本邮件；附件由“一门查”自动发送。
"""
FIRST = ""
LATER = "以前发送的第1至第{before}次作废，以这次为准。如果更大次数的邮件已经收到，以次数最大的为准。\n\n"


def message_of(package: Package, settings: MailSettings, now: datetime) -> EmailMessage:
    """Write the mail; the same package always has the same Message-ID. Raises PermanentError where it is too big."""
    files = attached(package)
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise PermanentError(
            f"“{package.batch}”的附件超过{MOST_BYTES >> 20} MB，邮箱多半不收，没有发送。请改用文件夹方式投递。"
        )
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = settings.sender, settings.to
    message["Subject"] = _line(f"[一门查] {package.recipient} {package.batch}（第{package.number}次）")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(package, settings)
    message["Auto-Submitted"] = "auto-generated"
    message["X-OneDoor-Batch"], message["X-OneDoor-Number"] = _line(package.batch), str(package.number)
    message.set_content(_body(package, files))
    for file in files:
        maintype, subtype = next((kind for end, kind in KINDS.items() if file.name.endswith(end)), OTHER)
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=_line(file.name))
    return message


def message_id(package: Package, settings: MailSettings) -> str:
    """Name this package for ever, as mails are named."""
    return f"<{hashlib.sha256(package.key.encode()).hexdigest()[:_ID_DIGITS]}@{settings.domain}>"


def attached(package: Package) -> list[File]:
    """What people can open: files as they are, and rows in a workbook where no other stands beside them."""
    for_people = [file for file in package.files if not file.name.endswith(SUFFIX)]
    rows = [file for file in package.files if file.name.endswith(SUFFIX)]
    if rows and not any(file.name.endswith(WORKBOOK) for file in for_people):
        for_people.extend(_workbook(file) for file in rows)
    return for_people


def _workbook(file: File) -> File:
    """A sheet for each sort of record; every cell is text, so that nothing is taken for a formula or a number."""
    try:
        records = read_records(file)
    except msgspec.ValidationError as error:
        raise PermanentError(f"“{file.name}”里的数据行不合规定（{error}），没有发送。请重新生成后再投递。") from error
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        for sort in SORTS:
            rows = [record for record in records if sort_of(record) == sort_of(sort)]
            if rows:
                words = words_of(sort)
                sheet = book.add_worksheet(sort.__name__)
                lines = [list(words.values()), *([text_of(getattr(row, name)) for name in words] for row in rows)]
                for number, line in enumerate(lines):
                    for column, cell in enumerate(line):
                        sheet.write_string(number, column, cell)
        if not records:
            book.add_worksheet()
    name = f"{file.name.removesuffix(SUFFIX)}{WORKBOOK}"
    return File(name=name, content=content.getvalue(), row_count=file.row_count)


def _body(package: Package, files: list[File]) -> str:
    listed = "\n".join(f"  {file.name}（{file.row_count}行，SHA-256 {file.sha256}）" for file in files)
    newest = LATER.format(before=package.number - 1) if package.number > 1 else FIRST
    return BODY.format(
        recipient=package.recipient,
        batch=package.batch,
        number=package.number,
        count=len(files),
        files=listed,
        newest=newest,
    )


def _line(text: str) -> str:
    """One line of a header, whatever was given."""
    return "".join(_printable(text))


def _printable(text: str) -> Iterator[str]:
    for character in text:
        yield character if character.isprintable() else " "

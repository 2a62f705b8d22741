"""Forms that carry a file: their fields and the one file, read once and kept as long as the request.

What may be in the file is the affair of documents/upload_checks.py; how large a form may be, of its route.
"""

from io import BytesIO
from typing import Any

from litestar import Request
from msgspec import Struct
from multipart import MultipartError, MultipartParser, parse_options_header

from coordinator.documents.upload_checks import MAX_FILE_BYTES, MEBIBYTE
from coordinator.domain.errors import Invalid

LARGEST_UPLOAD = MAX_FILE_BYTES + MEBIBYTE
"""The largest file and the fields beside it; what is larger is never read."""
MOST_PARTS = 40
_KEPT = "upload"


class Upload(Struct, frozen=True, kw_only=True):
    """A form with a file; both empty where none was chosen."""

    fields: dict[str, str]
    file: str = ""
    content: bytes = b""


def is_upload(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("Content-Type", "").casefold().startswith("multipart/form-data")


async def read_upload(request: Request[Any, Any, Any]) -> Upload:
    """Read a form with a file; raises Invalid where it is not written as browsers do."""
    kept = request.state.get(_KEPT)
    if isinstance(kept, Upload):
        return kept
    boundary = parse_options_header(request.headers.get("Content-Type", ""))[1].get("boundary", "")
    if not boundary:
        raise Invalid("表单的内容不完整。", remedy="请从页面上重新选择文件。")
    try:
        read = _parse(await request.body(), boundary)
    except (MultipartError, UnicodeDecodeError) as error:
        raise Invalid("表单的内容不完整。", remedy="请从页面上重新选择文件。") from error
    request.state[_KEPT] = read
    return read


def _parse(body: bytes, boundary: str) -> Upload:
    fields: dict[str, str] = {}
    file, content = "", b""
    parser = MultipartParser(
        BytesIO(body),
        boundary,
        part_limit=MOST_PARTS,
        partsize_limit=LARGEST_UPLOAD,
        spool_limit=LARGEST_UPLOAD,
        memory_limit=LARGEST_UPLOAD,
    )
    for part in parser:
        if part.filename is not None:
            file, content = part.filename, part.raw
        else:
            fields[part.name] = part.value
    if any("\0" in text for text in (file, *fields, *fields.values())):
        raise Invalid("表单里有不能使用的字符。")
    return Upload(fields=fields, file=file, content=content)

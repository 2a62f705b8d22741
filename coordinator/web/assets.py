"""Styles and scripts, read once, and answered with their digest, so that a browser need not fetch them twice.

look.css is the documents': pages and printed papers speak in the same tokens. The stand-alone verifier lies beside them
for anyone to take home. VENDORED.md in static/ says what is not our own.
"""

import hashlib
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from msgspec import Struct

from coordinator.domain.errors import NotFound

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".py": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}


class Asset(Struct, frozen=True, kw_only=True):
    content: bytes
    media_type: str
    etag: str


def read_assets() -> dict[str, Asset]:
    """Read everything that is served below /static, by relative path."""
    found = dict(_below(files("coordinator.web") / "static", PurePosixPath()))
    found["look.css"] = files("coordinator.documents") / "templates_html" / "look.css"
    found["verify_draw.py"] = files("solver") / "verify_draw.py"
    return {name: _asset(name, file.read_bytes()) for name, file in found.items()}


def _below(folder: Traversable, place: PurePosixPath) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _below(each, place / each.name)
        elif PurePosixPath(each.name).suffix in _TYPES:
            found.append((str(place / each.name), each))
    return found


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Asset(content=content, media_type=_TYPES[PurePosixPath(name).suffix], etag=f'"{digest}"')


_ASSETS = read_assets()


@get("/static/{name:path}", include_in_schema=False)
async def asset(name: FromPath[PurePosixPath], request: Request[None, None, State]) -> Response[bytes]:
    """Answer with a file, or say that the browser has it already."""
    found = _ASSETS.get(str(name).removeprefix("/"))
    if found is None:
        raise NotFound("没有这个文件。")
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == found.etag:
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)

"""Lists page by page: at most so many lines an answer, and the way to the next in its `Link` header (RFC 8288).

The way is a cursor that says after which line to go on; what comes meanwhile shifts nobody's page. What a list holds is
its route's affair.
"""

import base64
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import Provide
from litestar.params import QueryParameter
from msgspec import Struct

from coordinator.domain.errors import Invalid
from coordinator.web.api.answers import ERRORS
from coordinator.web.visiting import Asked

T = TypeVar("T")

ON_A_PAGE, MOST_ON_A_PAGE = 100, 500
LINK = ResponseHeader(
    name="Link",
    documentation_only=True,
    required=False,
    description='还有下一页时：<下一页的地址>; rel="next"',
)
listing = partial(get, responses=ERRORS, response_headers=[LINK])
Most = Annotated[int, QueryParameter(ge=1, le=MOST_ON_A_PAGE, description="一页最多几条")]
Cursor = Annotated[str, QueryParameter(max_length=2000, description="从上一页的 Link 里原样取来")]


class Turn(Struct, frozen=True, kw_only=True):
    """Which page of a list is asked for: so many lines after the one whose key the cursor holds."""

    path: str
    asked: tuple[tuple[str, str], ...]
    after: tuple[str, ...]
    most: int

    def cut(self, lines: Iterable[T], key: Callable[[int, T], str]) -> Response[list[T]]:
        """Give a page of a list that is held whole; `key` is given each line with its place."""
        placed = list(enumerate(lines))
        keys = [key(*each) for each in placed]
        begin = self._begin(keys)
        shown = [line for _, line in placed[begin : begin + self.most]]
        ends = begin + self.most
        return self.answer(shown, (keys[ends - 1],) if ends < len(keys) else None)

    def answer(self, lines: Sequence[T], after: Sequence[str] | None) -> Response[list[T]]:
        """Give a page; `after` is the key of its last line where more follow."""
        if after is None:
            return Response(list(lines))
        query = urlencode([*self.asked, ("most", str(self.most)), ("cursor", _written(after))])
        return Response(list(lines), headers={"Link": f'<{self.path}?{query}>; rel="next"'})

    def key(self, parts: int) -> tuple[str, ...]:
        """Give the key to go on after, of so many parts, all empty on the first page; raises Invalid for another."""
        if self.after and len(self.after) != parts:
            raise unreadable()
        return self.after or ("",) * parts

    def _begin(self, keys: Sequence[str]) -> int:
        (last,) = self.key(1)
        if not self.after:
            return 0
        if last not in keys:
            raise Invalid("游标所指的一条已经不在了。", remedy="请从第一页重新读。")
        return keys.index(last) + 1


async def _turn(request: Asked, cursor: Cursor = "", most: Most = ON_A_PAGE) -> Turn:
    asked = tuple((name, text) for name, text in request.query_params.multi_items() if name not in {"cursor", "most"})
    return Turn(path=request.url.path, asked=asked, after=_read(cursor), most=most)


def _written(key: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, ...]:
    if not cursor:
        return ()
    try:
        written = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(written, type=tuple[str, ...])
    except (ValueError, msgspec.MsgspecError) as error:
        raise unreadable() from error
    if not key or any("\0" in part for part in key):
        raise unreadable()
    return key


def unreadable() -> Invalid:
    return Invalid("游标不对。", remedy="请从第一页重新读，之后的地址从 Link 里原样取来。")


TURN = {"turn": Provide(_turn)}

"""What came back: a status, headers, a bounded body; and what a refusal means for whoever sent.

Each status that is no success becomes a sentence here. What a body says is each connector's affair.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import msgspec
from msgspec import Struct

from connectors.contract import PermanentError, TemporaryError

T = TypeVar("T")
Clock = Callable[[], datetime]

_PASSING: dict[int, str] = {
    HTTPStatus.REQUEST_TIMEOUT: "对方等得太久，放弃了这次请求。",
    HTTPStatus.TOO_EARLY: "对方要求稍后再试。",
    HTTPStatus.TOO_MANY_REQUESTS: "对方说请求太频繁。",
    HTTPStatus.SERVICE_UNAVAILABLE: "对方暂停服务。",
}
_LASTING: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "对方看不懂这次请求。请与对方核对接口版本。",
    HTTPStatus.UNAUTHORIZED: "对方不认我方的密钥或令牌。请与对方核对后重新填写。",
    HTTPStatus.FORBIDDEN: "对方不许我方访问。请对方开通权限。",
    HTTPStatus.NOT_FOUND: "对方没有这个地址。请核对接口地址。",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个地址不接收数据。请核对接口地址。",
    HTTPStatus.GONE: "对方已停用这个接口。请向对方索取新地址。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "对方嫌数据太大。请与对方商定上限。",
    HTTPStatus.UNPROCESSABLE_ENTITY: "对方认为数据有错。",
}
_MOVED = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


class Answer(Struct, frozen=True, kw_only=True):
    """An answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    received_at: datetime

    @property
    def is_success(self) -> bool:
        return HTTPStatus(200) <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_page(self) -> bool:
        """Say whether it is a page for people: a login form or a notice put in the way, and nobody's receipt."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in {"text/html", "application/xhtml+xml"} or self.content.lstrip()[:1] == b"<"

    @property
    def retry_after(self) -> timedelta | None:
        """How long the receiver asks to be left alone: seconds, or a date by its own clock, never less than nothing."""
        asked = self.headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdigit():
            return timedelta(seconds=min(int(asked), int(timedelta.max.total_seconds()) // 2))
        until, now = _moment(asked), _moment(self.headers.get("date", "")) or self.received_at
        return max(until - now, timedelta()) if until else None

    def accepted(self, whom: str) -> "Answer":
        """Give itself back where it is a success that no page stands in for; else raise what it means, in words."""
        if self.is_success and not self.is_page:
            return self
        raise self._refusal(whom)

    def decoded(self, whom: str, kind: type[T]) -> T:
        """Read the body as JSON of a kind; raises PermanentError where it is something else."""
        try:
            return msgspec.json.decode(self.content, type=kind)
        except msgspec.MsgspecError:
            raise PermanentError(f"{whom}的回执不是约定的格式，不能确认收到。请与对方核对接口版本。") from None

    def _refusal(self, whom: str) -> PermanentError | TemporaryError:
        if self.is_success:
            return TemporaryError(
                f"{whom}没有给回执，给的是一个网页（多半是登录页或拦截页）。请检查网络出口和接口地址。"
            )
        words = f"{whom}没有接收（HTTP {self.status}）："
        if self.status in _MOVED:
            return PermanentError(f"{words}接口已搬到别处。为了安全不跟随转址，请向对方核实新地址后改填。")
        if self.status < HTTPStatus.BAD_REQUEST:
            return TemporaryError(f"{words}对方让转到别处（多半是登录页）。为了安全不跟随转址，请检查接口地址。")
        if self.status in _PASSING or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TemporaryError(words + _PASSING.get(self.status, "对方系统出错。"), retry_after=self.retry_after)
        return PermanentError(words + _LASTING.get(self.status, "请与对方核对接口。"))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

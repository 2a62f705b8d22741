"""What becomes of refusals and faults: problem details (RFC 9457) for machines, a page for people.

Kinds of refusal have their status here and nowhere else. Anything that is not a refusal is a fault of ours: it gets an
incident number, and nothing of it is shown.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from coordinator.domain.errors import (
    Conflict,
    Invalid,
    LetterShut,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Refusal,
    SecondFactorMissing,
    TooLate,
    Unavailable,
)
from coordinator.web.rendering import page
from coordinator.web.request_log import incident
from coordinator.web.visiting import session_of, who_asked

PROBLEM_JSON = "application/problem+json"
API = "/api/"
LETTERS = "/letter"
"""Where the pages of firms are."""


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457, with two members of our own: `remedy` says what to do, `incident` is for the operator."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    remedy: str = ""
    incident: str = ""


class Kind(Struct, frozen=True, kw_only=True):
    type: str
    title: str
    status: HTTPStatus


_REFUSALS: Mapping[type[Refusal], Kind] = {
    NotSignedIn: Kind(type="not-signed-in", title="没有登录", status=HTTPStatus.UNAUTHORIZED),
    NotFound: Kind(type="not-found", title="没有找到", status=HTTPStatus.NOT_FOUND),
    NotPermitted: Kind(type="not-permitted", title="不允许", status=HTTPStatus.FORBIDDEN),
    Conflict: Kind(type="conflict", title="与现状矛盾", status=HTTPStatus.CONFLICT),
    Invalid: Kind(type="invalid", title="内容有误", status=HTTPStatus.UNPROCESSABLE_ENTITY),
    TooLate: Kind(type="not-now", title="现在不行", status=HTTPStatus.CONFLICT),
    Unavailable: Kind(type="unavailable", title="暂时不可用", status=HTTPStatus.SERVICE_UNAVAILABLE),
}
_OTHER_REFUSAL = Kind(type="refused", title="没有办成", status=HTTPStatus.UNPROCESSABLE_ENTITY)
_HTTP = {
    HTTPStatus.BAD_REQUEST: ("地址里的参数不对", "请从页面上的链接进入，或核对参数的写法。"),
    HTTPStatus.NOT_FOUND: ("没有这个页面", "请核对网址，或从首页进入。"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("这里不能这样做", ""),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("提交的内容太大", ""),
}


def _of_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    kind = next((kind for raised, kind in _REFUSALS.items() if isinstance(refusal, raised)), _OTHER_REFUSAL)
    return _response(request, kind, detail=str(refusal), remedy=refusal.remedy)


def _of_not_signed_in(request: Request[Any, Any, Any], refusal: NotSignedIn) -> Response[Any]:
    """Tell programs to send a token, and lead people to where one signs in, and from there back."""
    if not request.url.path.startswith(API):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        next_ = wanted if request.method == HttpMethod.GET else "/"
        return Redirect("/sign-in", query_params={"next": next_}, status_code=303)
    answer = _of_refusal(request, refusal)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _of_second_factor(request: Request[Any, Any, Any], refusal: SecondFactorMissing) -> Response[Any]:
    if request.url.path.startswith(API):
        return _of_refusal(request, refusal)
    return Redirect("/account/second-factor", status_code=303)


def _of_letter_shut(_: Request[Any, Any, Any], __: LetterShut) -> Redirect:
    return Redirect("/letter?done=ended", status_code=303)


def _of_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_fault(request, error)
    title, remedy = _HTTP.get(status, (status.phrase, ""))
    named = [str(each["key"]) for each in error.extra if "key" in each] if isinstance(error.extra, list) else []
    detail = f"{title}：{'、'.join(named)}。" if named else f"{title}。"
    return _response(request, Kind(type="http", title=title, status=status), detail=detail, remedy=remedy)


def _of_fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    kind = Kind(type="fault", title="程序出错了", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    number = incident(error)
    return _response(
        request, kind, detail="这是程序的问题，没有改动任何内容。", remedy="请把事件编号告诉管理员。", number=number
    )


def _response(
    request: Request[Any, Any, Any], kind: Kind, *, detail: str, remedy: str, number: str = ""
) -> Response[bytes]:
    problem = Problem(
        type=f"urn:onedoor:problem:{kind.type}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=request.url.path,
        remedy=remedy,
        incident=number,
    )
    if request.url.path.startswith(API):
        return Response(msgspec.json.encode(problem), status_code=kind.status, media_type=PROBLEM_JSON)
    return page(
        "problem.html",
        status=kind.status,
        actor=who_asked(request),
        problem=problem,
        is_firm=request.url.path.startswith(LETTERS),
        **({"signs_in": False} if session_of(request) else {}),
    )


HANDLERS: ExceptionHandlersMap = {
    NotSignedIn: _of_not_signed_in,
    SecondFactorMissing: _of_second_factor,
    LetterShut: _of_letter_shut,
    Refusal: _of_refusal,
    HTTPException: _of_http,
    Exception: _of_fault,
}

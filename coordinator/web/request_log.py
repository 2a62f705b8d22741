"""One line for each request: method, route, status, milliseconds. Never a body, a query, or a path's own words.

A target's code may be a person's; so the log holds the route's pattern, and an incident only where in our code it was.
"""

import time
import traceback
from collections.abc import Callable
from typing import TypeAlias
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("onedoor.web")

NO_ROUTE = "-"
Note: TypeAlias = Callable[[str, str, int, float], None]
"""Takes method, route's pattern, status and seconds of every request."""


class Logged:
    """Writes the line once the answer is complete, and lets whoever watches note it."""

    def __init__(self, app: ASGIApp, note: Note) -> None:
        self._app, self._note = app, note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        method = scope["method"]
        await self._app(scope, receive, sending)
        seconds, route = time.perf_counter() - began, scope.get("path_template", NO_ROUTE)
        self._note(method, route, status, seconds)
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def incident(error: Exception) -> str:
    """Note a fault of ours and give the number under which it stands in the log; its message is not kept."""
    number = uuid4().hex[:12]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("incident", number=number, kind=type(error).__name__, places=places)
    return number

"""One line for each request: method, route, status, milliseconds. Never a body, a query, or a path's own words.

A target's code may be a person's; so the log holds the route's pattern, and an incident only where in our code it was.
"""

import time
import traceback
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("onedoor.web")

NO_ROUTE = "-"


class Logged:
    """Writes the line once the answer has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        log.info("request", method=method, route=scope.get("path_template", NO_ROUTE), status=status, ms=milliseconds)


def incident(error: Exception) -> str:
    """Note a fault of ours and give the number under which it stands in the log; its message is not kept."""
    number = uuid4().hex[:12]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("incident", number=number, kind=type(error).__name__, places=places)
    return number

"""What goes on elsewhere, told to a page as it happens: by server-sent events, or asked for again and again.

What is told is the pages' affair: nothing once it is over or the page must be loaded anew (static/live.js).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from litestar import MediaType, Response
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

STREAM_SECONDS = 60.0
"""Then the browser asks again, and it is asked again who looks."""
RETRY_MILLISECONDS = 1000
Look = Callable[[], Awaitable[bytes]]
"""Gives what the page shows now; empty once it is over."""


async def live_part(look: Look) -> Response[bytes]:
    """Answer a browser that asks again and again."""
    return Response(await look(), media_type=MediaType.HTML)


async def live_events(look: Look, seconds: float) -> ServerSentEvent:
    """Look that often and tell each time; what is refused to the first look is refused here."""
    return ServerSentEvent(_events(look, seconds, await look()), retry_duration=RETRY_MILLISECONDS)


async def _events(look: Look, seconds: float, words: bytes) -> AsyncIterator[ServerSentEventMessage]:
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    while words and clock() < ends_at:
        yield ServerSentEventMessage(data=words)
        await asyncio.sleep(seconds)
        words = await look()
    if not words:
        yield ServerSentEventMessage(event="over")

"""Where somebody sits in a ceremony: which draw is looked at, and by whom; what its pages and their events share.

What is shown there is in shown/ceremonies.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from litestar import MediaType, Response
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage
from msgspec import Struct

from coordinator.actions.ceremony_reading import read_ceremony
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.web.shown.ceremonies import CeremonyShown, ceremony_shown
from solver.chance.head import Stage

LOOK_SECONDS = 1.0
STREAM_SECONDS = 60.0
"""Then the browser asks again, and it is asked again who looks."""
RETRY_MILLISECONDS = 1000
Draw = Callable[[CeremonyShown], bytes]
"""Fills in the part of a page that is live."""


class Seat(Struct, frozen=True, kw_only=True):
    """Somebody at a draw of a round."""

    services: Services
    actor: Actor
    round: UUID
    stage: Stage

    @property
    def path(self) -> str:
        return f"/rounds/{self.round}/draws/{self.stage.value}"

    async def look(self) -> CeremonyShown:
        """See the draw as it stands now."""
        reading = await read_ceremony(self.services, self.actor, self.round, self.stage)
        return ceremony_shown(reading, self.actor, self.services.clock())


async def live_part(seat: Seat, seen: str, draw: Draw) -> Response[bytes]:
    """Answer with the live part for a browser that asks again and again; nothing once the page must be loaded anew."""
    shown = await seat.look()
    return Response(draw(shown) if shown.token == seen else b"", media_type=MediaType.HTML)


async def live_events(seat: Seat, seen: str, draw: Draw) -> ServerSentEvent:
    """Tell the same as it happens."""
    first = await seat.look()
    return ServerSentEvent(_events(seat, seen, draw, first), retry_duration=RETRY_MILLISECONDS)


async def _events(seat: Seat, seen: str, draw: Draw, shown: CeremonyShown) -> AsyncIterator[ServerSentEventMessage]:
    clock = asyncio.get_running_loop().time
    ends_at = clock() + STREAM_SECONDS
    while shown.token == seen and clock() < ends_at:
        yield ServerSentEventMessage(data=draw(shown))
        await asyncio.sleep(LOOK_SECONDS)
        shown = await seat.look()
    if shown.token != seen:
        yield ServerSentEventMessage(event="over")

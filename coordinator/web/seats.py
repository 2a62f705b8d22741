"""Where somebody sits in a ceremony: which draw is looked at, and by whom; what its pages and their events share.

What is shown there is in shown/ceremonies.py.
"""

from collections.abc import Callable
from uuid import UUID

from msgspec import Struct

from coordinator.actions.ceremony_reading import read_ceremony
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.web.live import Look
from coordinator.web.shown.ceremonies import CeremonyShown, ceremony_shown
from solver.chance.head import Stage

LOOK_SECONDS = 1.0


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

    def live(self, seen: str, draw: Callable[[CeremonyShown], bytes]) -> Look:
        """Fill in the live part of a page as long as it offers what somebody has seen there."""

        async def look() -> bytes:
            shown = await self.look()
            return draw(shown) if shown.token == seen else b""

        return look

"""What a program asks of outside systems that packages go to, and of what was sent there; a part of OneDoor's methods.

The rest is in `client`.
"""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from connectors.client import types
from connectors.client.sending import Sender


class WaysOut:
    """Destinations and deliveries."""

    _sender: Sender

    def destinations(self) -> list[types.DestinationLine]:
        """Where packages go, and what was proposed to a second person."""
        return list(self._sender.pages("/destinations", types.DestinationLine))

    def destination(self, name: str) -> types.DestinationShown:
        """One of them: settings and proposal, of secrets only that they are set."""
        return self._sender.read(f"/destinations/{quote(name, safe='')}", types.DestinationShown)

    def propose_destination(self, wish: types.DestinationWish, *, key: str | None = None) -> types.DestinationShown:
        """Propose one, or a change of one; another person has to confirm it."""
        return self._sender.write("/destinations", wish, types.DestinationShown, key)

    def confirm_destination(self, name: str, seen: UUID | str, *, key: str | None = None) -> types.DestinationShown:
        """Confirm what another person proposed; `seen` is the id of the proposal."""
        given = types.DestinationSeen(seen=str(seen))
        return self._sender.write(f"/destinations/{name}/confirm", given, types.DestinationShown, key)

    def withdraw_destination(self, name: str, *, key: str | None = None) -> types.DestinationWithdrawn:
        """Take a proposal back."""
        return self._sender.write(f"/destinations/{name}/withdraw", {}, types.DestinationWithdrawn, key)

    def set_destination_state(
        self, name: str, state: types.DestinationState, *, key: str | None = None
    ) -> types.DestinationShown:
        """Hold everything back that goes there, let it go again, or close it for good."""
        given = types.StateWish(state=state)
        return self._sender.write(f"/destinations/{name}/state", given, types.DestinationShown, key)

    def send_test(self, name: str, *, key: str | None = None) -> types.DeliveryWhole:
        """Send a package there that says it is a test."""
        return self._sender.write(f"/destinations/{name}/test", {}, types.DeliveryWhole, key)

    def deliveries(self, destination: str = "", state: str = "") -> Iterator[types.DeliveryLine]:
        """What was sent, the latest first; of one destination or state where they are given."""
        asked = {"destination": destination, "only": state}
        return self._sender.pages("/deliveries", types.DeliveryLine, **{n: text for n, text in asked.items() if text})

    def delivery(self, id_: UUID | str) -> types.DeliveryWhole:
        """One package with its files and its tries."""
        return self._sender.read(f"/deliveries/{id_}", types.DeliveryWhole)

    def replay(self, id_: UUID | str, *, key: str | None = None) -> types.DeliveryWhole:
        """Have a package delivered once more."""
        return self._sender.write(f"/deliveries/{id_}/replay", {}, types.DeliveryWhole, key)

    def pause(self, id_: UUID | str, *, key: str | None = None) -> types.DeliveryWhole:
        """Hold a waiting package back until it is replayed."""
        return self._sender.write(f"/deliveries/{id_}/pause", {}, types.DeliveryWhole, key)

"""What programs do in a draw that its parties hold together, and how it is read; a part of OneDoor's methods.

The rest is in `client`. Secrets are made where the program is, and go out when they are revealed.
"""

from urllib.parse import quote
from uuid import UUID

from connectors.client import types
from connectors.client.sending import Sender


class Ceremonies:
    """Draws of a round, `targets` or `teams`, step by step; what takes two people takes two people's programs."""

    _sender: Sender

    def draw(self, round_: UUID | str, stage: str) -> types.DrawShown:
        """A draw, `targets` or `teams`: document, commitments, reveals, seed, digests."""
        return self._sender.read(f"/rounds/{round_}/draws/{stage}", types.DrawShown)

    def draw_file(self, round_: UUID | str, stage: str, name: str) -> bytes:
        """A file of a draw, byte for byte, to recompute it with."""
        return self._sender.fetch(f"/rounds/{round_}/draws/{stage}/files/{quote(name)}")

    def commit(self, round_: UUID | str, stage: str, commitment: str, *, key: str | None = None) -> types.DrawShown:
        """Commit the department to a secret that stays where it was made."""
        given = types.Commitment(commitment=commitment)
        return self._sender.write(f"/rounds/{round_}/draws/{stage}/commitment", given, types.DrawShown, key)

    def reveal(self, round_: UUID | str, stage: str, secret: str, *, key: str | None = None) -> types.DrawShown:
        """Reveal the department's secret, once all have committed."""
        given = types.Reveal(secret=secret)
        return self._sender.write(f"/rounds/{round_}/draws/{stage}/reveal", given, types.DrawShown, key)

    def ceremony(self, round_: UUID | str, stage: str) -> types.CeremonyState:
        """How far a draw has come, before its document is fixed too, and what this program may do next."""
        return self._sender.read(f"/rounds/{round_}/draws/{stage}/ceremony", types.CeremonyState)

    def fix(self, round_: UUID | str, stage: str, minutes: int, *, key: str | None = None) -> types.CeremonyState:
        """Fix what will be drawn from; its parties then have so long to commit and reveal."""
        return self._steps(round_, stage, "fix", types.FixWish(minutes=minutes), key)

    def close(self, round_: UUID | str, stage: str, *, key: str | None = None) -> types.CeremonyState:
        """Take no more commitments; who gave none is out."""
        return self._steps(round_, stage, "close", {}, key)

    def declare_void(
        self, round_: UUID | str, stage: str, reason: str, *, key: str | None = None
    ) -> types.CeremonyState:
        """Give the attempt up, with the reason; its transcript stays on the record."""
        return self._steps(round_, stage, "void", types.VoidWish(reason=reason), key)

    def propose_draw(
        self, round_: UUID | str, stage: str, outcome: str = "", *, key: str | None = None
    ) -> types.CeremonyState:
        """Propose to let chance decide, with the outcome of the public event where one was announced."""
        return self._steps(round_, stage, "propose", types.HoldWish(outcome=outcome), key)

    def confirm_draw(
        self, round_: UUID | str, stage: str, seen: UUID | str, *, key: str | None = None
    ) -> types.CeremonyState:
        """Let chance decide as another person proposed; `seen` is the id of the proposal."""
        return self._steps(round_, stage, "confirm", types.HoldSeen(seen=str(seen)), key)

    def withdraw_draw(self, round_: UUID | str, stage: str, *, key: str | None = None) -> types.CeremonyState:
        """Take a proposal back."""
        return self._steps(round_, stage, "withdraw", {}, key)

    def _steps(self, round_: UUID | str, stage: str, step: str, given: object, key: str | None) -> types.CeremonyState:
        path = f"/rounds/{round_}/draws/{stage}/ceremony/{step}"
        return self._sender.write(path, given, types.CeremonyState, key)

"""What a program asks of a round's official papers and their approval; a part of OneDoor's methods.

The rest is in `client`.
"""

from typing import Literal
from uuid import UUID

from connectors.client import types
from connectors.client.sending import Sender


class Papers:
    """Sets of papers, what was decided about them, and each paper as a file."""

    _sender: Sender

    def approvals(self, round_: UUID | str) -> list[types.ApprovalShown]:
        """A round's sets of papers and what was decided, the newest first."""
        return list(self._sender.pages(f"/rounds/{round_}/approvals", types.ApprovalShown))

    def draw_up_papers(self, round_: UUID | str, *, key: str | None = None) -> types.ApprovalShown:
        """Draw a round's papers up and ask for approval."""
        return self._sender.write(f"/rounds/{round_}/approvals", {}, types.ApprovalShown, key)

    def approve(self, round_: UUID | str, seen: str, number: str, *, key: str | None = None) -> types.Decided:
        """Approve the set of papers with this digest, under a number."""
        given = types.ApproveWish(seen=seen, number=number)
        return self._sender.write(f"/rounds/{round_}/approvals/approve", given, types.Decided, key)

    def return_papers(self, round_: UUID | str, seen: str, reason: str, *, key: str | None = None) -> types.Decided:
        """Return the set of papers with this digest, with a reason."""
        given = types.ReturnWish(seen=seen, reason=reason)
        return self._sender.write(f"/rounds/{round_}/approvals/return", given, types.Decided, key)

    def papers(self, round_: UUID | str) -> list[types.PaperShown]:
        """The papers of the latest set; one that `is_early` cannot be fetched yet."""
        return list(self._sender.pages(f"/rounds/{round_}/papers", types.PaperShown))

    def paper(self, round_: UUID | str, paper: types.PaperShown, form: Literal["docx", "pdf"] = "docx") -> bytes:
        """One paper as a file."""
        path = f"/rounds/{round_}/papers/{paper.issue}/{paper.kind.value}/{form}"
        return self._sender.fetch(path, of=paper.subject)

    def papers_package(self, round_: UUID | str) -> bytes:
        """All approved papers as a zip; for a department its own."""
        return self._sender.fetch(f"/rounds/{round_}/papers/package")

    def unplanned_tasks(self, round_: UUID | str) -> list[types.UnplannedTask]:
        """Tasks outside the year's published plan that still need a cause before papers can be drawn up."""
        return list(self._sender.pages(f"/rounds/{round_}/papers/unplanned", types.UnplannedTask))

    def give_cause(
        self, round_: UUID | str, task: str, reason: str, *, key: str | None = None
    ) -> list[types.UnplannedTask]:
        """Say why a task is carried out outside the plan; what still lacks a cause is answered."""
        given = types.CauseWish(task=task, reason=reason)
        return self._sender.write(f"/rounds/{round_}/papers/unplanned", given, list[types.UnplannedTask], key)

"""Rounds begun, the annual plan, recusals and firms' requests as programs ask of them; a part of OneDoor's methods.

The rest is in `client`.
"""

from uuid import UUID

from connectors.client import types
from connectors.client.sending import Sender


class OfficeWork:
    """What surrounds a round's draws and plans."""

    _sender: Sender

    def recusals(self, round_: UUID | str) -> list[types.RecusalLine]:
        """Recusals after the lots, what was decided, and who took whose place."""
        return list(self._sender.pages(f"/rounds/{round_}/recusals", types.RecusalLine))

    def ask_recusal(self, round_: UUID | str, wish: types.RecusalAsked, *, key: str | None = None) -> types.RecusalLine:
        """Ask that an inspector does not go to a target; until it is decided the work goes on."""
        return self._sender.write(f"/rounds/{round_}/recusals", wish, types.RecusalLine, key)

    def decide_recusal(
        self,
        round_: UUID | str,
        id_: UUID | str,
        decision: types.RecusalDecision,
        reason: str,
        *,
        key: str | None = None,
    ) -> types.RecusalLine:
        """Grant or refuse what somebody else asked; on a granted one the next in the published order goes."""
        given = types.RecusalDecided(decision=decision, reason=reason)
        return self._sender.write(f"/rounds/{round_}/recusals/{id_}/decide", given, types.RecusalLine, key)

    def late_causes(self, round_: UUID | str) -> list[types.FiledCause]:
        """Caused inspections that came after the plan, in the order in which they came."""
        return list(self._sender.pages(f"/rounds/{round_}/late-causes", types.FiledCause))

    def try_late_cause(
        self, round_: UUID | str, wish: types.LateCauseWish, *, key: str | None = None
    ) -> types.CauseTried:
        """Say what would be filed and what should be known before; nothing is changed."""
        return self._sender.write(f"/rounds/{round_}/late-causes/trial", wish, types.CauseTried, key)

    def file_late_cause(
        self, round_: UUID | str, wish: types.LateCauseWish, *, key: str | None = None
    ) -> types.FiledCause:
        """File one; it comes into the round with a plan that has it (`remedies`, `replan`, `take_replanning`)."""
        return self._sender.write(f"/rounds/{round_}/late-causes", wish, types.FiledCause, key)

    def withdraw_late_cause(self, round_: UUID | str, id_: UUID | str, *, key: str | None = None) -> types.FiledCause:
        """Take one back before it was planned in."""
        return self._sender.write(f"/rounds/{round_}/late-causes/{id_}/withdraw", {}, types.FiledCause, key)

    def firm_requests(self, round_: UUID | str) -> list[types.FirmRequestLine]:
        """What firms ask of their visits, those that wait first."""
        return list(self._sender.pages(f"/rounds/{round_}/requests", types.FirmRequestLine))

    def answer_request(
        self, id_: UUID | str, answer: str, *, granted: bool, key: str | None = None
    ) -> types.FirmRequestLine:
        """Answer a firm yes or no with a sentence, once."""
        given = types.FirmRequestAnswer(granted=granted, answer=answer)
        return self._sender.write(f"/requests/{id_}/answer", given, types.FirmRequestLine, key)

    def begin_round(self, wish: types.RoundWish, *, key: str | None = None) -> types.RoundBegun:
        """Begin a round with a round.toml's text, and ask departments to hand in."""
        return self._sender.write("/rounds", wish, types.RoundBegun, key)

    def ask(self, round_: UUID | str, wish: types.AskWish, *, key: str | None = None) -> types.AskedDepartments:
        """Set the day until which is to be handed in, and ask more departments."""
        return self._sender.write(f"/rounds/{round_}/ask", wish, types.AskedDepartments, key)

    def ask_no_more(self, round_: UUID | str, department: str, *, key: str | None = None) -> types.AskedDepartments:
        """Take a department off the list that was asked by mistake."""
        given = types.ReleaseWish(department=department)
        return self._sender.write(f"/rounds/{round_}/ask/no-more", given, types.AskedDepartments, key)

    def settings(self, round_: UUID | str) -> str:
        """The round.toml of a round that is being collected."""
        return self._sender.read(f"/rounds/{round_}/settings", types.SettingsShown).settings

    def try_settings(
        self, round_: UUID | str, settings: str, seen: str, *, key: str | None = None
    ) -> types.SettingsTried:
        """What these settings would change of those seen, and of what has been handed in."""
        given = types.SettingsWish(settings=settings, seen=seen)
        return self._sender.write(f"/rounds/{round_}/settings/try", given, types.SettingsTried, key)

    def change_settings(self, round_: UUID | str, settings: str, seen: str, *, key: str | None = None) -> str:
        """Change the settings from those that were seen, and give those that stand."""
        given = types.SettingsWish(settings=settings, seen=seen)
        return self._sender.write(f"/rounds/{round_}/settings", given, types.SettingsShown, key).settings

    def plan_lines(self, year: int) -> list[types.PlanLine]:
        """The lines of a year's plan as they stand; a department's program sees its own."""
        return list(self._sender.pages(f"/annual-plans/{year}/lines", types.PlanLine))

    def plan_changes(self, year: int) -> list[types.PlanChange]:
        """Every change of a year's plan with its reason, oldest first."""
        return list(self._sender.pages(f"/annual-plans/{year}/changes", types.PlanChange))

    def plan_issues(self, year: int) -> list[types.PlanIssue]:
        """A year's plan as it was drawn up and decided on, the newest first."""
        return list(self._sender.pages(f"/annual-plans/{year}/issues", types.PlanIssue))

    def write_line(self, year: int, wish: types.LineWish, *, key: str | None = None) -> types.PlanLine:
        """Add a line to a year's plan or change the one of its number."""
        return self._sender.write(f"/annual-plans/{year}/lines", wish, types.PlanLine, key)

    def withdraw_line(self, year: int, line: str, reason: str, *, key: str | None = None) -> types.PlanLine:
        """Take a line out of a year's plan."""
        given = types.LineWithdrawal(id=line, reason=reason)
        return self._sender.write(f"/annual-plans/{year}/lines/withdraw", given, types.PlanLine, key)

    def draw_up_plan(self, year: int, *, key: str | None = None) -> types.PlanIssue:
        """Draw a year's plan up and ask for approval."""
        return self._sender.write(f"/annual-plans/{year}/issues", {}, types.PlanIssue, key)

    def approve_plan(self, year: int, seen: str, number: str, *, key: str | None = None) -> types.PlanIssue:
        """Approve the plan with this digest under a number, which publishes it."""
        given = types.PlanApproval(seen=seen, number=number)
        return self._sender.write(f"/annual-plans/{year}/issues/approve", given, types.PlanIssue, key)

    def return_plan(self, year: int, seen: str, reason: str, *, key: str | None = None) -> types.PlanIssue:
        """Return the plan with this digest, with a reason."""
        given = types.PlanReturn(seen=seen, reason=reason)
        return self._sender.write(f"/annual-plans/{year}/issues/return", given, types.PlanIssue, key)

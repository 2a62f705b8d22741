"""Refusals: everything OneDoor declines to do, with words for the user and fields for the log.

A refusal is an answer, not an accident; whatever is not a `Refusal` is a bug. Leaves live here, each two lines and
its Chinese sentence; the kinds decide status codes (web/problems.py) and exit codes (cli).
"""

from collections.abc import Sequence


class Refusal(Exception):  # noqa: N818 - a refusal is not an error, and the house says so
    """Something that OneDoor declines to do: `str()` is one Chinese sentence, `remedy` says what to do about it."""

    remedy = ""

    def __init__(self, message: str, *, remedy: str = "", **fields: object) -> None:
        super().__init__(message)
        self.remedy = remedy or self.remedy
        self.fields = fields

    @property
    def reasons(self) -> tuple["Refusal", ...]:
        """Everything that was refused: itself, or each of several."""
        return (self,)

    @property
    def is_near_miss(self) -> bool:
        """Whether it was refused only for looking like something known; whoever is sure may say so."""
        return False

    def is_about(self, field: str) -> bool:
        """Whether a field of the form is at fault."""
        return any(each.fields.get("field") == field for each in self.reasons)

    def sentence(self) -> str:
        """Say what was refused and what to do, in one line."""
        return f"{self}{self.remedy}" if self.remedy else str(self)


class NotFound(Refusal):
    """What was asked for does not exist, or is not for this actor to know."""


class NotSignedIn(Refusal):
    """It is not known who acts."""


class LetterShut(Refusal):
    """It is not known which firm looks: its letter was not opened, or its session has ended."""


class NotPermitted(Refusal):
    """The actor may not do this."""


class SecondFactorMissing(NotPermitted):
    """The office demands a second factor, and the account has none yet."""


class Conflict(Refusal):
    """It contradicts what already stands."""


class Invalid(Refusal):
    """The input cannot be used as it is."""


class SeveralInvalid(Invalid):
    """Several fields cannot be used as they are; each is said by itself."""

    def __init__(self, reasons: Sequence[Invalid]) -> None:
        super().__init__(
            f"有{len(reasons)}处没有填或填得不对。", remedy="请一起改好。", field=reasons[0].fields.get("field")
        )
        self._reasons = tuple(reasons)

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        return self._reasons


class TooLate(Refusal):
    """The moment for this has passed, or has not come."""


class Unavailable(Refusal):
    """Something needed outside (database, queue, disk, port) is not there now."""

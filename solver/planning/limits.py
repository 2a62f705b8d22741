"""How long to plan, and what a planner says while it works. The clock is the caller's: a function of seconds.

What is done within the limit is solve.py's affair.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

Clock = Callable[[], float]
Stop = Callable[[], bool]


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `seconds` (best plan by then) or `effort` (rounds of improvement: the same plan every time, any clock)."""

    seconds: float | None = None
    effort: int | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that says both or neither."""
        if (self.seconds is None) == (self.effort is None):
            msg = "a limit is either seconds or effort"
            raise ValueError(msg)


class Phase(StrEnum):
    """What the planner is doing."""

    CONSOLIDATE = "consolidate"
    TOURS = "tours"
    TIMETABLE = "timetable"
    IMPROVE = "improve"
    CHANCES = "chances"
    CHECK = "check"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where planning stands; zeros until a first state is lawful. `visits_bound` is proven once it is not 0."""

    seconds: float
    phase: Phase
    visits: int = 0
    visits_bound: int = 0
    officer_half_days: int = 0
    unserved: int = 0
    done: float = 0.0
    """Share of the phase that is done, 0 to 1."""


class Timing(Protocol):
    """What a planner knows of its time."""

    def seconds(self, share: float) -> float | None:
        """What is left of this share of the time; None without a limit."""

    def until(self, share: float) -> Stop:
        """Tells when this share of the time is over or the caller wants to stop."""

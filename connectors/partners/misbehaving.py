"""Misbehaviour by chance, from a given seed: what real receivers do on bad days, as often as one wants.

How each fault is acted out on the wire is in `http`; what a partner does on a good day is its own affair.
"""

import random
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

WORDS_OF_USE = "500:5%,429:1%,slow"
_USUAL = 0.01
_WHOLE = 100


class Fault(StrEnum):
    """What a receiver does instead of answering properly."""

    ERROR = "500"
    CLOSED = "503"
    OFTEN = "429"
    REDIRECT = "redirect"
    HTML = "html"
    SLOW = "slow"
    HUGE = "huge"
    RESET = "reset"
    HALF = "half"
    """It breaks off in the middle of its answer."""


REFUSING = frozenset({Fault.CLOSED, Fault.OFTEN, Fault.REDIRECT})
"""Faults of somebody in front of the receiver, which itself hears nothing."""


class Mishap(NamedTuple):
    """A fault, and whether the request had its effect before."""

    fault: Fault
    has_effect: bool


class Misbehaviour:
    """Draws for each request whether it meets a fault, and which."""

    def __init__(self, chances: Mapping[Fault, float], seed: int = 0) -> None:
        if not (min(chances.values(), default=0) >= 0 and sum(chances.values()) <= 1):
            raise ValueError("各种故障的概率加起来不能超过 100%。")
        self._chances = dict(chances)
        self._chance = random.Random(seed)  # noqa: S311 - bad days are no secret

    def draw(self) -> Mishap | None:
        """Draw for one request; always the same for the same seed and number of requests."""
        drawn, coin = self._chance.random(), self._chance.random()
        for fault, chance in self._chances.items():
            drawn -= chance
            if drawn < 0:
                return Mishap(fault, fault not in REFUSING and coin < 1 / 2)
        return None


def read_misbehaviour(text: str, seed: int = 0) -> Misbehaviour:
    """Read `500:5%,429:1%,slow`; a fault without a number comes at one of a hundred requests. Raises ValueError."""
    return Misbehaviour(dict(_read(part) for part in filter(None, text.replace(" ", "").split(","))), seed)


def _read(part: str) -> tuple[Fault, float]:
    name, _, share = part.partition(":")
    try:
        return Fault(name), float(share.removesuffix("%")) / _WHOLE if share else _USUAL
    except ValueError:
        known = "、".join(Fault)
        raise ValueError(f"“{part}”看不懂。请写成 {WORDS_OF_USE}；可以写：{known}。") from None

"""What planning hands over: the plan, field for field the document `onedoor/plan/1`.

The types are wide on purpose: a plan that breaks a rule can be written down, so that the checker can say which rule.
Reading and writing live in reading.py; what a lawful plan is, in check/.
"""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from solver.planning.ids import (
    DepartmentId,
    DeskMatterId,
    Expertise,
    HalfDayId,
    InspectorId,
    MatterId,
    RoleId,
    RoundId,
    Sha256,
    TargetId,
    TourId,
)

NOT_STATED = Sha256("0" * 64)
"""The `problem_sha256` of a plan that does not say for which problem it was made (allowed in tests)."""

Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""A whole number that every reader of JSON reads alike (RFC 8259, 6); lawful or not is the checker's to say."""


class LeftOut(StrEnum):
    """Why an eligible inspector is not admitted to a role (rule 5)."""

    APART = "apart"
    SERVES = "serves"
    BORROWED = "borrowed"


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One target, one half-day, one or more matters; `start` and `end` are clock times such as 08:30."""

    target: TargetId
    start: str
    end: str
    matters: tuple[MatterId, ...]


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many people of one department on one tour; `chances` are whole numbers out of the plan's `scale`."""

    id: RoleId
    department: DepartmentId
    need: Whole
    certified: bool
    expertise: tuple[Expertise, ...]
    chances: dict[InspectorId, Whole]
    left_out: dict[InspectorId, LeftOut] = {}


class Tour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The visits one mixed team makes in one half-day, in order; `travel_minutes` is the travel between them."""

    id: TourId
    half_day: HalfDayId
    travel_minutes: Whole
    visits: tuple[Visit, ...]
    roles: tuple[Role, ...]


class DeskMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A matter that needs no visit; `need` of the `eligible` are drawn by lot."""

    id: DeskMatterId
    tasks: tuple[str, ...]
    department: DepartmentId
    target: TargetId
    item: str
    need: Whole
    eligible: tuple[InspectorId, ...]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a matter cannot be served, and what an office can do about it, both in Chinese."""

    code: str
    text: str
    remedy: str


class Unserved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A matter without a visit; a desk matter with too few eligible people stands here by its own id."""

    matter: MatterId | DeskMatterId
    reasons: tuple[Reason, ...]


class Metrics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the plan says of itself; bounds, `_apart` and `seconds` are claims, the rest anyone can recompute.

    `borrowed` is the sum of the chances of borrowed inspectors divided by `scale`: officer half-days to be expected.
    """

    matters: int = 0
    served: int = 0
    unserved_key: int = 0
    visits: int = 0
    visits_bound: int = 0
    visits_apart: int = 0
    thin_roles: int = 0
    borrowed: float = 0.0
    officer_half_days: int = 0
    officer_half_days_bound: int = 0
    officer_half_days_apart: int = 0
    travel_minutes: int = 0
    tours: int = 0
    fairness_min: float = 0.0
    fairness_mean: float = 0.0
    seconds: float = 0.0


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tours, roles and chances for one round; never names that were picked: the lots pick."""

    format: Literal["onedoor/plan/1"] = "onedoor/plan/1"
    round: RoundId
    problem_sha256: Sha256
    scale: Whole
    tours: tuple[Tour, ...]
    desk: tuple[DeskMatter, ...] = ()
    unserved: tuple[Unserved, ...]
    metrics: Metrics = Metrics()

"""What the checker says: lawful or not, every breach with its rule and place, and what the plan costs.

How it is reached is said by the rules beside it.
"""

import msgspec


class Breach(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that breaks a rule of planning.md: `rule` its number, `place` a path into the plan or identifiers."""

    rule: int
    place: str
    text: str


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan costs, recomputed from problem and plan alone; `borrowed` in officer half-days, fairness 1 is even.

    Bounds, `_apart` and `seconds` are claims of the plan that no one can recompute, and therefore do not stand here.
    """

    matters: int
    served: int
    unserved_key: int
    visits: int
    borrowed: float
    thin_roles: int
    officer_half_days: int
    travel_minutes: int
    tours: int
    fairness_min: float
    fairness_mean: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`metrics` is None only where the plan had no form that could be measured."""

    breaches: tuple[Breach, ...]
    metrics: Measures | None

    @property
    def lawful(self) -> bool:
        return not self.breaches


def verdict_json(verdict: Verdict) -> bytes:
    """Write the verdict as `onedoor check --json` prints it: {"lawful", "breaches", "metrics"}."""
    metrics: Measures | dict[str, int] = {} if verdict.metrics is None else verdict.metrics
    return msgspec.json.encode({"lawful": verdict.lawful, "breaches": verdict.breaches, "metrics": metrics})

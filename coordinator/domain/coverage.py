"""Item coverage: how much of an item's own directory a round checks, against the ratios its list promises for the year.

A ceiling passed is a warning, a floor not yet met a debt. How many are drawn for a task is decided in `frames`.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from math import ceil

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.ratios import Quota, Ratio
from coordinator.domain.submissions import InspectionItem, Submission
from coordinator.domain.tasks import item_applies


class ItemCoverage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item: `drawn` targets of this round against the `population` in its department's directory."""

    department: DepartmentId
    item: InspectionItem
    drawn: int
    population: int

    @property
    def debt(self) -> int:
        """How many targets are still missing this year to the least ratio."""
        if self.item.lowest_ratio is None:
            return 0
        return max(0, _least(self.item.lowest_ratio, self.population) - self.drawn)

    @property
    def exceeds_ceiling(self) -> bool:
        """Say whether more were drawn than the highest ratio allows; a number of firms and a share bind each."""
        ratio = self.item.highest_ratio
        return ratio is not None and _exceeds(self.drawn, ratio.quota(self.population), self.population)


def item_coverage(dispatch: Dispatch) -> tuple[ItemCoverage, ...]:
    """Measure every item of every department's list (spec/round-folder.md, “Ratios”), in the order handed in.

    A target counts as drawn for an item where the draw made a matter of it: what complaints caused is no sample.
    """
    drawn: dict[tuple[DepartmentId, ItemCode], set[TargetId]] = defaultdict(set)
    for matter in dispatch.wanted.matters:
        if not matter.caused:
            drawn[matter.department, matter.item.code].add(matter.target)
    return tuple(
        ItemCoverage(
            department=submission.department.id,
            item=item,
            drawn=len(drawn[submission.department.id, item.code]),
            population=_population(submission, item),
        )
        for submission in dispatch.submissions
        for item in submission.items
    )


def debts(coverage: Iterable[ItemCoverage]) -> tuple[ItemCoverage, ...]:
    """Give the items that have not yet reached their floor, the largest debt first."""
    owing = [each for each in coverage if each.debt]
    return tuple(sorted(owing, key=lambda each: (-each.debt, each.department, each.item.code)))


def _population(submission: Submission, item: InspectionItem) -> int:
    return len({entry.id for entry in submission.targets if item_applies(item, entry)})


def _least(ratio: Ratio, population: int) -> int:
    quota = ratio.quota(population)
    return min(population, max(quota.minimum, ceil(Decimal(quota.ratio) * population)))


def _exceeds(drawn: int, quota: Quota, population: int) -> bool:
    share = Decimal(quota.highest_ratio or quota.ratio)
    count = quota.highest_count or quota.minimum
    by_share = (share > 0 or not count) and drawn > share * population
    return by_share or (count > 0 and drawn > count)

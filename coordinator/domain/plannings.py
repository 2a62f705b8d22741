"""What a planning job is asked: within which limit to plan, and from which size on all workers share the work.

How the planner keeps to its limit is solver/planning's affair; what is planned, the job's kind says.
"""

from collections.abc import Mapping

from msgspec import Struct

from solver.planning.limits import Limit, Phase

SHARED_FROM = 5000
"""A county of so many matters is planned by one machine before its shards have found their way to others."""
PHASE_WORDS: Mapping[Phase, str] = {
    Phase.CONSOLIDATE: "合并事项",
    Phase.TOURS: "编排组次",
    Phase.TIMETABLE: "排入日程",
    Phase.IMPROVE: "改进",
    Phase.CHANCES: "计算中签概率",
    Phase.CHECK: "独立检查",
}


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A limit, and how many matters a problem must have for its shards to travel."""

    limit: Limit
    shared_from: int = SHARED_FROM


def payload_of(wish: Wish) -> dict[str, str]:
    """Write a wish into a job's payload."""
    limit = wish.limit
    bound = {"seconds": str(limit.seconds)} if limit.effort is None else {"effort": str(limit.effort)}
    return bound | {"shared_from": str(wish.shared_from)}


def wish_of(payload: Mapping[str, str]) -> Wish:
    """Read what `payload_of` wrote, whatever else stands beside it."""
    effort, seconds = payload.get("effort"), payload.get("seconds")
    return Wish(
        limit=Limit(
            effort=None if effort is None else int(effort), seconds=None if seconds is None else float(seconds)
        ),
        shared_from=int(payload.get("shared_from", SHARED_FROM)),
    )

"""The codes of reasons for an unserved matter, and the remedies an office knows, as they stand without a price.

What a remedy would serve is worked out in remedies.py; which reason a matter has, in explain.py and crowding.py.
"""

from enum import StrEnum

from solver.planning.problem import Matter
from solver.planning.remedies import Remedies


class Code(StrEnum):
    """What stands in the way; the first five need no look at people."""

    NO_HALF_DAY = "no_half_day"
    CLOSED = "closed"
    TOO_LONG = "too_long"
    NO_TOUR_LEFT = "no_tour_left"
    TARGET_VISITED = "target_visited"
    NO_CERTIFIED_OFFICER = "no_certified_officer"
    TOO_FEW_OFFICERS = "too_few_officers"
    NO_EXPERTISE = "no_expertise"
    BARRED = "barred"
    OUT_OF_REACH = "out_of_reach"
    UNAVAILABLE = "unavailable"
    ENGAGED = "engaged"
    TEAM_TOO_SMALL = "team_too_small"
    CAPACITY = "capacity"


class Remedy(StrEnum):
    """What can be asked for; the value is how it is said where it has no price."""

    WIDEN = "放宽该事项的检查期限，或另选半天"
    BORROW = "向相邻区域协商借调人员（相邻区域协商）"
    ADD_CARS = "增加每半天的组次上限"
    SPLIT = "把该事项拆成几项，或安排更长的半天"
    RAISE_CEILING = "提高工作量上限"
    WIDEN_REACH = "放宽人员派出范围"
    SMALLER_TEAM = "调整每组最少人数"
    EXPERT = "聘请专家"
    SUPPORT = "申请上级协调人员"


def advice(remedies: Remedies | None, matter: Matter, *helping: Remedy) -> str:
    """Write the remedies down, those that can be tried with what they serve, or not at all where they serve nothing."""
    said = [text for each in helping if (text := _said(remedies, matter, each))]
    return "；或".join(said) if said else f"{Remedy.SUPPORT}，或列入下一轮"


def _said(remedies: Remedies | None, matter: Matter, remedy: Remedy) -> str | None:
    if remedies is None:
        return remedy
    match remedy:
        case Remedy.WIDEN:
            offer = remedies.widen(matter)
        case Remedy.BORROW:
            offer = remedies.borrow(matter)
        case Remedy.ADD_CARS:
            offer = remedies.add_cars(matter)
        case _:
            return remedy
    return None if offer is None else offer.priced()

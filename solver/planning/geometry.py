"""Where targets stand and how long it takes from one to the next (planning.md, rule 3).

Straight lines on a sphere, stretched by the policy's detour; no roads, no maps. Which visits follow one another is the
planner's choice.
"""

from math import asin, ceil, cos, radians, sin, sqrt

import msgspec

from solver.planning.ids import AreaId, TargetId
from solver.planning.problem import Area, Policy, Problem, Target

EARTH_RADIUS_KM = 6371.0088
FOREVER = 1e9
"""Minutes in which nobody arrives: at speeds next to nothing there is no whole number of them."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A point in degrees; `vague` where only the area's centre is known."""

    lat: float
    lon: float
    vague: bool


def places(problem: Problem) -> dict[TargetId, Place]:
    """Give every target that stands somewhere its place: its own, or else its area's centre."""
    areas = {area.id: area for area in problem.areas}
    found = {target.id: place_of(target, areas) for target in problem.targets}
    return {target: place for target, place in found.items() if place is not None}


def place_of(target: Target, areas: dict[AreaId, Area]) -> Place | None:
    """Give a target's place, or None where neither it nor its area has one."""
    if target.lat is not None and target.lon is not None:
        return Place(lat=target.lat, lon=target.lon, vague=False)
    area = areas.get(target.area) if target.area is not None else None
    if area is None or area.lat is None or area.lon is None:
        return None
    return Place(lat=area.lat, lon=area.lon, vague=True)


def travel_minutes(one: Place | None, other: Place | None, policy: Policy) -> int:
    """Give the whole minutes between two targets' places, the same in both directions."""
    if one is None or other is None:
        return policy.default_travel_minutes
    minutes = ceil(min(kilometres(one, other) * policy.detour / policy.speed_kmh * 60, FOREVER))
    return max(minutes, policy.vague_minutes) if one.vague or other.vague else minutes


def kilometres(one: Place, other: Place) -> float:
    """Give the great-circle distance by the haversine formula."""
    north, east = radians(other.lat - one.lat), radians(other.lon - one.lon)
    half_chord = sin(north / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half_chord)))

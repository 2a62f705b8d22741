"""The schematic map of a report: areas, doors and tours as points of a picture, without tiles or a scale.

North stays up and west left, but the crowded middle is spread out. Places are those that planning knows; what has
none is counted, never drawn somewhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import copysign, cos, pi, sqrt
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import TargetId
from solver.planning.geometry import Place, places
from solver.planning.plan import Tour

_WIDTH, _HEIGHT, _MARGIN = 760, 480, 56
_OVERSHOOT = 1.12
_SPREADING = 0.6
"""Below 1: the middle takes more room than on a map."""
_LEAST_SPAN = 0.001
_GOLDEN_ANGLE = pi * (3 - sqrt(5))
_SPACING = 5.0
_LETTER, _LINE = 13, 15
_LABEL_PLACES = (-24, 34, -39, 49, -54, 64)


class Point(NamedTuple):
    """A place in the picture."""

    x: int
    y: int


class AreaMark(Struct, frozen=True, kw_only=True):
    at: Point
    label: Point
    words: str


class DoorMark(Struct, frozen=True, kw_only=True):
    at: Point
    name: str
    unannounced: bool


class MapView(Struct, frozen=True, kw_only=True):
    """What is drawn; `tours` are the corners of each tour's line."""

    width: int
    height: int
    areas: tuple[AreaMark, ...]
    borders: tuple[tuple[Point, Point], ...]
    tours: tuple[tuple[Point, ...], ...]
    doors: tuple[DoorMark, ...]
    placeless: int


class _Axis(NamedTuple):
    """The middle of what is shown, and how far it reaches below and above, in degrees."""

    middle: float
    below: float
    above: float

    def place(self, value: float) -> float:
        """Give a place from -1 to 1, a little beyond for what lies outside."""
        reach = self.below if value < self.middle else self.above
        far = min(max((value - self.middle) / reach, -_OVERSHOOT), _OVERSHOOT)
        return copysign(abs(far) ** _SPREADING, far)


class _Window(NamedTuple):
    """The part of the earth that is shown."""

    lat: _Axis
    lon: _Axis


def map_view(dispatch: Dispatch) -> MapView | None:
    """Lay out the map; None where nothing has a place."""
    visited = dict.fromkeys(visit.target for _, visit in dispatch.visits())
    placed = {target: place for target, place in places(dispatch.problem).items() if target in visited}
    centres = [
        Place(lat=area.lat, lon=area.lon, vague=False)
        for area in dispatch.problem.areas
        if area.lat is not None and area.lon is not None
    ]
    if not placed:
        return None
    window = _window(centres if len(centres) > 1 else list(placed.values()))
    points = _points(placed, window)
    hidden = {visit.target for _, visit in dispatch.visits() if dispatch.is_unannounced(visit)}
    return MapView(
        width=_WIDTH,
        height=_HEIGHT,
        areas=tuple(_areas(dispatch, window)),
        borders=tuple(_borders(dispatch, window)),
        tours=tuple(line for line in (_line(tour, points) for tour in dispatch.plan.tours) if len(line) > 1),
        doors=tuple(
            DoorMark(at=point, name=dispatch.targets[target].name, unannounced=target in hidden)
            for target, point in points.items()
        ),
        placeless=len(visited) - len(placed),
    )


def _window(shown: Sequence[Place]) -> _Window:
    return _Window(lat=_axis([place.lat for place in shown]), lon=_axis([place.lon for place in shown]))


def _axis(values: Sequence[float]) -> _Axis:
    middle = median(values)
    return _Axis(
        middle=middle,
        below=max(middle - min(values), _LEAST_SPAN),
        above=max(max(values) - middle, _LEAST_SPAN),
    )


def _point(place: Place, window: _Window) -> Point:
    x = _WIDTH / 2 + window.lon.place(place.lon) * (_WIDTH / 2 - _MARGIN)
    y = _HEIGHT / 2 - window.lat.place(place.lat) * (_HEIGHT / 2 - _MARGIN)
    return Point(round(x), round(y))


def _points(placed: Mapping[TargetId, Place], window: _Window) -> dict[TargetId, Point]:
    """Place every door; those that only their area places stand around its centre like seeds of a sunflower."""
    points: dict[TargetId, Point] = {}
    crowd: Counter[Point] = Counter()
    for target, place in placed.items():
        point = _point(place, window)
        if place.vague:
            crowd[point] += 1
            far, turn = _SPACING * sqrt(crowd[point]), crowd[point] * _GOLDEN_ANGLE
            point = Point(round(point.x + far * cos(turn)), round(point.y + far * cos(turn - pi / 2)))
        points[target] = point
    return points


def _areas(dispatch: Dispatch, window: _Window) -> Iterable[AreaMark]:
    visits = Counter(dispatch.targets[visit.target].area for _, visit in dispatch.visits())
    taken: list[Point] = []
    for area in dispatch.problem.areas:
        if area.lat is not None and area.lon is not None:
            at = _point(Place(lat=area.lat, lon=area.lon, vague=False), window)
            words = f"{area.name} {visits[area.id]}"
            label = _label_place(at, len(words) * _LETTER, taken)
            taken.append(label)
            yield AreaMark(at=at, label=label, words=words)


def _label_place(at: Point, width: int, taken: Sequence[Point]) -> Point:
    """Find a line above or below an area on which its name covers no other."""
    places = [Point(at.x, at.y + shift) for shift in _LABEL_PLACES]
    free = (p for p in places if all(abs(p.x - t.x) > width or abs(p.y - t.y) >= _LINE for t in taken))
    return next(free, places[0])


def _borders(dispatch: Dispatch, window: _Window) -> Iterable[tuple[Point, Point]]:
    """A line between neighbouring areas, once for each pair."""
    centres = {
        area.id: _point(Place(lat=area.lat, lon=area.lon, vague=False), window)
        for area in dispatch.problem.areas
        if area.lat is not None and area.lon is not None
    }
    pairs = {
        tuple(sorted((area.id, neighbour)))
        for area in dispatch.problem.areas
        for neighbour in area.neighbours
        if area.id in centres and neighbour in centres
    }
    return ((centres[one], centres[other]) for one, other in sorted(pairs))


def _line(tour: Tour, points: Mapping[TargetId, Point]) -> tuple[Point, ...]:
    return tuple(points[visit.target] for visit in tour.visits if visit.target in points)

"""What is wrong with an old plan under the problem as it is now, tour by tour: the checker's own breaches.

What is done about them is said in standing.py.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from solver.planning.check import Breach, check
from solver.planning.ids import TourId
from solver.planning.plan import NOT_STATED, Plan, Tour
from solver.planning.problem import Problem

PEOPLE = 5
"""The rule about who is eligible and how often: breaking it alone leaves half-day and visits as they are."""

_IN_A_TOUR = re.compile(r"\$\.tours\[(\d+)\](?:\.visits\[(\d+)\])?")

_FOLLOWING = (".start", ".end", ".travel_minutes")
"""Clock times follow from what else has changed: they are the cause only where nothing else is."""


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """Breaches by tour, and those of them that are one visit's by tour and position of the visit."""

    of_tour: Mapping[TourId, tuple[Breach, ...]]
    of_visit: Mapping[tuple[TourId, int], tuple[Breach, ...]]

    def about(self, tour: TourId, visit: int) -> tuple[Breach, ...]:
        """What speaks against this visit; the whole tour's breaches where none is its own."""
        said = self.of_visit.get((tour, visit)) or self.of_tour.get(tour, ())
        return tuple(breach for breach in said if not breach.place.endswith(_FOLLOWING)) or said


def faults(problem: Problem, old: Plan) -> Faults:
    """Let the checker judge the old plan by the new problem, and say which tours its breaches are about."""
    verdict = check(problem, msgspec.structs.replace(old, problem_sha256=NOT_STATED))
    concerned = _concerned(old)
    of_tour: defaultdict[TourId, list[Breach]] = defaultdict(list)
    of_visit: defaultdict[tuple[TourId, int], list[Breach]] = defaultdict(list)
    for breach in verdict.breaches:
        matched = _IN_A_TOUR.match(breach.place)
        if matched is None:
            for name in concerned.get(breach.place, ()):
                of_tour[name].append(breach)
            continue
        name = old.tours[int(matched[1])].id
        of_tour[name].append(breach)
        if matched[2] is not None:
            of_visit[name, int(matched[2])].append(breach)
    return Faults(
        of_tour={name: tuple(found) for name, found in of_tour.items()},
        of_visit={place: tuple(found) for place, found in of_visit.items()},
    )


def _concerned(old: Plan) -> dict[str, list[TourId]]:
    """The tours that a breach about a person, a half-day or a tour by name is about."""
    concerned: defaultdict[str, list[TourId]] = defaultdict(list)
    for tour in old.tours:
        for name in dict.fromkeys(_names(tour)):
            concerned[name].append(tour.id)
    return concerned


def _names(tour: Tour) -> Iterator[str]:
    yield tour.id
    yield tour.half_day
    for role in tour.roles:
        for person, chance in role.chances.items():
            if chance > 0:
                yield person
                yield f"{person} {tour.half_day}"

"""What every peer is given and gives back: doors to put on tours in half-days, and tours made a lawful plan.

Merging matters into doors, seating people, chances and reasons are this project's own for all peers, so that only
planning is compared: which doors share a tour, and when it goes.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from solver.planning.assemble import assemble
from solver.planning.check import measure
from solver.planning.consolidate import Door, consolidate, door
from solver.planning.dispatch import join, squeeze
from solver.planning.explain import unserved
from solver.planning.ground import bits, union
from solver.planning.plan import Metrics, Plan
from solver.planning.problem import Matter, Problem
from solver.planning.reading import problem_digest
from solver.planning.staffing import merged
from solver.planning.timetable import Timetable
from solver.planning.workers import Site, site_of

WRITING_SECONDS, WRITING_SECONDS_A_MATTER = 0.5, 1.5e-3
"""What is kept for seating, chances and writing, as this project's planner keeps it."""


class Outing(NamedTuple):
    """One tour as a peer made it: a half-day by its position, doors in driving order."""

    half_day: int
    doors: tuple[Door, ...]


class Answer(NamedTuple):
    """A peer's plan, and how many of its tours could not go as it made them: people, mostly, whom it did not see."""

    plan: Plan
    changed: int


class Line(NamedTuple):
    """People who run out together: a department's officers, or its holders of one expertise; `heads` by half-day."""

    heads: tuple[int, ...]
    needs: tuple[int, ...]
    """What each door asks for, 0 where it asks for none; a tour sends the greatest of its doors' needs."""
    is_officers: bool


class Task(NamedTuple):
    """A problem laid out, the doors to plan, the matters that no plan can serve, and when to be done."""

    site: Site
    doors: tuple[Door, ...]
    hopeless: tuple[Matter, ...]
    until: float

    @property
    def seconds_left(self) -> float:
        """For searching."""
        return max(0.1, self.until - time.monotonic())

    def together(self, one: int, other: int) -> int:
        """The half-days in which two doors could be one tour (as bits): length, people, recusal, reach."""
        ground, staffing, travel = self.site.ground, self.site.staffing, self.site.travel
        here, there = self.doors[one], self.doors[other]
        minutes = here.minutes + travel.minutes(here.target, there.target) + there.minutes
        demands = merged((*here.demands, *there.demands))
        return union(
            each
            for each in bits(here.half_days & there.half_days)
            if here.target != there.target
            and minutes <= ground.capacity[each]
            and staffing.staff(demands, here.allowed & there.allowed & ground.free[each]) is not None
        )


def task_of(problem: Problem, seconds: float) -> Task:
    """Lay a problem out for a peer that has so many seconds for everything."""
    until = time.monotonic() + seconds - WRITING_SECONDS - WRITING_SECONDS_A_MATTER * len(problem.matters)
    site = site_of(problem)
    todo = [matter for matter in problem.matters if matter.id not in site.ground.settled]
    hopeless = tuple(each for each in todo if not door(site.ground, site.staffing, (each,)).half_days)
    doorways = consolidate(site.ground, site.staffing, [each for each in todo if each not in hopeless])
    return Task(site, tuple(each for way in doorways.values() for each in way.doors), hopeless, until)


def lines_of(task: Task) -> tuple[Line, ...]:
    """Every kind of people that doors ask for, with how many there are in each half-day."""
    ground = task.site.ground
    needs: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for number, each in enumerate(task.doors):
        for demand in each.demands:
            needs[demand.department, ""][number] = demand.officers
            for expertise in demand.expertise:
                needs[demand.department, expertise][number] = 1
    made = []
    for (department, expertise), of_door in sorted(needs.items()):
        people = ground.of_department[department] & (ground.expert[expertise] if expertise else ground.certified)
        heads = tuple((people & free).bit_count() for free in ground.free)
        made.append(Line(heads, tuple(of_door.get(at, 0) for at in range(len(task.doors))), is_officers=not expertise))
    return tuple(made)


def start(task: Task) -> list[tuple[int, list[int]]]:
    """A plan to improve on, for peers that take long to find one: half-days with the doors, by number, of one tour.

    Each door has a tour of its own; where no half-day has room for one more, it goes along on another.
    """
    timetable = Timetable(task.site.ground, task.site.staffing, task.site.travel)
    for crowded in [each for each in task.doors if timetable.place((each,)) is None]:
        join(timetable, crowded)
    number = {each: place for place, each in enumerate(task.doors)}
    return [(stint.half_day, [number[each] for each in stint.doors]) for stint in timetable.stints.values()]


def plan_of(task: Task, outings: Iterable[Outing]) -> Answer:
    """Seat people on the tours a peer made and write the plan down.

    A tour that finds no people in its half-day goes in another that has some, or else its doors find places one by one;
    doors that the peer left out stay out.
    """
    timetable = Timetable(task.site.ground, task.site.staffing, task.site.travel)
    planned = list(outings)
    refused = [each for each in planned if not _goes(timetable, each.doors, 1 << each.half_day)]
    homeless = [door for each in refused if not _goes(timetable, each.doors, -1) for door in each.doors]
    left = [matter for each in homeless for matter in squeeze(timetable, each)]
    timetable.give_back()
    toured = {each for outing in planned for each in outing.doors}
    left += [matter for each in task.doors if each not in toured for matter in each.matters]
    return Answer(_written(task, timetable, left), len(refused))


def _goes(timetable: Timetable, doors: Sequence[Door], half_days: int) -> bool:
    """Send a tour, unless it would open a target's door twice."""
    twice = len({each.target for each in doors}) < len(doors)
    return not twice and timetable.place(doors, half_days) is not None


def _written(task: Task, timetable: Timetable, left: Sequence[Matter]) -> Plan:
    problem = task.site.ground.problem
    plan = Plan(
        round=problem.round,
        problem_sha256=problem_digest(problem),
        scale=problem.policy.scale,
        tours=assemble(timetable),
        unserved=unserved(timetable, task.site.staffing, (*task.hopeless, *left)),
    )
    return msgspec.structs.replace(plan, metrics=Metrics(**msgspec.structs.asdict(measure(problem, plan))))

"""Timefold: tours as planning entities, each in its half-day with a list of doors; every level of the score in order.

Timefold translates these classes and lambdas to Java as they are: they use plain lists and numbers only.
"""

from dataclasses import dataclass, field
from typing import Annotated

from peers.task import Answer, Outing, Task, lines_of, plan_of, start, task_of
from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    EnvironmentMode,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    SolverConfigOverride,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningListVariable,
    PlanningScore,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardMediumSoftScore,
    Joiners,
    constraint_provider,
)

from solver.planning.problem import Problem

KEY, OFFICER = 100, 1_000
"""A key matter's weight against a matter's; an officer half-day's against a minute of travel."""


@dataclass
class Heads:
    """How many people of one line there are in one half-day."""

    line: int
    half_day: int
    count: int


@dataclass
class Stop:
    """A door: what it is worth, when it is open, what it asks of each line, and its way to every other door.

    Long rows are text, a character a number: lists of a county's numbers would take half a minute to Java and back.
    """

    id: Annotated[int, PlanningId]
    minutes: int
    worth: int
    opened: str
    needs: list[int]
    ways: str

    def way(self, other: int) -> int:
        return ord(self.ways[other])


@planning_entity
@dataclass
class Tour:
    """One tour that could go in its half-day, with its doors in driving order; without any it stays at home."""

    id: Annotated[int, PlanningId]
    half_day: int
    capacity: int
    most: int
    departments: int
    """How many of the lines, the first ones, count as officers."""
    stops: Annotated[list[Stop], PlanningListVariable(allows_unassigned_values=True)] = field(default_factory=list)

    def travel(self) -> int:
        minutes = 0
        before = None
        for stop in self.stops:
            if before is not None:
                minutes += before.way(stop.id)
            before = stop
        return minutes

    def excess(self) -> int:
        """Minutes too many; a door too many or closed then counts as a hundred."""
        minutes = self.travel() - self.capacity
        wrong = max(0, len(self.stops) - self.most)
        for stop in self.stops:
            minutes += stop.minutes
            if stop.opened[self.half_day] == "0":
                wrong += 1
        return max(0, minutes) + 100 * wrong

    def worth(self) -> int:
        total = 0
        for stop in self.stops:
            total += stop.worth
        return total

    def sends(self, line: int) -> int:
        most = 0
        for stop in self.stops:
            most = max(most, stop.needs[line])
        return most

    def cost(self) -> int:
        total = self.travel()
        for line in range(self.departments):
            total += OFFICER * self.sends(line)
        return total


@planning_solution
@dataclass
class Round:
    heads: Annotated[list[Heads], ProblemFactCollectionProperty]
    stops: Annotated[list[Stop], ProblemFactCollectionProperty, ValueRangeProvider]
    tours: Annotated[list[Tour], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore | None, PlanningScore] = None


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    going = factory.for_each(Tour).filter(lambda tour: len(tour.stops) > 0)
    sent = going.join(Heads, Joiners.equal(lambda tour: tour.half_day, lambda heads: heads.half_day)).filter(
        lambda tour, heads: tour.sends(heads.line) > 0
    )
    return [
        going.penalize(HardMediumSoftScore.ONE_HARD, lambda tour: tour.excess()).as_constraint("half-day"),
        sent.group_by(lambda _, heads: heads, ConstraintCollectors.sum(lambda tour, heads: tour.sends(heads.line)))
        .filter(lambda heads, people: people > heads.count)
        .penalize(HardMediumSoftScore.ONE_HARD, lambda heads, people: 100 * (people - heads.count))
        .as_constraint("people"),
        going.reward(HardMediumSoftScore.ONE_MEDIUM, lambda tour: tour.worth()).as_constraint("served"),
        going.penalize(HardMediumSoftScore.ONE_SOFT, lambda tour: tour.cost()).as_constraint("officers and travel"),
    ]


FACTORY = SolverFactory.create(
    SolverConfig(
        solution_class=Round,
        entity_class_list=[Tour],
        environment_mode=EnvironmentMode.NO_ASSERT,
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
    )
)
"""Made while the module loads, so that starting Java and translating to it does not count against Timefold."""


def solve(problem: Problem, seconds: float, _workers: int) -> Answer:
    task = task_of(problem, seconds)
    if not task.doors:
        return plan_of(task, ())
    limit = TerminationConfig(spent_limit=Duration(milliseconds=int(task.seconds_left * 1000)))
    found = FACTORY.build_solver(SolverConfigOverride(termination_config=limit)).solve(_start(task))
    return plan_of(
        task,
        [
            Outing(tour.half_day, tuple(task.doors[stop.id] for stop in tour.stops))
            for tour in found.tours
            if tour.stops
        ],
    )


def _start(task: Task) -> Round:
    ground = task.site.ground
    half_days = range(len(ground.capacity))
    lines = sorted(lines_of(task), key=lambda line: not line.is_officers)
    departments = sum(line.is_officers for line in lines)
    ways = task.site.travel.matrix([door.target for door in task.doors])
    stops = [
        Stop(
            number,
            door.minutes,
            len(door.matters) + KEY * sum(matter.key for matter in door.matters),
            "".join("1" if door.half_days >> each & 1 else "0" for each in half_days),
            [line.needs[number] for line in lines],
            "".join(map(chr, ways[number])),
        )
        for number, door in enumerate(task.doors)
    ]
    most = ground.problem.policy.max_visits_per_tour
    tours = [
        Tour(number, half_day, ground.capacity[half_day], most, departments, [stops[each] for each in doors])
        for number, (half_day, doors) in enumerate(start(task))
    ]
    heads = [Heads(number, each, line.heads[each]) for number, line in enumerate(lines) for each in half_days]
    return Round(heads, stops, tours)

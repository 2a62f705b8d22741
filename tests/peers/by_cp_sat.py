"""One CP-SAT model of the whole round: tours, half-days and head-counts at once, nothing decomposed.

A tour is known by its leading door, the first of its doors by number; each door leads, follows a leader, or is left.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from ortools.sat.python import cp_model
from peers.task import Answer, Line, Outing, Task, lines_of, plan_of, start, task_of

from solver.planning.ground import bits
from solver.planning.problem import Problem

PARTNERS = 16
SHARED_OFFICER = 10
"""One officer shared is worth so many minutes of travel when partners are chosen."""
KEY, MATTER, OFFICER = 10**8, 10**6, 10**3
"""Weights of the levels: key matters, matters (visits come with the doors), officer half-days, then travel minutes."""


def solve(problem: Problem, seconds: float, workers: int) -> Answer:
    task = task_of(problem, seconds)
    if not task.doors:
        return plan_of(task, ())
    model = _Model(task)
    model.begin()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.cp_model_probing_level = 0  # on a county, probing alone would take all the time
    solver.parameters.use_lns_only = True  # proving gets nowhere on a county: all workers improve what there is
    solver.parameters.max_time_in_seconds = task.seconds_left
    found = solver.solve(model.model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return plan_of(task, model.outings(solver) if found else ())


class _Model:
    """Doors by number; `follows` holds the pairs (door, leader) that could share a tour, a leader with itself too."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.begun = {door: (half_day, min(doors)) for half_day, doors in start(task) for door in doors}
        self.model = cp_model.CpModel()
        self.half_day = [self._among(bits(door.half_days)) for door in task.doors]
        self.absent = [self.model.new_bool_var("") for _ in task.doors]
        self.follows = {pair: self.model.new_bool_var("") for pair in self._pairs()}
        self.leaders: dict[int, list[int]] = defaultdict(list)
        self.doors: dict[int, list[int]] = defaultdict(list)
        for door, leader in self.follows:
            self.leaders[door].append(leader)
            self.doors[leader].append(door)
        self.sent: list[tuple[Line, dict[int, cp_model.IntVar]]] = []
        self.visited: dict[int, cp_model.IntVar] = {}
        self._tours()
        self._one_visit_a_half_day()
        leads = [self.follows[each, each] for each in range(len(task.doors))]
        self._in_half_days(task.site.ground.tours_left, dict(enumerate(leads)), len(leads))
        officers = sum(self._people(line) for line in lines_of(task))
        self.model.minimize(OFFICER * officers + self._left_and_travelled())

    def begin(self) -> None:
        """A start to improve on; without one the search takes a minute to serve a county at all."""
        led: dict[int, list[int]] = defaultdict(list)
        for number, (_, leader) in self.begun.items():
            led[leader].append(number)
        for number, door in enumerate(self.task.doors):
            half_day, leader = self.begun.get(number, (next(bits(door.half_days)), None))
            self.model.add_hint(self.half_day[number], half_day)
            if number in self.visited:
                self.model.add_hint(self.visited[number], half_day)
            for each in self.leaders[number]:
                self.model.add_hint(self.follows[number, each], each == leader)
            self.model.add_hint(self.absent[number], leader not in self.leaders[number])
            for line, sent in self.sent:
                if number in sent:
                    self.model.add_hint(sent[number], max((line.needs[each] for each in led[number]), default=0))

    def outings(self, solver: cp_model.CpSolver) -> Iterator[Outing]:
        for leader, doors in sorted(self.doors.items()):
            taken = [door for door in doors if solver.boolean_value(self.follows[door, leader])]
            if taken:
                yield Outing(solver.value(self.half_day[leader]), tuple(self.task.doors[each] for each in taken))

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Each door with itself, with its leader at the start, and with its best partners of smaller number."""
        task = self.task
        chosen = {(door, leader) for door, (_, leader) in self.begun.items()}
        for one, door in enumerate(task.doors):
            sends = {demand.department: demand.officers for demand in door.demands}
            ranked = []
            for other, there in enumerate(task.doors):
                if other != one and door.half_days & there.half_days:
                    shared = sum(min(each.officers, sends.get(each.department, 0)) for each in there.demands)
                    ranked.append(
                        (task.site.travel.minutes(door.target, there.target) - SHARED_OFFICER * shared, other)
                    )
            fitting = (other for _, other in sorted(ranked) if task.together(one, other))
            chosen |= {(max(one, other), min(one, other)) for other, _ in zip(fitting, range(PARTNERS), strict=False)}
        yield from sorted(chosen | {(each, each) for each in range(len(task.doors))})

    def _among(self, values: Iterable[int]) -> cp_model.IntVar:
        return self.model.new_int_var_from_domain(cp_model.Domain.from_values(list(values)), "")

    def _way(self, one: int, other: int) -> int:
        return self.task.site.travel.minutes(self.task.doors[one].target, self.task.doors[other].target)

    def _tours(self) -> None:
        """Every door on one tour or on none; tours fit into their half-days, and hold not too many doors."""
        capacity = self.task.site.ground.capacity
        most = self.task.site.ground.problem.policy.max_visits_per_tour
        for number, door in enumerate(self.task.doors):
            self.model.add_exactly_one(
                self.absent[number], *(self.follows[number, leader] for leader in self.leaders[number])
            )
            followers = [(each, self.follows[each, number]) for each in self.doors[number]]
            longest = self._among(capacity)
            self.model.add_element(self.half_day[number], capacity, longest)
            minutes = sum((self.task.doors[at].minutes + self._way(at, number)) * takes for at, takes in followers)
            self.model.add(minutes <= longest)
            self.model.add(sum(takes for _, takes in followers) <= most)
            for at, takes in followers:
                self.model.add_implication(takes, self.follows[number, number])
                here = cp_model.Domain.from_values(list(bits(door.half_days & self.task.doors[at].half_days)))
                self.model.add_linear_expression_in_domain(self.half_day[number], here).only_enforce_if(takes)

    def _one_visit_a_half_day(self) -> None:
        of_target: dict[str, list[int]] = defaultdict(list)
        for number, door in enumerate(self.task.doors):
            of_target[door.target].append(number)
        for numbers in (each for each in of_target.values() if len(each) > 1):
            for number in numbers:
                when = self.visited[number] = self._among(bits(self.task.doors[number].half_days))
                for leader in self.leaders[number]:
                    self.model.add(when == self.half_day[leader]).only_enforce_if(self.follows[number, leader])
            for one, other in combinations(numbers, 2):
                self.model.add(self.visited[one] != self.visited[other]).only_enforce_if(
                    ~self.absent[one], ~self.absent[other]
                )

    def _people(self, line: Line) -> cp_model.LinearExprT:
        """What tours send of one line, within its heads; gives the officers to be paid for."""
        sent: dict[int, cp_model.IntVar] = {}
        for leader, doors in self.doors.items():
            needed = {line.needs[door] for door in doors} - {0}
            if needed:
                sent[leader] = self._among({0, *needed})
            for door in doors:
                if line.needs[door]:
                    self.model.add(sent[leader] >= line.needs[door]).only_enforce_if(self.follows[door, leader])
        self.sent.append((line, sent))
        self._in_half_days(line.heads, sent, max(line.needs))
        return sum(sent.values()) if line.is_officers else 0

    def _in_half_days(self, most: Iterable[int], taken: dict[int, cp_model.IntVar], greatest: int) -> None:
        """What tours take of something stays within what each half-day has of it."""
        room = [min(each, greatest * len(taken)) for each in most]
        spans = [self.model.new_fixed_size_interval_var(self.half_day[leader], 1, "") for leader in taken]
        spans += [self.model.new_fixed_size_interval_var(place, 1, "") for place in range(len(room))]
        self.model.add_cumulative(spans, [*taken.values(), *(max(room) - each for each in room)], max(room))

    def _left_and_travelled(self) -> cp_model.LinearExprT:
        left = sum(
            (MATTER * len(door.matters) + KEY * sum(matter.key for matter in door.matters)) * absent
            for door, absent in zip(self.task.doors, self.absent, strict=True)
        )
        return left + sum(self._way(*pair) * takes for pair, takes in self.follows.items())

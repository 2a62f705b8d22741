"""A choice of tours out of the joint programme: the tours it takes almost whole are fixed, and it is solved again.

Whoever loses a door to a fixed tour goes on without it: a part of a tour is a tour. No bound comes from here.
"""

from collections.abc import Callable, Mapping, Sequence

from ortools.linear_solver import pywraplp

from solver.planning.tours.cover import Members

PDLP = (
    "termination_criteria { iteration_limit: 20000 "
    "simple_optimality_criteria { eps_optimal_absolute: 1e-3 eps_optimal_relative: 1e-3 } }"
)
"""So exactly, and given up after so many iterations."""
SURE = 0.7
"""Tours taken to this part are fixed at once."""
QUOTA = 0.15
"""At least so many of the doors left are on tours that a round fixes."""
NEAR = 0.6
"""Tours dearer than what their doors are worth by more officer half-days than this are given up."""


def dive(
    tours: Mapping[Members, int],
    officers: Callable[[Members], int],
    possible: Callable[[Members], bool],
    seconds: Callable[[], float | None],
) -> list[Members] | None:
    """Choose tours that serve each door exactly once; None if the programme could not be solved in the seconds left.

    Every door must be possible alone and among `tours`, whose officers are given; `officers` of their parts are asked.
    """
    left = {door for tour in tours for door in tour}
    known = dict(tours)
    fixed: list[Members] = []
    while left:
        time = seconds()
        solved = None if time == 0 else _solved(known, left, time)
        if solved is None:
            return None
        taken, worth = solved
        ranked = sorted(taken, key=lambda tour: (-round(taken[tour], 6), tour))
        fresh, out = _fixed(ranked, taken, left, possible)
        fixed += fresh
        left = left.difference(*fresh)
        known = _parts({tour: cost for tour, cost in known.items() if tour not in out}, left, worth, officers)
    return fixed


def limited(solver: pywraplp.Solver, seconds: float | None) -> None:
    """Let a solver work for so many seconds (None: as long as it takes); it then has no solution."""
    if seconds is not None:
        solver.SetTimeLimit(max(1, int(1000 * seconds)))


def _fixed(
    ranked: Sequence[Members], taken: Mapping[Members, float], left: set[int], possible: Callable[[Members], bool]
) -> tuple[list[Members], set[Members]]:
    """Tours that are all but taken, and the next ones until there are enough; and those found to be impossible."""
    open_now, fixed, out = set(left), [], set()
    enough = (1 - QUOTA) * len(left)
    for tour in ranked:
        if taken[tour] < SURE and len(open_now) <= enough:
            break
        if not open_now.issuperset(tour):
            continue
        if len(tour) == 1 or possible(tour):
            open_now.difference_update(tour)
            fixed.append(tour)
        else:
            out.add(tour)
    return fixed, out


def _parts(
    known: Mapping[Members, int], left: set[int], worth: Mapping[int, float], officers: Callable[[Members], int]
) -> dict[Members, int]:
    """What is left of tours near their worth, and each door alone."""
    parts: dict[Members, int] = {}
    for tour, cost in known.items():
        if len(tour) > 1 and cost - sum(worth.get(door, 0.0) for door in tour) > NEAR:
            continue
        part = tuple(door for door in tour if door in left)
        if part and part not in parts:
            parts[part] = cost if len(part) == len(tour) else officers(part)
    return parts


def _solved(
    known: Mapping[Members, int], left: set[int], seconds: float | None
) -> tuple[dict[Members, float], dict[int, float]] | None:
    """To what part each tour is taken, and what each door is worth."""
    solver = pywraplp.Solver.CreateSolver("PDLP")
    solver.SetSolverSpecificParametersAsString(PDLP)
    limited(solver, seconds)
    rows = {door: solver.Constraint(1, solver.infinity()) for door in sorted(left)}
    objective = solver.Objective()
    objective.SetMinimization()
    takes = {}
    for tour, cost in known.items():
        takes[tour] = solver.NumVar(0, solver.infinity(), "")
        objective.SetCoefficient(takes[tour], cost)
        for door in tour:
            rows[door].SetCoefficient(takes[tour], 1)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    worth = {door: row.dual_value() for door, row in rows.items()}
    return {tour: value for tour, take in takes.items() if (value := take.solution_value()) > 0}, worth

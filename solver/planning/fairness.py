"""Max-min fairness: raise everybody's least chance together, then those of the others as far as they go, and so on.

Each level is a linear programme; who cannot rise any further is read off its duals. Fractions only: chances.py makes
whole numbers of them.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CRITICAL = 1e-9
SLACK = 1 - 1e-7
"""What is settled gives way by less than the programme's own tolerance."""
MOST_LEVELS = 8
"""Then the remaining shares keep the level reached."""


class Net(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Edges role → slot (inspector, half-day) → person; supplies, rooms and ceilings in chances."""

    role: Ints
    slot: Ints
    owner: Ints
    """For each slot its person."""
    supply: Ints
    room: Ints
    ceiling: Ints
    even: Floats
    """For each edge the even share."""
    counted_on: npt.NDArray[np.bool_]
    """Edges of borrowed people on whom the plan relies: theirs is the whole chance."""
    scale: int


def fair_levels(net: Net) -> Floats | None:
    """For each edge its least chance at the fairest, in even shares; None when supplies cannot be met at all."""
    level = np.zeros(len(net.even))
    settled = net.counted_on.copy()
    for number in range(MOST_LEVELS):
        solved = _raise(net, level, settled)
        if solved is None:
            # a further level can fail for want of digits only: those reached stand
            return None if number == 0 else level
        height, critical = solved
        level[~settled] = height
        settled |= critical
        if settled.all() or not critical.any():
            break
    return level


def _raise(net: Net, level: Floats, settled: npt.NDArray[np.bool_]) -> tuple[float, npt.NDArray[np.bool_]] | None:
    """Maximise the common level of all edges not settled; which of them hold it back."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    height = solver.NumVar(0, float(net.scale / net.even.min()), "")
    lower = np.where(net.counted_on, net.scale, np.where(settled, level * net.even * SLACK, 0.0))
    chances = [solver.NumVar(float(least), net.scale, "") for least in lower]
    _limit(solver, chances, net.role, net.supply, exactly=True)
    _limit(solver, chances, net.slot, net.room, exactly=False)
    _limit(solver, chances, net.owner[net.slot], net.ceiling, exactly=False)
    rows = {}
    for edge in np.flatnonzero(~settled).tolist():
        row = solver.Constraint(0, solver.infinity())
        row.SetCoefficient(chances[edge], 1)
        row.SetCoefficient(height, -float(net.even[edge]))
        rows[edge] = row
    solver.Maximize(height)
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    critical = np.zeros(len(chances), dtype=np.bool_)
    for edge, row in rows.items():
        critical[edge] = abs(row.dual_value()) > CRITICAL
    return height.solution_value(), critical


def _limit(
    solver: pywraplp.Solver, chances: Sequence[pywraplp.Variable], group: Ints, most: Ints, *, exactly: bool
) -> None:
    rows = [solver.Constraint(float(each) if exactly else -solver.infinity(), float(each)) for each in most.tolist()]
    for chance, place in zip(chances, group.tolist(), strict=True):
        rows[place].SetCoefficient(chance, 1)

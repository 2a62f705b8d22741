"""Moving one visit of a lawful plan by hand: where it may go, why not elsewhere, and the plan that then is.

All other visits stay in their half-days and tours, in their order. Knows nothing of who moves, or of what is stored.
"""

from solver.planning.moving.board import Board, lay_out_plan
from solver.planning.moving.lifting import Hand, Option, Place, lifted
from solver.planning.moving.obstacles import Obstacle
from solver.planning.moving.overriding import moved_under, overridden, overriding
from solver.planning.moving.writing import Moved, moved

__all__ = [
    "Board",
    "Hand",
    "Moved",
    "Obstacle",
    "Option",
    "Place",
    "lay_out_plan",
    "lifted",
    "moved",
    "moved_under",
    "overridden",
    "overriding",
]

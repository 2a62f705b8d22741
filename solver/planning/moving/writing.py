"""The plan after a move: old names and roles wherever they still hold, chances anew for the others, past the checker.

Where a visit may go is said in lifting.py.
"""

from collections.abc import Iterator

import msgspec

from solver.planning.check import check, measure
from solver.planning.ids import Sha256, TargetId, TourId
from solver.planning.moving.board import lay_out_plan
from solver.planning.moving.lifting import Hand, Place
from solver.planning.moving.obstacles import Obstacle
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Problem
from solver.planning.replanning.faults import Faults
from solver.planning.replanning.moves import Move, moves
from solver.planning.replanning.writing import drafts
from solver.planning.solve import Unlawful


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The new plan, what became of every visit, and the tour that the moved one is in now."""

    plan: Plan
    moves: tuple[Move, ...]
    tour: TourId


def moved(
    problem: Problem, plan: Plan, tour: TourId, target: TargetId, place: Place, problem_sha256: Sha256
) -> Moved | Obstacle | None:
    """Move a visit of a lawful plan; the obstacle where a rule forbids it, None where there is no such place."""
    board = lay_out_plan(problem, plan)
    hand = Hand(board, tour, target)
    option = hand.option(place)
    if option is None or option.obstacle is not None:
        return None if option is None else option.obstacle
    if not hand.put_down(place):
        msg = "what the mask allows can be done"
        raise Unlawful(msg)
    made = _lawful(problem, plan, hand, problem_sha256)
    now = next(each.id for each in made.tours if each.half_day == place.half_day and _is_at(each, target))
    return Moved(plan=made, moves=moves(problem, plan, made, Faults(of_tour={}, of_visit={})), tour=now)


def _lawful(problem: Problem, old: Plan, hand: Hand, problem_sha256: Sha256) -> Plan:
    """The plan with as many roles as possible as they were; the same matters are served, so its bounds still hold."""
    order = {tour.id: position for position, tour in enumerate(old.tours)}
    said = ""
    for written in _written(old, hand):
        tours = tuple(sorted(written, key=lambda tour: order.get(tour.id, len(order))))
        plan = msgspec.structs.replace(old, tours=tours)
        verdict = check(problem, plan, problem_sha256)
        if verdict.lawful:
            figures = msgspec.structs.asdict(measure(problem, plan))
            return msgspec.structs.replace(plan, metrics=msgspec.structs.replace(old.metrics, **figures))
        said = "; ".join(f"{each.rule} {each.place}: {each.text}" for each in verdict.breaches[:5])
    raise Unlawful(said)


def _written(old: Plan, hand: Hand) -> Iterator[tuple[Tour, ...]]:
    """Drafts with the tours that stand in any case; the moved visit lends its old tour's name to nobody."""
    board = hand.board
    announced = board.timetable.ground.problem.fixed
    target = hand.door.target
    before = [
        msgspec.structs.replace(tour, visits=tuple(each for each in tour.visits if each.target != target))
        if tour.id == hand.source.id
        else tour
        for tour in board.tours.values()
    ]
    for written in drafts(board.timetable, before, (*old.tours, *announced), lambda: False):
        yield (*announced, *written)


def _is_at(tour: Tour, target: TargetId) -> bool:
    return any(visit.target == target for visit in tour.visits)

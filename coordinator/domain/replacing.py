"""Who takes an inspector's place after a recusal: the published order (spec/draw.md 5, “Replacement”), place by place.

Anyone who has plan and seed can work it out again. Whether a recusal is granted is a person's decision (`recusals`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import InspectorId, TargetId
from solver.chance.lots import replacements
from solver.chance.numbers import Numbers
from solver.chance.plan import PlanLots, RoleLots
from solver.planning.check.teams import check_replaced_teams
from solver.planning.eligible import eligible
from solver.planning.ids import DeskMatterId, RoleId
from solver.planning.index import index
from solver.planning.plan import DeskMatter, Role, Tour
from solver.planning.problem import Barred


class Change(NamedTuple):
    """One place that changes hands, see `recusals.Replacement`."""

    lot: str
    leaves: InspectorId
    comes: InspectorId | None
    candidates: tuple[InspectorId, ...]


def barred_from(dispatch: Dispatch, barred: Sequence[Barred]) -> Dispatch:
    """The round with recusals that were granted after its plan was made."""
    return replace(dispatch, problem=replace(dispatch.problem, barred=(*dispatch.problem.barred, *barred)))


def places_at(dispatch: Dispatch, inspector: InspectorId, target: TargetId, now: datetime) -> tuple[str, ...]:
    """Name the places an inspector has, from now on, on tours that go to a target and in its desk matters.

    A tour that has begun is past changing; what was checked there is judged by the decision itself.
    """
    return tuple(str(lot.id) for lot in _lots_at(dispatch, target, now) if inspector in dispatch.teams[lot.id])


def first_visit_at(dispatch: Dispatch, inspector: InspectorId, target: TargetId, now: datetime) -> datetime | None:
    """When the inspector would first go there; None where only desk matters are concerned."""
    places = places_at(dispatch, inspector, target, now)
    begins = [_begins(dispatch, tour) for tour in dispatch.plan.tours if any(role.id in places for role in tour.roles)]
    return min(begins, default=None)


def replace_inspector(
    dispatch: Dispatch, inspector: InspectorId, target: TargetId, numbers: Numbers, now: datetime
) -> tuple[Change, ...]:
    """Find who takes each of the inspector's places at a target; `dispatch` bars the inspector there already."""
    changes: list[Change] = []
    teams = dict(dispatch.teams)
    plan = _plan_lots(dispatch)
    for lot in _lots_at(dispatch, target, now):
        if inspector not in teams[lot.id]:
            continue
        standing = replace(dispatch, teams=teams)
        order = (
            _order_at_desk(standing, lot, numbers)
            if isinstance(lot, DeskMatter)
            else _order_on_tour(standing, plan, lot, numbers)
        )
        comes = order[0] if order else None
        changes.append(Change(lot=lot.id, leaves=inspector, comes=comes, candidates=order))
        teams[lot.id] = tuple(sorted({*teams[lot.id], *order[:1]} - {inspector}))
    return tuple(changes)


def team_faults(dispatch: Dispatch) -> tuple[str, ...]:
    """What the independent checker says of the teams as they stand now; nothing where they are lawful."""
    return tuple(breach.text for breach in check_replaced_teams(dispatch.problem, dispatch.plan, by_lot(dispatch)))


def _lots_at(dispatch: Dispatch, target: TargetId, now: datetime) -> Iterator[Role | DeskMatter]:
    for tour in dispatch.plan.tours:
        if any(visit.target == target for visit in tour.visits) and now < _begins(dispatch, tour):
            yield from tour.roles
    yield from (desk for desk in dispatch.plan.desk if desk.target == target)


def _begins(dispatch: Dispatch, tour: Tour) -> datetime:
    return min(dispatch.begins_at(tour, visit) for visit in tour.visits)


def _order_on_tour(dispatch: Dispatch, plan: PlanLots, role: Role, numbers: Numbers) -> tuple[InspectorId, ...]:
    tour = next(tour for tour in dispatch.plan.tours if role in tour.roles)
    lots = next(each for each in plan.roles if each.id == role.id)
    able = eligible(index(dispatch.problem), role, tour) - _at_ceiling(dispatch)
    # a lot that came to be by moving a visit keeps the order of the one that was drawn
    drawn = replace(lots, id=dispatch.published.get(role.id, role.id))
    return replacements(plan, by_lot(dispatch), drawn, numbers, frozenset(role.chances) - able)


def _order_at_desk(dispatch: Dispatch, desk: DeskMatter, numbers: Numbers) -> tuple[InspectorId, ...]:
    """The next in the order in which they were drawn (draw.md 5, “Desk matters”)."""
    barred = {each.inspector for each in dispatch.problem.barred if each.target == desk.target}
    free = {*desk.eligible} - {*dispatch.teams[desk.id]} - barred
    return tuple(sorted(free, key=lambda one: (numbers.number("desk", desk.id, one), one)))


def _at_ceiling(dispatch: Dispatch) -> frozenset[InspectorId]:
    sent = Counter(one for tour in dispatch.plan.tours for role in tour.roles for one in dispatch.teams[role.id])
    return frozenset(
        person.id
        for person in dispatch.problem.inspectors
        if person.max_half_days is not None and sent[person.id] >= person.max_half_days
    )


def _plan_lots(dispatch: Dispatch) -> PlanLots:
    roles = tuple(
        RoleLots(
            id=role.id, department=role.department, half_day=tour.half_day, need=role.need, chances=dict(role.chances)
        )
        for tour in dispatch.plan.tours
        for role in tour.roles
    )
    return PlanLots(round=dispatch.plan.round, scale=dispatch.plan.scale, roles=roles)


def by_lot(dispatch: Dispatch) -> dict[RoleId | DeskMatterId, tuple[InspectorId, ...]]:
    """Who goes now, for every lot of the plan as it stands."""
    lots: list[RoleId | DeskMatterId] = [role.id for tour in dispatch.plan.tours for role in tour.roles]
    lots += [desk.id for desk in dispatch.plan.desk]
    return {lot: dispatch.teams[lot] for lot in lots}

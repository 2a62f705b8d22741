"""A picked tour: its visits, and for each role everyone's published chance, who was drawn, and who was left out why.

Where the tour stands in the schedule is shown by the page.
"""

from datetime import datetime

from msgspec import Struct

from coordinator.domain.disclosure import UNSEALED, Audience
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.errors import NotFound
from coordinator.domain.ids import InspectorId
from coordinator.web.known import Known
from coordinator.web.shown.schedules import TourLine
from coordinator.web.shown.visits import VisitShown, visit_shown
from solver.planning.plan import LeftOut, Role, Tour

_LEFT_OUT = {
    LeftOut.APART: "同组另有须与其分开的人",
    LeftOut.SERVES: "同一半天已为其他部门列入",
    LeftOut.BORROWED: "借用人员，此处不需要",
}


class ChanceShown(Struct, frozen=True, kw_only=True):
    """One inspector's chance out of `scale`; `is_drawn` is null before the lots."""

    inspector: str
    name: str
    chance: int
    is_drawn: bool | None


class PassedOver(Struct, frozen=True, kw_only=True):
    """One who may not be drawn here, and why."""

    inspector: str
    name: str
    reason: str


class RoleShown(Struct, frozen=True, kw_only=True):
    """What a department sends; chances in falling order."""

    id: str
    department: str
    need: int
    is_certified: bool
    expertise: tuple[str, ...]
    chances: tuple[ChanceShown, ...]
    passed_over: tuple[PassedOver, ...]


class TourShown(Struct, frozen=True, kw_only=True):
    line: TourLine
    scale: int
    visits: tuple[VisitShown, ...]
    roles: tuple[RoleShown, ...]


def tour_shown(known: Known, id_: str, now: datetime) -> TourShown:
    """Show one tour whole, to the coordinator; raises NotFound."""
    dispatch, line = known.dispatch, _find(known.tours, id_)
    tour = next(tour for tour in dispatch.plan.tours if tour.id == line.id)
    return TourShown(
        line=line,
        scale=dispatch.plan.scale,
        visits=tuple(
            visit_shown(dispatch, tour, visit, audience=Audience.COORDINATOR, now=now, seal=UNSEALED)
            for visit in tour.visits
        ),
        roles=tuple(_role_shown(dispatch, tour, role) for role in tour.roles),
    )


def _find(tours: tuple[TourLine, ...], id_: str) -> TourLine:
    for tour in tours:
        if tour.id == id_:
            return tour
    raise NotFound("排期里没有这个组次。", remedy="请从排期里选择。")


def _role_shown(dispatch: Dispatch, tour: Tour, role: Role) -> RoleShown:
    drawn = dispatch.teams.get(role.id)
    return RoleShown(
        id=role.id,
        department=role.department,
        need=role.need,
        is_certified=role.certified,
        expertise=tuple(role.expertise),
        chances=tuple(
            ChanceShown(
                inspector=inspector,
                name=_name(dispatch, inspector),
                chance=chance,
                is_drawn=None if drawn is None else inspector in drawn,
            )
            for inspector, chance in sorted(role.chances.items(), key=lambda each: (-each[1], each[0]))
        ),
        passed_over=_passed_over(dispatch, tour, role),
    )


def _passed_over(dispatch: Dispatch, tour: Tour, role: Role) -> tuple[PassedOver, ...]:
    """Those whom the plan left out, and those of the department who are barred from one of the tour's targets."""
    reasons = {inspector: _LEFT_OUT[why] for inspector, why in role.left_out.items()}
    visited = {visit.target for visit in tour.visits}
    for bar in dispatch.problem.barred:
        home = dispatch.inspectors[bar.inspector][0]
        if bar.target in visited and home == role.department:
            reasons[bar.inspector] = f"回避{dispatch.targets[bar.target].name}：{bar.reason}"
    return tuple(
        PassedOver(inspector=inspector, name=_name(dispatch, inspector), reason=reasons[inspector])
        for inspector in sorted(reasons)
        if inspector not in role.chances
    )


def _name(dispatch: Dispatch, inspector: InspectorId) -> str:
    return dispatch.inspectors[inspector][1].name

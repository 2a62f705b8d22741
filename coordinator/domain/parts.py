"""One department's part of a round: its tours and who shares them, its matters, and no other department's affairs.

What a party may see, and masked how, is said in `disclosure`; here all the rest is left out, so that no page, file or
answer that is made from a part can show it.
"""

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import CreditRiskClass
from coordinator.domain.disclosure import masked_certificate
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.submissions import Inspector, Submission
from coordinator.domain.targets import Target
from solver.planning.plan import Plan, Tour
from solver.planning.problem import Problem

NAMELESS = "（其他部门人员）"
"""In place of the name of another department's officer."""


class _Share(Struct, frozen=True, kw_only=True):
    """Whose part it is and what falls into it."""

    department: DepartmentId
    tours: tuple[Tour, ...]
    matters: frozenset[str]
    targets: frozenset[TargetId]
    inspectors: frozenset[InspectorId]
    """Everybody who goes, could have gone or was passed over on one of the tours, and all of the own department."""


def part_of(dispatch: Dispatch, department: DepartmentId) -> Dispatch:
    """Cut a round to what a department needs to know of it.

    Its tours are those on which it has a role or somebody of its own goes; what others check at the same visits belongs
    to it, for the team goes in together. Other departments' people are numbers with the end of a certificate.
    """
    share = _share(dispatch, department)
    tasks = tuple(task for task in dispatch.tasks if department in task.items or task.initiator == department)
    asked, lots = {task.id for task in tasks}, _lots(share, dispatch.plan)
    return replace(
        dispatch,
        submissions=tuple(_submission(each, share) for each in dispatch.submissions),
        tasks=tasks,
        targets={id_: _target(dispatch.targets[id_], department) for id_ in sorted(share.targets)},
        drawn=tuple(each for each in dispatch.drawn if each.task in asked and each.target in share.targets),
        wanted=replace(
            dispatch.wanted,
            matters=tuple(each for each in dispatch.wanted.matters if each.id in share.matters),
            dropped=tuple(each for each in dispatch.wanted.dropped if each.department == department),
            warnings=(),
        ),
        problem=_problem(dispatch.problem, share),
        plan=_plan(dispatch.plan, share),
        teams={lot: team for lot, team in dispatch.teams.items() if lot in lots},
        rescheduled=tuple(each for each in dispatch.rescheduled if each.matter in share.matters),
        published={lot: drawn for lot, drawn in dispatch.published.items() if lot in lots},
        as_drawn=None,
    )


def _share(dispatch: Dispatch, department: DepartmentId) -> _Share:
    own = frozenset(id_ for id_, (home, _) in dispatch.inspectors.items() if home == department)
    tours = tuple(tour for tour in dispatch.plan.tours if _concerns(dispatch, tour, department, own))
    own_matters = {each.id for each in dispatch.wanted.matters if each.department == department}
    shared = {matter for tour in tours for visit in tour.visits for matter in visit.matters}
    matters = frozenset(own_matters | shared)
    people = {person for tour in tours for role in tour.roles for person in (*role.chances, *role.left_out)}
    return _Share(
        department=department,
        tours=tours,
        matters=matters,
        targets=frozenset(each.target for each in dispatch.wanted.matters if each.id in matters),
        inspectors=frozenset(people | own),
    )


def _concerns(dispatch: Dispatch, tour: Tour, department: DepartmentId, own: frozenset[InspectorId]) -> bool:
    """Whether a department has a role on a tour, or lends somebody who goes."""
    return any(
        role.department == department or not own.isdisjoint(dispatch.teams.get(role.id, ())) for role in tour.roles
    )


def _lots(share: _Share, plan: Plan) -> frozenset[str]:
    roles = {str(role.id) for tour in share.tours for role in tour.roles}
    return frozenset(roles | {str(desk.id) for desk in plan.desk if desk.department == share.department})


def _submission(given: Submission, share: _Share) -> Submission:
    """Another department's is its name, and its people and areas as far as they are met."""
    if given.department.id == share.department:
        return given
    met = tuple(_masked(each) for each in given.inspectors if each.id in share.inspectors)
    return Submission(department=replace(given.department, phone=""), inspectors=met, areas=given.areas)


def _masked(inspector: Inspector) -> Inspector:
    return Inspector(
        row=inspector.row,
        id=inspector.id,
        name=NAMELESS,
        organisation=inspector.organisation,
        kind=inspector.kind,
        certificate=masked_certificate(inspector.certificate),
        expertise=inspector.expertise,
        borrowed=inspector.borrowed,
    )


def _target(target: Target, department: DepartmentId) -> Target:
    """Name and place as all know them; what another department notes of a target stays with it."""
    own = target.entries.get(department)
    return replace(
        target,
        credit_risk=own.credit_risk if own and own.credit_risk else CreditRiskClass.B,
        credit_risk_given=bool(own and own.credit_risk),
        tags=own.tags if own else (),
        last_inspectors=own.last_inspectors if own else (),
        entries={department: own} if own else {},
        contradictions=tuple(
            each for each in target.contradictions if department in (each.taken_from, each.other_from)
        ),
    )


def _problem(problem: Problem, share: _Share) -> Problem:
    """The round's days, areas and rules; of people and places what falls into the part, of absences the own alone."""
    own = {each.id for each in problem.inspectors if each.department == share.department}
    tours = {tour.id for tour in share.tours}
    return replace(
        problem,
        targets=tuple(each for each in problem.targets if each.id in share.targets),
        matters=tuple(each for each in problem.matters if each.id in share.matters),
        inspectors=tuple(each for each in problem.inspectors if each.id in own),
        barred=tuple(each for each in problem.barred if each.inspector in own and each.target in share.targets),
        apart=tuple(each for each in problem.apart if own.issuperset(each.inspectors)),
        fixed=tuple(each for each in problem.fixed if each.id in tours),
    )


def _plan(plan: Plan, share: _Share) -> Plan:
    return replace(
        plan,
        tours=share.tours,
        desk=tuple(each for each in plan.desk if each.department == share.department),
        unserved=tuple(each for each in plan.unserved if str(each.matter) in share.matters),
    )

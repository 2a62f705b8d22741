"""The planning problem of a round (spec/planning.md), and its desk matters, from what was submitted and drawn.

Pure translation: what has to be checked is decided in `matters`, how it is planned in solver/planning.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import asdict

from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.rounds import Round, occasions_among
from coordinator.domain.submissions import Inspector, Submission
from coordinator.domain.targets import Target
from coordinator.domain.workdays import Calendar
from solver.planning import plan, problem
from solver.planning.alterations import Added
from solver.planning.ids import DeskMatterId, Expertise, MatterId

_LAST_TIME = "上次检查该对象，不连续派同一人"


def planning_problem(
    round_: Round,
    calendar: Calendar,
    submissions: Sequence[Submission],
    targets: Mapping[TargetId, Target],
    matters: Sequence[WantedMatter],
) -> problem.Problem:
    """Write down everything the planner needs; only targets with a matter on site stand in it."""
    half_days = round_.half_days(calendar)
    on_site = [matter for matter in matters if not matter.desk]
    visited = {matter.target for matter in on_site}
    inspectors = [(submission.department.id, each) for submission in submissions for each in submission.inspectors]
    known = {inspector.id for _, inspector in inspectors}
    return problem.Problem(
        round=round_.id,
        half_days=half_days,
        departments=tuple(
            problem.Department(id=submission.department.id, name=submission.department.id) for submission in submissions
        ),
        areas=_areas(submissions, targets),
        targets=tuple(_target(targets[target], half_days) for target in sorted(visited)),
        matters=tuple(_matter(matter) for matter in on_site),
        inspectors=tuple(_inspector(department, inspector, half_days) for department, inspector in inspectors),
        barred=tuple(
            problem.Barred(inspector=inspector, target=target, reason=reason)
            for (inspector, target), reason in sorted(barred_pairs(submissions, targets).items())
            if target in visited and inspector in known
        ),
        apart=tuple(
            problem.Apart(inspectors=(pair.inspector, pair.other), reason=pair.reason)
            for submission in submissions
            for pair in submission.apart
            if {pair.inspector, pair.other} <= known
        ),
        policy=_policy(round_),
    )


def addition(
    submissions: Sequence[Submission],
    targets: Mapping[TargetId, Target],
    half_days: tuple[problem.HalfDay, ...],
    matter: WantedMatter,
) -> Added:
    """A matter that came after the plan, with all that the planner has to know of its target."""
    known = {each.id for submission in submissions for each in submission.inspectors}
    return Added(
        matter=_matter(matter),
        target=_target(targets[matter.target], half_days),
        barred=tuple(
            problem.Barred(inspector=inspector, target=target, reason=reason)
            for (inspector, target), reason in sorted(barred_pairs(submissions, targets).items())
            if target == matter.target and inspector in known
        ),
    )


def barred_pairs(
    submissions: Sequence[Submission], targets: Mapping[TargetId, Target]
) -> dict[tuple[InspectorId, TargetId], str]:
    """Who may not go where, and why: registered recusals add up, and nobody goes twice running (R26)."""
    reasons: dict[tuple[InspectorId, TargetId], list[str]] = defaultdict(list)
    for submission in submissions:
        for recusal in submission.recusals:
            reasons[recusal.inspector, recusal.target].append(recusal.reason)
    for target in targets.values():
        for inspector in target.last_inspectors:
            reasons[inspector, target.id].append(_LAST_TIME)
    return {pair: "；".join(dict.fromkeys(given)) for pair, given in reasons.items()}


def desk_matters(
    submissions: Sequence[Submission], targets: Mapping[TargetId, Target], matters: Sequence[WantedMatter]
) -> tuple[tuple[plan.DeskMatter, ...], tuple[plan.Unserved, ...]]:
    """Matters that need no visit, each with all who may do it; too few people: unserved by its id, with the reason."""
    officers = {
        submission.department.id: [each for each in submission.inspectors if each.certified]
        for submission in submissions
    }
    barred = barred_pairs(submissions, targets)
    desk: list[plan.DeskMatter] = []
    unserved: list[plan.Unserved] = []
    for matter in matters:
        if not matter.desk:
            continue
        able = [each for each in officers[matter.department] if set(matter.item.expertise) <= set(each.expertise)]
        eligible = tuple(sorted(each.id for each in able if (each.id, matter.target) not in barred))
        if len(eligible) < matter.item.officers:
            unserved.append(_too_few(matter, able, len(eligible)))
        else:
            desk.append(_desk_matter(matter, eligible))
    return tuple(desk), tuple(unserved)


def _desk_matter(matter: WantedMatter, eligible: tuple[InspectorId, ...]) -> plan.DeskMatter:
    return plan.DeskMatter(
        id=DeskMatterId(matter.id),
        tasks=matter.tasks,
        department=matter.department,
        target=matter.target,
        item=matter.item.code,
        need=matter.item.officers,
        eligible=eligible,
    )


def _too_few(matter: WantedMatter, able: Sequence[Inspector], eligible: int) -> plan.Unserved:
    expertise = "、".join(matter.item.expertise)
    having = f"有“{expertise}”专长的执法人员" if expertise else "执法人员"
    reason = plan.Reason(
        code="too_few_officers",
        text=f"{matter.department}{having}共{len(able)}人，回避后可办理的{eligible}人，不足{matter.item.officers}人",
        remedy="请补充具备资格的执法人员，或申请上级协调、相邻区域支援。",
    )
    return plan.Unserved(matter=DeskMatterId(matter.id), reasons=(reason,))


def _areas(submissions: Sequence[Submission], targets: Mapping[TargetId, Target]) -> tuple[problem.Area, ...]:
    given = [area for submission in submissions for area in submission.areas]
    listed = {area.id for area in given}
    named = {target.area for target in targets.values() if target.area}
    named |= {each.area for submission in submissions for each in submission.inspectors if each.area}
    known = tuple(
        problem.Area(
            id=area.id,
            name=area.name,
            lat=area.lat if area.lon is not None else None,
            lon=area.lon if area.lat is not None else None,
            neighbours=tuple(neighbour for neighbour in area.neighbours if neighbour in listed),
        )
        for area in given
    )
    return known + tuple(problem.Area(id=area, name=area) for area in sorted(named - listed))


def _target(target: Target, half_days: tuple[problem.HalfDay, ...]) -> problem.Target:
    return problem.Target(
        id=target.id,
        name=target.name,
        area=target.area,
        lat=target.lat,
        lon=target.lon,
        closed=occasions_among(target.closed, half_days),
    )


def _matter(matter: WantedMatter) -> problem.Matter:
    return problem.Matter(
        id=MatterId(matter.id),
        target=matter.target,
        department=matter.department,
        item=matter.item.code,
        minutes=matter.item.minutes,
        first_day=matter.window.first_day,
        last_day=matter.window.last_day,
        officers=matter.item.officers,
        expertise=tuple(Expertise(each) for each in matter.item.expertise),
        key=matter.key,
        separate=matter.caused,
    )


def _inspector(
    department: DepartmentId, inspector: Inspector, half_days: tuple[problem.HalfDay, ...]
) -> problem.Inspector:
    return problem.Inspector(
        id=inspector.id,
        department=department,
        serves=inspector.serves,
        borrowed=inspector.borrowed,
        area=inspector.area,
        certified=inspector.certified,
        expertise=tuple(Expertise(each) for each in inspector.expertise),
        unavailable=occasions_among(inspector.unavailable, half_days),
        max_half_days=inspector.max_half_days,
    )


def _policy(round_: Round) -> problem.Policy:
    own = {"cap", "gap_days"}
    return problem.Policy(**{name: value for name, value in asdict(round_.policy).items() if name not in own})

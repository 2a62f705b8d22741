"""行政检查审批表: one sheet for each target of a round, which must be approved before anybody goes there.

It is for the offices alone: people stand in it with their certificates, unannounced visits with their time.
"""

from collections.abc import Iterable, Iterator

from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import CAUSED_TASK, TargetId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.papers import Paper, PaperKind, Paragraph, Table
from coordinator.domain.submissions import CausedInspection, LateCause
from coordinator.domain.teams import Member, leading_department, members
from coordinator.domain.wording import moment_words, span_words, together
from solver.planning.plan import Tour, Visit

_BLANK = "\n\n\n签名：　　　　　　　年　月　日"


def approval_sheets(dispatch: Dispatch) -> Iterator[Paper]:
    """Write the sheet of every target that somebody will check, in order of its id."""
    visits: dict[TargetId, list[tuple[Tour, Visit]]] = {}
    for tour, visit in dispatch.visits():
        visits.setdefault(visit.target, []).append((tour, visit))
    unserved = dispatch.unserved()
    desk: dict[TargetId, list[WantedMatter]] = {}
    for matter in dispatch.wanted.matters:
        if matter.desk and matter.id not in unserved:
            desk.setdefault(matter.target, []).append(matter)
    for target in sorted({*visits, *desk}):
        yield _sheet(dispatch, target, visits.get(target, []), desk.get(target, []))


def _sheet(dispatch: Dispatch, target: TargetId, visits: list[tuple[Tour, Visit]], desk: list[WantedMatter]) -> Paper:
    one = dispatch.targets[target]
    matters = [*(matter for _, visit in visits for matter in dispatch.matters_of(visit)), *desk]
    return Paper(
        kind=PaperKind.APPROVAL_SHEET,
        subject=target,
        title="行政检查审批表",
        blocks=(
            Paragraph(text=f"{dispatch.round.round.name}"),
            Table(
                widths=(20, 80),
                rows=(
                    ("检查对象", f"{one.name}\n{one.id}\n{one.address}"),
                    ("检查事由", _causes(dispatch, matters)),
                    ("检查依据", together(basis for matter in matters for basis in matter.item.legal_basis)),
                    *(("上门检查", _visit_words(dispatch, tour, visit)) for tour, visit in visits),
                    *((("不上门检查", "\n".join(_desk_words(dispatch, each) for each in desk)),) if desk else ()),
                    ("本年次数", "\n".join(_counts(dispatch, target, visits))),
                    ("承办部门意见", _BLANK),
                    ("审批意见", _BLANK),
                ),
                has_header=False,
            ),
        ),
        organ=dispatch.round.round.coordinator,
        rehearsal=dispatch.rehearsal,
    )


def _causes(dispatch: Dispatch, matters: Iterable[WantedMatter]) -> str:
    """The tasks whose draw took the target, and caused inspections with their source (R01)."""
    names = {task.id: task.name for task in dispatch.tasks}
    sources = {
        f"{submission.department.id}/{each.number}": _source(each)
        for submission in dispatch.submissions
        for each in submission.caused
    }
    asked = dict.fromkeys(task for matter in matters for task in matter.tasks)
    return "\n".join(
        f"随机抽查：{names[task]}（{task}）"
        if task in names
        else f"有因检查：{sources[task.removeprefix(CAUSED_TASK)]}（{task}）"
        for task in asked
    )


def _source(caused: CausedInspection) -> str:
    """Where it comes from; one that came late says by which paper, and why."""
    return f"{caused.source}，{caused.document}，{caused.note}" if isinstance(caused, LateCause) else caused.source


def _visit_words(dispatch: Dispatch, tour: Tour, visit: Visit) -> str:
    leads = leading_department(dispatch, visit)
    announced = "不予告知" if dispatch.is_unannounced(visit) else "提前告知"
    begins, ends = dispatch.begins_at(tour, visit), dispatch.ends_at(tour, visit)
    lines = [f"{moment_words(begins)}至 {ends.hour}:{ends.minute:02}，{announced}，{leads}带队"]
    lines += [f"事项：{matter.department} {matter.item.name}" for matter in dispatch.matters_of(visit)]
    lines += [f"人员：{_member_words(member)}" for member in members(dispatch, tour, visit)]
    return "\n".join(lines)


def _member_words(member: Member) -> str:
    one = member.inspector
    lent = f"，{member.lent_by}支援" if member.lent_by else ""
    return f"{member.department} {one.name}（{one.certificate if one.certified else '专家，协助检查'}{lent}）"


def _desk_words(dispatch: Dispatch, matter: WantedMatter) -> str:
    team = together(dispatch.inspectors[each][1].name for each in dispatch.teams[matter.id])
    window = span_words(*matter.window)
    return f"{matter.department} {matter.item.name}（{together(matter.item.methods)}，{window}）：{team}"


def _counts(dispatch: Dispatch, target: TargetId, visits: Iterable[tuple[Tour, Visit]]) -> Iterator[str]:
    """How often each department was there this year, and whose count the visits add to (R22)."""
    one = dispatch.targets[target]
    cap = dispatch.round.policy.cap_of(one.credit_risk)
    limit = "未设上限" if cap is None else f"上限{cap}次"
    drawn = [matter for _, visit in visits for matter in dispatch.matters_of(visit) if not matter.caused]
    for department in sorted({matter.department for matter in drawn}):
        entry = one.entries.get(department)
        yield f"{department}：已查{entry.inspected_count if entry else 0}次，本轮计入该部门，{limit}"
    if not drawn:
        yield "有因检查和不上门检查不计入年度上限。"

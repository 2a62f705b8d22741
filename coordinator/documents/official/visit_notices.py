"""检查通知书: one notice for each visit, all departments together, to be served before or at the door.

Of an unannounced visit there is a paper, which nobody may open before it begins: `disclosure` decides.
"""

from collections.abc import Iterator
from datetime import datetime

from coordinator.domain.disclosure import UNSEALED, Audience, shown_certificate
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.ids import DepartmentId
from coordinator.domain.papers import Paper, PaperKind, Paragraph, Table
from coordinator.domain.teams import Member, leading_department, members
from coordinator.domain.wording import moment_words, together
from solver.planning.plan import Tour, Visit

_RIGHTS = (
    "检查人员不少于两人，应当主动出示执法证件；不出示的，您有权拒绝检查（行政处罚法第四十二条、第五十五条）。",
    "您认为检查人员与您有直接利害关系或者有其他关系可能影响公正的，有权申请回避（第四十三条）。",
    "您有权陈述和申辩（第四十五条）。请如实回答询问，协助检查。",
    "检查不收取任何费用。",
)


def visit_notices(dispatch: Dispatch, told_at: datetime) -> Iterator[Paper]:
    """Write the notice of every visit, in order of time."""
    return (visit_notice(dispatch, tour, visit, told_at) for tour, visit in dispatch.visits())


def visit_notice(dispatch: Dispatch, tour: Tour, visit: Visit, told_at: datetime) -> Paper:
    """Write one visit's notice: what is checked, on which ground, when, by whom, what to prepare, which rights."""
    target = dispatch.targets[visit.target]
    leads = leading_department(dispatch, visit)
    return Paper(
        kind=PaperKind.NOTICE,
        subject=notice_subject(dispatch, tour, visit),
        title="检查通知书",
        addressee=target.name,
        blocks=(
            Paragraph(
                text=f"依据下列规定，经批准，{_who(dispatch, visit)}定于{_when(dispatch, tour, visit)}"
                f"到{target.address}对你单位{'联合' if len(_departments(dispatch, visit)) > 1 else ''}进行行政检查，"
                f"由{leads}带队。"
            ),
            _matters_table(dispatch, visit),
            _people_table(members(dispatch, tour, visit), told_at),
            Paragraph(text=f"请准备：{_documents(dispatch, visit) or '无需专门准备材料'}。"),
            *(Paragraph(text=words) for words in _RIGHTS),
            *(Paragraph(text=words) for words in _contacts(dispatch, visit)),
        ),
        organ=leads,
        rehearsal=dispatch.rehearsal,
    )


def notice_subject(dispatch: Dispatch, tour: Tour, visit: Visit, *, changes: int | None = None) -> str:
    """Name a visit among the notices: a target opens its door at most once a half-day.

    `changes` is how often the round had changed when they were drawn up: a visit stood elsewhere before it was moved.
    """
    return f"{visit.target} {dispatch.half_day_of(tour, visit, changes)}"


def _departments(dispatch: Dispatch, visit: Visit) -> tuple[DepartmentId, ...]:
    return tuple(sorted({matter.department for matter in dispatch.matters_of(visit)}))


def _who(dispatch: Dispatch, visit: Visit) -> str:
    return together(_departments(dispatch, visit))


def _when(dispatch: Dispatch, tour: Tour, visit: Visit) -> str:
    begins = dispatch.begins_at(tour, visit)
    before = dispatch.moved_from(visit)
    return f"{begins.year}年{moment_words(begins)}" + (f"（改期，原定{moment_words(before)}）" if before else "")


def _matters_table(dispatch: Dispatch, visit: Visit) -> Table:
    matters = sorted(dispatch.matters_of(visit), key=lambda matter: (matter.department, matter.item.code))
    rows = [(each.department, each.item.name, together(each.item.legal_basis)) for each in matters]
    return Table(widths=(28, 36, 36), rows=(("检查部门", "检查事项", "检查依据"), *rows), has_header=True)


def _people_table(team: tuple[Member, ...], told_at: datetime) -> Table:
    rows = [
        (
            member.department,
            member.inspector.name,
            f"末四位 {shown_certificate(member.inspector.certificate, Audience.INSPECTED, told_at, UNSEALED)}"
            if member.inspector.certified
            else "专家，协助检查",
        )
        for member in team
    ]
    return Table(widths=(40, 25, 35), rows=(("检查部门", "检查人员", "执法证号"), *rows), has_header=True)


def _documents(dispatch: Dispatch, visit: Visit) -> str:
    return together(document for matter in dispatch.matters_of(visit) for document in matter.item.documents)


def _contacts(dispatch: Dispatch, visit: Visit) -> Iterator[str]:
    phones = {one.department.id: one.department.phone for one in dispatch.submissions}
    named = [f"{each} {phones[each]}" for each in _departments(dispatch, visit) if phones.get(each)]
    if named:
        yield f"联系电话：{'；'.join(named)}。"

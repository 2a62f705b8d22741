"""联合抽查实施方案: what a round checks, by whom, when and in which ratio, from the round's own facts (R14).

No firm and no officer is named in it: who was drawn is sealed or told elsewhere.
"""

from collections import Counter
from collections.abc import Iterator

from coordinator.domain.codes import InspectionMethod, TaskRole
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.papers import Heading, Paper, PaperKind, Paragraph, Table
from coordinator.domain.tasks import Task
from coordinator.domain.wording import span_words, together
from coordinator.domain.workdays import publication_deadline

_REQUIREMENTS = (
    "（一）凡检查必审批。未经批准不得入企检查；到场先亮执法证，每个部门的执法人员不少于两人。",
    "（二）进一次门，查多项事。同一对象的事项合并一次上门，不得分头、重复检查；只查本方案列明的事项。",
    "（三）依法回避。与对象有利害关系的主动申报回避；当事人申请的由负责人决定，决定前不停止检查。换人按公布的次序递补。",
    "（四）不予告知的检查，事先不得以任何方式泄露对象、时间和人员。",
    "（五）谁检查、谁录入、谁公开。任务结束后20个工作日内公示结果；发现问题的，依法责令改正、立案或移送。",
    "（六）不下达罚没和检查数量指标，不收取费用，不接受宴请和礼品，不影响对象的正常生产经营。",
)


def joint_scheme(dispatch: Dispatch) -> Paper:
    """Write the scheme of a round after both draws."""
    head = dispatch.round.round
    return Paper(
        kind=PaperKind.SCHEME,
        subject="",
        title=f"{head.name}实施方案",
        blocks=(
            Paragraph(
                text="为落实“双随机、一公开”监管要求，统筹各部门检查，减轻企业负担，"
                f"按照国发〔2019〕5号、国办发〔2024〕54号文件，现就{head.name}制定本方案。"
            ),
            Heading(text="一、抽查任务和事项"),
            _tasks_table(dispatch),
            Heading(text="二、抽查对象和比例"),
            _ratios_table(dispatch),
            Paragraph(
                text="查谁、派谁，由两次公开抽取决定：先固定名单和每个人的中签概率，再产生随机数，任何人可以复核。"
            ),
            Heading(text="三、时间安排"),
            *(Paragraph(text=words) for words in _times(dispatch)),
            Heading(text="四、组织分工"),
            *(Paragraph(text=words) for words in _organisation(dispatch)),
            Heading(text="五、工作要求"),
            *(Paragraph(text=words) for words in _REQUIREMENTS),
        ),
        organ=head.coordinator,
        rehearsal=dispatch.rehearsal,
    )


def _tasks_table(dispatch: Dispatch) -> Table:
    rows = [
        (
            task.name,
            f"{department}（{TaskRole.INITIATES if department == task.initiator else TaskRole.COOPERATES}）",
            "\n".join(f"{item.name}（{item.weight}）" for item in items),
            together(method for item in items for method in item.methods),
        )
        for task in dispatch.tasks
        for department, items in task.items.items()
    ]
    return Table(widths=(28, 26, 32, 14), rows=(("任务", "部门", "抽查事项（类别）", "方式"), *rows), has_header=True)


def _ratios_table(dispatch: Dispatch) -> Table:
    drawn = Counter(one.task for one in dispatch.drawn)
    rows = [
        (
            task.name,
            together((*task.kinds, *task.scope)) or "全部对象",
            _ratio_words(task),
            f"{drawn[task.id]}户",
            span_words(task.first_day, task.last_day) + (f"，分{task.batches}批" if task.batches > 1 else ""),
        )
        for task in dispatch.tasks
    ]
    header = ("任务", "对象范围", "抽查比例", "抽中", "抽查时间")
    return Table(widths=(28, 22, 20, 10, 20), rows=(header, *rows), has_header=True)


def _ratio_words(task: Task) -> str:
    if task.ratio is not None:
        return task.ratio.text
    return "；".join(f"{risk}级 {ratio.text}" for risk, ratio in sorted(task.class_ratios.items())) or "按事项清单"


def _times(dispatch: Dispatch) -> Iterator[str]:
    head = dispatch.round.round
    last = max((task.last_day for task in dispatch.tasks), default=head.last_day)
    due = publication_deadline(dispatch.calendar, last)
    provisional = "（跨到尚未公布放假安排的年份，暂定）" if due.provisional else ""
    yield f"检查：{head.year}年{span_words(head.first_day, head.last_day)}，法定工作日的工作时间内进行。"
    due_words = f"{due.due_on.year}年{due.due_on.month}月{due.due_on.day}日"
    yield f"公示：各任务结束后20个工作日内，最迟{due_words}{provisional}。"


def _organisation(dispatch: Dispatch) -> Iterator[str]:
    plan = dispatch.plan
    initiators = together(task.initiator for task in dispatch.tasks)
    cooperating = together(other for task in dispatch.tasks for other in task.items if other != task.initiator)
    yield f"统筹：{dispatch.round.round.coordinator}，负责抽取、合并、排期、审批和汇总。"
    yield f"发起部门：{initiators or '无'}。配合部门：{cooperating or '无'}。"
    visits = sum(len(tour.visits) for tour in plan.tours)
    yield f"联合检查组 {len(plan.tours)} 组次，上门 {visits} 次，{_desk_words(dispatch)}每次上门由一个部门带队。"


def _desk_words(dispatch: Dispatch) -> str:
    desk = [matter for matter in dispatch.wanted.matters if matter.desk]
    methods = together(
        method for matter in desk for method in matter.item.methods if method is not InspectionMethod.ON_SITE
    )
    return f"不上门的（{methods}）{len(desk)} 项；" if desk else ""

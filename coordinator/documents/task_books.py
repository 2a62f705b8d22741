"""任务书.xlsx: what a department does where, when and with whom, for its own people and for printing on A4.

The lines come from `task_lists`; here they become sheets. Names and certificates stand in it, so it is for the
department alone (`disclosure`, Part.TASK_BOOK).
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from msgspec.structs import replace

from coordinator.documents.cells import new_workbook, styles
from coordinator.documents.printed_tables import Heading, PrintedTable, write_table
from coordinator.domain.disclosure import UNSEALED, Audience, shown_certificate
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.frequency import task_warnings, visit_warnings
from coordinator.domain.ids import AreaId, DepartmentId
from coordinator.domain.matters import WantedMatter
from coordinator.domain.task_lists import (
    desk_lines,
    outing_lines,
    task_lines,
    unserved_lines,
    visit_lines,
)
from coordinator.domain.teams import Member, lead_of
from coordinator.domain.wording import (
    REHEARSAL_WORDS,
    marked,
    part_words,
    remedy_words,
    short_names,
    span_words,
    together,
)

_RULES = (
    "上门时间已与其他部门合到一起。请按时到达，不自行提前、推后或换人；确需变动的，报统筹部门按程序调整并留痕。",
    "标“不予告知”的检查，事先不得以任何方式联系对象。",
    "每个部门到场的执法人员不少于两人，进门先亮执法证（行政处罚法第四十二条、第五十五条）。",
    "与对象有利害关系的，主动申报回避（行政处罚法第四十三条），由统筹部门按公布的递补次序换人。",
    "只查表内列出的事项；发现属于其他部门职责的问题，在结果中写明，由统筹部门抄告。",
    "谁检查、谁录入、谁公开：结果填入“检查结果填报.xlsx”，最迟在下表的公示截止日期前公示。",
    "本任务书载有人员姓名和证号，只供本部门使用，不得外传。",
)


def task_book(dispatch: Dispatch, department: DepartmentId, *, made_at: datetime) -> bytes:
    """Write a department's task book; sheets that would be empty are left out, but never 须知 and 上门检查."""
    content = BytesIO()
    workbook = new_workbook(content)
    formats = styles(workbook)
    formats.date.set_align("center")
    further = (
        _desk(dispatch, department),
        _outings(dispatch, department),
        _unserved(dispatch, department),
        *([_frequency(dispatch)] if department == dispatch.round.round.coordinator else []),
    )
    always = (_notes(dispatch, department, made_at), _visits(dispatch, department, made_at))
    for table in (*always, *(each for each in further if each.rows)):
        write_table(workbook, formats, _rehearsed(table) if dispatch.rehearsal else table)
    workbook.close()
    return content.getvalue()


def _rehearsed(table: PrintedTable) -> PrintedTable:
    return replace(table, title=marked(table.title, rehearsal=True), notes=(REHEARSAL_WORDS, *table.notes))


def _notes(dispatch: Dispatch, department: DepartmentId, made_at: datetime) -> PrintedTable:
    head = dispatch.round.round
    rules = tuple(f"{number}. {rule}" for number, rule in enumerate(_RULES, start=1))
    made_on = made_at.astimezone(LOCAL_TIME).date()
    return PrintedTable(
        sheet="须知",
        title=f"{department} 检查任务书",
        notes=(f"{dispatch.name}，{span_words(head.first_day, head.last_day)}。{made_on}生成。", *rules),
        headings=(
            Heading("任务编号", 18),
            Heading("任务名称", 44),
            Heading("本部门角色", 12),
            Heading("开始日期", 12),
            Heading("结束日期", 12),
            Heading("公示截止日期", 14),
            Heading("说明", 30),
        ),
        rows=tuple(
            (
                line.id,
                line.name,
                line.role.value,
                line.first_day,
                line.last_day,
                line.publication.due_on,
                "跨到尚未公布放假安排的年份，暂定" if line.publication.provisional else "任务结束后20个工作日内",
            )
            for line in task_lines(dispatch, department)
        ),
    )


def _visits(dispatch: Dispatch, department: DepartmentId, made_at: datetime) -> PrintedTable:
    areas = {area.id: area.name for area in dispatch.problem.areas}
    short = short_names([submission.department.id for submission in dispatch.submissions])
    rows = tuple(
        (
            line.begins_at.date(),
            _hours(line.begins_at, line.ends_at),
            line.tour,
            line.target.name,
            line.target.id,
            "\n".join(each for each in (line.target.address, areas.get(line.target.area or AreaId(""), "")) if each),
            "\n".join(_matter_words(matter) for matter in line.matters),
            "\n".join(_documents(line.matters)),
            "\n".join(_team_words(line.team, department, made_at)),
            "\n".join(f"{short[other]}{'（带队）' if other == line.led_by else ''}" for other in line.others),
            "提前告知" if line.announced else "不予告知",
        )
        for line in visit_lines(dispatch, department)
    )
    return PrintedTable(
        sheet="上门检查",
        title=f"{department} 上门检查",
        notes=("一行是一次上门。同一组次的按先后次序走。",),
        headings=(
            Heading("日期", 12),
            Heading("时间", 13),
            Heading("组次", 8),
            Heading("检查对象", 22),
            Heading("代码", 21),
            Heading("地址", 24),
            Heading("检查事项", 28),
            Heading("请对象准备", 16),
            Heading("本部门人员", 23),
            Heading("同行部门", 18),
            Heading("告知", 10),
        ),
        rows=rows,
    )


def _desk(dispatch: Dispatch, department: DepartmentId) -> PrintedTable:
    rows = tuple(
        (
            line.matter.window.last_day,
            _matter_words(line.matter),
            together(method.value for method in line.matter.item.methods),
            line.target.name,
            line.target.id,
            "\n".join(line.matter.item.documents),
            "\n".join(f"{one.name}（{one.id}）" for one in line.team),
            "不予告知" if line.matter.unannounced else "提前告知",
            together(line.matter.tasks),
        )
        for line in desk_lines(dispatch, department)
    )
    return PrintedTable(
        sheet="书面网络检查",
        title=f"{department} 不上门的检查",
        notes=("由抽签确定的人员在截止日期前办完。提前告知而没有检查通知书的对象，请直接通知交材料。",),
        headings=(
            Heading("截止日期", 12),
            Heading("检查事项", 36),
            Heading("方式", 12),
            Heading("检查对象", 28),
            Heading("代码", 21),
            Heading("请对象提交", 26),
            Heading("经办人员", 24),
            Heading("告知", 9),
            Heading("任务编号", 20),
        ),
        rows=rows,
    )


def _outings(dispatch: Dispatch, department: DepartmentId) -> PrintedTable:
    rows = tuple(
        (
            line.member.inspector.name,
            line.member.inspector.id,
            line.begins_at.date(),
            _hours(line.begins_at, line.ends_at),
            line.tour,
            line.first_target.name,
            line.first_target.address,
            line.visits,
            _lending(line.member, department),
        )
        for line in outing_lines(dispatch, department)
    )
    return PrintedTable(
        sheet="人员日程",
        title=f"{department} 人员日程",
        notes=("一行是一个人的半天。按人员编号排列，可以筛选后发给本人。",),
        headings=(
            Heading("姓名", 12),
            Heading("人员编号", 14),
            Heading("日期", 12),
            Heading("时间", 14),
            Heading("组次", 10),
            Heading("第一家", 30),
            Heading("第一家地址", 34),
            Heading("家数", 6),
            Heading("支援", 24),
        ),
        rows=rows,
    )


def _unserved(dispatch: Dispatch, department: DepartmentId) -> PrintedTable:
    rows = tuple(
        (
            _matter_words(line.matter),
            line.target.name,
            line.target.id,
            span_words(*line.matter.window),
            "\n".join(reason.text for reason in line.reasons),
            "\n".join(remedy_words(reason.remedy) for reason in line.reasons),
        )
        for line in unserved_lines(dispatch, department)
    )
    return PrintedTable(
        sheet="未能安排",
        title=f"{department} 未能安排的事项",
        notes=("这些事项抽中了，但本轮排不进去。请按“怎么办”一栏与统筹部门商量。",),
        headings=(
            Heading("检查事项", 36),
            Heading("检查对象", 28),
            Heading("代码", 21),
            Heading("期限", 16),
            Heading("原因", 46),
            Heading("怎么办", 40),
        ),
        rows=rows,
    )


def _frequency(dispatch: Dispatch) -> PrintedTable:
    """For the coordinating office: what the whole round's visits come up against, each with its rule."""
    warnings = (*task_warnings(dispatch.tasks), *visit_warnings(dispatch))
    return PrintedTable(
        sheet="频次提醒",
        title="检查频次提醒（全部部门）",
        notes=("告知之前请逐条看过：能合并的合并，能改期的改期。有因检查和不上门的检查不计。",),
        headings=(Heading("提醒", 80), Heading("代码", 21), Heading("依据", 60)),
        rows=tuple((each.words, each.target or "", each.rule.value) for each in warnings),
    )


def _matter_words(matter: WantedMatter) -> str:
    return f"{matter.item.code} {matter.item.name}{'（线索检查）' if matter.caused else ''}"


def _documents(matters: tuple[WantedMatter, ...]) -> Iterator[str]:
    return iter(dict.fromkeys(document for matter in matters for document in matter.item.documents))


def _team_words(team: tuple[Member, ...], department: DepartmentId, made_at: datetime) -> Iterator[str]:
    lead = lead_of(team, department)
    for member in team:
        one = member.inspector
        audience = Audience.OWN_DEPARTMENT if member.lent_by is None else Audience.PARTY
        certificate = shown_certificate(one.certificate, audience, made_at, UNSEALED)
        marks = [*(["组长"] if member is lead else []), *(["专家"] if not one.certified else [])]
        marks += [f"{member.lent_by}支援"] if member.lent_by else []
        yield f"{one.name} {certificate}".rstrip() + (f"（{'，'.join(marks)}）" if marks else "")


def _hours(begins_at: datetime, ends_at: datetime) -> str:
    return f"{part_words(begins_at)}\n{begins_at:%H:%M}–{ends_at:%H:%M}"


def _lending(member: Member, department: DepartmentId) -> str:
    if member.lent_by is None:
        return ""
    return f"支援{member.department}" if member.lent_by == department else f"由{member.lent_by}支援"

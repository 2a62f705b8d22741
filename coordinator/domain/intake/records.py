"""Rows of each sheet made into records: one function a sheet, and the rules that one row alone can break.

What needs other rows or other departments (references, doubles, tasks) is checked in `references` and `tasks`.
"""

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import (
    Announcement,
    CauseSource,
    CreditRiskClass,
    DepartmentLevel,
    InspectionMethod,
    InspectorKind,
    ItemWeight,
    TaskKind,
    TaskRole,
    YesNo,
)
from coordinator.domain.ids import CAUSED_TASK, AreaId, DepartmentId, InspectorId, ItemCode, TaskId
from coordinator.domain.intake.rows import Row
from coordinator.domain.ratios import LOWEST_GENERAL_RATIO, Ratio
from coordinator.domain.rounds import Round
from coordinator.domain.sheets import Severity
from coordinator.domain.submissions import (
    ApartPair,
    Area,
    CausedInspection,
    Department,
    InspectionItem,
    Inspector,
    PlanLine,
    Recusal,
    TargetEntry,
)

_PREFECTURE = "00"
"""How the code of a prefecture (省辖市) ends, GB/T 2260."""


class Context(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every sheet of one workbook is read against; `areas` maps codes and names, None where none were given."""

    round: Round
    department: DepartmentId
    areas: dict[str, AreaId] | None


def department(row: Row, round_: Round) -> Department:
    """Read whose workbook it is; what a refused row leaves open is taken from the round, so that the others go on."""
    region = round_.round.region
    level = DepartmentLevel.PREFECTURE if region.endswith(_PREFECTURE) else DepartmentLevel.COUNTY
    return Department(
        row=row.number,
        id=DepartmentId(row.text("部门名称")),
        region=row.code("区划代码") or region,
        level=row.choice("层级", DepartmentLevel, level),
        liaison=row.text("联络员"),
        phone=row.text("联系电话"),
        system=row.text("执行系统"),
    )


def item(row: Row, _: Context) -> InspectionItem:
    read = InspectionItem(
        row=row.number,
        code=ItemCode(row.code("事项编码")),
        category=row.text("抽查类别"),
        name=row.text("抽查事项"),
        weight=row.choice("事项类别", ItemWeight, ItemWeight.GENERAL),
        applies_to=row.texts("检查对象类型"),
        methods=row.choices("检查方式", InspectionMethod),
        legal_basis=row.texts("检查依据"),
        lowest_ratio=row.ratio("最低比例"),
        highest_ratio=row.ratio("最高比例"),
        expertise=row.texts("所需专业"),
        officers=row.whole_number("所需人数", 2, least=2),
        minutes=row.whole_number("检查时长(分钟)", 30, least=1),
        announcement=row.choice("告知方式", Announcement, Announcement.ANNOUNCED),
        unit=row.text("责任股室"),
        documents=row.texts("需准备材料"),
    )
    if read.weight is ItemWeight.GENERAL and _below_floor(read.lowest_ratio):
        row.note(
            "最低比例",
            "一般检查事项抽查比例最低不能低于5%（双随机监管实施方案 二（二））",
            "请改为5%以上，或核对事项类别。",
        )
    return read


def _below_floor(ratio: Ratio | None) -> bool:
    """Say whether a ratio is surely below the floor; a number of firms alone says nothing about it."""
    if ratio is None:
        return False
    quotas = [step.quota for step in ratio.steps]
    return any(
        Decimal(quota.ratio) < LOWEST_GENERAL_RATIO and (quota.ratio != "0" or quota.minimum == 0) for quota in quotas
    )


def target(row: Row, context: Context) -> TargetEntry:
    read = TargetEntry(
        row=row.number,
        id=row.target(context.department),
        name=row.text("检查对象名称"),
        kind=row.text("对象类型"),
        scope=row.text("经营范围"),
        address=row.text("地址"),
        area=_area(row, context),
        industries=row.texts("行业"),
        credit_risk=row.choice("信用风险等级", CreditRiskClass, None),
        tags=row.texts("标签"),
        lon=row.degrees("经度", 180),
        lat=row.degrees("纬度", 90),
        last_inspected_on=row.day("上次检查日期"),
        last_inspectors=tuple(InspectorId(code) for code in row.codes("上次检查人员")),
        inspected_count=row.whole_number("本年已检查次数", 0),
        closed=row.occasions("不便检查日期"),
    )
    if (read.lon is None) == (read.lat is None):
        return read
    row.note("经度", "经度和纬度只填了一个，未采用", "请两个都填，或都不填。", Severity.WARNING)
    return replace(read, lon=None, lat=None)


def inspector(row: Row, context: Context) -> Inspector:
    read = Inspector(
        row=row.number,
        id=InspectorId(row.code("人员编号")),
        name=row.text("姓名"),
        organisation=row.text("单位"),
        post=row.text("职务"),
        kind=row.choice("人员类别", InspectorKind, InspectorKind.EXPERT),
        certificate=row.code("执法证号"),
        certificate_expires_on=row.day("执法证有效期"),
        expertise=row.texts("业务专长"),
        area=_area(row, context),
        unavailable=row.occasions("不可用日期"),
        max_half_days=row.whole_number("最多半天数", None),
        serves=tuple(DepartmentId(name) for name in row.texts("可支援部门")),
        borrowed=row.choice("借用", YesNo, YesNo.NO) is YesNo.YES,
    )
    if read.certificate_expires_on and read.certificate_expires_on < context.round.round.last_day:
        row.note("执法证有效期", "执法证在本轮结束前到期，不能派出", "请换证后更新有效期，或删去此人。")
    if read.certified and not read.certificate and not row.refused:
        row.note("执法证号", "执法人员没有填执法证号", "请补填，以便检查对象核验。", severity=Severity.WARNING)
    return read


def plan_line(row: Row, context: Context) -> PlanLine:
    read = _plan_line(row, context)
    if read.task.startswith(CAUSED_TASK):
        row.note("任务编号", f"“{CAUSED_TASK}”开头的编号留给特别检查", "请换一个任务编号。")
    return read


def _plan_line(row: Row, context: Context) -> PlanLine:
    ratios = {each: row.ratio(f"{each}级比例") for each in CreditRiskClass}
    return PlanLine(
        row=row.number,
        task=TaskId(row.code("任务编号")),
        name=row.text("任务名称"),
        kind=row.choice("抽查类型", TaskKind, TaskKind.SINGLE),
        role=row.choice("本部门角色", TaskRole, TaskRole.COOPERATES),
        cooperating=tuple(DepartmentId(name) for name in row.texts("配合部门") if name != context.department),
        items=tuple(ItemCode(code) for code in row.codes("事项编码")),
        kinds=row.texts("对象类型"),
        scope=row.texts("对象范围"),
        ratio=row.ratio("抽查比例"),
        class_ratios={each: ratio for each, ratio in ratios.items() if ratio is not None},
        first_day=row.required_day("开始日期"),
        last_day=row.required_day("结束日期"),
        batches=row.whole_number("批次", 1, least=1),
    )


def recusal(row: Row, context: Context) -> Recusal:
    return Recusal(
        row=row.number,
        inspector=InspectorId(row.code("人员编号")),
        target=row.target(context.department),
        reason=row.text("回避事由"),
    )


def caused(row: Row, context: Context) -> CausedInspection:
    return CausedInspection(
        row=row.number,
        source=row.choice("线索来源", CauseSource, CauseSource.OTHER),
        target=row.target(context.department),
        item=ItemCode(row.code("事项编码")),
        number=0,
        last_day=row.required_day("截止日期"),
        note=row.text("说明"),
    )


def area(row: Row) -> Area:
    return Area(
        row=row.number,
        id=AreaId(row.code("代码")),
        name=row.text("名称"),
        lon=row.degrees("经度", 180),
        lat=row.degrees("纬度", 90),
        neighbours=tuple(AreaId(code) for code in row.codes("相邻")),
    )


def apart(row: Row, _: Context) -> ApartPair:
    read = ApartPair(
        row=row.number,
        inspector=InspectorId(row.code("人员编号")),
        other=InspectorId(row.code("互斥人员编号")),
        reason=row.text("事由"),
    )
    if read.inspector == read.other and not row.refused:
        row.note("互斥人员编号", "互斥的两人编号相同", "请填写另一人的编号。")
    return read


def _area(row: Row, context: Context) -> AreaId | None:
    written = row.code("所在区域")
    if not written or context.areas is None:
        return AreaId(written) if written else None
    if written not in context.areas:
        row.note("所在区域", f"“区划”表中没有“{written}”", "请填写区划表中的代码或名称。")
    return context.areas.get(written) or None

"""Every sheet and column that departments fill in, declared once: templates, intake and the results form read it here.

What a cell's words mean (dates, ratios, lists) is the intake's affair; the closed code lists are in `codes`.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto

from msgspec import Struct

from coordinator.domain.codes import (
    Announcement,
    CauseSource,
    CreditRiskClass,
    DepartmentLevel,
    Disposition,
    InspectionMethod,
    InspectorKind,
    ItemWeight,
    PublicationChannel,
    ResultCode,
    TaskKind,
    TaskRole,
    YesNo,
)

EXAMPLE_MARK = "【示例】"
"""A row in which a cell begins so is the template's example row; the intake skips it."""

REQUIRED_MARK = "★"

NOTES_SHEET = "说明"
RETURN_SHEET = "退回说明"
SHEETS_WE_ADD = frozenset({NOTES_SHEET, RETURN_SHEET})
"""Sheets that we put into workbooks ourselves: the intake passes them over without a word."""


class Kind(Enum):
    """How a column's cells are written and checked."""

    TEXT = auto()
    LIST = auto()
    CODE = auto()
    """Digits and letters whose every place counts: a number cell is an error."""
    CODES = auto()
    """A list of codes."""
    DATE = auto()
    DATES = auto()
    """A list of dates, each with 上午 or 下午 where half a day is meant."""
    WHOLE_NUMBER = auto()
    DECIMAL = auto()
    RATIO = auto()
    CHOICE = auto()
    """Exactly one of `choices`."""
    CHOICES = auto()
    """A list of values, each one of `choices`."""


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: `help` and `example` are shown to the person who fills it in."""

    name: str
    kind: Kind
    required: bool = False
    or_else: str | None = None
    """With `required`: the column that may be filled in instead of this one."""
    choices: tuple[str, ...] = ()
    example: str = ""
    help: str = ""

    @property
    def heading(self) -> str:
        """The header as templates write it, starred where it must be filled in."""
        return f"{REQUIRED_MARK}{self.name}" if self.required else self.name


class SheetForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sheet with its columns in template order; a workbook without a `required_sheet` cannot be used at all."""

    name: str
    columns: tuple[Column, ...]
    required_sheet: bool = False
    help: str = ""

    def column(self, name: str) -> Column:
        """Give the column of that name; asking for one that is not declared is a bug."""
        return next(column for column in self.columns if column.name == name)


def header_key(text: str) -> str:
    """Reduce a header to what identifies it: width, blanks, ★ and a bracketed unit or list of choices do not count."""
    narrow = re.sub(r"[\s★☆*]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\(.*\)$", "", narrow)


def is_example(values: Iterable[object]) -> bool:
    """Say whether a row is the template's example row."""
    return any(isinstance(value, str) and value.lstrip().startswith(EXAMPLE_MARK) for value in values)


def _column(name: str, kind: Kind, help: str, example: str = "", *, required: bool = False) -> Column:  # noqa: A002 - as the field
    return Column(name=name, kind=kind, help=help, example=example, required=required)


def _choice(name: str, codes: type[Enum], help: str, example: str = "", *, required: bool = False) -> Column:  # noqa: A002 - as the field
    choices = tuple(str(code.value) for code in codes)
    return Column(name=name, kind=Kind.CHOICE, choices=choices, help=help, example=example, required=required)


def _choices(name: str, codes: type[Enum], help: str, example: str = "", *, required: bool = False) -> Column:  # noqa: A002 - as the field
    choices = tuple(str(code.value) for code in codes)
    return Column(name=name, kind=Kind.CHOICES, choices=choices, help=help, example=example, required=required)


_TARGET = (
    Column(
        name="统一社会信用代码",
        kind=Kind.CODE,
        required=True,
        or_else="对象编号",
        example="91419999MA00000014",
        help="18位，按文本填写；没有代码的对象改填“对象编号”，两栏至少填一栏。只有15位注册号的，原样填写。",
    ),
    _column("对象编号", Kind.CODE, "没有统一社会信用代码的项目、产品、行为等，填本部门自己的编号。"),
)

DEPARTMENTS = SheetForm(
    name="部门",
    required_sheet=True,
    help="填本部门一行。",
    columns=(
        _column("部门名称", Kind.TEXT, "全称，与其他部门在“配合部门”中的写法一致。", "某县水利局", required=True),
        _column("区划代码", Kind.CODE, "6位行政区划代码，按文本填写。", "419999", required=True),
        _choice("层级", DepartmentLevel, "从下拉列表选择。", "县", required=True),
        _column("联络员", Kind.TEXT, "负责本轮填报的人。", "张三"),
        _column("联系电话", Kind.TEXT, "办公电话。", "0000-1234567"),
        _column("执行系统", Kind.TEXT, "检查结果在哪个系统录入。", "公示系统"),
    ),
)

ITEMS = SheetForm(
    name="抽查事项清单",
    help="本部门的抽查事项，一行一项。只有清单内的事项才能抽查。",
    columns=(
        _column("事项编码", Kind.CODE, "本部门内不重复。", "SL01", required=True),
        _column("抽查类别", Kind.TEXT, "清单中的大类。", "取用水监督检查"),
        _column("抽查事项", Kind.TEXT, "清单中的事项名称。", "对单位取用水行为的行政检查", required=True),
        _choice("事项类别", ItemWeight, "从下拉列表选择。", "一般", required=True),
        _column("检查对象类型", Kind.LIST, "适用的对象类型或行业，多个用“；”隔开；不填表示都适用。", "取用水户"),
        _choices("检查方式", InspectionMethod, "多种方式用“、”隔开；含“现场”的才上门。", "现场、书面", required=True),
        _column("检查依据", Kind.LIST, "法律、法规、规章名称。", "水法"),
        _column("最低比例", Kind.RATIO, "全年最低抽查比例，如 5%、≥1%, ≥10家；一般事项不得低于5%。", "5%"),
        _column("最高比例", Kind.RATIO, "全年最高抽查比例，没有就不填。", "20%"),
        _column("所需专业", Kind.LIST, "检查组里必须有的专业，与人员名录“业务专长”写法一致。", "取水"),
        _column("所需人数", Kind.WHOLE_NUMBER, "本部门到场的执法人员人数，不填按2人，不得少于2人。", "2"),
        _column("检查时长(分钟)", Kind.WHOLE_NUMBER, "在一个对象检查这一项要多少分钟，不填按30分钟。", "40"),
        _choice("告知方式", Announcement, "不填按提前告知。", "提前告知"),
        _column("责任股室", Kind.TEXT, "承担这一项的股室。", "水政水资源股"),
        _column("需准备材料", Kind.LIST, "请检查对象事先备好的材料，多个用“、”隔开。", "取水许可证、用水台账"),
    ),
)

TARGETS = SheetForm(
    name="检查对象名录",
    help="本部门的检查对象，一行一户。同一户在多个部门的名录中，系统自动合并。",
    columns=(
        *_TARGET,
        _column("检查对象名称", Kind.TEXT, "与营业执照一致。", "某县某某食品有限公司", required=True),
        _column("对象类型", Kind.TEXT, "如企业、个体工商户、农民专业合作社、项目。", "企业", required=True),
        _column("经营范围", Kind.TEXT, "与营业执照一致。", "食品生产、销售"),
        _column("地址", Kind.TEXT, "实际经营地址。", "某县城关镇人民路1号", required=True),
        _column("所在区域", Kind.CODE, "“区划”表中的代码或名称；代码按文本填写。", "419999001"),
        _column("行业", Kind.LIST, "多个用“；”隔开，与事项清单“检查对象类型”写法一致。", "食品经营；取用水户"),
        _choice("信用风险等级", CreditRiskClass, "不填按B。", "B"),
        _column("标签", Kind.LIST, "如经营异常名录、严重违法失信名单、投诉举报较多、高风险。", "经营异常名录"),
        _column("经度", Kind.DECIMAL, "十进制度数；没有就不填，按所在区域估算路程。", "113.512"),
        _column("纬度", Kind.DECIMAL, "十进制度数。", "33.305"),
        _column("上次检查日期", Kind.DATE, "任何抽查、检查的最近一次。", "2025-06-18"),
        _column("上次检查人员", Kind.CODES, "上次去的人员编号，多个用“；”隔开；本次不再派同一人。", "水利-003"),
        _column("本年已检查次数", Kind.WHOLE_NUMBER, "本部门今年已去过几次。", "0"),
        _column("不便检查日期", Kind.DATES, "该户不能接待的日期，半天的写上午或下午。", "2026-03-05；2026-03-09上午"),
    ),
)

INSPECTORS = SheetForm(
    name="执法检查人员名录",
    help="本部门能参加检查的人员，一行一人。没有执法证的人员不要填为执法人员。",
    columns=(
        _column("人员编号", Kind.CODE, "全轮不重复，公布的资料中以它代替姓名。", "水利-001", required=True),
        _column("姓名", Kind.TEXT, "只出现在任务书和发给被检查单位的通知里。", "李四", required=True),
        _column("单位", Kind.TEXT, "所在单位全称。", "某县水利局", required=True),
        _column("职务", Kind.TEXT, "", "股长"),
        _choice("人员类别", InspectorKind, "专家只提供专业意见，不计入两名执法人员。", "执法人员", required=True),
        _column("执法证号", Kind.CODE, "按文本填写。", "豫X000001"),
        _column("执法证有效期", Kind.DATE, "早于本轮结束日的人员不能派出。", "2027-12-31"),
        _column("业务专长", Kind.LIST, "多个用“、”隔开。", "取水、河道"),
        _column("所在区域", Kind.CODE, "“区划”表中的代码或名称；代码按文本填写。", "419999001"),
        _column("不可用日期", Kind.DATES, "休假、培训等，半天的写上午或下午。", "2026-03-05；2026-03-09上午"),
        _column("最多半天数", Kind.WHOLE_NUMBER, "本轮最多能参加几个半天，不填不限。", "10"),
        _column("可支援部门", Kind.LIST, "可以代其他部门参加检查的，填那些部门的全称。", ""),
        _choice("借用", YesNo, "从上级或相邻地区借来的填“是”，能不用则不用。", "否"),
    ),
)

PLAN = SheetForm(
    name="抽查计划",
    help="本轮要抽的任务。部门联合抽查：发起部门和每个配合部门各填一行，任务编号相同，各填自己的事项编码。",
    columns=(
        _column("任务编号", Kind.CODE, "联合任务各部门填同一编号。", "LH-01", required=True),
        _column("任务名称", Kind.TEXT, "", "某县用水单位联合抽查", required=True),
        _choice("抽查类型", TaskKind, "从下拉列表选择。", "部门联合", required=True),
        _choice("本部门角色", TaskRole, "发起部门定对象范围、比例和起止日期。", "发起", required=True),
        _column("配合部门", Kind.LIST, "发起部门填，多个用“；”隔开，写全称。", "某县生态环境局；某县住房和城乡建设局"),
        _column("事项编码", Kind.CODES, "本部门的事项，多个用“；”隔开。", "SL01；SL04", required=True),
        _column("对象类型", Kind.LIST, "从哪些类型中抽，不填不限。", "企业"),
        _column("对象范围", Kind.LIST, "行业、所在区域或标签，符合其一即可；不填为全部。", "取用水户"),
        _column("抽查比例", Kind.RATIO, "统一比例，如 5%、10-20%、≥5%, ≥3家、全覆盖；与分级比例只填一种。", ""),
        _column("A级比例", Kind.RATIO, "按信用风险等级抽的，四级都要填。", "5%"),
        _column("B级比例", Kind.RATIO, "", "10%"),
        _column("C级比例", Kind.RATIO, "", "20%"),
        _column("D级比例", Kind.RATIO, "", "50%"),
        _column("开始日期", Kind.DATE, "不早于本轮开始日。", "2026-03-02", required=True),
        _column("结束日期", Kind.DATE, "不晚于本轮结束日。", "2026-03-31", required=True),
        _column("批次", Kind.WHOLE_NUMBER, "分几批检查，不填按1批。", "1"),
    ),
)

RECUSALS = SheetForm(
    name="回避登记",
    help="哪名人员与哪个检查对象有利害关系，登记后不会派其前往。",
    columns=(
        _column("人员编号", Kind.CODE, "人员名录中的编号。", "水利-001", required=True),
        *_TARGET,
        _column("回避事由", Kind.TEXT, "", "近亲属任职", required=True),
    ),
)

CAUSED_INSPECTIONS = SheetForm(
    name="特别检查",
    help="投诉举报、转办交办等有具体线索的检查。不参加抽取，单独前往，不事先告知。",
    columns=(
        _choice("线索来源", CauseSource, "从下拉列表选择。", "投诉举报", required=True),
        *_TARGET,
        _column("事项编码", Kind.CODE, "本部门的事项。", "SL01", required=True),
        _column("截止日期", Kind.DATE, "最迟哪天查完，在本轮起止日期之内。", "2026-03-13", required=True),
        _column("说明", Kind.TEXT, "", "群众来信反映"),
    ),
)

AREAS = SheetForm(
    name="区划",
    help="由牵头部门填写，其他部门不填。",
    columns=(
        _column("代码", Kind.CODE, "9位乡级区划代码，按文本填写。", "419999001", required=True),
        _column("名称", Kind.TEXT, "", "城关镇", required=True),
        _column("经度", Kind.DECIMAL, "政府驻地，十进制度数。", "113.512"),
        _column("纬度", Kind.DECIMAL, "政府驻地，十进制度数。", "33.305"),
        _column("相邻", Kind.CODES, "相邻区域的代码，多个用“；”隔开。", "419999002；419999003"),
    ),
)

APART = SheetForm(
    name="人员互斥",
    help="不能同组的两人。",
    columns=(
        _column("人员编号", Kind.CODE, "人员名录中的编号。", "水利-001", required=True),
        _column("互斥人员编号", Kind.CODE, "不能与其同组的人员编号，可以是其他部门的人。", "水利-002", required=True),
        _column("事由", Kind.TEXT, "", "夫妻", required=True),
    ),
)

ALL_FORMS = (DEPARTMENTS, ITEMS, TARGETS, INSPECTORS, PLAN, RECUSALS, CAUSED_INSPECTIONS, AREAS, APART)
"""What a department hands in, in the order of the template."""

RESULTS = SheetForm(
    name="检查结果",
    required_sheet=True,
    help="每行是一个对象的一个事项在一个任务中的结果，编码已填好，请勿改动。",
    columns=(
        _column("任务编号", Kind.CODE, "已填好。", "LH-01", required=True),
        *_TARGET,
        _column("事项编码", Kind.CODE, "已填好。", "SL01", required=True),
        _column("检查日期", Kind.DATE, "实际检查的日期。", "2026-03-12", required=True),
        _choice("检查结果", ResultCode, "从下拉列表选择。", "发现问题已责令改正", required=True),
        _column("问题描述", Kind.TEXT, "发现了什么问题。", "未建立用水台账"),
        _choices("处理措施", Disposition, "多项用“；”隔开。", "责令改正"),
        _choice("立案", YesNo, "不填按“否”。", "否"),
        _column("案件文号", Kind.TEXT, "立案的必填。", ""),
        _column("立案日期", Kind.DATE, "立案的必填。", ""),
        _column("罚没金额(元)", Kind.DECIMAL, "罚款和没收合计，单位元。", ""),
        _choice("公示渠道", PublicationChannel, "结果在任务结束后20个工作日内公示。", "公示系统"),
        _column("公示日期", Kind.DATE, "", "2026-03-20"),
        _column("不予公示理由", Kind.TEXT, "公示渠道为“不予公示”的必填。", ""),
        _column("移送机关", Kind.TEXT, "移送其他机关处理的，填机关名称。", ""),
    ),
)

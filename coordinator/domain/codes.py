"""The official code lists that departments write in their workbooks; each value is the wording of its source.

Only closed lists stand here. What an authority may extend at will (industries, tags, expertise, object types) is text.
"""

from enum import StrEnum


class DepartmentLevel(StrEnum):
    """层级: which tier of government a department belongs to."""

    PREFECTURE = "省辖市"
    COUNTY = "县"


class ItemWeight(StrEnum):
    """事项类别 (国发〔2019〕5号 二): general items are capped, key items are not."""

    KEY = "重点"
    GENERAL = "一般"


class InspectionMethod(StrEnum):
    """检查方式 (国发〔2019〕5号 三): only `ON_SITE` opens a door."""

    ON_SITE = "现场"
    DOCUMENTS = "书面"
    ONLINE = "网络"
    COMMISSIONED = "委托"


class Announcement(StrEnum):
    """告知方式: whether the target hears of the visit beforehand."""

    ANNOUNCED = "提前告知"
    UNANNOUNCED = "不予告知"


class CreditRiskClass(StrEnum):
    """信用风险等级, from the least risk to the highest."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class InspectorKind(StrEnum):
    """人员类别: an expert assists and is never one of the two officers (行政处罚法 42)."""

    OFFICER = "执法人员"
    EXPERT = "专家"


class TaskKind(StrEnum):
    """抽查类型: within one department's own line, or several departments together."""

    SINGLE = "系统内"
    JOINT = "部门联合"


class TaskRole(StrEnum):
    """本部门角色: one department initiates a task, the others cooperate."""

    INITIATES = "发起"
    COOPERATES = "配合"


class CauseSource(StrEnum):
    """线索来源 of an inspection that is not drawn (有因检查)."""

    COMPLAINT = "投诉举报"
    TRANSFER = "转办交办"
    MONITORING = "数据监测"
    OTHER = "其他"


class YesNo(StrEnum):
    """是/否, as forms ask it."""

    YES = "是"
    NO = "否"


class ResultCode(StrEnum):
    """检查结果, in the wording of the publicity system's result list."""

    NO_PROBLEM = "未发现问题"
    NOT_PUBLISHED = "未按规定公示应当公示的信息"
    CONCEALED = "公示信息隐瞒真实情况、弄虚作假"
    UNREACHABLE = "通过登记的住所（经营场所）无法联系"
    ORDERED_TO_CORRECT = "发现问题已责令改正"
    OBSTRUCTED = "不配合检查情节严重"
    NO_SUCH_ACTIVITY = "未发现开展本次抽查涉及的经营活动"
    PENDING = "发现问题待后续处理"
    CLOSED_DOWN = "已关闭停业或正在清算"
    DEREGISTERED = "注销、吊销、撤销、迁出"


class Disposition(StrEnum):
    """处理措施: what follows a result; several may stand together."""

    NOTHING = "无需后续处置"
    ORDER_CORRECTION = "责令改正"
    OPEN_CASE = "移送办案"
    NOTIFY_DEPARTMENT = "抄告其他部门"
    DAILY_SUPERVISION = "反馈日常监管"


class PublicationChannel(StrEnum):
    """公示渠道 (国发〔2019〕5号 三): where a result is published, or that it is not."""

    PUBLICITY_SYSTEM = "公示系统"
    PROFESSIONAL_SYSTEM = "专业系统"
    WEBSITE = "部门网站"
    WITHHELD = "不予公示"

"""The audit trail in words: who did what when; what is not known here is shown as it was written.

The trail itself cannot be changed anywhere.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from msgspec import Struct

from coordinator.domain.letters import in_halves
from coordinator.domain.wording import day_words
from coordinator.storage.audit import AuditEntry

Facts = Mapping[str, object]
_DRAWS = {"targets": "抽取检查对象", "teams": "抽取检查人员"}
_JOBS = {"plan_round": "排期", "replan_round": "重排"}
_DESTINATION = {"open": "启用", "paused": "暂停", "closed": "停用"}
_BY_TWO = {"hold_draw": "抽取", "override_rule": "破例", "manage_destinations": "对接"}


class TrailEntry(Struct, frozen=True, kw_only=True):
    """One state change; `words` say it in Chinese, `facts` as recorded."""

    at: datetime
    actor: str
    action: str
    subject: str
    words: str
    facts: dict[str, object]
    round: str
    """Its code, in the trail of all rounds."""


def _taken_in(subject: str, facts: Facts) -> str:
    refused = facts.get("refused")
    return f"收到{subject}的工作簿" + (f"，退回{refused}行" if refused else "，全部采用")


def _changed(subject: str, facts: Facts) -> str:
    return f"名单固定之前，轮次“{subject}”的内容有改动：{_listed(facts.get('changes'))}"


def _closed(subject: str, facts: Facts) -> str:
    out = facts.get("out")
    named = "、".join(str(party) for party in out) if isinstance(out, list | tuple) else ""
    return f"“{_DRAWS.get(subject, subject)}”截止提交承诺" + (f"，没有提交的是{named}" if named else "")


def _stored_plan(_: str, facts: Facts) -> str:
    return f"排期通过独立检查并保存：入户{facts.get('visits')}次，未排入{facts.get('unserved')}项"


def _answered(subject: str, facts: Facts) -> str:
    return f"{'同意' if facts.get('granted') else '不同意'}{subject}的{facts.get('kind')}申请"


def _entered(subject: str, facts: Facts) -> str:
    corrected = facts.get("corrected")
    said = f"{subject}录入检查结果{facts.get('new')}条" + (f"，更正{corrected}条" if corrected else "")
    about = facts.get("target") or facts.get("file")
    return said + (f"：{about}" if about else "")


def _half_day(facts: Facts) -> str:
    """A half-day's id in words: 2026-03-02/am is 3月2日（周一）上午."""
    day, _, part = str(facts.get("half_day", "")).partition("/")
    return _day(day) + {"am": "上午", "pm": "下午"}.get(part, part)


def _day(given: object) -> str:
    try:
        return day_words(date.fromisoformat(str(given)))
    except ValueError:
        return str(given)


def _package(subject: str, facts: Facts) -> str:
    """Whose package it is, and of which round and content: its batch names both."""
    batch, number, files = facts.get("batch"), facts.get("number"), facts.get("files")
    named = f"“{batch}”" + (f"（第{number}次）" if isinstance(number, int) and number > 1 else "")
    within = f"（{'、'.join(files)}）" if isinstance(files, Mapping) else ""
    return f"给{subject}的{named if batch else '文件'}{within}"


def _listed(given: object) -> str:
    return "；".join(str(each) for each in given) if isinstance(given, list | tuple) else ""


def _packages(facts: Facts) -> str:
    named = _listed(facts.get("batches"))
    return f"，{_count(facts.get('packages'))}件" + (f"：{named}" if named else "")


def _late(facts: Facts) -> str:
    said = f"{facts.get('target')} 的{facts.get('item')}（事项 {facts.get('matter')}）"
    return f"{said}，{facts.get('lead')}，依据{facts.get('paper')}"


def _count(listed: object) -> int:
    return len(listed) if isinstance(listed, list | tuple) else 0


_WORDS: Mapping[str, Callable[[str, Facts], str]] = {
    "round_created": lambda subject, facts: f"{'演练' if facts.get('rehearsal') else '轮次'}“{subject}”建立",
    "rehearsal_deleted": lambda subject, _: f"“{subject}”的演练删除，由重做的一次取代",
    "submission_taken_in": _taken_in,
    "department_asked": lambda subject, facts: f"请{subject}提交本轮的工作簿，{_day(facts.get('due_on'))}前",
    "department_released": lambda subject, _: f"{subject}不再参加本轮，从名单上去掉",
    "due_day_changed": lambda _, facts: f"提交期限改为{_day(facts.get('due_on'))}",
    "submission_undone": lambda subject, facts: f"撤销{subject}提交的“{facts.get('file')}”，恢复到提交之前",
    "round_changed": _changed,
    "settings_changed": lambda subject, facts: f"修改轮次“{subject}”的设置：{_listed(facts.get('changes'))}",
    "draw_fixed": lambda subject, _: f"“{_DRAWS.get(subject, subject)}”的文书固定，此后不能再改",
    "secret_committed": lambda subject, _: f"{subject}提交承诺",
    "commitments_closed": _closed,
    "secret_revealed": lambda subject, _: f"{subject}公布秘密",
    "secrets_revealed": lambda subject, _: f"“{_DRAWS.get(subject, subject)}”各方公布秘密",
    "draw_held": lambda subject, _: f"{_DRAWS.get(subject, subject)}，写下抽取记录",
    "draw_void": lambda subject, facts: f"“{_DRAWS.get(subject, subject)}”的这一次作废：{facts.get('reason')}",
    "act_proposed": lambda subject, _: f"提出{_BY_TWO.get(subject, subject)}，等另一人确认",
    "act_confirmed": lambda subject, facts: f"确认{facts.get('proposer')}提出的{_BY_TWO.get(subject, subject)}",
    "proposal_withdrawn": lambda subject, _: f"撤回{_BY_TWO.get(subject, subject)}的提议",
    "targets_drawn": lambda _, facts: f"抽中名单入库，共{facts.get('count')}条",
    "job_requested": lambda subject, _: f"交给后台作业：{_JOBS.get(subject, subject)}",
    "planning_stopped": lambda _, facts: "叫停排期，" + ("用当前方案" if facts.get("stop") == "finish" else "取消"),
    "plan_stored": _stored_plan,
    "visit_moved": lambda subject, facts: (
        f"手工移动：{subject} 由组次 {facts.get('of')} 移到 {_half_day(facts)} 组次 {facts.get('to')}"
    ),
    "visit_rescheduled": lambda subject, facts: (
        f"改期：{subject} 由{_half_day({'half_day': facts.get('was_half_day')})}组次 {facts.get('of')} "
        f"改到{_half_day(facts)}组次 {facts.get('to')}，人员不变，{facts.get('reason')}"
    ),
    "move_undone": lambda _, __: "撤销手工移动或重排，恢复之前的方案",
    "late_cause_filed": lambda subject, facts: f"{subject}临时增加任务：{_late(facts)}，待重排",
    "late_cause_withdrawn": lambda subject, facts: f"撤回{subject}临时增加的任务：{_late(facts)}",
    "late_cause_taken": lambda subject, facts: f"{subject}临时增加的任务排入方案：{_late(facts)}",
    "replanning_asked": lambda _, facts: f"请求重排：{_listed(facts.get('alterations'))}",
    "override_prepared": lambda subject, facts: (
        f"准备破例移动 {subject} 到 {_half_day(facts)}：{_listed(facts.get('alterations'))}"
    ),
    "replanning_made": lambda _, facts: (
        f"重排得出方案，待选择：入户{facts.get('visits')}次，未排入{facts.get('unserved')}项"
    ),
    "replanning_taken": lambda _, facts: f"采用重排的方案：{_listed(facts.get('alterations'))}",
    "replanning_left": lambda _, __: "不采用重排的方案，保留原方案",
    "results_recorded": lambda subject, facts: f"轮次“{subject}”的检查结果入库，共{facts.get('findings')}条",
    "results_entered": _entered,
    "table_closed": lambda subject, facts: f"{subject}填报{facts.get('year')}年统计表",
    "calendar_year_confirmed": lambda subject, facts: f"{subject}年的节假日按{facts.get('source')}入库",
    "package_posted": lambda subject, facts: f"{_package(subject, facts)}交付投递",
    "package_delivered": lambda subject, facts: f"{_package(subject, facts)}送达",
    "delivery_failed": lambda subject, facts: (
        f"{_package(subject, facts)}第{facts.get('attempts')}次没有送到，稍后再送"
    ),
    "delivery_dead": lambda subject, facts: f"{_package(subject, facts)}多次没有送到，停下等人处理",
    "destination_set": lambda subject, facts: f"对接“{subject}”按{facts.get('proposer')}的提议启用",
    "destination_state": lambda subject, facts: f"对接“{subject}”改为{_DESTINATION.get(str(facts.get('state')), '')}",
    "destination_secret": lambda subject, facts: f"设置对接“{subject}”的{facts.get('secret')}",
    "registry_taken": lambda subject, facts: f"从“{subject}”取得登记信息{facts.get('rows')}行",
    "package_taken": lambda subject, facts: f"{_package(subject, facts)}已确认收到并采用",
    "package_refused": lambda subject, facts: f"{_package(subject, facts)}收到后退回：{facts.get('words')}",
    "package_missing": lambda subject, facts: f"{_package(subject, facts)}对方已经没有，重新投递",
    "deliveries_paused": lambda _, facts: f"暂停投递{_packages(facts)}",
    "deliveries_replayed": lambda _, facts: f"重新投递{_packages(facts)}",
    "personal_data_erased": lambda _, facts: (
        f"期满删除个人信息：工作簿和联系方式{facts.get('workbooks')}份，人员姓名{facts.get('inspectors')}个，"
        f"停用账号的姓名{facts.get('accounts')}个，文书{facts.get('papers', 0)}份，"
        f"投递的文件{facts.get('package_files', 0)}个"
    ),
    "account_created": lambda subject, _: f"新建账号 {subject}，发给一次性代码",
    "code_given": lambda subject, _: f"账号 {subject} 重新发给一次性代码，原密码和动态码作废",
    "invitation_accepted": lambda subject, _: f"{subject} 用一次性代码设置密码并登录",
    "account_locked": lambda subject, _: f"锁定账号 {subject}",
    "account_unlocked": lambda subject, _: f"解锁账号 {subject}",
    "account_ended": lambda subject, _: f"停用账号 {subject}",
    "work_handed_over": lambda subject, facts: f"{subject} 的工作交接给 {facts.get('successor')}",
    "signed_in": lambda subject, _: f"{subject} 登录",
    "signed_out": lambda subject, _: f"{subject} 退出",
    "signed_out_everywhere": lambda subject, facts: f"{subject} 在所有设备退出，共{facts.get('sessions')}处",
    "sign_in_locked": lambda subject, _: f"{subject} 连续输错，暂时不能登录",
    "password_changed": lambda subject, _: f"{subject} 修改密码",
    "second_factor_proposed": lambda subject, _: f"{subject} 开始设置动态码",
    "second_factors_sealed": lambda _, facts: f"{facts.get('accounts')}个账号的动态码改为加密保存",
    "second_factor_set": lambda subject, _: f"{subject} 的动态码生效",
    "token_created": lambda subject, facts: f"{subject} 新建令牌“{facts.get('token')}”",
    "token_revoked": lambda subject, facts: f"{subject} 吊销令牌“{facts.get('token')}”",
    "letters_issued": lambda subject, facts: f"轮次“{subject}”发出告知函{facts.get('count')}封",
    "letter_opened": lambda subject, _: f"告知函 {in_halves(subject)} 第一次打开",
    "letter_locked": lambda subject, _: f"告知函 {subject} 连续输错，已锁住",
    "letter_reopened": lambda subject, _: f"告知函 {in_halves(subject)} 解锁",
    "firm_request_made": lambda subject, facts: f"企业（函号 {in_halves(subject)}）提出{facts.get('kind')}申请",
    "firm_request_answered": _answered,
    "feedback_given": lambda subject, _: f"收到企业不记名的{subject}",
    "feed_made": lambda subject, _: f"企业（函号 {in_halves(subject)}）取得日历地址",
    "visits_told": lambda subject, facts: f"企业（函号 {in_halves(subject)}）的日历得知{facts.get('count')}处新安排",
    "letter_withdrawn": lambda subject, _: f"告知函 {in_halves(subject)} 收回",
    "papers_drawn_up": lambda _, facts: f"提请审批：实施方案、审批表、通知书共{facts.get('papers')}份",
    "papers_approved": lambda _, facts: f"批准文书，文号 {facts.get('number')}，可以告知和检查",
    "papers_returned": lambda _, facts: f"退回文书：{facts.get('reason')}",
    "annual_line_changed": lambda subject, facts: (
        f"{facts.get('year')}年度计划：{'撤销' if facts.get('withdrawn') else '写入'} {subject}，{facts.get('reason')}"
    ),
    "annual_plan_drawn_up": lambda subject, facts: f"{subject}年度计划提请审批，共{facts.get('lines')}条",
    "annual_plan_approved": lambda subject, facts: f"{subject}年度计划批准并公布，文号 {facts.get('number')}",
    "annual_plan_returned": lambda subject, facts: f"{subject}年度计划退回：{facts.get('reason')}",
    "cause_given": lambda subject, facts: f"计划外任务 {subject} 的原因：{facts.get('reason')}",
    "targets_merged": lambda _, facts: f"检查对象 {facts.get('away')} 并入 {facts.get('stands')}",
    "merge_undone": lambda _, facts: f"撤销合并：{facts.get('away')} 不再并入 {facts.get('stands')}",
    "recusal_asked": lambda subject, facts: f"{facts.get('cause')}回避：{subject} 不去 {facts.get('target')}，待决定",
    "recusal_decided": lambda subject, facts: f"{facts.get('decision')}：{subject}，{facts.get('reason')}",
    "inspector_replaced": lambda subject, facts: (
        f"{facts.get('lot')} 换人：{subject} 由 {facts.get('comes') or '无人可替，须另行安排'} 接替"
    ),
    "teams_drawn": lambda _, facts: f"中签人员入库，共{facts.get('roles')}个岗位和书面事项",
}


def trail_entry(entry: AuditEntry) -> TrailEntry:
    """Say one entry in words."""
    say = _WORDS.get(entry.action)
    return TrailEntry(
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        words=say(entry.subject, entry.facts) if say else f"{entry.action}：{entry.subject}",
        facts=entry.facts,
        round=entry.round,
    )

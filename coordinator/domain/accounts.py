"""Accounts: who may sign in, in which office, and the rules of passwords, lock-out, second factor and sessions.

Pure: the moment is always a parameter. Hashing, which needs chance, is in actions/hashing.py; what an account may
do is in `permissions`.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

import pyotp
from msgspec import Struct

from coordinator.domain.actors import OF_DEPARTMENTS, Actor, ActorId, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid
from coordinator.domain.permissions import BY_PROGRAM, may

AccountId = NewType("AccountId", UUID)

LEAST_PASSWORD = 12
LONGEST_PASSWORD = 128
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE_FOR = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
CODE_LASTS = timedelta(days=3)
TOKEN_LASTS = timedelta(days=365)
STEP_SECONDS = 30
ISSUER = "一门查"
OFFICE_NAMES: Mapping[Office, str] = {
    Office.COORDINATOR: "统筹",
    Office.DEPARTMENT: "部门联络员",
    Office.INSPECTOR: "检查人员",
    Office.SUPERVISOR: "监察",
    Office.AUDITOR: "审计",
    Office.ADMINISTRATOR: "系统管理员",
}
"""The offices that accounts can hold, as people call them."""
TWO_FACTORS = frozenset({Office.ADMINISTRATOR, Office.AUDITOR})
"""Who must set up the second factor before anything else; all others may."""
SCOPE_NAMES: Mapping[Act, str] = {
    Act.SEE_ROUNDS: "轮次",
    Act.SEE_PLAN: "排期和检查对象",
    Act.SEE_DRAWS: "抽取",
    Act.SEE_TRAIL: "留痕",
    Act.WATCH_PLANNING: "排期的进度",
    Act.FIX_DRAW: "固定抽取的文书、截止提交、作废",
    Act.COMMIT: "代本部门提交承诺、公布秘密",
    Act.HOLD_DRAW: "提出和确认抽取（由两个人的程序）",
    Act.PLAN_ROUND: "排期和重排",
    Act.SEE_DELIVERIES: "投递的文件",
    Act.SEE_DIRECTORIES: "名录、待核对和疑似重复",
    Act.MERGE_TARGETS: "合并重复的记录、撤销合并",
    Act.HAND_IN: "报送工作簿",
    Act.SEE_PAPERS: "文书和审批",
    Act.DRAW_UP_PAPERS: "提请审批",
    Act.APPROVE_PAPERS: "批准和退回文书",
    Act.SEE_LETTERS: "告知函",
    Act.ISSUE_LETTERS: "发出、换发、收回告知函",
    Act.SEE_RESULTS: "结果和统计表",
    Act.ENTER_RESULTS: "录入结果",
    Act.MANAGE_DELIVERIES: "重新投递、暂停、发送测试",
    Act.SEE_DESTINATIONS: "对接",
    Act.MANAGE_DESTINATIONS: "提出、确认、暂停对接",
    Act.KEEP_REGISTRY: "交登记信息",
    Act.CLOSE_TABLE: "填报统计表",
    Act.BEGIN_ROUND: "发起一轮、改收集中的设置、请部门报送",
    Act.ADD_CAUSE: "登记临时增加的任务",
    Act.ASK_RECUSAL: "提出回避",
    Act.DECIDE_RECUSAL: "决定回避",
    Act.SEE_REQUESTS: "企业的申请",
    Act.ANSWER_REQUESTS: "答复企业的申请",
    Act.SEE_ANNUAL_PLAN: "年度计划",
    Act.PLAN_YEAR: "写入和调整年度计划",
    Act.APPROVE_YEAR: "提请、批准、退回年度计划",
}
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's account. It is never deleted, only ended; `has_…` say what its owner has set up."""

    id: AccountId
    login: str
    name: str
    office: Office
    department: str | None
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    locked_at: datetime | None
    """By an administrator; what too many failures lock opens again by itself."""
    ended_at: datetime | None
    successor: AccountId | None
    """Who took over when this one ended."""

    @property
    def is_open(self) -> bool:
        return self.locked_at is None and self.ended_at is None

    @property
    def lacks_second_factor(self) -> bool:
        return self.office in TWO_FACTORS and not self.has_second_factor

    def actor(self, scopes: frozenset[Act] | None = None) -> Actor:
        """Whoever acts through this account."""
        name = f"{self.name}（{self.login}）"
        return Actor(id=ActorId(str(self.id)), name=name, office=self.office, department=self.department, scopes=scopes)


class NewAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an administrator says of a new account."""

    login: str
    name: str
    office: Office
    department: str | None


def new_account(login: str, name: str, office: str, department: str) -> NewAccount:
    """Read what was written into the form; raises Invalid with the field at fault."""
    login, name, department = login.strip().casefold(), name.strip(), department.strip()
    if not _LOGIN.fullmatch(login):
        raise Invalid("账号名要 3 到 32 个字符：小写字母开头，只用字母、数字、点、横线和下划线。", field="login")
    if not 1 <= len(name) <= 40:  # noqa: PLR2004 - said in the sentence
        raise Invalid("请填写姓名，不超过 40 个字。", field="name")
    held = next((each for each in OFFICE_NAMES if each.value == office), None)
    if held is None:
        raise Invalid("请选择岗位。", field="office")
    if held in OF_DEPARTMENTS and not 1 <= len(department) <= 80:  # noqa: PLR2004 - said in the sentence
        raise Invalid("联络员和检查人员要写明部门的全称，与工作簿里的一致，不超过 80 个字。", field="department")
    if held not in OF_DEPARTMENTS and department:
        raise Invalid("只有联络员和检查人员属于部门，其他岗位请把部门留空。", field="department")
    return NewAccount(login=login, name=name, office=held, department=department or None)


def acceptable_password(password: str, again: str, login: str) -> str:
    """Give back a password that may be used; raises Invalid. Length counts, not signs (NIST SP 800-63B)."""
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"密码要 {LEAST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符。", field="password")
    if login in password.casefold() or len(set(password)) < LEAST_PASSWORD // 2:
        raise Invalid("这个密码太容易猜：不能包含账号名，也不能只由几个字符重复而成。", field="password")
    if not same(password, again):
        raise Invalid("两次输入的密码不一样。", field="again")
    return password


def same(one: str, other: str) -> bool:
    """Compare in the same time wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Give the time step whose code this is (RFC 6238), one before and one after now allowed; None: it is wrong.

    A step not later than `after` was used before and is not taken again.
    """
    current = int(now.timestamp()) // STEP_SECONDS
    written = code.replace(" ", "")
    hotp = pyotp.HOTP(secret)
    fitting = [step for step in range(current - 1, current + 2) if same(hotp.at(step), written) and step > after]
    return max(fitting, default=None)


def second_factor_address(secret: str, login: str) -> str:
    """The otpauth address that an authenticator reads from the QR."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def wanted_scopes(account: Account, scopes: frozenset[Act]) -> frozenset[Act]:
    """Give back the scopes a token may have; raises Invalid where there is none, or the account may not do it."""
    if not scopes:
        raise Invalid("请至少选择一项范围。", field="scopes")
    if not all(act in BY_PROGRAM and may(account.actor(), act) for act in scopes):
        raise Invalid("令牌的范围不能超出您自己的权限。", field="scopes")
    return scopes


def successor_of(ending: Account, other: Account) -> AccountId:
    """Give who may take over an account's work: an open account of the same office and department; raises Invalid."""
    is_same = (ending.office, ending.department) == (other.office, other.department)
    if ending.id == other.id or not other.is_open or not is_same:
        raise Invalid("接手的人要有同一部门、同一岗位、没有停用的账号。", field="successor")
    return other.id

"""Who acts: the person or machine on whose behalf something is done, and the office held.

Row-level security and permissions are decided by these; how somebody signs in is in `accounts`.
"""

from enum import Enum
from typing import NewType

from msgspec import Struct

from coordinator.domain.acts import Act

ActorId = NewType("ActorId", str)


class Office(Enum):
    """The offices that the work rules know; the values stand in the database session as `onedoor.office`."""

    COORDINATOR = "coordinator"
    """统筹: sees and plans for all departments."""
    DEPARTMENT = "department"
    """部门联络员: sees the rows of the own department."""
    INSPECTOR = "inspector"
    """检查人员: of one department."""
    SUPERVISOR = "supervisor"
    """监察: reads everything, changes nothing of it."""
    AUDITOR = "auditor"
    """审计: reads the trail and who has an account, and nothing of the inspections."""
    ADMINISTRATOR = "administrator"
    """系统管理: keeps the accounts, and sees nothing of the inspections."""
    OPERATOR = "operator"
    """The command line of the machine itself: acts in the coordinating office's name."""
    GATE = "gate"
    """Signing in, before it is known who acts: the one reader of passwords, secrets and sessions."""
    PUBLIC = "public"
    """Anyone: sees what has been published."""
    ENTERPRISE = "enterprise"
    """检查对象: a firm, through its letter; the actor's id is the letter's."""


OF_DEPARTMENTS = frozenset({Office.DEPARTMENT, Office.INSPECTOR})
"""The offices that are held in a department."""


class Actor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One who acts; `department` is the department's name and stands for the offices of departments only.

    `scopes` are the acts that a token is good for; None: whatever the office may do.
    """

    id: ActorId
    name: str
    office: Office
    department: str | None = None
    scopes: frozenset[Act] | None = None

    def __post_init__(self) -> None:
        """Refuse a department's actor without a department, and any other with one."""
        if (self.office in OF_DEPARTMENTS) != (self.department is not None):
            raise ValueError(f"{self.office} with department {self.department!r}")


CONSOLE = Actor(id=ActorId("console"), name="控制台操作员", office=Office.OPERATOR)
WORKER = Actor(id=ActorId("worker"), name="后台作业", office=Office.COORDINATOR)
GATE = Actor(id=ActorId("gate"), name="登录", office=Office.GATE)
PUBLICATION = Actor(id=ActorId("publication"), name="公开页面", office=Office.SUPERVISOR)
"""Reads a round for the public pages; what of it is public is decided in `disclosure`."""
LOCAL = Actor(id=ActorId("local"), name="本机（还没有账号）", office=Office.SUPERVISOR)
"""Whoever sits at this machine, until somebody has set a password here: reads everything, changes nothing."""
ANYONE = Actor(id=ActorId("anyone"), name="公众", office=Office.PUBLIC)

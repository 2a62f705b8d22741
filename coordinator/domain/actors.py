"""Who acts: the person or machine on whose behalf something is done, and the office held.

Row-level security and permissions are decided by these; logins and sessions are the web's affair.
"""

from enum import Enum
from typing import NewType

from msgspec import Struct

ActorId = NewType("ActorId", str)


class Office(Enum):
    """The offices that the work rules know; the values stand in the database session as `onedoor.office`."""

    COORDINATOR = "coordinator"
    """统筹: sees and plans for all departments."""
    DEPARTMENT = "department"
    """部门联络员、检查人员: sees the rows of the own department."""
    SUPERVISOR = "supervisor"
    """监察: reads everything, changes nothing of it."""
    OPERATOR = "operator"
    """The command line of the machine itself: acts in the coordinating office's name."""
    PUBLIC = "public"
    """Enterprises and citizens: see what has been published."""


class Actor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One who acts; `department` is the department's name and stands for `Office.DEPARTMENT` only."""

    id: ActorId
    name: str
    office: Office
    department: str | None = None

    def __post_init__(self) -> None:
        """Refuse a department's actor without a department, and any other with one."""
        if (self.office is Office.DEPARTMENT) != (self.department is not None):
            raise ValueError(f"{self.office} with department {self.department!r}")


CONSOLE = Actor(id=ActorId("console"), name="控制台操作员", office=Office.OPERATOR)
WORKER = Actor(id=ActorId("worker"), name="后台作业", office=Office.COORDINATOR)
ANYONE = Actor(id=ActorId("anyone"), name="公众", office=Office.PUBLIC)

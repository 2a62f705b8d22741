"""Identifiers, one type each, so that an inspector's number can never stand where a target's code belongs.

Those that planning knows too are its own: DepartmentId is 部门名称; TargetId a USCC or 15-digit registration number,
else `部门名称/对象编号`; InspectorId 人员编号.
"""

from typing import NewType

from solver.planning.ids import AreaId, DepartmentId, HalfDayId, InspectorId, RoundId, TargetId

__all__ = [
    "CAUSED_TASK",
    "AreaId",
    "DepartmentId",
    "HalfDayId",
    "InspectorId",
    "ItemCode",
    "RoundId",
    "TargetId",
    "TaskId",
]

ItemCode = NewType("ItemCode", str)
"""事项编码, unique within its department."""
TaskId = NewType("TaskId", str)
"""任务编号, or `特别检查/部门/n`."""
CAUSED_TASK = "特别检查/"
"""How the task of a caused inspection begins, and no other."""

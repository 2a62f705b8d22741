"""Identifiers, one type each, so that an inspector's number can never stand where a target's code belongs."""

from typing import NewType

RoundId = NewType("RoundId", str)
DepartmentId = NewType("DepartmentId", str)
"""部门名称."""
ItemCode = NewType("ItemCode", str)
"""事项编码, unique within its department."""
TargetId = NewType("TargetId", str)
"""USCC or 15-digit registration number, else `部门名称/对象编号`."""
InspectorId = NewType("InspectorId", str)
"""人员编号."""
TaskId = NewType("TaskId", str)
"""任务编号, or `特别检查/部门/n`."""
AreaId = NewType("AreaId", str)

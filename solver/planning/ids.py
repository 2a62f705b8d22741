"""The identifiers of planning: every one is text, and none may stand in for another.

An inspector's identifier is a staff number, never a name or a certificate number (spec: the plan is published).
What text may be an identifier is decided where it is read (reading.py), not here.
"""

from typing import NewType

RoundId = NewType("RoundId", str)
HalfDayId = NewType("HalfDayId", str)
DepartmentId = NewType("DepartmentId", str)
AreaId = NewType("AreaId", str)
TargetId = NewType("TargetId", str)
MatterId = NewType("MatterId", str)
InspectorId = NewType("InspectorId", str)
TourId = NewType("TourId", str)
RoleId = NewType("RoleId", str)
DeskMatterId = NewType("DeskMatterId", str)
Expertise = NewType("Expertise", str)
Sha256 = NewType("Sha256", str)

"""The full names of departments that stand anywhere: in rounds, on their lists, in item lists and in accounts.

Which of them a name may have been meant for is decided in the domain.
"""

from coordinator.domain.ids import DepartmentId
from coordinator.storage.connection import Connection


async def known_names(db: Connection) -> tuple[DepartmentId, ...]:
    """Every name once, in byte order."""
    sql = """
        SELECT department FROM (
            SELECT department FROM submission UNION SELECT department FROM asked_department
            UNION SELECT department FROM inspection_item UNION SELECT department FROM account
        ) AS named WHERE department IS NOT NULL ORDER BY department COLLATE "C"
    """
    return tuple(DepartmentId(row["department"]) for row in await db.fetch(sql))

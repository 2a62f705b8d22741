"""Erasing personal data that have outlived their purpose.

How it is done stands in the database's own function (migration `retention`), the ages in domain/retention.py.
"""

from collections.abc import Mapping

from coordinator.domain.retention import Ages
from coordinator.storage.connection import Connection, fetch_value


async def erase_outlived(db: Connection, ages: Ages) -> Mapping[str, int]:
    """Erase, and say how many rows of each kind."""
    return await fetch_value(
        db,
        dict[str, int],
        "SELECT erase_outlived($1, $2, $3, $4)",
        ages.contacts.date(),
        ages.names.date(),
        ages.accounts,
        ages.tries,
    )

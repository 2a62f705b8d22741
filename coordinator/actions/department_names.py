"""Departments' names for forms in which one is typed: those that are known, and a stop where one is nearly known.

Names are no secret to whoever may name a department; they are read past whose rows hold them.
"""

from collections.abc import Iterable

from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Actor
from coordinator.domain.acts import Act
from coordinator.domain.department_names import refuse_near_miss
from coordinator.domain.ids import DepartmentId
from coordinator.domain.permissions import may
from coordinator.storage import department_names
from coordinator.storage.connection import transaction

_NAMING = (Act.BEGIN_ROUND, Act.MANAGE_ACCOUNTS, Act.MANAGE_DESTINATIONS)


async def known_departments(services: Services, actor: Actor) -> tuple[DepartmentId, ...]:
    """Every department that is known by name; nothing for who names none."""
    if not any(may(actor, act) for act in _NAMING):
        return ()
    async with transaction(services.pool, CONSOLE) as db:
        return await department_names.known_names(db)


async def refuse_mistyped(
    services: Services, actor: Actor, names: Iterable[str], *, sure: str, field: str = "department"
) -> None:
    """Raise NearMiss where a name may have been meant for a known one, unless somebody has said that it was not."""
    if not sure:
        refuse_near_miss(names, await known_departments(services, actor), field)

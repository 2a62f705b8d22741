"""The last few rounds and work lists that somebody looked at, kept whole, so that a page costs milliseconds.

What a round holds changes only with its stage, its contents, its plan or its teams, so these are the key, with whose
part is seen; work lists change with what was handed in. What changes otherwise (parties reveal) is read anew each time.
"""

import asyncio
from collections import OrderedDict
from uuid import UUID

from msgspec import Struct

from coordinator.actions.directories import work_lists, work_lists_basis
from coordinator.actions.duplicates import Pairs, duplicates
from coordinator.actions.reading import find_version, read_round
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.directory_checks import WorkList
from coordinator.domain.permissions import may
from coordinator.web.known import Known

KEPT = 8
KEPT_LISTS = 64


class Checked(Struct, frozen=True, kw_only=True):
    """What has to be looked at in the directories: doubtful rows, and records that may be one target."""

    lists: tuple[WorkList, ...]
    pairs: Pairs


class Memory:
    """Rounds by id, stage, contents, plan and whose part is seen; work lists by whose they are and what they come from.

    The least recently seen is forgotten.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: OrderedDict[tuple[UUID, str, str, UUID | None, int, bool, str], Known] = OrderedDict()
        self._reading = asyncio.Lock()
        self._lists: OrderedDict[tuple[str, str], Checked] = OrderedDict()
        self._checking = asyncio.Lock()

    async def recall(self, actor: Actor, id_: UUID) -> Known:
        """Give a round as it stands now, as far as the actor may see it; raises NotFound."""
        stored, plan = await find_version(self._services, actor, id_)
        part = (may(actor, Act.SEE_PLAN), actor.department or "")
        key = (stored.id, stored.stage.value, stored.content_digest, plan, stored.team_changes, *part)
        async with self._reading:
            if key not in self._known:
                self._known[key] = Known(await read_round(self._services, actor, stored))
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return self._known[key]

    async def work_lists(self, actor: Actor) -> Checked:
        """Give what is doubtful in the directories, as far as the actor may see it."""
        key = (actor.department or "", await work_lists_basis(self._services, actor))
        async with self._checking:
            if key not in self._lists:
                self._lists[key] = Checked(
                    lists=await work_lists(self._services, actor), pairs=await duplicates(self._services, actor)
                )
            self._lists.move_to_end(key)
            while len(self._lists) > KEPT_LISTS:
                self._lists.popitem(last=False)
            return self._lists[key]

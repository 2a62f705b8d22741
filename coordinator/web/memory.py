"""The last few rounds and work lists that somebody looked at, kept whole, so that a page costs milliseconds.

What a round holds changes only with its stage, its contents, its plan or its teams, so these are the key, with whose
part is seen; work lists change with what was handed in. What changes otherwise (parties reveal) is read anew each time.
"""

import asyncio
from collections import OrderedDict
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from coordinator.actions.directories import work_lists, work_lists_basis
from coordinator.actions.duplicates import Pairs, duplicates
from coordinator.actions.reading import find_version, read_round
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, Actor
from coordinator.domain.acts import Act
from coordinator.domain.directory_checks import WorkList
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.expectations import Expectations
from coordinator.domain.permissions import may
from coordinator.storage.rounds import StoredRound
from coordinator.web.known import Known

KEPT = 8
"""Whole rounds."""
KEPT_PARTS = 32
KEPT_EXPECTATIONS = 64
KEPT_LISTS = 64

K = TypeVar("K")
V = TypeVar("V")
Version = tuple[UUID, str, str, UUID | None, int]
"""Which round, in which stage, with which contents, plan and changes of teams."""


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
        self._wholes: OrderedDict[tuple[Version, bool, str], Known] = OrderedDict()
        self._parts: OrderedDict[tuple[Version, bool, str], Known] = OrderedDict()
        self._expected: OrderedDict[Version, Expectations] = OrderedDict()
        self._reading = asyncio.Lock()
        self._lists: OrderedDict[tuple[str, str], Checked] = OrderedDict()
        self._checking = asyncio.Lock()

    async def recall(self, actor: Actor, id_: UUID) -> Known:
        """Give a round as it stands now, as far as the actor may see it; raises NotFound."""
        stored, plan = await find_version(self._services, actor, id_)
        key = (_version(stored, plan), may(actor, Act.SEE_PLAN), actor.department or "")
        kept, most = (self._parts, KEPT_PARTS) if actor.department else (self._wholes, KEPT)
        whole = await self._whole(actor, stored, plan) if key not in kept else None
        async with self._reading:
            if key not in kept:
                kept[key] = Known(await read_round(self._services, actor, stored, whole))
            return _recalled(kept, key, most)

    async def expectations(self, id_: UUID) -> Expectations:
        """Give the results that a dispatched round owes, for many rounds to be added up."""
        stored, plan = await find_version(self._services, PUBLICATION, id_)
        key = _version(stored, plan)
        if key not in self._expected:
            self._expected[key] = (await self.recall(PUBLICATION, id_)).reading.expectations
        return _recalled(self._expected, key, KEPT_EXPECTATIONS)

    async def _whole(self, actor: Actor, stored: StoredRound, plan: UUID | None) -> Dispatch | None:
        """What a department's part is cut from; nothing where the round has gone on since it was asked for."""
        if actor.department is None or not stored.is_planned or not may(actor, Act.SEE_PLAN):
            return None
        found = (await self.recall(PUBLICATION, stored.id)).reading
        is_same = _version(found.stored, found.plan) == _version(stored, plan)
        return found.dispatch if is_same else None

    async def work_lists(self, actor: Actor) -> Checked:
        """Give what is doubtful in the directories, as far as the actor may see it."""
        key = (actor.department or "", await work_lists_basis(self._services, actor))
        async with self._checking:
            if key not in self._lists:
                self._lists[key] = Checked(
                    lists=await work_lists(self._services, actor), pairs=await duplicates(self._services, actor)
                )
            return _recalled(self._lists, key, KEPT_LISTS)


def _version(stored: StoredRound, plan: UUID | None) -> Version:
    return (stored.id, stored.stage.value, stored.content_digest, plan, stored.team_changes)


def _recalled(kept: OrderedDict[K, V], key: K, most: int) -> V:
    """Give what is kept, as what was seen last; what was seen longest ago is forgotten."""
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
    return kept[key]

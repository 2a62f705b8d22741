"""Duplicate targets: which records may be one, merging one into another, and undoing it.

Nothing is deleted: the record that goes refers to the one that stands, and rounds keep what they drew. An office's
merge holds for all, a department's in its own directory; nobody learns of a record that is not the own.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.duplicates import FormerNumbers, Likeness, likeness, rather_stands
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.permissions import permit
from coordinator.storage import audit, directories, target_merges
from coordinator.storage.connection import Connection, lock_names, transaction
from coordinator.storage.directories import ListedTarget
from coordinator.storage.target_merges import Alike, TargetMerge

MOST_COMPARED = 1000
MOST_PAIRS = 100


class Pair(Struct, frozen=True, kw_only=True):
    """Two records side by side; `seen` is the digest of what is shown of them."""

    records: tuple[ListedTarget, ListedTarget]
    likeness: Likeness | None
    stands: TargetId
    seen: str


class Pairs(Struct, frozen=True, kw_only=True):
    """The first pairs, the surest first; `is_whole` says that there are no more."""

    pairs: tuple[Pair, ...]
    is_whole: bool


class Outdated(Conflict):
    """What one looked at has changed since."""

    remedy = "请看过现在的内容再决定。"


async def duplicates(services: Services, actor: Actor) -> Pairs:
    """Records that may be one target, as far as the actor may read both."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        found = await target_merges.alike(db, MOST_COMPARED)
        ids = sorted({id_ for pair in found for id_ in (pair.one, pair.other)})
        records = {each.id: each for each in await directories.targets_of(db, ids)}
        former = await target_merges.former_numbers(db, ids)
    pairs = sorted(_alike(found, records, former), key=_surest_first)
    is_whole = len(found) < MOST_COMPARED and len(pairs) <= MOST_PAIRS
    return Pairs(pairs=tuple(pairs[:MOST_PAIRS]), is_whole=is_whole)


async def compare(services: Services, actor: Actor, one: TargetId, other: TargetId) -> Pair:
    """Give two records side by side; raises NotFound where the actor may not read both."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        return await _beside(db, one, other)


async def merges_of(services: Services, actor: Actor, target: TargetId) -> tuple[TargetMerge, ...]:
    """Give the standing merges of a target, in either part, that hold for the actor."""
    permit(actor, Act.SEE_DIRECTORIES)
    async with transaction(services.pool, actor) as db:
        return tuple(await target_merges.merges_of(db, [target]))


async def merge(services: Services, actor: Actor, away: TargetId, stands: TargetId, seen: str) -> TargetMerge:
    """Let a record refer to another that stands; a second time changes nothing.

    Raises Outdated where they are no longer as they were seen, Conflict where either is part of another merge.
    """
    permit(actor, Act.MERGE_TARGETS)
    async with transaction(services.pool, actor) as db:
        await lock_names(db, [f"merge {away}", f"merge {stands}"])
        pair = await _beside(db, away, stands)
        standing = await target_merges.merges_of(db, [away, stands])
        before = next((each for each in standing if (each.away, each.stands) == (away, stands)), None)
        if before is not None:
            return before
        _refuse_merged(standing, away, stands)
        if pair.seen != seen:
            raise Outdated("这两条记录在您查看之后有改动，没有合并。")
        made = _new_merge(services, actor, away, stands)
        await target_merges.insert_merge(db, made)
        await audit.append(db, actor, "targets_merged", None, actor.department or stands, away=away, stands=stands)
    return made


async def undo_merge(services: Services, actor: Actor, id_: UUID) -> TargetMerge:
    """Let both records stand for themselves again; a second time changes nothing."""
    permit(actor, Act.MERGE_TARGETS)
    async with transaction(services.pool, actor) as db:
        found = await target_merges.merge(db, id_)
        if found is None:
            raise NotFound("没有这次合并。", remedy="请从检查对象的页面撤销。")
        permit(actor, Act.MERGE_TARGETS, department=found.department)
        if found.department is None and actor.department is not None:
            raise NotPermitted("这是统筹部门合并的。", remedy="如需撤销，请与统筹部门联系。")
        if await target_merges.undo(db, id_, actor, services.clock()):
            subject = found.department or found.stands
            await audit.append(db, actor, "merge_undone", None, subject, away=found.away, stands=found.stands)
    return found


def _new_merge(services: Services, actor: Actor, away: TargetId, stands: TargetId) -> TargetMerge:
    department = None if actor.department is None else DepartmentId(actor.department)
    return TargetMerge(
        id=uuid4(), department=department, away=away, stands=stands, merged_by=actor.name, merged_at=services.clock()
    )


async def _beside(db: Connection, one: TargetId, other: TargetId) -> Pair:
    if one == other:
        raise Invalid("请选择两条不同的记录。", remedy="请从疑似重复的列表里选择。")
    found = await directories.targets_of(db, [one, other])
    if {each.id for each in found} != {one, other}:
        raise NotFound("名录中没有这两条记录。", remedy="请从疑似重复的列表里选择。")
    first, second = found
    return _pair(first, second, await target_merges.former_numbers(db, [one, other]))


def _refuse_merged(standing: Sequence[TargetMerge], away: TargetId, stands: TargetId) -> None:
    for each in standing:
        if each.away in {away, stands}:
            raise Conflict(f"{each.away} 已并入 {each.stands}。", remedy="请先撤销那次合并，或与那一条合并。")
        if each.stands == away:
            raise Conflict(f"{away} 已有 {each.away} 并入。", remedy="请保留这一条，或先撤销那次合并。")


def _alike(found: Sequence[Alike], records: dict[TargetId, ListedTarget], former: FormerNumbers) -> Iterator[Pair]:
    for each in found:
        if each.one in records and each.other in records:
            pair = _pair(records[each.one], records[each.other], former)
            if pair.likeness is not None:
                yield pair


def _pair(one: ListedTarget, other: ListedTarget, former: FormerNumbers) -> Pair:
    records = (one, other) if one.id < other.id else (other, one)
    return Pair(
        records=records,
        likeness=likeness(*records, former),
        stands=rather_stands(records),
        seen=sha256(msgspec.json.encode(records)).hexdigest(),
    )


def _surest_first(pair: Pair) -> tuple[int, tuple[str, str]]:
    order = list(Likeness)
    return (order.index(pair.likeness) if pair.likeness else len(order), pair.records[0].key)

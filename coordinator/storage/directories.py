"""Directories over all rounds: targets by what is searched for, and everybody's newest words about each.

What is in them was handed in and is stored by `submissions`; rehearsals are no source.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from coordinator.domain.codes import InspectorKind
from coordinator.domain.ids import DepartmentId, InspectorId, TargetId
from coordinator.domain.search_words import MOST_COUNTED, SearchWords, as_searched, search_words
from coordinator.domain.submissions import InspectionItem
from coordinator.storage.connection import Connection, execute_many, fetch_all, fetch_value

NEWEST = "JOIN round ON round.id = listed.round AND rehearsal_seed IS NULL"


class ListedTarget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target with the newest words about it, as far as the actor may read them."""

    id: TargetId
    name: str
    kind: str
    pinyin: str
    departments: tuple[DepartmentId, ...]
    address: str
    area: str | None
    credit_risk: str | None
    stands: TargetId | None
    """The record that stands in this one's place, where the two were merged."""

    @property
    def key(self) -> tuple[str, str]:
        return (self.pinyin, self.id)

    @property
    def words(self) -> str:
        return search_words(self.name, self.id).words


class TargetWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one department said about a target in one round."""

    round: UUID
    round_name: str
    department: DepartmentId
    row: int
    name: str
    kind: str
    address: str
    area: str | None
    scope: str
    credit_risk: str | None
    tags: tuple[str, ...]
    last_inspected_on: date | None
    inspected_count: int


class ListedItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item in one of its versions; `version` counts from 1."""

    department: DepartmentId
    version: int
    created_at: datetime
    item: InspectionItem

    @property
    def searched(self) -> SearchWords:
        return search_words(self.item.name, self.item.code)

    @property
    def key(self) -> tuple[str, str]:
        return (self.searched.pinyin, f"{self.department}/{self.item.code}")

    @property
    def words(self) -> str:
        return self.searched.words


class ListedInspector(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person as last listed by the department."""

    id: InspectorId
    department: DepartmentId
    name: str
    organisation: str
    post: str
    kind: InspectorKind
    certificate: str
    certificate_expires_on: date | None
    expertise: tuple[str, ...]
    round_name: str

    @property
    def searched(self) -> SearchWords:
        return search_words(self.name, self.id)

    @property
    def key(self) -> tuple[str, str]:
        return (self.searched.pinyin, f"{self.department}/{self.id}")

    @property
    def words(self) -> str:
        return f"{self.searched.words}\n{as_searched(self.certificate)}\n{as_searched(self.organisation)}"


async def index_targets(db: Connection, ids: Sequence[TargetId]) -> None:
    """Make targets that are new, or are called otherwise now, be found by name, code and pinyin."""
    unknown = await db.fetch(
        """
        SELECT target.id, target.name FROM target LEFT JOIN target_search ON target_search.target = target.id
        WHERE target.id = ANY($1::text[]) AND target_search.name IS DISTINCT FROM target.name ORDER BY target.id
        """,
        list(ids),
    )
    rows = await asyncio.to_thread(_searched, [(row["id"], row["name"]) for row in unknown])
    await execute_many(
        db,
        """
        INSERT INTO target_search (target, name, pinyin, sound, words) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (target) DO UPDATE SET
            name = excluded.name, pinyin = excluded.pinyin, sound = excluded.sound, words = excluded.words
        """,
        rows,
    )


def _searched(named: Sequence[tuple[str, str]]) -> list[tuple[object, ...]]:
    """By what targets are found: some thousands take a moment, and nobody is kept waiting."""
    found = [(id_, name, search_words(name, id_)) for id_, name in named]
    return [(id_, name, searched.pinyin, searched.sound, searched.words) for id_, name, searched in found]


LINES = f"""
    SELECT target.id, target.name, target.kind, target_search.pinyin, coalesce(address, '') AS address, area,
           credit_risk, array(SELECT DISTINCT department FROM target_entry AS listed {NEWEST}
                              WHERE listed.id = target.id ORDER BY 1) AS departments,
           (SELECT stands FROM target_reference WHERE away = target.id) AS stands
    FROM found JOIN target USING (id) JOIN target_search ON target_search.target = target.id
    LEFT JOIN LATERAL (
        SELECT address, area, credit_risk FROM target_entry AS listed {NEWEST} WHERE listed.id = target.id
        ORDER BY created_at DESC, department LIMIT 1) AS newest ON true
    ORDER BY place
"""  # noqa: S608 - a constant join


async def targets(db: Connection, query: str, after: tuple[str, str], most: int) -> list[ListedTarget]:
    """Targets that hold what is searched for, in the order of their pinyin, from a key on."""
    found = "onedoor_find_targets($1, $2, $3, $4) WITH ORDINALITY AS found (id, place)"
    return await fetch_all(db, ListedTarget, LINES.replace("found", found, 1), as_searched(query), *after, most)


async def targets_of(db: Connection, ids: Sequence[TargetId]) -> list[ListedTarget]:
    """These targets, in this order, as far as the actor may read them."""
    found = "unnest($1::text[]) WITH ORDINALITY AS found (id, place)"
    return await fetch_all(db, ListedTarget, LINES.replace("found", found, 1), list(ids))


async def target_count(db: Connection) -> int:
    """How many targets there are: as the database last estimated it, counted where they are few."""
    sql = f"""
        SELECT CASE WHEN reltuples > {MOST_COUNTED} THEN reltuples::bigint ELSE (SELECT count(*) FROM target_search) END
        FROM pg_class WHERE oid = 'target_search'::regclass
    """  # noqa: S608 - a constant
    return await fetch_value(db, int, sql)


async def words_about(db: Connection, target: TargetId) -> list[TargetWords]:
    """What departments said about a target, the newest round first."""
    return await fetch_all(
        db,
        TargetWords,
        f"""
        SELECT listed.round, settings->'round'->>'name' AS round_name, department, "row", name, kind, address, area,
               scope, credit_risk, tags, last_inspected_on, inspected_count
        FROM target_entry AS listed {NEWEST} WHERE listed.id = $1 ORDER BY created_at DESC, department, "row"
        """,  # noqa: S608 - a constant join
        target,
    )


async def items(db: Connection) -> list[ListedItem]:
    """Every version of every item, the newest first."""
    fields = ", ".join(f"'{each}', {each}" for each in InspectionItem.__struct_fields__ if each != "row")
    sql = f"""
        SELECT department, version, created_at, jsonb_build_object('row', 0, {fields}) AS item FROM inspection_item
        ORDER BY department, code, version DESC
    """  # noqa: S608 - the struct's own fields
    return await fetch_all(db, ListedItem, sql)


async def inspectors(db: Connection) -> list[ListedInspector]:
    """Every person as last listed."""
    sql = f"""
        SELECT DISTINCT ON (department, listed.id) listed.id, department, name, organisation, post, kind, certificate,
               certificate_expires_on, expertise, settings->'round'->>'name' AS round_name
        FROM inspector AS listed {NEWEST} ORDER BY department, listed.id, created_at DESC
    """  # noqa: S608 - a constant join
    return await fetch_all(db, ListedInspector, sql)

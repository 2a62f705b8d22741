"""Findings as rows: what is read is what was stored, corrections stay, and every department sees its own."""

from datetime import UTC, date, datetime
from itertools import zip_longest
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from coordinator.domain.actors import ANYONE, WORKER, Actor, ActorId, Office
from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.findings import Case, Correction, Finding
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId, TaskId
from coordinator.storage import findings as table
from coordinator.storage.connection import Connection, Pool, transaction

FIRE = DepartmentId("舞钢市消防救援大队")
WATER = DepartmentId("舞钢市水利局")
TARGET = TargetId("91410481MA9F000001")
NOON = datetime(2026, 4, 1, 4, tzinfo=UTC)


def a_finding(task: str = "T1", **changes: object) -> Finding:
    plain = Finding(
        task=TaskId(task),
        department=FIRE,
        target=TARGET,
        item=ItemCode("XF-01"),
        inspected_on=date(2026, 3, 5),
        result=ResultCode.NO_PROBLEM,
        file="填报.xlsx",
        row=2,
    )
    return replace(plain, **changes)


def findings_of_every_kind() -> list[Finding]:
    """Every code on the lists, with and without a case, a fine, a day of publication."""
    codes = list(zip_longest(ResultCode, Disposition, [None, *PublicationChannel]))
    cases = (None, Case(number="案1", filed_on=date(2026, 3, 6)), Case(number="案2", filed_on=NOON.date(), fine_fen=0))
    return [
        a_finding(
            f"T{n:02}",
            result=result,
            dispositions=(disposition, Disposition.NOTHING) if disposition else (),
            channel=channel,
            withheld_reason="涉密" if channel is PublicationChannel.WITHHELD else "",
            published_on=date(2026, 4, 2) if channel is PublicationChannel.WEBSITE else None,
            case=cases[n % 3],
            problem="消防通道堵塞" if n else "",
            referred_to="公安机关" if n else "",
        )
        for n, (result, disposition, channel) in enumerate(codes)
    ]


@pytest.fixture
async def round_(pool: Pool) -> UUID:
    made = uuid4()
    async with transaction(pool, WORKER) as db:
        await db.execute(
            "INSERT INTO round (id, code, settings, content_digest) VALUES ($1, 'Q1', '{}', $2)", made, "0" * 64
        )
        await db.execute("INSERT INTO target (id, name, kind) VALUES ($1, '某公司', '企业')", TARGET)
    return made


async def store(db: Connection, round_: UUID, *found: Finding) -> None:
    await table.upsert_findings(db, round_, found)
    await table.upsert_publications(db, round_, found)


async def test_findings_of_every_kind_are_read_as_they_were_stored(pool: Pool, round_: UUID) -> None:
    found = findings_of_every_kind()
    async with transaction(pool, WORKER) as db:
        await store(db, round_, *found)
        assert await table.findings(db, round_) == found


async def test_a_later_finding_takes_the_place_of_the_one_under_its_key(pool: Pool, round_: UUID) -> None:
    before = a_finding(
        channel=PublicationChannel.WITHHELD, withheld_reason="涉密", case=Case(number="1", filed_on=NOON)
    )
    after = a_finding(result=ResultCode.PENDING, row=7)
    async with transaction(pool, WORKER) as db:
        for finding in (before, after, after):
            await store(db, round_, finding)
        assert await table.findings(db, round_) == [after]


async def test_corrections_are_appended_once_in_their_order(pool: Pool, round_: UUID) -> None:
    versions = [a_finding(problem=problem) for problem in ("b", "a", "c")]
    made = [Correction(before=versions[n], after=versions[n + 1]) for n in range(2)]
    async with transaction(pool, WORKER) as db:
        for _ in range(2):
            await table.insert_corrections(db, round_, made, NOON)
        assert await table.corrections(db, round_) == made


async def test_a_correction_is_never_changed(pool: Pool, round_: UUID, owner: Connection) -> None:
    async with transaction(pool, WORKER) as db:
        await table.insert_corrections(db, round_, [Correction(before=a_finding(), after=a_finding(row=3))], NOON)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("UPDATE correction SET corrected_at = now()")
    for statement in ("UPDATE correction SET corrected_at = now()", "DELETE FROM correction"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(pool, WORKER) as db:
                await db.execute(statement)


@pytest.mark.parametrize(
    "unlawful",
    [
        {"channel": PublicationChannel.WITHHELD},
        {"channel": PublicationChannel.WEBSITE, "withheld_reason": "涉密"},
        {"published_on": date(2026, 4, 1)},
        {"channel": PublicationChannel.WITHHELD, "withheld_reason": "涉密", "published_on": date(2026, 4, 1)},
        {"case": Case(number="", filed_on=date(2026, 4, 1))},
        {"case": Case(number="1", filed_on=date(2026, 4, 1), fine_fen=-1)},
        {"department": DepartmentId("")},
    ],
)
async def test_what_contradicts_itself_cannot_be_stored(pool: Pool, round_: UUID, unlawful: dict[str, object]) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction(pool, WORKER) as db:
            await store(db, round_, a_finding(**unlawful))


async def test_a_department_sees_and_writes_its_own_findings_only(pool: Pool, round_: UUID) -> None:
    own, foreign = a_finding(), a_finding(department=WATER)
    made = [Correction(before=each, after=replace(each, row=3)) for each in (own, foreign)]
    async with transaction(pool, WORKER) as db:
        await store(db, round_, own, foreign)
        await table.insert_corrections(db, round_, made, NOON)
    liaison = Actor(id=ActorId("l"), name="联络员", office=Office.DEPARTMENT, department=FIRE)
    supervisor = Actor(id=ActorId("s"), name="监察", office=Office.SUPERVISOR)
    for actor, seen in ((liaison, 1), (supervisor, 2), (ANYONE, 0)):
        async with transaction(pool, actor) as db:
            assert len(await table.findings(db, round_)) == seen
            assert len(await table.corrections(db, round_)) == seen
    async with transaction(pool, liaison) as db:
        await store(db, round_, a_finding("T2"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(pool, liaison) as db:
            await store(db, round_, a_finding("T2", department=WATER))

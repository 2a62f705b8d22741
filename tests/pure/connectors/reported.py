"""Records of a round, with codes that are valid and nobody's, for the tests of platforms."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from hashlib import sha256

from msgspec.structs import replace
from pure.connectors.partnering import OWN, now
from stdnum.cn import uscc

from connectors import records
from connectors.contract import Package
from connectors.outbound import Caps
from connectors.partners.http import standing
from connectors.partners.misbehaving import Misbehaviour
from connectors.partners.platform import PlatformPartner
from connectors.publicity import Publicity, PublicitySettings
from connectors.records import AnyRecord, records_file
from connectors.supervision import Supervision, SupervisionSettings

DAY = date(2026, 3, 2)
DEPARTMENT = "舞钢市消防救援大队"
TOKEN = "token-for-tests"  # noqa: S105 - a test's
CATALOGUE = ("FIRE-01 CAT001 TASK001", "FIRE-02 CAT001 TASK002")


def code_of(number: int) -> str:
    """A valid code of an area that does not exist."""
    stem = f"91999999MA{number:07}"
    return stem + str(uscc.calc_check_digit(stem))


def a_result(number: int = 1, **changed: object) -> records.Result:
    result = records.Result(
        round="R1",
        task="T1",
        task_name="一季度抽查",
        task_kind=records.TaskKind.JOINT,
        initiator=DEPARTMENT,
        batch=1,
        department=DEPARTMENT,
        target=code_of(number),
        target_name=f"甲{number}厂",
        target_kind="企业",
        item="FIRE-01",
        item_name="消防设施",
        inspected_on=DAY,
        result=records.ResultCode.ORDERED_TO_CORRECT,
        problem="灭火器过期",
        dispositions=(records.Disposition.ORDER_CORRECTION, records.Disposition.DAILY_SUPERVISION),
        channel=records.PublicationChannel.PUBLICITY_SYSTEM,
    )
    return replace(result, **changed)


def a_penalty(number: int = 1, **changed: object) -> records.Penalty:
    penalty = records.Penalty(
        department=DEPARTMENT,
        case_number="消罚〔2026〕1号",
        target=code_of(number),
        target_name=f"甲{number}厂",
        filed_on=DAY,
        fine_fen=123_405,
    )
    return replace(penalty, **changed)


def an_entry(list_: records.TargetList, change: records.ListChange) -> records.ListEntry:
    return records.ListEntry(
        list=list_,
        change=change,
        target=code_of(1),
        target_name="甲1厂",
        reason="无法联系",
        decided_on=DAY,
        department=DEPARTMENT,
    )


def reported(*rows: AnyRecord, number: int = 1, batch: str = "", sender: str = DEPARTMENT) -> Package:
    """A package as the outbox makes it; its batch is (task number, target) unless given."""
    file = records_file("检查结果", rows)
    first = rows[0]
    named = batch or (f"{first.task} {first.target}" if isinstance(first, records.Result) else "R1")
    key = sha256(f"{sender} {named} {number}".encode() + file.content).hexdigest()
    return Package(key=key, recipient=sender, batch=named, number=number, files=(file,))


@asynccontextmanager
async def publicity_to(
    partner: PlatformPartner,
    *,
    token: str = TOKEN,
    misbehaviour: Misbehaviour | None = None,
    caps: Caps | None = None,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[Publicity]:
    """A way to a publicity system that stands on loopback."""
    async with standing(partner.handle, clock, misbehaviour=misbehaviour) as address:
        way = Publicity(PublicitySettings(address=address, networks=OWN), {"token": token}, clock=clock, caps=caps)
        try:
            yield way
        finally:
            await way.aclose()


@asynccontextmanager
async def supervision_to(
    partner: PlatformPartner, catalogue: tuple[str, ...] = CATALOGUE
) -> AsyncIterator[Supervision]:
    """A way to a supervision system that stands on loopback."""
    async with standing(partner.handle, now) as address:
        settings = SupervisionSettings(address=address, networks=OWN, catalogue=catalogue)
        way = Supervision(settings, {"token": TOKEN}, clock=now)
        try:
            yield way
        finally:
            await way.aclose()

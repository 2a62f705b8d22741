"""A round to its end: every department and both platforms hold exactly their rows, and the same statistics."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from postgres.outbox_world import Clock
from support.people import Person, a_person
from support.rounds import dispatched, facts_of
from support.rounds import world as world_of

from connectors.contract import File
from connectors.partners.http import standing
from connectors.partners.misbehaving import Misbehaviour, read_misbehaviour
from connectors.partners.platform import PlatformPartner
from connectors.partners.website import WebsitePartner
from connectors.publicity import PublicitySettings
from connectors.records import Penalty, Result, read_records
from connectors.supervision import SupervisionSettings
from coordinator.actions.connecting import connectors_for
from coordinator.actions.deliveries import deliver_waiting
from coordinator.actions.forwarding import forward_all
from coordinator.actions.recording import record_facts
from coordinator.actions.sealing import seal
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, GATE, WORKER
from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.deliveries import MOST_ATTEMPTS, ConnectorKind, DeliveryState
from coordinator.domain.destinations import DestinationDraft, DestinationName, Wanted
from coordinator.domain.findings import Case, Facts, Finding
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId, TaskId
from coordinator.domain.statistics import statistics
from coordinator.storage import audit, destinations, outbox
from coordinator.storage.connection import Pool, transaction

TOKEN = "a token"  # noqa: S105 - of partners in this test
HERE = ["127.0.0.0/8"]
BAD_DAY = "500:3%,429:2%,reset:3%,html:2%"
RESULT_TABLE = "SPOTCHECK"
TROUBLES = [ResultCode.ORDERED_TO_CORRECT, ResultCode.UNREACHABLE, ResultCode.PENDING]


class Partners(NamedTuple):
    """Both platforms as they stand, with their addresses."""

    publicity: PlatformPartner
    supervision: PlatformPartner
    addresses: dict[str, str]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(pool: Pool, clock: Clock, tmp_path: Path) -> Services:
    found = replace(world_of(pool), clock=clock)
    return replace(found, settings=replace(found.settings, home=tmp_path / "home"))


@asynccontextmanager
async def platforms(clock: Clock, trouble: Misbehaviour) -> AsyncIterator[Partners]:
    """Both platforms on a bad day."""
    anywhere = {"address": "http://127.0.0.1/", "networks": tuple(HERE)}
    publicity = PlatformPartner(PublicitySettings(**anywhere).fields, TOKEN, clock, entity="UNISCID")
    fields = SupervisionSettings(**anywhere, catalogue=()).fields
    supervision = PlatformPartner(fields, TOKEN, clock, entity="uniscid")
    async with AsyncExitStack() as stack:
        addresses = {
            name: await stack.enter_async_context(standing(partner.handle, clock, misbehaviour=trouble))
            for name, partner in (("publicity", publicity), ("supervision", supervision))
        }
        yield Partners(publicity, supervision, addresses)


def with_troubles(facts: Facts) -> Facts:
    """Every fourth finding has something to tell, some of it a case, some of it another department's affair."""
    departments = [each.id for each in facts.expectations.departments]

    def told(number: int, finding: Finding) -> Finding:
        if number % 4:
            return finding
        other = next(each for each in departments if each != finding.department)
        return replace(
            finding,
            result=TROUBLES[number // 4 % len(TROUBLES)],
            problem="安全出口堵塞",
            dispositions=(Disposition.OPEN_CASE, Disposition.NOTIFY_DEPARTMENT),
            case=Case(number=f"案〔2026〕{number}号", filed_on=finding.inspected_on, fine_fen=number * 100),
            referred_to=other,
            published_on=finding.inspected_on,
        )

    found = tuple(told(number, finding) for number, finding in enumerate(facts.findings))
    return replace(facts, findings=found, corrections=())


async def connected(
    services: Services, people: tuple[Person, Person], partners: Partners, facts: Facts, root: Path
) -> None:
    """Every department has its folder and its account at both platforms."""
    items = facts.expectations.items
    for number, department in enumerate(each.id for each in facts.expectations.departments):
        catalogue = [f"{each.code} C-{each.code} T-{each.code}" for each in items if each.department == department]
        at = partners.addresses
        ways: list[tuple[str, tuple[Wanted, ...], dict[str, object]]] = [
            ("folder", (Wanted.RESULTS, Wanted.REFERRALS), {"root": str(root)}),
            ("publicity", (Wanted.PUBLICITY,), {"address": at["publicity"], "networks": HERE}),
            ("supervision", (Wanted.ACTS,), {"address": at["supervision"], "networks": HERE, "catalogue": catalogue}),
            (
                "website",
                (Wanted.PAGES,),
                {"root": str(root / f"site-{number}"), "address": f"http://127.0.0.1/{number}"},
            ),
        ]
        (root / f"site-{number}").mkdir()
        for kind, wants, settings in ways:
            name = DestinationName(f"{kind}-{number}")
            draft = DestinationDraft(
                name=name,
                connector=ConnectorKind(kind),
                title=name,
                department=DepartmentId(department),
                wants=wants,
                settings=settings,
            )
            sealed = seal(services.settings, TOKEN)
            async with transaction(services.pool, GATE) as db:
                await destinations.put_secret(db, name, "token", sealed, "测试", services.clock())
            async with transaction(services.pool, WORKER) as db:
                await destinations.put_destination(db, draft, *(each.account for each in people), services.clock())
                await audit.append(db, WORKER, "destination_set", None, name)


async def deliver_all(services: Services, clock: Clock) -> None:
    """Days of retrying, in seconds."""
    for _ in range(MOST_ATTEMPTS):
        await deliver_waiting(services, WORKER, connectors_for(services))
        async with transaction(services.pool, WORKER) as db:
            waiting = await outbox.latest_deliveries(db, None, DeliveryState.WAITING)
        if not waiting:
            return
        clock.now = max(clock.now, min(each.next_try_at for each in waiting))
    raise AssertionError(f"{len(waiting)} deliveries never arrived: {waiting[0].last_error}")


def held_in(folder: Path) -> Iterator[Result | Penalty]:
    for path in sorted(folder.glob("* 检查结果.jsonl")):
        content = path.read_bytes()
        for record in read_records(File(name=path.name, content=content, row_count=content.count(b"\n"))):
            assert isinstance(record, Result | Penalty)
            yield record


def as_found(records: list[Result | Penalty]) -> tuple[Finding, ...]:
    """What a department reads out of its own rows."""
    cases = {each.case_number: each for each in records if isinstance(each, Penalty)}
    return tuple(_as_finding(each, cases.get(each.case_number)) for each in records if isinstance(each, Result))


def _as_finding(row: Result, case: Penalty | None) -> Finding:
    return Finding(
        task=TaskId(row.task),
        department=DepartmentId(row.department),
        target=TargetId(row.target),
        item=ItemCode(row.item),
        inspected_on=row.inspected_on,
        result=ResultCode(row.result.value),
        problem=row.problem,
        dispositions=tuple(Disposition(each.value) for each in row.dispositions),
        case=Case(number=case.case_number, filed_on=case.filed_on, fine_fen=case.fine_fen) if case else None,
        channel=PublicationChannel(row.channel.value) if row.channel else None,
        published_on=row.published_on,
        withheld_reason=row.withheld_reason,
        referred_to=row.referred_to,
    )


async def test_every_department_and_both_platforms_hold_exactly_their_rows(
    services: Services, clock: Clock, tmp_path: Path
) -> None:
    root, people = tmp_path / "share", (await a_person(services, "first"), await a_person(services, "second"))
    root.mkdir()
    facts = with_troubles(await facts_of(services, await dispatched(services)))
    async with platforms(clock, read_misbehaviour(BAD_DAY, 7)) as partners:
        await connected(services, people, partners, facts, root)
        assert await record_facts(services, CONSOLE, facts)
        await forward_all(services)
        await deliver_all(services, clock)
        departments = [each.id for each in facts.expectations.departments]

        held = {department: list(held_in(root / department)) for department in departments}
        for department in departments:
            own = sorted((each.content for each in facts.findings if each.department == department), key=str)
            assert sorted(as_found(held[department]), key=str) == own
        found = tuple(finding for department in departments for finding in as_found(held[department]))
        theirs = Facts(expectations=facts.expectations, findings=tuple(sorted(found, key=lambda each: each.key)))
        year = facts.expectations.drawn_year
        assert statistics([theirs], year).tables == statistics([facts], year).tables

        entities = {each.id for each in facts.expectations.targets if each.is_market_entity}
        gathered = [each for each in facts.findings if each.target in entities]
        # what is drawn is chance: mostly a project is among them, which is no market entity and not gathered there
        targets = Counter((each.department, each.task, each.target) for each in gathered)
        batches = {sender_batch for sender_batch in partners.publicity.held if "任务和抽中名单" not in sender_batch[1]}
        assert batches == {(department, f"{task} {target}") for department, task, target in targets}
        rows = Counter(
            sender
            for (sender, _), report in partners.publicity.held.items()
            for name, own in report.tables.items()
            if name == RESULT_TABLE
            for _row in own
        )
        assert rows == Counter(each.department for each in gathered)
        for number, department in enumerate(departments):
            site = WebsitePartner(root / f"site-{number}")
            assert site.unequal() == []
            published = sum(each.is_published for each in facts.findings if each.department == department)
            pages = b"".join(content for name, content in site.held().items() if name.endswith(".csv"))
            assert pages.count("安全出口堵塞".encode()) == published, "all that has something to tell is published"
        acts = Counter(sender for (sender, _), report in partners.supervision.held.items())
        inspected = {(each.department, each.target) for each in facts.findings}
        assert acts == Counter(department for department, _ in inspected)
        async with transaction(services.pool, WORKER) as db:
            assert await outbox.count_dead(db) == 0

"""Forwarding: what each destination should now have of a round goes into the outbox, as often as something changes.

Posting the same content again does nothing, so this may run at any time, any number of times. Only dispatched rounds
are passed on: before that nothing is announced. How packages then arrive is in `deliveries`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from connectors.contract import File
from connectors.records import Penalty, Result, records_file
from coordinator.actions.annual_planning import published_issue
from coordinator.actions.posting import post
from coordinator.actions.record_rows import drawn_rows, penalty_rows, plan_rows, result_rows, task_rows
from coordinator.actions.result_folder import department_files
from coordinator.actions.round_records import RoundRecord, load_round_record
from coordinator.actions.services import Services
from coordinator.documents.publication_lists import notice_list, publication_list
from coordinator.domain.actors import WORKER, Actor
from coordinator.domain.annual_plans import AnnualIssue
from coordinator.domain.codes import PublicationChannel
from coordinator.domain.deliveries import OutboxId, OutgoingFile, Partner, Posting
from coordinator.domain.destinations import Destination, DestinationState, Wanted
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import expectations_of
from coordinator.domain.findings import Facts, Finding
from coordinator.domain.ids import DepartmentId
from coordinator.domain.publication import publication
from coordinator.storage import destinations, findings, forwarding
from coordinator.storage.connection import Connection, transaction

MOVES = ("papers_approved", "results_recorded", "results_entered", "recusal_decided", "visit_moved", "plan_replaced")
"""What happens to a round after which outside systems may be owed something new."""
MOVES_ALL = ("destination_set", "destination_state", "annual_plan_approved")

Batch = tuple[str, tuple[OutgoingFile, ...]]
"""A batch's name, and its files as they now stand."""


async def forward_all(services: Services) -> int:
    """Pass on what has changed in any round; gives how many rounds were looked at."""
    async with transaction(services.pool, WORKER) as db:
        changed = await forwarding.changed_rounds(db, MOVES, MOVES_ALL)
    for each in changed:
        async with transaction(services.pool, WORKER) as db:
            await _forward(db, services, WORKER, each.round)
            await forwarding.passed_on(db, each)
    return len(changed)


async def _forward(db: Connection, services: Services, actor: Actor, round_: UUID) -> tuple[OutboxId, ...]:
    wanting = [each for each in await destinations.destinations(db) if each.state is not DestinationState.CLOSED]
    if not wanting:
        return ()
    record = await load_round_record(db, actor, round_)
    facts = await _facts(db, record)
    today, planned = services.clock().astimezone(LOCAL_TIME).date(), await published_issue(db, facts.expectations.year)
    postings = [
        Posting(
            partner=Partner(connector=each.connector, destination=each.name, recipient=each.department),
            department=each.department,
            round=round_,
            batch=batch,
            files=files,
        )
        for each in wanting
        for batch, files in batches(record, facts, each, today, planned)
    ]
    return await post(db, services, actor, postings)


async def _facts(db: Connection, record: RoundRecord) -> Facts:
    drawn_on = record.drawn_at.astimezone(LOCAL_TIME).date()
    return Facts(
        expectations=expectations_of(record.dispatch, drawn_on),
        findings=tuple(await findings.findings(db, record.stored.id)),
        corrections=tuple(await findings.corrections(db, record.stored.id)),
    )


class Passing(Struct, frozen=True, kw_only=True):
    """What is passed on to one department's destination: a round, its facts, and those that are the department's."""

    record: RoundRecord
    facts: Facts
    department: DepartmentId
    own: list[Finding]
    planned: AnnualIssue | None
    """The annual plan of the round's year as it was last published."""
    today: date


def batches(
    record: RoundRecord, facts: Facts, destination: Destination, today: date, planned: AnnualIssue | None = None
) -> Iterator[Batch]:
    """Give every batch that a destination should have of a round; what has no rows yet is left out."""
    department = destination.department
    own = [finding for finding in facts.findings if finding.department == department]
    passing = Passing(record=record, facts=facts, department=department, own=own, planned=planned, today=today)
    for wanted in destination.wants:
        yield from _GIVING[wanted](passing) if wanted in _GIVING else ()


def _papers(passing: Passing) -> Iterator[Batch]:
    code = passing.record.stored.code
    for _, files in department_files(passing.record, (passing.department,)):
        yield f"{code} 任务书和填报表", tuple(replace(file, name=f"{code} {file.name}") for file in files)


def _results(passing: Passing) -> Iterator[Batch]:
    """A department's own results, as rows and as a workbook."""
    facts, department = passing.facts, passing.department
    if passing.own:
        lines = [line for line in publication(facts, passing.today).lines if line.finding.department == department]
        listed = publication_list(f"{department} 检查结果和公示情况", facts.expectations, lines)
        batch = f"{facts.round} 检查结果"
        book = OutgoingFile(name=f"{batch}.xlsx", content=listed, row_count=len(lines))
        yield batch, (_rows(batch, _of(facts, passing.own)), book)


def _referrals(passing: Passing) -> Iterator[Batch]:
    """What other departments found that this one must know (抄告, R13)."""
    facts, department = passing.facts, passing.department
    notices = [notice for notice in publication(facts, passing.today).notices if notice.to == department]
    if notices:
        listed = notice_list(f"{department} 抄告事项", facts.expectations, notices)
        batch = f"{facts.round} 抄告"
        book = OutgoingFile(name=f"{batch}.xlsx", content=listed, row_count=len(notices))
        told = [*dict.fromkeys(notice.finding for notice in notices)]
        yield batch, (_rows(batch, _of(facts, told)), book)


def _publicity(passing: Passing) -> Iterator[Batch]:
    """The annual plan, tasks and drawn lists by who initiated them, then results under each target."""
    facts, department = passing.facts, passing.department
    lines = plan_rows(passing.planned.lines, facts.expectations.year, department) if passing.planned else ()
    if planned := [*lines]:
        yield _alone(f"{facts.expectations.year} 年度计划", planned)
    rows = [*task_rows(passing.record.dispatch, department), *drawn_rows(facts.expectations, department)]
    if rows:
        yield _alone(f"{facts.round} 任务和抽中名单", rows)
    yield from _by_target(facts, _of_publicity_system(facts, passing.own))


def _of_publicity_system(facts: Facts, own: list[Finding]) -> list[Finding]:
    """Market entities' results are gathered there unless another channel was chosen (附件备注2); nobody else's are."""
    chosen = {None, PublicationChannel.PUBLICITY_SYSTEM}
    targets = facts.expectations.target_by_id
    return [each for each in own if each.channel in chosen and targets[each.target].is_market_entity]


def _by_target(facts: Facts, own: list[Finding]) -> Iterator[Batch]:
    """Results gathered under each target of a task: the publicity system's key (task number, target)."""
    gathered: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in own:
        gathered[finding.task, finding.target].append(finding)
    for (task, target), found in sorted(gathered.items()):
        yield _alone(f"{task} {target}", _of(facts, found))


def _acts(passing: Passing) -> Iterator[Batch]:
    """One inspection of a target by a department, with all that was checked (监管行为)."""
    gathered: dict[str, list[Finding]] = defaultdict(list)
    for finding in passing.own:
        gathered[finding.target].append(finding)
    for target, found in sorted(gathered.items()):
        yield _alone(f"{passing.facts.round} {target}", result_rows(passing.facts, found))


def _pages(passing: Passing) -> Iterator[Batch]:
    """What a department's website shows: its tasks, its drawn lists, and what it has published."""
    facts, department = passing.facts, passing.department
    published = [finding for finding in passing.own if finding.is_published]
    tasks, drawn = task_rows(passing.record.dispatch, department), drawn_rows(facts.expectations, department)
    rows = [*tasks, *drawn, *result_rows(facts, published)]
    if rows:
        yield _alone(f"{facts.round} 公开", rows)


def _of(facts: Facts, found: list[Finding]) -> Iterator[Result | Penalty]:
    yield from result_rows(facts, found)
    yield from penalty_rows(facts, found)


def _alone(batch: str, rows: Iterable[object]) -> Batch:
    """A batch of rows and nothing else. Files bear their batch's name: many batches may lie in one folder."""
    return batch, (_rows(batch, rows),)


def _rows(stem: str, rows: Iterable[object]) -> OutgoingFile:
    file: File = records_file(stem, rows)  # type: ignore[arg-type]
    return OutgoingFile(name=file.name, content=file.content, row_count=file.row_count)


_GIVING: Mapping[Wanted, Callable[[Passing], Iterator[Batch]]] = {
    Wanted.PAPERS: _papers,
    Wanted.RESULTS: _results,
    Wanted.REFERRALS: _referrals,
    Wanted.PUBLICITY: _publicity,
    Wanted.ACTS: _acts,
    Wanted.PAGES: _pages,
}
"""What is passed on for each wish; registrations come the other way (`registry`)."""

"""A small round in every state, each brought there once, step by step, as offices bring their own.

The one that is finished has results. Rounds that lie in the weeks to come wait for whoever tries the service.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID, uuid4

from coordinator.actions.approving import approve_alone, draw_up
from coordinator.actions.beginning import begin_round
from coordinator.actions.calendars import published_calendar
from coordinator.actions.ceremonies import fix_together
from coordinator.actions.collecting import collect_round
from coordinator.actions.draws import commit_and_reveal
from coordinator.actions.handing_in import hand_in, try_workbook
from coordinator.actions.lot_draws import fix_plan, hold_lots
from coordinator.actions.plan_requests import request_plan
from coordinator.actions.reading import find_round
from coordinator.actions.recording import record_facts
from coordinator.actions.round_records import load_round_record
from coordinator.actions.running import DoJob
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame, hold_target_draw
from coordinator.demonstration.folders import weeks_to_move, write_moved
from coordinator.documents.round_folder import SETTINGS, RoundFolder
from coordinator.domain.actors import CONSOLE
from coordinator.domain.codes import PublicationChannel, ResultCode
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.expectations import expectations_of
from coordinator.domain.findings import Facts, Finding
from coordinator.storage import rounds
from coordinator.storage.connection import transaction
from solver.chance.head import Stage as DrawStage

Bring = Callable[[Services, DoJob, RoundFolder, Path], Awaitable[None]]

SECONDS_TO_PLAN = 3.0
TIME_FOR_PARTIES = timedelta(days=3)
APPROVED = "approved"
LATE = "禾川县水利局"
"""Who has not handed in yet where workbooks are still being collected."""


class Example(NamedTuple):
    """A round to be shown: the end of its code, its name, how it gets there, whether it lies ahead."""

    code: str
    name: str
    bring: Bring
    is_ahead: bool = True


async def a_round_in_every_state(services: Services, do_job: DoJob, small: Path, codes: str) -> None:
    """Make the examples that are missing; `codes` begins each one's code."""
    today = services.clock().astimezone(LOCAL_TIME).date()
    ahead = weeks_to_move(small, today, published_calendar())
    async with transaction(services.pool, CONSOLE) as db:
        known = {each.code for each in await rounds.rounds(db)}
    for example in EXAMPLES:
        code = f"{codes}-{example.code}"
        if code in known or (example.bring is _collecting and not ahead):
            continue
        with TemporaryDirectory() as place:
            moved = ahead if example.is_ahead else timedelta()
            folder = write_moved(small, Path(place) / "round", moved, code, example.name)
            await example.bring(services, do_job, folder, Path(place) / "round")


async def _collecting(services: Services, _: DoJob, folder: RoundFolder, place: Path) -> None:
    """Begun in the web; all but one department have handed in."""
    departments = [Path(name).stem for name in folder.originals]
    due = folder.settings.round.first_day - timedelta(days=3)
    settings = (place / SETTINGS).read_bytes()
    round_ = await begin_round(services, CONSOLE, uuid4(), settings, due.isoformat(), "\n".join(departments))
    for name in sorted(folder.originals):
        if Path(name).stem != LATE:
            tried = await try_workbook(services, CONSOLE, round_, name, folder.originals[name])
            await hand_in(services, CONSOLE, round_, tried, with_faults=True)


async def _fixed_for_parties(services: Services, _: DoJob, folder: RoundFolder, __: Path) -> None:
    """The names stand, and the parties have to commit and reveal."""
    round_ = await collect_round(services, CONSOLE, folder, None)
    await fix_together(services, CONSOLE, round_, DrawStage.TARGETS, TIME_FOR_PARTIES)


async def _drawn(services: Services, _: DoJob, folder: RoundFolder, __: Path) -> None:
    await _draw(services, folder)


async def _planned(services: Services, do_job: DoJob, folder: RoundFolder, _: Path) -> None:
    await _plan(services, do_job, await _draw(services, folder))


async def _lots_fixed(services: Services, do_job: DoJob, folder: RoundFolder, _: Path) -> None:
    """The plan stands, and the parties have to commit and reveal once more."""
    round_ = await _plan(services, do_job, await _draw(services, folder))
    await fix_together(services, CONSOLE, round_, DrawStage.TEAMS, TIME_FOR_PARTIES)


async def _to_be_approved(services: Services, do_job: DoJob, folder: RoundFolder, _: Path) -> None:
    """Who goes is drawn, and the papers wait for somebody to approve them."""
    await draw_up(services, CONSOLE, await _draw_teams(services, do_job, folder))


async def _approved(services: Services, do_job: DoJob, folder: RoundFolder, _: Path) -> None:
    """Who goes is approved and lies ahead: firms can be told, and visits moved to another day."""
    await approve_alone(services, CONSOLE, await _draw_teams(services, do_job, folder))


async def _with_results(services: Services, do_job: DoJob, folder: RoundFolder, _: Path) -> None:
    """Carried out: two of three results are in, all without a fault found."""
    round_ = await _draw_teams(services, do_job, folder)
    await approve_alone(services, CONSOLE, round_)
    async with transaction(services.pool, CONSOLE) as db:
        record = await load_round_record(db, CONSOLE, round_)
    expected = expectations_of(record.dispatch, _day(record.drawn_at))
    findings = tuple(
        Finding(
            task=each.task,
            department=each.department,
            target=each.target,
            item=each.item,
            inspected_on=each.planned_on,
            result=ResultCode.NO_PROBLEM,
            channel=PublicationChannel.PUBLICITY_SYSTEM,
        )
        for number, each in enumerate(expected.results)
        if number % 3
    )
    await record_facts(services, CONSOLE, Facts(expectations=expected, findings=findings, corrections=()))


async def _draw(services: Services, folder: RoundFolder) -> UUID:
    round_ = await collect_round(services, CONSOLE, folder, None)
    await fix_frame(services, CONSOLE, round_)
    await commit_and_reveal(services, CONSOLE, await find_round(services, CONSOLE, round_), DrawStage.TARGETS)
    await hold_target_draw(services, CONSOLE, round_, "")
    return round_


async def _plan(services: Services, do_job: DoJob, round_: UUID) -> UUID:
    await do_job(await request_plan(services, CONSOLE, round_, SECONDS_TO_PLAN))
    return round_


async def _draw_teams(services: Services, do_job: DoJob, folder: RoundFolder) -> UUID:
    round_ = await _plan(services, do_job, await _draw(services, folder))
    await fix_plan(services, CONSOLE, round_)
    await commit_and_reveal(services, CONSOLE, await find_round(services, CONSOLE, round_), DrawStage.TEAMS)
    await hold_lots(services, CONSOLE, round_)
    return round_


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL_TIME).date()


EXAMPLES = (
    Example("carried-out", "部门联合抽查示例：已检查，待公示", _with_results, is_ahead=False),
    Example(APPROVED, "部门联合抽查示例：已批准，待检查", _approved),
    Example("approving", "部门联合抽查示例：待审批", _to_be_approved),
    Example("lots", "部门联合抽查示例：待抽签", _lots_fixed),
    Example("planned", "部门联合抽查示例：已排期", _planned),
    Example("drawn", "部门联合抽查示例：待排期", _drawn),
    Example("fixed", "部门联合抽查示例：待抽取", _fixed_for_parties),
    Example("collecting", "部门联合抽查示例：收集中", _collecting),
)
"""The newest is listed first: it is the one that waits for somebody."""

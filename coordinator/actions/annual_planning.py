"""The annual plan: departments' lines, each change with its reason; drawn up, approved by another, and so published.

What may stand in a line is said in domain/annual_plans.py. A department adds to a plan in which it sees its own lines.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from msgspec import Struct

from coordinator.actions.collecting import load_tasks
from coordinator.actions.services import Services
from coordinator.domain.actors import PUBLICATION, WORKER, Actor
from coordinator.domain.acts import Act
from coordinator.domain.annual_plans import (
    AnnualChange,
    AnnualIssue,
    AnnualLine,
    issue_digest,
    new_line,
    refuse_deciding_issue,
    refuse_unlike,
    standing_lines,
    unplanned,
)
from coordinator.domain.approvals import Decision, acceptable_number, acceptable_reason
from coordinator.domain.errors import Conflict, NotFound
from coordinator.domain.permissions import may, permit
from coordinator.domain.tasks import Task
from coordinator.storage import annual_plans, audit, rounds
from coordinator.storage.connection import Connection, act_as, transaction


class YearReading(Struct, frozen=True, kw_only=True):
    """A year's plan as far as the actor may see it, with its changes and, for whoever sees all, its issues."""

    lines: tuple[AnnualLine, ...]
    changes: tuple[AnnualChange, ...]
    issues: tuple[AnnualIssue, ...]

    @property
    def has_changed(self) -> bool:
        """Whether the lines are not those of the last issue."""
        return bool(self.lines) and (not self.issues or self.issues[0].digest != issue_digest(self.lines))


async def read_year(services: Services, actor: Actor, year: int) -> YearReading:
    permit(actor, Act.SEE_ANNUAL_PLAN)
    async with transaction(services.pool, actor) as db:
        changes = tuple(await annual_plans.changes(db, year))
        issues = tuple(await annual_plans.issues(db, year))
    return YearReading(lines=standing_lines(changes), changes=changes, issues=issues)


async def put_line(
    services: Services, actor: Actor, year: int, department: str, fields: Mapping[str, str], reason: str
) -> AnnualLine:
    """Add a line, or change the one of that number, and give it; raises Invalid, Conflict where nothing changes."""
    permit(actor, Act.PLAN_YEAR, department=department)
    line, said = new_line(year, department, fields), acceptable_reason(reason)
    async with transaction(services.pool, actor) as db:
        refuse_unlike(await _standing(db, actor, year), line)
        await _change(db, actor, year, line, said, services.clock())
    return line


async def withdraw_line(services: Services, actor: Actor, year: int, id_: str, reason: str) -> AnnualLine:
    """Take a line out of the plan, with the reason, and give it; raises NotFound where none of one's own stands."""
    permit(actor, Act.PLAN_YEAR)
    said = acceptable_reason(reason)
    async with transaction(services.pool, actor) as db:
        found = next((each for each in await _standing(db, actor, year) if each.id == id_), None)
        if found is None or not may(actor, Act.PLAN_YEAR, department=found.department):
            raise NotFound("计划里没有这一条。", remedy="请刷新页面。")
        await _change(db, actor, year, found, said, services.clock(), withdrawn=True)
    return found


async def draw_up_year(services: Services, actor: Actor, year: int) -> None:
    """Draw the plan up to be approved; raises Conflict where one waits, or nothing has changed since the last."""
    permit(actor, Act.APPROVE_YEAR)
    async with transaction(services.pool, actor) as db:
        lines, issues = await _standing(db, actor, year), await annual_plans.issues(db, year)
        if issues and issues[0].is_waiting:
            raise Conflict("已有一份计划在等待审批。", remedy="请先批准或退回。")
        if not lines or (issues and issues[0].is_published and issues[0].digest == issue_digest(lines)):
            raise Conflict("计划没有内容，或者与已公布的一样。", remedy="请先写入或调整。")
        await annual_plans.insert_issue(db, uuid4(), year, lines, actor, services.clock())
        await audit.append(db, actor, "annual_plan_drawn_up", None, str(year), lines=len(lines))


async def decide_year(services: Services, actor: Actor, year: int, seen: str, decision: Decision, said: str) -> None:
    """Approve under a number, which publishes the plan, or return it with a reason; never what one drew up oneself."""
    permit(actor, Act.APPROVE_YEAR)
    async with transaction(services.pool, actor) as db:
        await annual_plans.lock_year(db, year)
        waiting = next((each for each in await annual_plans.issues(db, year) if each.is_waiting), None)
        issue = refuse_deciding_issue(waiting, actor, seen)
        words = acceptable_number(said) if decision is Decision.APPROVED else acceptable_reason(said)
        await annual_plans.decide(db, issue.id, decision, actor, services.clock(), said=words)
        if decision is Decision.APPROVED:
            await audit.append(db, actor, "annual_plan_approved", None, str(year), number=words)
        else:
            await audit.append(db, actor, "annual_plan_returned", None, str(year), reason=words)


async def published_year(services: Services, year: int) -> AnnualIssue:
    """The plan of a year as anyone may see it: the latest that was approved; raises NotFound without one."""
    async with transaction(services.pool, PUBLICATION) as db:
        found = await published_issue(db, year)
    if found is None:
        raise NotFound("这一年的年度计划还没有公布。")
    return found


async def give_cause(services: Services, actor: Actor, round_: UUID, task: str, reason: str) -> None:
    """Say why a task is carried out that stands in no line of the published plan (R01); raises NotFound, Conflict."""
    permit(actor, Act.DRAW_UP_PAPERS)
    said = acceptable_reason(reason)
    async with transaction(services.pool, actor) as db:
        stored = await rounds.lock_round(db, round_)
        tasks = await load_tasks(db, round_) if stored else ()
        if stored is None or task not in {each.id for each in tasks}:
            raise NotFound("这一轮没有这项任务。", remedy="请从审批页面选择。")
        if task not in {each.id for each in await tasks_without_cause(db, round_, stored.settings.round.year, tasks)}:
            raise Conflict("这项任务不用写原因：在已公布的年度计划里，或者已经写明。", remedy="请刷新页面。")
        await annual_plans.insert_cause(db, round_, task, said, actor, services.clock())
        await audit.append(db, actor, "cause_given", round_, task, reason=said)


async def tasks_without_cause(db: Connection, round_: UUID, year: int, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """The tasks outside the published plan for which nobody has given a cause; none while nothing is published."""
    published = await published_issue(db, year)
    if published is None:
        return ()
    given = await annual_plans.causes(db, round_)
    return tuple(task for task in unplanned(tasks, published.lines) if task.id not in given)


async def _standing(db: Connection, actor: Actor, year: int) -> tuple[AnnualLine, ...]:
    """All departments' lines, whoever acts; the year is locked until the transaction ends."""
    await annual_plans.lock_year(db, year)
    await act_as(db, WORKER)
    lines = standing_lines(await annual_plans.changes(db, year))
    await act_as(db, actor)
    return lines


async def _change(
    db: Connection, actor: Actor, year: int, line: AnnualLine, reason: str, at: datetime, *, withdrawn: bool = False
) -> None:
    """Add a change, numbered among all departments' own."""
    await act_as(db, WORKER)
    await annual_plans.insert_change(db, year, line, reason, actor, at, withdrawn=withdrawn)
    await act_as(db, actor)
    facts = {"year": year, "withdrawn": withdrawn, "reason": reason}
    await audit.append(db, actor, "annual_line_changed", None, line.id, **facts)


async def published_issue(db: Connection, year: int) -> AnnualIssue | None:
    """The latest approved issue; only the coordinating office and supervisors see issues."""
    return next((each for each in await annual_plans.issues(db, year) if each.is_published), None)

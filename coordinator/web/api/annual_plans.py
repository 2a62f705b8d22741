"""The interface for programs: the annual plan of a year, its lines written with a reason, drawn up, and approved.

A token acts for its owner: nobody approves the plan that the same person drew up. What the public sees of it is on
the public pages.
"""

from datetime import date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from coordinator.actions.annual_planning import decide_year, draw_up_year, put_line, read_year, withdraw_line
from coordinator.actions.services import Services
from coordinator.domain.actors import Actor
from coordinator.domain.acts import Act
from coordinator.domain.annual_plans import LONGEST, AnnualIssue, AnnualLine
from coordinator.domain.approvals import LONGEST_NUMBER, LONGEST_REASON, Decision
from coordinator.domain.codes import TaskKind
from coordinator.domain.permissions import permit
from coordinator.web.api.answers import Keyed, of_writing
from coordinator.web.api.approvals import Seen
from coordinator.web.api.pages import Turn, listing
from coordinator.web.given import Given, Year

YEAR = "/annual-plans/{year:int}"
Words = Annotated[str, Meta(max_length=LONGEST, pattern=r"^[^\x00-\x1f]*$")]
Reason = Annotated[str, Meta(max_length=LONGEST_REASON)]
list_ = partial(listing, tags=["年度计划"])
write = partial(post, responses=of_writing(), operation_class=Keyed, status_code=200, tags=["年度计划"])


class PlanLine(Struct, frozen=True, kw_only=True):
    """One task that a department means to carry out this year."""

    id: str
    name: str
    kind: TaskKind
    department: str
    cooperating: str
    items: str
    targets: str
    ratio: str
    first_day: date
    last_day: date


class PlanChange(Struct, frozen=True, kw_only=True):
    """The line as it stands from then on; without content where it was withdrawn."""

    number: int
    line: str
    department: str
    content: PlanLine | None
    reason: str
    by_name: str
    at: datetime


class PlanIssue(Struct, frozen=True, kw_only=True):
    """The plan as it was drawn up; once approved, published."""

    id: UUID
    issue: int
    digest: str
    lines: int
    drawn_up_name: str
    drawn_up_at: datetime
    decision: Decision | None
    decided_name: str | None
    decided_at: datetime | None
    number: str | None
    reason: str | None


class LineWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of this number as it is to be, and why; a department's program writes its own."""

    id: Words
    name: Words
    kind: TaskKind
    items: Words
    targets: Words
    ratio: Words
    first_day: date
    last_day: date
    reason: Reason
    cooperating: Words = ""
    department: Words = ""


class LineWithdrawal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Words
    reason: Reason


class PlanApproval(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: Seen
    number: Annotated[str, Meta(max_length=LONGEST_NUMBER, description="文号")]


class PlanReturn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    seen: Seen
    reason: Reason


@list_(f"{YEAR}/lines", summary="一年的计划现在的各条；部门只见自己的")
async def list_plan_lines(
    turn: Given[Turn], year: Year, actor: Given[Actor], services: Given[Services]
) -> Response[list[PlanLine]]:
    found = (await read_year(services, actor, year)).lines
    return turn.cut([_line(each) for each in found], lambda _, each: each.id)


@list_(f"{YEAR}/changes", summary="一年的计划的每次变动和理由，早的在前")
async def list_plan_changes(
    turn: Given[Turn], year: Year, actor: Given[Actor], services: Given[Services]
) -> Response[list[PlanChange]]:
    found = sorted((await read_year(services, actor, year)).changes, key=lambda each: each.number)
    lines = msgspec.convert(found, list[PlanChange], from_attributes=True)
    return turn.cut(lines, lambda _, each: str(each.number))


@list_(f"{YEAR}/issues", summary="一年的计划的审批，新的在前")
async def list_plan_issues(
    turn: Given[Turn], year: Year, actor: Given[Actor], services: Given[Services]
) -> Response[list[PlanIssue]]:
    found = (await read_year(services, actor, year)).issues
    return turn.cut([_issue(each) for each in found], lambda _, each: str(each.issue))


@write(f"{YEAR}/lines", summary="写入或调整一条，写明理由")
async def post_plan_line(
    year: Year, data: JSONBody[LineWish], actor: Given[Actor], services: Given[Services]
) -> PlanLine:
    fields = {name: str(value) for name, value in msgspec.to_builtins(data).items()}
    department = actor.department or data.department.strip()
    return _line(await put_line(services, actor, year, department, fields, data.reason))


@write(f"{YEAR}/lines/withdraw", summary="撤下一条，写明理由")
async def post_plan_withdrawal(
    year: Year, data: JSONBody[LineWithdrawal], actor: Given[Actor], services: Given[Services]
) -> PlanLine:
    return _line(await withdraw_line(services, actor, year, data.id, data.reason))


@write(f"{YEAR}/issues", summary="提请审批现在的计划")
async def post_plan_issue(year: Year, actor: Given[Actor], services: Given[Services]) -> PlanIssue:
    permit(actor, Act.SEE_ANNUAL_PLAN)
    await draw_up_year(services, actor, year)
    return await _last(services, actor, year)


@write(f"{YEAR}/issues/approve", summary="批准看到的那一份，写明文号；批准即公布")
async def post_plan_approval(
    year: Year, data: JSONBody[PlanApproval], actor: Given[Actor], services: Given[Services]
) -> PlanIssue:
    permit(actor, Act.SEE_ANNUAL_PLAN)
    await decide_year(services, actor, year, data.seen, Decision.APPROVED, data.number)
    return await _last(services, actor, year)


@write(f"{YEAR}/issues/return", summary="退回看到的那一份，写明理由")
async def post_plan_return(
    year: Year, data: JSONBody[PlanReturn], actor: Given[Actor], services: Given[Services]
) -> PlanIssue:
    permit(actor, Act.SEE_ANNUAL_PLAN)
    await decide_year(services, actor, year, data.seen, Decision.RETURNED, data.reason)
    return await _last(services, actor, year)


async def _last(services: Services, actor: Actor, year: int) -> PlanIssue:
    return _issue((await read_year(services, actor, year)).issues[0])


def _line(found: AnnualLine) -> PlanLine:
    return msgspec.convert(found, PlanLine, from_attributes=True)


def _issue(found: AnnualIssue) -> PlanIssue:
    fields = {name: getattr(found, name) for name in PlanIssue.__struct_fields__}
    return PlanIssue(**fields | {"lines": len(found.lines)})


ANNUAL_PLANS = (
    list_plan_lines,
    list_plan_changes,
    list_plan_issues,
    post_plan_line,
    post_plan_withdrawal,
    post_plan_issue,
    post_plan_approval,
    post_plan_return,
)

"""report.html: a round for people, on one page: what merging saved, where, when, who could be drawn, what is left over.

For the coordinator, the parties and supervisors (`disclosure`, Part.REPORT): it holds visits that are still to come.
Parts with a picture of their own are laid out in `report_map`, `report_schedule` and `report_people`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from coordinator.documents.notices import Digest
from coordinator.documents.pages import render
from coordinator.documents.report_map import map_view
from coordinator.documents.report_people import chance_groups, load
from coordinator.documents.report_schedule import schedule
from coordinator.domain.coverage import ItemCoverage
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.frames import Exclusion
from coordinator.domain.ids import DepartmentId
from coordinator.domain.intake.taking import RefusedRow
from coordinator.domain.ledger import LedgerEntry, ledger
from coordinator.domain.sheets import CellFinding, Severity
from coordinator.domain.summaries import SINGLE_OPERATOR_WORDS, Summary, change_words, matter_words, unserved_groups
from coordinator.domain.wording import REHEARSAL_WORDS, moment_words, remedy_words, short_names, span_words, together
from coordinator.domain.workdays import publication_deadline


class Returned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One department's workbook: which rows were refused, and everything found in it."""

    file: str
    refused: tuple[RefusedRow, ...]
    findings: tuple[CellFinding, ...]


class Remarks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was noticed on the way to the plan: shown, never acted on."""

    returned: tuple[Returned, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    warnings: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """One stage of the round's course; `state` is done, now or empty."""

    name: str
    fact: str
    state: str


class TaskRow(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    initiator: str
    cooperating: str
    drawn: int
    window: str
    publish_by: date
    provisional: bool


class BoardRow(Struct, frozen=True, kw_only=True):
    """One target of the merge board."""

    target: str
    departments: str
    """Each with its number of matters."""
    apart: int
    visits: int
    when: str
    obstacles: tuple[str, ...]


class UnservedRow(Struct, frozen=True, kw_only=True):
    """Matters that share their reasons; each reason with its remedy."""

    matters: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]


class RefusedSheet(Struct, frozen=True, kw_only=True):
    file: str
    rows: tuple[RefusedRow, ...]
    warnings: tuple[str, ...]


def report(
    dispatch: Dispatch,
    summary: Summary,
    coverage: Sequence[ItemCoverage],
    *,
    made_at: datetime,
    remarks: Remarks | None = None,
) -> bytes:
    """Write the report as one HTML file that stands alone."""
    remarks = remarks or Remarks()
    short = short_names([submission.department.id for submission in dispatch.submissions])
    board = ledger(dispatch)
    parted = [entry for entry in board if len(entry.visits) > 1]
    merged = [entry for entry in board if len(entry.visits) == 1 and entry.visits_apart > 1]
    return render(
        "report.html",
        round=dispatch.round.round,
        round_name=dispatch.name,
        rehearsal=REHEARSAL_WORDS if dispatch.rehearsal else "",
        summary=summary,
        visits_change=change_words(summary.visits, summary.visits_apart, "次"),
        half_days_change=change_words(summary.officer_half_days, summary.officer_half_days_apart, "个"),
        course=tuple(_course(dispatch, summary)),
        tasks=tuple(_task_rows(dispatch, short)),
        key_matters=sum(matter.key for matter in dispatch.problem.matters),
        map=map_view(dispatch),
        schedule=schedule(dispatch, short),
        load=load(dispatch),
        chances=chance_groups(dispatch),
        parted=tuple(_board_row(dispatch, entry, short) for entry in parted),
        merged=tuple(_board_row(dispatch, entry, short) for entry in merged),
        alone=len(board) - len(parted) - len(merged),
        unserved=tuple(_unserved_rows(dispatch, summary)),
        coverage=coverage,
        dropped=dispatch.wanted.dropped,
        refused=tuple(_refused(remarks.returned)),
        excluded=remarks.excluded,
        warnings=(*dispatch.wanted.warnings, *remarks.warnings),
        digests=remarks.digests,
        single_operator=SINGLE_OPERATOR_WORDS if summary.single_operator else "",
        names=short,
        targets=dispatch.targets,
        made_at=moment_words(made_at.astimezone(LOCAL_TIME)),
    )


def _course(dispatch: Dispatch, summary: Summary) -> Iterable[Step]:
    """The course of a round (design/experience.md), as far as it has come when the lots are drawn."""
    head = dispatch.round.round
    last_due = max((publication_deadline(dispatch.calendar, t.last_day).due_on for t in dispatch.tasks), default=None)
    drawn = sum(len(team) for team in dispatch.teams.values())
    yield Step(name="收集", fact=f"{len(dispatch.submissions)}个部门", state="done")
    yield Step(name="抽取", fact=f"{summary.drawn_targets}户", state="done")
    yield Step(name="排期", fact=f"{len(dispatch.plan.tours)}组次", state="done")
    yield Step(name="抽签", fact=f"{drawn}人次", state="done")
    yield Step(name="执行", fact=span_words(head.first_day, head.last_day), state="now")
    yield Step(name="公示", fact=f"最迟{last_due.month}月{last_due.day}日" if last_due else "", state="")
    yield Step(name="统计", fact=f"{head.year}年度", state="")


def _task_rows(dispatch: Dispatch, short: Mapping[DepartmentId, str]) -> Iterable[TaskRow]:
    for task in dispatch.tasks:
        deadline = publication_deadline(dispatch.calendar, task.last_day)
        yield TaskRow(
            id=task.id,
            name=task.name,
            initiator=short[task.initiator],
            cooperating=together(short[each] for each in task.items if each != task.initiator),
            drawn=len({drawn.target for drawn in dispatch.drawn if drawn.task == task.id}),
            window=span_words(task.first_day, task.last_day),
            publish_by=deadline.due_on,
            provisional=deadline.provisional,
        )


def _board_row(dispatch: Dispatch, entry: LedgerEntry, short: Mapping[DepartmentId, str]) -> BoardRow:
    begins = [dispatch.begins_at(tour, visit) for tour, visit in entry.visits]
    return BoardRow(
        target=dispatch.targets[entry.target].name,
        departments="、".join(f"{short[department]} {matters}" for department, matters in entry.departments.items()),
        apart=entry.visits_apart,
        visits=len(entry.visits),
        when="、".join(f"{moment.month}月{moment.day}日" for moment in begins),
        obstacles=tuple(dict.fromkeys(entry.obstacles)),
    )


def _unserved_rows(dispatch: Dispatch, summary: Summary) -> Iterable[UnservedRow]:
    for group in unserved_groups(summary.unserved):
        yield UnservedRow(
            matters=tuple(matter_words(dispatch, matter) for matter in group.matters),
            reasons=tuple((reason.text, remedy_words(reason.remedy)) for reason in group.reasons),
        )


def _refused(returned: Iterable[Returned]) -> Iterable[RefusedSheet]:
    for each in returned:
        warnings = tuple(
            f"{finding.sheet}{f'第{finding.row}行' if finding.row else ''}：{finding.message}"
            for finding in each.findings
            if finding.severity is Severity.WARNING
        )
        if each.refused or warnings:
            yield RefusedSheet(file=each.file, rows=each.refused, warnings=warnings)

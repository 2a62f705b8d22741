"""What a department has still to enter, stop by stop, and how far the results of all departments are.

The form for one stop is in `entries`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import cache, partial

from msgspec import Struct

from coordinator.actions.noticing import NamedNotice
from coordinator.domain.entering import Stop
from coordinator.domain.expectations import Expectations, ExpectedResult, ResultKey
from coordinator.domain.findings import Facts, Finding
from coordinator.domain.hand_ins import working_days_left
from coordinator.domain.ids import DepartmentId
from coordinator.domain.publication import Notice, PublicationLine, PublicationState, publication
from coordinator.domain.workdays import Calendar

PAGE = 50


class StopState(StrEnum):
    """What there is to do at a stop; also the filters of the list."""

    DUE = "due"
    """The day has come and something is missing."""
    LATER = "later"
    UNPUBLISHED = "unpublished"
    DONE = "done"


class StopLine(Struct, frozen=True, kw_only=True):
    """One stop in the list; `due_on` is the first day by which some of its results must be public."""

    stop: Stop
    name: str
    missing: int
    results: int
    unpublished: int
    state: StopState
    due_on: date
    provisional: bool
    days_left: int


class ResultsPage(Struct, frozen=True, kw_only=True):
    """One page of stops in one state, and how many there are in each."""

    lines: tuple[StopLine, ...]
    state: StopState
    counts: dict[StopState, int]
    page: int
    pages: int


class DepartmentResults(Struct, frozen=True, kw_only=True):
    """How far a department is."""

    department: DepartmentId
    expected: int
    entered: int
    missing_overdue: int
    published: int
    publication_overdue: int


class NoticeLine(Struct, frozen=True, kw_only=True):
    """Something that others must know, with everybody who is told of it and why."""

    finding: Finding
    target_name: str
    item_name: str
    told: tuple[Notice, ...]


class NoticesPage(Struct, frozen=True, kw_only=True):
    lines: tuple[NoticeLine, ...]
    page: int
    pages: int
    total: int


def notices_page(told: Iterable[NamedNotice], page: int) -> NoticesPage:
    """Show what was found last first, each once, and one page of it."""
    groups: dict[ResultKey, list[NamedNotice]] = defaultdict(list)
    for each in told:
        groups[each.notice.finding.key].append(each)
    lines = [
        NoticeLine(
            finding=group[0].notice.finding,
            target_name=group[0].target_name,
            item_name=group[0].item_name,
            told=tuple(each.notice for each in group),
        )
        for group in groups.values()
    ]
    lines.sort(key=lambda line: line.finding.inspected_on, reverse=True)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(1, page), pages)
    return NoticesPage(lines=tuple(lines[(page - 1) * PAGE : page * PAGE]), page=page, pages=pages, total=len(lines))


def stop_lines(facts: Facts, calendar: Calendar, today: date) -> tuple[StopLine, ...]:
    """Show every stop of the results that are owed, those first whose results must be public first."""
    open_lines = {line.finding.key: line for line in publication(facts, today).lines if _is_open(line)}
    stops: dict[Stop, list[ExpectedResult]] = defaultdict(list)
    for each in facts.expectations.results:
        stops[Stop(day=each.planned_on, target=each.target)].append(each)
    left = cache(partial(working_days_left, calendar, today))
    lines = (
        _line(facts, stop, results, sum(each.key in open_lines for each in results), left, today)
        for stop, results in stops.items()
    )
    return tuple(sorted(lines, key=lambda line: (line.due_on, line.stop)))


def results_page(lines: Sequence[StopLine], state: StopState | None, page: int) -> ResultsPage:
    """Choose one state's stops, at first those with something to do, and one page of them."""
    counts = {each: sum(line.state is each for line in lines) for each in StopState}
    chosen = state or next((each for each in StopState if counts[each]), StopState.DUE)
    found = [line for line in lines if line.state is chosen]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return ResultsPage(
        lines=tuple(found[(page - 1) * PAGE : page * PAGE]), state=chosen, counts=counts, page=page, pages=pages
    )


def next_stop(lines: Iterable[StopLine], but: Stop) -> StopLine | None:
    """The next stop where something is to be entered now."""
    return next((line for line in lines if line.state is StopState.DUE and line.stop != but), None)


def department_results(facts: Facts, today: date) -> Iterator[DepartmentResults]:
    """How far each department is that owes results."""
    seen = publication(facts, today)
    for department in _owing(facts.expectations):
        lines = [line for line in seen.lines if line.finding.department == department]
        states = [line.state for line in lines]
        yield DepartmentResults(
            department=department,
            expected=len(facts.expectations.results_of(department)),
            entered=len(lines),
            missing_overdue=sum(each.expected.department == department for each in seen.missing_overdue),
            published=sum(line.finding.is_published for line in lines),
            publication_overdue=states.count(PublicationState.OVERDUE) + states.count(PublicationState.LATE),
        )


def _owing(expectations: Expectations) -> tuple[DepartmentId, ...]:
    return tuple(sorted({each.department for each in expectations.results}))


def _is_open(line: PublicationLine) -> bool:
    return line.state in {PublicationState.WAITING, PublicationState.OVERDUE}


def _line(
    facts: Facts,
    stop: Stop,
    results: Sequence[ExpectedResult],
    unpublished: int,
    left: Callable[[date], int],
    today: date,
) -> StopLine:
    missing = sum(each.key not in facts.finding_by_key for each in results)
    deadlines = [facts.expectations.task_by_id[each.task].publication for each in results]
    due = min(deadlines, key=lambda each: each.due_on)
    return StopLine(
        stop=stop,
        name=facts.expectations.target_by_id[stop.target].name,
        missing=missing,
        results=len(results),
        unpublished=unpublished,
        state=_state(stop, missing, unpublished, today),
        due_on=due.due_on,
        provisional=due.provisional,
        days_left=left(due.due_on),
    )


def _state(stop: Stop, missing: int, unpublished: int, today: date) -> StopState:
    if missing:
        return StopState.DUE if stop.day <= today else StopState.LATER
    return StopState.UNPUBLISHED if unpublished else StopState.DONE

"""Publication of results: what is due where by when, what is overdue or missing, and whom else a finding concerns.

国发〔2019〕5号 三（四）: within 20 working days after the task ends, market entities in the publicity system. The lists
are made of facts and a day; sending and laying them out is done elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.codes import Disposition, PublicationChannel, ResultCode
from coordinator.domain.expectations import Expectations, ExpectedResult
from coordinator.domain.findings import Facts, Finding
from coordinator.domain.ids import DepartmentId, TargetId, TaskId
from coordinator.domain.result_forms import key_text
from coordinator.domain.workdays import Deadline


class PublicationState(StrEnum):
    """How far a result's publication is; the values are what people read."""

    PUBLISHED = "已公示"
    LATE = "逾期公示"
    WAITING = "待公示"
    OVERDUE = "逾期未公示"
    WITHHELD = "不予公示"


class MissingState(StrEnum):
    """How pressing a result is that nobody has entered."""

    PLANNED = "未到检查日"
    AWAITED = "已过检查日未录入"
    OVERDUE = "已过公示期限未录入"


class NoticeReason(StrEnum):
    """Why a department is told what another one found (抄告)."""

    REFERRED = "移送处理"
    ASKED = "抄告"
    SHARED_TARGET = "共同监管对象"


class Receivers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who can be told in a round."""

    departments: tuple[DepartmentId, ...]
    coordinator: DepartmentId


class PublicationLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A result, the channel it belongs in (None: still to be chosen) and how far its publication is."""

    finding: Finding
    channel: PublicationChannel | None
    due: Deadline
    state: PublicationState


class MissingResult(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    expected: ExpectedResult
    due: Deadline
    state: MissingState


class Notice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that `to` must know of."""

    to: DepartmentId
    reason: NoticeReason
    finding: Finding


class Publication(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything due, as seen on one day; `defects` are market entities' results published elsewhere only."""

    seen_on: date
    lines: tuple[PublicationLine, ...]
    missing: tuple[MissingResult, ...]
    defects: tuple[PublicationLine, ...]
    notices: tuple[Notice, ...]

    def of_channel(self, channel: PublicationChannel | None) -> tuple[PublicationLine, ...]:
        return tuple(line for line in self.lines if line.channel is channel)

    @property
    def overdue(self) -> tuple[PublicationLine, ...]:
        """Published late, or not yet though the day has passed."""
        return tuple(line for line in self.lines if line.state in {PublicationState.LATE, PublicationState.OVERDUE})

    @property
    def missing_overdue(self) -> tuple[MissingResult, ...]:
        return tuple(missing for missing in self.missing if missing.state is MissingState.OVERDUE)


def publication(facts: Facts, today: date) -> Publication:
    """Say what is due, overdue, missing and to be told, as it stands on a day."""
    lines = tuple(_line(facts.expectations, finding, today) for finding in facts.findings)
    return Publication(
        seen_on=today,
        lines=lines,
        missing=tuple(_missing(facts, today)),
        defects=tuple(line for line in lines if _is_defect(facts.expectations, line.finding)),
        notices=tuple(_notices(facts)),
    )


def _line(expectations: Expectations, finding: Finding, today: date) -> PublicationLine:
    due = expectations.task_by_id[finding.task].publication
    market_entity = expectations.target_by_id[finding.target].is_market_entity
    return PublicationLine(
        finding=finding,
        channel=finding.channel or (PublicationChannel.PUBLICITY_SYSTEM if market_entity else None),
        due=due,
        state=_state(finding, due, today),
    )


def _state(finding: Finding, due: Deadline, today: date) -> PublicationState:
    if finding.is_withheld:
        return PublicationState.WITHHELD
    if finding.published_on is not None:
        return PublicationState.LATE if finding.published_on > due.due_on else PublicationState.PUBLISHED
    return PublicationState.OVERDUE if today > due.due_on else PublicationState.WAITING


def _missing(facts: Facts, today: date) -> Iterator[MissingResult]:
    for expected in facts.expectations.results:
        if expected.key in facts.finding_by_key:
            continue
        due = facts.expectations.task_by_id[expected.task].publication
        state = MissingState.AWAITED if today > expected.planned_on else MissingState.PLANNED
        if today > due.due_on:
            state = MissingState.OVERDUE
        yield MissingResult(expected=expected, due=due, state=state)


def _is_defect(expectations: Expectations, finding: Finding) -> bool:
    """附件备注2: a market entity's result must be gathered in the publicity system."""
    elsewhere = finding.is_published and finding.channel is not PublicationChannel.PUBLICITY_SYSTEM
    return elsewhere and expectations.target_by_id[finding.target].is_market_entity


def _notices(facts: Facts) -> Iterator[Notice]:
    expectations = facts.expectations
    concerned = _concerned(expectations)
    names = tuple(department.id for department in expectations.departments)
    round_ = Receivers(departments=names, coordinator=expectations.coordinator)
    return notices_of(round_, ((finding, concerned[finding.target]) for finding in facts.findings))


def notices_of(round_: Receivers, found: Iterable[tuple[Finding, Collection[DepartmentId]]]) -> Iterator[Notice]:
    """Say who is told of what; beside each finding stands whose target it is: who has it listed or inspects it.

    Each thing found is told once to each department, however many tasks asked for it.
    """
    told: set[tuple[DepartmentId, Finding]] = set()
    for finding, concerned in found:
        for to, reason in _receivers_of(round_, finding, concerned):
            once = (to, replace(finding.content, task=TaskId("")))
            if once not in told:
                told.add(once)
                yield Notice(to=to, reason=reason, finding=finding)


def _concerned(expectations: Expectations) -> dict[TargetId, set[DepartmentId]]:
    """Whose target it is: who has it in the directory, and who inspects it in this round."""
    concerned = {target.id: set(target.departments) for target in expectations.targets}
    for result in expectations.results:
        concerned[result.target].add(result.department)
    return concerned


def _receivers_of(
    round_: Receivers, finding: Finding, concerned: Iterable[DepartmentId]
) -> Sequence[tuple[DepartmentId, NoticeReason]]:
    reasons: dict[DepartmentId, NoticeReason] = {}
    asked = Disposition.NOTIFY_DEPARTMENT in finding.dispositions
    others = [department for department in sorted(concerned) if department != finding.department]
    if finding.referred_to:
        reasons[_receiver(round_, finding.referred_to)] = NoticeReason.REFERRED
    if asked or finding.referred_to or finding.case or finding.result is not ResultCode.NO_PROBLEM:
        for department in others:
            reasons.setdefault(department, NoticeReason.ASKED if asked else NoticeReason.SHARED_TARGET)
    if asked and not others:
        reasons.setdefault(round_.coordinator, NoticeReason.ASKED)
    reasons.pop(finding.department, None)
    return sorted(reasons.items())


def _receiver(round_: Receivers, referred_to: str) -> DepartmentId:
    """The department of the round that 移送机关 names; for an organ outside, the coordinator passes it on."""
    named = (name for name in round_.departments if key_text(name) == key_text(referred_to))
    return next(named, round_.coordinator)

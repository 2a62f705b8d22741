"""A round's facts as the rows that connectors carry: tasks, drawn lists, results, penalties. Pure, like the domain.

Which destination gets which rows is in `forwarding`; what an outside system calls a field, in connectors/.
"""

from collections.abc import Iterable, Iterator

from connectors import records
from coordinator.domain.annual_plans import AnnualLine
from coordinator.domain.dispatches import Dispatch
from coordinator.domain.expectations import Expectations
from coordinator.domain.findings import Facts, Finding
from coordinator.domain.ids import DepartmentId


def plan_rows(lines: Iterable[AnnualLine], year: int, department: DepartmentId) -> Iterator[records.AnnualPlan]:
    """The lines of the annual plan that a department initiates."""
    for line in lines:
        if line.department == department:
            yield records.AnnualPlan(
                year=year,
                task=line.id,
                task_name=line.name,
                task_kind=records.TaskKind(line.kind.value),
                department=line.department,
                cooperating=line.cooperating,
                items=line.items,
                targets=line.targets,
                ratio=line.ratio,
                first_day=line.first_day,
                last_day=line.last_day,
            )


def task_rows(dispatch: Dispatch, initiator: DepartmentId) -> Iterator[records.Task]:
    """The drawn tasks that a department initiated."""
    code = dispatch.round.round.id
    for task in dispatch.tasks:
        if task.initiator == initiator:
            yield records.Task(
                round=code,
                task=task.id,
                task_name=task.name,
                task_kind=records.TaskKind(task.kind.value),
                department=task.initiator,
                cooperating=tuple(each for each in task.items if each != task.initiator),
                first_day=task.first_day,
                last_day=task.last_day,
                target_count=sum(drawn.task == task.id for drawn in dispatch.drawn),
            )


def drawn_rows(expectations: Expectations, initiator: DepartmentId) -> Iterator[records.DrawnTarget]:
    """The drawn lists of the tasks that a department initiated, batch by batch."""
    own = {task.id for task in expectations.tasks if task.initiator == initiator}
    for batch in (each for each in expectations.batches if each.task in own):
        for target in batch.targets:
            found = expectations.target_by_id[target]
            yield records.DrawnTarget(
                round=expectations.round,
                task=batch.task,
                batch=batch.number,
                drawn_on=batch.drawn_on,
                target=target,
                target_name=found.name,
                target_kind=found.kind,
            )


def result_rows(facts: Facts, findings: Iterable[Finding]) -> Iterator[records.Result]:
    """Findings as rows; a task's number goes with whether the target was drawn for it."""
    expectations = facts.expectations
    corrected = {correction.after.key for correction in facts.corrections}
    for finding in findings:
        task, target = expectations.task_by_id[finding.task], expectations.target_by_id[finding.target]
        batch = expectations.batch_of.get((finding.task, finding.target))
        yield records.Result(
            round=expectations.round,
            task=task.id,
            task_name=task.name,
            task_kind=records.TaskKind(task.kind.value) if task.drawn else records.TaskKind.CAUSED,
            initiator=task.initiator,
            batch=batch.number if batch else None,
            department=finding.department,
            target=target.id,
            target_name=target.name,
            target_kind=target.kind,
            item=finding.item,
            item_name=expectations.item_names[finding.department, finding.item],
            inspected_on=finding.inspected_on,
            result=records.ResultCode(finding.result.value),
            problem=finding.problem,
            dispositions=tuple(records.Disposition(each.value) for each in finding.dispositions),
            case_number=finding.case.number if finding.case else "",
            channel=records.PublicationChannel(finding.channel.value) if finding.channel else None,
            published_on=finding.published_on,
            withheld_reason=finding.withheld_reason,
            referred_to=finding.referred_to,
            is_correction=finding.key in corrected,
        )


def penalty_rows(facts: Facts, findings: Iterable[Finding]) -> Iterator[records.Penalty]:
    """The cases among findings, each once however many rows name it."""
    known: set[tuple[str, str]] = set()
    for finding in findings:
        case = finding.case
        if case is None or (finding.department, case.identity) in known:
            continue
        known.add((finding.department, case.identity))
        yield records.Penalty(
            department=finding.department,
            case_number=case.number,
            target=finding.target,
            target_name=facts.expectations.target_by_id[finding.target].name,
            filed_on=case.filed_on,
            fine_fen=case.fine_fen,
            offence=finding.problem,
        )

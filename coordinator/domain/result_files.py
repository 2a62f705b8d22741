"""The two files in which a round's results are kept: OUT/round.json (expected) and OUT2/facts.json (found).

Reading is strict: a file that was changed by hand or damaged is refused, for figures will be built on it.
"""

import re
from collections.abc import Container, Iterator
from typing import TypeVar

import msgspec

from coordinator.domain.errors import Invalid
from coordinator.domain.expectations import Expectations, ExpectedResult
from coordinator.domain.findings import Facts
from coordinator.domain.ids import DepartmentId

Content = TypeVar("Content", Expectations, Facts)

ROUND_FILE = "round.json"
FACTS_FILE = "facts.json"

_REMEDY = "请使用 onedoor 给出的原文件夹，不要改动里面的文件。"


def write_expectations(expectations: Expectations) -> bytes:
    """Write what OUT/round.json holds; the same expectations always give the same bytes."""
    return _written(expectations)


def read_expectations(data: bytes) -> Expectations:
    """Read OUT/round.json; raises Invalid where it cannot be relied on."""
    return _whole(_read(data, Expectations, ROUND_FILE), ROUND_FILE)


def write_facts(facts: Facts) -> bytes:
    """Write what OUT2/facts.json holds; the same facts always give the same bytes."""
    return _written(facts)


def read_facts(data: bytes) -> Facts:
    """Read OUT2/facts.json; raises Invalid where it cannot be relied on."""
    facts = _read(data, Facts, FACTS_FILE)
    _whole(facts.expectations, FACTS_FILE)
    keys = [finding.key for finding in facts.findings]
    if len(set(keys)) < len(keys) or not set(keys) <= set(facts.expectations.result_by_key):
        raise Invalid(f"{FACTS_FILE} 中的结果有重复，或不属于这一轮。", remedy=_REMEDY)
    return facts


def _written(content: Expectations | Facts) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=1) + b"\n"


def _read(data: bytes, of: type[Content], file: str) -> Content:
    try:
        return msgspec.json.decode(data, type=of)
    except msgspec.ValidationError as error:
        place = re.search(r"`\$\.?(.*?)`$", str(error))
        where = f"（{place.group(1)}）" if place and place.group(1) else ""
        raise Invalid(f"{file} 的内容不完整或被改动过{where}。", remedy=_REMEDY) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} 不是完整的 JSON 文件。", remedy=_REMEDY) from error


def _whole(expectations: Expectations, file: str) -> Expectations:
    """Refuse references to nothing and ids that stand twice: later figures rely on both."""
    fault = next(_faults(expectations), None)
    if fault:
        raise Invalid(f"{file} 的内容前后不一致：{fault}。", remedy=_REMEDY)
    return expectations


def _faults(expectations: Expectations) -> Iterator[str]:
    departments = {department.id for department in expectations.departments}
    drawn = [target for batch in expectations.batches for target in batch.targets]
    for different, among, words in (
        (departments, expectations.departments, "部门"),
        (expectations.task_by_id, expectations.tasks, "任务"),
        (expectations.target_by_id, expectations.targets, "对象"),
        (expectations.item_names, expectations.items, "事项"),
        (expectations.result_by_key, expectations.results, "应填结果"),
        (expectations.batch_of, drawn, "抽中对象"),
    ):
        if len(different) < len(among):
            yield f"{words}重复"
    if not {expectations.coordinator, *(task.initiator for task in expectations.tasks)} <= departments:
        yield "牵头部门或任务的发起部门不存在"
    if not {batch.task for batch in expectations.batches} <= expectations.task_by_id.keys():
        yield "批次的任务不存在"
    if not set(drawn) <= expectations.target_by_id.keys():
        yield "抽中的对象不存在"
    yield from (
        f"应填结果 {'，'.join(result.key)} 所指的任务、部门、对象、事项或批次不存在"
        for result in expectations.results
        if not _stands(expectations, result, departments)
    )


def _stands(expectations: Expectations, result: ExpectedResult, departments: Container[DepartmentId]) -> bool:
    task = expectations.task_by_id.get(result.task)
    return (
        task is not None
        and result.department in departments
        and result.target in expectations.target_by_id
        and (result.department, result.item) in expectations.item_names
        and (not task.drawn or (result.task, result.target) in expectations.batch_of)
    )

"""Rows as they travel: whole through a file and back, in the official words, each field with a Chinese one."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from connectors import records
from connectors.contract import File
from connectors.records import AnyRecord, read_records, records_file, words_of
from coordinator.domain import codes

DAY = date(2026, 3, 2)


def one_of_each() -> tuple[AnyRecord, ...]:
    firm = {"target": "91410481MA40000003", "target_name": "舞钢市甲厂"}
    task = {"task": "T1", "task_name": "一季度抽查", "task_kind": records.TaskKind.JOINT}
    days = {"first_day": DAY, "last_day": DAY}
    return (
        records.AnnualPlan(year=2026, **task, department="甲局", items="a", targets="b", ratio="5%", **days),
        records.Task(round="R1", **task, department="甲局", cooperating=("乙局",), **days, target_count=3),
        records.DrawnTarget(round="R1", task="T1", batch=1, drawn_on=DAY, **firm, target_kind="企业"),
        records.Visit(
            round="R1",
            tour="U1",
            **firm,
            begins_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
            ends_at=datetime(2026, 3, 2, 2, tzinfo=UTC),
            departments=("甲局",),
            items=("A01",),
        ),
        records.Result(
            round="R1",
            **task,
            initiator="甲局",
            batch=1,
            department="乙局",
            **firm,
            target_kind="企业",
            item="A01",
            item_name="消防\r\n设施",
            inspected_on=DAY,
            result=records.ResultCode.PENDING,
            dispositions=(records.Disposition.OPEN_CASE, records.Disposition.NOTIFY_DEPARTMENT),
        ),
        records.Penalty(department="乙局", case_number="罚1号", **firm, filed_on=DAY, fine_fen=100),
        records.ListEntry(
            list=records.TargetList.ABNORMAL,
            change=records.ListChange.PUT_ON,
            **firm,
            reason="无法联系",
            decided_on=DAY,
            department="甲局",
        ),
    )


def test_records_come_back_as_they_went_a_line_each() -> None:
    every = one_of_each()
    assert {type(each) for each in every} == set(records.SORTS)
    file = records_file("全部", every)
    assert (file.name, file.row_count) == ("全部.jsonl", len(every))
    assert file.content.count(b"\n") == len(every)
    assert b"\r" not in file.content
    assert read_records(file) == every


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"record":"pigeon"}', "第2行.*pigeon"),
        (b"{}", "第2行.*record"),
        (b'{"record":"result","round":"R1"}', "第2行.*task"),
        (b"", "第2行"),
        (b"{", "第2行"),
    ],
)
def test_a_wrong_line_is_named(line: bytes, words: str) -> None:
    good = records_file("a", one_of_each()[:1]).content
    with pytest.raises(msgspec.ValidationError, match=words):
        read_records(File(name="a.jsonl", content=good + line + b"\n", row_count=2))


@pytest.mark.parametrize("name", ["ResultCode", "Disposition", "PublicationChannel"])
def test_codes_are_the_coordinators_word_for_word(name: str) -> None:
    """Connectors import nothing of ours, so the official lists stand twice."""
    assert [(each.name, each.value) for each in getattr(records, name)] == [
        (each.name, each.value) for each in getattr(codes, name)
    ]


def test_every_field_has_a_word_of_its_own() -> None:
    for sort in records.SORTS:
        words = words_of(sort)
        assert list(words) == list(sort.__struct_fields__)
        assert len(set(words.values())) == len(words)
        assert all(not word.isascii() for word in words.values())

"""The publicity system and “互联网+监管”: rows by field maps, whole or not at all, read back, or exported."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import openpyxl
import pytest
from msgspec.structs import replace
from pure.connectors.dropping import a_package
from pure.connectors.partnering import NOW, SHORT, always, now
from pure.connectors.reported import (
    DAY,
    DEPARTMENT,
    TOKEN,
    a_penalty,
    a_result,
    an_entry,
    code_of,
    publicity_to,
    reported,
    supervision_to,
)

from connectors import publicity, records, supervision
from connectors.contract import Exporting, Inquiring, PermanentError, Receipt, Standing, TemporaryError
from connectors.partners.http import Request
from connectors.partners.misbehaving import REFUSING, Fault
from connectors.partners.platform import PlatformPartner
from connectors.platforms.exporting import sheets, workbook
from connectors.platforms.maps import FieldMap, map_named, read_map
from connectors.platforms.reporting import Refusal, Report
from connectors.platforms.translating import translated
from connectors.records import AnyRecord, ListChange, ResultCode, TargetList

GSXT = map_named("henan-1", publicity.MAPS)
JG = map_named("henan-1", supervision.MAPS)


def the_system(clock: datetime = NOW, looks_after: timedelta = timedelta()) -> PlatformPartner:
    return PlatformPartner(GSXT, TOKEN, lambda: clock, entity="UNISCID", looks_after=looks_after)


def every_sort() -> tuple[AnyRecord, ...]:
    days = {"first_day": DAY, "last_day": DAY}
    task = {"task": "T1", "task_name": "一季度抽查", "task_kind": records.TaskKind.SINGLE, "department": DEPARTMENT}
    return (
        records.AnnualPlan(year=2026, **task, items="消防设施", targets="企业", ratio="5%", **days),
        records.Task(round="R1", **task, cooperating=("乙局", "丙局"), **days, target_count=3),
        records.DrawnTarget(
            round="R1", task="T1", batch=1, drawn_on=DAY, target=code_of(1), target_name="甲1厂", target_kind="企业"
        ),
        a_result(),
        a_penalty(),
        *(an_entry(list_, change) for list_ in TargetList for change in ListChange),
    )


async def test_results_are_gathered_under_the_entitys_name() -> None:
    system = the_system()
    async with publicity_to(system) as way:
        await way.deliver(reported(a_result(), a_penalty()))
        await way.deliver(reported(a_result(2)))
    [row] = system.entity(code_of(1))["SPOTCHECK"]
    assert {
        "UNISCID": code_of(1),
        "ENTNAME": "甲1厂",
        "insAuth_CN": DEPARTMENT,
        "insType": "1",
        "insDate": "2026-03-02",
        "insRes": "5",
        "insRes_CN": "发现问题已责令改正",
        "DISPOSAL": "2,5",
    }.items() <= row.items()
    assert [penalty["penAm"] for penalty in system.entity(code_of(1))["PENALTY"]] == ["1234.05"]
    assert set(system.entity(code_of(2))) == {"SPOTCHECK"}
    assert system.entity(code_of(3)) == {}


async def test_plans_tasks_drawn_lists_penalties_and_lists_each_have_their_table() -> None:
    system = the_system()
    async with publicity_to(system) as way:
        await way.deliver(reported(*every_sort(), batch="R1 全部"))
    [held] = system.shown()
    tables = {
        "PLAN",
        "TASK",
        "DRAWN",
        "SPOTCHECK",
        "PENALTY",
        "ABNORMAL_IN",
        "ABNORMAL_OUT",
        "SERIOUS_IN",
        "SERIOUS_OUT",
    }
    assert held.rows == dict.fromkeys(tables, 1)
    assert system.entity(code_of(1))["SERIOUS_OUT"][0]["remExcpRes_CN"] == "无法联系"


@pytest.mark.parametrize("fields", [GSXT, JG], ids=["publicity", "supervision"])
def test_every_official_code_stands_in_the_map(fields: FieldMap) -> None:
    assert set(fields.codes["result"]) == {code.value for code in ResultCode}
    assert set(fields.codes["disposition"]) == {each.value for each in records.Disposition}
    for codes in fields.codes.values():
        assert all(codes.values())
    assert len(set(fields.codes["result"].values())) == len(ResultCode)


async def test_the_same_key_has_one_effect_and_a_smaller_number_none() -> None:
    system = the_system()
    async with publicity_to(system) as way:
        first, second = (reported(a_result(problem=str(number)), number=number) for number in (1, 2))
        receipts = [await way.deliver(package) for package in (second, second, first)]
    assert receipts[0] == receipts[1]
    assert [receipt.is_superseded for receipt in receipts] == [False, False, True]
    assert [row["PROBLEM"] for row in system.entity(code_of(1))["SPOTCHECK"]] == ["2"]


async def test_two_departments_results_of_one_target_stand_side_by_side() -> None:
    system = the_system()
    async with publicity_to(system) as way:
        await way.deliver(reported(a_result()))
        await way.deliver(reported(a_result(department="乙局"), sender="乙局"))
    assert [row["insAuth_CN"] for row in system.entity(code_of(1))["SPOTCHECK"]] == [DEPARTMENT, "乙局"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((a_result(), a_result(target="91999999MA00000010")), "SPOTCHECK 第2行 UNISCID：.*不是统一社会信用代码"),
        ((a_result(task="长" * 61),), "SPOTCHECK 第1行 TASKNO：太长，最多 60 个字"),
        ((a_result(), a_result()), r"SPOTCHECK 第2行 TASKNO＋UNISCID＋insAuth_CN＋ITEMNO：与前面的行重复"),
        ((a_result(target_name=" "),), "SPOTCHECK 第1行 ENTNAME：没有填写"),
    ],
    ids=["code", "length", "twice", "empty"],
)
async def test_what_the_map_does_not_allow_stops_the_package_here_by_row_and_field(
    rows: tuple[AnyRecord, ...], words: str
) -> None:
    system = the_system()
    async with publicity_to(system) as way:
        with pytest.raises(PermanentError, match=words):
            await way.deliver(reported(*rows))
    assert not system.told


def a_map(folder: Path, change: tuple[str, str]) -> FieldMap:
    """The shipped map as a province might change it."""
    text = (publicity.MAPS / "henan-1.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "other-2.toml").write_text(text.replace(*change), encoding="utf-8")
    return map_named(str(folder / "other-2.toml"), publicity.MAPS)


def test_a_code_that_is_missing_in_the_map_is_named_with_its_row_and_field(tmp_path: Path) -> None:
    fields = a_map(tmp_path, ('"不配合检查情节严重" = "6"\n', ""))
    rows = [a_result(), a_result(2, result=ResultCode.OBSTRUCTED)]
    with pytest.raises(
        PermanentError, match="SPOTCHECK 第2行 insRes：代码表 result 里没有“不配合检查情节严重”"
    ) as caught:
        translated(fields, rows)
    assert "有 1 处" in str(caught.value)


def test_a_record_without_a_table_is_named() -> None:
    with pytest.raises(PermanentError, match="数据 第1行 annual_plan：对照表里没有接收它的表"):
        translated(JG, every_sort()[:1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('ours = "problem"', 'ours = "trouble"'), "SPOTCHECK 有不认识或重复的字段：trouble"),
        (('theirs = "PROBLEM"', 'theirs = "ENTNAME"'), "SPOTCHECK"),
        (('codes = "disposition"', 'codes = "nothing"'), "nothing"),
        (('record = "result"', 'record = "pigeon"'), "SPOTCHECK"),
        (("field-map/1", "field-map/2"), "不能使用"),
        (("version = 1", "version = 0"), "不能使用"),
        (("version = 1", "version ="), "不能使用"),
        (('name = "SPOTCHECK"', 'name = "抽查/结果"'), "不能使用"),
        (('title = "发现的问题", longest = 2000', 'title = "发现的问题", longest = 40000'), "不能使用"),
    ],
)
def test_a_map_that_is_none_is_refused_when_it_is_entered(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        a_map(tmp_path, change)


@pytest.mark.parametrize("name", ["henan-9", "../henan-1", "", "/nowhere/henan-1.toml", "/etc/hostname"])
def test_a_map_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"没有字段对照表|不能使用"):
        publicity.PublicitySettings(address="https://a.example/", field_map=name)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("insRes", "77", "“77”不在代码表里"),
        ("UNISCID", "91999999MA00000010", "“91999999MA00000010”不是统一社会信用代码或15位注册号"),
        ("insDate", "2026-02-30", "“2026-02-30”不是日期"),
        ("ENTNAME", "", "没有填写"),
        ("COLOUR", "red", "没有这个字段"),
    ],
)
async def test_the_system_refuses_wrong_rows_by_row_whoever_sends_them(field: str, value: str, words: str) -> None:
    system = the_system()
    tables = translated(GSXT, [a_result(), a_result(2)])
    tables["SPOTCHECK"][1][field] = value
    report = Report(map=GSXT.id, key="k", sender=DEPARTMENT, batch="b", number=1, tables=tables)
    headers = {"authorization": f"Bearer {TOKEN}"}
    answer = await system.handle(
        Request(method="POST", path="/batches", headers=headers, body=msgspec.json.encode(report))
    )
    [fault] = msgspec.json.decode(answer.content, type=Refusal).rows
    assert (answer.status, str(fault)) == (422, f"SPOTCHECK 第2行 {field}：{words}")
    assert not system.held


async def test_what_the_system_refuses_is_told_by_row_and_nothing_of_the_package_is_taken(tmp_path: Path) -> None:
    """A receiver that has become stricter than the map that it published."""
    change = ('title = "发现的问题", longest = 2000', 'title = "发现的问题", longest = 9')
    system = PlatformPartner(a_map(tmp_path, change), TOKEN, now, entity="UNISCID")
    async with publicity_to(system) as way:
        with pytest.raises(PermanentError, match="退回了 1 处，整批没有收：SPOTCHECK 第2行 PROBLEM：太长，最多 9 个字"):
            await way.deliver(reported(a_result(), a_result(2, problem="长" * 10)))
    assert not system.held


async def test_a_wrong_token_and_another_map_are_refused(tmp_path: Path) -> None:
    async with publicity_to(the_system(), token="other") as way:  # noqa: S106 - a test's
        with pytest.raises(PermanentError, match="不认我方的密钥或令牌"):
            await way.deliver(reported(a_result()))
    async with publicity_to(the_system(), token="") as way:
        with pytest.raises(PermanentError, match="还没有填写接口令牌"):
            await way.deliver(reported(a_result()))
    newer = PlatformPartner(a_map(tmp_path, ("version = 1", "version = 2")), TOKEN, now, entity="UNISCID")
    async with publicity_to(newer) as way:
        with pytest.raises(PermanentError, match="请按对照表 henan-publicity/2 上报"):
            await way.deliver(reported(a_result()))


async def test_a_test_shows_that_address_token_and_map_are_right_and_leaves_no_row() -> None:
    system, test = the_system(), a_package(batch="测试", 测试="")
    async with publicity_to(system) as way:
        receipt = await way.deliver(replace(test, key="t" * 64))
        assert (await way.ask(replace(test, key="t" * 64), receipt)).standing is Standing.TAKEN
    assert [held.rows for held in system.shown()] == [{}]


async def test_what_is_no_row_is_not_reported() -> None:
    async with publicity_to(the_system()) as way:
        with pytest.raises(PermanentError, match="不是数据行"):
            await way.deliver(a_package())


async def test_a_package_is_read_back_when_the_system_has_looked_at_it() -> None:
    clock = [NOW]
    system = PlatformPartner(GSXT, TOKEN, lambda: clock[0], entity="UNISCID", looks_after=timedelta(days=1))
    async with publicity_to(system) as way:
        assert isinstance(way, Inquiring)
        first, second = (reported(a_result(problem=str(number)), a_penalty(), number=number) for number in (1, 2))
        receipt = await way.deliver(first)
        assert (await way.ask(first, receipt)).standing is Standing.PENDING
        clock[0] += timedelta(days=1)
        assert (await way.ask(first, receipt)).standing is Standing.TAKEN
        await way.deliver(second)
        assert (await way.ask(first, receipt)).standing is Standing.TAKEN
        [held] = system.held.values()
        held.tables["SPOTCHECK"].clear()
        clock[0] += timedelta(days=1)
        lost = await way.ask(second, await way.deliver(second))
    assert (lost.standing, lost.words) == (Standing.MISSING, "平台上有 1 行，应有 2 行。")
    async with publicity_to(the_system()) as way:
        assert (await way.ask(first, receipt)).standing is Standing.MISSING


@pytest.mark.parametrize("fault", Fault)
async def test_every_misbehaviour_becomes_a_sentence_and_hides_at_most_one_effect(fault: Fault) -> None:
    system, package = the_system(), reported(a_result())
    async with publicity_to(system, misbehaviour=always(fault), caps=SHORT) as way:
        for _ in range(4):
            with pytest.raises(TemporaryError, match=r"“127\.0\.0\.1:"):
                await way.deliver(package)
        with pytest.raises(TemporaryError):
            await way.ask(package, Receipt(key=package.key, reference="H000001"))
    assert len(system.taken) == (0 if fault in REFUSING else 1)


async def test_inspection_acts_carry_the_catalogues_codes() -> None:
    system = PlatformPartner(JG, TOKEN, now, entity="object_code")
    async with supervision_to(system) as way:
        await way.deliver(reported(a_result(), a_result(item="FIRE-02"), a_penalty()))
    acts = system.entity(code_of(1))["inspection_act"]
    assert [(act["catalog_code"], act["task_code"]) for act in acts] == [("CAT001", "TASK001"), ("CAT001", "TASK002")]
    assert {act["act_date"] for act in acts} == {"20260302"}
    assert {act["act_type"] for act in acts} == {"2"}
    assert system.entity(code_of(1))["penalty_act"][0]["fine"] == "1234.05"


async def test_an_item_that_the_catalogue_does_not_know_is_named() -> None:
    system = PlatformPartner(JG, TOKEN, now, entity="object_code")
    async with supervision_to(system) as way:
        with pytest.raises(
            PermanentError, match="inspection_act 第2行 catalog_code：代码表 catalog_code 里没有“FIRE-09”"
        ):
            await way.deliver(reported(a_result(), a_result(item="FIRE-09")))
    assert not system.told


@pytest.mark.parametrize("lines", [("FIRE-01",), ("FIRE-01 A B C",), ("FIRE-01 A B", "FIRE-01 A C"), ("",)])
def test_a_catalogue_is_refused_by_line(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=rf"事项目录第{len(lines)}行"):
        supervision.SupervisionSettings(address="https://a.example/", catalogue=lines)


TRICKY = "=cmd|' /C calc'!A0"


def test_plan_b_is_a_workbook_of_the_same_rows_without_a_formula() -> None:
    tables = translated(GSXT, (*every_sort(), a_result(2, problem=TRICKY), a_result(3, problem="＝1+1")))
    file = workbook(GSXT, tables)
    book = openpyxl.load_workbook(BytesIO(file.content))
    assert (file.name, file.row_count) == ("henan-publicity-1.xlsx", len(every_sort()) + 2)
    assert set(book.sheetnames) == set(tables)
    names, titles, *rows = book["SPOTCHECK"].iter_rows(values_only=True)
    problems = names.index("PROBLEM")
    assert titles[problems] == "发现的问题"
    assert [row[problems] for row in rows] == ["灭火器过期", f"'{TRICKY}", "'＝1+1"]
    assert {cell.data_type for row in book["SPOTCHECK"].iter_rows() for cell in row} <= {"s", "n"}
    assert rows[0][names.index("UNISCID")] == code_of(1)
    assert workbook(GSXT, tables).content == file.content


async def test_plan_b_has_the_destinations_own_codes() -> None:
    async with supervision_to(PlatformPartner(JG, TOKEN, now, entity="object_code")) as way:
        assert isinstance(way, Exporting)
        file = way.export([reported(a_result(), a_penalty()), reported(a_result(task="T2"), a_penalty(offence="乙"))])
        with pytest.raises(PermanentError, match="FIRE-09"):
            way.export([reported(a_result(item="FIRE-09"))])
    assert file.row_count == 3, "the case that both packages name stands once"
    names, _, row, _ = openpyxl.load_workbook(BytesIO(file.content))["inspection_act"].iter_rows(values_only=True)
    assert row[names.index("task_code")] == "TASK001"


def test_plan_b_is_a_csv_for_each_table_too() -> None:
    files = {file.name: file for file in sheets(GSXT, translated(GSXT, (a_result(problem=TRICKY), a_penalty())))}
    assert set(files) == {"SPOTCHECK.csv", "PENALTY.csv"}
    lines = files["SPOTCHECK.csv"].content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("TASKNO,TASKNAME,UNISCID")
    assert f"'{TRICKY}" in lines[2]
    assert files["SPOTCHECK.csv"].row_count == 1


def test_the_shipped_maps_are_whole() -> None:
    for folder in (publicity.MAPS, supervision.MAPS):
        for path in folder.glob("*.toml"):
            fields = read_map(path)
            assert path.stem == f"henan-{fields.version}"

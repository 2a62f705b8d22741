"""The sample county is invented, can be made again, and has exactly the faults that were put in."""

import zipfile
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from stdnum import numdb
from stdnum.cn import uscc

from coordinator.documents.round_folder import RoundFolder, read_round_folder
from coordinator.domain.columns import header_key
from coordinator.domain.intake.taking import Taken, take_in
from coordinator.domain.sheets import Severity, address
from coordinator.domain.workdays import Calendar
from deploy.sample.make_county import HERE, main

WORKDAYS = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))
SIZES = {"round": (12, 2000), "small": (4, 50)}

FAULTS = {
    ("禾川县市场监督管理局.xlsx", "检查对象名录", "I22"),
    ("禾川县水利局.xlsx", "检查对象名录", "G7"),
    ("禾川县水利局.xlsx", "回避登记", "A2"),
    ("禾川县应急管理局.xlsx", "检查对象名录", "F12"),
    ("禾川县生态环境局.xlsx", "检查对象名录", "A4"),
    ("禾川县生态环境局.xlsx", "检查对象名录", "A8"),
    ("禾川县交通运输局.xlsx", "抽查计划", "F3"),
    ("禾川县交通运输局.xlsx", "抽查计划", "I3"),
    ("禾川县农业农村局.xlsx", "抽查事项清单", "H4"),
    ("禾川县卫生健康委员会.xlsx", "执法检查人员名录", "G4"),
    ("禾川县人力资源和社会保障局.xlsx", "执法检查人员名录", "J2"),
}


@pytest.fixture(scope="module", params=SIZES)
def folder(request: pytest.FixtureRequest) -> Path:
    return HERE / str(request.param)


@pytest.fixture(scope="module")
def read(folder: Path) -> RoundFolder:
    return read_round_folder(folder)


@pytest.fixture(scope="module")
def taken(read: RoundFolder) -> tuple[Taken, ...]:
    return take_in(read.settings, WORKDAYS, read.workbooks)


def parts(path: Path) -> dict[str, bytes]:
    """A workbook's contents; the archive around them depends on the compressor's version."""
    if path.suffix != ".xlsx":
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_committed_folders_are_what_the_script_makes(tmp_path: Path) -> None:
    main(tmp_path)
    for name in SIZES:
        made, kept = sorted((tmp_path / name).iterdir()), sorted((HERE / name).iterdir())
        assert [path.name for path in made] == [path.name for path in kept]
        assert all(parts(one) == parts(other) for one, other in zip(made, kept, strict=True))


def test_the_folder_is_as_large_as_it_says_and_no_larger(folder: Path, taken: tuple[Taken, ...]) -> None:
    departments, firms = SIZES[folder.name]
    targets = {target.id for one in taken for target in one.submission.targets}
    assert len(taken) == departments
    assert firms <= len(targets) <= firms * 1.5
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000


def test_no_code_can_be_a_real_firm_s(read: RoundFolder) -> None:
    codes = set()
    for sheet in chain.from_iterable(workbook.sheets for workbook in read.workbooks):
        for row in sheet.rows:
            codes |= {cell for cell in row if isinstance(cell, str) and uscc.is_valid(cell)}
    assert len(codes) >= SIZES["small"][1]
    assert {code[2:8] for code in codes} == {"419999"}


def test_the_county_s_area_code_is_assigned_to_nobody() -> None:
    def counties(code: str) -> list[str]:
        return [parts["county"] for _digits, parts in numdb.get("cn/loc").info(code) if "county" in parts]

    assert "舞钢市" in counties("410481")[0]
    assert counties("419999") == []


def test_exactly_the_faults_that_were_put_in_are_found(folder: Path, taken: tuple[Taken, ...]) -> None:
    found = {
        (one.file, finding.sheet, address(finding.row, finding.column))
        for one in taken
        for finding in one.findings
        if finding.severity is not Severity.WARNING and finding.row and finding.column
    }
    files = {one.file for one in taken}
    assert found == {fault for fault in FAULTS if fault[0] in files}
    assert folder.name == "small" or len(found) == len(FAULTS)


def test_the_round_s_own_days_and_coordinator_stand_in_its_settings(read: RoundFolder) -> None:
    head = read.settings.round
    assert (head.first_day, head.last_day) == (date(2026, 3, 2), date(2026, 3, 31))
    assert f"{head.coordinator}.xlsx" in {workbook.file for workbook in read.workbooks}


def test_departments_lay_their_sheets_out_differently() -> None:
    read = read_round_folder(HERE / "round")
    sheets = {(book.file, sheet.name): sheet for book in read.workbooks for sheet in book.sheets}
    titled = sheets["禾川县公安局.xlsx", "检查对象名录"].rows
    assert "检查对象名录" in str(titled[0][0])
    assert titled[1][0] == "统一社会信用代码"
    assert sheets["禾川县市场监督管理局.xlsx", "执法检查人员名录"].rows[-1][0] == "合计"
    assert "检查时长（分钟）" in sheets["禾川县消防救援大队.xlsx", "抽查事项清单"].rows[0]
    shuffled = [header_key(str(name)) for name in sheets["禾川县文化广电和旅游局.xlsx", "检查对象名录"].rows[0]]
    assert shuffled != [header_key(str(name)) for name in titled[1]]
    assert sorted(shuffled) == sorted(header_key(str(name)) for name in titled[1])
    plan = sheets["禾川县交通运输局.xlsx", "抽查计划"]
    assert plan.percent_cells
    assert any(isinstance(cell, date) for row in plan.rows for cell in row)

"""What people really hand in by mistake: a clear sentence, the right exit code, nothing half-written."""

import io
import resource
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from support.console import a_round_folder, command, environment, no_traceback, onedoor

pytestmark = pytest.mark.usefixtures("server")

NOTHING_DONE, INCOMPLETE = 2, 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_round_folder(tmp_path / "round", f"bad-{tmp_path.name}")


def a_workbook(folder: Path, position: int = 0) -> Path:
    return sorted(folder.glob("*.xlsx"))[position]


def nothing_there(folder: Path) -> None:
    shutil.rmtree(folder)


def an_empty_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def no_workbook(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        path.unlink()


def a_wrong_toml(folder: Path) -> None:
    (folder / "round.toml").write_text("[round\nid = 3", encoding="utf-8")


def a_toml_with_an_unknown_field(folder: Path) -> None:
    settings = folder / "round.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[draw]", "[draw]\nhsah = 1"), encoding="utf-8")


def a_toml_that_is_not_text(folder: Path) -> None:
    (folder / "round.toml").write_bytes(b"\xff\xfe\x00\x01")


def a_renamed_text_file(folder: Path) -> None:
    a_workbook(folder).write_text("部门,水利局\n", encoding="utf-8")


def an_encrypted_workbook(folder: Path) -> None:
    a_workbook(folder).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096)


def a_workbook_with_macros(folder: Path) -> None:
    with zipfile.ZipFile(a_workbook(folder), "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")


def a_zip_bomb(folder: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b"0" * 90_000_000)
    a_workbook(folder).write_bytes(packed.getvalue())


def a_truncated_workbook(folder: Path) -> None:
    path = a_workbook(folder)
    path.write_bytes(path.read_bytes()[:2000])


def no_department_sheet(folder: Path) -> None:
    edit(a_workbook(folder), lambda book: book.remove(book["部门"]))


def two_workbooks_of_one_department(folder: Path) -> None:
    shutil.copy(a_workbook(folder), folder / "又一份.xlsx")


def only_templates(folder: Path) -> None:
    no_workbook(folder)
    assert onedoor("new", folder.parent / "fresh").returncode == 0
    shutil.copy(folder.parent / "fresh" / "部门模板.xlsx", folder / "部门模板.xlsx")


def edit(path: Path, change: Callable[[openpyxl.Workbook], object]) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


@pytest.mark.parametrize(
    "spoil",
    [
        nothing_there,
        an_empty_folder,
        no_workbook,
        a_wrong_toml,
        a_toml_with_an_unknown_field,
        a_toml_that_is_not_text,
        a_renamed_text_file,
        an_encrypted_workbook,
        a_workbook_with_macros,
        a_zip_bomb,
        a_truncated_workbook,
        no_department_sheet,
        two_workbooks_of_one_department,
        only_templates,
    ],
)
def test_an_unusable_folder_is_refused_with_what_to_do(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(folder)
    ended = onedoor("run", folder, "--out", tmp_path / "out")
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    sentences = [line for line in ended.stderr.splitlines() if line]
    assert "请" in sentences[-1], "says what to do"
    assert not (tmp_path / "out").exists()


def rows_of(path: Path, sheet: str) -> list[dict[str, object]]:
    values = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    headers = next(at for at, row in enumerate(values) if sum(value is not None for value in row) > 3)
    names = [str(value).removeprefix("★") for value in values[headers]]
    return [dict(zip(names, row, strict=True)) for row in values[headers + 1 :]]


def plan_sheets(folder: Path) -> list[tuple[Path, list[dict[str, object]]]]:
    return [(path, rows_of(path, "抽查计划")) for path in sorted(folder.glob("*.xlsx"))]


def change_plan(path: Path, task: object, column: str, value: object) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["抽查计划"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        header = next(cell for cell in cells if str(cell.value).removeprefix("★") == column)
        row = next(cell.row for cell in cells if cell.value == task)
        sheet.cell(row=row, column=header.column, value=value)

    edit(path, change)


def intake_findings(folder: Path, out: Path) -> str:
    ended = onedoor("intake", folder, "--out", out)
    no_traceback(ended)
    assert ended.returncode == INCOMPLETE, ended.stderr
    return (out / "findings.tsv").read_text(encoding="utf-8")


def a_joint_task(folder: Path) -> tuple[Path, Path, object]:
    """The initiator's workbook, a cooperating one, and the task."""
    sheets = plan_sheets(folder)
    for path, rows in sheets:
        for row in rows:
            if row["本部门角色"] == "发起" and row["抽查类型"] == "部门联合":
                others = [
                    o for o, lines in sheets if o != path and any(e["任务编号"] == row["任务编号"] for e in lines)
                ]
                if others:
                    return path, others[0], row["任务编号"]
    raise AssertionError("the small sample round has a joint task")


def test_a_task_that_nobody_initiates_is_reported(folder: Path, tmp_path: Path) -> None:
    initiator, _, task = a_joint_task(folder)
    change_plan(initiator, task, "任务编号", "改了号")
    assert f"没有部门发起任务“{task}”" in intake_findings(folder, tmp_path / "out")


def test_two_departments_claiming_one_task_are_both_told(folder: Path, tmp_path: Path) -> None:
    _, cooperating, task = a_joint_task(folder)
    change_plan(cooperating, task, "本部门角色", "发起")
    found = intake_findings(folder, tmp_path / "out")
    assert found.count(f"任务“{task}”有多个部门发起") == 2


def test_a_cooperating_department_that_never_handed_in_is_named(folder: Path, tmp_path: Path) -> None:
    initiator, _, task = a_joint_task(folder)
    change_plan(initiator, task, "配合部门", "没有这个局")
    assert "“没有这个局”没有上交工作簿" in intake_findings(folder, tmp_path / "out")


def test_a_window_without_working_days_is_refused_at_its_row(folder: Path, tmp_path: Path) -> None:
    initiator, _, task = a_joint_task(folder)
    row = next(row for row in rows_of(initiator, "抽查计划") if row["任务编号"] == task)
    saturday = "2026-03-07"
    assert row
    change_plan(initiator, task, "开始日期", saturday)
    change_plan(initiator, task, "结束日期", saturday)
    assert "只有0个工作日" in intake_findings(folder, tmp_path / "out")


def test_a_missing_sheet_is_said_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    edit(a_workbook(folder, 1), lambda book: book.remove(book["抽查事项清单"]))
    words = f"{a_workbook(folder, 1).name}缺少工作表“抽查事项清单”。请"
    assert "缺少工作表“抽查事项清单”" in intake_findings(folder, tmp_path / "intake")
    assert words in onedoor("intake", folder, "--out", tmp_path / "intake").stdout
    ended = onedoor("run", folder, "--out", tmp_path / "out", "--seconds", 1)
    assert ended.returncode == INCOMPLETE, ended.stderr
    assert words in ended.stdout


def test_a_round_without_a_working_day_is_refused(folder: Path, tmp_path: Path) -> None:
    settings = folder / "round.toml"
    dates = {"first_day": "2026-03-07", "last_day": "2026-03-08"}
    lines = settings.read_text(encoding="utf-8").splitlines()
    lines = [f"{name} = {dates[name]}" if (name := line.partition(" =")[0]) in dates else line for line in lines]
    settings.write_text("\n".join(lines), encoding="utf-8")
    ended = onedoor("run", folder, "--out", tmp_path / "out")
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    assert "没有工作日" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_without_any_officer_every_matter_is_left_with_a_reason(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*.xlsx"):
        edit(path, lambda book: book["执法检查人员名录"].delete_rows(2, 1000))
    ended = onedoor("run", folder, "--out", tmp_path / "out", "--seconds", 2)
    no_traceback(ended)
    assert ended.returncode == INCOMPLETE, ended.stderr
    assert "未能安排" in ended.stdout
    assert onedoor("verify", tmp_path / "out/draws/teams/transcript.json").returncode == 0


def test_a_folder_of_something_else_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "important.txt").write_text("keep", encoding="utf-8")
    ended = onedoor("intake", folder, "--out", out)
    assert ended.returncode == NOTHING_DONE
    assert [path.name for path in out.iterdir()] == ["important.txt"]


def with_files_of_at_most(size: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Python must not write what it compiles: cut off at the limit, it would break every later import.

    What runs in confined children, which get no environment, must have been compiled before.
    """
    return subprocess.run(
        command(*arguments),
        env=environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_no_room_to_write_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert onedoor("intake", folder, "--out", tmp_path / "compiled").returncode == INCOMPLETE
    ended = with_files_of_at_most(2000, "intake", folder, "--out", out)
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    assert not out.exists()
    assert not list(out.parent.iterdir()) if out.parent.exists() else True


def below_a_file(folder: Path) -> Path:
    return folder / "round.toml" / "out"


def a_file(folder: Path) -> Path:
    return folder / "round.toml"


def a_folder_of_something_else(folder: Path) -> Path:
    return folder


@pytest.mark.parametrize("place", [below_a_file, a_file, a_folder_of_something_else])
def test_an_out_that_cannot_be_written_is_told_before_anything_is_drawn(
    folder: Path, place: Callable[[Path], Path]
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    ended = onedoor("run", folder, "--out", place(folder))
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    (sentence,) = ended.stderr.splitlines()
    assert "请" in sentence
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_full_disk_is_told_before_anything_is_drawn(folder: Path, tmp_path: Path) -> None:
    ended = with_files_of_at_most(1_000_000, "run", folder, "--out", tmp_path / "out")
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    (sentence,) = ended.stderr.splitlines()
    assert "请" in sentence
    assert not (tmp_path / "out").exists()
    edit(a_workbook(folder), lambda book: book.create_sheet("草稿"))
    changed = onedoor("run", folder, "--out", tmp_path / "out", "--seconds", 1)
    assert changed.returncode == INCOMPLETE, "nothing had been fixed: the folder may still change"


@pytest.mark.parametrize("command_", ["results", "statistics"])
def test_results_and_tables_are_never_written_over_something_else(folder: Path, tmp_path: Path, command_: str) -> None:
    arguments = {"results": [tmp_path, a_workbook(folder)], "statistics": [tmp_path, "--year", 2026]}[command_]
    (tmp_path / "round.json").write_bytes(b"{}")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ended = onedoor(command_, *arguments, "--out", folder)
    no_traceback(ended)
    assert ended.returncode == NOTHING_DONE
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

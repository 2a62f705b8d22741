"""Result folders on the disk: ours replaced whole, other people's files left alone, bad places told beforehand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.documents import writing_folders
from coordinator.documents.output import Content, refuse_foreign_folder, refuse_unwritable_folder, write_folder
from coordinator.domain.errors import Conflict, Refusal, Unavailable

FIRST = {"summary.json": b"1", "targets/a.html": b"old", "departments/x/task": b"paper"}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".onedoor"
    }


def test_another_run_replaces_our_files_and_keeps_a_persons(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, Content.RUN, "Q1", FIRST)
    (out / "备注.docx").write_bytes(b"mine")
    (out / "targets" / "照片.jpg").write_bytes(b"mine too")
    write_folder(out, Content.RUN, "Q1", {"summary.json": b"2", "report.html": b"new"})
    expected = {"summary.json": b"2", "report.html": b"new", "备注.docx": b"mine", "targets/照片.jpg": b"mine too"}
    assert contents(out) == expected
    write_folder(out, Content.RUN, "Q1", {"summary.json": b"3"})
    assert contents(out) == {"summary.json": b"3", "备注.docx": b"mine", "targets/照片.jpg": b"mine too"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_others_wrote_there_and_is_void_goes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, Content.RUN, "Q1", FIRST)
    (out / "departments" / "form.xlsx").write_bytes(b"void")
    write_folder(out, Content.RUN, "Q1", {"summary.json": b"2"}, void=["departments/form.xlsx"])
    assert contents(out) == {"summary.json": b"2"}


def test_a_disk_that_knows_no_second_names_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(writing_folders.os, "link", refused)
    out = tmp_path / "out"
    write_folder(out, Content.RUN, "Q1", FIRST)
    (out / "备注.docx").write_bytes(b"mine")
    write_folder(out, Content.RUN, "Q1", {})
    assert contents(out) == {"备注.docx": b"mine"}


@pytest.mark.parametrize("content", list(Content))
@pytest.mark.parametrize("other", list(Content))
def test_one_kind_never_takes_anothers_place(tmp_path: Path, content: Content, other: Content) -> None:
    write_folder(tmp_path / "out", content, "", {"a": b"1"})
    if content is other:
        refuse_foreign_folder(tmp_path / "out", other, "")
    else:
        with pytest.raises(Conflict, match=content.words):
            write_folder(tmp_path / "out", other, "", {"a": b"2"})
        assert contents(tmp_path / "out") == {"a": b"1"}


def test_the_folder_one_stands_in_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refuse_unwritable_folder(Path())
    write_folder(Path(), Content.RUN, "Q1", FIRST)
    assert contents(tmp_path) == FIRST


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_bytes(b"")
    return folder / "file" / "deep" / "out"


def a_mount(_: Path) -> Path:
    return Path("/")


@pytest.mark.parametrize("place", [below_a_file, a_mount])
def test_a_place_that_cannot_be_written_is_told_beforehand(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    out = place(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Unavailable) as refusal:
        refuse_unwritable_folder(out)
    assert "请" in refusal.value.sentence()
    assert sorted(tmp_path.rglob("*")) == before


def test_trying_a_place_leaves_nothing_behind(tmp_path: Path) -> None:
    refuse_unwritable_folder(tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(Refusal, match="是一个文件"):
        refuse_foreign_folder(tmp_path / "out", Content.RUN, "Q1")

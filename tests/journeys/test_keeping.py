"""`backup`, `restore`, `doctor`, `admin-code` as an operator types them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console import no_traceback, onedoor
from support.folders import new_folder

FIRST_RELEASE = Path(__file__).parents[1] / "support" / "first_release.dump"


@pytest.fixture
def folder() -> Iterator[Path]:
    made = new_folder()
    yield made
    shutil.rmtree(made)


def test_an_old_backup_is_restored_once_examined_and_backed_up_again(folder: Path) -> None:
    home, file = folder / "home", folder / "again.dump"
    restored = onedoor("restore", FIRST_RELEASE, home=home)
    assert (restored.returncode, restored.stdout) == (0, "已恢复，全部复核成立。\n"), restored.stderr
    again = onedoor("restore", FIRST_RELEASE, home=home)
    no_traceback(again)
    assert again.returncode == 2
    assert "已经有数据" in again.stderr
    assert onedoor("doctor", home=home).stdout == "全部复核成立。\n"
    assert onedoor("backup", file, home=home).returncode == 0
    overwriting = onedoor("backup", file, home=home)
    assert overwriting.returncode == 2
    assert "已经存在" in overwriting.stderr
    other = onedoor("restore", file, home=folder / "other")
    assert (other.returncode, other.stdout) == (0, "已恢复，全部复核成立。\n"), other.stderr
    unknown = onedoor("admin-code", "nobody", home=home)
    no_traceback(unknown)
    assert unknown.returncode == 2
    assert "没有这个系统管理员账号" in unknown.stderr


def test_a_database_elsewhere_is_not_backed_up_by_one_who_cannot_see_it_whole(folder: Path) -> None:
    elsewhere = {"DATABASE_URL": "postgresql://app@127.0.0.1:1/onedoor", "REDIS_URL": "redis://127.0.0.1:1/0"}
    refused = onedoor("backup", folder / "x.dump", home=folder / "home", settings=elsewhere)
    no_traceback(refused)
    assert refused.returncode == 2
    assert "DATABASE_BACKUP_URL" in refused.stderr

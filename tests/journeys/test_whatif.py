"""`onedoor whatif` as its user calls it: one line for each change, all together, against the plan as it is."""

import json

import pytest
from support.console import SHARED, no_traceback, onedoor

PROBLEMS = SHARED / "data" / "problems"

pytestmark = pytest.mark.skipif(not PROBLEMS.is_dir(), reason="the given material is not here: NOT CHECKED")


def test_each_change_alone_and_all_together_stand_in_the_table() -> None:
    ended = onedoor("whatif", PROBLEMS / "tiny-2.json", "--widen", "5d", "--borrow", "乡镇1", "--effort", 0)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0].split() == ["变化", "未排入", "其中重点", "入户", "人半天", "借调人半天"]
    assert [line.split()[0] for line in lines[1:5]] == ["不变", "期限放宽5天", "借调乡镇1人员", "以上合计"]
    assert any("6个半天" in line for line in lines[5:])


def test_the_same_as_json_with_the_differences() -> None:
    ended = onedoor("whatif", PROBLEMS / "tiny-2.json", "--widen", "1d", "--effort", 0, "--json")
    document = json.loads(ended.stdout)
    assert (document["format"], document["round"]) == ("onedoor/whatif/1", "tiny-2")
    base, wider = document["outcomes"]
    assert base["difference"] is None
    assert wider["difference"]["visits"] == wider["visits"] - base["visits"]


def test_borrowing_where_everyone_may_go_everywhere_is_said_to_change_nothing() -> None:
    ended = onedoor("whatif", PROBLEMS / "tiny-1.json", "--borrow", "410481001", "--effort", 0)
    assert ended.returncode == 0, ended.stderr
    assert "借调不改变什么" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--ratio", "任务=10%"), "结果文件夹"),
        (("--borrow", "没有的镇"), "没有的镇"),
        (("--widen", "5"), "5d"),
        (("--ratio", "10%"), "任务=10%"),
        ((), "--widen"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    ended = onedoor("whatif", PROBLEMS / "tiny-1.json", *arguments)
    no_traceback(ended)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert says in ended.stderr

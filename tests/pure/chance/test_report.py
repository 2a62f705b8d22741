import pytest
from pure.chance.building import PARTIES, TIMES, Files, a_ceremony, frame_files, held, plan_files

from solver.chance.errors import Check, Unreadable
from solver.chance.identifiers import Digest
from solver.chance.report import IN_CHINESE, report
from solver.chance.source import fix
from solver.chance.transcript import TRANSCRIPT, declare_void, files_beside, transcript_file
from solver.chance.verify import verify


def words(folder: Files) -> list[str]:
    return report(verify(folder[TRANSCRIPT], folder)).splitlines()


def test_every_check_has_a_name_in_chinese() -> None:
    assert set(IN_CHINESE) == set(Check)


def test_a_report_on_targets_lists_what_was_certain_and_the_digests() -> None:
    folder = held(frame_files())
    lines = words(folder)
    assert lines[0] == "成立。轮次 测试县-2031-1，抽取检查对象（targets），第 1 次抽取。"
    assert lines[lines.index("抽取之前已经确定的：") + 1 : -5] == [
        "- 任务 “任务一” 层 “D”：3 户全部抽中（n = N），与种子无关。",
        "- 任务 “任务一” 层 “空”：没有对象，不抽取。",
        "- 任务 “任务二” 层 “*”：比例 0.07，取整或按最低数后为 2/11。",
        "- 任务 “任务二” 层 “免”：2 户一户不抽（n = 0）。",
    ]
    assert [line.split()[1] for line in lines[-4:]] == ["文书", "承诺", "公布", "抽取记录"]


def test_a_report_on_teams_lists_chances_of_nought_and_of_one() -> None:
    lines = words(held(plan_files()))
    assert "- 岗位 “T2/消防局/1”：“乙” 的机会为 0，不会中签。" in lines
    assert "- 岗位 “T4/水务局/1”：“戊” 的机会为 100/100，必定中签。" in lines
    assert "- 案头事项 “D0002”：可派的 2 人全部派出，与种子无关。" in lines
    assert not any("D0001" in line for line in lines)


def test_a_report_says_what_weakens_a_draw() -> None:
    no_beacon = held(frame_files(beacon=None, attempt=3, previous=Digest("c" * 64)), single_operator=True)
    lines = words(no_beacon)
    assert "计算可复核，但不能证明种子未经挑选。" in lines
    assert "本次抽取没有公共随机事件。" in lines
    assert "此前有 2 次抽取作废；使抽取作废的一方，每次多看到一个本不该看到的结果。" in lines
    away = words(held(frame_files(parties=(*PARTIES, "财政局")), absent=("财政局",), silent=PARTIES[:1]))
    assert "财政局 没有提交承诺，未参与本次抽取。" in away
    assert "水务局 提交了承诺而没有公布秘密。" in away
    assert "文书没有写明本轮抽取检查对象的记录，只许用于测试。" in words(held(plan_files(targets=None)))


def test_a_sound_draw_with_a_beacon_needs_no_remark() -> None:
    lines = words(held(frame_files()))
    assert lines[1] == "抽取之前已经确定的："


def test_a_void_attempt_is_reported_with_its_reason() -> None:
    files = frame_files(beacon=None)
    source = fix(files)
    void = declare_void(source, a_ceremony(source, silent=PARTIES[:1]), TIMES)
    lines = words({**files, TRANSCRIPT: transcript_file(void)})
    assert "没有抽取：没有公共随机事件时须全部公布，而 水务局 未公布秘密，本次作废。" in lines


def test_a_failure_is_one_line_that_names_check_and_place() -> None:
    folder = held(plan_files())
    (line,) = words({**folder, "plan.json": folder["plan.json"] + b" "})
    assert line.startswith("不成立。文件摘要（file digest）不符：plan.json：")


def test_a_transcript_says_which_files_belong_beside_it() -> None:
    assert files_beside(held(frame_files())[TRANSCRIPT]) == ("entries.json", "frame.tsv", "head.json")
    assert files_beside(held(plan_files())[TRANSCRIPT]) == ("head.json", "plan.json")
    assert files_beside(held(plan_files())[TRANSCRIPT].replace(b'"attempt":1', b'"attempt":0')) == (
        "head.json",
        "plan.json",
    )
    assert files_beside(b'{"format":"onedoor/transcript/2","stage":["teams"]}') == ()
    with pytest.raises(Unreadable):
        files_beside(b"{}")

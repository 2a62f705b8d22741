import hashlib
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pure.chance.building import Files, a_head, a_rule, an_entry, frame_files, units

from solver.canonical import canonical_json
from solver.chance.document import identify
from solver.chance.errors import Broken, Check, Unreadable
from solver.chance.frame import entries_file, frame_file, frame_lookalikes, read_frame
from solver.chance.head import Stage, read_head
from solver.chance.identifiers import Digest, lookalikes, refuse_identifier
from solver.chance.reading import write


def refusal(files: Files) -> Broken:
    with pytest.raises(Broken) as refused:
        read_frame(files)
    return refused.value


def test_a_frame_gives_every_stratum_its_targets_in_order_of_bytes() -> None:
    frame = read_frame(frame_files())
    found = {(s.entry, s.rule.id): [target.decode() for target in frame.targets(s)] for s in frame.strata}
    assert list(found) == [("任务一", "A"), ("任务一", "D"), ("任务一", "空"), ("任务二", "*"), ("任务二", "免")]
    assert found["任务一", "空"] == []
    assert found["任务二", "*"][-2:] == ["ｶﾌｪ-1", "𠮷店"]
    assert [s.population for s in frame.strata] == [8, 3, 0, 11, 2]


def test_the_digest_is_that_of_the_listing_that_sha256sum_prints() -> None:
    document = identify({**frame_files(), "unrelated.txt": b"not listed"})
    listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(document.file_digests.items()))
    assert list(document.file_digests) == ["entries.json", "frame.tsv", "head.json"]
    assert document.digest == hashlib.sha256(listing.encode()).hexdigest()


@pytest.mark.parametrize(
    ("frame", "place", "says"),
    [
        ("任务一\tA\t甲\n任务一\tA\t甲\n", "frame.tsv 第 2 行", "重复"),
        ("任务一\tA\t甲\n任务一\tA\t乙\n", "frame.tsv 第 2 行", "未按字节顺序"),
        ("任务一\tA\t𠮷\n任务一\tA\tｶ\n", "frame.tsv 第 2 行", "未按字节顺序"),
        ("任务一\tA\t甲\n任务一\tD\t甲\n", "frame.tsv", "“甲” 在任务 “任务一” 中属于两个层"),
        ("任务一\tB\t甲\n", "frame.tsv 第 1 行", "没有任务 “任务一” 的层 “B”"),
        ("任务三\tA\t甲\n", "frame.tsv 第 1 行", "没有任务 “任务三”"),
        ("任务一\tA\t甲", "frame.tsv 第 1 行", "以换行结束"),
        ("任务一\tA\t丙\n\n", "frame.tsv 第 2 行", "应为"),
        ("任务一\tA\t丙\n任务一\tA\n", "frame.tsv 第 2 行", "应为"),
        ("任务一\tA\t丙\n任务一\tA\t\n", "frame.tsv 第 2 行", "应为"),
        ("任务一\tA\t丙\n任务一\tA\t丁\t戊\n", "frame.tsv 第 2 行", "应为"),
        ("任务一\tA\t丙\r\n", "frame.tsv 第 1 行", "不许使用的字符"),
        ("任务一\tA\t丙\u200b\n", "frame.tsv 第 1 行", "不许使用的字符"),
        ("任务一\tA\t丙\n任务一\tA\te\u0301\n", "frame.tsv 第 2 行", "NFC"),
    ],
)
def test_a_faulty_frame_is_refused_at_its_line(frame: str, place: str, says: str) -> None:
    broken = refusal({**frame_files(), "frame.tsv": frame.encode()})
    assert (broken.check, broken.place) == (Check.FORMAT, place)
    assert says in broken.text


def test_a_frame_that_is_no_text_is_refused_at_its_line() -> None:
    assert refusal({**frame_files(), "frame.tsv": "任务一\tA\t丙\n".encode() + b"\xff\n"}).place == "frame.tsv 第 2 行"


@pytest.mark.parametrize(
    ("entries", "place", "says"),
    [
        ([{"id": "乙", "strata": []}, {"id": "丙", "strata": []}], "entries.json", "应排在"),
        ([{"id": "乙", "strata": []}, {"id": "乙", "strata": []}], "entries.json", "出现两次"),
        ([{"id": "", "strata": []}], "entries.json $[0].id", "为空"),
        ([{"id": "甲\u2066", "strata": []}], "entries.json $[0].id", "U+2066"),
        ([{"id": "甲"}], "entries.json $[0]", "缺少字段 “strata”"),
        ([{"id": "甲", "strata": [], "note": ""}], "entries.json $[0]", "不认识的字段 “note”"),
        ([{"id": "甲", "strata": [{"id": "A", "ratio": "5%"}]}], "entries.json $[0].strata[0].ratio", "符合"),
        ([{"id": "甲", "strata": [{"id": "A", "ratio": ".5"}]}], "entries.json $[0].strata[0].ratio", "符合"),
        ([{"id": "甲", "strata": [{"id": "A", "ratio": "1.01"}]}], "entries.json $[0].strata[0].ratio", "符合"),
        (
            [{"id": "甲", "strata": [{"id": "A", "ratio": "0.5", "batches": 0}]}],
            "entries.json $[0].strata[0].batches",
            "≥",
        ),
        (
            [{"id": "甲", "strata": [{"id": "A", "ratio": "0.5", "minimum": -1}]}],
            "entries.json $[0].strata[0].minimum",
            "≥",
        ),
        (
            [{"id": "甲", "strata": [{"id": "A", "ratio": 1}]}],
            "entries.json $[0].strata[0].ratio",
            "应为 str，却是 int",
        ),
        ({}, "entries.json $", "应为 array"),
    ],
)
def test_faulty_entries_are_refused_at_their_path(entries: object, place: str, says: str) -> None:
    broken = refusal({**frame_files(), "entries.json": canonical_json(entries), "frame.tsv": b""})
    assert (broken.check, broken.place) == (Check.FORMAT, place)
    assert says.replace("≥", ">=") in broken.text


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"parties": ["消防局", "水务局"]}, "head.json $.parties"),
        ({"parties": ["消防局", "消防局"]}, "head.json $.parties"),
        ({"parties": []}, "head.json $.parties"),
        ({"round": "轮\u2028次"}, "head.json $.round"),
        ({"attempt": 0}, "head.json $.attempt"),
        ({"attempt": True}, "head.json $.attempt"),
        ({"attempt": 2}, "head.json $.previous"),
        ({"previous": "a" * 64}, "head.json $.previous"),
        ({"previous": "A" * 64, "attempt": 2}, "head.json $.previous"),
        ({"targets": "a" * 64}, "head.json $.targets"),
        ({"hash": "md5"}, "head.json $.hash"),
        ({"stage": "people"}, "head.json $.stage"),
        ({"format": "onedoor/head/1"}, "head.json $.format"),
        ({"reveal_by": "2031-03-01T10:00:00"}, "head.json $.reveal_by"),
        ({"reveal_by": "2031-02-30T10:00:00+08:00"}, "head.json $.reveal_by"),
        ({"reveal_by": "2031-03-01T10:30:00+08:00"}, "head.json $.beacon.when"),
        ({"reveal_by": "2031-03-01T02:30:00Z"}, "head.json $.beacon.when"),
        (
            {"beacon": {"source": "", "when": "2031-03-02T10:00:00+08:00", "pattern": "^a$"}},
            "head.json $.beacon.source",
        ),
        (
            {"beacon": {"source": "掷", "when": "2031-03-02T10:00:00+08:00", "pattern": "a"}},
            "head.json $.beacon.pattern",
        ),
        (
            {"beacon": {"source": "掷", "when": "2031-03-02T10:00:00+08:00", "pattern": r"^a\$"}},
            "head.json $.beacon.pattern",
        ),
        (
            {"beacon": {"source": "掷", "when": "2031-03-02T10:00:00+08:00", "pattern": "^(a$"}},
            "head.json $.beacon.pattern",
        ),
        ({"beacon": {"source": "掷", "when": "2031-03-02", "pattern": "^a$"}}, "head.json $.beacon.when"),
    ],
)
def test_a_head_that_contradicts_itself_is_refused_at_its_path(changed: dict[str, object], place: str) -> None:
    head = {**msgspec.to_builtins(a_head()), **changed}
    with pytest.raises(Broken) as refused:
        read_head(canonical_json(head))
    assert refused.value.place == place


def test_a_head_for_teams_may_name_the_first_transcript_and_a_later_attempt_the_one_before() -> None:
    head = a_head(
        parties=("乙", "甲"), stage=Stage.TEAMS, attempt=2, previous=Digest("b" * 64), targets=Digest("a" * 64)
    )
    assert read_head(write(head)) == head


def test_a_missing_file_is_unreadable_and_named() -> None:
    files = frame_files()
    del files["frame.tsv"]
    with pytest.raises(Unreadable, match=r"frame\.tsv：缺少这个文件"):
        read_frame(files)


def test_a_plan_is_not_read_as_a_frame() -> None:
    files = {**frame_files(), "head.json": write(a_head(stage=Stage.TEAMS)), "plan.json": b"{}"}
    assert refusal(files).place == "head.json $.stage"


@given(st.characters())
def test_no_control_or_misleading_character_stands_in_an_identifier(character: str) -> None:
    refused = (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or character in "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
        or character in "\u2066\u2067\u2068\u2069\ufeff"
    )
    text = f"甲{character}乙"
    if refused or not unicodedata.is_normalized("NFC", text):
        with pytest.raises(Broken):
            refuse_identifier("某处", text)
    else:
        refuse_identifier("某处", text)


def test_identifiers_that_look_alike_are_warned_about() -> None:
    assert lookalikes(["ABC", "ＡＢＣ", "甲", "ﾊﾞｰ", "バー"]) == (("ABC", "ＡＢＣ"), ("バー", "ﾊﾞｰ"))
    assert lookalikes(["ＡＢＣ", "甲"]) == ()
    entries = entries_file([an_entry("任务1", a_rule("A")), an_entry("任务１", a_rule("A"), a_rule("Ａ"))])
    plain, others = units("任务1", "A", ["A1"]), units("任务１", "A", ["甲(1)", "甲（1）", "乙"])
    frame = frame_file([*plain, *others, *units("任务１", "Ａ", ["A１"])])
    found = frame_lookalikes(read_frame({**frame_files(), "entries.json": entries, "frame.tsv": frame}))
    assert found == (("任务1", "任务１"), ("A", "Ａ"), ("A1", "A１"), ("甲(1)", "甲（1）"))


def test_entries_and_units_are_written_in_their_order_whatever_order_they_come_in() -> None:
    entries = [an_entry("丙", a_rule("B"), a_rule("A", "0.50", minimum=0)), an_entry("乙", a_rule("*"))]
    assert entries_file(entries).decode() == (
        '[{"id":"丙","strata":[{"id":"A","ratio":"0.50"},{"id":"B","ratio":"0.3"}]},'
        '{"id":"乙","strata":[{"id":"*","ratio":"0.3"}]}]'
    )
    assert frame_file([*units("丙", "B", ["b", "a"]), *units("丙", "A", ["𠮷", "ｶ"])]).decode().split("\n") == [
        "丙\tA\tｶ", "丙\tA\t𠮷", "丙\tB\ta", "丙\tB\tb", "",
    ]  # fmt: skip

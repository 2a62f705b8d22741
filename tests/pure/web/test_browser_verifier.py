"""The verifier in the browser says what the library says, word for word; node stands in for the browser."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from pure.chance.building import a_plan, a_role, frame_files, held, plan_files
from pure.web.node import Folder, in_browser, needs_node, needs_shared_vectors, vectors

from solver.canonical import canonical_json
from solver.chance.ceremony import Ceremony
from solver.chance.errors import Check, Unreadable
from solver.chance.identifiers import Digest, Party, Secret, Seed
from solver.chance.numbers import Algorithm
from solver.chance.report import report
from solver.chance.source import fix
from solver.chance.transcript import TRANSCRIPT, declare_void, hold, rehearse, transcript_file
from solver.chance.verify import verify

pytestmark = needs_node


def in_library(folder: Folder) -> tuple[str, str]:
    """Which check fails ("" for none), and the report."""
    try:
        verdict = verify(folder[TRANSCRIPT], folder)
    except Unreadable as unreadable:
        return "unreadable", str(unreadable)
    return (verdict.failure.check.value if verdict.failure else ""), report(verdict)


def as_report(said: Mapping[str, Any]) -> str:
    lines = [
        said["verdict"],
        *said["remarks"],
        "抽取之前已经确定的：",
        *(f"- {line}" for line in said["certain"]),
        "摘要，请与签字的记录核对（文件本身不能证明其先后）：",
        *(f"- {line}" for line in said["digests"]),
    ]
    return "\n".join(lines) + "\n"


def vector_folder(files: Folder, case: Mapping[str, Any]) -> Folder:
    ceremony = Ceremony(
        commitments={Party(party): Digest(given) for party, given in case["commitments"].items()},
        reveals={Party(party): Secret(case["secrets"][party]) for party in case["revealed"]},
        beacon=case["beacon"],
    )
    transcript = hold(fix(files), ceremony, {})
    assert transcript.seed == case["seed"]
    return {**files, TRANSCRIPT: transcript_file(transcript)}


def vector_folders() -> Iterator[Folder]:
    for case in vectors():
        entries = [
            {**entry, "strata": sorted(entry["strata"], key=lambda rule: rule["id"])} for entry in case["entries"]
        ]
        frame = sorted("\t".join(unit).encode() + b"\n" for unit in case["units"])
        yield vector_folder(
            {
                "head.json": canonical_json(case["head"]),
                "entries.json": canonical_json(sorted(entries, key=lambda entry: entry["id"])),
                "frame.tsv": b"".join(frame),
            },
            case,
        )


def invented_folders() -> Iterator[Folder]:
    """Draws of every kind that can hold."""
    yield held(frame_files())
    yield held(frame_files(hash=Algorithm.SM3))
    yield held(frame_files(), silent=("消防局",))
    yield held(frame_files(beacon=None), absent=("粮食局",), single_operator=True)
    yield held(frame_files(attempt=2, previous=Digest("b" * 64)))
    yield held(plan_files())
    yield held(plan_files(hash=Algorithm.SM3, targets=None, beacon=None))
    yield held(plan_files(a_plan(desk=[])))
    for files in (frame_files(), plan_files(beacon=None)):
        yield {**files, TRANSCRIPT: transcript_file(rehearse(fix(files), Seed("7" * 64), {"fixed": None}))}
    files = frame_files(beacon=None)
    nobody = Ceremony(commitments={}, reveals={})
    yield {**files, TRANSCRIPT: transcript_file(declare_void(fix(files), nobody, {}))}


def test_draws_that_hold_are_reported_in_the_same_words() -> None:
    folders = list(invented_folders())
    for folder, said in zip(folders, in_browser(folders), strict=True):
        check, expected = in_library(folder)
        assert check == "", expected
        assert as_report(said) == expected


@needs_shared_vectors
def test_the_published_vectors_hold() -> None:
    folders = list(vector_folders())
    for folder, said in zip(folders, in_browser(folders), strict=True):
        assert said["verdict"].startswith("成立"), said
        assert as_report(said) == in_library(folder)[1]


def changed(folder: Folder, name: str, old: str, new: str) -> Folder:
    assert folder[name].count(old.encode()) >= 1, (name, old)
    return {**folder, name: folder[name].replace(old.encode(), new.encode(), 1)}


def reversed_list(folder: Folder, key: str) -> Folder:
    """A transcript in which one list of the result stands the other way round."""
    record = json.loads(folder[TRANSCRIPT])
    selection = next(each for each in record["result"] if len(set(each[key])) > 1)
    selection[key].reverse()
    return {**folder, TRANSCRIPT: canonical_json(record)}


def with_record(folder: Folder, **fields: Any) -> Folder:
    return {**folder, TRANSCRIPT: canonical_json(json.loads(folder[TRANSCRIPT]) | fields)}


def refixed(files: Folder, name: str, content: bytes) -> Folder:
    """A rehearsal whose digests were made anew after a file was changed: only the file's content can be at fault."""
    record = json.loads(transcript_file(rehearse(fix(files), Seed("7" * 64), {})))
    whole = {**files, name: content}
    digests = {each: sha256(whole[each]).hexdigest() for each in record["document"]["files"]}
    listing = "".join(f"{digest}  {each}\n" for each, digest in sorted(digests.items()))
    record["document"] = {"digest": sha256(listing.encode()).hexdigest(), "files": digests}
    return {**whole, TRANSCRIPT: canonical_json(record)}


def spoilt_folders() -> Iterator[Folder]:
    targets, teams = held(frame_files()), held(plan_files())
    yield changed(targets, TRANSCRIPT, "onedoor/transcript/2", "onedoor/transcript/1")
    yield {**targets, TRANSCRIPT: b"PK\x03\x04"}
    yield {name: content for name, content in targets.items() if name != "frame.tsv"}
    yield {**targets, TRANSCRIPT: targets[TRANSCRIPT] + b"\n"}
    yield changed(targets, TRANSCRIPT, '"attempt":1', '"attempt":1,"attempt":1')
    yield changed(targets, TRANSCRIPT, '"attempt":1', '"attempt":1.0')
    yield changed(targets, TRANSCRIPT, '"rehearsal":false', '"rehearsal":0')
    yield changed(targets, "frame.tsv", "企业01", "企业99")
    yield changed(teams, "plan.json", "60", "61")
    yield with_record(targets, document=json.loads(targets[TRANSCRIPT])["document"] | {"digest": "0" * 64})
    yield with_record(targets, attempt=2)
    yield with_record(targets, commitments={**json.loads(targets[TRANSCRIPT])["commitments"], "教育局": "c" * 64})
    yield with_record(targets, reveals={**json.loads(targets[TRANSCRIPT])["reveals"], "水务局": "d" * 64})
    yield with_record(targets, reveals={})
    yield with_record(targets, beacon="骰子: 7 1 6")
    yield with_record(targets, beacon="骰子: 1 1 6")
    yield with_record(targets, seed="e" * 64)
    yield with_record(targets, seed=None)
    yield with_record(targets, rehearsal=True, seed="e" * 64)
    yield with_record(targets, result=json.loads(targets[TRANSCRIPT])["result"][1:])
    yield with_record(targets, result={})
    yield reversed_list(targets, "selected")
    yield reversed_list(targets, "alternates")
    yield reversed_list(targets, "batches")
    yield changed(targets, TRANSCRIPT, '"size":2', '"size":3')
    yield with_record(teams, result={**json.loads(teams[TRANSCRIPT])["result"], "D0002": ["丁", "甲", "乙"]})
    yield with_record(teams, result={**json.loads(teams[TRANSCRIPT])["result"], "T9": []})
    yield from badly_fixed_frames()
    yield from badly_fixed_plans()


def badly_fixed_frames() -> Iterator[Folder]:
    files = frame_files()
    lines = files["frame.tsv"].decode().splitlines(keepends=True)
    for broken in (
        [*lines[:-1], lines[-1].rstrip("\n")],
        [lines[1], lines[0], *lines[2:]],
        [lines[0], *lines],
        [lines[0].replace("\t", " ", 1), *lines[1:]],
        [lines[0].replace("企", "\u200b企"), *lines[1:]],
        [lines[0].replace("任务一\tA", "任务一\tZ"), *lines[1:]],
        sorted([*lines, "任务一\tD\t企业00\n"]),
    ):
        yield refixed(files, "frame.tsv", "".join(broken).encode())
    entries = files["entries.json"].decode()
    for old, new in (
        ('"0.25"', '"0.25x"'),
        ('"0.25"', '"1.5"'),
        ('"batches":2', '"batches":0'),
        ('"id":"A"', '"id":"Y"'),
    ):
        assert old in entries
        yield refixed(files, "entries.json", entries.replace(old, new, 1).encode())
    head = files["head.json"].decode()
    for old, new in (
        ('"attempt":1', '"attempt":2'),
        ("2031-03-01T10:00:00+08:00", "2031-02-30T10:00:00+08:00"),
        ("2031-03-01T10:00:00+08:00", "2031-03-01T10:30:00+08:00"),
        ("2031-03-01T10:00:00+08:00", "2031-03-01T02:29:59.5Z"),
        ("2031-03-01T10:00:00+08:00", "2031-03-01 10:00:00"),
        ('"hash":"sha256"', '"hash":"md5"'),
        ('"targets":null', f'"targets":"{"a" * 64}"'),
        ("^骰子", "骰子"),
        ('"粮食局"', '"粮食局","粮食局"'),
    ):
        assert old in head, old
        yield refixed(files, "head.json", head.replace(old, new, 1).encode())


def badly_fixed_plans() -> Iterator[Folder]:
    files = plan_files()
    for plan in (
        a_plan(scale=0),
        a_plan(scale=1_000_001),
        a_plan(metrics={}),
        a_plan(round="别的轮次"),
        a_plan(desk=[{"id": "D1", "need": 3, "eligible": ["甲"]}]),
        a_plan(desk=[{"id": "D1", "need": 1, "eligible": ["甲", "甲"]}]),
        a_plan(desk=[{"id": "T1/消防局/1", "need": 1, "eligible": ["甲"]}]),
        a_plan(tours=[a_tour(a_role("R1", "消防局", 1, 甲=101, 乙=-1))]),
        a_plan(tours=[a_tour(a_role("R1", "消防局", 1, 甲=50))]),
        a_plan(tours=[a_tour(a_role("R1", "消防局", 1, 甲=60, 乙=40), a_role("R2", "消防局", 1, 甲=60, 乙=40))]),
        a_plan(tours=[a_tour(a_role("R1", "消防局", 1, 甲=50, 乙=50), a_role("R2", "水务局", 1, 甲=50, 丙=50))]),
        {"format": "onedoor/plan/1", "round": "测试县-2031-1"},
    ):
        yield refixed(files, "plan.json", canonical_json(plan))


def a_tour(*roles: dict[str, Any]) -> dict[str, Any]:
    return {"id": "T1", "half_day": "2031-03-10/am", "travel_minutes": 0, "visits": [], "roles": list(roles)}


def test_every_fault_is_found_by_the_same_check() -> None:
    folders = list(spoilt_folders())
    found = [(said["check"], said["verdict"]) for said in in_browser(folders)]
    for folder, (check, verdict) in zip(folders, found, strict=True):
        expected, words = in_library(folder)
        assert check == expected, f"{verdict} | {words}"
    assert {check for check, _ in found} >= {"unreadable", *Check}

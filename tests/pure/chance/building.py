"""Small invented draws, whole: files, ceremony, transcript; a test changes one thing and writes only that down."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from solver.canonical import canonical_json
from solver.chance.ceremony import Ceremony
from solver.chance.frame import Entry, Frame, StratumRule, entries_file, frame_file, read_frame
from solver.chance.head import HEAD, Beacon, Head, Stage
from solver.chance.identifiers import Digest, EntryId, Party, Secret, Seed, StratumId
from solver.chance.numbers import Algorithm
from solver.chance.reading import write
from solver.chance.seed import commitment
from solver.chance.source import Source, fix, read_source
from solver.chance.transcript import TRANSCRIPT, Times, hold, transcript_file
from solver.planning.ids import RoundId, TargetId

SEED = Seed("5e" * 32)
OUTCOME = "骰子: 3 1 6"
PARTIES = (Party("水务局"), Party("消防局"), Party("粮食局"))
SECRETS = {party: Secret(f"{place + 1:02x}" * 32) for place, party in enumerate(PARTIES)}
BEACON = Beacon(source="当众掷三枚骰子", when="2031-03-01T10:30:00+08:00", pattern=r"^骰子: [1-6]( [1-6]){2}$")
TIMES: Times = {"fixed": "2031-02-28T09:00:00+08:00", "revealed": {PARTIES[0]: "2031-03-01T09:10:00+08:00"}}

Files = dict[str, bytes]


def a_head(**given: Any) -> Head:
    return Head(
        **{
            "stage": Stage.TARGETS,
            "round": RoundId("测试县-2031-1"),
            "attempt": 1,
            "hash": Algorithm.SHA256,
            "parties": PARTIES,
            "reveal_by": "2031-03-01T10:00:00+08:00",
            "beacon": BEACON,
            "previous": None,
            "targets": None,
        }
        | given
    )


def a_rule(stratum: str, ratio: str = "0.3", **given: int) -> StratumRule:
    return StratumRule(id=StratumId(stratum), ratio=ratio, **given)


def an_entry(entry: str, *rules: StratumRule) -> Entry:
    return Entry(id=EntryId(entry), strata=rules)


def units(entry: str, stratum: str, targets: list[str]) -> Iterator[tuple[EntryId, StratumId, TargetId]]:
    return ((EntryId(entry), StratumId(stratum), TargetId(target)) for target in targets)


def frame_files(**given: Any) -> Files:
    """Two tasks that share targets; a stratum taken whole, one empty, one of which nothing is drawn."""
    entries = [
        an_entry("任务一", a_rule("A", "0.25", alternates=2, batches=2), a_rule("D", "1"), a_rule("空", "0.5")),
        an_entry("任务二", a_rule("*", "0.07", minimum=2, alternates=1, batches=3), a_rule("免", "0")),
    ]
    firms = [f"企业{place:02}" for place in range(12)]
    frame = [
        *units("任务一", "A", firms[:8]),
        *units("任务一", "D", [*firms[8:10], "𠮷店"]),
        *units("任务二", "*", [*firms[3:12], "𠮷店", "ｶﾌｪ-1"]),
        *units("任务二", "免", firms[:2]),
    ]
    return {HEAD: write(a_head(**given)), "entries.json": entries_file(entries), "frame.tsv": frame_file(frame)}


def a_frame(*strata: tuple[Entry, dict[str, list[str]]]) -> Frame:
    lines = [
        unit
        for entry, members in strata
        for name, targets in members.items()
        for unit in units(entry.id, name, targets)
    ]
    entries = entries_file([entry for entry, _ in strata])
    return read_frame({**frame_files(), "entries.json": entries, "frame.tsv": frame_file(lines)})


def firms(count: int) -> list[str]:
    return [f"91410481{place:010}" for place in range(count)]


def seeds(count: int) -> list[Seed]:
    return [Seed(hashlib.sha256(str(place).encode()).hexdigest()) for place in range(count)]


def a_role(role: str, department: str, need: int, **chances: int) -> dict[str, Any]:
    return {
        "id": role,
        "department": department,
        "need": need,
        "certified": True,
        "expertise": [],
        "chances": chances,
    }


def a_plan(**given: Any) -> dict[str, Any]:
    """Two departments over three half-days; chances of 0 and of 1, desk matters, one of them without a choice."""
    tours = [
        (
            "2031-03-10/am",
            [
                a_role("T1/消防局/1", "消防局", 2, 甲=60, 乙=50, 丙=40, 丁=50),
                a_role("T1/水务局/1", "水务局", 1, 戊=30, 己=30, 庚=40),
            ],
        ),
        ("2031-03-10/am", [a_role("T2/消防局/1", "消防局", 1, 甲=40, 乙=0, 丙=60)]),
        ("2031-03-10/pm", [a_role("T3/消防局/1", "消防局", 1, 甲=25, 乙=25, 丙=25, 丁=25)]),
        ("2031-03-11/am", [a_role("T4/水务局/1", "水务局", 2, 戊=100, 己=45, 𠮷=55)]),
    ]
    return {
        "format": "onedoor/plan/1",
        "round": "测试县-2031-1",
        "problem_sha256": "0" * 64,
        "scale": 100,
        "tours": [
            {"id": f"T{place}", "half_day": half_day, "travel_minutes": 0, "visits": [], "roles": roles}
            for place, (half_day, roles) in enumerate(tours, 1)
        ],
        "desk": [
            {"id": "D0001", "tasks": ["任务一"], "need": 2, "eligible": ["戊", "己", "庚", "𠮷"]},
            {"id": "D0002", "tasks": ["任务一"], "need": 2, "eligible": ["甲", "丁"]},
        ],
        "unserved": [],
    } | given


def plan_files(plan: Mapping[str, Any] | None = None, **given: Any) -> Files:
    head = a_head(**{"stage": Stage.TEAMS, "targets": Digest("a" * 64)} | given)
    return {HEAD: write(head), "plan.json": canonical_json(plan or a_plan())}


def a_ceremony(
    source: Source, *, silent: tuple[Party, ...] = (), absent: tuple[Party, ...] = (), **given: Any
) -> Ceremony:
    present = [party for party in source.document.head.parties if party not in absent]
    return Ceremony(
        **{
            "commitments": {party: commitment(source.document, party, SECRETS[party]) for party in present},
            "reveals": {party: SECRETS[party] for party in present if party not in silent},
            "beacon": OUTCOME if source.document.head.beacon else "",
        }
        | given
    )


def held(files: Files, **given: Any) -> Files:
    """The folder of a draw that was held: its files and its transcript."""
    source = fix(files)
    return {**files, TRANSCRIPT: transcript_file(hold(source, a_ceremony(source, **given), TIMES))}


def refixed(folder: Files, **changed: bytes) -> Source:
    """Read a folder of which some files were changed before it was fixed."""
    return read_source({**folder, **{name.replace("_", "."): data for name, data in changed.items()}})


def laid_out(folder: Files, place: Path) -> Path:
    """Write a folder to disk, as the stand-alone verifier reads it; return its transcript's path."""
    for name, data in folder.items():
        (place / name).write_bytes(data)
    return place / TRANSCRIPT

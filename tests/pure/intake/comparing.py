"""The real intake beside the second computation (`support.recomputation`) on one folder: every difference in words.

No differences: both take the same rows, find the same faulty cells, merge, frame, draw and plan alike.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from support.recomputation.frames import accepted
from support.recomputation.matters import Drawn, away, barred, half_days
from support.recomputation.whole import Recomputed, matters_after, recompute

from coordinator.actions.calendars import published_calendar
from coordinator.documents.reading_child import Given, moment, read
from coordinator.domain.frames import RefusedTask, TaskFrame, task_frames
from coordinator.domain.intake.taking import Taken, refused_targets, take_in
from coordinator.domain.matters import DrawnTarget, Wanted, batch_windows, wanted_matters
from coordinator.domain.problems import desk_matters, planning_problem
from coordinator.domain.rounds import Round, read_round
from coordinator.domain.sheets import Severity, Sheet, Workbook, address
from coordinator.domain.submissions import Submission
from coordinator.domain.targets import Target, merge_targets
from coordinator.domain.tasks import Task, tasks_of
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import entries_file, frame_file, read_frame
from solver.chance.head import HEAD
from solver.chance.identifiers import Seed
from solver.chance.targets import draw

CALENDAR = published_calendar()
SEED = Seed("5eed" * 16)
_GIVEN = msgspec.msgpack.Decoder(Given, ext_hook=moment)
_ROWS_OF = {
    "抽查事项清单": "items",
    "检查对象名录": "targets",
    "执法检查人员名录": "inspectors",
    "抽查计划": "plan",
    "回避登记": "recusals",
    "特别检查": "caused",
    "区划": "areas",
    "人员互斥": "apart",
}


class RealRound(Struct, frozen=True, kw_only=True):
    """What the real code makes of a folder, up to the frames."""

    round: Round
    taken: tuple[Taken, ...]
    targets: dict[str, Target]
    tasks: tuple[Task, ...]
    frames: tuple[TaskFrame, ...]

    @property
    def submissions(self) -> list[Submission]:
        return [one.submission for one in self.taken]

    def warnings(self) -> list[str]:
        return [f.message for one in self.taken for f in one.findings if f.severity is Severity.WARNING]


@lru_cache(maxsize=8)
def workbook_of(file: str, content: bytes) -> Workbook:
    """Read a workbook as the confined child does, in this process: many small ones are read here."""
    given = _GIVEN.decode(msgspec.msgpack.encode(read(content)))
    sheets = (
        Sheet(name=s.name, rows=tuple(map(tuple, s.rows)), percent_cells=frozenset(map(tuple, s.percent_cells)))
        for s in given.sheets
    )
    return Workbook(file=file, sha256="", sheets=tuple(sheets))


def real_round_of(folder: Path) -> RealRound:
    """Take in a small folder without starting children."""
    books = [workbook_of(path.name, path.read_bytes()) for path in sorted(folder.glob("*.xlsx"))]
    return real_round(read_round((folder / "round.toml").read_bytes()), books)


def real_round(round_: Round, workbooks: Iterable[Workbook]) -> RealRound:
    taken = take_in(round_, CALENDAR, list(workbooks))
    submissions = [one.submission for one in taken]
    frames = task_frames(round_, submissions)
    assert not [frame for frame in frames if isinstance(frame, RefusedTask)], "intake has refused these tasks before"
    return RealRound(
        round=round_,
        taken=taken,
        targets=dict(merge_targets(submissions)),
        tasks=tasks_of(submissions),
        frames=tuple(frame for frame in frames if isinstance(frame, TaskFrame)),
    )


def both(folder: Path) -> tuple[RealRound, Recomputed]:
    return real_round_of(folder), recompute(folder)


def differences(real: RealRound, second: Recomputed) -> list[str]:
    """Everything in which the two disagree, from rows to what is left to be done after one draw."""
    return [
        *_rows(real, second),
        *_cells(real, second),
        *_targets(real, second),
        *_frames(real, second),
        *_excluded(real, second),
        *_after_a_draw(real, second),
    ]


def _unlike(what: str, real: Any, second: Any) -> Iterator[str]:
    if real != second:
        yield f"{what}: the code says {real!r}, the second computation {second!r}"


def _rows(real: RealRound, second: Recomputed) -> Iterator[str]:
    taken, refused = second.accepted(), second.refused()
    for one in real.taken:
        for sheet, name in _ROWS_OF.items():
            rows = {record.row for record in getattr(one.submission, name)}
            yield from _unlike(f"{one.file} {sheet} accepted", rows, taken.get((one.file, sheet), set()))
        for sheet in ("部门", *_ROWS_OF):
            rows = {row.row for row in one.refused if row.sheet == sheet}
            yield from _unlike(f"{one.file} {sheet} refused", rows, refused.get((one.file, sheet), set()))


def faulty_cells(real: RealRound) -> dict[tuple[str, str, int], set[str]]:
    """The cells for which rows were refused, by file, sheet and row; a fault of the row as a whole is `?row`."""
    cells: dict[tuple[str, str, int], set[str]] = {}
    for one in real.taken:
        for finding in one.findings:
            if finding.severity is not Severity.WARNING and finding.row:
                place = address(finding.row, finding.column) if finding.column else f"?{finding.row}"
                cells.setdefault((one.file, finding.sheet, finding.row), set()).add(place)
    return cells


def _cells(real: RealRound, second: Recomputed) -> Iterator[str]:
    found = faulty_cells(real)
    wanted = {(row.file, row.sheet, row.number): row.faults for row in second.rows if row.faults}
    for place in sorted(found.keys() | wanted.keys()):
        yield from _unlike(f"{place} faulty cells", found.get(place), wanted.get(place))


def _targets(real: RealRound, second: Recomputed) -> Iterator[str]:
    yield from _unlike("targets", sorted(real.targets), sorted(second.targets))
    for name in real.targets.keys() & second.targets.keys():
        one, other = real.targets[name], second.targets[name]
        told = (one.name, one.address, one.area, None if one.lon is None else (one.lon, one.lat))
        fields = other.fields
        meant = (fields["name"][0], fields["address"][0], fields["area"], fields["place"])
        yield from _unlike(f"{name} merged", told, meant)
        yield from _unlike(f"{name} class", one.credit_risk.value, other.klass)
        yield from _unlike(f"{name} tags", set(one.tags), other.tags)
        yield from _unlike(f"{name} last inspected", one.last_inspected_on, other.last_inspected_on)
        yield from _unlike(f"{name} last inspectors", set(one.last_inspectors), other.last_inspectors)
        yield from _unlike(f"{name} closed", {(day.date, day.part or "") for day in one.closed}, other.closed)


def _frames(real: RealRound, second: Recomputed) -> Iterator[str]:
    yield from _unlike("tasks", [task.id for task in real.tasks], [task.id for task in second.tasks])
    working = real.round.working_days(CALENDAR)
    yield from _unlike("working days", list(working), second.working)
    for task, frame, other in zip(real.tasks, real.frames, second.tasks, strict=False):
        items = {(department, item.code) for department, items in task.items.items() for item in items}
        meant = {(item.department, item.text("事项编码")) for item in other.items}
        yield from _unlike(f"{task.id} items", items, meant)
        yield from _unlike(f"{task.id} entry", msgspec.json.decode(msgspec.json.encode(frame.entry)), other.entry)
        units = {(stratum, target) for stratum, targets in other.frame.items() for target in targets}
        yield from _unlike(f"{task.id} units", set(frame.units), units)
        yield from _unlike(f"{task.id} windows", [tuple(w) for w in batch_windows(task, working)], other.windows)


def _excluded(real: RealRound, second: Recomputed) -> Iterator[str]:
    found = {(each.entry, each.target) for frame in real.frames for each in frame.excluded}
    for one in real.taken:
        found |= {(each.entry, each.target) for each in refused_targets(one.submission.department.id, one.refused)}
    yield from _unlike("excluded", found, second.excluded)


def drawn_with(real: RealRound) -> list[DrawnTarget]:
    """Draw the real frames with one fixed seed."""
    head = {
        "format": "onedoor/head/2",
        "stage": "targets",
        "round": real.round.id,
        "attempt": 1,
        "hash": "sha256",
        "parties": ["乙", "甲"],
        "reveal_by": "2026-02-20T09:00:00+08:00",
        "beacon": None,
        "previous": None,
        "targets": None,
    }
    files = {
        HEAD: msgspec.json.encode(head, order="deterministic"),
        ENTRIES: entries_file(frame.entry for frame in real.frames),
        FRAME: frame_file((frame.entry.id, *unit) for frame in real.frames for unit in frame.units),
    }
    return [
        DrawnTarget(task=one.entry, target=target, batch=batch)  # type: ignore[arg-type]
        for one in draw(read_frame(files), SEED)
        for target, batch in zip(one.selected, one.batches, strict=True)
    ]


def _after_a_draw(real: RealRound, second: Recomputed) -> Iterator[str]:
    selected = drawn_with(real)
    wanted = wanted_matters(real.round, CALENDAR, real.submissions, real.tasks, real.targets, selected)
    drawn: Drawn = {}
    for one in selected:
        drawn.setdefault(one.task, {})[one.target] = one.batch
    visits, papers, dropped = matters_after(second, drawn)
    told = sorted((_matter(m) for m in wanted.matters if not m.desk), key=str)
    yield from _unlike("matters", told, sorted((matter.told() for matter in visits), key=str))
    found = {(one.task, one.department, one.target) for one in wanted.dropped}
    yield from _unlike("dropped", found, dropped)
    yield from _desk(real, wanted, papers)
    yield from _problem(real, second, wanted)


def _matter(matter: Any) -> dict[str, Any]:
    return {
        "tasks": sorted(matter.tasks),
        "department": matter.department,
        "item": matter.item.code,
        "target": matter.target,
        "first_day": matter.window.first_day.isoformat(),
        "last_day": matter.window.last_day.isoformat(),
        "minutes": matter.item.minutes,
        "officers": matter.item.officers,
        "expertise": sorted(matter.item.expertise),
        "key": matter.key,
        "separate": matter.caused,
    }


def _desk(real: RealRound, wanted: Wanted, papers: list[dict[str, Any]]) -> Iterator[str]:
    desk, unserved = desk_matters(real.submissions, real.targets, wanted.matters)
    told = [msgspec.to_builtins(one) | {"tasks": sorted(one.tasks), "eligible": sorted(one.eligible)} for one in desk]
    enough = [paper for paper in papers if len(paper["eligible"]) >= paper["need"]]
    yield from _unlike("desk matters", told, enough)
    short = [paper["id"] for paper in papers if paper not in enough]
    yield from _unlike("unserved desk matters", [one.matter for one in unserved], short)


def _problem(real: RealRound, second: Recomputed, wanted: Wanted) -> Iterator[str]:
    problem = planning_problem(real.round, CALENDAR, real.submissions, real.targets, wanted.matters)
    known = half_days(second.settings, second.working)
    yield from _unlike("half-days", [half.id for half in problem.half_days], known)
    told = {(one.inspector, one.target) for one in problem.barred}
    visited = {target.id for target in problem.targets}
    yield from _unlike("barred", told, {pair for pair in barred(second.rows, second.targets) if pair[1] in visited})
    for target in problem.targets:
        yield from _unlike(f"{target.id} closed", list(target.closed), away(second.targets[target.id].closed, known))
    people = {row.text("人员编号"): row for row in accepted(second.rows, "执法检查人员名录")}
    yield from _unlike("inspectors", {one.id for one in problem.inspectors}, set(people))
    for one in (each for each in problem.inspectors if each.id in people):
        values = people[one.id].values
        told_of = (list(one.unavailable), one.max_half_days, set(one.serves), one.borrowed, one.certified)
        meant = (
            away(values.get("不可用日期", []), known),
            values.get("最多半天数"),
            set(values.get("可支援部门", [])),
            values.get("借用") == "是",
            values["人员类别"] == "执法人员",
        )
        yield from _unlike(f"{one.id}", told_of, meant)
    pairs = {(row.text("人员编号"), row.text("互斥人员编号")) for row in accepted(second.rows, "人员互斥")}
    told_pairs = {tuple(one.inspectors) for one in problem.apart}
    yield from _unlike("apart", told_pairs, {pair for pair in pairs if set(pair) <= set(people)})

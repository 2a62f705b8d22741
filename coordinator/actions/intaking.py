"""`onedoor intake`: everything checked, marked workbooks given back, frames and the load to expect; nothing is drawn.

Works on folders alone: no database is asked, nothing is stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from coordinator.actions.calendars import published_calendar
from coordinator.documents.file_names import file_stem
from coordinator.documents.marking import mark
from coordinator.documents.output import Content, refuse_foreign_folder, write_folder
from coordinator.documents.round_folder import read_round_folder
from coordinator.documents.workbook_reading import RefusedFile
from coordinator.domain.expected_load import ExpectedLoad, expected_load
from coordinator.domain.frames import Exclusion, TaskFrame, excluded_file, task_frames
from coordinator.domain.intake.taking import Taken, refused_targets, take_in
from coordinator.domain.sheets import CellFinding, Severity, place_of, unread_sheets
from coordinator.domain.targets import Target, merge_targets
from coordinator.domain.tasks import tasks_of
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import entries_file, frame_file

RETURNED = "退回.xlsx"


class Intake(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the intake found, for intake.json and the words at the end."""

    round: str
    workbooks: int
    refused_files: tuple[RefusedFile, ...]
    refused_rows: int
    to_confirm: int
    warnings: int
    unread_sheets: tuple[str, ...]
    excluded: int
    load: ExpectedLoad

    @property
    def is_clean(self) -> bool:
        return not self.refused_files and not self.refused_rows and not self.unread_sheets


def take_in_folder(folder: Path, out: Path) -> Intake:
    """Check a round folder and write what there is to know to `out`; raises Invalid where it cannot be used at all."""
    read = read_round_folder(folder)
    refuse_foreign_folder(out, Content.INTAKE, read.settings.id)
    taken = take_in(read.settings, published_calendar(), read.workbooks)
    submissions = [one.submission for one in taken]
    frames = [frame for frame in task_frames(read.settings, submissions) if isinstance(frame, TaskFrame)]
    targets = merge_targets(submissions)
    refused = [each for one in taken for each in refused_targets(one.submission.department.id, one.refused)]
    excluded = [*refused, *(each for frame in frames for each in frame.excluded)]
    intake = Intake(
        round=read.settings.id,
        workbooks=len(taken),
        refused_files=read.refused,
        refused_rows=sum(len(one.refused) for one in taken),
        to_confirm=_count(taken, Severity.CONFIRM),
        warnings=_count(taken, Severity.WARNING),
        unread_sheets=tuple(each for one in taken for each in unread_sheets(one.file, one.findings)),
        excluded=len(excluded),
        load=expected_load(tasks_of(submissions), frames, targets),
    )
    files = {
        "intake.json": msgspec.json.format(msgspec.json.encode(intake), indent=2),
        "findings.tsv": findings_file(taken),
        "contradictions.tsv": contradictions_file(targets.values()),
        **{f"frames/{name}": content for name, content in frame_files(frames, excluded).items()},
        **{f"departments/{name}/{RETURNED}": content for name, content in returned_workbooks(read.originals, taken)},
    }
    write_folder(out, Content.INTAKE, read.settings.id, files)
    return intake


def frame_files(frames: Sequence[TaskFrame], excluded: Iterable[Exclusion]) -> dict[str, bytes]:
    """Write the frame's files, and who was left out."""
    return {
        ENTRIES: entries_file(frame.entry for frame in frames),
        FRAME: frame_file((frame.entry.id, *unit) for frame in frames for unit in frame.units),
        "excluded.tsv": excluded_file(excluded),
    }


def returned_workbooks(originals: Mapping[str, bytes], taken: Sequence[Taken]) -> Iterator[tuple[str, bytes]]:
    """Give departments whose rows were refused their own workbook back, with the faults marked."""
    for one in taken:
        if one.refused or any(finding.severity is not Severity.WARNING for finding in one.findings):
            yield file_stem(one.submission.department.id), mark(one.file, originals[one.file], one.findings)


def findings_file(taken: Sequence[Taken]) -> bytes:
    """List every finding: file, sheet, cell, severity, what was found, what is wrong, what to do."""
    lines = ["文件\t工作表\t单元格\t性质\t内容\t问题\t怎么改"]
    for one in taken:
        lines += ["\t".join(" ".join(text.split()) for text in _cells(one.file, finding)) for finding in one.findings]
    return ("\n".join(lines) + "\n").encode()


def contradictions_file(targets: Iterable[Target]) -> bytes:
    """List what departments say differently of one target, and whose word was taken."""
    lines = ["检查对象\t项目\t采用\t采用自\t另一说法\t来自"]
    lines += [
        f"{each.target}\t{each.field}\t{each.taken}\t{each.taken_from}\t{each.other}\t{each.other_from}"
        for target in targets
        for each in target.contradictions
    ]
    return ("\n".join(lines) + "\n").encode()


def _cells(file: str, finding: CellFinding) -> tuple[str, ...]:
    return (
        file,
        finding.sheet,
        place_of(finding),
        finding.severity.value,
        finding.found,
        finding.message,
        finding.remedy,
    )


def _count(taken: Sequence[Taken], severity: Severity) -> int:
    return sum(finding.severity is severity for one in taken for finding in one.findings)


def intake_in_words(intake: Intake) -> list[str]:
    """Say at the end what was found and what to expect, a line each."""
    load = intake.load
    return [
        f"轮次 {intake.round}：{intake.workbooks}个工作簿，退回{intake.refused_rows}行，待确认{intake.to_confirm}处。",
        f"提醒{intake.warnings}处，不进抽样框{intake.excluded}户次。",
        *(f"{refused.message}{refused.remedy}" for refused in intake.refused_files),
        *intake.unread_sheets,
        *(f"{task.task} {task.name}：{task.population}户中抽{task.drawn}户" for task in load.tasks),
        *(f"{each.department}：预计{each.matters:g}个事项，{each.minutes:g}分钟" for each in load.departments),
        f"预计上门{load.doors:g}户；各任务单独去要{load.doors_apart}户次。",
    ]

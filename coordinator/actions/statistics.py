"""Adding up the statistics table over several rounds' folders (OUT2, or OUT where no result has come back yet).

Works on folders alone; the service does the same from its database. The figures are made in the domain.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from coordinator.actions.results import load_expectations
from coordinator.documents.output import Content, refuse_foreign_folder, write_folder
from coordinator.documents.statistics_workbook import REHEARSAL_REMARK, statistics_json, statistics_workbook
from coordinator.domain.errors import Invalid
from coordinator.domain.findings import Facts
from coordinator.domain.ids import RoundId
from coordinator.domain.result_files import FACTS_FILE, ROUND_FILE, read_facts
from coordinator.domain.statistics import Statistics, statistics


class StatisticsReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was added up; rounds that were only rehearsed are named, for they make no official table."""

    statistics: Statistics
    rounds: tuple[RoundId, ...]
    rehearsals: tuple[RoundId, ...]


def add_up_folders(folders: Sequence[Path], year: int, out: Path, reported_on: date | None = None) -> StatisticsReport:
    """Write statistics.json and statistics.xlsx for a year; `reported_on` is the table's 填报时间.

    Raises a Refusal, with nothing written, where a folder cannot be used or two contradict each other.
    """
    if not folders:
        raise Invalid("没有给出要汇总的文件夹。", remedy="请列出 onedoor results 给出的文件夹。")
    refuse_foreign_folder(out, Content.STATISTICS, "")
    facts = [load_facts(folder) for folder in folders]
    table = statistics(facts, year)
    rehearsals = tuple(sorted({each.round for each in facts if each.expectations.rehearsal}))
    remark = REHEARSAL_REMARK if rehearsals else ""
    files = {
        "statistics.json": statistics_json(table),
        "statistics.xlsx": statistics_workbook(table, reported_on, remark=remark),
    }
    write_folder(out, Content.STATISTICS, "", files)
    return StatisticsReport(
        statistics=table, rounds=tuple(sorted({each.round for each in facts})), rehearsals=rehearsals
    )


def load_facts(folder: Path) -> Facts:
    """Read a round's facts from OUT2, or from OUT: drawn, with nothing found yet."""
    kept = folder / FACTS_FILE
    if kept.is_file():
        return read_facts(kept.read_bytes())
    if (folder / ROUND_FILE).is_file():
        return Facts(expectations=load_expectations(folder))
    raise Invalid(
        f"文件夹“{folder}”里没有 {FACTS_FILE}。", remedy="请给出 onedoor results 或 onedoor run 生成的文件夹。"
    )

"""`onedoor new`: the folder with which a round begins.

What the template and round.toml look like is said in documents/templates.py.
"""

from datetime import date
from pathlib import Path

from coordinator.documents.round_folder import SETTINGS
from coordinator.documents.templates import round_toml, write_template
from coordinator.domain.errors import Conflict
from coordinator.domain.ids import DepartmentId, RoundId
from coordinator.domain.intake.cells import text
from coordinator.domain.rounds import RoundHead
from coordinator.domain.workdays import month_after

TEMPLATE = "部门模板.xlsx"


def start_folder(folder: Path, today: date) -> tuple[Path, ...]:
    """Write round.toml and an empty template for departments; raises Conflict where a round.toml stands already."""
    settings, form = folder / SETTINGS, folder / TEMPLATE
    for path in (settings, form):
        if path.exists():
            raise Conflict(f"“{path}”已经存在，没有改动。", remedy="请换一个文件夹，或先移走它。")
    folder.mkdir(parents=True, exist_ok=True)
    first_day, last_day = month_after(today)
    name = text(folder.resolve().name)
    head = RoundHead(
        id=RoundId(name),
        name=f"{name}部门联合抽查",
        region="000000",
        year=first_day.year,
        first_day=first_day,
        last_day=last_day,
        coordinator=DepartmentId("（请填写牵头部门全称）"),
    )
    settings.write_text(round_toml(head), encoding="utf-8")
    write_template(form)
    return settings, form

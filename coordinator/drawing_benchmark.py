"""The draw at size: a made frame on disk is read, drawn from and verified, and the overlap of its samples measured.

The lines are part of benchmark.py's table. The frame is invented: four departments, each over most of the same firms.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from coordinator.documents.large_files import LargeFile
from coordinator.measuring import Line, timed
from solver.chance.contents import Content
from solver.chance.document import ENTRIES, FRAME
from solver.chance.frame import Entry, StratumRule, entries_file, read_frame
from solver.chance.head import HEAD, Head, Stage
from solver.chance.identifiers import EntryId, Party, Seed, StratumId
from solver.chance.numbers import Algorithm
from solver.chance.overlap import doors
from solver.chance.reading import write
from solver.chance.targets import draw
from solver.chance.transcript import rehearse, transcript_file
from solver.chance.verify import verify
from solver.planning.ids import RoundId

SEED = Seed("0" * 63 + "1")
RATIOS = {"甲局": ("0.02", "0.1"), "乙局": ("0.03", "0.05"), "丙局": ("0.05", "0.05"), "丁局": ("0.01", "0.2")}
"""By department, the ratios of its two strata."""
OUTSIDE = 5
"""Every fifth firm lies outside a department's frame, another fifth for each."""


def drawing(units: int) -> Iterator[Line]:
    """Measure the draw on a frame of about so many units."""
    with tempfile.TemporaryDirectory() as folder:
        files = _made_frame(Path(folder), units)
        spent, frame = timed(lambda: read_frame(files))
        population = sum(stratum.population for stratum in frame.strata)
        yield Line(f"读入并核对{population:,}户次的抽样框", spent, f"{len(files[FRAME]) / 1e6:.0f}兆字节")
        spent, drawn = timed(lambda: draw(frame, SEED))
        yield Line("　从中抽取", spent, f"抽中{sum(one.size for one in drawn):,}户次")
        content = transcript_file(rehearse(frame, SEED, {}))
        spent, verdict = timed(lambda: verify(content, files))
        yield Line("　复核抽取记录", spent, "成立" if verdict.holds else "不成立")
        spent, found = timed(lambda: doors(frame, drawn))
        yield Line(
            "　各部门抽到同一户的程度",
            spent,
            f"入户{found.opened:,}（期望的下界{float(found.least):,.0f}，各自{found.apart:,}）",
        )


def _made_frame(folder: Path, units: int) -> dict[str, Content]:
    rules = {
        department: tuple(
            StratumRule(id=StratumId(name), ratio=ratio) for name, ratio in zip("AB", ratios, strict=True)
        )
        for department, ratios in RATIOS.items()
    }
    entries = [Entry(id=EntryId(department), strata=strata) for department, strata in rules.items()]
    (folder / HEAD).write_bytes(write(_HEAD))
    (folder / ENTRIES).write_bytes(entries_file(entries))
    firms = units * OUTSIDE // (OUTSIDE - 1) // len(entries)
    with (folder / FRAME).open("wb") as file:
        for place, department in enumerate(sorted(rules)):
            for parity, stratum in enumerate("AB"):
                file.writelines(
                    f"{department}\t{stratum}\t9199999900{firm:08}\n".encode()
                    for firm in range(firms)
                    if (firm + place) % OUTSIDE and (firm // (place + 1)) % 2 == parity
                )
    return {name: LargeFile(folder / name) for name in (HEAD, ENTRIES, FRAME)}


_HEAD = Head(
    stage=Stage.TARGETS,
    round=RoundId("bench"),
    attempt=1,
    hash=Algorithm.SHA256,
    parties=(Party("乙"), Party("甲")),
    reveal_by="2026-01-01T00:00:00+08:00",
    beacon=None,
    previous=None,
    targets=None,
)

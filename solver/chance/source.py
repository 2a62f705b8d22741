"""What is drawn from, whichever the stage: a frame or a fixed plan, read whole, and the outcome that a seed gives.

Who took part, and the seed, are the affair of ceremony.py and seed.py.
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from solver.chance.contents import Content
from solver.chance.document import FixedDocument, identify
from solver.chance.frame import Frame, frame_lookalikes, read_fixed_frame
from solver.chance.head import Stage
from solver.chance.identifiers import Seed
from solver.chance.lots import Teams, draw_lots
from solver.chance.plan import PlanLots, plan_lookalikes, read_fixed_plan, refuse_two_departments, refuse_undrawable
from solver.chance.targets import StratumSelection, draw


class FixedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a fixed document."""

    document: FixedDocument
    lots: PlanLots


Source: TypeAlias = Frame | FixedPlan
Outcome: TypeAlias = tuple[StratumSelection, ...] | Teams


def read_source(files: Mapping[str, Content]) -> Source:
    """Read a document's files by the stage its head names; raises `Broken` (format), `Unreadable` where one is missing.

    Whether a plan's chances add up is not asked yet.
    """
    document = identify(files)
    if document.head.stage is Stage.TARGETS:
        return read_fixed_frame(document, files)
    return FixedPlan(document=document, lots=read_fixed_plan(document, files))


def fix(files: Mapping[str, Content]) -> Source:
    """Fix a document: judge everything that `verify` would judge later. Its digest is `source.document.digest`."""
    source = read_source(files)
    if isinstance(source, FixedPlan):
        refuse_chance_table(source.lots)
    return source


def refuse_chance_table(plan: PlanLots) -> None:
    """Raise `Broken` (chance table) where the chances break any rule of draw.md §5."""
    refuse_undrawable(plan)
    refuse_two_departments(plan)


def outcome(source: Source, seed: Seed) -> Outcome:
    """Let chance decide: the selection of targets, or who goes."""
    if isinstance(source, Frame):
        return draw(source, seed)
    refuse_chance_table(source.lots)
    return draw_lots(source.lots, seed, source.document.head.hash)


def lookalikes_in(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return the groups of identifiers that NFKC makes equal, to be warned about."""
    return frame_lookalikes(source) if isinstance(source, Frame) else plan_lookalikes(source.lots)

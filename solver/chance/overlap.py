"""How many doors the departments' draws open together, beside the fewest that draws of such ratios could (draw.md §4).

Every target is drawn at least with the highest of the probabilities that its strata give it, so the sum of these bounds
the expected number of doors from below. Nothing here decides who is drawn.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import msgspec

from solver.chance.frame import Frame
from solver.chance.targets import StratumSelection
from solver.chance.units import side_by_side


class Doors(msgspec.Struct, frozen=True, kw_only=True):
    """`opened`: different targets drawn; `apart`: the sum of all samples; `least`: no draws expect to open fewer."""

    opened: int
    apart: int
    least: Fraction


def doors(frame: Frame, drawn: Iterable[StratumSelection]) -> Doors:
    """Measure how far the samples drawn from a frame overlap."""
    samples = [one.selected for one in drawn]
    return Doors(opened=len(set().union(*samples)), apart=sum(map(len, samples)), least=least_doors(frame))


def least_doors(frame: Frame) -> Fraction:
    """Return the sum over all targets of the highest probability with which an entry may draw it."""
    peopled = [stratum for stratum in frame.strata if stratum.population]
    chances = [Fraction(stratum.rule.size(stratum.population), stratum.population) for stratum in peopled]
    likeliest_first = sorted(range(len(peopled)), key=chances.__getitem__, reverse=True)
    highest: Counter[Fraction] = Counter()
    for together in side_by_side(frame.units, [stratum.run for stratum in peopled]):
        seen: set[bytes] = set()
        for place in likeliest_first:
            before = len(seen)
            seen.update(together[place])
            highest[chances[place]] += len(seen) - before
    return sum((chance * targets for chance, targets in highest.items()), Fraction(0))

"""What workers are asked to do, as values: each names all it needs but the problem, and its answer is a value too.

So a call and its answer can travel as bytes to any process, on any machine, that has laid the same problem out. Bytes
are JSON, never a pickle: whoever reads them runs nothing. How calls reach workers is workers.py's affair.
"""

from typing import Any, ClassVar

import msgspec

from solver.planning.alone import Alone, alone
from solver.planning.ids import MatterId
from solver.planning.limits import Stop
from solver.planning.tours.block import Block, replan
from solver.planning.tours.cover import Members
from solver.planning.tours.field import Quote
from solver.planning.tours.quotes import Excess, Priced, excess
from solver.planning.tours.shards import Drawn, Shard, tours_of
from solver.planning.workers import Site


class DivideDoors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="divide_doors"):
    """Divide a shard's doors into tours; None when told to stop before anything was found."""

    answer: ClassVar[Any] = Drawn | None
    shard: Shard

    def __call__(self, site: Site, stop: Stop) -> Drawn | None:
        if stop():
            return None
        return tours_of(site.ground, site.staffing, site.travel, self.shard, stop)


class GoAlone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="go_alone"):
    """Plan one department's matters as if there were no other department."""

    answer: ClassVar[Any] = Alone
    matters: frozenset[MatterId]

    def __call__(self, site: Site, _: Stop) -> Alone:
        return alone(site, matters=self.matters)


class ReplanBlock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="replan_block"):
    """Plan the doors of a few half-days anew."""

    answer: ClassVar[Any] = list[tuple[Members, int]]
    block: Block

    def __call__(self, site: Site, stop: Stop) -> list[tuple[Members, int]]:
        return replan(site.ground, site.staffing, site.travel, self.block, stop)


class CheckPrices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="check_prices"):
    """Find out by how much prices are too high, for one of so many parts of the leaders."""

    answer: ClassVar[Any] = Excess
    quotes: tuple[Quote, ...]
    part: int
    parts: int

    def __call__(self, site: Site, stop: Stop) -> Excess:
        return excess(site.ground, self.quotes, self.part, self.parts, stop)


class PriceTours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="price_tours"):
    """Find the tours that are worth most beyond their officers, for one of so many parts of the leaders."""

    answer: ClassVar[Any] = Priced
    quotes: tuple[Quote, ...]
    part: int
    parts: int

    def __call__(self, site: Site, stop: Stop) -> Priced:
        from solver.planning.tours.pricing import price  # compiled code is not loaded where it is not used

        return price(site.ground, self.quotes, self.part, self.parts, stop)


AnyCall = CheckPrices | DivideDoors | GoAlone | PriceTours | ReplanBlock
_CALLS: msgspec.json.Decoder[AnyCall] = msgspec.json.Decoder(AnyCall)


def write_call(call: AnyCall) -> bytes:
    """Write a call down; bit sets keep all their bits."""
    return msgspec.json.encode(call)


def read_call(content: bytes) -> AnyCall:
    """Read what `write_call` wrote; raises msgspec.ValidationError for anything else."""
    return _CALLS.decode(content)


def write_answer(answer: object) -> bytes:
    """Write down what a call gave."""
    return msgspec.json.encode(answer)


def read_answer(call: AnyCall, content: bytes) -> Any:  # noqa: ANN401 - the call says what its answer is
    """Read what `write_answer` wrote of this call's answer; raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(content, type=call.answer)

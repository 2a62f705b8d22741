"""Improving a state: a few half-days at a time are planned anew, and the better outcome stays.

Which half-days and doors is chosen by the round's number, never by chance, so that the same effort gives the same
plan. Several blocks with different half-days are worked on at once.
"""

from collections.abc import Callable, Sequence

import msgspec

from solver.planning.calls import ReplanBlock
from solver.planning.consolidate import Door, door
from solver.planning.dispatch import parts, score
from solver.planning.exchange import STEP, exchange
from solver.planning.ground import bits
from solver.planning.limits import Stop
from solver.planning.problem import Matter
from solver.planning.timetable import Timetable, TourNumber
from solver.planning.tours.block import Block
from solver.planning.tours.cover import Effort, Members
from solver.planning.workers import Workers

BLOCKS_AT_ONCE = 2
"""Fixed, whatever the number of workers: a plan depends on the effort alone."""
DOORS = 60
"""About so many doors make a block that CP-SAT solves well in a second or two."""
MOST_LEFT = 12
"""So many unserved matters are tried in one block."""
LEAST_PATIENCE = 12
EXCHANGED = 8
"""In one of so many rounds tours exchange doors all over (exchange.py) before."""
EFFORT = Effort(width=300, rounds=5, keep=1500, work=0.6)


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A block and the tours that it would replace."""

    block: Block
    doors: tuple[Door, ...]
    tours: tuple[TourNumber, ...]


def improve(
    timetable: Timetable,
    left: Sequence[Matter],
    workers: Workers,
    rounds: int,
    stop: Stop,
    told: Callable[[Sequence[Matter], int], None],
) -> list[Matter]:
    """Work on the state for so many rounds or until told to stop; returns the matters that are still unserved.

    It ends by itself once every block has come up twice and more without a better outcome.
    """
    unserved, best, since = list(left), score(timetable, left), 0
    for number in range(rounds):
        if stop() or number - since > _patience(timetable):
            break
        if number % EXCHANGED == 0:
            exchange(timetable, unserved, number, stop)
        drafts = _drafts(timetable, unserved, number)
        calls = [ReplanBlock(block=draft.block) for draft in drafts]
        for draft, answer in zip(drafts, workers.each(calls, lambda _: None, stop), strict=True):
            if answer is not None:
                unserved = _adopt(timetable, unserved, draft, answer)
        if score(timetable, unserved) < best:
            best, since = score(timetable, unserved), number
        told(unserved, number + 1)
    return unserved


def _patience(timetable: Timetable) -> int:
    """After how many rounds without a better outcome another is not worth its time."""
    blocks = sum(len(stint.doors) for stint in timetable.stints.values()) // DOORS
    return LEAST_PATIENCE + 4 * blocks


def _drafts(timetable: Timetable, unserved: Sequence[Matter], number: int) -> list[_Draft]:
    """Blocks with half-days of their own; the tours they would replace are off the table while people are counted."""
    if number % 2 and not unserved:
        return _neighbourhoods(timetable, number)
    chosen: list[list[int]] = []
    taken = 0
    for place in range(BLOCKS_AT_ONCE):
        half_days = _half_days(timetable, unserved, number * BLOCKS_AT_ONCE + place, taken)
        taken |= sum(1 << each for each in half_days)
        if half_days:
            chosen.append(half_days)
    start = number * MOST_LEFT % max(1, len(unserved))
    waiting = sorted((*unserved[start:], *unserved[:start]), key=lambda matter: not matter.key)
    drafts = (
        _draft(timetable, waiting[place :: len(chosen)], half_days, _near(timetable, half_days, number))
        for place, half_days in enumerate(chosen)
    )
    return [draft for draft in drafts if draft.doors]


def _neighbourhoods(timetable: Timetable, number: int) -> list[_Draft]:
    """Blocks of tours near each other, whenever they are made."""
    taken: set[TourNumber] = set()
    drafts: list[_Draft] = []
    for place in range(BLOCKS_AT_ONCE):
        left = sorted(timetable.stints.keys() - taken)
        if not left:
            break
        here = _nearest(timetable, left, left[(number * BLOCKS_AT_ONCE + place) * STEP % len(left)])
        common = 0
        for each in here:
            for one in timetable.stints[each].doors:
                common |= one.half_days
        drafts.append(_draft(timetable, (), list(bits(common)), here))
        taken.update(drafts[-1].tours)
    return drafts


def _half_days(timetable: Timetable, unserved: Sequence[Matter], number: int, taken: int) -> list[int]:
    """Half-days for one block: in steps that differ from pass to pass, until there are doors enough."""
    ground = timetable.ground
    doors = [0] * len(ground.capacity)
    for stint in timetable.stints.values():
        doors[stint.half_day] += len(stint.doors)
    useful = [each for each in range(len(doors)) if not taken >> each & 1 and (doors[each] or unserved)]
    if unserved:
        wanted = ground.open[unserved[number % len(unserved)].id]
        useful = [each for each in useful if wanted >> each & 1] or useful
    if not useful:
        return []
    stride = 1 + 2 * (number // max(1, len(useful))) % max(1, len(useful))
    chosen: list[int] = []
    for step in range(len(useful)):
        each = useful[(number * 3 + step * stride) % len(useful)]
        if each not in chosen:
            chosen.append(each)
        if sum(doors[place] for place in chosen) >= DOORS and len(chosen) > 1:
            break
    return sorted(chosen)


def _draft(
    timetable: Timetable,
    unserved: Sequence[Matter],
    half_days: Sequence[int],
    tours: Sequence[TourNumber],
) -> _Draft:
    stints = [timetable.remove(each) for each in tours]
    doors: list[Door] = []
    current: list[tuple[Members, int]] = []
    for stint in stints:
        current.append((tuple(range(len(doors), len(doors) + len(stint.doors))), stint.half_day))
        doors += stint.doors
    doors += _more(timetable, unserved[:MOST_LEFT], half_days, doors)
    open_now = [
        msgspec.structs.replace(each, half_days=each.half_days & ~timetable.visited(each.target)) for each in doors
    ]
    block = Block(
        doors=tuple(open_now),
        current=tuple(current),
        people={each: timetable.idle(each) for each in half_days},
        cars={each: timetable.tours_left(each) for each in half_days},
        effort=EFFORT,
    )
    return _Draft(block=block, doors=tuple(doors), tours=tuple(timetable.restore(stint) for stint in stints))


def _near(timetable: Timetable, half_days: Sequence[int], number: int) -> list[TourNumber]:
    """The tours of these half-days; of very many, those near one of them."""
    here = sorted(number for number, stint in timetable.stints.items() if stint.half_day in half_days)
    if sum(len(timetable.stints[each].doors) for each in here) <= 2 * DOORS or not here:
        return here
    return _nearest(timetable, here, here[number * 7 % len(here)])


def _nearest(timetable: Timetable, numbers: Sequence[TourNumber], centre: TourNumber) -> list[TourNumber]:
    """Of these tours those near one of them, until there are doors enough."""
    spot = timetable.stints[centre].doors[0].target
    here = sorted(
        numbers, key=lambda each: (timetable.travel.minutes(spot, timetable.stints[each].doors[0].target), each)
    )
    chosen: list[TourNumber] = []
    count = 0
    for each in here:
        chosen.append(each)
        count += len(timetable.stints[each].doors)
        if count >= DOORS:
            break
    return chosen


def _more(
    timetable: Timetable, unserved: Sequence[Matter], half_days: Sequence[int], doors: Sequence[Door]
) -> list[Door]:
    """Doors for unserved matters: together, in parts, and behind a door of the block at the same target."""
    here = sum(1 << each for each in half_days)
    of_target: dict[str, list[Matter]] = {}
    for matter in unserved:
        of_target.setdefault(matter.target, []).append(matter)
    more: list[Door] = []
    for target, matters in of_target.items():
        free = [each for each in matters if not each.separate]
        whole = door(timetable.ground, timetable.staffing, free) if free else None
        singles = [door(timetable.ground, timetable.staffing, (each,)) for each in matters]
        found = [*(parts(timetable, whole) if whole else []), *([whole] if whole else []), *singles]
        wider = [
            door(timetable.ground, timetable.staffing, (*known.matters, *each.matters))
            for known in doors
            if known.target == target
            for each in found
        ]
        seen = {tuple(sorted(matter.id for matter in each.matters)): each for each in (*found, *wider)}
        more += [each for each in seen.values() if each.half_days & here]
    return more


def _adopt(
    timetable: Timetable, unserved: list[Matter], draft: _Draft, answer: Sequence[tuple[Members, int]]
) -> list[Matter]:
    """Put the answer in place of the tours it replaces; put those back unless the score is better."""
    before = score(timetable, unserved)
    old = [timetable.remove(each) for each in draft.tours if each in timetable.stints]
    waiting = {matter.id: matter for matter in unserved}
    waiting |= {matter.id: matter for stint in old for each in stint.doors for matter in each.matters}
    new: list[TourNumber] = []
    for members, half_day in answer:
        doors = [draft.doors[member] for member in members]
        held = [matter.id for each in doors for matter in each.matters]
        placed = timetable.place(doors, 1 << half_day) if waiting.keys() >= set(held) else None
        if placed is not None:
            new.append(placed)
            waiting = {matter: each for matter, each in waiting.items() if matter not in held}
    left = list(waiting.values())
    if score(timetable, left) < before:
        return left
    for number in new:
        timetable.remove(number)
    for stint in old:
        timetable.restore(stint)
    return unserved

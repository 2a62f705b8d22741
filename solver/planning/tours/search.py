"""The dearest tour that each door leads, in machine code: grown door by door, given up when it cannot be worth more.

A tour's leader is the door with most officers in it. Worths are whole numbers (SCALE of field.py), so that what is
found is found exactly; tours of doors that share no department need not be looked at: each part is. All that is
compiled stands in this file: what is kept on disk goes by the file's age.
"""

import numpy as np

from solver.planning.tours.compiled import compiled
from solver.planning.tours.field import ROUNDING, SCALE
from solver.planning.tours.grid import BEST, DEEPEST, MOST_ORDERED, Bench, Grid
from solver.planning.tours.stops import NEVER, Ints, Words

FAR, PASSES = 1_000_000, 5
"""More minutes than anything takes; so often doors are left out before a tour is begun."""
EPSILON = 0.5
"""Half a unit of worth: more than reals can be off by, less than what whole numbers differ by."""


@compiled
def _bits(word: np.uint64) -> int:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _added(grid: Grid, door: int, asks: Words) -> int:
    """Officers that a door adds to those who go anyway."""
    total = 0
    for word in range(asks.shape[0]):
        fresh = grid.asks[door, word] & ~asks[word]
        if fresh:
            for kind in range(grid.officers.shape[0]):
                some = fresh & grid.officer_masks[kind, word]
                if some:
                    total += grid.officers[kind] * _bits(some)
    return total


@compiled
def _longest(grid: Grid, one: Words, other: Words) -> int:
    """The longest half-day in both sets; 0 where there is none."""
    for kind in range(grid.lengths.shape[0] - 1, -1, -1):
        for word in range(one.shape[0]):
            if one[word] & other[word] & grid.length_masks[kind, word]:
                return grid.lengths[kind]
    return 0


@compiled
def _travel(grid: Grid, one: int, other: int) -> int:
    """At most the minutes between two doors (Field.travel)."""
    square = 0.0
    for axis in range(3):
        square += (grid.spots[one, axis] - grid.spots[other, axis]) ** 2
    if grid.short_cuts and np.isnan(square):
        return grid.default_minutes
    minutes = np.int64(min(np.ceil(np.sqrt(square) * grid.minutes_a_unit - ROUNDING), NEVER))
    if (grid.vague[one] or grid.vague[other]) and minutes < grid.vague_minutes:
        minutes = grid.vague_minutes
    if grid.short_cuts and minutes > 2 * grid.default_minutes:
        minutes = 2 * grid.default_minutes
    return max(minutes, 0)


@compiled
def _together(grid: Grid, one: int, other: int) -> bool:
    """Whether one tour could hold two doors, targets and reach considered."""
    if grid.target[one] == grid.target[other]:
        return False
    if grid.apart.shape[0]:
        for word in range(grid.asks.shape[1]):
            asks = grid.asks[one, word] | grid.asks[other, word]
            if grid.apart[grid.area[one], grid.area[other], word] & asks:
                return False
    return True


@compiled
def _shortest_way(legs: Ints, count: int, best: Ints) -> int:
    """The least travel through so many doors, ends free; of very many a lower bound."""
    if count > MOST_ORDERED:
        return _nearest(legs, count)
    for some in range(1, 1 << count):
        for last in range(count):
            best[some, last] = 0 if some == 1 << last else FAR
            before = some & ~(1 << last)
            if (some >> last) & 1 and before:
                for door in range(count):
                    best[some, last] = min(best[some, last], best[before, door] + legs[door, last])
    least = FAR
    for last in range(count):
        least = min(least, best[(1 << count) - 1, last])
    return least


@compiled
def _nearest(legs: Ints, count: int) -> int:
    """Every door but one is left for, or come to from, its nearest at best."""
    total, farthest = 0, 0
    for one in range(count):
        nearest = FAR
        for other in range(count):
            if other != one:
                nearest = min(nearest, legs[one, other])
        total += nearest
        farthest = max(farthest, nearest)
    return total - farthest


@compiled
def _remember(bench: Bench, depth: int, gain: float, minutes: int) -> None:
    """Keep the doors that bring most, and those that bring most by the minute."""
    top, pace = bench.top[depth], bench.pace[depth]
    if gain > top[BEST - 1]:
        place = BEST - 1
        while place > 0 and top[place - 1] < gain:
            top[place] = top[place - 1]
            place -= 1
        top[place] = gain
    if gain > pace[BEST - 1] * minutes:
        place = BEST - 1
        while place > 0 and pace[place - 1] * minutes < gain:
            pace[place] = pace[place - 1]
            bench.pace_minutes[depth, place] = bench.pace_minutes[depth, place - 1]
            place -= 1
        pace[place] = gain / minutes
        bench.pace_minutes[depth, place] = minutes


@compiled
def _forget(bench: Bench, depth: int) -> None:
    for place in range(BEST):
        bench.top[depth, place] = 0.0
        bench.pace[depth, place] = 0.0
        bench.pace_minutes[depth, place] = 0


@compiled
def _rest(bench: Bench, depth: int, room: int, doors: int) -> float:
    """What so many further doors in so many minutes bring at most: so many of the best, or minutes well filled."""
    by_count = 0.0
    for place in range(doors):
        by_count += bench.top[depth, min(place, BEST - 1)]
    by_time = 0.0
    for place in range(BEST):
        if room <= 0:
            break
        some = room if place == BEST - 1 else min(room, bench.pace_minutes[depth, place])
        by_time += some * bench.pace[depth, place]
        room -= some
    return min(by_count, by_time)


@compiled
def _further(grid: Grid, worth: Ints, bench: Bench, depth: int, door: int, more: int) -> float:
    """What a door brings at most: officers that several doors add are paid once, each pays its part at least."""
    return worth[door] - _added(grid, door, bench.asks[depth]) * SCALE / more


@compiled
def _begin(grid: Grid, worth: Ints, bench: Bench, leader: int, best: float) -> None:
    """Put the leader on the tour, and find the doors that may come along."""
    bench.doors[0] = leader
    for word in range(grid.asks.shape[1]):
        bench.asks[0, word] = grid.asks[leader, word]
    for word in range(grid.half_days.shape[1]):
        bench.half_days[0, word] = grid.half_days[leader, word]
    bench.worth[0], bench.cost[0] = worth[leader], grid.own[leader] * SCALE
    bench.served[0], bench.way[0] = grid.minutes[leader], 0
    bench.longest[0] = _longest(grid, grid.half_days[leader], grid.half_days[leader])
    bench.counts[0] = bench.turn[0] = 0
    left = bench.longest[0] - bench.served[0]
    more = min(grid.most - 1, left // grid.shortest)
    bench.more[0] = more
    if more < 1:
        return
    _forget(bench, 0)
    count = 0
    for door in range(grid.minutes.shape[0]):
        room = left - grid.minutes[door]
        if grid.rank[door] <= grid.rank[leader] or worth[door] <= 0 or room < 0:
            continue
        gain = _further(grid, worth, bench, 0, door, more)
        if gain <= 0 or not _together(grid, leader, door):
            continue
        far = _travel(grid, leader, door)
        if (
            far > room
            or _longest(grid, grid.half_days[leader], grid.half_days[door]) < left - room + far + bench.served[0]
        ):
            continue
        bench.stop[count], bench.far[count] = door, far
        bench.place[0, count], bench.gain[0, count] = count, gain
        bench.minutes[0, count] = grid.minutes[door] + far
        _remember(bench, 0, gain, grid.minutes[door])
        count += 1
    bench.counts[0] = count
    _thin_out(grid, bench, best)
    _sort(bench)
    _connect(grid, bench)


@compiled
def _thin_out(grid: Grid, bench: Bench, best: float) -> None:
    """Leave out doors that no tour worth more could hold, and look again: the rest brings less now."""
    left = bench.longest[0] - bench.served[0]
    base = bench.worth[0] - bench.cost[0] - best
    count = bench.counts[0]
    for _ in range(PASSES):
        kept = 0
        for place in range(count):
            room, gain = left - bench.minutes[0, place], bench.gain[0, place]
            if base + gain + _rest(bench, 0, room, bench.more[0] - 1) > EPSILON:
                bench.place[0, kept], bench.gain[0, kept] = bench.place[0, place], gain
                bench.minutes[0, kept] = bench.minutes[0, place]
                kept += 1
        if kept == count:
            break
        count = kept
        _forget(bench, 0)
        for place in range(count):
            _remember(bench, 0, bench.gain[0, place], grid.minutes[bench.stop[bench.place[0, place]]])
    bench.counts[0] = count


@compiled
def _sort(bench: Bench) -> None:
    """Most promising first (Shell's sort)."""
    count = bench.counts[0]
    gap = count // 2
    while gap > 0:
        for start in range(gap, count):
            place, gain, minutes = bench.place[0, start], bench.gain[0, start], bench.minutes[0, start]
            here = start
            while here >= gap and bench.gain[0, here - gap] < gain:
                bench.place[0, here], bench.gain[0, here] = bench.place[0, here - gap], bench.gain[0, here - gap]
                bench.minutes[0, here] = bench.minutes[0, here - gap]
                here -= gap
            bench.place[0, here], bench.gain[0, here], bench.minutes[0, here] = place, gain, minutes
        gap //= 2


@compiled
def _connect(grid: Grid, bench: Bench) -> None:
    """Note which doors share a department with the leader; all count where parts may cost more than the tour."""
    for place in range(bench.counts[0]):
        door = bench.stop[bench.place[0, place]]
        bench.near[0, place] = _added(grid, door, bench.asks[0]) < grid.own[door] or grid.own[door] < grid.least


@compiled
def _step(grid: Grid, worth: Ints, bench: Bench, depth: int, place: int) -> bool:
    """Take one more door along; False where the half-day is too short."""
    door = bench.stop[bench.place[depth, place]]
    size = depth + 2
    for before in range(depth + 1):
        leg = _travel(grid, bench.doors[before], door)
        bench.legs[before, depth + 1] = bench.legs[depth + 1, before] = leg
    bench.longest[depth + 1] = _longest(grid, bench.half_days[depth], grid.half_days[door])
    bench.served[depth + 1] = bench.served[depth] + grid.minutes[door]
    bench.way[depth + 1] = _shortest_way(bench.legs, size, bench.ways)
    if bench.served[depth + 1] + bench.way[depth + 1] > bench.longest[depth + 1]:
        return False
    bench.doors[depth + 1] = door
    bench.worth[depth + 1] = bench.worth[depth] + worth[door]
    bench.cost[depth + 1] = bench.cost[depth] + _added(grid, door, bench.asks[depth]) * SCALE
    for word in range(grid.asks.shape[1]):
        bench.asks[depth + 1, word] = bench.asks[depth, word] | grid.asks[door, word]
    for word in range(grid.half_days.shape[1]):
        bench.half_days[depth + 1, word] = bench.half_days[depth, word] & grid.half_days[door, word]
    return True


@compiled
def _detour(grid: Grid, bench: Bench, depth: int, place: int) -> int:
    """The least further travel to a door; for two doors before it exactly."""
    if depth > 1:
        return 0
    other = bench.place[0, place]
    far, leg = bench.far[other], _travel(grid, bench.doors[1], bench.stop[other])
    return far + leg - max(bench.way[1], far, leg)


@compiled
def _branch(grid: Grid, worth: Ints, bench: Bench, depth: int, chosen: int, best: float) -> bool:
    """Find the doors that may come along after a step; whether that could lead to anything better."""
    left = bench.longest[depth] - bench.served[depth] - bench.way[depth]
    more = min(grid.most - depth - 1, left // grid.shortest)
    bench.more[depth], bench.counts[depth], bench.turn[depth] = more, 0, 0
    if more < 1:
        return False
    _forget(bench, depth)
    door = bench.doors[depth]
    count = 0
    for place in range(bench.counts[depth - 1]):
        if place == chosen or (place < chosen and bench.near[depth - 1, place]):
            continue
        other = bench.stop[bench.place[depth - 1, place]]
        if grid.minutes[other] > left:
            continue
        added = _added(grid, other, bench.asks[depth])
        gain = worth[other] - added * SCALE / more
        if gain <= 0:
            continue
        minutes = grid.minutes[other] + _detour(grid, bench, depth, place)
        if minutes > left or not _together(grid, door, other):
            continue
        if _longest(grid, bench.half_days[depth], grid.half_days[other]) < bench.longest[depth] - left + minutes:
            continue
        bench.place[depth, count], bench.gain[depth, count] = bench.place[depth - 1, place], gain
        bench.minutes[depth, count] = minutes
        bench.near[depth, count] = added < grid.own[other] or grid.own[other] < grid.least
        _remember(bench, depth, gain, grid.minutes[other])
        count += 1
    bench.counts[depth] = count
    return bench.worth[depth] - bench.cost[depth] + _rest(bench, depth, left, more) > best + EPSILON


@compiled
def _keep(doors: Ints, depth: int, tours: Ints, number: int) -> None:
    """Write a tour over the oldest of those kept."""
    for place in range(tours.shape[1]):
        tours[number % tours.shape[0], place] = doors[place] if place <= depth else -1


@compiled
def _hopeful(bench: Bench, depth: int, place: int, best: float) -> bool:
    """Whether a tour with one more door, reached by a department, could be worth more than the best."""
    left = bench.longest[depth] - bench.served[depth] - bench.way[depth] - bench.minutes[depth, place]
    gain = bench.worth[depth] - bench.cost[depth] + bench.gain[depth, place]
    return bench.near[depth, place] and gain + _rest(bench, depth, left, bench.more[depth] - 1) > best + EPSILON


@compiled
def _at_most(grid: Grid, bench: Bench, depth: int, best: float) -> int:
    """What tours not tried yet can be worth at most, officers paid: those with the doors left at every depth."""
    for here in range(depth + 1):
        _forget(bench, here)
        for place in range(bench.turn[here] - 1, bench.counts[here]):
            door = bench.stop[bench.place[here, place]]
            _remember(bench, here, bench.gain[here, place], grid.minutes[door])
        left = bench.longest[here] - bench.served[here] - bench.way[here]
        more = bench.worth[here] - bench.cost[here] + _rest(bench, here, left, bench.more[here])
        best = max(best, np.ceil(more))
    return int(best)


@compiled
def _dearest(grid: Grid, worth: Ints, bench: Bench, leader: int, tours: Ints, most_steps: int) -> int:
    """The greatest worth, officers paid, of a tour that a door leads; after too many steps, what it can be at most.

    In `tours` the best of all, and the best that was known before, and so on.
    """
    best = max(0, worth[leader] - max(grid.own[leader], grid.least) * SCALE)
    _begin(grid, worth, bench, leader, best)
    depth, steps, kept = 0, 0, 0
    _keep(bench.doors, 0, tours, 0)
    while depth >= 0:
        place = bench.turn[depth]
        if place >= bench.counts[depth]:
            depth -= 1
            continue
        bench.turn[depth] += 1
        if not _hopeful(bench, depth, place, best):
            continue
        steps += 1 + bench.counts[depth]
        if steps > most_steps or depth + 1 == DEEPEST:
            return _at_most(grid, bench, depth, best)
        if not _step(grid, worth, bench, depth, place):
            continue
        depth += 1
        gain = bench.worth[depth] - max(bench.cost[depth], grid.least * SCALE)
        if gain > best:
            best = gain
            kept += 1
            _keep(bench.doors, depth, tours, kept)
        if not _branch(grid, worth, bench, depth, place, best):
            depth -= 1
    return best


@compiled
def dearest_tours(
    grid: Grid, worth: Ints, bench: Bench, leaders: Ints, lost: Ints, tours: Ints, most_steps: int
) -> None:
    """For each leader what its dearest tour is worth beyond its officers; the leader's own worth is lowered by it.

    After that no tour it leads is worth more than its officers, whatever becomes of the others' worths but to fall.
    """
    for number in range(leaders.shape[0]):
        leader = leaders[number]
        lost[number] = 0
        if worth[leader] > 0:
            lost[number] = min(worth[leader], _dearest(grid, worth, bench, leader, tours[number], most_steps))
            worth[leader] -= lost[number]

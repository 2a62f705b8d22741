"""How likely each admitted inspector is to go: the fairest whole-number chances that keep every ceiling.

Even shares wherever they are possible. Where a half-day is crowded or somebody's ceiling is near, chances become a flow
role → (inspector, half-day) → inspector whose least chances are raised together as far as a maximum flow allows.
Chances are whole numbers out of `scale`; nobody is picked here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from ortools.graph.python import max_flow

from solver.planning.admission import Opening
from solver.planning.fairness import Floats, Ints, Net, fair_levels
from solver.planning.ground import Ground, bits

LADDER = (1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 3.0, 4.0)
"""How far above the even share a chance may rise, tried in turn before there is no limit but `scale`."""
HALVINGS = 12
"""Steps in the search for the highest least chance."""
EXACT_EDGES = 800
"""Up to so many (role, inspector) pairs fairness is worked out level by level."""
NEARLY = 1e-6
"""Linear programmes answer in floats: what is so near a whole number is that number."""

Chances = dict[int, int]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What fixed tours and ceilings leave, in chances: by (person, half-day), and by person for one department."""

    slot: Mapping[tuple[int, int], int]
    person: Mapping[int, int]
    scale: int


def share_out(ground: Ground, openings: Sequence[Opening]) -> list[Chances]:
    """Give every opening its table of chances, in the order of the openings."""
    tables: list[Chances] = [{} for _ in openings]
    of_department: dict[int, list[int]] = defaultdict(list)
    for number, opening in enumerate(openings):
        of_department[opening.post.department].append(number)
    slot = _slots(ground)
    ceilings = _ceilings(ground, openings)
    for department in sorted(of_department):
        numbers = of_department[department]
        limits = Limits(slot=slot, person=ceilings[department], scale=ground.problem.policy.scale)
        found = _by_half_day(limits, ground.borrowed, [openings[number] for number in numbers])
        for number, table in zip(numbers, found, strict=True):
            tables[number] = table
    return tables


def _slots(ground: Ground) -> dict[tuple[int, int], int]:
    """What fixed tours leave of a person's half-day, where they take any of it."""
    scale = ground.problem.policy.scale
    left: dict[tuple[int, int], int] = {}
    for tour in ground.problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                key = (ground.position[inspector], ground.half_day[tour.half_day])
                left[key] = max(0, left.get(key, scale) - chance)
    return left


def _ceilings(ground: Ground, openings: Sequence[Opening]) -> dict[int, dict[int, int]]:
    """By department: what each person with a ceiling may still take on.

    Who serves several departments gets whole half-days in each (rule 5 rounds up by department): those counted on,
    the rest to the own department.
    """
    scale = ground.problem.policy.scale
    seats: dict[tuple[int, int], int] = defaultdict(int)
    for opening in openings:
        for person in bits(opening.seated & ground.several):
            seats[opening.post.department, person] += 1
    ceilings: dict[int, dict[int, int]] = defaultdict(dict)
    for person, ceiling in enumerate(ground.ceiling):
        if ceiling is None:
            continue
        inspector = ground.inspectors[person]
        own = ground.department[inspector.department]
        others = {ground.department[each] for each in inspector.serves} - {own}
        for other in others:
            ceilings[other][person] = seats[other, person] * scale
        ceilings[own][person] = (ceiling - sum(seats[other, person] for other in others)) * scale
    return ceilings


def _by_half_day(limits: Limits, borrowed: int, openings: Sequence[Opening]) -> list[Chances]:
    """One department: half-day by half-day with each ceiling divided in proportion, or else all of it as one flow."""
    at: dict[int, list[int]] = defaultdict(list)
    for number, opening in enumerate(openings):
        at[opening.half_day].append(number)
    wanted = _wanted(openings)
    rooms = _rooms(limits, wanted)
    tables: list[Chances] = [{} for _ in openings]
    for _, numbers in sorted(at.items()):
        here = [openings[number] for number in numbers]
        found = _filled(limits.scale, rooms, wanted, borrowed, here)
        if found is None:
            divided = Limits(slot=rooms, person={}, scale=limits.scale)
            found = _fairest(divided, borrowed, here)
        if found is None:
            whole = _fairest(limits, borrowed, openings)
            if whole is None:
                msg = "the roster seats everyone, so chances exist"
                raise RuntimeError(msg)
            return whole
        for number, table in zip(numbers, found, strict=True):
            tables[number] = table
    return tables


def _wanted(openings: Sequence[Opening]) -> dict[tuple[int, int], float]:
    """By person and half-day: the sum of even shares (in people, not in chances)."""
    wanted: dict[tuple[int, int], float] = defaultdict(float)
    for opening in openings:
        share = opening.post.need / opening.admitted.bit_count()
        for person in bits(opening.admitted):
            wanted[person, opening.half_day] += share
    return wanted


def _rooms(limits: Limits, wanted: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], int]:
    """What each person's half-day holds: ceilings divided among half-days in proportion to what is wanted there."""
    total: dict[int, float] = defaultdict(float)
    for (person, _), share in wanted.items():
        if person in limits.person:
            total[person] += share
    left = dict(limits.person)
    rooms: dict[tuple[int, int], int] = {}
    for (person, half_day), share in wanted.items():
        room = limits.slot.get((person, half_day), limits.scale)
        if person in total:
            part = int(limits.person[person] * share / total[person] + NEARLY)
            room = min(room, part, left[person])
            left[person] -= room
        rooms[person, half_day] = room
    return rooms


def _filled(
    scale: int,
    rooms: Mapping[tuple[int, int], int],
    wanted: Mapping[tuple[int, int], float],
    borrowed: int,
    openings: Sequence[Opening],
) -> list[Chances] | None:
    """Fill every role evenly, each person's room divided among the roles beforehand; None when a role stays unfilled.

    Nobody's least chance could be higher: a person's roles give way alike, and only to that person's own room.
    """
    tables: list[Chances] = []
    for opening in openings:
        if opening.admitted & borrowed:
            return None
        half_day, need = opening.half_day, opening.post.need
        share = need / opening.admitted.bit_count()
        most = {
            person: min(scale, int(rooms[person, half_day] * share / wanted[person, half_day] + NEARLY))
            for person in bits(opening.admitted)
        }
        table = _level(most, need * scale)
        if table is None:
            return None
        tables.append(table)
    return tables if _within(rooms, openings, tables) else None


def _level(most: Mapping[int, int], supply: int) -> Chances | None:
    """Divide a supply as evenly as the `most` of each allows, in whole numbers; None when they do not hold it."""
    if sum(most.values()) < supply:
        return None
    table: Chances = {}
    waiting = sorted(most, key=lambda person: (most[person], person))
    for place, person in enumerate(waiting):
        table[person] = min(most[person], supply // (len(waiting) - place))
        supply -= table[person]
    return dict(sorted(table.items()))


def _within(rooms: Mapping[tuple[int, int], int], openings: Sequence[Opening], tables: Sequence[Chances]) -> bool:
    total: dict[tuple[int, int], int] = defaultdict(int)
    for opening, table in zip(openings, tables, strict=True):
        for person, chance in table.items():
            total[person, opening.half_day] += chance
    return all(chance <= rooms[slot] for slot, chance in total.items())


def _fairest(limits: Limits, borrowed: int, openings: Sequence[Opening]) -> list[Chances] | None:
    """Raise the least chances as far as a flow exists, then keep everyone as near the even share as a flow allows."""
    net = _net(limits, borrowed, openings)
    level = fair_levels(net) if len(net.even) <= EXACT_EDGES else _common_level(net)
    if level is None:
        return None
    fair = net.even * level
    for less in (0, 1, net.scale):
        lower = np.maximum(0, np.floor(fair + NEARLY) - less).astype(np.int64)
        for most in (*LADDER, net.scale):
            values = _flow(net, lower, np.ceil(np.maximum(fair, net.even) * most).astype(np.int64))
            if values is not None:
                return _tables(net, openings, values)
    return None


def _common_level(net: Net) -> Floats | None:
    """For very large flows: one level for all whom no crowded slot or near ceiling holds back, found by halving."""
    in_slot = np.bincount(net.slot, weights=net.even, minlength=len(net.room))
    in_all = np.bincount(net.owner, weights=in_slot, minlength=len(net.ceiling))
    by_slot = np.minimum(1.0, net.room / in_slot)
    by_person = np.minimum(1.0, net.ceiling / in_all)
    part = np.minimum(by_slot, by_person[net.owner])[net.slot]
    whole = np.full(len(net.even), net.scale, dtype=np.int64)
    low, high = 0.0, 2.0
    if _flow(net, np.zeros(len(net.even), dtype=np.int64), whole) is None:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        lower = np.floor(net.even * part * min(1.0, middle)).astype(np.int64)
        low, high = (middle, high) if _flow(net, lower, whole) is not None else (low, middle)
    level: Floats = part * min(1.0, low)
    return level


def _net(limits: Limits, borrowed: int, openings: Sequence[Opening]) -> Net:
    edges = [(number, person) for number, each in enumerate(openings) for person in bits(each.admitted)]
    keys = [(person, openings[number].half_day) for number, person in edges]
    slots = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    people = {person: place for place, person in enumerate(dict.fromkeys(person for person, _ in slots))}
    role = np.array([number for number, _ in edges], dtype=np.int64)
    supply = np.array([each.post.need * limits.scale for each in openings], dtype=np.int64)
    endless = int(supply.sum())
    return Net(
        role=role,
        slot=np.array([slots[key] for key in keys], dtype=np.int64),
        owner=np.array([people[person] for person, _ in slots], dtype=np.int64),
        supply=supply,
        room=np.array([limits.slot.get(key, limits.scale) for key in slots], dtype=np.int64),
        ceiling=np.array([limits.person.get(person, endless) for person in people], dtype=np.int64),
        even=supply[role] / np.bincount(role, minlength=len(openings))[role],
        counted_on=np.array(
            [bool(borrowed >> person & 1 and openings[number].seated >> person & 1) for number, person in edges]
        ),
        scale=limits.scale,
    )


def _flow(net: Net, lower: Ints, upper: Ints) -> Ints | None:
    """Whole chances between these bounds that keep every limit, or None; borrowed people go where counted on."""
    lower = np.where(net.counted_on, net.scale, lower)
    upper = np.maximum(np.minimum(net.scale, upper), lower)
    supply = net.supply - np.bincount(net.role, weights=lower, minlength=len(net.supply)).astype(np.int64)
    in_slot = np.bincount(net.slot, weights=lower, minlength=len(net.room)).astype(np.int64)
    room = net.room - in_slot
    ceiling = net.ceiling - np.bincount(net.owner, weights=in_slot, minlength=len(net.ceiling)).astype(np.int64)
    if min(supply.min(), room.min(), ceiling.min()) < 0:
        return None
    roles, slots, people = len(supply), len(room), len(ceiling)
    source, sink = roles + slots + people, roles + slots + people + 1
    flow = max_flow.SimpleMaxFlow()
    arcs = flow.add_arcs_with_capacity(net.role, roles + net.slot, upper - lower)
    flow.add_arcs_with_capacity(roles + np.arange(slots), roles + slots + net.owner, room)
    flow.add_arcs_with_capacity(roles + slots + np.arange(people), np.full(people, sink), ceiling)
    flow.add_arcs_with_capacity(np.full(roles, source), np.arange(roles), supply)
    if flow.solve(source, sink) != flow.OPTIMAL or flow.optimal_flow() != int(supply.sum()):
        return None
    values: Ints = lower + flow.flows(arcs)
    return values


def _tables(net: Net, openings: Sequence[Opening], values: Ints) -> list[Chances]:
    people = [person for each in openings for person in bits(each.admitted)]
    tables: list[Chances] = [{} for _ in openings]
    for role, person, chance in zip(net.role.tolist(), people, values.tolist(), strict=True):
        tables[role][person] = chance
    return tables

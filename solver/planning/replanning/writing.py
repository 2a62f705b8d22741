"""The new plan written down: old names, old roles wherever they still hold, and chances anew for all the others.

Roles are kept as they were, table and all, if everyone they admit is still admitted; where that and the new chances
cannot both be, fewer and fewer are kept. Which visits are made when is settled before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from solver.planning.admission import Opening, admit
from solver.planning.assemble import write_tour
from solver.planning.chances import NoChances, share_out
from solver.planning.eligible import admitted
from solver.planning.ground import Ground, lay_out
from solver.planning.ids import InspectorId, MatterId, TourId
from solver.planning.index import index
from solver.planning.limits import Stop
from solver.planning.plan import Role, Tour
from solver.planning.timetable import Stint, Timetable
from solver.planning.whole_chances import Chances

Kept = dict[int, Role]
"""Old roles that stand as they are, by position of the opening."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The stints with the names they will bear, their openings, and the old role that each opening takes up."""

    timetable: Timetable
    stints: tuple[Stint, ...]
    names: tuple[TourId, ...]
    openings: tuple[Opening, ...]
    before: Mapping[int, Role]


def drafts(timetable: Timetable, old: Sequence[Tour], taken: Sequence[Tour], hurry: Stop) -> Iterator[tuple[Tour, ...]]:
    """Write the tours down, with as many roles as possible as they were, then with fewer; the last has none.

    `old` are the tours that may lend their names and roles, `taken` further ones whose names are not to be used. In a
    hurry only the last is written.
    """
    draft = _draft(timetable, old, taken)
    still = _within_limits(draft, _still_right(draft))
    agreed = {
        place: role
        for place, role in still.items()
        if _names_of(timetable.ground, draft.openings[place]) == (set(role.chances), role.left_out)
    }
    levels: tuple[Kept, ...] = (still, agreed, _undisturbed(draft, agreed), {})
    for number in range(len(levels)):
        if number == len(levels) - 1 or not hurry():
            yield _written(draft, levels[number:])


def _draft(timetable: Timetable, old: Sequence[Tour], taken: Sequence[Tour]) -> Draft:
    by_name = {tour.id: tour for tour in old}
    stints = sorted(timetable.stints.values(), key=lambda stint: (stint.half_day, stint.doors[0].matters[0].id))
    lent = _lent(timetable.ground, stints, old)
    fresh = _fresh({tour.id for tour in (*old, *taken)}, len(stints))
    names = [lent.get(place) or next(fresh) for place in range(len(stints))]
    order = sorted(range(len(stints)), key=lambda place: (place not in lent, names[place]))
    ordered = [stints[place] for place in order]
    openings = admit(timetable, ordered)
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, opening in enumerate(openings):
        places[opening.stint].append(place)
    before: dict[int, Role] = {}
    for number, place in enumerate(order):
        known = by_name.get(names[place])
        if known is not None and _same_way(known, stints[place]):
            before |= _taken_up(timetable.ground, known.roles, places[number], openings)
    return Draft(
        timetable=timetable,
        stints=tuple(ordered),
        names=tuple(names[place] for place in order),
        openings=tuple(openings),
        before=before,
    )


def _lent(ground: Ground, stints: Sequence[Stint], old: Sequence[Tour]) -> dict[int, TourId]:
    """Which old tour each stint carries on: the one it shares most matters with, in the same half-day."""
    home: dict[MatterId, Tour] = {matter: tour for tour in old for visit in tour.visits for matter in visit.matters}
    shared: Counter[tuple[int, TourId]] = Counter()
    for place, stint in enumerate(stints):
        for matter in (matter.id for each in stint.doors for matter in each.matters):
            if matter in home and ground.half_day.get(home[matter].half_day) == stint.half_day:
                shared[place, home[matter].id] += 1
    lent: dict[int, TourId] = {}
    given: set[TourId] = set()
    for (place, name), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if place not in lent and name not in given:
            lent[place] = name
            given.add(name)
    return lent


def _fresh(taken: set[TourId], count: int) -> Iterator[TourId]:
    """Names that no tour of either plan bears: a tour that is gone keeps its name to itself."""
    width = max(3, len(str(count + len(taken))))
    names = (f"T{number:0{width}d}" for number in range(1, 2 * count + len(taken) + 2))
    return (TourId(name) for name in names if name not in taken)


def _same_way(tour: Tour, stint: Stint) -> bool:
    return [each.target for each in stint.doors] == [visit.target for visit in tour.visits]


def _taken_up(
    ground: Ground, roles: Sequence[Role], places: Sequence[int], openings: Sequence[Opening]
) -> dict[int, Role]:
    """Pair openings with the old roles, department by department; nothing of those whose roles are of other kinds."""
    found: dict[int, Role] = {}
    for department in {openings[place].post.department for place in places}:
        own = [place for place in places if openings[place].post.department == department]
        kinds = [(post.need, post.certified, post.expertise) for post in (openings[place].post for place in own)]
        old = [role for role in roles if ground.department.get(role.department) == department]
        if kinds == [(role.need, role.certified, role.expertise) for role in old]:
            found |= dict(zip(own, old, strict=True))
    return found


def _still_right(draft: Draft) -> Kept:
    """Old roles whose table holds exactly the admitted, and comes to the need."""
    problem = draft.timetable.ground.problem
    known = index(problem)
    visits = {
        number: write_tour(draft.timetable, name, stint, ())
        for number, (name, stint) in enumerate(zip(draft.names, draft.stints, strict=True))
    }
    return {
        place: role
        for place, role in draft.before.items()
        if admitted(known, role, visits[draft.openings[place].stint]) == role.chances.keys()
        and sum(role.chances.values()) == role.need * problem.policy.scale
    }


def _within_limits(draft: Draft, kept: Kept) -> Kept:
    """Less the roles of people whom these together would send too often: in one half-day, or over the round."""
    ground = draft.timetable.ground
    scale = ground.problem.policy.scale
    then: Counter[tuple[InspectorId, int]] = Counter()
    over_all: Counter[tuple[InspectorId, int]] = Counter()
    for place, role in kept.items():
        opening = draft.openings[place]
        for person, chance in role.chances.items():
            then[person, opening.half_day] += chance
            over_all[person, opening.post.department] += chance
    half_days: Counter[InspectorId] = Counter()
    for (person, _), chance in over_all.items():
        half_days[person] += -(-chance // scale)
    ceiling = dict(zip((one.id for one in ground.inspectors), ground.ceiling, strict=True))
    often = {person for (person, _), chance in then.items() if chance > scale}
    often |= {one for one, most in ceiling.items() if most is not None and half_days[one] > most}
    return {
        place: role
        for place, role in kept.items()
        if not any(chance and person in often for person, chance in role.chances.items())
    }


def _names_of(ground: Ground, opening: Opening) -> tuple[set[str], dict[str, object]]:
    everyone = {
        ground.inspectors[person].id for person in range(len(ground.inspectors)) if opening.admitted >> person & 1
    }
    return set(everyone), {ground.inspectors[person].id: reason for person, reason in opening.left_out.items()}


def _undisturbed(draft: Draft, agreed: Kept) -> Kept:
    """Those of departments that have nothing else to do in that half-day than they had."""
    disturbed = {
        (opening.post.department, opening.half_day)
        for place, opening in enumerate(draft.openings)
        if place not in agreed
    }
    return {
        place: role
        for place, role in agreed.items()
        if (draft.openings[place].post.department, draft.openings[place].half_day) not in disturbed
    }


def _written(draft: Draft, levels: Sequence[Kept]) -> tuple[Tour, ...]:
    """Department by department the first level beside which there are chances for the rest."""
    grounds: dict[int, Ground] = {}
    kept: Kept = {}
    tables: dict[int, Chances] = {}
    for department in sorted({opening.post.department for opening in draft.openings}):
        own = [place for place, opening in enumerate(draft.openings) if opening.post.department == department]
        for number, level in enumerate(levels):
            if number not in grounds:
                grounds[number] = _beside(draft, level)
            found = _shared(draft, grounds[number], [place for place in own if place not in level])
            if found is not None:
                tables |= found
                kept |= {place: level[place] for place in own if place in level}
                break
        else:
            msg = "the roster seats everyone, so without kept roles chances exist"
            raise NoChances(msg)
    return _tours(draft, kept, tables)


def _shared(draft: Draft, ground: Ground, places: Sequence[int]) -> dict[int, Chances] | None:
    try:
        return dict(zip(places, share_out(ground, [draft.openings[place] for place in places]), strict=True))
    except NoChances:
        return None


def _tours(draft: Draft, kept: Kept, tables: Mapping[int, Chances]) -> tuple[Tour, ...]:
    roles: list[list[int]] = [[] for _ in draft.stints]
    for place, opening in enumerate(draft.openings):
        roles[opening.stint].append(place)
    return tuple(
        _named_as_before(
            write_tour(draft.timetable, name, stint, [(draft.openings[each], tables.get(each, {})) for each in places]),
            places,
            draft.before,
            kept,
        )
        for name, stint, places in zip(draft.names, draft.stints, roles, strict=True)
    )


def _beside(draft: Draft, kept: Kept) -> Ground:
    """The ground with the kept roles taken off it as if they had been announced."""
    ground = draft.timetable.ground
    if not kept:
        return ground
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for place, role in kept.items():
        roles[draft.openings[place].stint].append(role)
    settled = tuple(
        Tour(
            id=draft.names[stint],
            half_day=ground.problem.half_days[draft.stints[stint].half_day].id,
            travel_minutes=0,
            visits=(),
            roles=tuple(some),
        )
        for stint, some in roles.items()
    )
    return lay_out(msgspec.structs.replace(ground.problem, fixed=(*ground.problem.fixed, *settled)))


def _named_as_before(tour: Tour, places: Sequence[int], before: Mapping[int, Role], kept: Kept) -> Tour:
    roles = tuple(
        kept.get(place) or msgspec.structs.replace(role, id=before[place].id if place in before else role.id)
        for place, role in zip(places, tour.roles, strict=True)
    )
    return msgspec.structs.replace(tour, roles=roles)

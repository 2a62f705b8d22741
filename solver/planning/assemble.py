"""From the working state to the plan as published: clock times, roles with their chances, identifiers in order.

Nothing is decided any more here.
"""

from collections.abc import Iterable, Sequence

from solver.planning.admission import Opening, admit
from solver.planning.chances import Each, here, share_out
from solver.planning.ground import Ground
from solver.planning.ids import RoleId, TourId
from solver.planning.plan import Role, Tour, Visit
from solver.planning.times import clock_time, minute_of
from solver.planning.timetable import Stint, Timetable
from solver.planning.whole_chances import Chances


def assemble(timetable: Timetable, each: Each = here) -> tuple[Tour, ...]:
    """Write every tour of the state down, the fixed ones first as they are; the state stays as it was."""
    ground = timetable.ground
    stints = sorted(timetable.stints.values(), key=lambda stint: (stint.half_day, stint.doors[0].matters[0].id))
    openings = admit(timetable, stints)
    tables = share_out(ground, openings, each)
    roles: list[list[tuple[Opening, Chances]]] = [[] for _ in stints]
    for opening, table in zip(openings, tables, strict=True):
        roles[opening.stint].append((opening, table))
    names = _names(len(stints), ground.problem.fixed)
    made = (write_tour(timetable, *each) for each in zip(names, stints, roles, strict=True))
    return (*ground.problem.fixed, *made)


def _names(count: int, fixed: Iterable[Tour]) -> list[TourId]:
    """T001, T002, …, less those that fixed tours bear."""
    taken = {tour.id for tour in fixed} | {role.id.split("/")[0] for tour in fixed for role in tour.roles}
    width = max(3, len(str(count + len(taken))))
    names = (f"T{number:0{width}d}" for number in range(1, count + len(taken) + 1))
    return [TourId(name) for name in names if name not in taken][:count]


def write_tour(timetable: Timetable, name: TourId, stint: Stint, roles: Sequence[tuple[Opening, Chances]]) -> Tour:
    """Write one stint down as a tour, with each of its openings and the chances it was given."""
    ground = timetable.ground
    return Tour(
        id=name,
        half_day=ground.problem.half_days[stint.half_day].id,
        travel_minutes=stint.travel,
        visits=tuple(_visits(timetable, stint)),
        roles=tuple(_roles(ground, name, roles)),
    )


def _visits(timetable: Timetable, stint: Stint) -> Iterable[Visit]:
    half_day = timetable.ground.problem.half_days[stint.half_day]
    now = (minute_of(half_day.start) or 0) + timetable.ground.problem.policy.approach_minutes
    before = None
    for door in stint.doors:
        if before is not None:
            now += timetable.travel.minutes(before.target, door.target)
        end = now + door.minutes
        matters = tuple(matter.id for matter in door.matters)
        yield Visit(target=door.target, start=clock_time(now), end=clock_time(end), matters=matters)
        now, before = end, door


def _roles(ground: Ground, name: TourId, roles: Sequence[tuple[Opening, Chances]]) -> Iterable[Role]:
    """Roles of one department are numbered from 1 within it."""
    last = -1
    number = 0
    for opening, table in roles:
        department = opening.post.department
        number = number + 1 if department == last else 1
        last = department
        identifier = ground.problem.departments[department].id
        chances = {ground.inspectors[person].id: chance for person, chance in table.items()}
        left_out = {ground.inspectors[person].id: reason for person, reason in opening.left_out.items()}
        yield Role(
            id=RoleId(f"{name}/{identifier}/{number}"),
            department=identifier,
            need=opening.post.need,
            certified=opening.post.certified,
            expertise=opening.post.expertise,
            chances=dict(sorted(chances.items())),
            left_out=dict(sorted(left_out.items())),
        )

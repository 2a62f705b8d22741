"""One door once: what came in addition joins the visit that its firm is promised anyway, where every rule allows.

The visit keeps its half-day, its tour and its place in the order; later stops may begin later within the half-day. Of
the team only departments change that are asked for more than they send. Other tours are not touched.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from solver.planning.consolidate import Door, consolidate, door
from solver.planning.ids import TargetId
from solver.planning.problem import Matter
from solver.planning.replanning.standing import Waiting, must_be_apart, taken_out
from solver.planning.staffing import Demand, Post, merged
from solver.planning.timetable import Stint, Timetable, TourNumber


def join_visits(timetable: Timetable, waiting: Waiting) -> None:
    """Put what is waiting behind doors that are visited anyway, wherever that saves a visit of its own."""
    of_target: dict[TargetId, list[Matter]] = defaultdict(list)
    for matter in waiting.values():
        if timetable.visited(matter.target) and not matter.separate:
            of_target[matter.target].append(matter)
    for matters in of_target.values():
        before = dict(timetable.stints)
        joined = [matter for matter in sorted(matters, key=_key_first) if _joined(timetable, matter)]
        rest = [matter for matter in matters if matter not in joined]
        if _visits(timetable, rest) < _visits(timetable, matters):
            taken_out(waiting, [_behind(timetable, (each,)) for each in joined])
        else:
            timetable.become(before)


def _key_first(matter: Matter) -> tuple[bool, str]:
    return (not matter.key, matter.id)


def _visits(timetable: Timetable, matters: Sequence[Matter]) -> int:
    ways = consolidate(timetable.ground, timetable.staffing, matters)
    return sum(len(way.doors) for way in ways.values())


def _behind(timetable: Timetable, matters: Sequence[Matter]) -> Door:
    return door(timetable.ground, timetable.staffing, matters)


def _joined(timetable: Timetable, matter: Matter) -> bool:
    """Whether the matter now stands in the visit where it makes fewest stops later and needs fewest officers more."""
    ways = [
        (way, number)
        for number, stint in timetable.stints.items()
        for place, known in enumerate(stint.doors)
        if known.target == matter.target and not any(each.separate for each in known.matters)
        for way in _wider(timetable, stint, place, matter)
    ]
    ways.sort(key=lambda pair: (_later(timetable, pair), pair[0].officers, pair[0].half_day))
    now = {number: number for _, number in ways}
    for way, number in ways:
        old = timetable.remove(now[number])
        if timetable.resume(way) is not None:
            return True
        now[number] = timetable.restore(old)
    return False


def _later(timetable: Timetable, way: tuple[Stint, TourNumber]) -> int:
    """How many stops after it begin later than they did."""
    pairs = list(zip(way[0].doors, timetable.stints[way[1]].doors, strict=True))
    changed = next(place for place, (new, old) in enumerate(pairs) if new is not old)
    return len(pairs) - 1 - changed if pairs[changed][0].minutes > pairs[changed][1].minutes else 0


def _wider(timetable: Timetable, stint: Stint, place: int, matter: Matter) -> Iterator[Stint]:
    """The tour with the matter behind this door, if there is time: with its own team first, then with a larger one."""
    known = stint.doors[place]
    wider = _behind(timetable, (*known.matters, matter))
    doors = (*stint.doors[:place], wider, *stint.doors[place + 1 :])
    length = stint.travel + sum(each.minutes for each in doors)
    if not wider.half_days >> stint.half_day & 1 or length > timetable.ground.capacity[stint.half_day]:
        return
    demand = next(
        each
        for each in merged(demand for one in doors for demand in one.demands)
        if each.department == timetable.ground.department[matter.department]
    )
    for posts in _teams(timetable, stint, demand, doors):
        if not must_be_apart(timetable.ground, posts):
            yield msgspec.structs.replace(stint, doors=doors, posts=posts, officers=sum(post.need for post in posts))


def _teams(timetable: Timetable, stint: Stint, demand: Demand, doors: Iterable[Door]) -> Iterator[tuple[Post, ...]]:
    """The team as it is if it suffices; or else with another crew of the one department."""
    own = [post for post in stint.posts if post.department == demand.department]
    if _suffices(own, demand):
        yield stint.posts
        return
    people = timetable.ground.free[stint.half_day] & ~stint.kept_out
    for each in doors:
        people &= each.allowed
    least = timetable.ground.problem.policy.team_minimum
    for crew in timetable.staffing.crews(demand, people):
        others = (post for post in stint.posts if post.department != demand.department)
        posts = tuple(sorted((*others, *crew.posts), key=lambda post: post.department))
        if sum(post.need for post in posts if post.certified) >= least:
            yield posts


def _suffices(posts: Sequence[Post], demand: Demand) -> bool:
    """Rule 4: officers enough, and every expertise in some role."""
    held = {expertise for post in posts for expertise in post.expertise}
    return sum(post.need for post in posts if post.certified) >= demand.officers and held.issuperset(demand.expertise)

"""Who is admitted to each role, and who is left out for which of the three reasons (rule 5).

Borrowed inspectors are admitted only where the roster cannot do without them; who serves several departments stands in
the tables of one of them in a half-day; of two who must stay apart the timetable has kept one out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

import msgspec

from solver.planning.ground import Ground, bits
from solver.planning.plan import LeftOut
from solver.planning.staffing import Post
from solver.planning.timetable import Stint, Timetable


class Opening(msgspec.Struct, kw_only=True):
    """One post of one stint with the people admitted to it (`seated` prove that it can be filled); filled in here."""

    stint: int
    half_day: int
    post: Post
    seated: int
    eligible: int
    admitted: int
    left_out: dict[int, LeftOut]


def admit(timetable: Timetable, stints: Sequence[Stint]) -> list[Opening]:
    """Say for every post of these stints who is admitted, in the order of the stints and their posts."""
    ground = timetable.ground
    openings = [
        _opening(ground, number, stint, post, seated)
        for number, stint in enumerate(stints)
        for post, seated in zip(stint.posts, timetable.seated(stint), strict=True)
    ]
    at: dict[int, list[Opening]] = defaultdict(list)
    for opening in openings:
        at[opening.half_day].append(opening)
    announced = _announced(ground)
    for half_day in sorted(at):
        _choose_department(ground, at[half_day], announced.get(half_day, {}))
        _keep_apart(ground, at[half_day], stints, announced.get(half_day, {}))
    return openings


def _opening(ground: Ground, number: int, stint: Stint, post: Post, seated: int) -> Opening:
    eligible = ground.of_department[post.department] & ground.present[stint.half_day]
    if post.certified:
        eligible &= ground.certified
    for expertise in post.expertise:
        eligible &= ground.expert.get(expertise, 0)
    for door in stint.doors:
        eligible &= door.allowed
    spared = eligible & ground.borrowed & ~seated
    return Opening(
        stint=number,
        half_day=stint.half_day,
        post=post,
        seated=seated,
        eligible=eligible,
        admitted=eligible & ~spared & ~stint.kept_out,
        left_out=dict.fromkeys(bits(spared), LeftOut.BORROWED),
    )


def _announced(ground: Ground) -> dict[int, dict[int, int]]:
    """By half-day: who of those serving several departments is on a fixed tour, and for which department."""
    announced: dict[int, dict[int, int]] = defaultdict(dict)
    for tour in ground.problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                person = ground.position[inspector]
                if chance > 0 and ground.several >> person & 1:
                    announced[ground.half_day[tour.half_day]][person] = ground.department[role.department]
    return announced


def _choose_department(ground: Ground, openings: Iterable[Opening], announced: dict[int, int]) -> None:
    """Give each who serves several departments to one of them: the one announced, that counts on them, or their own."""
    wanted: dict[int, list[Opening]] = defaultdict(list)
    for opening in openings:
        for person in bits(opening.admitted & ground.several):
            wanted[person].append(opening)
    for person, here in wanted.items():
        seated = [opening.post.department for opening in here if opening.seated >> person & 1]
        own = ground.department[ground.inspectors[person].department]
        among = {opening.post.department for opening in here}
        chosen = announced.get(person, seated[0] if seated else own if own in among else min(among))
        for opening in here:
            if opening.post.department != chosen:
                opening.admitted &= ~(1 << person)
                opening.left_out[person] = LeftOut.SERVES


def _keep_apart(
    ground: Ground, openings: Sequence[Opening], stints: Sequence[Stint], announced: dict[int, int]
) -> None:
    """Name the reason of each who was kept out; admit those after all whom nobody on the tour must avoid any more."""
    partners: dict[int, int] = defaultdict(int)
    for one, other in ground.apart:
        partners[one] |= 1 << other
        partners[other] |= 1 << one
    for number in sorted({opening.stint for opening in openings}):
        posts = [opening for opening in openings if opening.stint == number]
        for person in bits(stints[number].kept_out):
            together = reduce(or_, (opening.admitted for opening in posts))
            serving = {each.post.department for each in openings if each.admitted >> person & 1}
            if person in announced:
                serving.add(announced[person])
            _settle(posts, person, serving, avoided=bool(partners[person] & together))


def _settle(posts: Sequence[Opening], person: int, serving: set[int], *, avoided: bool) -> None:
    """Someone kept out of a tour: out for a reason in each role they are eligible for, or admitted after all."""
    for opening in posts:
        if not opening.eligible >> person & 1 or person in opening.left_out:
            continue
        if avoided:
            opening.left_out[person] = LeftOut.APART
        elif serving - {opening.post.department}:
            opening.left_out[person] = LeftOut.SERVES
        else:
            opening.admitted |= 1 << person
            serving.add(opening.post.department)

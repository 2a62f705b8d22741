"""Why a matter that is possible by itself finds no place beside the others: half-day by half-day what the plan leaves.

People are short because roles share too few of them (Hall's condition, shortage.py): who, when, how many asked for and
how many there are. What is not possible even alone is explain.py's affair.
"""

from collections.abc import Sequence
from itertools import islice

from solver.planning.consolidate import Door, door
from solver.planning.ground import bits
from solver.planning.plan import Reason
from solver.planning.problem import Matter
from solver.planning.reasons import Code, Remedy, advice
from solver.planning.remedies import Remedies
from solver.planning.shortage import Shortage, heads, sharing
from solver.planning.staffing import Post
from solver.planning.timetable import Timetable
from solver.planning.wording import department_called, half_day_called, kind_called, listed

MOST_TRIED = 10
"""The clearest shortage is looked for in so many half-days."""


def crowded_out(timetable: Timetable, matter: Matter, remedies: Remedies | None) -> tuple[Reason, ...]:
    """Say which half-days fail for want of people, cars, or because the target is visited then anyway."""
    alone = door(timetable.ground, timetable.staffing, (matter,))
    if not any(cheapest_posts(timetable, alone, place) for place in bits(alone.half_days)):
        text = f"{department_called(timetable.ground.problem, matter.department)}的持证人员凑不齐政策规定的每组最少人数"
        remedy = advice(remedies, matter, Remedy.SMALLER_TEAM, Remedy.BORROW, Remedy.SUPPORT)
        return (Reason(code=Code.TEAM_TOO_SMALL, text=text, remedy=remedy),)
    visited = alone.half_days & timetable.visited(matter.target)
    no_car = sum(1 << each for each in bits(alone.half_days & ~visited) if timetable.tours_left(each) == 0)
    busy = alone.half_days & ~visited & ~no_car
    reasons = []
    if busy:
        text = f"该事项单独安排可行；其余安排不变时，{_times(busy)}人手已排满{_shortest(timetable, alone, busy)}"
        remedy = advice(remedies, matter, Remedy.WIDEN, Remedy.BORROW, Remedy.SUPPORT)
        reasons.append(Reason(code=Code.CAPACITY, text=text, remedy=remedy))
    if no_car:
        text = f"其余安排不变时，{_times(no_car)}巡查组次（车辆）已用完"
        remedy = advice(remedies, matter, Remedy.ADD_CARS, Remedy.WIDEN)
        reasons.append(Reason(code=Code.NO_TOUR_LEFT, text=text, remedy=remedy))
    if visited:
        text = f"该对象在{_times(visited)}已有一次入企检查，该事项并入后时间或人手不够，而同一半天只能入企一次"
        reasons.append(Reason(code=Code.TARGET_VISITED, text=text, remedy=advice(remedies, matter, Remedy.WIDEN)))
    return tuple(reasons)


def _times(half_days: int) -> str:
    return f"可选的{half_days.bit_count()}个半天里"


def cheapest_posts(timetable: Timetable, alone: Door, place: int) -> list[Post]:
    """The cheapest posts that the matter's own tour would ask for then; none where no crew is possible."""
    people = alone.allowed & timetable.ground.free[place]
    every = timetable.staffing.staff(alone.demands, people)
    return [post for crews in every or () for post in crews[0].posts]


def _shortest(timetable: Timetable, alone: Door, busy: int) -> str:
    """The clearest of the shortages, with what it is about."""
    found = []
    for place in islice(bits(busy), MOST_TRIED):
        posts = cheapest_posts(timetable, alone, place)
        short = timetable.shortage(place, posts) if posts else None
        if short is not None:
            found.append((len(short.claims), place, posts, short))
    if not found:
        return ""
    _, _, posts, short = min(found, key=lambda each: each[:2])
    return f"。例如{_said(timetable, posts, short)}"


def _said(timetable: Timetable, posts: Sequence[Post], short: Shortage) -> str:
    """Write a shortage down: half-days, departments and kinds of people, need against heads, and who competes."""
    ground = timetable.ground
    seats = {
        seat: (post, stint)
        for stint in timetable.stints.values()
        for seat, post in zip(stint.seats, stint.posts, strict=True)
    }
    rivals = [seats[claim.number] for claim in short.claims if claim.number is not None]
    own = {claim.pool for claim in short.claims if claim.number is None}
    asked = [*(post for post in posts if post.pool in own), *(post for post, _ in rivals)]
    pools = sharing(ground, short.claims)
    when = listed(half_day_called(ground.problem.half_days[place]) for place in sorted(pools))
    kinds = listed(dict.fromkeys(_kind(timetable, post) for post in asked))
    people = 0
    for some in pools.values():
        people |= some
    who = listed(sorted(ground.inspectors[person].id for person in bits(people)))
    targets = dict.fromkeys(each.target for _, stint in rivals for each in stint.doors)
    names = {target.id: target.name for target in ground.problem.targets if target.id in targets}
    limit = "（受工作量上限所限）" if len(pools) > 1 else ""
    text = f"{when}，{kinds}连同本事项共需{short.need}人次，能去的只有{heads(ground, short.claims)}人次（{who}）{limit}"
    return text + (f"，同时要去的有{listed(names.values())}" if names else "")


def _kind(timetable: Timetable, post: Post) -> str:
    department = timetable.ground.problem.departments[post.department].name
    return f"{department}{kind_called(post.expertise, certified=post.certified)}"

"""What would help, and how much: each remedy with the unserved matters that it would serve beside the plan as it is.

Every price is a construction, never a guess: places are tried in the timetable and taken back. So a remedy serves at
least what it says. Which remedies suit which reason is explain.py's affair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

import msgspec

from solver.planning.conflicts import Rule, Trial
from solver.planning.consolidate import Door, demand_of, visit_minutes
from solver.planning.ground import Ground, bits, holding, union
from solver.planning.ids import MatterId
from solver.planning.problem import Matter
from solver.planning.staffing import Demand, Post, merged
from solver.planning.timetable import Timetable
from solver.planning.wording import day_called, half_day_called, kind_called, listed

MOST_TRIED = 10
"""In so many half-days borrowed people are tried, and so many further matters on their tour."""
MOST_BORROWED = 4
"""More people than that are no neighbour's help any more."""

_ALL = frozenset(Rule)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A remedy in Chinese, and the matters it would serve."""

    text: str
    serves: tuple[MatterId, ...]
    day: date | None = None
    """Until when windows would last, where that is the remedy."""

    def priced(self) -> str:
        """Say what it is and what it gives."""
        return f"{self.text}：可排入{len(self.serves)}项（{listed(self.serves)}）"


class Remedies:
    """Prices remedies for the matters left unserved, each kind of remedy once."""

    def __init__(self, timetable: Timetable, trial: Trial, left: Sequence[Matter]) -> None:
        self._timetable = timetable
        self._ground = timetable.ground
        self._trial = trial
        self._left = tuple(left)
        self._dates = [each.date for each in self._ground.problem.half_days]
        self._until: dict[date, Offer] = {}
        self._cars: Offer | None = None

    def widen(self, matter: Matter) -> Offer | None:
        """Let the window end later: the first day on which this matter finds a place, and who else would by then."""
        calendar = self._trial.half_days(matter, _ALL - {Rule.WINDOW})
        later = sorted((self._dates[place], place) for place in bits(calendar) if self._dates[place] > matter.last_day)
        for day, place in later:
            placed = self._timetable.place((self._door(matter, 1 << place),))
            if placed is not None:
                self._timetable.remove(placed)
                return self._widened(day, matter)
        return None

    def _widened(self, day: date, matter: Matter) -> Offer:
        """Everything that a window until this day would serve, all together."""
        if day not in self._until:
            served: list[MatterId] = []
            placed = []
            for each in self._left:
                calendar = self._trial.half_days(each, _ALL - {Rule.WINDOW})
                within = union(place for place in bits(calendar) if each.first_day <= self._dates[place] <= day)
                number = self._timetable.place((self._door(each, within),)) if each.last_day < day else None
                if number is not None:
                    placed.append(number)
                    served.append(each.id)
            for number in placed:
                self._timetable.remove(number)
            self._until[day] = Offer(text=f"放宽检查期限到{day_called(day)}", serves=tuple(served), day=day)
        found = self._until[day]
        return found if matter.id in found.serves else msgspec.structs.replace(found, serves=(matter.id,))

    def borrow(self, matter: Matter) -> Offer | None:
        """Borrow the fewest people with whom this matter has a crew, and what else their tour could take along."""
        ways = []
        open_then = bits(self._trial.half_days(matter, _ALL))
        for place in islice((each for each in open_then if self._timetable.tours_left(each)), MOST_TRIED):
            ways += [(sum(missing), place, posts, missing) for posts, missing in self._crews([matter], place)]
        best = min(ways, key=lambda way: way[:2], default=None)
        if best is None or not 0 < best[0] <= MOST_BORROWED:
            return None
        count, place, posts, missing = best
        kinds = [
            f"{short}名{kind_called(post.expertise, certified=post.certified)}"
            for post, short in zip(posts, missing, strict=True)
            if short
        ]
        half_day = half_day_called(self._ground.problem.half_days[place])
        along = self._along(matter, place, self._left, most=count)
        text = f"向相邻区域协商借调{'、'.join(kinds)}（{half_day}）"
        return Offer(text=text, serves=tuple(each.id for each in along))

    def add_cars(self, matter: Matter) -> Offer | None:
        """One tour more in each half-day, and what these tours would serve."""
        if self._cars is None:
            waiting = list(self._left)
            served: list[MatterId] = []
            for place in range(len(self._dates)):
                if self._timetable.tours_left(place):
                    continue
                first = next((each for each in waiting if self._fits([each], place, most=0)), None)
                if first is not None:
                    along = self._along(first, place, waiting, most=0)
                    served += [each.id for each in along]
                    waiting = [each for each in waiting if each not in along]
            self._cars = Offer(text="每半天增加1个巡查组次（车辆）", serves=tuple(served))
        return self._cars if matter.id in self._cars.serves else None

    def _along(self, matter: Matter, place: int, others: Iterable[Matter], *, most: int) -> list[Matter]:
        """The matters of one tour that lacks no more people than `most`: this one, and what else fits."""
        tour = [matter]
        for each in others:
            if (
                each is not matter
                and each.department == matter.department
                and self._fits([*tour, each], place, most=most)
            ):
                tour.append(each)
        return tour

    def _fits(self, matters: Sequence[Matter], place: int, *, most: int) -> bool:
        """Whether one tour of this half-day can serve all of these with so many people borrowed, if it has a car."""
        rules = _ALL - {Rule.CARS}
        if not all(self._trial.half_days(each, rules) >> place & 1 for each in matters):
            return False
        visits: dict[str, list[Matter]] = defaultdict(list)
        for each in matters:
            visits[each.target].append(each)
        if any(len(some) > 1 and any(each.separate for each in some) for some in visits.values()):
            return False
        targets = [some[0].target for some in visits.values()]
        if any(self._timetable.visited(target) >> place & 1 for target in targets):
            return False
        travel, _ = self._timetable.travel.route(targets)
        minutes = travel + sum(visit_minutes(self._ground, some) for some in visits.values())
        allowed = len(targets) <= self._ground.problem.policy.max_visits_per_tour
        if not allowed or minutes > self._ground.capacity[place]:
            return False
        return any(sum(missing) <= most for _, missing in self._crews(matters, place))

    def _crews(self, matters: Sequence[Matter], place: int) -> Iterator[tuple[list[Post], tuple[int, ...]]]:
        """Ways to man a tour of one department's matters in a half-day, each with the seats that stay empty."""
        (demand,) = merged(demand_of(self._ground, each) for each in matters)
        people = self._ground.free[place]
        for each in matters:
            people &= self._ground.allowed[each.target]
        for one, other in self._ground.apart:
            if people >> one & 1 and people >> other & 1:
                people &= ~(1 << other)
        if not all(self._trial.half_days(each, _ALL - {Rule.CARS}) >> place & 1 for each in matters):
            return
        for posts in _shapes(self._ground, demand, people):
            short = self._timetable.shortage(place, posts)
            yield posts, short.missing if short else (0,) * len(posts)

    def _door(self, matter: Matter, half_days: int) -> Door:
        """The matter's own door, open in these half-days whatever its window says."""
        return Door(
            target=matter.target,
            matters=(matter,),
            demands=(demand_of(self._ground, matter),),
            minutes=visit_minutes(self._ground, (matter,)),
            half_days=half_days,
            allowed=self._ground.allowed[matter.target],
        )


def _shapes(ground: Ground, demand: Demand, people: int) -> Iterator[list[Post]]:
    """Crews of a department whether or not there are people for them: experts of their own, or officers who are."""
    officers = max(demand.officers, ground.problem.policy.team_minimum)
    able = people & ground.of_department[demand.department]
    for certified in (True, False) if demand.expertise else (True,):
        posts = [
            Post(demand.department, 1, certified, (each,), holding(ground, able, (each,), certified=certified))
            for each in demand.expertise
        ]
        general = officers - len(posts) * certified
        if general > 0:
            pool = holding(ground, able, (), certified=True)
            posts.append(Post(demand.department, general, certified=True, expertise=(), pool=pool))
        yield posts

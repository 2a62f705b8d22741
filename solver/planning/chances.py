"""How likely each admitted inspector is to go: the fairest whole-number chances that keep every ceiling.

Department by department; only who serves several of them ties departments together, by a ceiling that counts whole
half-days in each (rule 5). Nobody is picked here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from solver.planning.admission import Opening
from solver.planning.ground import Ground, bits
from solver.planning.shares import Limits, Shares, Slot, even_share, fair_shares, relied_on
from solver.planning.whole_chances import Chances, whole_chances

MOST_DIVISIONS = 300
"""So many ways to divide ceilings among departments are worked out at most."""

Division = dict[tuple[int, int], int]
"""By (person, department): whole half-days, fixed tours included, that may be had there."""


class NoChances(RuntimeError):  # noqa: N818 - named for what there is
    """No chances keep every limit: a fault in the planner, unless some tables were settled beforehand."""


class ShareOut(msgspec.Struct, frozen=True, kw_only=True):
    """One department's chances, to be worked out by any worker here (workers.py); `shares` if they are known."""

    limits: Limits
    borrowed: int
    openings: tuple[Opening, ...]
    shares: tuple[Shares, ...] | None

    def __call__(self, *_: object) -> list[Chances] | None:
        """None where no chances keep every limit."""
        shares = self.shares or fair_shares(self.limits, self.borrowed, self.openings)
        return None if shares is None else whole_chances(self.limits, self.openings, shares)


Each = Callable[[Sequence[ShareOut]], Sequence[list[Chances] | None]]
"""Works calls out, in the order of the calls."""


def here(calls: Sequence[ShareOut]) -> list[list[Chances] | None]:
    """Work them out one after another."""
    return [call() for call in calls]


def share_out(ground: Ground, openings: Sequence[Opening], each: Each = here) -> list[Chances]:
    """Give every opening its table of chances, in the order of the openings."""
    sharing = _Sharing(ground, openings)
    division = sharing.fairest_division()
    departments = sorted(sharing.of_department)
    tables: list[Chances] = [{} for _ in openings]
    found = each([sharing.call(department, division) for department in departments])
    for department, some in zip(departments, found, strict=True):
        if some is None:
            msg = "the roster seats everyone, so chances exist"
            raise NoChances(msg)
        for number, table in zip(sharing.of_department[department], some, strict=True):
            tables[number] = table
    return tables


class _Sharing:
    """The openings by department, and what was worked out about dividing ceilings among them."""

    def __init__(self, ground: Ground, openings: Sequence[Opening]) -> None:
        self._ground = ground
        self._openings = openings
        self._scale = ground.problem.policy.scale
        self.of_department: dict[int, list[int]] = defaultdict(list)
        for number, opening in enumerate(openings):
            self.of_department[opening.post.department].append(number)
        self._spent = _spent(ground)
        self._slot = _slots(ground)
        self._known: dict[tuple[int, tuple[int, ...]], list[Shares] | None] = {}

    def fairest_division(self) -> Division:
        """Divide the ceilings of those admitted by several departments: one half-day is moved while that is fairer.

        Where nobody comes to more than the ceiling with all of it in each department, nothing need be divided.
        """
        generous = {key: self._most(*key) for key in self._admitted()}
        if self._kept(generous):
            return generous
        division = self._counted_on(generous)
        better: Division | None = division
        while better is not None:
            division = better
            better = next((each for each in self._neighbours(division) if self._fairer(each, division)), None)
        return division

    def limits(self, department: int, division: Division) -> Limits:
        """What each person may still take on in this department."""
        person = {}
        for place, inspector in enumerate(self._ground.inspectors):
            if inspector.max_half_days is not None:
                half_days = division.get((place, department), self._most(place, department))
                person[place] = max(0, half_days * self._scale - self._spent.get((place, department), 0))
        return Limits(slot=self._slot, person=person, scale=self._scale)

    def call(self, department: int, division: Division) -> ShareOut:
        """What is left to be worked out for one department."""
        known = self._known.get(_key(department, division))
        return ShareOut(
            limits=self.limits(department, division),
            borrowed=self._ground.borrowed,
            openings=tuple(self._openings[number] for number in self.of_department[department]),
            shares=None if known is None else tuple(known),
        )

    def shares(self, department: int, division: Division) -> list[Shares] | None:
        """The fairest exact chances in one department under a division; worked out once."""
        key = _key(department, division)
        if key not in self._known:
            some = [self._openings[number] for number in self.of_department[department]]
            self._known[key] = fair_shares(self.limits(department, division), self._ground.borrowed, some)
        return self._known[key]

    def _admitted(self) -> list[tuple[int, int]]:
        """Persons with a ceiling whom several departments admit, and those departments."""
        found: dict[int, set[int]] = defaultdict(set)
        for opening in self._openings:
            for person in bits(opening.admitted & self._ground.several):
                if self._ground.ceiling[person] is not None:
                    found[person].add(opening.post.department)
        return [(person, each) for person, some in sorted(found.items()) if len(some) > 1 for each in sorted(some)]

    def _fixed(self, person: int, department: int) -> int:
        """Half-days that fixed tours may take of a person for a department: rounded up, as the lots may round."""
        return -(-self._spent.get((person, department), 0) // self._scale)

    def _most(self, person: int, department: int) -> int:
        """The whole ceiling less what fixed tours take for other departments."""
        ceiling = self._ground.inspectors[person].max_half_days or 0
        return ceiling - sum(self._fixed(*key) for key in self._spent if key[0] == person and key[1] != department)

    def _kept(self, division: Division) -> bool:
        """Whether the shares under a division come to no more than each ceiling, rounded up by department."""
        half_days: dict[int, int] = defaultdict(int)
        for person, department in division:
            shares = self.shares(department, division) or []
            total = sum((table.get(person, Fraction(0)) for table in shares), Fraction(0))
            half_days[person] += -(-(total + self._spent.get((person, department), 0)) // self._scale)
        return all(half_days[person] <= self._whole(person, division) for person in half_days)

    def _whole(self, person: int, division: Division) -> int:
        """What the departments that a division speaks of may have together."""
        elsewhere = {each for who, each in self._spent if who == person and (who, each) not in division}
        ceiling = self._ground.inspectors[person].max_half_days or 0
        return ceiling - sum(self._fixed(person, each) for each in elsewhere)

    def _counted_on(self, generous: Division) -> Division:
        """To begin with: where the roster counts on them, and what is spare to the first department."""
        division = {key: self._fixed(*key) for key in generous}
        for opening in self._openings:
            for person in bits(opening.seated & self._ground.several):
                if (person, opening.post.department) in division:
                    division[person, opening.post.department] += 1
        for person in {person for person, _ in division}:
            mine = [key for key in division if key[0] == person]
            division[mine[0]] += max(0, self._whole(person, division) - sum(division[key] for key in mine))
        return division

    def _neighbours(self, division: Division) -> Iterator[Division]:
        """One half-day of one person moved from one department to another."""
        for giver, half_days in division.items():
            for taker in division:
                if giver[0] == taker[0] and giver != taker and half_days > self._fixed(*giver):
                    if len(self._known) > MOST_DIVISIONS:
                        return
                    yield division | {giver: half_days - 1, taker: division[taker] + 1}

    def _fairer(self, new: Division, old: Division) -> bool:
        """Compare as the specification does: the smallest ratio to the even share first, then the next."""
        changed = {department for key, department in new if new[key, department] != old[key, department]}
        one, other = self._ratios(changed, new), self._ratios(changed, old)
        return one is not None and (other is None or one > other)

    def _ratios(self, departments: set[int], division: Division) -> list[Fraction] | None:
        ratios: list[Fraction] = []
        for department in departments:
            shares = self.shares(department, division)
            if shares is None:
                return None
            for number, table in zip(self.of_department[department], shares, strict=True):
                opening = self._openings[number]
                even = even_share(opening, self._scale)
                relied = relied_on(opening, self._ground.borrowed)
                ratios += [share / even for person, share in table.items() if not relied >> person & 1]
        return sorted(ratios)


def _key(department: int, division: Division) -> tuple[int, tuple[int, ...]]:
    return department, tuple(half_days for (_, where), half_days in sorted(division.items()) if where == department)


def _spent(ground: Ground) -> Mapping[tuple[int, int], int]:
    """By (person, department): the chances on fixed tours."""
    spent: dict[tuple[int, int], int] = defaultdict(int)
    for tour in ground.problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                spent[ground.position[inspector], ground.department[role.department]] += chance
    return dict(spent)


def _slots(ground: Ground) -> dict[Slot, int]:
    """What fixed tours leave of a person's half-day, where they take any of it."""
    scale = ground.problem.policy.scale
    left: dict[Slot, int] = {}
    for tour in ground.problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                key = (ground.position[inspector], ground.half_day[tour.half_day])
                left[key] = max(0, left.get(key, scale) - chance)
    return left

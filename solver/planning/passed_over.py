"""Who is left without a chance, and why: read off problem and plan alone, so that anyone can check it.

A chance of 0 is proven by roles that need everybody who could fill them (a tight cut); no solver is asked. That whole
roles are thin is the checker's to count. Words for people are in passed_over_words.py.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from solver.planning.eligible import able, qualified
from solver.planning.ids import DepartmentId, HalfDayId, InspectorId, RoleId
from solver.planning.index import Index, index
from solver.planning.plan import LeftOut, Plan, Role, Tour
from solver.planning.problem import Inspector, Problem

Slot = tuple[InspectorId, HalfDayId]
Totals = dict[InspectorId, Counter[DepartmentId]]


class Cause(StrEnum):
    """Why someone admitted to a role has a chance of 0 in it."""

    NEEDED = "needed"
    """Other roles need everybody who could fill them, this inspector among them."""
    ANNOUNCED = "announced"
    """Sent for certain in that half-day on a tour announced before."""
    CEILING = "ceiling"
    """No half-day is left below the ceiling."""
    OTHER_DEPARTMENT = "other_department"
    """The whole half-days below the ceiling are another department's (rule 5 rounds each department up)."""
    POSSIBLE = "possible"
    """Nothing: a chance could be given. In a plan of this planner's the fair share is less than one unit."""


class Hindrance(StrEnum):
    """What stands first between an inspector and a role of a department served."""

    CERTIFICATE = "certificate"
    EXPERTISE = "expertise"
    UNAVAILABLE = "unavailable"
    BARRED = "barred"
    REACH = "reach"
    APART = "apart"
    SERVES = "serves"
    BORROWED = "borrowed"
    NO_CHANCE = "no_chance"
    """Admitted, with a chance of 0."""


class NoChance(msgspec.Struct, frozen=True, kw_only=True):
    """Someone admitted to a role whose chance there is 0; `needing` are the roles that need all of `people`."""

    inspector: InspectorId
    role: RoleId
    cause: Cause
    needing: tuple[RoleId, ...] = ()
    people: tuple[InspectorId, ...] = ()


class NeverSent(msgspec.Struct, frozen=True, kw_only=True):
    """An inspector with no chance in the whole round: of the roles of departments served, how many fail at what."""

    inspector: InspectorId
    hindrances: dict[Hindrance, int]


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone in the directory without any chance, and every chance of 0 in a role that is not fixed."""

    never: tuple[NeverSent, ...]
    zero: tuple[NoChance, ...]


def passed_over(problem: Problem, plan: Plan) -> PassedOver:
    """Name who is left without a chance, and a reason for each."""
    fixed = {tour.id for tour in problem.fixed}
    free = [tour for tour in plan.tours if tour.id not in fixed]
    departments = sorted({role.department for tour in free for role in tour.roles})
    totals = _totals(plan)
    zero = [each for department in departments for each in _zeros(_Use(problem, totals, free, department))]
    sent = {who for tour in plan.tours for role in tour.roles for who, chance in role.chances.items() if chance > 0}
    known = index(problem)
    never = [
        NeverSent(inspector=each.id, hindrances=_hindrances(known, free, each))
        for each in problem.inspectors
        if each.id not in sent
    ]
    return PassedOver(never=tuple(never), zero=tuple(zero))


class _Use:
    """One department's chances as a flow role → (inspector, half-day) → inspector, and what its limits are."""

    def __init__(self, problem: Problem, totals: Totals, free: Iterable[Tour], department: DepartmentId) -> None:
        self.scale = problem.policy.scale
        self.roles: dict[RoleId, tuple[HalfDayId, Role]] = {}
        self.in_slot: dict[Slot, dict[RoleId, int]] = defaultdict(dict)
        self.slots: dict[InspectorId, set[Slot]] = defaultdict(set)
        for tour in free:
            for role in tour.roles:
                if role.department == department:
                    self.roles[role.id] = (tour.half_day, role)
                    for inspector, chance in role.chances.items():
                        self.slots[inspector].add((inspector, tour.half_day))
                        if chance > 0:
                            self.in_slot[inspector, tour.half_day][role.id] = chance
        self._announced = _announced(problem)
        inspectors = {each.id: each for each in problem.inspectors}
        self._elsewhere = {
            who: sum(-(-chances // self.scale) for other, chances in totals[who].items() if other != department)
            for who in self.slots
        }
        self._budget = {who: self._within(inspectors[who], totals[who][department]) for who in self.slots}

    def room(self, slot: Slot) -> int:
        """What fixed tours leave of someone's half-day."""
        return max(0, self.scale - self._announced.get(slot, 0))

    def slot_is_full(self, slot: Slot) -> bool:
        return sum(self.in_slot[slot].values()) >= self.room(slot)

    def person_is_full(self, inspector: InspectorId) -> bool:
        """Whether no more of a ceiling is left for this department."""
        budget = self._budget.get(inspector)
        return budget is not None and self._sent(inspector) >= budget

    def has_elsewhere(self, inspector: InspectorId) -> bool:
        """Whether other departments send this inspector."""
        return self._elsewhere[inspector] > 0

    def _sent(self, inspector: InspectorId) -> int:
        return sum(sum(self.in_slot[slot].values()) for slot in self.slots[inspector])

    def _within(self, inspector: Inspector, total: int) -> int | None:
        """The ceiling less what other departments, each rounded up, and fixed tours take of it."""
        if inspector.max_half_days is None:
            return None
        fixed = total - self._sent(inspector.id)
        return (inspector.max_half_days - self._elsewhere[inspector.id]) * self.scale - fixed


def _announced(problem: Problem) -> dict[Slot, int]:
    """The chances on fixed tours."""
    announced: dict[Slot, int] = defaultdict(int)
    for tour in problem.fixed:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                announced[inspector, tour.half_day] += chance
    return dict(announced)


def _totals(plan: Plan) -> Totals:
    """All chances of each inspector, by department."""
    totals: Totals = defaultdict(Counter)
    for tour in plan.tours:
        for role in tour.roles:
            for inspector, chance in role.chances.items():
                totals[inspector][role.department] += chance
    return totals


def _zeros(use: _Use) -> Iterator[NoChance]:
    for role_id, (half_day, role) in use.roles.items():
        for inspector, chance in role.chances.items():
            if chance == 0:
                yield _because(use, role_id, (inspector, half_day))


def _because(use: _Use, role: RoleId, slot: Slot) -> NoChance:
    """Follow who would have to give way; roles that this never leads out of need everybody who could fill them."""
    inspector = slot[0]
    needing: set[RoleId] = set()
    slots = {slot}
    waiting = [slot]
    while waiting:
        here = waiting.pop()
        more: set[Slot] = set()
        if not use.slot_is_full(here):
            if not use.person_is_full(here[0]):
                return NoChance(inspector=inspector, role=role, cause=Cause.POSSIBLE)
            more |= {each for each in use.slots[here[0]] if use.in_slot[each]}
        for other in use.in_slot[here].keys() - needing:
            needing.add(other)
            half_day, known = use.roles[other]
            more |= {(each, half_day) for each in known.chances}
        waiting += more - slots
        slots |= more
    if role in needing:
        return NoChance(inspector=inspector, role=role, cause=Cause.POSSIBLE)
    if needing:
        people = tuple(sorted({who for who, _ in slots}))
        return NoChance(
            inspector=inspector, role=role, cause=Cause.NEEDED, needing=tuple(sorted(needing)), people=people
        )
    return NoChance(inspector=inspector, role=role, cause=_emptied(use, slot))


def _emptied(use: _Use, slot: Slot) -> Cause:
    """Why someone without any chance in the department has no room either."""
    if use.slot_is_full(slot):
        return Cause.ANNOUNCED
    return Cause.OTHER_DEPARTMENT if use.has_elsewhere(slot[0]) else Cause.CEILING


def _hindrances(known: Index, free: Iterable[Tour], inspector: Inspector) -> dict[Hindrance, int]:
    served = {inspector.department, *inspector.serves}
    found = Counter(
        _hindrance(known, inspector, tour, role) for tour in free for role in tour.roles if role.department in served
    )
    return {each: found[each] for each in Hindrance if found[each]}


def _hindrance(known: Index, inspector: Inspector, tour: Tour, role: Role) -> Hindrance:
    """The first condition of rule 5 that fails, in the order of the specification."""
    me = frozenset((inspector.id,))
    if role.certified and not inspector.certified:
        return Hindrance.CERTIFICATE
    if not me & qualified(known, role.department, certified=role.certified, expertise=role.expertise):
        return Hindrance.EXPERTISE
    if not me & able(known, me, tour.half_day, ()):
        return Hindrance.UNAVAILABLE
    targets = [visit.target for visit in tour.visits]
    if any(inspector.id in known.barred.get(target, ()) for target in targets):
        return Hindrance.BARRED
    if not me & able(known, me, tour.half_day, targets):
        return Hindrance.REACH
    reason = role.left_out.get(inspector.id)
    return Hindrance.NO_CHANCE if reason is None else _LEFT_OUT[reason]


_LEFT_OUT = {
    LeftOut.APART: Hindrance.APART,
    LeftOut.SERVES: Hindrance.SERVES,
    LeftOut.BORROWED: Hindrance.BORROWED,
}

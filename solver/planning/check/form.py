"""Rule 7: the document itself. Every matter accounted for, every name known and used once, made for this problem.

The types of the fields were judged where the file was read (reading.py).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from solver.planning.check.case import Case, visits_of
from solver.planning.check.verdict import Breach
from solver.planning.eligible import qualified
from solver.planning.ids import is_identifier
from solver.planning.index import NOBODY
from solver.planning.plan import NOT_STATED
from solver.planning.reading import problem_digest

_DESK_MATTER = re.compile(r"D[0-9]{4,}")
"""How round-folder.md counts desk matters: one with too few eligible people is unserved by an id no problem knows."""


def every_matter_accounted_for(case: Case) -> Iterator[Breach]:
    """Rule 7: every matter is in exactly one visit or unserved, never both."""
    announced = [visit for _, tour in case.tours() if case.is_fixed(tour) for visit in tour.visits]
    served = Counter({matter for visit in announced for matter in visit.matters})
    served.update(matter for _, tour in case.free_tours() for visit in tour.visits for matter in visit.matters)
    unserved = {entry.matter for entry in case.plan.unserved}
    for matter in case.problem.matters:
        if matter.id not in served and matter.id not in unserved:
            yield Breach(rule=7, place=matter.id, text=f"事项 {matter.id} 既没有安排，也没有列为未能安排。")
        if served[matter.id] > 1:
            text = f"事项 {matter.id} 安排在 {served[matter.id]} 次入企检查中，只能在一次中。"
            yield Breach(rule=7, place=matter.id, text=text)
        if matter.id in served and matter.id in unserved:
            yield Breach(rule=7, place=matter.id, text=f"事项 {matter.id} 已经安排，不能又列为未能安排。")


def unserved_for_a_reason(case: Case) -> Iterator[Breach]:
    """Rule 7: an unserved matter is known, stands once, and has at least one reason."""
    seen: set[str] = set()
    for position, entry in enumerate(case.plan.unserved):
        place = f"$.unserved[{position}]"
        if entry.matter not in case.index.matters and not _DESK_MATTER.fullmatch(entry.matter):
            yield Breach(rule=7, place=place, text=f"问题中没有事项 {entry.matter}。")
        if entry.matter in seen:
            yield Breach(rule=7, place=place, text=f"事项 {entry.matter} 重复列为未能安排。")
        if not entry.reasons:
            yield Breach(rule=7, place=place, text=f"事项 {entry.matter} 未能安排，但没有写明理由。")
        seen.add(entry.matter)


def made_for_this_problem(case: Case) -> Iterator[Breach]:
    """Rule 7: round, scale and digest are those of the problem."""
    plan, problem = case.plan, case.problem
    if plan.round != problem.round:
        yield Breach(rule=7, place="$.round", text=f"计划属于轮次 {plan.round}，问题属于轮次 {problem.round}。")
    if plan.scale != problem.policy.scale:
        text = f"计划的概率分母为 {plan.scale}，问题规定为 {problem.policy.scale}。"
        yield Breach(rule=7, place="$.scale", text=text)
    if plan.problem_sha256 == NOT_STATED:
        return
    due = case.problem_sha256 or problem_digest(problem)
    if plan.problem_sha256 != due:
        text = f"计划写明的问题摘要与所给问题不符（应为 {due}），请用同一份问题重新规划。"
        yield Breach(rule=7, place="$.problem_sha256", text=text)


def names_known_to_the_problem(case: Case) -> Iterator[Breach]:
    """Rule 7: half-days, targets and matters of the tours are the problem's."""
    for place, tour in case.free_tours():
        if tour.half_day not in case.index.half_days:
            yield Breach(rule=7, place=f"{place}.half_day", text=f"问题中没有半天 {tour.half_day}。")
        for at, visit in visits_of(place, tour):
            if visit.target not in case.index.targets:
                yield Breach(rule=7, place=f"{at}.target", text=f"问题中没有检查对象 {visit.target}。")
            for matter in visit.matters:
                if matter not in case.index.matters:
                    yield Breach(rule=7, place=f"{at}.matters", text=f"问题中没有事项 {matter}。")


def identifiers_used_once(case: Case) -> Iterator[Breach]:
    """Rule 7: tours, and roles with desk matters (the lots name both), each have an identifier of their own."""
    tours = [(f"{place}.id", tour.id) for place, tour in case.tours()]
    roles = [(f"{place}.roles[{at}].id", r.id) for place, tour in case.tours() for at, r in enumerate(tour.roles)]
    desk = [(f"$.desk[{position}].id", matter.id) for position, matter in enumerate(case.plan.desk)]
    yield from _each_once(tours)
    yield from _each_once([*roles, *desk])


def nothing_empty(case: Case) -> Iterator[Breach]:
    """Rule 7: a tour makes a visit, and a visit serves a matter."""
    for place, tour in case.tours():
        if not tour.visits:
            yield Breach(rule=7, place=f"{place}.visits", text=f"组次 {tour.id} 没有入企检查，应删去。")
        for at, visit in visits_of(place, tour):
            if not visit.matters:
                yield Breach(rule=7, place=f"{at}.matters", text="这次入企检查没有事项，应删去。")


def roles_with_matters(case: Case) -> Iterator[Breach]:
    """Rule 7: every role's department has a matter on its tour."""
    for place, tour in case.tours():
        departments = {matter.department for matter in case.matters(tour.visits)}
        for position, role in enumerate(tour.roles):
            if role.department not in departments:
                text = f"{role.department} 在组次 {tour.id} 没有事项，不应派人（岗位 {role.id}）。"
                yield Breach(rule=7, place=f"{place}.roles[{position}]", text=text)


def desk_matters_can_be_drawn(case: Case) -> Iterator[Breach]:
    """Rule 7: a desk matter needs someone, from enough certified officers of its department not barred (rule 5)."""
    for position, matter in enumerate(case.plan.desk):
        place = f"$.desk[{position}]"
        eligible = frozenset(matter.eligible)
        if not 1 <= matter.need <= len(eligible) or len(eligible) != len(matter.eligible):
            text = f"书面事项 {matter.id} 需要 {matter.need} 人，可抽人员 {len(matter.eligible)} 人，人数不足或有重复。"
            yield Breach(rule=7, place=place, text=text)
        people = qualified(case.index, matter.department, certified=True, expertise=())
        people -= case.index.barred.get(matter.target, NOBODY)
        for inspector in sorted(eligible - people):
            text = f"{inspector} 不是该部门的持证执法人员，或须回避，不能列入书面事项 {matter.id}。"
            yield Breach(rule=5, place=f"{place}.eligible", text=text)


def _each_once(placed: Iterable[tuple[str, str]]) -> Iterator[Breach]:
    seen: set[str] = set()
    for place, identifier in placed:
        if not is_identifier(identifier):
            yield Breach(rule=7, place=place, text="编号为空，或含有看不见的字符。")
        if identifier in seen:
            yield Breach(rule=7, place=place, text=f"编号 {identifier} 重复。")
        seen.add(identifier)

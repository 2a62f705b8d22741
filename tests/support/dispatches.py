"""Made-up rounds after both draws, small enough to read: who asks what of whom, who goes in when.

A test says outings of calls of asks; everybody and everything else follows. Names are such that none occurs in another.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.codes import (
    Announcement,
    DepartmentLevel,
    InspectionMethod,
    InspectorKind,
    ItemWeight,
    TaskKind,
)
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.ids import AreaId, DepartmentId, InspectorId, ItemCode, RoundId, TargetId, TaskId
from coordinator.domain.matters import DrawnTarget, Wanted, WantedMatter, Window
from coordinator.domain.problems import planning_problem
from coordinator.domain.rounds import Round, RoundHead, RoundPolicy
from coordinator.domain.submissions import Area, Department, InspectionItem, Inspector, Submission, TargetEntry
from coordinator.domain.targets import merge_targets
from coordinator.domain.tasks import Task
from coordinator.domain.workdays import Calendar
from solver.planning.ids import DeskMatterId, MatterId, RoleId, Sha256, TourId
from solver.planning.plan import DeskMatter, Metrics, Plan, Reason, Role, Tour, Unserved, Visit
from solver.planning.times import clock_time, minute_of

WATER, FIRE, TRADE = (DepartmentId(f"某县{name}") for name in ("水利局", "消防救援大队", "市场监督管理局"))
DEPARTMENTS = (TRADE, WATER, FIRE)
FIRM, SHOP, MILL = (TargetId(code) for code in ("91419999MA00000014", "92419999MA00000024", "91419999MA0000003X"))
DAM = TargetId("某县水利局/坝-1")
TARGETS = (FIRM, SHOP, MILL, DAM)
BEFORE = datetime(2026, 2, 24, 10, tzinfo=LOCAL_TIME)
"""When the lots were drawn and the documents are made."""
WHOLE_ROUND = Window(date(2026, 3, 2), date(2026, 3, 13))
_VISIT_MINUTES = 40


class Ask(NamedTuple):
    """One department's wish at a target."""

    department: DepartmentId = WATER
    announced: bool = True
    caused: bool = False
    window: Window = WHOLE_ROUND
    documents: tuple[str, ...] = ("营业执照",)
    name: str = ""
    minutes: int = 30


class Call(NamedTuple):
    """One visit."""

    target: TargetId
    asks: tuple[Ask, ...]


class Outing(NamedTuple):
    """One tour; half-days count from 0, the first morning."""

    half_day: int
    calls: tuple[Call, ...]


def an_outing(half_day: int, target: TargetId, *asks: Ask) -> Outing:
    return Outing(half_day, (Call(target, asks),))


def officer_names(department: DepartmentId) -> tuple[str, ...]:
    """The department's people as their directory names them: four officers and an expert."""
    return tuple(f"{department[2]}员{number}氏" for number in "甲乙丙丁戊")


def certificate(department: DepartmentId, number: int) -> str:
    return f"证{DEPARTMENTS.index(department)}000{number}77{number}{DEPARTMENTS.index(department)}"


def staff(department: DepartmentId, number: int) -> InspectorId:
    return InspectorId(f"{department[2]}-{number:03}")


def a_dispatch(
    *outings: Outing,
    desk: Sequence[tuple[TargetId, Ask]] = (),
    unserved: Sequence[tuple[TargetId, Ask]] = (),
    names: dict[TargetId, str] | None = None,
    policy: RoundPolicy | None = None,
    lent: dict[str, InspectorId] | None = None,
    targets: Sequence[TargetId] = TARGETS,
) -> Dispatch:
    """Make a round; in `lent`, a role's first member is someone else (role ids are T001/department)."""
    round_ = Round(round=_HEAD, policy=policy or RoundPolicy(cap=2))
    calendar = Calendar(holidays=frozenset(), make_up_days=frozenset(), confirmed_years=frozenset({2026}))
    asked = [(call.target, ask) for outing in outings for call in outing.calls for ask in call.asks]
    sited = [_matter(f"M{n:04}", target, ask) for n, (target, ask) in enumerate([*asked, *unserved], start=1)]
    desks = [_matter(f"D{n:04}", target, ask, desk=True) for n, (target, ask) in enumerate(desk, start=1)]
    matters = [*sited, *desks]
    submissions = tuple(
        _submission(department, matters, [_entry(*each, names or {}) for each in enumerate(targets)])
        for department in DEPARTMENTS
    )
    merged = merge_targets(submissions)
    problem = planning_problem(round_, calendar, submissions, merged, matters)
    starts = [(half.id, minute_of(half.start) or 0) for half in problem.half_days]
    ids = iter([matter.id for matter in sited])
    tours = tuple(_tour(number, outing, starts, ids) for number, outing in enumerate(outings, start=1))
    left = tuple(_unserved(matter) for matter in ids)
    teams = {role.id: _team(role, lent or {}) for tour in tours for role in tour.roles}
    teams |= {matter.id: (staff(matter.department, 1), staff(matter.department, 2)) for matter in desks}
    return Dispatch(
        round=round_,
        calendar=calendar,
        submissions=submissions,
        tasks=tuple(_task(department, matters) for department in DEPARTMENTS),
        targets=merged,
        drawn=tuple(
            DrawnTarget(task=task, target=matter.target, batch=1)
            for matter in matters
            if not matter.caused
            for task in matter.tasks
        ),
        wanted=Wanted(matters=tuple(matters), dropped=(), warnings=()),
        problem=problem,
        plan=_plan(tours, desks, left),
        teams=teams,
    )


def without_unannounced(dispatch: Dispatch) -> Dispatch:
    """The same round as if nothing unannounced were in it."""
    tours = tuple(
        replace(tour, visits=tuple(visit for visit in tour.visits if not dispatch.is_unannounced(visit)))
        for tour in dispatch.plan.tours
    )
    plan = replace(dispatch.plan, tours=tuple(tour for tour in tours if tour.visits))
    visited = {matter for tour in plan.tours for visit in tour.visits for matter in visit.matters}
    kept = tuple(m for m in dispatch.wanted.matters if m.id in visited or (m.desk and not m.unannounced))
    return replace(dispatch, plan=plan, wanted=replace(dispatch.wanted, matters=kept))


@st.composite
def dispatches(draw: st.DrawFn) -> Dispatch:
    """Rounds of up to five tours, with any mix of announced, unannounced and caused matters."""
    departments = st.sampled_from(DEPARTMENTS)
    asks = st.tuples(departments, st.booleans()).map(lambda given: Ask(given[0], announced=given[1]))
    caused = departments.map(lambda department: Ask(department, caused=True))
    call = st.lists(asks, min_size=1, max_size=3).map(tuple) | caused.map(lambda one: (one,))
    calls = st.lists(st.tuples(st.sampled_from(TARGETS), call), min_size=1, max_size=3, unique_by=lambda one: one[0])
    given = draw(st.lists(st.tuples(st.integers(0, 19), calls), max_size=5))
    outings = [Outing(half_day, tuple(Call(*one) for one in each)) for half_day, each in given]
    desk = draw(st.lists(st.tuples(st.sampled_from(TARGETS), asks | caused), max_size=3))
    unserved = draw(st.lists(st.tuples(st.sampled_from(TARGETS), asks), max_size=2))
    return a_dispatch(*outings, desk=desk, unserved=unserved)


_HEAD = RoundHead(
    id=RoundId("某县-2026-Q1"),
    name="某县2026年第一季度部门联合抽查",
    region="419999",
    year=2026,
    first_day=WHOLE_ROUND.first_day,
    last_day=WHOLE_ROUND.last_day,
    coordinator=TRADE,
)


def _matter(matter: str, target: TargetId, ask: Ask, *, desk: bool = False) -> WantedMatter:
    item = InspectionItem(
        row=2,
        code=ItemCode(f"项{ask.name or matter}"),
        name=ask.name or f"第{matter}号事项",
        weight=ItemWeight.GENERAL,
        methods=(InspectionMethod.DOCUMENTS if desk else InspectionMethod.ON_SITE,),
        legal_basis=(f"第{matter}号法",),
        minutes=ask.minutes,
        announcement=Announcement.ANNOUNCED if ask.announced else Announcement.UNANNOUNCED,
        documents=ask.documents,
    )
    task = TaskId(f"特别检查/{ask.department}/1") if ask.caused else _task_id(ask.department)
    return WantedMatter(
        id=matter,
        department=ask.department,
        target=target,
        item=item,
        tasks=(task,),
        window=ask.window,
        caused=ask.caused,
    )


def _task_id(department: DepartmentId) -> TaskId:
    return TaskId(f"{department[2]}-01")


def _task(department: DepartmentId, matters: Iterable[WantedMatter]) -> Task:
    return Task(
        id=_task_id(department),
        name=f"{department}抽查任务",
        kind=TaskKind.SINGLE,
        initiator=department,
        level=DepartmentLevel.COUNTY,
        row=2,
        items={department: tuple(m.item for m in matters if m.department == department and not m.caused)},
        kinds=(),
        scope=(),
        ratio=None,
        class_ratios={},
        first_day=WHOLE_ROUND.first_day,
        last_day=WHOLE_ROUND.last_day,
        batches=1,
    )


def _submission(
    department: DepartmentId, matters: Iterable[WantedMatter], directory: Sequence[TargetEntry]
) -> Submission:
    items = {m.item.code: m.item for m in matters if m.department == department}
    return Submission(
        department=Department(
            row=2,
            id=department,
            region="419999",
            level=DepartmentLevel.COUNTY,
            liaison="联络某",
            phone="0000-123456",
        ),
        items=tuple(items.values()),
        targets=tuple(directory),
        inspectors=tuple(_inspector(department, n, name) for n, name in enumerate(officer_names(department), start=1)),
        areas=(Area(row=2, id=AreaId("419999001"), name="城关镇", lon=113.5, lat=33.3),) if department == TRADE else (),
    )


def _entry(number: int, target: TargetId, names: dict[TargetId, str]) -> TargetEntry:
    return TargetEntry(
        row=2 + number,
        id=target,
        name=names.get(target, f"第{number}号厂"),
        kind="企业",
        address=f"城关镇{number}号路",
        area=AreaId("419999001"),
        lon=113.5 + number / 100,
        lat=33.3,
    )


def _inspector(department: DepartmentId, number: int, name: str) -> Inspector:
    expert = name == officer_names(department)[-1]
    return Inspector(
        row=1 + number,
        id=staff(department, number),
        name=name,
        organisation=department,
        kind=InspectorKind.EXPERT if expert else InspectorKind.OFFICER,
        certificate="" if expert else certificate(department, number),
    )


def _tour(number: int, outing: Outing, starts: Sequence[tuple[str, int]], ids: Iterator[str]) -> Tour:
    half_day, start = starts[outing.half_day]
    tour = TourId(f"T{number:03}")
    visits = []
    for place, call in enumerate(outing.calls):
        begins = start + place * (_VISIT_MINUTES + 10)
        matters = tuple(MatterId(next(ids)) for _ in call.asks)
        clock = clock_time(begins), clock_time(begins + _VISIT_MINUTES)
        visits.append(Visit(target=call.target, start=clock[0], end=clock[1], matters=matters))
    departments = sorted({ask.department for call in outing.calls for ask in call.asks})
    return Tour(
        id=tour,
        half_day=half_day,
        travel_minutes=10 * (len(visits) - 1),
        visits=tuple(visits),
        roles=tuple(_role(tour, department, number) for department in departments),
    )


def _role(tour: TourId, department: DepartmentId, number: int) -> Role:
    """Two of the four officers, in turns."""
    pool = [staff(department, 1 + (number + turn) % 4) for turn in range(3)]
    chances = dict(zip(pool, (10000, 5000, 5000), strict=True))
    return Role(
        id=RoleId(f"{tour}/{department}"), department=department, need=2, certified=True, expertise=(), chances=chances
    )


def _team(role: Role, lent: dict[str, InspectorId]) -> tuple[InspectorId, ...]:
    first, second, _ = role.chances
    return tuple(sorted((lent.get(role.id, first), second)))


def _unserved(matter: str) -> Unserved:
    reason = Reason(code="window", text="没有可用的半天", remedy="请放宽检查时间。")
    return Unserved(matter=MatterId(matter), reasons=(reason,))


def _plan(tours: tuple[Tour, ...], desks: Sequence[WantedMatter], left: tuple[Unserved, ...]) -> Plan:
    visits = [visit for tour in tours for visit in tour.visits]
    return Plan(
        round=_HEAD.id,
        problem_sha256=Sha256("0" * 64),
        scale=10000,
        tours=tours,
        desk=tuple(
            DeskMatter(
                id=DeskMatterId(matter.id),
                tasks=matter.tasks,
                department=matter.department,
                target=matter.target,
                item=matter.item.code,
                need=2,
                eligible=tuple(staff(matter.department, number) for number in range(1, 5)),
            )
            for matter in desks
        ),
        unserved=left,
        metrics=Metrics(visits=len(visits), visits_apart=2 * len(visits), officer_half_days_apart=4 * len(visits)),
    )

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from math import ceil, floor, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.chance.building import SEED, a_plan, a_role

from solver import verify_draw
from solver.canonical import canonical_json, read_canonical
from solver.chance.errors import Broken, Check, Unreadable
from solver.chance.identifiers import Seed
from solver.chance.lots import Teams, draw_lots, replacements, teams_file
from solver.chance.numbers import Algorithm, Numbers
from solver.chance.plan import PlanLots, RoleLots, plan_lookalikes, read_plan, refuse_two_departments, refuse_undrawable
from solver.planning.ids import DepartmentId, HalfDayId, InspectorId, RoleId, RoundId


def seeds(count: int) -> list[Seed]:
    return [Seed(hashlib.sha256(str(place).encode()).hexdigest()) for place in range(count)]


def plan_of(*roles: RoleLots, scale: int = 100) -> PlanLots:
    return PlanLots(round=RoundId("轮次"), scale=scale, roles=roles)


def a_lot(role: str, half_day: str, need: int, department: str = "消防局", **chances: int) -> RoleLots:
    return RoleLots(
        id=RoleId(role),
        department=DepartmentId(department),
        half_day=HalfDayId(half_day),
        need=need,
        chances={InspectorId(inspector): chance for inspector, chance in chances.items()},
    )


@st.composite
def lawful_plans(draw: Callable[..., Any]) -> PlanLots:
    """Chances that are the mean of `scale` lawful choices of people: they add up by construction."""
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - makes test plans
    scale = draw(st.sampled_from([1, 2, 3, 7, 60, 1000]))
    people = [f"人{place}" for place in range(draw(st.integers(3, 9)))]
    roles = []
    for half_day in range(draw(st.integers(1, 5))):
        needs = [draw(st.integers(1, 2)) for _ in range(draw(st.integers(1, 3)))]
        while sum(needs) > len(people):
            needs.pop()
        tables: list[Counter[str]] = [Counter(dict.fromkeys(chance.sample(people, 1), 0)) for _ in needs]
        for _ in range(scale):
            order = chance.sample(people, len(people))
            for table, need in zip(tables, needs, strict=True):
                table.update(order[:need])
                del order[:need]
        roles += [
            a_lot(f"岗{half_day}/{place}", f"半天{half_day}", needs[place], **table)
            for place, table in enumerate(tables)
        ]
    return plan_of(*roles, scale=scale)


@settings(max_examples=150, deadline=None)
@given(lawful_plans(), st.sampled_from(seeds(30)))
def test_lots_keep_need_half_days_and_everyones_load(plan: PlanLots, seed: Seed) -> None:
    teams = draw_lots(plan, seed, Algorithm.SHA256)
    busy: set[tuple[str, str]] = set()
    load: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for role in plan.roles:
        team = teams[role.id]
        assert len(team) == role.need
        assert list(team) == sorted(set(team))
        assert all(role.chances[inspector] > 0 for inspector in team)
        assert {inspector for inspector, chance in role.chances.items() if chance == plan.scale} <= set(team)
        assert busy.isdisjoint((inspector, role.half_day) for inspector in team)
        busy |= {(inspector, role.half_day) for inspector in team}
        load.update(team)
        expected.update(role.chances)
    for inspector, total in expected.items():
        assert floor(total / plan.scale) <= load[inspector] <= ceil(total / plan.scale)


@settings(max_examples=100, deadline=None)
@given(lawful_plans(), st.sampled_from(seeds(30)))
def test_the_standalone_verifier_draws_the_same_lots_from_other_code(plan: PlanLots, seed: Seed) -> None:
    found = draw_lots(plan, seed, Algorithm.SHA256)
    roles = [{"id": role.id, "half_day": role.half_day, "chances": role.chances} for role in plan.roles]
    numbers = Numbers(seed, Algorithm.SHA256)
    other = verify_draw.round_chances(roles, plan.scale, numbers.number, "消防局")
    assert {(role, inspector) for role, team in found.items() for inspector in team} == set(other)


@settings(max_examples=30, deadline=None)
@given(lawful_plans(), st.sampled_from(seeds(30)), st.randoms(use_true_random=False))
def test_the_order_in_which_a_plan_is_written_decides_nothing(plan: PlanLots, seed: Seed, order: random.Random) -> None:
    shuffled = [
        a_lot(role.id, role.half_day, role.need, **dict(order.sample(list(role.chances.items()), len(role.chances))))
        for role in order.sample(plan.roles, len(plan.roles))
    ]
    assert draw_lots(plan_of(*shuffled, scale=plan.scale), seed, Algorithm.SHA256) == draw_lots(
        plan, seed, Algorithm.SHA256
    )


def test_each_inspector_is_drawn_as_often_as_the_chance_says_and_all_who_may_meet_do() -> None:
    plan = read_plan(canonical_json(a_plan()))
    drawn: Counter[tuple[str, str]] = Counter()
    pairs: Counter[tuple[InspectorId, ...]] = Counter()
    times = 4000
    for seed in seeds(times):
        teams = draw_lots(plan, seed, Algorithm.SHA256)
        drawn.update((role, inspector) for role, team in teams.items() for inspector in team)
        pairs[teams[RoleId("T1/消防局/1")]] += 1
    for role in plan.roles:
        for inspector, chance in role.chances.items():
            share = chance / plan.scale
            # six standard deviations, and fixed seeds: this never wavers
            allowed = 6 * sqrt(times * share * (1 - share))
            assert abs(drawn[role.id, inspector] - times * share) <= allowed, (role.id, inspector)
    # 甲 and 丙 are needed for certain that half-day, one of them on the other tour: all pairs that this leaves occur
    assert set(pairs) == {tuple(sorted(one + other)) for one in "甲丙" for other in "乙丁"}
    for inspector in "戊己庚𠮷":
        assert abs(drawn["D0001", inspector] - times / 2) <= 6 * sqrt(times / 4)


def test_names_do_not_decide_who_can_be_drawn_with_whom() -> None:
    """With one fixed order of people only 25 of these 45 pairs could ever go together."""
    plan = plan_of(
        *(a_lot(f"岗{day}", f"半天{day}", 2, **dict.fromkeys("甲乙丙丁戊己庚辛壬癸", 20)) for day in range(3))
    )
    pairs: set[tuple[str, ...]] = set()
    for seed in seeds(300):
        pairs.update(draw_lots(plan, seed, Algorithm.SHA256).values())
    assert len(pairs) == 45


def test_departments_are_drawn_independently_of_each_other() -> None:
    fire, water = a_lot("岗1", "半天1", 1, 甲=50, 乙=50), a_lot("岗2", "半天1", 1, "水务局", 丙=50, 丁=50)
    for seed in seeds(40):
        both = draw_lots(plan_of(fire, water), seed, Algorithm.SHA256)
        assert both == draw_lots(plan_of(fire), seed, Algorithm.SHA256) | draw_lots(
            plan_of(water), seed, Algorithm.SHA256
        )


def test_a_desk_matter_goes_to_those_with_the_least_numbers() -> None:
    plan = read_plan(canonical_json(a_plan()))
    numbers = Numbers(SEED, Algorithm.SM3)
    ranked = sorted("戊己庚𠮷", key=lambda name: numbers.number("desk", "D0001", name))
    teams = draw_lots(plan, SEED, Algorithm.SM3)
    assert list(teams[RoleId("D0001")]) == sorted(ranked[:2])
    assert list(teams[RoleId("D0002")]) == ["丁", "甲"]


def test_below_throws_words_away_so_that_no_number_is_likelier() -> None:
    numbers = Numbers(SEED, Algorithm.SHA256)
    words = [numbers.number("lots", "消防局", str(counter)) for counter in range(60)]
    limit = 2**63 + 1
    below = numbers.below("消防局")
    kept = [word for word in words if word < limit]
    assert [below(limit) for _ in range(12)] == kept[:12]
    assert len(kept) < 50


def test_the_teams_file_holds_roles_and_desk_matters() -> None:
    plan = read_plan(canonical_json(a_plan()))
    found = read_canonical(teams_file(plan, SEED, Algorithm.SM3))
    assert isinstance(found, dict)
    assert (found["format"], found["hash"], found["round"], found["seed"]) == (
        "onedoor/teams/1",
        "sm3",
        "测试县-2031-1",
        SEED,
    )
    assert found["teams"].keys() == {role.id for role in plan.roles} | {"D0001", "D0002"}


def test_a_plan_with_metrics_and_not_canonical_is_read_for_its_lots() -> None:
    plain = a_plan()
    rich = canonical_json(a_plan(metrics={"fairness_min": 0.5}), fractions=True).replace(b",", b" ,\n")
    assert read_plan(rich) == read_plan(canonical_json(plain))


@pytest.mark.parametrize("data", [b"", b"[]", b'{"format": "onedoor/problem/1"}', b'{"a": 1, "a": 2}'])
def test_what_is_no_plan_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"plan\.json"):
        read_plan(data)


def changed_role(**given: Any) -> dict[str, Any]:
    plan = a_plan()
    plan["tours"][0]["roles"][0] |= given
    return plan


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        (a_plan(scale="100"), "plan.json $.scale"),
        (a_plan(round=""), "plan.json $.round"),
        (changed_role(id="T2/消防局/1"), "plan.json “T2/消防局/1”"),
        (changed_role(id="D0001"), "plan.json “D0001”"),
        (changed_role(department="消防\u200b局"), "plan.json 部门 “消防\u200b局”"),
        (changed_role(need=-1), "plan.json $.tours[0].roles[0].need"),
        (changed_role(chances={"": 100}), "plan.json 人员 “”"),
        (a_plan(desk=[{"id": "D1", "need": 1, "eligible": ["甲", "甲"]}]), "plan.json 案头事项 “D1”"),
    ],
)
def test_a_plan_of_wrong_form_is_refused_at_its_place(plan: dict[str, Any], place: str) -> None:
    with pytest.raises(Broken) as refused:
        read_plan(canonical_json(plan))
    assert (refused.value.check, refused.value.place) == (Check.FORMAT, place)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (plan_of(a_lot("岗", "半天", 1, 甲=60, 乙=60)), "岗位 “岗”：机会之和 120"),
        (plan_of(a_lot("岗", "半天", 1, 甲=101, 乙=-1)), "“甲” 的机会 101"),
        (plan_of(a_lot("岗", "半天", 1, 甲=-1, 乙=101)), "“甲” 的机会 -1"),
        (
            plan_of(a_lot("岗", "半天", 1, 甲=60, 乙=40), a_lot("位", "半天", 1, 甲=60, 丙=40)),
            "人员 “甲” 半天 “半天”：在",
        ),
        (plan_of(scale=0), "scale 应在"),
        (plan_of(scale=1_000_001), "scale 应在"),
        (
            read_plan(canonical_json(a_plan(desk=[{"id": "D1", "need": 2, "eligible": ["甲"]}]))),
            "案头事项 “D1”：需 2 人",
        ),
    ],
)
def test_a_table_from_which_no_lots_can_be_drawn_is_refused(plan: PlanLots, says: str) -> None:
    for refuse in (refuse_undrawable, lambda plan: draw_lots(plan, SEED, Algorithm.SHA256)):
        with pytest.raises(Broken) as refused:
            refuse(plan)
        assert refused.value.check is Check.CHANCE_TABLE
        assert says in str(refused.value)


def test_a_person_whom_two_departments_may_draw_for_one_half_day_is_named() -> None:
    fire, water = a_lot("岗1", "半天1", 1, 甲=50, 乙=50), a_lot("岗2", "半天1", 1, "水务局", 甲=50, 丁=50)
    with pytest.raises(Broken, match="人员 “甲” 半天 “半天1”：同一半天在 “消防局” 和 “水务局” 都有机会"):
        refuse_two_departments(plan_of(fire, water))
    refuse_two_departments(plan_of(fire, a_lot("岗2", "半天2", 1, "水务局", 甲=50, 丁=50)))
    refuse_two_departments(plan_of(fire, a_lot("岗2", "半天1", 1, "水务局", 甲=0, 丁=100)))


def test_plan_identifiers_that_look_alike_are_warned_about() -> None:
    chances = {"人1": 50, "人１": 50}
    assert plan_lookalikes(plan_of(a_lot("岗", "半天", 1, **chances))) == (("人1", "人１"),)


def replacement_plan() -> tuple[PlanLots, Teams]:
    role = a_lot("岗1", "半天1", 1, 甲=25, 乙=25, 丙=25, 丁=25, 戊=0)
    plan = plan_of(role, a_lot("岗2", "半天1", 1, 丙=50, 己=50), a_lot("岗3", "半天2", 1, 乙=100))
    return plan, {
        RoleId("岗1"): (InspectorId("甲"),),
        RoleId("岗2"): (InspectorId("丙"),),
        RoleId("岗3"): (InspectorId("乙"),),
    }


def test_replacements_come_by_number_from_those_with_a_chance_who_are_free() -> None:
    plan, teams = replacement_plan()
    numbers = Numbers(SEED, Algorithm.SHA256)
    order = replacements(plan, teams, plan.roles[0], numbers, unable=())
    assert list(order) == sorted("乙丁", key=lambda name: numbers.number("alternate", "岗1", name))
    assert replacements(plan, teams, plan.roles[0], numbers, unable={InspectorId("乙")}) == ("丁",)


def test_everyone_who_may_replace_someone_is_first_for_some_seed() -> None:
    plan, teams = replacement_plan()
    first = defaultdict[str, int](int)
    for seed in seeds(200):
        first[replacements(plan, teams, plan.roles[0], Numbers(seed, Algorithm.SHA256), unable=())[0]] += 1
    assert set(first) == {"乙", "丁"}
    assert min(first.values()) > 60


def test_roles_written_by_hand_are_drawn_like_any() -> None:
    plan = a_plan(tours=[{"half_day": "2031-03-10/am", "roles": [a_role("岗", "消防局", 1, 甲=100)]}], desk=[])
    assert draw_lots(read_plan(canonical_json(plan)), SEED, Algorithm.SHA256) == {"岗": ("甲",)}

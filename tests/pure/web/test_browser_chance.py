"""Chance in the browser: the same numbers and the same lots as the library's and the published ones."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pure.web.node import ask_node, needs_node, needs_shared_vectors, roles_of, vectors

from solver.chance.identifiers import Seed
from solver.chance.lots import draw_lots
from solver.chance.numbers import Algorithm, Numbers
from solver.chance.plan import PlanLots, RoleLots
from solver.planning.ids import DepartmentId, HalfDayId, InspectorId, RoleId, RoundId

pytestmark = needs_node


@needs_shared_vectors
def test_the_published_numbers_come_out() -> None:
    cases = vectors()
    asked = [
        {"seed": case["seed"], "hash": case["hash"], "label": "target", "identifiers": list(case["numbers"])}
        for case in cases
    ]
    assert ask_node(numbers=asked)["numbers"] == [list(case["numbers"].values()) for case in cases]


@needs_shared_vectors
def test_the_published_lots_come_out() -> None:
    cases = [case["lots"] | {"hash": case["hash"]} for case in vectors()]
    asked = [
        {"seed": case["seed"], "hash": case["hash"], "scale": case["plan"]["scale"], "roles": roles_of(case["plan"])}
        for case in cases
    ]
    assert ask_node(lots=asked)["lots"] == [case["result"] for case in cases]


@st.composite
def plans(draw: st.DrawFn) -> PlanLots:
    """One department over some half-days, one or two roles in each, chances moved about within their limits."""
    scale = draw(st.sampled_from([1, 2, 6, 100, 9973]))
    inspectors = [InspectorId(f"员{place}") for place in range(draw(st.integers(2, 7)))]
    roles = []
    for half_day in range(draw(st.integers(1, 5))):
        needs = [draw(st.integers(1, len(inspectors) - 1))]
        if needs[0] < len(inspectors) and draw(st.booleans()):
            needs.append(draw(st.integers(1, len(inspectors) - needs[0])))
        for place, chances in enumerate(chance_rows(draw, needs, inspectors, scale)):
            roles.append(
                RoleLots(
                    id=RoleId(f"T{half_day}-{place}"),
                    department=DepartmentId("某局"),
                    half_day=HalfDayId(f"日{half_day}"),
                    need=needs[place],
                    chances=chances,
                )
            )
    return PlanLots(round=RoundId("轮"), scale=scale, roles=tuple(roles))


def chance_rows(
    draw: st.DrawFn, needs: list[int], inspectors: list[InspectorId], scale: int
) -> list[dict[InspectorId, int]]:
    """Give the first ones everything, then move chances from one inspector to another while all limits hold."""
    rows = [dict.fromkeys(inspectors, 0) for _ in needs]
    waiting = iter(inspectors)
    for row, need in zip(rows, needs, strict=True):
        row.update((next(waiting), scale) for _ in range(need))
    people = st.sampled_from(inspectors)
    for row, giver, taker, share in draw(
        st.lists(st.tuples(st.sampled_from(range(len(rows))), people, people, st.floats(0, 1)), max_size=25)
    ):
        room = scale - sum(each[taker] for each in rows)
        moved = int(min(rows[row][giver], room) * share) if giver != taker else 0
        rows[row][giver] -= moved
        rows[row][taker] += moved
    return rows


@settings(max_examples=8, deadline=None)
@given(st.lists(plans(), min_size=4, max_size=12), st.sampled_from(Algorithm), st.binary(min_size=32, max_size=32))
def test_lots_come_out_as_in_the_library(given_plans: list[PlanLots], algorithm: Algorithm, secret: bytes) -> None:
    seed = Seed(secret.hex())
    asked = [
        {
            "seed": seed,
            "hash": algorithm.value,
            "scale": plan.scale,
            "roles": [
                {"id": r.id, "department": r.department, "halfDay": r.half_day, "need": r.need, "chances": r.chances}
                for r in plan.roles
            ],
        }
        for plan in given_plans
    ]
    expected = [{role: list(team) for role, team in draw_lots(plan, seed, algorithm).items()} for plan in given_plans]
    assert ask_node(lots=asked)["lots"] == expected


@settings(max_examples=8, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1), min_size=1, max_size=50))
def test_numbers_come_out_as_in_the_library(identifiers: list[str]) -> None:
    seed = Seed("5e" * 32)
    for algorithm in Algorithm:
        asked = {"seed": seed, "hash": algorithm.value, "label": "target", "identifiers": identifiers}
        number = Numbers(seed, algorithm).number
        assert ask_node(numbers=[asked])["numbers"][0] == [str(number("target", each)) for each in identifiers]

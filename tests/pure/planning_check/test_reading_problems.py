"""A problem is read as it stands or refused with its place and a remedy; nothing is guessed."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pure.planning_check.building import a_problem
from pure.planning_check.worked_cases import our_document

from solver.planning.plan import Metrics
from solver.planning.problem import Reach
from solver.planning.reading import (
    Misshapen,
    Unreadable,
    plan_document,
    problem_digest,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)


def bytes_of(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def refused(spoil: Callable[[Any], object]) -> Unreadable:
    problem = our_document()["problem"]
    spoil(problem)
    with pytest.raises(Unreadable) as caught:
        read_problem(bytes_of(problem))
    return caught.value


IMPOSSIBLE: list[tuple[str, str, Callable[[Any], object]]] = [
    ("an unknown field", "$.matters[2].minute", lambda p: p["matters"][2].update(minute=5)),
    ("an unknown field at the top", "$.seed", lambda p: p.update(seed=1)),
    ("an unknown field of the policy", "$.policy.speed", lambda p: p["policy"].update(speed=30)),
    ("a missing field", "$.targets[0].name", lambda p: p["targets"][0].pop("name")),
    ("a matter twice", "$.matters[1].id", lambda p: p["matters"][1].update(id="a1")),
    ("an inspector twice", "$.inspectors[3].id", lambda p: p["inspectors"][3].update(id="水1")),
    ("a half-day twice", "$.half_days[1].id", lambda p: p["half_days"][1].update(id="2026-05-11/am")),
    ("an empty identifier", "$.areas[1].id", lambda p: p["areas"][1].update(id="")),
    ("an invisible mark in an identifier", "$.targets[0].id", lambda p: p["targets"][0].update(id="水泥\u200b厂")),
    ("a control character", "$.targets[0].name", lambda p: p["targets"][0].update(name="水泥\t厂")),
    ("text that is not NFC", "$.targets[0].name", lambda p: p["targets"][0].update(name="e\u0301")),
    ("no such target", "$.matters[0].target", lambda p: p["matters"][0].update(target="无此厂")),
    ("no such department", "$.matters[0].department", lambda p: p["matters"][0].update(department="无此局")),
    ("no such area", "$.targets[5].area", lambda p: p["targets"][5].update(area="无此镇")),
    ("no such neighbour", "$.areas[0].neighbours[1]", lambda p: p["areas"][0]["neighbours"].append("无此镇")),
    ("no such half-day", "$.targets[4].closed[0]", lambda p: p["targets"][4].update(closed=["2026-05-11"])),
    ("nobody barred", "$.barred[0].inspector", lambda p: p["barred"][0].update(inspector="无此人")),
    ("nobody apart", "$.apart[0].inspectors[1]", lambda p: p["apart"][0].update(inspectors=["消2", "无此人"])),
    ("apart from oneself", "$.apart[0].inspectors", lambda p: p["apart"][0].update(inspectors=["消2", "消2"])),
    ("three apart", "$.apart[0].inspectors", lambda p: p["apart"][0]["inspectors"].append("消4")),
    ("serving no department", "$.inspectors[2].serves[0]", lambda p: p["inspectors"][2].update(serves=["无此局"])),
    ("a fixed matter unknown", "$.fixed[0].visits[0].matters[0]", lambda p: p["matters"].pop(7)),
    ("a fixed officer unknown", "$.fixed[0].roles[0].chances.消4", lambda p: p["inspectors"].pop(8)),
    ("a fixed chance above scale", "$.fixed[0].roles[0].chances", lambda p: p["policy"].update(scale=99)),
    ("negative minutes", "$.matters[0].minutes", lambda p: p["matters"][0].update(minutes=-30)),
    ("no minutes", "$.matters[0].minutes", lambda p: p["matters"][0].update(minutes=0)),
    ("minutes in parts", "$.matters[0].minutes", lambda p: p["matters"][0].update(minutes=30.0)),
    ("minutes in words", "$.matters[0].minutes", lambda p: p["matters"][0].update(minutes="30")),
    ("one officer", "$.matters[0].officers", lambda p: p["matters"][0].update(officers=1)),
    ("an infinite speed", "$.policy.speed_kmh", lambda p: p["policy"].update(speed_kmh=float("inf"))),
    ("no number", "$.targets[0].lat", lambda p: p["targets"][0].update(lat=float("nan"))),
    ("no speed", "$.policy.speed_kmh", lambda p: p["policy"].update(speed_kmh=0)),
    ("a detour shorter than the line", "$.policy.detour", lambda p: p["policy"].update(detour=0.9)),
    ("beyond the pole", "$.targets[0].lat", lambda p: p["targets"][0].update(lat=90.5)),
    ("half a place", "$.targets[0].lon", lambda p: p["targets"][0].pop("lon")),
    ("too fine a scale", "$.policy.scale", lambda p: p["policy"].update(scale=1_000_001)),
    ("less than no ceiling", "$.inspectors[3].max_half_days", lambda p: p["inspectors"][3].update(max_half_days=-1)),
    ("an unknown reach", "$.policy.reach", lambda p: p["policy"].update(reach="far")),
    ("a day that is none", "$.half_days[0].date", lambda p: p["half_days"][0].update(date="2026-02-30")),
    ("a time that is none", "$.half_days[0].start", lambda p: p["half_days"][0].update(start="24:00")),
    ("a half-day past midnight", "$.half_days[1].minutes", lambda p: p["half_days"][1].update(minutes=601)),
    ("an empty half-day", "$.half_days[0].minutes", lambda p: p["half_days"][0].update(minutes=0)),
    ("a window reversed", "$.matters[0].last_day", lambda p: p["matters"][0].update(last_day="2026-05-10")),
    ("another format", "$.format", lambda p: p.update(format="onedoor/problem/2")),
]


@pytest.mark.parametrize(("place", "spoil"), [pytest.param(*case[1:], id=case[0]) for case in IMPOSSIBLE])
def test_what_cannot_be_is_refused_at_its_place_with_a_remedy(place: str, spoil: Callable[[Any], object]) -> None:
    error = refused(spoil)
    assert error.place == place
    assert str(error).startswith(f"{place}：")
    assert str(error).endswith("。")
    assert "请" in error.text
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 1}', b"[" * 100_000, b"1" * 5000, b"\xef\xbb\xbf{}"],
)
def test_a_file_that_is_no_problem_or_plan_is_unreadable(data: bytes) -> None:
    for read in (read_problem, read_plan):
        with pytest.raises(Unreadable) as caught:
            read(data)
        assert not isinstance(caught.value, Misshapen)


def test_a_key_written_twice_is_refused_at_its_place() -> None:
    with pytest.raises(Unreadable, match="两次") as caught:
        read_problem(b'{"format": "onedoor/problem/1", "areas": [{"id": "a", "id": "b"}]}')
    assert caught.value.place == "$.areas[0].id"


def test_what_a_problem_leaves_out_is_as_the_specification_says() -> None:
    given = our_document()["problem"]
    del given["policy"], given["barred"], given["apart"], given["fixed"]
    problem = read_problem(bytes_of(given))
    assert (problem.barred, problem.apart, problem.fixed) == ((), (), ())
    policy, matter, inspector = problem.policy, problem.matters[0], problem.inspectors[0]
    assert (policy.team_minimum, policy.setup_minutes, policy.speed_kmh, policy.detour) == (2, 10, 30, 1.3)
    assert (policy.default_travel_minutes, policy.vague_minutes, policy.approach_minutes) == (30, 10, 0)
    assert (policy.max_visits_per_tour, policy.max_tours, policy.reach) == (6, None, Reach.ANY)
    assert (policy.pool_factor, policy.scale) == (2, 10_000)
    assert (matter.officers, matter.expertise, matter.key, matter.separate) == (2, (), False, False)
    assert (inspector.serves, inspector.borrowed, inspector.certified) == ((), False, True)
    assert (inspector.unavailable, inspector.max_half_days) == ((), None)


def test_a_problem_written_and_read_is_the_same_problem() -> None:
    problem = read_problem(bytes_of(our_document()["problem"]))
    assert read_problem(write_problem(problem)) == problem
    assert problem_digest(write_problem(problem)) == problem_digest(problem)


def test_whole_numbers_stay_whole_so_that_the_digest_stays() -> None:
    assert b'"speed_kmh":30,' in write_problem(a_problem())


def test_the_digest_of_a_file_is_that_of_its_canonical_json_as_given() -> None:
    given = our_document()["problem"]
    canonical = json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert problem_digest(json.dumps(given, indent=2).encode()) == sha256(canonical).hexdigest()


def test_a_plan_written_and_read_is_the_same_plan() -> None:
    plan = read_plan(bytes_of(our_document()["plan"]))
    assert read_plan(write_plan(plan)) == plan


def test_the_document_of_a_plan_is_canonical_and_says_nothing_of_its_metrics() -> None:
    given = our_document()["plan"]
    plan = read_plan(bytes_of(given | {"metrics": {"visits": 6, "seconds": 1.5}}))
    assert plan.metrics == Metrics(visits=6, seconds=1.5)
    del given["metrics"]
    assert plan_document(plan) == json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_empty_may_be_missing_and_is_not_written() -> None:
    given = our_document()["plan"]
    del given["desk"], given["metrics"]
    document = json.loads(plan_document(read_plan(bytes_of(given))))
    assert "desk" not in document
    assert "left_out" not in document["tours"][0]["roles"][0]
    assert "left_out" in document["tours"][1]["roles"][2]


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_the_bytes_reading_gives_a_refusal_and_no_accident(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_problem(data)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["half_days", "areas", "targets", "matters", "inspectors", "fixed", "policy", "round"]),
)
def test_whatever_stands_in_a_field_reading_accepts_or_refuses_in_one_sentence(value: Any, field: str) -> None:
    sentence = refusal_of(bytes_of(our_document()["problem"] | {field: value}))
    assert sentence == "" or (sentence.startswith("$") and sentence.endswith("。"))


def refusal_of(data: bytes) -> str:
    try:
        read_problem(data)
    except Unreadable as error:
        return str(error)
    return ""

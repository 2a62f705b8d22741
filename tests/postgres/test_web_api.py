"""The interface for programs: it is what it says it is, and says the same as what is stored."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

import httpx
import msgspec
import pytest
from support import rounds
from support.web import World, dispatched_world, looking

from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool
from coordinator.web.problems import Problem
from coordinator.web.shown.directory_entries import (
    DirectoryInspector,
    DirectoryItem,
    DirectoryTarget,
    DirectoryTargetWhole,
    DirectoryWorkList,
)
from coordinator.web.shown.draws import DrawShown
from coordinator.web.shown.merges import MergeLine
from coordinator.web.shown.papers import PaperShown
from coordinator.web.shown.parts import UnservedShown
from coordinator.web.shown.public import PublicRound
from coordinator.web.shown.rounds import RoundLine, RoundShown
from coordinator.web.shown.schedules import ScheduleShown
from coordinator.web.shown.target_lines import TargetLine
from coordinator.web.shown.targets import TargetShown
from coordinator.web.shown.tours import TourShown
from coordinator.web.shown.trails import TrailEntry

T = TypeVar("T")


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/rounds", list[RoundLine]),
        ("/rounds/{round}", RoundShown),
        ("/rounds/{round}/trail", list[TrailEntry]),
        ("/rounds/{round}/schedule", ScheduleShown),
        ("/rounds/{round}/tours/T001", TourShown),
        ("/rounds/{round}/merges", list[MergeLine]),
        ("/rounds/{round}/unserved", list[UnservedShown]),
        ("/rounds/{round}/papers", list[PaperShown]),
        ("/rounds/{round}/targets", list[TargetLine]),
        ("/rounds/{round}/targets/{target}", TargetShown),
        ("/rounds/{round}/draws/targets", DrawShown),
        ("/rounds/{round}/draws/teams", DrawShown),
        ("/public/rounds/{round}", PublicRound),
        ("/directories/targets", list[DirectoryTarget]),
        ("/directories/targets/{target}", DirectoryTargetWhole),
        ("/directories/items", list[DirectoryItem]),
        ("/directories/inspectors", list[DirectoryInspector]),
        ("/directories/checks", list[DirectoryWorkList]),
    ],
)
async def test_every_answer_is_of_its_described_type(world: World, address: str, kind: Any) -> None:
    target = (await world.dispatch()).drawn[0].target
    async with looking(world.services) as client:
        answer = await client.get("/api/v1" + address.format(round=world.round, target=target))
        schema = (await client.get("/schema/openapi.json")).json()
    assert answer.headers["content-type"] == "application/json"
    assert msgspec.json.decode(answer.content, type=kind)
    described = schema["paths"]["/api/v1" + template_of(address)]["get"]["responses"]["200"]
    body = described["content"]["application/json"]["schema"]
    named = (body.get("items") or body)["$ref"].rpartition("/")[2]
    assert named == getattr(kind, "__args__", (kind,))[0].__name__


def template_of(address: str) -> str:
    for given, name in (
        ("{round}", "{round_id}"),
        ("T001", "{tour}"),
        ("{target}", "{code}"),
        ("draws/targets", "draws/{stage}"),
        ("draws/teams", "draws/{stage}"),
    ):
        address = address.replace(given, name)
    return address


async def test_the_interface_is_described_by_openapi_3_1_with_its_errors(world: World) -> None:
    async with looking(world.services) as client:
        schema = (await client.get("/schema/openapi.json")).json()
        page = await client.get("/schema")
    assert schema["openapi"].startswith("3.1.")
    operations = [(path, method, each) for path, item in schema["paths"].items() for method, each in item.items()]
    assert {method for _, method, _ in operations} == {"get", "post"}
    for path, method, operation in operations:
        assert operation["summary"]
        assert path in page.text
        if path.startswith("/api/"):
            for status in ("400", "404", "409", "503"):
                assert set(operation["responses"][status]["content"]) == {"application/problem+json"}
            keyed = [each for each in operation.get("parameters", []) if each["name"] == "Idempotency-Key"]
            assert bool(keyed) is (method == "post")
    assert "cdn" not in page.text.lower()


async def test_figures_are_those_of_the_plan(world: World) -> None:
    dispatch = await world.dispatch()
    async with looking(world.services) as client:
        shown = msgspec.json.decode((await client.get(f"/api/v1/rounds/{world.round}")).content, type=RoundShown)
        schedule = (await client.get(f"/api/v1/rounds/{world.round}/schedule")).json()
    assert shown.figures is not None
    assert shown.figures.visits == sum(len(tour.visits) for tour in dispatch.plan.tours) == schedule["visits"]
    assert shown.figures.officer_half_days == dispatch.plan.metrics.officer_half_days
    assert shown.figures.matters == len(dispatch.problem.matters)
    assert shown.figures.drawn_targets == len({drawn.target for drawn in dispatch.drawn})
    assert {task.id: task.drawn for task in shown.tasks} == {
        task.id: len({drawn.target for drawn in dispatch.drawn if drawn.task == task.id}) for task in dispatch.tasks
    }
    assert sum(each.officer_half_days or 0 for each in shown.departments) == shown.figures.officer_half_days


async def pages(client: httpx.AsyncClient, address: str, kind: type[T]) -> list[list[T]]:
    """Every page of a list, by the way that each one's `Link` gives."""
    found: list[list[T]] = []
    while address:
        answer = await client.get(address)
        assert answer.status_code == 200
        found.append(msgspec.json.decode(answer.content, type=list[kind]))  # type: ignore[valid-type] # a type made at run time
        address = answer.links.get("next", {}).get("url", "")
    return found


async def test_the_list_of_targets_comes_in_pages_and_leaves_nobody_out(world: World) -> None:
    dispatch = await world.dispatch()
    async with looking(world.services) as client:
        address = f"/api/v1/rounds/{world.round}/targets"
        cut, (whole,) = await pages(client, f"{address}?most=7", TargetLine), await pages(client, address, TargetLine)
        (some,) = await pages(client, f"{address}?most=500&q={whole[0].id}", TargetLine)
    assert {len(each) for each in cut[:-1]} == {7}
    assert [line for each in cut for line in each] == whole
    assert {line.id for line in whole} == {matter.target for matter in dispatch.wanted.matters}
    assert sum(line.matters + line.desk_matters for line in whole) == len(dispatch.wanted.matters)
    assert sum(line.visits for line in whole) == dispatch.plan.metrics.visits
    assert [line.id for line in some] == [whole[0].id]


async def test_every_list_comes_in_pages(world: World) -> None:
    """But for what no supervisor sees, or is handed in in the web: test_api_acts, test_api_late_causes."""
    empty = ("/duplicates", "/letters", "/replannings", "/destinations", "/deliveries", "/registry", "/unplanned")
    empty += ("/recusals", "/requests", "/lines", "/changes", "/issues", "/duties")
    async with looking(world.services) as client:
        schema = (await client.get("/schema/openapi.json")).json()
        (items,) = await pages(client, "/api/v1/directories/items", DirectoryItem)
        for path, operations in schema["paths"].items():
            described = operations.get("get", {}).get("responses", {}).get("200", {})
            content = described.get("content", {}).get("application/json", {}).get("schema", {})
            if content.get("type") != "array" or path.endswith(("/hand-ins", "/late-causes")):
                continue
            assert "Link" in described["headers"], path
            named = {"{round_id}": str(world.round), "{department}": items[0].department, "{code}": items[0].item.code}
            named["{year}"] = "2026"
            for name, word in named.items():
                path = path.replace(name, word)  # noqa: PLW2901 - filled in
            whole = (await pages(client, f"{path}?most=500", dict))[0]
            assert whole or path.endswith(empty), path
            assert [line for each in await pages(client, f"{path}?most=3", dict) for line in each] == whole, path


async def test_a_page_that_is_held_already_is_not_sent_again_and_still_leads_on(world: World) -> None:
    async with looking(world.services) as client:
        first = await client.get("/api/v1/directories/targets?most=5")
        again = await client.get("/api/v1/directories/targets?most=5", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["link"] == first.headers["link"]


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/rounds/00000000-0000-4000-8000-000000000000", 404, "not-found"),
        ("/rounds/{round}/tours/T999", 404, "not-found"),
        ("/rounds/{round}/schedule?day=31.3.2026", 422, "invalid"),
        ("/rounds/{round}/targets?most=two", 400, "http"),
        ("/rounds/{round}/targets?most=0", 400, "http"),
        ("/rounds/{round}/targets?cursor=%2A", 422, "invalid"),
        ("/rounds/{round}/targets?cursor=WyJ4Il0", 422, "invalid"),
        ("/directories/targets?cursor=WyJ4Il0", 422, "invalid"),
        ("/directories/targets/91419999MA00000000", 404, "not-found"),
        ("/nothing", 404, "http"),
    ],
)
async def test_a_refusal_is_a_problem_with_what_to_do(world: World, address: str, status: int, kind: str) -> None:
    async with looking(world.services) as client:
        answer = await client.get("/api/v1" + address.format(round=world.round))
    assert answer.headers["content-type"] == "application/problem+json"
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert (answer.status_code, problem.status, problem.type) == (status, status, f"urn:onedoor:problem:{kind}")
    assert problem.detail
    assert problem.remedy
    assert problem.instance == answer.url.path


async def test_too_early_is_a_conflict_not_a_fault(pool: Pool) -> None:
    services = rounds.world(pool)
    round_ = await rounds.drawn(services)
    async with looking(services) as client:
        answer = await client.get(f"/api/v1/rounds/{round_}/schedule")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:onedoor:problem:not-now")
        shown = msgspec.json.decode((await client.get(f"/api/v1/rounds/{round_}")).content, type=RoundShown)
    assert shown.figures is None
    assert [step.name for step in shown.course if step.state == "now"] == ["排期"]


async def test_a_round_that_moves_on_is_shown_as_it_stands(pool: Pool) -> None:
    services = rounds.world(pool)
    async with looking(services) as client:
        round_ = await rounds.collected(services)
        steps = []
        for bring in (rounds.collected, rounds.frozen, rounds.drawn):
            await bring(services)
            shown = (await client.get(f"/api/v1/rounds/{round_}")).json()
            steps.append(shown["round"]["stage"])
    assert steps == ["collected", "frozen", "drawn"]


async def test_the_service_says_whether_it_lives_and_whether_it_can_serve(world: World) -> None:
    async with looking(world.services) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).json() == {"database": True}

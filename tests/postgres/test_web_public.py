"""What anyone may see: while a round is sealed nothing of it but digests and commitments, afterwards every byte."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
from support import rounds
from support.web import AFTER, BEFORE, World, at, dispatched_world, looking, words

from coordinator.domain.disclosure import seal_of
from coordinator.domain.dispatches import LOCAL_TIME, Dispatch
from coordinator.domain.frames import excluded_file
from coordinator.embedded import Endpoints
from coordinator.storage import draws
from coordinator.storage.connection import Pool, transaction
from solver.chance.document import FILE_NAMES
from solver.chance.head import Stage
from solver.chance.transcript import TRANSCRIPT
from solver.chance.verify import verify

FILES = {stage: (*names, TRANSCRIPT) for stage, names in FILE_NAMES.items()}


@pytest.fixture(scope="module")
async def world(server: Endpoints, template: str) -> AsyncIterator[World]:
    async with dispatched_world(server, template) as made:
        yield made


async def both(client: httpx.AsyncClient, world: World) -> str:
    """Everything that page and interface say of a round."""
    page = await client.get(f"/public/rounds/{world.round}")
    answer = await client.get(f"/api/v1/public/rounds/{world.round}")
    assert (page.status_code, answer.status_code) == (200, 200)
    return page.text + answer.text


async def secrets_of(world: World) -> list[str]:
    """The seeds and the parties' secrets, from which the seeds can be made."""
    async with transaction(world.services.pool, rounds.SUPERVISOR) as db:
        found = [await draws.standing_draw(db, world.round, stage) for stage in Stage]
        committed = [each for draw in found if draw for each in await draws.commitments(db, draw.id)]
    return [str(draw.seed) for draw in found if draw] + [str(each.secret) for each in committed]


def people_and_firms(dispatch: Dispatch) -> Iterator[str]:
    for target in dispatch.targets.values():
        yield from (target.id, target.name)
    for inspector, (_, person) in dispatch.inspectors.items():
        yield from (inspector, person.name)


async def test_a_sealed_round_shows_digests_and_commitments_and_nothing_else(world: World) -> None:
    dispatch = await world.dispatch()
    async with looking(world.services) as client:
        said = await both(client, world)
    async with transaction(world.services.pool, rounds.SUPERVISOR) as db:
        for stage in Stage:
            draw = await draws.standing_draw(db, world.round, stage)
            assert draw is not None
            assert draw.document_digest in said
            assert str(draw.transcript_digest) in said
            for each in await draws.commitments(db, draw.id):
                assert each.commitment in said
    hidden = [*people_and_firms(dispatch), *await secrets_of(world)]
    assert [each for each in hidden if each in said] == []


async def test_a_sealed_round_does_not_tell_the_hour_of_its_last_unannounced_visit(world: World) -> None:
    seal = seal_of(await world.dispatch(), BEFORE)
    assert seal.opens_at is not None
    local = seal.opens_at.astimezone(LOCAL_TIME)
    async with looking(world.services) as client:
        said = await both(client, world)
    # the round's own last day is public, and may be that of its last visit
    said = said.replace(f"{rounds.small().settings.round.last_day}", "")
    for words_ in (f"{local:%H:%M}", f"{local.hour}:{local.minute:02}", f"{local:%Y-%m-%d}", "不预"):
        assert words_ not in said


async def test_no_file_can_be_had_until_the_last_unannounced_visit_has_begun_and_every_file_then(world: World) -> None:
    seal = seal_of(await world.dispatch(), BEFORE)
    assert seal.opens_at is not None
    for moment, status in ((seal.opens_at - timedelta(seconds=1), 404), (seal.opens_at, 200)):
        async with looking(world.services, moment) as client:
            for stage, names in FILES.items():
                for name in names:
                    file = await client.get(f"/public/rounds/{world.round}/draws/{stage.value}/{name}")
                    assert file.status_code == status, name


async def test_what_anyone_downloads_can_be_verified(world: World) -> None:
    async with looking(world.services, AFTER) as client:
        said = await both(client, world)
        for stage, names in FILES.items():
            folder = f"/public/rounds/{world.round}/draws/{stage.value}/"
            files = {name: (await client.get(folder + name)).content for name in names}
            assert verify(files[TRANSCRIPT], files).holds
            assert all(folder + name in said for name in names)
        excluded = await client.get(f"/public/rounds/{world.round}/draws/targets/excluded.tsv")
    async with transaction(world.services.pool, rounds.SUPERVISOR) as db:
        assert excluded.content == excluded_file(await draws.exclusions(db, world.round))


async def test_names_stay_hidden_even_when_the_draws_are_open(world: World) -> None:
    dispatch = await world.dispatch()
    async with looking(world.services, AFTER) as client:
        said = await both(client, world)
        for stage, names in FILES.items():
            for name in names:
                said += (await client.get(f"/public/rounds/{world.round}/draws/{stage.value}/{name}")).text
        assert (await client.get(f"/public/rounds/{world.round}/draws/teams/problem.json")).status_code == 404
    assert [person.name for _, person in dispatch.inspectors.values() if person.name in said] == []


async def test_a_draw_that_waits_shows_what_was_fixed_and_keeps_the_rest(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    round_ = await rounds.drawn(services)
    async with looking(services, AFTER) as client:
        page = await client.get(f"/public/rounds/{round_}")
        file = await client.get(f"/public/rounds/{round_}/draws/targets/frame.tsv")
    assert "尚未公开" in words(page)
    assert file.status_code == 404


async def test_anyone_finds_what_is_public_and_nothing_else(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    named = {name: rounds.with_code(rounds.small(), name) for name in ("收集", "固定", "演练")}
    collected = await rounds.collected(services, named["收集"])
    fixed = await rounds.frozen(services, named["固定"])
    rehearsal = await rounds.frozen(services, named["演练"], seed=rounds.SEED)
    async with looking(services, BEFORE) as client:
        assert str(fixed) in (await client.get("/public")).text
        assert '<a href="/public">' in (await client.get("/sign-in")).text
        for other in (collected, rehearsal):
            assert str(other) not in (await client.get("/public")).text


async def test_a_rehearsal_is_to_the_public_as_if_it_were_not(pool: Pool) -> None:
    services = at(rounds.world(pool), BEFORE)
    rehearsal = await rounds.drawn(services, seed=rounds.SEED)
    async with looking(services, AFTER) as client:
        said = [
            words(await client.get(f"/public/rounds/{id_}"))
            for id_ in (rehearsal, "00000000-0000-4000-8000-000000000000")
        ]
        file = await client.get(f"/public/rounds/{rehearsal}/draws/targets/head.json")
    assert said[0] == said[1]
    assert file.status_code == 404

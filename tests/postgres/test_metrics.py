"""Figures for dashboards: true, of nobody in particular, and for this machine alone."""

from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families
from support.jobs import surroundings
from support.rounds import dispatched, drawn, planning_job
from support.web import BEFORE, at, visiting

from coordinator.storage.connection import Pool


def figures(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_waits_and_how_requests_fared_is_counted(pool: Pool) -> None:
    services = at(surroundings(pool), BEFORE)
    await drawn(services)
    await planning_job(services, await drawn(services, seed="6" * 64))
    async with visiting(services) as browser:
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.get("/rounds/nothing")).status_code == 404
        found = figures((await browser.get("/metrics")).text)
    assert found["onedoor_rounds", "real", "drawn"] == 1
    assert found["onedoor_rounds", "rehearsal", "drawn"] == 1
    assert found["onedoor_jobs", "solver", "running"] == 1
    assert found["onedoor_oldest_job_seconds",] == 0
    assert found["onedoor_request_seconds_count", "GET", "/healthz", "200"] == 1


async def test_nothing_of_a_person_a_firm_or_a_round_stands_in_the_figures(pool: Pool) -> None:
    services = at(surroundings(pool), BEFORE)
    round_ = await dispatched(services)
    async with visiting(services) as browser:
        await browser.get(f"/public/rounds/{round_}")
        text = (await browser.get("/metrics")).text
    assert "/public/rounds/{round_id}" in text
    assert str(round_) not in text
    assert "禾川" not in text


async def test_who_comes_by_the_public_name_finds_no_such_page(pool: Pool) -> None:
    services = surroundings(pool)
    behind = replace(services, settings=replace(services.settings, public_host="ymc.example.gov.cn"))
    async with visiting(behind) as browser:
        answer = await browser.get("/metrics", headers={"Host": "ymc.example.gov.cn"})
        assert answer.status_code == 404
        assert "onedoor_" not in answer.text

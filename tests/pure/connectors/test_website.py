"""A department's website: stable addresses, whole at every moment, the newest number, a feed to follow."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import msgspec
import pytest
from msgspec import ValidationError, convert
from pure.connectors.disk_steps import PowerCut, power_cut_before
from pure.connectors.dropping import contents, traces
from support.exchanges import RECIPIENT, a_package

from connectors.contract import File, PermanentError, Standing, TemporaryError
from connectors.partners.http import standing
from connectors.partners.website import ATOM, WebsitePartner
from connectors.website import Website, WebsiteSettings
from connectors.website.publishing import publish

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ADDRESS = "https://www.example.gov.cn/ssj"


@pytest.fixture
def settings(tmp_path: Path) -> WebsiteSettings:
    root = tmp_path / "ssj"
    root.mkdir()
    return WebsiteSettings(root=str(root), address=ADDRESS)


@pytest.fixture
def partner(settings: WebsiteSettings) -> WebsitePartner:
    return WebsitePartner(Path(settings.root))


async def test_a_package_is_a_page_open_data_and_an_entry_of_the_feed(
    settings: WebsiteSettings, partner: WebsitePartner
) -> None:
    way = Website(settings, {}, clock=lambda: NOW)
    receipt = await way.deliver(a_package())
    assert (await way.ask(a_package(), receipt)).standing is Standing.TAKEN
    await way.aclose()
    assert partner.unequal() == []
    slug = receipt.reference.removeprefix(f"{ADDRESS}/").removesuffix(".html")
    assert set(partner.held()) == {
        *("index.html", "feed.xml", "onedoor.css", f"{slug}.html", f"{slug}.json"),
        *(f"{slug}-result.csv", f"{slug}-drawn_target.csv", "schema-result.json", "schema-drawn_target.json"),
    }
    page = partner.held()[f"{slug}.html"].decode()
    assert "检查结果（3）" in page
    assert "豫菜馆𠮷1" in page
    assert partner.held()[f"{slug}-result.csv"].decode("utf-8-sig").splitlines()[0].startswith("轮次编号,任务编号")


async def test_a_browser_finds_every_page(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    receipt = publish(settings, a_package(), NOW)
    async with (
        standing(partner.handle, lambda: NOW) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as browser,
    ):
        assert receipt.reference.rpartition("/")[2] in (await browser.get("/")).text
        assert (await browser.get(receipt.reference.removeprefix(ADDRESS))).status_code == 200
        for path in ("/nothing.html", "/../settings.py", "/index.html.onedoor.part"):
            assert (await browser.get(path)).status_code == 404


def test_a_repeat_touches_nothing(settings: WebsiteSettings) -> None:
    first = publish(settings, a_package(), NOW)
    before = traces(Path(settings.root))
    assert publish(settings, a_package(), LATER) == first
    assert traces(Path(settings.root)) == before


def test_a_greater_number_is_published_at_the_same_addresses(
    settings: WebsiteSettings, partner: WebsitePartner
) -> None:
    first = publish(settings, a_package(1), NOW)
    [entry] = entries(partner)
    second = publish(settings, a_package(2, drawn=0), LATER)
    assert second.reference == first.reference
    assert partner.unequal() == []
    assert not [name for name in partner.held() if "drawn_target.csv" in name]
    [changed] = entries(partner)
    assert changed["id"] == entry["id"]
    assert changed["published"] == entry["published"]
    assert changed["updated"] > entry["updated"]
    before = traces(Path(settings.root))
    assert publish(settings, a_package(1), LATER) == first
    assert traces(Path(settings.root)) == before


def test_a_smaller_number_that_comes_late_has_no_effect(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    publish(settings, a_package(2), NOW)
    before = partner.held()
    assert publish(settings, a_package(1), LATER).is_superseded
    assert partner.held() == before


def test_another_content_under_the_same_number_is_refused(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    publish(settings, a_package(), NOW)
    before = partner.held()
    with pytest.raises(PermanentError, match="内容与这次不同"):
        publish(settings, a_package(salt="other", results=1), LATER)
    assert partner.held() == before


def test_batches_are_listed_with_the_newest_first(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    publish(settings, a_package(batch="甲"), NOW)
    publish(settings, a_package(batch="乙"), LATER)
    publish(settings, a_package(batch="2026-Q1"), NOW)
    titles = [entry["title"] for entry in entries(partner)]
    assert titles[0] == f"{RECIPIENT}：乙"
    assert len(set(titles)) == 3
    assert partner.unequal() == []


def test_a_publication_cut_short_anywhere_breaks_nothing_and_a_repeat_ends_it(tmp_path: Path) -> None:
    """The power goes before each step on the disk; number 1 is published, number 2 comes, then number 2 again."""
    step, is_cut = 0, True
    while is_cut:
        step += 1
        settings = WebsiteSettings(root=str(tmp_path / str(step)), address=ADDRESS)
        Path(settings.root).mkdir()
        partner = WebsitePartner(Path(settings.root))
        publish(settings, a_package(1), NOW)
        publish(settings, a_package(1, batch="other"), NOW)
        try:
            with power_cut_before(step):
                publish(settings, a_package(2, drawn=0), LATER)
            is_cut = False
        except PowerCut:
            assert partner.broken() == []
        publish(settings, a_package(2, drawn=0), LATER)
        assert partner.unequal() == []
        assert not [name for name in contents(Path(settings.root)) if name.endswith(".part")]
    assert step > 15


def test_a_publication_cut_short_is_overtaken_by_the_next(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    for step in range(1, 40):
        with suppress(PowerCut), power_cut_before(step):
            publish(settings, a_package(step), NOW)
        assert partner.broken() == []
    publish(settings, a_package(50), LATER)
    assert partner.unequal() == []


def test_no_reader_ever_sees_half_a_state(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    """A reader goes round and round while seven numbers are published."""
    publish(settings, a_package(1), NOW)
    seen: list[str] = []
    rounds = 0
    is_over = threading.Event()

    def read() -> None:
        nonlocal rounds
        while not is_over.is_set():
            seen.extend(partner.broken())
            rounds += 1

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 9):
        publish(settings, a_package(number, results=number * 3), NOW + timedelta(hours=number))
    is_over.set()
    reader.join()
    assert seen == []
    assert rounds > 1
    assert partner.unequal() == []


def test_what_looks_like_a_formula_or_a_tag_is_neither(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    publish(settings, a_package(name="=1+1<script>"), NOW)
    held = {name: content.decode("utf-8-sig") for name, content in partner.held().items()}
    assert not [name for name, content in held.items() if name.endswith(".html") and "<script>" in content]
    assert any(",'=1+1<script>" in content for name, content in held.items() if name.endswith(".csv"))


def test_other_peoples_files_stay(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    own = {"about.html": b"<html></html>", "data.json": b"{}", "list.csv": b"a", "x.part": b"y"}
    for name, content in own.items():
        (Path(settings.root) / name).write_bytes(content)
    publish(settings, a_package(1), NOW)
    publish(settings, a_package(2, drawn=0), NOW)
    assert contents(Path(settings.root)).items() >= own.items()
    assert "about.html" not in partner.held()["index.html"].decode()


def test_the_checker_finds_what_is_broken(settings: WebsiteSettings, partner: WebsitePartner) -> None:
    publish(settings, a_package(), NOW)
    root = Path(settings.root)
    whole = contents(root)
    for name, content in whole.items():
        (root / name).write_bytes(content[: len(content) // 2])
        assert name == "onedoor.css" or name.startswith("schema-") or partner.unequal(), name
        (root / name).unlink()
        assert name == "index.html" or partner.broken() or partner.unequal(), name
        (root / name).write_bytes(content)
    assert partner.unequal() == []


def test_a_folder_that_is_not_there_is_waited_for(settings: WebsiteSettings) -> None:
    Path(settings.root).rmdir()
    with pytest.raises(TemporaryError, match="不存在"):
        publish(settings, a_package(), NOW)


def test_what_is_no_row_is_refused(settings: WebsiteSettings) -> None:
    package = msgspec.structs.replace(a_package(), files=(File(name="任务书.xlsx", content=b"PK", row_count=1),))
    with pytest.raises(PermanentError, match="网站只公开数据行"):
        publish(settings, package, NOW)


@pytest.mark.parametrize("address", ["ftp://a", "https://a/", 'https://a"b', "a.gov.cn"])
def test_an_address_that_pages_cannot_have_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        convert({"root": "/srv", "address": address}, WebsiteSettings)


def entries(partner: WebsitePartner) -> list[dict[str, str]]:
    feed = ET.fromstring(partner.held()["feed.xml"])  # noqa: S314 - our own
    return [{child.tag.removeprefix(ATOM): child.text or "" for child in entry} for entry in feed.iter(f"{ATOM}entry")]

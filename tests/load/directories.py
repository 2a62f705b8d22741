"""The directories at size: pages of 400,000 targets, searched by one and then by fifty people, through the real pages.

Run as a program on servers of its own (some minutes on two cores, most of them for filling):
`PYTHONPATH=.:tests .venv/bin/python -m load.directories [targets] [people]`. Right answers: test_directories.py.
"""

import asyncio
import random
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median, quantiles
from uuid import uuid4

import asyncpg
import httpx
from stdnum.cn import uscc
from support.databases import TEMPLATE, Database, connected, database_of, make_template
from support.folders import new_folder
from support.people import a_person
from support.rounds import small, world
from support.web import BEFORE, at

from coordinator.actions.services import Services
from coordinator.domain.actors import Office
from coordinator.domain.search_words import search_words
from coordinator.embedded import embedded
from coordinator.settings import Settings
from coordinator.storage.connection import open_pool
from coordinator.web.app import create_app
from coordinator.web.visiting import SESSION

DEPARTMENTS = tuple(book.file.removesuffix(".xlsx") for book in small().workbooks)
TOWNS = ("城关", "东湖", "南桥", "石井", "柳河", "大庙", "沙坪", "双塔", "枣园", "青峪", "白杨", "云台", "竹溪", "望海")
WORDS = "祥美宏达鑫源华盛金龙福瑞康泰永兴恒通天宇百汇长青晨光嘉禾丰田润泽新锐博雅顺通安捷和信正大"
TRADES = ("食品", "建材", "机械", "物流", "医药", "餐饮", "纺织", "化工", "电子", "农资", "木业", "石材")
ENDS = ("有限公司", "有限责任公司", "经营部", "合作社", "商行", "厂")
QUERIES = ("", "水利", "祥美", "有限公司", "石井祥美食品", "91419999MA", "0012345", "sjxm", "chenguang", "没有这一家")
ROUNDS = 4
THINK = 1.5
"""Seconds, on average, between two pages of one person."""


def firms(count: int) -> Iterator[tuple[str, str]]:
    """Names and codes, the same each time."""
    chance = random.Random(5)  # noqa: S311 - no secret
    for number in range(count):
        body = f"91419999MA{number:07d}"
        words = "".join(chance.sample(WORDS, 2))
        name = f"禾川县{chance.choice(TOWNS)}{words}{chance.choice(TRADES)}{chance.choice(ENDS)}"
        yield body + uscc.calc_check_digit(body), name


async def fill(database: Database, count: int) -> None:
    """Put one round of so many targets into the tables, past all rights; each department lists its share."""
    round_ = uuid4()
    async with connected(database.superuser_url) as db:
        sql = "INSERT INTO round (id, code, settings, content_digest) VALUES ($1, 'load', $2, repeat('0', 64))"
        await db.execute(sql, round_, small().settings)
        for name in DEPARTMENTS:
            await db.execute(
                """
                INSERT INTO submission (round, department, file, sha256, is_coordinator, "row", region, level, liaison,
                    phone, system, findings, refused, content)
                VALUES ($1, $2, 'a.xlsx', repeat('0', 64), false, 2, '419999', '县', '', '', '', '[]', '[]', '')
                """,
                round_,
                name,
            )
        listed = list(firms(count))
        await copy(db, "target", ("id", "name", "kind"), [(id_, name, "企业") for id_, name in listed])
        searched = [(id_, name, search_words(name, id_)) for id_, name in listed]
        rows = [(id_, name, each.pinyin, each.sound, each.words) for id_, name, each in searched]
        await db.execute("DROP INDEX target_search_by_grams")
        await copy(db, "target_search", ("target", "name", "pinyin", "sound", "words"), rows)
        await db.execute("SET maintenance_work_mem = '512MB'")
        await db.execute("CREATE INDEX target_search_by_grams ON target_search USING gin (onedoor_grams(words))")
        entries = [
            (
                round_,
                DEPARTMENTS[number % len(DEPARTMENTS)],
                number + 2,
                id_,
                name,
                "企业",
                "",
                "禾川县",
                [],
                [],
                [],
                0,
                [],
            )
            for number, (id_, name) in enumerate(listed)
        ]
        columns = ("round", "department", "row", "id", "name", "kind", "scope", "address")
        lists = ("industries", "tags", "last_inspectors", "inspected_count", "closed")
        await copy(db, "target_entry", (*columns, *lists), entries)
        await db.execute("ANALYZE")
        size = "SELECT pg_size_pretty(pg_total_relation_size('target_search'))"
        say(f"{count} targets, {await db.fetchval(size)} of search")


async def copy(db: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    await db.copy_records_to_table(table, records=rows, columns=columns)


async def look(browser: httpx.AsyncClient, taken: dict[str, list[float]], query: str) -> None:
    """Open the first page of a search, and the page after it."""
    address = httpx.URL("/directories/targets", params={"q": query})
    began = time.perf_counter()
    page = await browser.get(address)
    taken[query or "（全部）"].append(time.perf_counter() - began)
    assert page.status_code == 200
    if "beyond=" in page.text:
        following = page.text.split('<a href="?')[1].split('"')[0].replace("&amp;", "&")
        began = time.perf_counter()
        assert (await browser.get(f"/directories/targets?{following}")).status_code == 200
        taken["（下一页）"].append(time.perf_counter() - began)


async def measure(services: Services, sessions: list[str], people: int, think: float) -> None:
    """Let so many people search at once, and say how long their pages took."""
    taken: dict[str, list[float]] = defaultdict(list)
    app = create_app(services)

    async def one(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - no secret
        session = {SESSION: sessions[number % len(sessions)]}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", cookies=session) as browser:
            await asyncio.sleep(think * chance.random())
            for query in chance.sample(QUERIES * ROUNDS, len(QUERIES) * ROUNDS):
                await look(browser, taken, query)
                await asyncio.sleep(2 * think * chance.random())
            began = time.perf_counter()
            assert (await browser.get("/directories/checks")).status_code == 200
            taken["（待核对）"].append(time.perf_counter() - began)

    await asyncio.gather(*(one(number) for number in range(people)))
    every = [each for times in taken.values() for each in times]
    for query, times in sorted(taken.items()):
        say(f"  {query}: median {median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms")
    say(f"{people} people, {len(every)} pages: 95 of 100 within {quantiles(every, n=20)[18] * 1000:.0f} ms")


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a program


async def main(count: int, people: int) -> None:
    home = new_folder()
    with embedded(Settings(home=home, redis_url="unix:///dev/null")) as server:
        await make_template(server)
        async with database_of(server, template=TEMPLATE) as database, open_pool(database.app_url) as pool:
            began = time.perf_counter()
            await fill(database, count)
            say(f"filled in {time.perf_counter() - began:.0f} s")
            services = at(world(pool), BEFORE)
            office = await a_person(services, "office")
            liaison = await a_person(services, "liaison", Office.DEPARTMENT)
            for words, sessions in (("coordinator", [office.session]), ("liaison", [liaison.session])):
                say(words)
                await measure(services, sessions, 1, 0)
            await measure(services, [office.session, liaison.session], people, THINK)
    shutil.rmtree(home)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    asyncio.run(main(*(given + [400_000, 50][len(given) :])))

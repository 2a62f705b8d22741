"""Duplicate targets: found, merged into one that stands, separated again; nobody learns of another's records."""

import asyncio
import functools
from collections.abc import AsyncIterator
from urllib.parse import quote

import asyncpg
import msgspec
import pytest
from stdnum.cn import uscc
from support import rounds
from support.databases import database_of
from support.people import a_person
from support.programs import programs
from support.rounds import SUPERVISOR, WATER, contents, liaison_of, small, trail, with_cells, with_code
from support.web import send, visiting, words

from coordinator.actions.calendars import published_calendar
from coordinator.actions.directories import target_directory, work_lists
from coordinator.actions.duplicates import Outdated, compare, duplicates, merge, merges_of, undo_merge
from coordinator.actions.registry import take_registry_file
from coordinator.actions.services import Services
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import ANYONE, CONSOLE, Actor, Office
from coordinator.domain.directory_checks import Doubt
from coordinator.domain.duplicates import Likeness, likeness
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted
from coordinator.domain.ids import DepartmentId, TargetId
from coordinator.domain.intake.taking import take_in
from coordinator.domain.submissions import TargetEntry
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool, open_pool, transaction

MARKET = DepartmentId("禾川县市场监督管理局")
WATERS, MARKETS = liaison_of(WATER), liaison_of(MARKET)
BODY = "91410481123456789"
USCC, OLD_CODE = TargetId(BODY + uscc.calc_check_digit(BODY)), TargetId(BODY[2:])


def listed_by(department: DepartmentId) -> tuple[TargetEntry, ...]:
    taken = (one.submission for one in take_in(small().settings, published_calendar(), small().workbooks))
    return next(one.targets for one in taken if one.department.id == department)


@functools.cache
def only_of(department: DepartmentId) -> tuple[TargetEntry, ...]:
    """Targets that nobody else lists, each at an address of its own."""
    taken = [one.submission for one in take_in(small().settings, published_calendar(), small().workbooks)]
    others = {entry.id for one in taken if one.department.id != department for entry in one.targets}
    own = {entry.address: entry for entry in listed_by(department) if entry.id not in others}
    return tuple(own.values())


@functools.cache
def doubled() -> RoundFolder:
    """The sample, with a pair of each likeness in the water bureau's list, and one across two departments."""
    folder, (a, b, c, d, g, *_), (h, *_) = small(), only_of(WATER), only_of(MARKET)
    e, f, *_ = (entry for entry in listed_by(WATER) if len(entry.id) == len(USCC))
    for old, new in (
        *((b.name, a.name), (b.address, a.address)),
        *((d.name, c.name.replace("县", "现")), (d.address, c.address)),
        *((e.id, USCC), (f.id, OLD_CODE)),
        *((h.name, g.name), (h.address, g.address)),
    ):
        folder = with_cells(folder, "检查对象名录", old, new)
    return folder


NUMBER = TargetId("410481000012345")
"""A registration number of before the unified code, which is inside no code."""
NAMED = (only_of(WATER)[0].id, only_of(WATER)[1].id)
ACROSS = (only_of(WATER)[4].id, only_of(MARKET)[0].id)


@pytest.fixture
async def services(pool: Pool) -> Services:
    made = rounds.world(pool)
    await rounds.collected(made, doubled())
    return made


@pytest.fixture(scope="module")
async def stored(server: Endpoints, template: str) -> AsyncIterator[Services]:
    """The same for tests that only look."""
    async with database_of(server, template=template) as database, open_pool(database.app_url) as pool:
        made = rounds.world(pool)
        await rounds.collected(made, doubled())
        yield made


async def pairs(services: Services, actor: Actor) -> dict[frozenset[str], Likeness | None]:
    found = (await duplicates(services, actor)).pairs
    return {frozenset(each.id for each in pair.records): pair.likeness for pair in found}


async def merged(services: Services, actor: Actor, pair: tuple[TargetId, TargetId]) -> None:
    seen = (await compare(services, actor, *pair)).seen
    await merge(services, actor, pair[1], pair[0], seen)


async def lines(services: Services, actor: Actor) -> dict[str, TargetId | None]:
    """To what each line of the directory refers."""
    return {line.id: line.stands for line in (await target_directory(services, actor, "", most=1000)).lines}


def pair_page(one: str, other: str) -> str:
    return f"/directories/duplicates/pair?one={quote(one)}&other={quote(other)}"


async def test_each_likeness_is_found_and_a_department_compares_its_own_only(stored: Services) -> None:
    own, every = await pairs(stored, WATERS), await pairs(stored, CONSOLE)
    assert own[frozenset(NAMED)] is Likeness.NAME
    assert own[frozenset({USCC, OLD_CODE})] is Likeness.CODE
    assert own[frozenset(each.id for each in only_of(WATER)[2:4])] is Likeness.SOUND
    assert every == own | {frozenset(ACROSS): Likeness.NAME}
    assert await pairs(stored, SUPERVISOR) == every
    assert frozenset(ACROSS) not in await pairs(stored, MARKETS)
    assert (await duplicates(stored, CONSOLE)).pairs[0].likeness is Likeness.CODE, "the surest first"
    async with transaction(stored.pool, ANYONE) as db:
        assert await db.fetch("SELECT * FROM onedoor_alike_targets(100)") == []


async def test_what_only_sounds_alike_elsewhere_is_no_pair(stored: Services) -> None:
    one, other = (await compare(stored, CONSOLE, *ACROSS)).records
    assert likeness(one, other) is Likeness.NAME
    lines_ = {line.id: line for line in (await target_directory(stored, CONSOLE, "", most=1000)).lines}
    sound = [lines_[each.id] for each in only_of(WATER)[2:4]]
    assert likeness(sound[0], lines_[NAMED[0]]) is None


async def registered(services: Services, **numbers: str) -> None:
    """Let the registry say under which number each code was formerly."""
    firms = [{"code": code, "former_number": number, "name": "某公司"} for code, number in numbers.items()]
    lines = b"\n".join(msgspec.json.encode(firm) for firm in firms)
    await take_registry_file(services, CONSOLE, "登记.jsonl", lines)


async def test_what_the_registry_had_under_one_number_is_a_pair_for_whoever_lists_both(pool: Pool) -> None:
    services = rounds.world(pool)
    old, firm, one, other, *_ = (entry.id for entry in listed_by(WATER) if len(entry.id) == len(USCC))
    await rounds.collected(services, with_cells(small(), "检查对象名录", old, NUMBER))
    before = {actor.id: await pairs(services, actor) for actor in (WATERS, CONSOLE, SUPERVISOR)}
    shared = "4104810000999"
    await registered(services, **{firm: NUMBER, one: shared, other: shared})
    known = dict.fromkeys((frozenset({firm, NUMBER}), frozenset({one, other})), Likeness.REGISTERED)
    for actor in (WATERS, CONSOLE, SUPERVISOR):
        assert await pairs(services, actor) == before[actor.id] | known
    theirs = {NUMBER if entry.id == old else entry.id for entry in listed_by(MARKET)}
    assert known.keys() & (await pairs(services, MARKETS)).keys() == {pair for pair in known if pair <= theirs}
    assert (await duplicates(services, WATERS)).pairs[0].likeness is Likeness.REGISTERED, "the surest first"
    assert (await compare(services, WATERS, firm, NUMBER)).stands == firm
    await registered(services, **{firm: "410481000000001"})
    assert await pairs(services, WATERS) == before[WATERS.id] | known, "what it said before a correction counts"
    await merged(services, WATERS, (firm, NUMBER))
    assert frozenset({firm, NUMBER}) not in await pairs(services, WATERS)


async def test_a_departments_merge_holds_in_its_own_directory_and_can_be_undone(pool: Pool, services: Services) -> None:
    before = await contents(pool, but=("audit_entry", "target_merge"))
    stands, away = NAMED
    await merged(services, WATERS, NAMED)
    assert (await lines(services, WATERS))[away] == stands
    assert (await lines(services, CONSOLE))[away] is None
    assert frozenset(NAMED) not in await pairs(services, WATERS)
    assert frozenset(NAMED) in await pairs(services, CONSOLE)
    names = {each.doubt: each.rows for each in await work_lists(services, WATERS)}[Doubt.NAMESAKES]
    assert not [row for row in names if away in row.found]
    (found,) = await merges_of(services, WATERS, stands)
    assert await merges_of(services, CONSOLE, stands) == ()
    for _ in range(2):
        await undo_merge(services, WATERS, found.id)
    assert (await lines(services, WATERS))[away] is None
    assert frozenset(NAMED) in await pairs(services, WATERS)
    assert [each for each in await trail(pool) if "merge" in each] == ["targets_merged", "merge_undone"]
    assert await contents(pool, but=("audit_entry", "target_merge")) == before, "nothing is deleted, rounds stay"


async def test_the_offices_merge_holds_for_all_who_list_both(services: Services) -> None:
    await merged(services, CONSOLE, NAMED)
    await merged(services, CONSOLE, ACROSS)
    for actor in (CONSOLE, SUPERVISOR, WATERS):
        assert (await lines(services, actor))[NAMED[1]] == NAMED[0]
    assert (await lines(services, CONSOLE))[ACROSS[1]] == ACROSS[0]
    assert (await lines(services, MARKETS))[ACROSS[1]] is None, "it does not list the one that stands"
    assert await merges_of(services, MARKETS, ACROSS[1]) == ()
    assert await merges_of(services, WATERS, ACROSS[0]) == ()
    (found,) = await merges_of(services, WATERS, NAMED[0])
    with pytest.raises(NotPermitted, match="统筹部门合并的"):
        await undo_merge(services, WATERS, found.id)
    (across,) = await merges_of(services, CONSOLE, ACROSS[0])
    with pytest.raises(NotFound):
        await undo_merge(services, MARKETS, across.id)


async def test_what_changed_since_it_was_seen_is_not_merged(services: Services) -> None:
    seen = (await compare(services, WATERS, *NAMED)).seen
    moved = with_cells(with_code(doubled(), "later"), "检查对象名录", only_of(WATER)[0].address, "别处1号")
    await rounds.collected(services, moved)
    with pytest.raises(Outdated, match="有改动"):
        await merge(services, WATERS, NAMED[1], NAMED[0], seen)
    assert await merges_of(services, WATERS, NAMED[0]) == ()


async def test_two_presses_have_one_effect_and_of_two_ways_one_is_taken(pool: Pool, services: Services) -> None:
    seen = (await compare(services, WATERS, *NAMED)).seen
    await asyncio.gather(*(merge(services, WATERS, NAMED[1], NAMED[0], seen) for _ in range(3)))
    assert (await trail(pool)).count("targets_merged") == 1
    code = (await compare(services, WATERS, USCC, OLD_CODE)).seen
    ways = (merge(services, WATERS, USCC, OLD_CODE, code), merge(services, WATERS, OLD_CODE, USCC, code))
    ended = await asyncio.gather(*ways, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Conflict", "TargetMerge"]


async def test_a_record_is_part_of_one_merge_and_not_of_itself(services: Services) -> None:
    await merged(services, CONSOLE, NAMED)
    for away, stands in ((NAMED[0], USCC), (NAMED[1], USCC), (USCC, NAMED[1])):
        with pytest.raises(Conflict, match="并入"):
            await merge(services, CONSOLE, away, stands, (await compare(services, CONSOLE, away, stands)).seen)
    await merged(services, CONSOLE, (NAMED[0], USCC))
    assert {each.away for each in await merges_of(services, CONSOLE, NAMED[0])} == {NAMED[1], USCC}
    with pytest.raises(Invalid):
        await compare(services, CONSOLE, USCC, USCC)


async def test_nobody_merges_what_is_not_the_own(services: Services) -> None:
    for actor in (WATERS, MARKETS):
        with pytest.raises(NotFound):
            await compare(services, actor, *ACROSS)
        with pytest.raises(NotFound):
            await merge(services, actor, *ACROSS, seen="")
        sql = """
            INSERT INTO target_merge (id, department, away, stands, merged_by, merged_at)
            VALUES (gen_random_uuid(), $1, $2, $3, 'x', now())
        """
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, actor) as db:
                await db.execute(sql, actor.department, *ACROSS)
    seen = (await compare(services, SUPERVISOR, *NAMED)).seen
    for stranger in (SUPERVISOR, ANYONE):
        with pytest.raises(NotPermitted):
            await merge(services, stranger, *NAMED, seen=seen)


async def test_merging_on_the_page(services: Services) -> None:
    liaison = await a_person(services, "merging", Office.DEPARTMENT)
    stands, away = NAMED
    pair = pair_page(*NAMED)
    form = {"one": stands, "other": away, "stands": stands}
    async with visiting(services, session=liaison.session) as browser:
        listed = await browser.get("/directories/duplicates")
        assert quote(away) in listed.text
        assert ACROSS[1] not in listed.text
        stale = await send(browser, pair, "/directories/duplicates/merge", **form, seen="0" * 64)
        assert stale.status_code == 409
        assert "请看过现在的内容再决定" in words(stale)
        seen = stale.text.split('name="seen" value="')[1].split('"')[0]
        none = await send(browser, pair, "/directories/duplicates/merge", **(form | {"stands": "x"}), seen=seen)
        assert none.status_code == 422
        done = await send(browser, pair, "/directories/duplicates/merge", **form, seen=seen)
        assert (done.status_code, done.headers["location"]) == (303, f"/directories/target/{quote(stands)}")
        target = await browser.get(f"/directories/target/{quote(away)}")
        assert "已并入" in words(target)
        assert quote(away) not in (await browser.get("/directories/duplicates")).text, "remembered pairs are renewed"
        id_ = target.text.split('name="merge" value="')[1].split('"')[0]
        undone = await send(browser, f"/directories/target/{quote(away)}", "/directories/duplicates/undo", merge=id_)
        assert undone.status_code == 303
        assert "已并入" not in words(await browser.get(f"/directories/target/{quote(away)}"))


async def test_programs_merge_and_separate_as_their_owners_may(pool: Pool, services: Services) -> None:
    stands, away = NAMED
    async with programs(services) as all_:
        water, market = await all_.of(Office.DEPARTMENT), await all_.of(Office.DEPARTMENT, MARKET)
        supervisor = await all_.of(Office.SUPERVISOR)
        pair = await water.asks(lambda onedoor: onedoor.compare(away, stands))
        assert pair.seen == (await compare(services, WATERS, *NAMED)).seen
        assert pair in await water.asks(lambda onedoor: onedoor.duplicates())
        stale = await water.is_refused(lambda onedoor: onedoor.merge(away, stands, "0" * 64))
        assert stale == (409, "conflict")
        done = [await water.asks(lambda onedoor: onedoor.merge(away, stands, pair.seen)) for _ in range(2)]
        assert done[0] == done[1]
        assert (done[0].away, done[0].stands, done[0].department) == (away, stands, WATER)
        assert (await water.asks(lambda onedoor: onedoor.directory_target(away))).merges == [done[0]]
        for asking in (
            lambda onedoor: onedoor.compare(away, stands),
            lambda onedoor: onedoor.merge(away, stands, pair.seen),
            lambda onedoor: onedoor.undo_merge(done[0].id),
        ):
            assert await market.is_refused(asking) == (404, "not-found")
        assert (await supervisor.is_refused(lambda onedoor: onedoor.undo_merge(done[0].id)))[0] == 403
        for _ in range(2):
            assert await water.asks(lambda onedoor: onedoor.undo_merge(done[0].id)) == done[0]
        assert (await water.asks(lambda onedoor: onedoor.directory_target(away))).merges == []
    assert [each for each in await trail(pool) if "merge" in each] == ["targets_merged", "merge_undone"]


async def test_other_offices_look_or_do_not_and_a_strangers_pair_is_as_if_it_were_not(services: Services) -> None:
    pair, nowhere = pair_page(*NAMED), pair_page("a", "b")
    seen = (await compare(services, CONSOLE, *NAMED)).seen
    form = {"one": NAMED[0], "other": NAMED[1], "stands": NAMED[0], "seen": seen}
    market = await a_person(services, "market", Office.DEPARTMENT, MARKET)
    async with visiting(services, session=market.session) as browser:
        answers = [await browser.get(each) for each in (pair, nowhere)]
        assert [each.status_code for each in answers] == [404, 404]
        assert answers[0].text == answers[1].text
        assert (await send(browser, "/account", "/directories/duplicates/merge", **form)).status_code == 404
    for office, looks in ((Office.SUPERVISOR, 200), (Office.INSPECTOR, 403)):
        person = await a_person(services, f"p.{office.value}", office)
        async with visiting(services, session=person.session) as browser:
            answer = await browser.get(pair)
            assert answer.status_code == looks
            assert "合并成一条" not in answer.text
            assert (await send(browser, "/account", "/directories/duplicates/merge", **form)).status_code == 403

"""The directories over all rounds: found by name, code and pinyin, page by page, each department its own."""

import functools
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from urllib.parse import quote

import pytest
from load.directories import DEPARTMENTS, fill, firms
from msgspec.structs import replace
from openpyxl import load_workbook
from support import rounds
from support.databases import database_of
from support.people import a_person, with_second_factor
from support.rounds import SEED, SUPERVISOR, WATER, liaison_of, small, with_cells, with_code
from support.web import links, visiting, words

from coordinator.actions.beginning import today_of
from coordinator.actions.calendars import published_calendar
from coordinator.actions.directories import (
    FIRST,
    inspector_directory,
    item_directory,
    item_versions,
    target_directory,
    target_history,
    work_lists,
)
from coordinator.actions.services import Services
from coordinator.documents.round_folder import RoundFolder
from coordinator.domain.actors import ANYONE, CONSOLE, OF_DEPARTMENTS, WORKER, Actor, Office
from coordinator.domain.directory_checks import Doubt
from coordinator.domain.errors import NotFound, NotPermitted
from coordinator.domain.ids import DepartmentId, ItemCode, TargetId
from coordinator.domain.intake.taking import take_in
from coordinator.domain.search_words import as_searched, count_words, search_words
from coordinator.embedded import Endpoints
from coordinator.storage.connection import Pool, open_pool, transaction

OTHER = next(DepartmentId(book.file.removesuffix(".xlsx")) for book in small().workbooks if WATER not in book.file)


OFFICES = [each for each in Office if each not in {Office.OPERATOR, Office.GATE, Office.PUBLIC, Office.ENTERPRISE}]


@functools.cache
def doubtful() -> RoundFolder:
    """The sample as a second round: an item is called otherwise, and of every doubt there is at least one case."""
    folder = with_code(small(), "second")
    taken = [one.submission for one in take_in(folder.settings, published_calendar(), folder.workbooks)]
    entries = [(one.department.id, entry) for one in taken for entry in one.targets]
    firms = [entry for _, entry in entries if len(entry.id) == 18]
    shared = next(each for each in firms if sum(entry.id == each.id for _, entry in entries) > 1)
    certificate = next(person.certificate for person in taken[0].inspectors if person.certificate)
    for sheet, old, new in (
        ("抽查事项清单", "取用水监督检查", "取用水专项检查"),
        ("检查对象名录", firms[-1].name, firms[-2].name),
        ("检查对象名录", firms[-3].id, "410400000000001"),
        ("检查对象名录", next(each.credit_risk for each in firms if each.credit_risk).value, None),
        ("执法检查人员名录", certificate, None),
    ):
        folder = with_cells(folder, sheet, old, new)
    elsewhere = with_cells(folder, "检查对象名录", shared.address, "别处1号")
    lister = next(department for department, entry in entries if entry.id == shared.id)
    mixed = [
        there if here.file.startswith(lister) else here
        for here, there in zip(folder.workbooks, elsewhere.workbooks, strict=True)
    ]
    return replace(folder, workbooks=tuple(mixed))


@pytest.fixture(scope="module")
async def services(server: Endpoints, template: str) -> AsyncIterator[Services]:
    """Two rounds of the same departments: in the second an item of the water bureau's is called otherwise."""
    async with database_of(server, template=template) as database, open_pool(database.app_url) as pool:
        made = rounds.world(pool)
        await rounds.collected(made)
        await rounds.collected(made, doubtful())
        await rounds.collected(made, with_code(small(), "tried"), seed=SEED)
        yield made


async def all_targets(services: Services, actor: Actor, query: str = "", most: int = 5) -> list[str]:
    """Every target that is found, over all pages."""
    found: list[str] = []
    after: tuple[str, str] | None = FIRST
    while after is not None:
        page = await target_directory(services, actor, query, after, most)
        found += [line.id for line in page.lines]
        after = page.after
    return found


async def test_pages_hold_every_target_once_in_the_order_of_its_pinyin(services: Services) -> None:
    async with transaction(services.pool, WORKER) as db:
        stored = {row["id"] for row in await db.fetch("SELECT DISTINCT id FROM target")}
    found = await all_targets(services, CONSOLE)
    assert len(found) == len(stored)
    assert set(found) == stored
    pages = (await target_directory(services, CONSOLE, "", FIRST, 1000)).lines
    assert [line.key for line in pages] == sorted(line.key for line in pages)


async def test_a_target_is_found_by_name_code_pinyin_and_first_letters(services: Services) -> None:
    """And by nothing else: what is found is exactly what holds the words."""
    lines = (await target_directory(services, CONSOLE, "", FIRST, 1000)).lines
    one = next(line for line in lines if len(line.name) > 8 and len(line.id) == 18)
    searched = search_words(one.name, one.id)
    _, _, initials, pinyin = searched.words.split("\n")
    for query in (one.name, one.name[3:6], one.name[4:6], one.id, one.id[8:], one.id.lower(), initials, pinyin[:9]):
        expected = {line.id for line in lines if as_searched(query) in search_words(line.name, line.id).words}
        assert one.id in expected
        assert set(await all_targets(services, CONSOLE, query)) == expected, query
    for nothing in ("没有这一家", "zzzzzz", "%", "_", "'", "\\"):
        assert await all_targets(services, CONSOLE, nothing) == [], nothing


def test_signs_that_are_read_otherwise_in_a_phrase_are_read_so() -> None:
    assert search_words("重庆长安银行", "1").words.split("\n")[2:] == ["cqcayh", "chongqingchanganyinhang"]
    assert search_words("ＡＢＣ（中国） 有限", "9A").words.startswith("abc(中国)有限\n9a\n")


async def test_what_lies_far_in_a_long_list_is_found_as_what_lies_near(server: Endpoints, template: str) -> None:
    """Beyond the first two thousand the index is asked, and of a department's own what is its own."""
    async with database_of(server, template=template) as database, open_pool(database.app_url) as pool:
        await fill(database, 5000)
        services = rounds.world(pool)
        listed = list(firms(5000))
        own = {id_ for number, (id_, _) in enumerate(listed) if DEPARTMENTS[number % len(DEPARTMENTS)] == WATER}
        for query in ("望海", "云", "9141", "zx", "祥美", "公司", "lxyx"):
            held = {id_ for id_, name in listed if as_searched(query) in search_words(name, id_).words}
            assert set(await all_targets(services, CONSOLE, query, 400)) == held, query
            assert set(await all_targets(services, liaison_of(WATER), query, 400)) == held & own, query


def test_what_is_counted_is_said_exactly_and_what_is_estimated_roughly() -> None:
    assert [count_words(each) for each in (0, 2011, 10_000)] == ["共 0 条", "共 2,011 条", "共 10,000 条"]
    assert [count_words(each) for each in (10_001, 42_400, 399_612)] == ["约 1.0 万条", "约 4.2 万条", "约 40 万条"]


async def test_a_department_finds_its_own_and_whoever_may_not_look_finds_nothing(services: Services) -> None:
    for department in (WATER, OTHER):
        async with transaction(services.pool, WORKER) as db:
            sql = "SELECT DISTINCT id FROM target_entry WHERE department = $1"
            own = {row["id"] for row in await db.fetch(sql, department)}
        assert set(await all_targets(services, liaison_of(department))) == own
    assert set(await all_targets(services, SUPERVISOR)) == set(await all_targets(services, CONSOLE))
    async with transaction(services.pool, ANYONE) as db:
        assert await db.fetch("SELECT onedoor_find_targets('', '', '', 100)") == []
        assert await db.fetchval("SELECT count(*) FROM target_search") == 0
    with pytest.raises(NotPermitted):
        await target_directory(services, ANYONE, "")


async def test_a_target_tells_each_departments_words_and_a_stranger_gets_none(services: Services) -> None:
    theirs = set(await all_targets(services, liaison_of(OTHER))) - set(await all_targets(services, liaison_of(WATER)))
    target = TargetId(max(theirs))
    told = await target_history(services, liaison_of(OTHER), target)
    assert {each.department for each in told} == {OTHER}
    assert len({each.round for each in told}) == 2, "both rounds, no rehearsal"
    with pytest.raises(NotFound):
        await target_history(services, liaison_of(WATER), target)


async def test_items_are_listed_in_their_newest_version_with_all_behind_them(services: Services) -> None:
    found = (await item_directory(services, liaison_of(WATER), "qysxw")).lines
    assert {line.department for line in found} <= {WATER}
    changed = next(line for line in (await item_directory(services, CONSOLE, "")).lines if line.version == 2)
    versions = await item_versions(services, CONSOLE, changed.department, ItemCode(changed.item.code))
    assert [each.version for each in versions] == [2, 1]
    with pytest.raises(NotFound):
        await item_versions(services, liaison_of(OTHER), changed.department, ItemCode(changed.item.code))


async def test_inspectors_are_found_by_name_number_and_pinyin(services: Services) -> None:
    everybody = (await inspector_directory(services, CONSOLE, "", FIRST, 1000)).lines
    one = everybody[0]
    for query in (one.name, one.id, search_words(one.name, "").pinyin):
        assert one in (await inspector_directory(services, CONSOLE, query, FIRST, 1000)).lines
    own = (await inspector_directory(services, liaison_of(WATER), "", FIRST, 1000)).lines
    assert {each.department for each in own} == {WATER}


@pytest.mark.parametrize("office", OFFICES)
async def test_every_office_gets_the_directories_as_the_table_says(services: Services, office: Office) -> None:
    person = await a_person(services, f"p.{office.value}", office, WATER if office in OF_DEPARTMENTS else None)
    if office in {Office.ADMINISTRATOR, Office.AUDITOR}:
        person, _ = await with_second_factor(services, person)
    sees = office in {Office.COORDINATOR, Office.DEPARTMENT, Office.SUPERVISOR}
    own = (await all_targets(services, liaison_of(WATER)))[0]
    item = (await item_directory(services, liaison_of(WATER), "")).lines[0].item.code
    async with visiting(services, session=person.session) as browser:
        for path in (
            *(f"/directories/{each}" for each in ("targets", "items", "inspectors", "checks")),
            *(f"/directories/export/{each}" for each in ("targets", "items", "inspectors")),
            f"/directories/target/{quote(own)}",
            f"/directories/item/{quote(WATER)}/{quote(item)}",
        ):
            answer = await browser.get(path)
            assert answer.status_code == (200 if sees else 403), path


async def test_another_departments_pages_are_as_if_they_were_not(services: Services) -> None:
    person = await a_person(services, "stranger", Office.DEPARTMENT, OTHER)
    theirs = set(await all_targets(services, liaison_of(WATER))) - set(await all_targets(services, liaison_of(OTHER)))
    item = (await item_directory(services, liaison_of(WATER), "")).lines[0].item.code
    async with visiting(services, session=person.session) as browser:
        for path, nowhere in (
            (f"/directories/target/{quote(min(theirs))}", "/directories/target/91419999MA00000000"),
            (f"/directories/item/{quote(WATER)}/{quote(item)}", f"/directories/item/{quote(WATER)}/x"),
        ):
            answers = [await browser.get(each) for each in (path, nowhere)]
            assert [each.status_code for each in answers] == [404, 404]
            assert answers[0].text == answers[1].text
        listed = words(await browser.get("/directories/inspectors"))
    assert WATER not in listed


async def test_a_page_leads_to_the_next_and_its_workbook_holds_no_formula(services: Services) -> None:
    person = await a_person(services, "reader")
    async with visiting(services, session=person.session) as browser:
        first = await browser.get("/directories/targets")
        following = next(each for each in links(first) if "beyond=" in each)
        second = await browser.get(following)
        assert second.status_code == 200
        assert not links(first) & {each for each in links(second) if "/directories/target/" in each}
        exported = await browser.get("/directories/export/targets", params={"q": "公司"})
    sheet = load_workbook(BytesIO(exported.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert len(cells) > 50
    assert {cell.data_type for cell in cells} <= {"s", "n"}


async def test_work_lists_name_every_doubtful_row_and_a_department_its_own(services: Services) -> None:
    """Worked out here once more from what was handed in."""
    folder = doubtful()
    handed_in = [one.submission for one in take_in(folder.settings, published_calendar(), folder.workbooks)]
    assert {each.doubt for each in await work_lists(services, CONSOLE) if each.rows} == {*Doubt} - {
        Doubt.CLOSED,
        Doubt.RENAMED,
    }
    today = today_of(services)
    for actor, seen in (
        (CONSOLE, handed_in),
        (liaison_of(WATER), [each for each in handed_in if each.department.id == WATER]),
    ):
        lists = {each.doubt: {row.code for row in each.rows} for each in await work_lists(services, actor)}
        entries = [entry for each in seen for entry in each.targets]
        said = {entry.id: {(each.name, each.address) for each in entries if each.id == entry.id} for entry in entries}
        assert lists[Doubt.CONTRADICTION] == {id_ for id_, words_ in said.items() if len(words_) > 1}
        assert lists[Doubt.OLD_CODE] == {entry.id for entry in entries if len(entry.id) == 15}
        assert lists[Doubt.INCOMPLETE] == {
            entry.id for entry in entries if not (entry.credit_risk and entry.area and entry.industries)
        }
        people = [person for each in seen for person in each.inspectors if person.certified]
        assert lists[Doubt.EXPIRED] == {
            person.id
            for person in people
            if not person.certificate or (person.certificate_expires_on or date.min) < today
        }
        names = {entry.name: {each.id for each in entries if each.name == entry.name} for entry in entries}
        assert lists[Doubt.NAMESAKES] == {min(ids) for ids in names.values() if len(ids) > 1}


async def test_work_lists_on_the_page_follow_what_is_handed_in(pool: Pool) -> None:
    services = rounds.world(pool)
    await rounds.collected(services)
    person = await a_person(services, "reader")
    async with visiting(services, session=person.session) as browser:
        before = [words(await browser.get("/directories/checks")) for _ in range(2)]
        await rounds.collected(services, doubtful())
        after = words(await browser.get("/directories/checks"))
    assert before[0] == before[1]
    assert "410400000000001" not in before[0]
    assert "410400000000001" in after.replace(" ", "")


async def test_the_first_page_says_how_many_there_are_where_that_is_known(services: Services) -> None:
    office, liaison = await a_person(services, "counting"), await a_person(services, "own", Office.DEPARTMENT)
    count = len(await all_targets(services, CONSOLE))
    async with visiting(services, session=office.session) as browser:
        assert f"共 {count} 条" in words(await browser.get("/directories/targets"))
        assert "共 0 条" in words(await browser.get("/directories/targets", params={"q": "没有这一家"}))
        assert " 条" not in words(await browser.get("/directories/targets", params={"q": "9"}))
    async with visiting(services, session=liaison.session) as browser:
        assert f"共 {count} 条" not in words(await browser.get("/directories/targets"))

"""Handing in through the actions: tried, handed in, undone; what a round then holds is what its folder would give."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from support import rounds
from support.databases import TEMPLATE, database_of
from support.rounds import WATER, liaison_of, small
from support.web import at

from coordinator.actions.beginning import ask, ask_no_more, begin_round
from coordinator.actions.collecting import load_submissions
from coordinator.actions.collections import for_all
from coordinator.actions.handing_in import Stale, find_hand_in, hand_in, try_again, try_workbook, undo
from coordinator.actions.reading_collections import filled_template, read_collection, returned_workbook
from coordinator.actions.services import Services
from coordinator.actions.target_draws import fix_frame
from coordinator.documents.round_settings import settings_file
from coordinator.documents.templates import template
from coordinator.documents.workbook_reading import read_upload
from coordinator.domain.actors import ANYONE, CONSOLE, WORKER, Actor, ActorId, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import Conflict, Invalid, NotFound, NotPermitted, TooLate
from coordinator.domain.hand_ins import HandInId
from coordinator.domain.ids import DepartmentId
from coordinator.embedded import Endpoints
from coordinator.storage import draws, hand_ins
from coordinator.storage.connection import Pool, open_pool, transaction
from coordinator.storage.rounds import Stage
from solver.chance.head import Stage as DrawStage

NOW = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
DUE = "2026-02-25"
OFFICE = Actor(id=ActorId("office"), name="统筹", office=Office.COORDINATOR)
BOOKS = {DepartmentId(book.file.removesuffix(".xlsx")): small().originals[book.file] for book in small().workbooks}
COORDINATOR = small().settings.round.coordinator
OTHERS = [each for each in BOOKS if each not in {WATER, COORDINATOR}]


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


async def begun(services: Services, asked: Sequence[str] = tuple(BOOKS), settings: bytes | None = None) -> UUID:
    file = settings or settings_file(small().settings)
    return await begin_round(services, OFFICE, uuid4(), file, DUE, "\n".join(asked))


async def tried(services: Services, round_: UUID, department: DepartmentId, content: bytes | None = None) -> HandInId:
    return await try_workbook(services, liaison_of(department), round_, "上报.xlsx", content or BOOKS[department])


async def handed_in(services: Services, round_: UUID, *departments: DepartmentId) -> None:
    for department in departments:
        id_ = await tried(services, round_, department)
        await hand_in(services, liaison_of(department), round_, id_, with_faults=True)


def rewritten(department: DepartmentId, sheet: str, cell: str, value: object) -> bytes:
    book, content = load_workbook(BytesIO(BOOKS[department])), BytesIO()
    book[sheet][cell] = value
    book.save(content)
    return content.getvalue()


async def rows_of(services: Services, round_: UUID) -> object:
    async with transaction(services.pool, WORKER) as db:
        return await load_submissions(db, round_)


async def test_all_workbooks_handed_in_one_by_one_come_to_the_same_frame_as_their_folder(
    services: Services, server: Endpoints
) -> None:
    """Whoever comes first, the coordinating department last: the database and the fixed document are the folder's."""
    async with database_of(server, template=TEMPLATE) as other, open_pool(other.app_url) as pool:
        folder = at(rounds.world(pool), NOW)
        from_folder = await rounds.frozen(folder)
        expected = await rows_of(folder, from_folder)
        digest = await frame_digest(folder.pool, from_folder)
    round_ = await begun(services)
    await handed_in(services, round_, *OTHERS, WATER, COORDINATOR)
    assert await rows_of(services, round_) == expected
    await fix_frame(services, OFFICE, round_)
    assert await frame_digest(services.pool, round_) == digest
    with pytest.raises(TooLate):
        await handed_in(services, round_, WATER)


async def frame_digest(pool: Pool, round_: UUID) -> str:
    async with transaction(pool, WORKER) as db:
        draw = await draws.standing_draw(db, round_, DrawStage.TARGETS)
    assert draw is not None
    return draw.document_digest


async def test_the_same_files_as_a_folder_are_the_same_round_and_others_are_refused(services: Services) -> None:
    folder = small()
    file = settings_file(folder.settings)
    round_ = await begun(services, settings=file)
    await handed_in(services, round_, *BOOKS)
    stored = await rounds.stored(services.pool, round_)
    assert await rounds.collected(services, replace(folder, content_digest=stored.content_digest)) == round_
    with pytest.raises(Conflict, match="在网页上收集"):
        await rounds.collected(services, folder)


async def test_a_trial_stores_no_row_and_says_what_is_new_changed_and_the_same(services: Services) -> None:
    round_ = await begun(services)
    before = await rounds.contents(services.pool, but=("hand_in", "audit_entry"))
    first = await find_hand_in(services, OFFICE, round_, await tried(services, round_, WATER))
    assert await rounds.contents(services.pool, but=("hand_in", "audit_entry")) == before
    assert (first.trial.compared_with, first.number) == ("", None)
    assert all(each.new and not each.changed and not each.same for each in first.trial.changes)
    assert set(first.trial.awaits) == {*OTHERS, COORDINATOR}
    await handed_in(services, round_, WATER)
    changed = rewritten(WATER, "抽查事项清单", "B3", "另一类别")
    second = await find_hand_in(services, OFFICE, round_, await tried(services, round_, WATER, changed))
    [items] = [each for each in second.trial.changes if each.sheet == "抽查事项清单"]
    assert (items.new, items.changed, items.gone) == (0, 1, 0)
    assert [each.column for each in items.rows[0].cells] == ["抽查类别"]
    assert second.trial.compared_with == "本轮已提交的一份"


async def test_what_others_have_still_to_hand_in_is_no_fault_yet_and_is_settled_by_them(services: Services) -> None:
    """A department that cooperates in a task comes first: its row waits, and counts once the initiator is there."""
    round_ = await begun(services)
    waiting = {
        department: (await find_hand_in(services, OFFICE, round_, await tried(services, round_, department))).trial
        for department in BOOKS
    }
    assert any(each.waiting_rows for each in waiting.values())
    await handed_in(services, round_, *BOOKS)
    reading = await read_collection(services, OFFICE, round_)
    refused = {each.department: {(row.sheet, row.row) for row in each.refused} for each in reading.submissions}
    for department, trial in waiting.items():
        mended = {(each.sheet, each.row) for each in trial.faults if each.row} - refused[department]
        assert not mended, "a fault that is one's own stays"
    settled = [
        (department, each.message)
        for department, trial in waiting.items()
        for each in trial.waiting
        if (each.sheet, each.row) not in refused[department]
    ]
    assert any("没有部门发起任务" in message for _, message in settled)


async def test_faults_are_handed_in_only_when_agreed_to_and_come_back_marked(services: Services) -> None:
    round_ = await begun(services)
    faulty = rewritten(WATER, "抽查事项清单", "D3", "很重要")
    id_ = await tried(services, round_, WATER, faulty)
    with pytest.raises(Conflict, match="行有问题"):
        await hand_in(services, liaison_of(WATER), round_, id_, with_faults=False)
    found, content = await returned_workbook(services, liaison_of(WATER), round_, id_)
    assert found.trial.refused_rows >= 1
    marked = load_workbook(BytesIO(content))
    assert marked["抽查事项清单"]["D3"].comment is not None
    await hand_in(services, liaison_of(WATER), round_, id_, with_faults=True)
    reading = await read_collection(services, liaison_of(WATER), round_)
    submission = reading.submission(WATER)
    assert submission is not None
    assert ("抽查事项清单", 3) in {(row.sheet, row.row) for row in submission.refused}


async def test_a_second_press_has_one_effect(services: Services) -> None:
    round_ = await begun(services)
    id_ = await tried(services, round_, WATER)
    pressed = [hand_in(services, liaison_of(WATER), round_, id_, with_faults=True) for _ in range(4)]
    done = await asyncio.gather(*pressed)
    assert {each.number for each in done} == {1}
    trail = await rounds.trail(services.pool)
    assert trail.count("submission_taken_in") == 1
    before = await rounds.contents(services.pool)
    await hand_in(services, liaison_of(WATER), round_, id_, with_faults=True)
    assert await rounds.contents(services.pool) == before


async def test_departments_at_once_lose_nothing_of_each_other(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, COORDINATOR)
    ids = {department: await tried(services, round_, department) for department in BOOKS if department != COORDINATOR}
    await asyncio.gather(
        *(hand_in(services, liaison_of(each), round_, id_, with_faults=True) for each, id_ in ids.items())
    )
    together = await rows_of(services, round_)
    other = await begun(services, settings=settings_file(rounds.with_code(small(), "one by one").settings))
    await handed_in(services, other, *BOOKS)
    assert together == await rows_of(services, other)


async def test_a_stale_trial_is_refused_with_what_changed_since(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, WATER)
    mine = await tried(services, round_, WATER, rewritten(WATER, "抽查事项清单", "B3", "甲"))
    theirs = await tried(services, round_, WATER, rewritten(WATER, "抽查事项清单", "B3", "乙"))
    await hand_in(services, liaison_of(WATER), round_, theirs, with_faults=True)
    before = await rounds.contents(services.pool)
    with pytest.raises(Stale) as refused:
        await hand_in(services, liaison_of(WATER), round_, mine, with_faults=True)
    assert await rounds.contents(services.pool) == before
    changed = [cell.now for sheet in refused.value.changes for row in sheet.rows for cell in row.cells]
    assert changed == ["乙"]
    again = await try_again(services, liaison_of(WATER), round_, mine)
    assert (await hand_in(services, liaison_of(WATER), round_, again, with_faults=True)).number == 3


async def test_undone_within_a_day_what_stood_before_stands_again(services: Services) -> None:
    round_ = await begun(services)
    nothing = await rows_of(services, round_)
    await handed_in(services, round_, WATER)
    first = await rows_of(services, round_)
    id_ = await tried(services, round_, WATER, rewritten(WATER, "抽查事项清单", "B3", "甲"))
    await hand_in(services, liaison_of(WATER), round_, id_, with_faults=True)
    assert await rows_of(services, round_) != first
    with pytest.raises(TooLate):
        await undo(at(services, NOW + timedelta(hours=24, seconds=1)), liaison_of(WATER), round_, id_)
    await undo(services, liaison_of(WATER), round_, id_)
    assert await rows_of(services, round_) == first
    await undo(services, liaison_of(WATER), round_, id_)
    assert (await rounds.trail(services.pool)).count("submission_undone") == 1
    [standing] = [each for each in (await read_collection(services, OFFICE, round_)).handed_in if not each.undone_at]
    await undo(services, OFFICE, round_, standing.id)
    assert await rows_of(services, round_) == nothing


async def test_only_what_stands_can_be_undone_and_only_before_the_names_are_fixed(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, *BOOKS)
    older = (await read_collection(services, liaison_of(WATER), round_)).handed_in[0]
    await handed_in(services, round_, WATER)
    with pytest.raises(Conflict, match="新的一份"):
        await undo(services, liaison_of(WATER), round_, older.id)
    newer = (await read_collection(services, liaison_of(WATER), round_)).handed_in[0]
    await fix_frame(services, OFFICE, round_)
    with pytest.raises(TooLate):
        await undo(services, liaison_of(WATER), round_, newer.id)


async def test_a_department_hands_in_for_itself_and_sees_nothing_of_others(services: Services) -> None:
    round_ = await begun(services)
    stranger = liaison_of(OTHERS[0])
    theirs = await tried(services, round_, WATER)
    with pytest.raises(NotPermitted, match=WATER):
        await try_workbook(services, stranger, round_, "上报.xlsx", BOOKS[WATER])
    for doing in (
        find_hand_in(services, stranger, round_, theirs),
        hand_in(services, stranger, round_, theirs, with_faults=True),
        undo(services, stranger, round_, theirs),
        try_again(services, stranger, round_, theirs),
        returned_workbook(services, stranger, round_, theirs),
    ):
        with pytest.raises(NotFound):
            await doing
    with pytest.raises(NotPermitted):
        await filled_template(services, stranger, round_, WATER)
    reading = await read_collection(services, stranger, round_)
    assert (reading.collection.asked, reading.handed_in) == ((OTHERS[0],), ())


async def test_who_was_not_asked_does_not_know_the_round(services: Services) -> None:
    round_ = await begun(services, [each for each in BOOKS if each != WATER])
    with pytest.raises(NotFound):
        await tried(services, round_, WATER)
    with pytest.raises(Invalid, match="没有要求"):
        await try_workbook(services, OFFICE, round_, "上报.xlsx", BOOKS[WATER])
    await ask(services, OFFICE, round_, DUE, WATER)
    await ask(services, OFFICE, round_, DUE, WATER)
    assert (await rounds.trail(services.pool)).count("department_asked") == len(BOOKS)
    await handed_in(services, round_, WATER)


async def test_a_department_asked_by_mistake_is_taken_off_and_one_that_handed_in_stays(services: Services) -> None:
    wrong = DepartmentId("禾川县水利据")
    round_ = await begun(services, [*BOOKS, wrong])
    await handed_in(services, round_, *BOOKS)
    await ask_no_more(services, OFFICE, round_, wrong)
    await ask_no_more(services, OFFICE, round_, wrong)
    reading = await read_collection(services, OFFICE, round_)
    assert wrong not in reading.collection.asked
    assert (await rounds.trail(services.pool)).count("department_released") == 1
    standing = next(each for each in reading.handed_in if each.department == WATER)
    await undo(services, OFFICE, round_, standing.id)
    for department, why in ((WATER, "提交过"), (small().settings.round.coordinator, "牵头部门")):
        with pytest.raises(Conflict, match=why):
            await ask_no_more(services, OFFICE, round_, department)
    with pytest.raises(NotPermitted):
        await ask_no_more(services, liaison_of(WATER), round_, OTHERS[0])
    await fix_frame(services, OFFICE, round_)
    with pytest.raises(TooLate):
        await ask_no_more(services, OFFICE, round_, wrong)


async def test_names_are_not_fixed_before_the_coordinating_department_has_handed_in(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, WATER, *OTHERS)
    with pytest.raises(Invalid, match="牵头部门"):
        await fix_frame(services, OFFICE, round_)
    assert await rounds.stage_of(services.pool, round_) is Stage.COLLECTED


async def test_the_template_holds_the_own_lists_and_handed_in_again_changes_nothing(services: Services) -> None:
    await rounds.collected(services, rounds.with_code(small(), "last time"))
    round_ = await begun(services)
    content = await filled_template(services, liaison_of(WATER), round_, WATER)
    read = read_upload("模板.xlsx", content)
    assert read.sheets[0].name == "说明"
    trial = (await find_hand_in(services, OFFICE, round_, await tried(services, round_, WATER, content))).trial
    kept = {each.sheet: each for each in trial.changes}
    for sheet in ("部门", "抽查事项清单", "检查对象名录", "执法检查人员名录"):
        assert (kept[sheet].new, kept[sheet].changed, kept[sheet].gone) == (0, 0, 0), sheet
        assert kept[sheet].same, sheet
    assert kept["抽查计划"].gone
    assert small().settings.round.name in trial.compared_with


async def test_bad_files_are_refused_in_words(services: Services) -> None:
    round_ = await begun(services)
    for file, content in (
        ("上报.xlsx", b""),
        ("上报.xlsx", b"PK\x03\x04"),
        ("上报.csv", b"a,b"),
        ("空白.xlsx", template()),
    ):
        with pytest.raises(Invalid):
            await try_workbook(services, liaison_of(WATER), round_, file, content)
    assert (await read_collection(services, OFFICE, round_)).handed_in == ()


async def test_the_database_keeps_what_was_handed_in(services: Services) -> None:
    round_ = await begun(services)
    await handed_in(services, round_, WATER)
    for statement in (
        "DELETE FROM hand_in WHERE number IS NOT NULL",
        "UPDATE hand_in SET number = 2",
        "UPDATE hand_in SET content = ''",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction(services.pool, for_all(OFFICE)) as db:
                await db.execute(statement)
    for actor in (liaison_of(WATER), liaison_of(OTHERS[0]), rounds.SUPERVISOR):
        async with transaction(services.pool, actor) as db:
            assert await db.execute("UPDATE hand_in SET undone_by = 'x', undone_at = now()") == "UPDATE 0"


async def test_the_database_shows_a_department_its_own_and_changes_nothing_for_it(services: Services) -> None:
    round_ = await begun(services, [each for each in BOOKS if each != OTHERS[0]])
    await handed_in(services, round_, WATER, COORDINATOR)
    expected = {
        OFFICE: {"collection": 1, "asked_department": len(BOOKS) - 1, "hand_in": 2},
        rounds.SUPERVISOR: {"collection": 1, "asked_department": len(BOOKS) - 1, "hand_in": 2},
        liaison_of(WATER): {"collection": 1, "asked_department": 1, "hand_in": 1},
        liaison_of(OTHERS[0]): {"collection": 0, "asked_department": 0, "hand_in": 0},
        ANYONE: {"collection": 0, "asked_department": 0, "hand_in": 0},
    }
    for actor, counts in expected.items():
        async with transaction(services.pool, actor) as db:
            seen = {table: await db.fetchval(f"SELECT count(*) FROM {table}") for table in counts}  # noqa: S608 - from above
        assert seen == counts, actor
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(services.pool, liaison_of(OTHERS[0])) as db:
            await hand_ins.ask(db, round_, [OTHERS[0]])


async def test_a_round_begins_once_in_its_words_and_never_in_an_unknown_year(services: Services) -> None:
    file, id_ = settings_file(small().settings), uuid4()
    assert await begin_round(services, OFFICE, id_, file, DUE, WATER) == id_
    assert await begin_round(services, OFFICE, id_, file, DUE, WATER) == id_
    with pytest.raises(Conflict, match="已经用过"):
        await begin_round(services, OFFICE, uuid4(), file, DUE, WATER)
    head = small().settings.round
    later = replace(head, year=2027, first_day=date(2027, 3, 1), last_day=date(2027, 3, 31))
    unknown = settings_file(replace(small().settings, round=replace(later, id=type(head.id)("2027"))))
    with pytest.raises(Invalid, match="2027年的节假日安排还没有确认"):
        await begin_round(services, OFFICE, uuid4(), unknown, "2027-02-20", WATER)
    other = settings_file(rounds.with_code(small(), "other").settings)
    for due in ("2026-02-11", "2026-03-03", "明天"):
        with pytest.raises(Invalid):
            await begin_round(services, OFFICE, uuid4(), other, due, WATER)
    with pytest.raises(NotPermitted):
        await begin_round(services, liaison_of(WATER), uuid4(), other, DUE, WATER)
    reading = await read_collection(services, CONSOLE, id_)
    assert reading.collection.asked == tuple(sorted({WATER, COORDINATOR}))

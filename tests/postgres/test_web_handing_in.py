"""A round begun and handed in for through the real pages: what each office may do, and what every bad press gets."""

import re
from datetime import datetime
from uuid import UUID, uuid4

import httpx
import pytest
from support import rounds
from support.people import Person, a_person, with_second_factor
from support.rounds import WATER, small
from support.web import at, links, send, visiting, words

from coordinator.actions.handing_in import hand_in, try_workbook
from coordinator.actions.services import Services
from coordinator.documents.round_settings import settings_file
from coordinator.domain.actors import OF_DEPARTMENTS, Office
from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.hand_ins import HandInId
from coordinator.domain.ids import DepartmentId
from coordinator.domain.new_rounds import at_first
from coordinator.storage.connection import Pool
from coordinator.web.uploads import LARGEST_UPLOAD

NOW = datetime(2026, 2, 12, 9, tzinfo=LOCAL_TIME)
COORDINATOR = small().settings.round.coordinator
FOREST = DepartmentId("禾川县林业局")
BOOK = small().originals[f"{WATER}.xlsx"]
WRITTEN = {"name": "第一季度联合抽查", "id": "2026-Q1", "region": "419999", "coordinator": COORDINATOR}


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(rounds.world(pool), NOW)


def form(**changed: str) -> dict[str, str]:
    """A new round's form as a browser sends it."""
    first = at_first(NOW.date(), None, (WATER, COORDINATOR))
    return {**first, **WRITTEN, "key": str(uuid4()), **changed}


async def begun(services: Services, person: Person, **changed: str) -> tuple[UUID, httpx.Response]:
    async with visiting(services, NOW, person.session) as browser:
        answer = await send(browser, "/rounds/new", "/rounds", **form(**changed))
    found = re.fullmatch(r"/rounds/([0-9a-f-]{36})/hand-in\?done=begun", answer.headers.get("location", ""))
    return UUID(found[1]) if found else UUID(int=1), answer


async def upload(
    browser: httpx.AsyncClient, page: str, to: str, name: str, file: tuple[str, bytes], **fields: str
) -> httpx.Response:
    """Fill in a form that carries a file."""
    found = re.search(r'name="form_key" value="([^"]+)"', (await browser.get(page)).text)
    assert found
    return await browser.post(to, data={"form_key": found[1], **fields}, files={name: file})


async def test_a_round_is_begun_by_a_form_handed_in_for_and_undone(services: Services) -> None:
    office = await a_person(services, "office")
    liaison = await a_person(services, "liaison", Office.DEPARTMENT)
    round_, _ = await begun(services, office)
    here = f"/rounds/{round_}/hand-in"
    async with visiting(services, NOW, liaison.session) as browser:
        assert "● 待提交" in words(await browser.get(here))
        template = await browser.get(f"/rounds/{round_}/template")
        assert template.content.startswith(b"PK")
        trial = await upload(browser, here, here, "workbook", ("上报.xlsx", BOOK))
        assert trial.status_code == 303
        shown = await browser.get(trial.headers["location"])
        assert "本部门第一次提交" in words(shown)
        assert f"要等{COORDINATOR}提交后才能确定" in words(shown)
        commit = next(each for each in links(shown) if each.endswith("/commit"))
        for _ in range(2):
            done = await send(browser, here, commit, with_faults="yes")
            assert (done.status_code, done.headers["location"]) == (303, f"{here}?done=handed-in")
        page = await browser.get(here)
        undo = next(each for each in links(page) if each.endswith("/undo"))
        assert (await send(browser, here, undo)).headers["location"] == f"{here}?done=undone"
        assert "● 待提交" in words(await browser.get(here))
        assert "撤销" in words(await browser.get(f"/rounds/{round_}/trail"))
    async with visiting(services, NOW, office.session) as browser:
        assert "已提交 0 / 2 个部门" in words(await browser.get(here))
        assert (await browser.get(f"/rounds/{round_}")).status_code == 200


async def test_a_round_is_begun_by_a_file_with_the_same_reader(services: Services) -> None:
    office = await a_person(services, "office")
    beside = {"due_on": "2026-02-25", "departments": WATER}
    async with visiting(services, NOW, office.session) as browser:
        wrong = ("round.toml", b"[round]\nid = 1")
        answer = await upload(browser, "/rounds/new", "/rounds/file", "settings", wrong, key=str(uuid4()), **beside)
        assert answer.status_code == 422
        assert "应为文字" in words(answer)
        right = ("round.toml", settings_file(small().settings))
        answer = await upload(browser, "/rounds/new", "/rounds/file", "settings", right, key=str(uuid4()), **beside)
        assert answer.status_code == 303
        assert small().settings.round.name in words(await browser.get("/"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_day", "三月", "无法识别"),
        ("last_day", "2026-02-27", "检查开始日期 晚于 检查结束日期"),
        ("region", "41", "不是6位行政区划代码"),
        ("id", "a/b", "编号 不能为空，也不能含斜杠"),
        ("name", " ", "没有填名称"),
        ("due_on", "2026-03-02", "提交期限"),
        ("departments", " ", "没有填参加的部门"),
        ("cap_B", "", "应为数字"),
        ("morning", "8点", "时刻应如 08:30"),
        ("gap_days", "-1", "之间的整数"),
    ],
)
async def test_what_is_wrong_on_the_form_is_said_and_linked_to_its_field(
    services: Services, field: str, value: str, said: str
) -> None:
    office = await a_person(services, "office")
    _, answer = await begun(services, office, **{field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'href="#{field}"' in answer.text or f'name="{field}"' in answer.text
    assert 'value="第一季度联合抽查"' in answer.text or field == "name"


async def test_everything_that_is_missing_is_said_at_once_and_what_was_written_stays(services: Services) -> None:
    office = await a_person(services, "office")
    _, answer = await begun(services, office, id=" ", region="", last_day="", due_on="明天", gap_days="", open="x y")
    assert answer.status_code == 422
    summary = answer.text.partition('id="faults"')[2].partition("</div>")[0]
    linked = re.findall(r'href="#(\w+)"', summary)
    assert linked == ["id", "region", "last_day", "due_on", "gap_days"]
    assert re.findall(r'id="(\w+)"[^>]*aria-invalid', answer.text) == linked
    assert 'value="第一季度联合抽查"' in answer.text
    assert 'value="x y"' in answer.text
    assert '<details class="gap" open>' in answer.text


async def test_a_department_that_is_nearly_a_known_one_is_asked_about_and_taken_when_meant(services: Services) -> None:
    office, typed = await a_person(services, "office"), f"{WATER[:-1]}据"
    round_, _ = await begun(services, office)
    _, answer = await begun(services, office, id="2026-Q2", departments=typed)
    assert answer.status_code == 422
    assert f"“{typed}”和已有的“{WATER}”只差一个字或空格" in words(answer)
    assert typed in answer.text.partition("<textarea")[2]
    assert f'<option value="{WATER}">' in answer.text
    another, _ = await begun(services, office, id="2026-Q2", departments=typed, sure="yes")
    here = f"/rounds/{round_}/hand-in"
    assert another != UUID(int=1)
    async with visiting(services, NOW, office.session) as browser:
        more = {"due_on": "2026-02-25", "departments": f"{FOREST}局"}
        assert (
            await send(browser, here, f"/rounds/{round_}/ask", **{**more, "departments": FOREST})
        ).status_code == 303
        refused = await send(browser, here, f"/rounds/{round_}/ask", **more)
        assert (refused.status_code, "确实是另一个部门" in words(refused)) == (422, True)
        assert f">{FOREST}局</textarea>" in refused.text
        sure = await send(browser, here, f"/rounds/{round_}/ask", **more, sure="yes")
        assert sure.status_code == 303


async def test_the_same_form_twice_begins_one_round(services: Services) -> None:
    office, key = await a_person(services, "office"), str(uuid4())
    first, second = [(await begun(services, office, key=key))[0] for _ in range(2)]
    assert first == second
    _, other = await begun(services, office)
    assert (other.status_code, 'href="#id"' in other.text) == (422, True)


async def test_a_stale_press_is_a_conflict_with_what_changed_and_a_way_on(services: Services) -> None:
    office = await a_person(services, "office")
    liaison = await a_person(services, "liaison", Office.DEPARTMENT)
    round_, _ = await begun(services, office)
    mine = await try_workbook(services, liaison.who.actor, round_, "我的.xlsx", BOOK)
    theirs = await try_workbook(services, office.who.actor, round_, "统筹代交.xlsx", BOOK)
    await hand_in(services, office.who.actor, round_, theirs, with_faults=True)
    here = f"/rounds/{round_}/hand-in/{mine}"
    async with visiting(services, NOW, liaison.session) as browser:
        refused = await send(browser, here, f"{here}/commit", with_faults="yes")
        assert refused.status_code == 409
        assert "统筹代交.xlsx" in words(refused)
        again = await send(browser, here, f"{here}/again")
        assert "不变" in words(await browser.get(again.headers["location"]))


async def test_bad_uploads_come_back_to_the_page_in_words(services: Services) -> None:
    office = await a_person(services, "office")
    liaison = await a_person(services, "liaison", Office.DEPARTMENT, FOREST)
    round_, _ = await begun(services, office, departments=f"{FOREST}\n{WATER}")
    here = f"/rounds/{round_}/hand-in"
    async with visiting(services, NOW, liaison.session) as browser:
        for file, status, said in (
            (("a.xlsx", b""), 422, "文件是空的"),
            (("a.xls", b"\xd0\xcf\x11\xe0"), 422, "不是 .xlsx"),
            (("a.xlsx", b"<html>"), 422, "不是 Excel 工作簿"),
            (("a.xlsx", BOOK), 403, f"这是“{WATER}”的工作簿"),
        ):
            answer = await upload(browser, here, here, "workbook", file)
            assert (answer.status_code, said in words(answer)) == (status, True), said
        too_large = await upload(browser, here, here, "workbook", ("a.xlsx", bytes(LARGEST_UPLOAD + 1)))
        assert too_large.status_code == 413
        for header in ("multipart/form-data", "multipart/form-data; boundary=x"):
            broken = await browser.post(here, content=b"--x", headers={"Content-Type": header})
            assert broken.status_code in {403, 422}, header
        foreign = await browser.post(here, data={"form_key": "x"}, files={"workbook": ("a.xlsx", BOOK)})
        assert foreign.status_code == 403


OFFICES = [each for each in Office if each not in {Office.OPERATOR, Office.GATE, Office.PUBLIC, Office.ENTERPRISE}]


@pytest.mark.parametrize("office", OFFICES)
async def test_every_address_answers_every_office_as_the_table_says(services: Services, office: Office) -> None:
    """Own department where the office has one; another department gets what it would get for no round at all."""
    begins = await a_person(services, "office")
    round_, _ = await begun(services, begins)
    tried = await try_workbook(services, begins.who.actor, round_, "上报.xlsx", BOOK)
    sees, hands_in, coordinates = (
        office in {Office.COORDINATOR, Office.DEPARTMENT, Office.INSPECTOR, Office.SUPERVISOR},
        office in {Office.COORDINATOR, Office.DEPARTMENT},
        office is Office.COORDINATOR,
    )
    expected = {
        ("GET", f"/rounds/{round_}/hand-in"): 200 if sees else 403,
        ("GET", f"/rounds/{round_}/template?department={WATER}"): 200 if hands_in else 403,
        ("GET", f"/rounds/{round_}/hand-in/{tried}"): 200 if hands_in else 403,
        ("GET", f"/rounds/{round_}/hand-in/{tried}/returned"): 200 if hands_in else 403,
        ("POST", f"/rounds/{round_}/hand-in/{tried}/again"): 303 if hands_in else 403,
        ("POST", f"/rounds/{round_}/hand-in/{tried}/commit"): 303 if hands_in else 403,
        ("POST", f"/rounds/{round_}/hand-in/{tried}/undo"): 303 if hands_in else 403,
        ("GET", "/rounds/new"): 200 if coordinates else 403,
        ("POST", f"/rounds/{round_}/ask"): 303 if coordinates else 403,
    }
    own = await a_person(services, "own", office, WATER if office in OF_DEPARTMENTS else None)
    if office in {Office.ADMINISTRATOR, Office.AUDITOR}:
        own, _ = await with_second_factor(services, own)
    assert await answers(services, own, expected) == expected
    if office in OF_DEPARTMENTS:
        stranger = await a_person(services, "stranger", office, FOREST)
        theirs = await answers(services, stranger, expected)
        nobodys = {
            (method, path.replace(str(round_), str(UUID(int=1))).replace(str(tried), str(UUID(int=2)))): status
            for (method, path), status in expected.items()
        }
        assert list(theirs.values()) == list((await answers(services, stranger, nobodys)).values())
        assert {*theirs.values()} <= {403, 404}


async def answers(services: Services, person: Person, wanted: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    async with visiting(services, NOW, person.session) as browser:
        for method, path in wanted:
            if method == "GET":
                answer = await browser.get(path)
            else:
                answer = await send(browser, "/account", path, **({"due_on": "2026-02-25"} if "ask" in path else {}))
            found[method, path] = answer.status_code
    return found


async def test_another_departments_trial_is_as_if_it_were_not(services: Services) -> None:
    office = await a_person(services, "office")
    stranger = await a_person(services, "stranger", Office.DEPARTMENT, FOREST)
    round_, _ = await begun(services, office, departments=f"{FOREST}\n{WATER}")
    tried = await try_workbook(services, office.who.actor, round_, "上报.xlsx", BOOK)
    async with visiting(services, NOW, stranger.session) as browser:
        for end in ("", "/returned"):
            theirs, nobodys = [
                await browser.get(f"/rounds/{round_}/hand-in/{id_}{end}") for id_ in (tried, HandInId(UUID(int=2)))
            ]
            assert (theirs.status_code, theirs.text) == (404, nobodys.text)
        page = words(await browser.get(f"/rounds/{round_}/hand-in"))
    assert WATER not in page

"""The page on which a round's papers are drawn up, approved or returned, and from which each is opened."""

from collections.abc import AsyncIterator
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from docx import Document
from pypdf import PdfReader
from support.people import Person, a_person
from support.rounds import teams_drawn
from support.rounds import world as world_of
from support.web import AFTER, BEFORE, at, links, send, visiting, words

from coordinator.actions.approving import draw_up
from coordinator.actions.services import Services
from coordinator.domain.actors import CONSOLE, Office
from coordinator.storage.connection import Pool

NUMBER = "某双随机办〔2026〕3号"


@pytest.fixture
def world(pool: Pool) -> Services:
    return at(world_of(pool), BEFORE)


@pytest.fixture
async def round_(world: Services) -> UUID:
    return await teams_drawn(world)


@pytest.fixture
async def clerk(world: Services, round_: UUID) -> AsyncIterator[httpx.AsyncClient]:
    assert round_
    async with visiting(world, session=(await a_person(world, "li.si")).session) as browser:
        yield browser


@pytest.fixture
async def head(world: Services, round_: UUID) -> AsyncIterator[httpx.AsyncClient]:
    assert round_
    async with visiting(world, session=(await a_person(world, "zhang.san")).session) as browser:
        yield browser


def text_of(file: httpx.Response) -> str:
    """What stands on the first page, or above it."""
    if file.headers["Content-Type"] == "application/pdf":
        return PdfReader(BytesIO(file.content)).pages[0].extract_text()
    return Document(BytesIO(file.content)).sections[0].header.paragraphs[0].text


def seen(page: httpx.Response) -> str:
    return page.text.partition('name="seen" value="')[2][:64]


async def test_firms_are_not_told_before_and_the_page_says_what_comes_first(
    round_: UUID, clerk: httpx.AsyncClient
) -> None:
    letters = f"/rounds/{round_}/letters"
    page = await clerk.get(letters)
    assert "检查文书批准之后才告知企业" in words(page)
    assert "都有告知函了" not in words(page)
    assert f'<a href="/rounds/{round_}/papers">下一步：审批</a>' in page.text
    refused = await send(clerk, f"/rounds/{round_}/papers", letters)
    assert (refused.status_code, "请由统筹办公室先办理审批" in words(refused)) == (409, True)


async def test_one_draws_up_another_approves_and_only_then_the_public_sees(
    world: Services, round_: UUID, clerk: httpx.AsyncClient, head: httpx.AsyncClient
) -> None:
    page, public = f"/rounds/{round_}/papers", f"/public/rounds/{round_}"
    assert (await send(clerk, page, page)).status_code == 303
    own = await clerk.get(page)
    assert "请由另一位有审批权限的人批准" in words(own)
    assert f"{page}/approve" not in own.text
    shown = await head.get(page)
    assert "待批准" in words(shown)
    async with visiting(world, AFTER) as anyone:
        assert "尚未公开" in words(await anyone.get(public)), "all visits are over, but nothing was approved"
        assert (await send(head, page, f"{page}/approve", seen=seen(shown), number=NUMBER)).status_code == 303
        assert "已公开" in words(await anyone.get(public))
    approved = await clerk.get(page)
    assert NUMBER in words(approved)
    assert f'href="/rounds/{round_}/letters">下一步：发告知函' in approved.text


async def test_what_the_console_drew_up_and_another_approved_is_not_said_to_be_by_one(
    world: Services, round_: UUID, head: httpx.AsyncClient
) -> None:
    await draw_up(world, CONSOLE, round_)
    page = f"/rounds/{round_}/papers"
    answer = await send(head, page, f"{page}/approve", seen=seen(await head.get(page)), number=NUMBER)
    assert answer.status_code == 303
    assert "一个操作员" not in words(await head.get(page))


async def test_a_missing_number_or_reason_leads_to_its_field(
    round_: UUID, clerk: httpx.AsyncClient, head: httpx.AsyncClient
) -> None:
    page = f"/rounds/{round_}/papers"
    await send(clerk, page, page)
    digest = seen(await head.get(page))
    for what, field in (("approve", "number"), ("return", "reason")):
        answer = await send(head, page, f"{page}/{what}", seen=digest)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    await send(head, page, f"{page}/return", seen=digest, reason="请核对时间")
    assert "请核对时间" in words(await clerk.get(page))


async def test_papers_on_the_page_open_in_word_and_as_pdf(round_: UUID, clerk: httpx.AsyncClient) -> None:
    page = f"/rounds/{round_}/papers"
    await send(clerk, page, page)
    found = {link for link in links(await clerk.get(page)) if "/papers/1/" in link}
    assert {link.partition("?")[0].rpartition("/")[2] for link in found} == {"scheme", "approval_sheet", "notice"}
    for link in sorted(found)[::7]:
        answer = await clerk.get(link)
        assert answer.status_code == 200, link
        assert "待审批" in text_of(answer)
    assert (await clerk.get(f"{page}/1/notice?of=%00")).status_code == 400, "no name of a paper"


async def test_every_paper_that_the_page_offers_opens_also_of_a_round_drawn_after_its_days(pool: Pool) -> None:
    late = at(world_of(pool), AFTER)
    round_ = await teams_drawn(late)
    person = await a_person(late, "li.si")
    page = f"/rounds/{round_}/papers"
    async with visiting(late, AFTER, session=person.session) as browser:
        await send(browser, page, page)
        shown = await browser.get(page)
        assert "开始后可取" in words(shown)
        found = [link for link in links(shown) if "/notice?" in link and "form=pdf" not in link]
        assert found
        for link in found:
            assert (await browser.get(link)).status_code == 200, link


@pytest.mark.parametrize("office", [Office.DEPARTMENT, Office.INSPECTOR])
async def test_papers_are_for_the_coordinating_office_and_supervisors(
    world: Services, round_: UUID, clerk: httpx.AsyncClient, office: Office
) -> None:
    page = f"/rounds/{round_}/papers"
    await send(clerk, page, page)
    person: Person = await a_person(world, "someone.else", office)
    async with visiting(world, session=person.session) as browser:
        for path in (page, f"{page}/1/scheme"):
            assert (await browser.get(path)).status_code in {403, 404}, path

"""Accounts through the real pages: coming in, staying in, going out, and what an administrator does in a browser."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import httpx
import pyotp
import pytest
from msgspec.structs import replace
from support.people import PASSWORD, a_person, with_second_factor
from support.rounds import trail
from support.rounds import world as world_of
from support.web import at, links, looking, send, visiting, words

from coordinator.actions.accounts import create_token, first_invitation
from coordinator.actions.services import Services
from coordinator.domain.accounts import IDLE_FOR, MOST_FAILURES
from coordinator.domain.actors import Office
from coordinator.domain.acts import Act
from coordinator.storage.connection import Pool
from coordinator.web.app import PAGES
from coordinator.web.visiting import FORM, SESSION, own_path

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEXT = NOON + timedelta(seconds=90)
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
POSTED = (
    *("/sign-in", "/sign-in/first", "/sign-out", "/sign-out/everywhere"),
    *("/account/password", "/account/second-factor", "/account/second-factor/code"),
    *("/account/tokens", f"/account/tokens/{UUID(int=1)}/revoke", "/accounts"),
    *(f"/accounts/{UUID(int=1)}/{act}" for act in ("code", "lock", "unlock", "end")),
    *(
        f"/rounds/{UUID(int=1)}/{act}"
        for act in (
            "planning",
            "planning/stop",
            "moves",
            "moves/undo",
            "moves/override",
            "ask",
            "ask/no-more",
            "hand-in",
        )
    ),
    "/statistics",
    *(f"/rounds/{UUID(int=1)}/results/{act}" for act in ("entry", "forms", f"forms/{UUID(int=1)}")),
    *(f"/rounds/{UUID(int=1)}/hand-in/{UUID(int=1)}/{act}" for act in ("commit", "again", "undo")),
    *("/rounds", "/rounds/file", "/letter", "/letter/leave", f"/rounds/{UUID(int=1)}/letters"),
    *(f"/letters/{UUID(int=1)}/{act}" for act in ("withdraw", "renew", "reopen")),
    *("/letter/calendar", "/letter/ask/move", "/letter/feedback/move", f"/requests/{UUID(int=1)}"),
    f"/rounds/{UUID(int=1)}/rescheduling",
    *(f"/rounds/{UUID(int=1)}/papers{act}" for act in ("", "/approve", "/return", "/cause")),
    *(f"/rounds/{UUID(int=1)}/recusals", f"/rounds/{UUID(int=1)}/recusals/{UUID(int=1)}"),
    *(f"/rounds/{UUID(int=1)}/replanning{act}" for act in ("", f"/{UUID(int=1)}/take", f"/{UUID(int=1)}/leave")),
    *(f"/rounds/{UUID(int=1)}/replanning/{UUID(int=1)}/{act}" for act in ("stop", "propose", "confirm", "withdraw")),
    *(f"/rounds/{UUID(int=1)}/late-causes{act}" for act in ("", f"/{UUID(int=1)}/withdraw")),
    *(f"/rounds/{UUID(int=1)}/settings{act}" for act in ("", "/file", "/change")),
    *(f"/annual-plans/2026{act}" for act in ("", "/withdraw", "/draw-up", "/decide")),
    *("/directories/duplicates/merge", "/directories/duplicates/undo"),
    *(
        "/registry",
        "/destinations",
        *(f"/destinations/x-y/{act}" for act in ("confirm", "withdraw", "state", "secret", "test")),
    ),
    *(f"/deliveries/{UUID(int=1)}/{act}" for act in ("replay", "pause")),
    *(
        f"/rounds/{UUID(int=1)}/draws/targets/ceremony/{act}"
        for act in ("fix", "commitment", "close", "secret", "void", "propose", "confirm", "withdraw")
    ),
)
BEHIND_TLS = "ymc.example.gov.cn"


@pytest.fixture
def services(pool: Pool) -> Services:
    return at(world_of(pool), NOON)


def of(page: httpx.Response) -> tuple[int, str]:
    return page.status_code, page.headers.get("location", "")


async def test_the_first_administrator_comes_in_sets_a_second_factor_and_makes_a_liaison(services: Services) -> None:
    first = await first_invitation(services)
    assert first is not None
    async with visiting(services, NOON) as admin:
        assert of(await admin.get("/accounts")) == (303, "/sign-in?next=%2Faccounts")
        given = {"login": "admin", "code": first.code, "password": PASSWORD, "again": PASSWORD}
        assert of(await send(admin, "/sign-in/first", "/sign-in/first", **given)) == (303, "/")
        assert of(await admin.get("/")) == (303, "/account/second-factor")
        await send(admin, "/account/second-factor", "/account/second-factor", old=PASSWORD)
        shown = await admin.get("/account/second-factor")
        assert "<svg" in shown.text
        secret = re.search(r'class="digest">([A-Z2-7]{32})<', shown.text)
        assert secret is not None
        wrong = await send(admin, "/account/second-factor", "/account/second-factor/code", code="000000")
        assert wrong.status_code == 422
        assert 'href="#code"' in wrong.text
        code = pyotp.TOTP(secret[1]).at(NOON)
        done = await send(admin, "/account/second-factor", "/account/second-factor/code", code=code)
        assert of(done) == (303, "/account?done=second-factor")
        assert of(await admin.get("/")) == (303, "/accounts")
        form = {"login": "li.na", "name": "李娜", "office": "department", "department": "禾川县水利局"}
        made = await send(admin, "/accounts", "/accounts", **form)
        code = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", made.text)
        assert code is not None
        again = await send(admin, "/accounts", "/accounts", **form)
        assert again.status_code == 422
        assert 'href="#login"' in again.text
        assert 'value="李娜"' in again.text
        other = form | {"login": "li.lei", "department": "禾川县水利据"}
        near = await send(admin, "/accounts", "/accounts", **other)
        assert (near.status_code, 'href="#department"' in near.text) == (422, True)
        assert '<option value="禾川县水利局">' in near.text
        assert (await send(admin, "/accounts", "/accounts", **other, sure="yes")).status_code == 200
    async with visiting(services, NOON) as liaison:
        given = {"login": "li.na", "code": code[0], "password": PASSWORD, "again": PASSWORD}
        assert of(await send(liaison, "/sign-in/first", "/sign-in/first", **given)) == (303, "/")
        page = await liaison.get("/")
        assert page.status_code == 200
        assert "李娜（li.na），禾川县水利局" in words(page)
        assert (await liaison.get("/accounts")).status_code == 403


async def test_one_signs_in_lands_where_one_wanted_and_goes_out_everywhere(services: Services) -> None:
    await a_person(services, "wang.li")
    async with visiting(services, NOON) as browser, visiting(services, NOON) as phone:
        landing = await browser.get("/schema?x=1")
        assert landing.status_code == 200, "what is no round's is open"
        asked = of(await browser.get("/trail?from=here"))
        assert asked == (303, "/sign-in?next=%2Ftrail%3Ffrom%3Dhere")
        entered = await send(browser, asked[1], "/sign-in", login="wang.li", password=PASSWORD, next="/trail?from=here")
        assert of(entered) == (303, "/trail?from=here")
        assert (await browser.get("/trail")).status_code == 200
        await send(phone, "/sign-in", "/sign-in", login="wang.li", password=PASSWORD)
        assert "现在有 3 处" in words(await phone.get("/account"))
        left = await send(browser, "/account", "/sign-out/everywhere")
        assert of(left) == (303, "/sign-in?done=everywhere")
        for each in (browser, phone):
            assert of(await each.get("/account")) == (303, "/sign-in?next=%2Faccount")


async def test_signing_in_renews_the_session_and_ends_the_one_before(services: Services) -> None:
    await a_person(services, "wang.li")
    async with visiting(services, NOON) as browser:
        await send(browser, "/sign-in", "/sign-in", login="wang.li", password=PASSWORD)
        before = browser.cookies[SESSION]
        await send(browser, "/sign-in", "/sign-in", login="wang.li", password=PASSWORD)
        assert browser.cookies[SESSION] != before
    async with visiting(services, NOON, before) as old:
        assert (await old.get("/account")).status_code == 303


async def test_a_session_that_nobody_chose_is_nobodys(services: Services) -> None:
    await a_person(services, "wang.li")
    async with visiting(services, NOON, "chosen-by-an-attacker") as browser:
        await send(browser, "/sign-in", "/sign-in", login="wang.li", password=PASSWORD)
        assert "chosen-by-an-attacker" not in [cookie.value for cookie in browser.cookies.jar if cookie.domain]
    async with visiting(services, NOON, "chosen-by-an-attacker") as attacker:
        assert (await attacker.get("/account")).status_code == 303


async def test_a_page_left_alone_asks_to_sign_in_again(services: Services) -> None:
    session = (await a_person(services, "wang.li")).session
    async with visiting(services, NOON + IDLE_FOR, session) as browser:
        assert (await browser.get("/account")).status_code == 303


async def test_wrong_tries_look_alike_whatever_was_wrong(services: Services) -> None:
    person, _ = await with_second_factor(services, await a_person(services, "wang.li"))
    assert person.account.has_second_factor
    said = set()
    async with visiting(services, NEXT) as browser:
        for login, password, code in (
            ("wang.li", "wrong", ""),
            ("wang.li", PASSWORD, ""),
            ("wang.li", PASSWORD, "000000"),
            ("nobody", "wrong", ""),
            *[("wang.li", "wrong", "")] * MOST_FAILURES,
        ):
            page = await send(browser, "/sign-in", "/sign-in", login=login, password=password, code=code)
            said.add((page.status_code, page.text.replace(login, "")))
            assert password not in page.text
            assert SESSION not in browser.cookies
    assert len(said) == 1
    assert said.pop()[0] == 422


async def test_a_form_from_elsewhere_changes_nothing(services: Services) -> None:
    session = (await a_person(services, "wang.li", Office.ADMINISTRATOR)).session
    before = await trail(services.pool)
    async with visiting(services, NOON, session) as browser, visiting(services, NOON) as stranger:
        found = re.search(r'name="form_key" value="([^"]+)"', (await stranger.get("/sign-in")).text)
        assert found is not None
        for address in POSTED:
            for key in (b"", b"form_key=", b"form_key=%E4%BD%A0", f"form_key={found[1]}".encode()):
                answer = await browser.post(address, content=key, headers=URLENCODED)
                assert answer.status_code == 403, (address, key)
            assert (await browser.post(address, json={"form_key": found[1]})).status_code == 403
            assert (await stranger.post(address, content=b"form_key=", headers=URLENCODED)).status_code == 403
        assert (await browser.get("/account")).status_code == 200
    assert await trail(services.pool) == before


def test_every_address_that_is_posted_to_is_tried_here() -> None:
    posted = {handler.paths.copy().pop() for handler in PAGES if "POST" in handler.http_methods}
    written = {"{stage:str}": "targets", "{kind:str}": "move", "{year:int}": "2026", "{name:str}": "x-y"}
    named = {re.sub(r"{\w+:uuid}", str(UUID(int=1)), path) for path in posted}
    for part, word in written.items():
        named = {path.replace(part, word) for path in named}
    assert named == set(POSTED)


async def test_every_form_that_posts_carries_a_key(services: Services) -> None:
    admin, _ = await with_second_factor(services, await a_person(services, "the.admin", Office.ADMINISTRATOR))
    other = await a_person(services, "wang.li")
    pages = []
    for session, addresses in (
        ("", ("/sign-in", "/sign-in/first")),
        (other.session, ("/account", "/account/password", "/account/second-factor", "/account/tokens")),
        (admin.session, ("/accounts", f"/accounts/{other.account.id}")),
    ):
        async with visiting(services, NOON, session) as browser:
            pages += [await browser.get(address) for address in addresses]
    for page in pages:
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page.text, re.DOTALL)
        assert forms, page.url
        assert [form for form in forms if not re.search(r'name="form_key" value="[0-9a-f]{64}"', form)] == []
        for name, field in re.findall(r'<label for="([^"]+)"|<(?:input|select) id="([^"]+)"', page.text):
            assert f'id="{name}"' in page.text or f'for="{field}"' in page.text


async def test_no_form_brings_a_page_down(services: Services) -> None:
    async with visiting(services, NOON) as browser:
        page = await browser.get("/sign-in")
        key = re.search(r'name="form_key" value="([^"]+)"', page.text)
        assert key is not None
        for body in (b"\xff=%FF", b"a=1&" * 100, b"login=%00", b"unasked=1", b"%%%", b"x" * 100_000):
            answer = await browser.post("/sign-in", content=f"form_key={key[1]}&".encode() + body, headers=URLENCODED)
            assert 400 <= answer.status_code < 500, body[:20]
            if b"\xff" in body or b"%FF" in body:
                assert "不能使用的字符" in words(answer)


async def test_cookies_are_out_of_reach_of_scripts_and_bound_to_the_host_behind_tls(services: Services) -> None:
    await a_person(services, "wang.li")
    async with visiting(services, NOON) as browser:
        here = await browser.get("/sign-in")
    assert here.headers["set-cookie"].startswith(f"{FORM}=")
    for flag in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert flag in here.headers["set-cookie"]
    assert "Secure" not in here.headers["set-cookie"]
    assert "Domain" not in here.headers["set-cookie"]


async def test_behind_a_proxy_only_the_one_name_is_answered_and_cookies_are_secure(services: Services) -> None:
    served = replace(services, settings=replace(services.settings, public_host=BEHIND_TLS))
    await a_person(served, "wang.li")
    async with visiting(served, NOON) as browser:
        browser.base_url = httpx.URL(f"https://{BEHIND_TLS}")
        page = await browser.get("/sign-in")
        assert page.headers["set-cookie"].startswith(f"__Host-{FORM}=")
        assert "Secure" in page.headers["set-cookie"]
        entered = await send(browser, "/sign-in", "/sign-in", login="wang.li", password=PASSWORD)
        assert entered.headers["set-cookie"].startswith(f"__Host-{SESSION}=")
        assert "Secure" in entered.headers["set-cookie"]
        assert (await browser.get("/account")).status_code == 200
        assert (await browser.get("/", headers={"Host": "evil.example"})).status_code == 421


async def test_until_somebody_has_a_password_pages_are_shown_on_this_machine_alone(services: Services) -> None:
    async with looking(services) as here:
        here.cookies.set(SESSION, "of-another-day")
        page = await here.get("/")
        assert "本机（还没有账号）：只能看，只在本机" in words(page)
        assert (await here.get("/accounts")).status_code == 403
        assert (await here.get("/account")).status_code == 303
    served = replace(services, settings=replace(services.settings, public_host=BEHIND_TLS))
    async with looking(served) as elsewhere:
        assert (await elsewhere.get("/", headers={"Host": BEHIND_TLS})).status_code == 303
    async with looking(services) as here:
        await a_person(services, "wang.li")
        assert (await here.get("/")).status_code == 303


async def test_public_pages_need_no_account_and_set_no_cookie(services: Services) -> None:
    async with visiting(services, NOON) as anyone:
        for address in (
            "/verify",
            "/schema",
            "/healthz",
            "/readyz",
            f"/public/rounds/{UUID(int=1)}",
            "/static/web.css",
        ):
            page = await anyone.get(address)
            assert page.status_code in {200, 404}, address
            assert "set-cookie" not in page.headers
        for address in ("/", "/trail", "/accounts", "/account", f"/rounds/{UUID(int=1)}"):
            assert (await anyone.get(address)).status_code == 303, address


async def test_a_token_opens_the_interface_within_its_scopes_and_no_page(services: Services) -> None:
    person = await a_person(services, "wang.li")
    token = await create_token(services, person.who, "报表程序", frozenset({Act.SEE_ROUNDS}))
    async with visiting(services, NOON) as program:
        with_token = {"Authorization": f"Bearer {token}"}
        assert (await program.get("/api/v1/rounds", headers=with_token)).json() == []
        trail = await program.get(f"/api/v1/rounds/{UUID(int=1)}/trail", headers=with_token)
        assert (trail.status_code, trail.json()["type"]) == (403, "urn:onedoor:problem:not-permitted")
        assert (await program.get("/", headers=with_token)).status_code == 303
        for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
            refused = await program.get("/api/v1/rounds", headers=header)
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert refused.json()["type"] == "urn:onedoor:problem:not-signed-in"


async def test_an_owner_makes_a_token_sees_it_once_and_revokes_it(services: Services) -> None:
    person = await a_person(services, "wang.li", Office.DEPARTMENT)
    async with visiting(services, NOON, person.session) as browser:
        page = await browser.get("/account/tokens")
        assert 'name="see_accounts"' not in page.text
        none = await send(browser, "/account/tokens", "/account/tokens", program="报表")
        assert 'href="#scopes"' in none.text
        more = await send(browser, "/account/tokens", "/account/tokens", program="报表", see_accounts="on")
        assert more.status_code == 422
        made = await send(browser, "/account/tokens", "/account/tokens", program="报表", see_rounds="on")
        token = re.search(r"onedoor_[\w-]{43}", made.text)
        assert token is not None
        shown = await browser.get("/account/tokens")
        assert token[0] not in shown.text
        revoke = next(each for each in links(shown) if each.endswith("/revoke"))
        header = {"Authorization": f"Bearer {token[0]}"}
        async with visiting(services, NOON) as program:
            assert (await program.get("/api/v1/rounds", headers=header)).status_code == 200
            assert of(await send(browser, "/account/tokens", revoke)) == (303, "/account/tokens")
            assert (await program.get("/api/v1/rounds", headers=header)).status_code == 401
        assert (await send(browser, "/account/tokens", revoke)).status_code == 404


async def test_the_administrator_locks_unlocks_renews_and_hands_over(services: Services) -> None:
    admin, _ = await with_second_factor(services, await a_person(services, "the.admin", Office.ADMINISTRATOR))
    leaving = await a_person(services, "wang.li", Office.DEPARTMENT)
    await a_person(services, "li.na", Office.DEPARTMENT)
    address = f"/accounts/{leaving.account.id}"
    async with visiting(services, NOON, admin.session) as browser, visiting(services, NOON, leaving.session) as person:
        assert (await person.get("/account")).status_code == 200
        assert of(await send(browser, address, f"{address}/lock")) == (303, "/accounts?done=locked")
        assert "■ 锁定" in words(await browser.get("/accounts"))
        assert (await person.get("/account")).status_code == 303
        assert of(await send(browser, address, f"{address}/unlock")) == (303, "/accounts?done=unlocked")
        assert re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", (await send(browser, address, f"{address}/code")).text)
        wrong = await send(browser, address, f"{address}/end", successor="nobody")
        assert 'href="#successor"' in wrong.text
        assert of(await send(browser, address, f"{address}/end", successor="li.na")) == (303, "/accounts?done=ended")
        ended = words(await browser.get(address))
        assert "工作交接给 王力（li.na）" in ended
        assert (await browser.get(f"/accounts/{UUID(int=1)}")).status_code == 404
        assert (await browser.get("/trail")).status_code == 403


async def test_the_auditor_reads_the_trail_in_words(services: Services) -> None:
    await a_person(services, "wang.li")
    auditor, _ = await with_second_factor(services, await a_person(services, "the.auditor", Office.AUDITOR))
    async with visiting(services, NOON, auditor.session) as browser:
        assert of(await browser.get("/")) == (303, "/trail")
        said = words(await browser.get("/trail"))
        assert "新建账号 wang.li" in said
        assert "wang.li 用一次性代码设置密码并登录" in said
        assert not re.search(r"[a-z]+_[a-z]+：", said), "an action without words of its own"
        assert "新建账号" not in words(await browser.get("/accounts"))
        assert (await browser.get(f"/rounds/{UUID(int=1)}")).status_code == 403


@pytest.mark.parametrize(
    ("path", "led_to"),
    [
        ("/rounds/1?q=水", f"/rounds/1?q={quote('水')}"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_led_elsewhere(path: str, led_to: str) -> None:
    assert own_path(path) == led_to

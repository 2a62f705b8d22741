"""Webhooks against a department's real end: signed by the standard, known again, in order, pulled, or refused."""

from datetime import timedelta

import msgspec
import pytest
from pure.connectors.dropping import RECIPIENT
from pure.connectors.partnering import FORMER_KEY, KEY, NOW, OWN, SHORT, always, now, posted, webhook_to

from connectors.contract import File, Package, PermanentError, TemporaryError
from connectors.outbound import Caps
from connectors.partners.http import Reply, Request, reply, standing
from connectors.partners.misbehaving import Fault
from connectors.partners.webhook import Pull, WebhookPartner
from connectors.webhook import Payload, SigningKey, WebhookSettings
from connectors.webhook.signing import TOLERANCE, fault_of, signed_headers

TOKEN = "pull-token-1"  # noqa: S105 - a test's
ROWS = Package(
    key="k" * 64,
    recipient=RECIPIENT,
    batch="2026-Q1 检查结果",
    number=1,
    files=(File(name="检查结果.jsonl", content=b'{"a":1}\n{"a":2}\n', row_count=2),),
)


def a_partner(*keys: str, pull: Pull | None = None) -> WebhookPartner:
    return WebhookPartner([SigningKey(key) for key in keys or (KEY,)], now, pull=pull)


def test_the_standards_own_example_is_signed_alike() -> None:
    key, id_, body = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    for written in (key, f"whsec_{key}"):
        signature = SigningKey(written).sign(id_, 1614265330, body)
        assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "一", SigningKey.of(b"x" * 65), KEY + "\n!"]
)
def test_a_key_that_is_none_is_refused_and_not_told(text: str) -> None:
    with pytest.raises(ValueError, match="签名密钥的写法不对") as caught:
        SigningKey(text)
    assert text in {"", "whsec_"} or text not in str(caught.value)


def test_a_key_shows_itself_to_nobody() -> None:
    assert KEY.removeprefix("whsec_") not in repr(SigningKey(KEY)) + str(vars(WebhookPartner([SigningKey(KEY)], now)))


async def test_a_package_is_told_of_without_its_content() -> None:
    heard: list[Request] = []

    async def handle(request: Request) -> Reply:
        heard.append(request)
        return reply({"reference": "收件 7"})

    async with webhook_to(handle, pull_from="https://ymc.example.gov.cn/api/v1/packages") as way:
        receipt = await way.deliver(ROWS)
    [request] = heard
    payload = msgspec.json.decode(request.body, type=Payload)
    [file] = payload.data.files
    assert receipt.reference == "收件 7"
    assert (request.method, request.path, request.headers["webhook-id"]) == ("POST", "/in", ROWS.key)
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert payload.type == "rows.ready"
    assert (payload.data.batch, payload.data.number) == (ROWS.batch, 1)
    assert (file.name, file.sha256, file.row_count) == ("检查结果.jsonl", ROWS.files[0].sha256, 2)
    assert file.pull == (
        f"https://ymc.example.gov.cn/api/v1/packages/{ROWS.key}/%E6%A3%80%E6%9F%A5%E7%BB%93%E6%9E%9C.jsonl"
    )
    assert b'{"a":1}' not in request.body


@pytest.mark.parametrize("kind", [reply({}), Reply(status=204), Reply(content=b"ok", kind="text/plain"), reply([1])])
async def test_any_success_is_a_receipt(kind: Reply) -> None:
    async def handle(_request: Request) -> Reply:
        return kind

    async with webhook_to(handle) as way:
        assert (await way.deliver(ROWS)).reference == ROWS.key


async def test_the_same_key_has_one_effect_and_the_same_receipt() -> None:
    partner = a_partner()
    async with webhook_to(partner.handle) as way:
        receipts = [await way.deliver(posted()) for _ in range(3)]
    assert len(set(receipts)) == len(partner.taken) == len(partner.held) == 1
    assert partner.told.total() == 3


async def test_a_smaller_number_comes_too_late_and_has_no_effect() -> None:
    partner = a_partner()
    async with webhook_to(partner.handle) as way:
        receipts = [await way.deliver(posted(number)) for number in (2, 1, 3)]
    assert [receipt.is_superseded for receipt in receipts] == [False, True, False]
    assert [package.number for package in partner.taken] == [2, 3]
    assert [shown.number for shown in partner.shown()] == [3]


async def test_the_same_number_with_another_content_is_refused() -> None:
    partner = a_partner()
    async with webhook_to(partner.handle) as way:
        await way.deliver(posted())
        with pytest.raises(PermanentError, match="HTTP 409"):
            await way.deliver(posted(salt="other"))


@pytest.mark.parametrize("known", [KEY, FORMER_KEY])
async def test_while_keys_are_changed_the_receiver_may_know_either(known: str) -> None:
    partner = a_partner(known)
    async with webhook_to(partner.handle, keys=(KEY, FORMER_KEY)) as way:
        await way.deliver(ROWS)
    assert partner.held


@pytest.mark.parametrize(
    ("keys", "clock", "status"),
    [((FORMER_KEY,), NOW, 401), ((KEY,), NOW + TOLERANCE * 2, 401), ((KEY,), NOW - TOLERANCE * 2, 401)],
    ids=["another key", "from the future", "stale"],
)
async def test_what_is_not_ours_or_not_of_now_is_not_believed(
    keys: tuple[str, ...], clock: object, status: int
) -> None:
    partner = a_partner()
    async with webhook_to(partner.handle, keys=keys, clock=clock) as way:  # type: ignore[arg-type]
        with pytest.raises(PermanentError, match=f"HTTP {status}.*不认我方的密钥"):
            await way.deliver(ROWS)
    assert not partner.held


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_every_part_of_a_message_is_under_its_signature(change: str) -> None:
    keys, body = [SigningKey(KEY)], b"{}"
    headers = signed_headers(keys, "id", NOW, body)
    assert fault_of(keys, headers, body, NOW) == ""
    for other in ("", "x", "1", headers.get(change, "") + "0", "v1,", "v1a,AAAA", "v2,AAAA é"):
        changed = headers if change == "body" else {**headers, change: other}
        assert fault_of(keys, changed, body if change != "body" else body + other.encode() + b" ", NOW)


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_x",)])
async def test_without_a_key_nothing_is_sent(secrets: tuple[str, ...]) -> None:
    partner = a_partner()
    async with webhook_to(partner.handle, keys=secrets) as way:
        with pytest.raises(PermanentError, match="签名密钥"):
            await way.deliver(ROWS)
    assert not partner.told


@pytest.mark.parametrize("fault", Fault)
async def test_every_misbehaviour_becomes_a_sentence_and_no_receipt(fault: Fault) -> None:
    partner = a_partner()
    async with webhook_to(partner.handle, misbehaviour=always(fault), caps=SHORT) as way:
        with pytest.raises(TemporaryError) as caught:
            await way.deliver(ROWS)
    assert "“127.0.0.1:" in str(caught.value)
    assert caught.value.retry_after == (timedelta(seconds=30) if fault in {Fault.OFTEN, Fault.CLOSED} else None)


async def test_a_receiver_that_is_gone_for_good_wants_a_person() -> None:
    async def handle(_request: Request) -> Reply:
        return Reply(status=410)

    async with webhook_to(handle) as way:
        with pytest.raises(PermanentError, match="停用这个接口"):
            await way.deliver(ROWS)


@pytest.mark.parametrize(
    "address", ["http://hooks.example.gov.cn/", "https://a@b.c/", "ftp://b.c/", "https://10.0.0.1.:8/"]
)
def test_an_address_that_cannot_be_used_is_refused_when_it_is_entered(address: str) -> None:
    with pytest.raises(ValueError, match=r"地址|主机"):
        WebhookSettings(address=address)


class Shelf:
    """Where packages are pulled from: asks for the token, gives what it was told to."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked: list[str] = []

    async def handle(self, request: Request) -> Reply:
        self.asked.append(request.path)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(status=401)
        return Reply(content=self.content, kind="application/octet-stream")


@pytest.mark.parametrize(
    ("content", "token", "is_held"),
    [(ROWS.files[0].content, TOKEN, True), (b"other", TOKEN, False), (ROWS.files[0].content, "wrong", False)],
)
async def test_files_are_pulled_verified_and_counted_before_the_receipt(
    content: bytes, token: str, *, is_held: bool
) -> None:
    shelf = Shelf(content)
    async with standing(shelf.handle, now) as address:
        partner = a_partner(pull=Pull(address=f"{address}/packages", token=token, networks=OWN))
        async with webhook_to(partner.handle, pull_from=f"{address}/packages") as way:
            if is_held:
                await way.deliver(ROWS)
            else:
                with pytest.raises(TemporaryError, match="503"):
                    await way.deliver(ROWS)
    assert [held.contents for held in partner.held.values()] == ([{"检查结果.jsonl": content}] if is_held else [])


async def test_nothing_is_pulled_from_elsewhere() -> None:
    elsewhere = Shelf(ROWS.files[0].content)
    async with standing(elsewhere.handle, now) as address:
        partner = a_partner(pull=Pull(address="http://127.0.0.2:9/packages", token=TOKEN, networks=OWN))
        async with webhook_to(partner.handle, pull_from=f"{address}/packages", caps=Caps()) as way:
            with pytest.raises(TemporaryError):
                await way.deliver(ROWS)
    assert not elsewhere.asked

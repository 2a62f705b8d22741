"""Mails with workbooks: read at the other end, known again by their Message-ID, never in clear on a network."""

import asyncio
import io
import ssl
from datetime import UTC, datetime

import msgspec
import pytest
from msgspec import ValidationError, convert
from openpyxl import load_workbook
from pure.connectors.dropping import a_package, files_of
from support.exchanges import a_certificate, here
from support.exchanges import a_package as a_package_of_rows

from connectors.contract import File, Package, PermanentError, Receipt, TemporaryError
from connectors.mail import Encryption, Mail, MailSettings
from connectors.mail.message import MOST_BYTES, message_of
from connectors.partners.mail import Mailbox, Taken, standing_mailbox

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TO, USER, PASSWORD = "water@department.test", "onedoor", "c0rrect"


def settings(port: int = 25, **changes: object) -> MailSettings:
    given = {
        "to": TO,
        "sender": "onedoor@county.test",
        "host": "127.0.0.1",
        "port": port,
        "networks": ["127.0.0.1/32"],
        "encryption": "none",
    }
    return convert({**given, **changes}, MailSettings)


def way(port: int, *, given: str = PASSWORD, longest: float = 20, **changes: object) -> Mail:
    secrets = {"password": given}
    return Mail(settings(port, **changes), secrets, clock=lambda: NOW, resolve=here, longest_seconds=longest)


async def sent(package: Package) -> tuple[Receipt, Taken]:
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        receipt = await way(mailbox.port).deliver(package)
    return receipt, mailbox.taken[receipt.reference]


async def test_a_package_arrives_with_its_workbooks_and_says_what_they_are() -> None:
    receipt, taken = await sent(a_package(2))
    assert receipt.key == a_package(2).key
    assert taken.attachments == files_of(a_package(2))
    assert taken.subject == "[一门查] 舞钢市水利局 2026-Q1（第2次）"
    assert (taken.batch, taken.number) == ("2026-Q1", 2)
    assert "以前发送的第1至第1次作废" in taken.body
    for file in a_package(2).files:
        assert f"{file.name}（{file.row_count}行，SHA-256 {file.sha256}）" in taken.body


async def test_rows_without_a_workbook_come_as_one() -> None:
    _, taken = await sent(a_package_of_rows())
    assert set(taken.attachments) == {"results.xlsx", "drawn.xlsx"}
    book = load_workbook(io.BytesIO(taken.attachments["results.xlsx"]))
    rows = list(book["Result"].values)
    assert rows[0][:3] == ("轮次编号", "任务编号", "任务名称")
    assert len(rows) == 4
    assert rows[1][0] == "2026-04"


async def test_rows_beside_a_workbook_stay_behind() -> None:
    book = File(name="检查结果.xlsx", content=b"book", row_count=3)
    package = msgspec.structs.replace(a_package_of_rows(), files=(*a_package_of_rows().files, book))
    _, taken = await sent(package)
    assert taken.attachments == {"检查结果.xlsx": b"book"}


async def test_a_repeat_is_known_by_its_message_id_and_dropped() -> None:
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        first = await way(mailbox.port).deliver(a_package(1))
        second = await way(mailbox.port).deliver(a_package(1))
        await way(mailbox.port).deliver(a_package(2))
    assert first == second
    assert mailbox.told[first.reference] == 2
    assert len(mailbox.taken) == 2
    assert mailbox.newest["2026-Q1"].number == 2


async def test_a_repeat_brings_the_same_workbooks_whenever_it_is_sent() -> None:
    package = a_package_of_rows()
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        await way(mailbox.port).deliver(package)
        await asyncio.sleep(1.1)
        await way(mailbox.port).deliver(package)
        assert mailbox.told.total() == 2
        assert mailbox.contradicted == []
        await way(mailbox.port).deliver(msgspec.structs.replace(package, files=package.files[:1]))
    assert mailbox.contradicted == [*mailbox.taken]


async def test_a_mail_that_breaks_off_on_the_way_is_not_taken() -> None:
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        for mailbox.cut_after in (0, 40, 400, 900):
            with pytest.raises(TemporaryError, match="不能确认已经收下"):
                await way(mailbox.port).deliver(a_package())
        assert mailbox.taken == {}
        mailbox.cut_after = None
        await way(mailbox.port).deliver(a_package())
    assert len(mailbox.taken) == 1


async def test_an_answer_that_was_lost_ends_in_one_mail() -> None:
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        mailbox.is_hanging_up = True
        with pytest.raises(TemporaryError, match="不能确认已经收下"):
            await way(mailbox.port).deliver(a_package())
        mailbox.is_hanging_up = False
        receipt = await way(mailbox.port).deliver(a_package())
    assert list(mailbox.taken) == [receipt.reference]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("451 4.3.0 later", TemporaryError, "暂时不收（451 4.3.0 later）"),
        ("452 4.2.2 mailbox full", TemporaryError, "暂时不收"),
        ("552 5.3.4 too big", PermanentError, "拒收（552 5.3.4 too big）"),
    ],
)
async def test_what_the_server_answers_decides_whether_it_is_tried_again(
    answer: str, kind: type[Exception], words: str
) -> None:
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        mailbox.answer = answer
        with pytest.raises(kind, match=words):
            await way(mailbox.port).deliver(a_package())


async def test_a_mailbox_that_does_not_exist_needs_a_person() -> None:
    async with standing_mailbox(Mailbox("other@department.test")) as mailbox:
        with pytest.raises(PermanentError, match="拒收（550"):
            await way(mailbox.port).deliver(a_package())
    assert mailbox.taken == {}


async def test_an_account_is_let_in_by_its_password_alone() -> None:
    async with standing_mailbox(Mailbox(TO, USER, PASSWORD)) as mailbox:
        with pytest.raises(PermanentError, match="拒绝登录"):
            await way(mailbox.port, user=USER, given="wr0ng").deliver(a_package())
        with pytest.raises(PermanentError, match="没有填写发信账号的密码"):
            await way(mailbox.port, user=USER, given="").deliver(a_package())
        await way(mailbox.port, user=USER).deliver(a_package())
    assert len(mailbox.taken) == 1


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
async def test_encrypted_mails_go_to_whoever_shows_the_hosts_certificate(encryption: Encryption) -> None:
    with a_certificate("mail.test") as certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        known = {"encryption": encryption.value, "authority": certificate.read_text().splitlines(), "user": USER}
        at_once = encryption is Encryption.TLS
        async with standing_mailbox(Mailbox(TO, USER, PASSWORD), tls=tls, is_tls_at_once=at_once) as mailbox:
            await way(mailbox.port, host="mail.test", **known).deliver(a_package())
            with pytest.raises(TemporaryError, match="证书不能信任"):
                await way(mailbox.port, host="other.test", **known).deliver(a_package(2))
            with pytest.raises(TemporaryError, match="证书不能信任"):
                await way(mailbox.port, host="mail.test", encryption=encryption.value).deliver(a_package(2))
    assert len(mailbox.taken) == 1


async def test_a_server_without_encryption_gets_neither_password_nor_mail() -> None:
    async with standing_mailbox(Mailbox(TO, USER, PASSWORD)) as mailbox:
        with pytest.raises(PermanentError, match="不提供加密"):
            await way(mailbox.port, encryption="starttls", user=USER).deliver(a_package())
    assert mailbox.taken == {}


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8"], ["127.0.0.1/32", "10.0.0.0/8"]])
def test_only_a_server_on_this_machine_may_do_without_encryption(networks: list[str]) -> None:
    with pytest.raises(ValidationError, match="只能在本机"):
        settings(networks=networks)


async def test_a_server_that_is_silent_or_away_is_tried_again() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    with pytest.raises(TemporaryError, match="连不上"):
        await way(silent.sockets[0].getsockname()[1], longest=0.3).deliver(a_package())
    silent.close()
    async with standing_mailbox(Mailbox(TO)) as mailbox:
        mailbox.pause = 5
        with pytest.raises(TemporaryError, match="秒没有答复"):
            await way(mailbox.port, longest=0.3).deliver(a_package())
    with pytest.raises(TemporaryError, match="连不上"):
        await way(1).deliver(a_package())


async def test_an_address_outside_its_networks_is_not_connected_to() -> None:
    with pytest.raises(PermanentError, match="不在允许的出口名单里"):
        await way(25, host="mail.test", networks=["127.0.0.2/32"]).deliver(a_package())


def test_a_name_with_line_breaks_cannot_write_headers() -> None:
    file = File(name="a\r\nBcc: x@y.z.xlsx", content=b"x", row_count=1)
    package = Package(key="k", recipient="r\nTo: a@b.c", batch="b\r\nX: y", number=1, files=(file,))
    message = message_of(package, settings(), NOW)
    assert message["To"] == TO
    assert message["Bcc"] is None
    assert message["X"] is None
    assert b"\nBcc" not in message.as_bytes()


def test_what_mailboxes_do_not_take_is_not_sent() -> None:
    file = File(name="big.xlsx", content=bytes(MOST_BYTES + 1), row_count=1)
    package = Package(key="k", recipient="r", batch="b", number=1, files=(file,))
    with pytest.raises(PermanentError, match="超过15 MB"):
        message_of(package, settings(), NOW)

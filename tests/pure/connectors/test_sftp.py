"""SFTP against a real server: the same drops as on a disk, whole whatever happens on the way, to no other host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncssh
import pytest
from msgspec import ValidationError, convert
from pure.connectors.dropping import RECIPIENT, a_package, contents, files_of, manifests, papers, traces

from connectors.contract import Package, PermanentError, Receipt, Standing, TemporaryError
from connectors.file_drop.acknowledgement import acknowledgement_name
from connectors.file_drop.drop import drop
from connectors.partners.sftp import Mood, SftpPartner, sftp_partner
from connectors.records import records_file
from connectors.sftp import Sftp, SftpSettings
from connectors.sftp.remote import LOCK

USER, PASSWORD = "onedoor", "c0rrect"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "departments"
    made.mkdir()
    return made


@pytest.fixture
async def partner(root: Path) -> AsyncIterator[SftpPartner]:
    async with sftp_partner(root, USER, PASSWORD) as standing:
        yield standing


def settings(partner: SftpPartner, **changes: object) -> SftpSettings:
    given = {
        "host": "127.0.0.1",
        "port": partner.port,
        "networks": ("127.0.0.1/32",),
        "user": USER,
        "host_key": partner.host_key,
    }
    return convert({**given, **changes}, SftpSettings)


@asynccontextmanager
async def connector(partner: SftpPartner, *, stale: float = 0, longest: float = 10) -> AsyncIterator[Sftp]:
    """A way in; what others have left locked is taken over after so many seconds."""
    way = Sftp(settings(partner), {"password": PASSWORD}, stale_seconds=stale, longest_seconds=longest)
    try:
        yield way
    finally:
        await way.aclose()


async def deliver(partner: SftpPartner, package: Package, **how: float) -> Receipt:
    async with connector(partner, **how) as way:
        return await way.deliver(package)


async def test_a_package_lies_there_as_it_would_on_a_disk(partner: SftpPartner, root: Path, tmp_path: Path) -> None:
    receipt = await deliver(partner, a_package())
    other = tmp_path / "disk"
    other.mkdir()
    assert drop(other, a_package()) == receipt
    assert contents(root / RECIPIENT) == contents(other / RECIPIENT)


async def test_a_repeat_touches_nothing_and_gives_the_same_receipt(partner: SftpPartner, root: Path) -> None:
    async with connector(partner) as way:
        first = await way.deliver(a_package())
        before = traces(root / RECIPIENT)
        assert await way.deliver(a_package()) == first
    assert traces(root / RECIPIENT) == before


async def test_a_greater_number_replaces_and_a_smaller_one_comes_too_late(partner: SftpPartner, root: Path) -> None:
    async with connector(partner) as way:
        first = await way.deliver(a_package(1))
        await way.deliver(a_package(3))
        assert (await way.deliver(a_package(2))).is_superseded
        assert await way.deliver(a_package(1)) == first
    assert papers(root / RECIPIENT) == files_of(a_package(3))
    [manifest] = manifests(root / RECIPIENT)
    assert [past.number for past in manifest.supersedes] == [1]


async def test_a_form_that_was_filled_in_is_set_aside(partner: SftpPartner, root: Path) -> None:
    await deliver(partner, a_package(1))
    (root / RECIPIENT / "检查结果填报.xlsx").write_text("filled in")
    await deliver(partner, a_package(2))
    assert b"filled in" in papers(root / RECIPIENT).values()
    assert papers(root / RECIPIENT).items() >= files_of(a_package(2)).items()


async def test_a_connection_lost_at_any_step_leaves_no_half_state(tmp_path: Path) -> None:
    """The server hangs up before each change; number 1 lies there whole, number 2 is dropped, and dropped again."""
    step, done = 0, False
    while not done:
        step += 1
        root = tmp_path / str(step)
        root.mkdir()
        drop(root, a_package(1))
        async with sftp_partner(root, USER, PASSWORD, mood=Mood(hang_up_at=step)) as partner:
            try:
                await deliver(partner, a_package(2))
            except TemporaryError:
                assert whole_or_under_way(root / RECIPIENT)
            else:
                done = True
            partner.mood.hang_up_at = None
            receipt = await deliver(partner, a_package(2))
        assert contents(root / RECIPIENT).keys() == {*files_of(a_package(2)), receipt.reference}
        assert papers(root / RECIPIENT) == files_of(a_package(2))
    assert step > 12


def whole_or_under_way(folder: Path) -> bool:
    """Every file is one of the two, whole, and none is old once number 2 has its manifest."""
    old, new = files_of(a_package(1)), files_of(a_package(2))
    is_replaced = any(manifest.number == 2 for manifest in manifests(folder))
    present = {name: content for name, content in papers(folder).items() if name != LOCK}
    return all(content == new[name] or (content == old[name] and not is_replaced) for name, content in present.items())


async def test_a_file_that_the_server_kept_half_of_never_gets_its_name(partner: SftpPartner, root: Path) -> None:
    await deliver(partner, a_package(1))
    partner.mood.keeps_half = True
    with pytest.raises(TemporaryError, match="字节"):
        await deliver(partner, a_package(2))
    assert papers(root / RECIPIENT) == files_of(a_package(1))
    partner.mood.keeps_half = False
    await deliver(partner, a_package(2))
    assert papers(root / RECIPIENT) == files_of(a_package(2))


async def test_a_full_disk_leaves_the_former_drop_as_it_was(partner: SftpPartner, root: Path) -> None:
    await deliver(partner, a_package(1))
    before = contents(root / RECIPIENT)
    partner.mood.room = 700
    with pytest.raises(TemporaryError, match="No space left on device"):
        await deliver(partner, a_package(2))
    assert contents(root / RECIPIENT) == before


async def test_a_server_that_hangs_is_given_up(partner: SftpPartner, root: Path) -> None:
    partner.mood.pause = 5
    with pytest.raises(TemporaryError, match="没有答复"):
        await deliver(partner, a_package(), longest=0.2)
    partner.mood.pause = 0
    await deliver(partner, a_package())
    assert papers(root / RECIPIENT) == files_of(a_package())


async def test_a_delivery_that_was_given_up_does_no_harm_to_the_next(partner: SftpPartner, root: Path) -> None:
    partner.mood.pause = 0.2
    way = Sftp(settings(partner), {"password": PASSWORD}, stale_seconds=0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(way.deliver(a_package(1)), 1)
    partner.mood.pause = 0
    await way.deliver(a_package(2))
    await way.aclose()
    assert papers(root / RECIPIENT) == files_of(a_package(2))


async def test_who_is_at_it_keeps_others_out(partner: SftpPartner, root: Path) -> None:
    (root / RECIPIENT).mkdir()
    (root / RECIPIENT / LOCK).touch()
    with pytest.raises(TemporaryError, match="另一个程序正在"):
        await deliver(partner, a_package(), stale=60)
    assert papers(root / RECIPIENT) == {LOCK: b""}


async def test_many_at_once_end_with_the_newest(partner: SftpPartner, root: Path) -> None:
    numbers = [2, 3, 1, 3]
    await asyncio.gather(*(deliver(partner, a_package(number), stale=60) for number in numbers))
    assert papers(root / RECIPIENT) == files_of(a_package(3))
    assert [manifest.number for manifest in manifests(root / RECIPIENT)] == [3]


async def test_the_receiver_acknowledges_what_is_whole_and_refuses_what_is_not(
    partner: SftpPartner, root: Path
) -> None:
    async with connector(partner) as way:
        first = await way.deliver(a_package(1))
        assert (await way.ask(a_package(1), first)).standing is Standing.PENDING
        assert [said.standing.value for said in partner.take()] == ["taken"]
        assert partner.take() == []
        assert (await way.ask(a_package(1), first)).standing is Standing.TAKEN
        second = await way.deliver(a_package(2))
        (root / RECIPIENT / "任务书.xlsx").write_bytes(b"spoilt")
        partner.take()
        refused = await way.ask(a_package(2), second)
        assert (refused.standing, refused.words) == (Standing.REFUSED, "“任务书.xlsx”的校验值与清单不符")
        (root / RECIPIENT / acknowledgement_name(second.reference)).write_bytes(b'{"key": "half')
        assert (await way.ask(a_package(2), second)).standing is Standing.PENDING
        for path in (root / RECIPIENT).iterdir():
            path.unlink()
        assert (await way.ask(a_package(2), second)).standing is Standing.MISSING


async def test_the_receiver_counts_rows(partner: SftpPartner) -> None:
    file = records_file("results", [])
    package = Package(key="k", recipient=RECIPIENT, batch="b", number=1, files=(file,))
    wrong = Package(
        key="l", recipient=RECIPIENT, batch="c", number=1, files=(type(file)(name="r.jsonl", content=b"", row_count=3),)
    )
    async with connector(partner) as way:
        await way.deliver(package)
        await way.deliver(wrong)
    assert sorted((said.standing.value, said.words) for said in partner.take()) == [
        ("refused", "“r.jsonl”的行数与清单不符"),
        ("taken", ""),
    ]


async def test_another_host_key_gets_neither_password_nor_package(partner: SftpPartner, root: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(PermanentError, match="与登记的不一致"):
        await Sftp(settings(partner, host_key=other), {"password": PASSWORD}).deliver(a_package())
    assert contents(root) == {}


async def test_a_wrong_password_needs_a_person(partner: SftpPartner) -> None:
    for secrets, words in (({"password": "wrong"}, "拒绝登录"), ({}, "没有填写"), ({"private_key": "x"}, "私钥的格式")):
        with pytest.raises(PermanentError, match=words):
            await Sftp(settings(partner), secrets).deliver(a_package())


async def test_a_private_key_opens_too(root: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with sftp_partner(root, USER, PASSWORD, key=key.convert_to_public()) as partner:
        way = Sftp(settings(partner), {"private_key": key.export_private_key().decode()})
        await way.deliver(a_package())
        await way.aclose()
    assert papers(root / RECIPIENT) == files_of(a_package())


async def test_a_folder_with_many_batches_is_looked_through_at_once(partner: SftpPartner, root: Path) -> None:
    """Forty manifests: one after another both sides would speak some 600 times."""
    for number in range(40):
        drop(root, a_package(batch=f"b{number}", **{f"f{number}": "x"}))
    async with far_away(partner.port) as (port, sent):
        way = Sftp(settings(partner, port=port), {"password": PASSWORD})
        await way.deliver(a_package(batch="b7", number=2, f7="y"))
        first = len(sent)
        await way.deliver(a_package(batch="b8", number=2, f8="y"))
        await way.aclose()
    assert first < 300
    assert len(sent) - first < 100, "what the same connection has read before is not read again"
    assert papers(root / RECIPIENT).items() >= {"f7.xlsx": b"y" * 50, "f8.xlsx": b"y" * 50}.items()


async def test_what_others_change_between_two_deliveries_is_seen(partner: SftpPartner, root: Path) -> None:
    async with connector(partner) as way:
        first = await way.deliver(a_package(1))
        drop(root, a_package(2))
        await way.deliver(a_package(3))
        [manifest] = manifests(root / RECIPIENT)
        assert [past.number for past in manifest.supersedes] == [1, 2]
        assert await way.deliver(a_package(1)) == first
        (root / RECIPIENT / manifest.file_name).write_bytes(b"spoilt")
        assert not (await way.deliver(a_package(2))).is_superseded


@asynccontextmanager
async def far_away(port: int) -> AsyncIterator[tuple[int, list[int]]]:
    """A way to a server on which everything takes 30 ms in each direction; gives its port and what was sent."""
    passing: list[asyncio.Task[None]] = []
    sent: list[int] = []

    async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(1 << 16):
                await asyncio.sleep(0.03)
                target.write(piece)
                sent.append(len(piece))
        target.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        passing.extend(
            asyncio.create_task(pass_on(*ends)) for ends in ((reader, behind_writer), (behind_reader, writer))
        )

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], sent
    server.close()
    await asyncio.gather(*passing)


async def test_a_folder_in_place_of_a_file_is_none(partner: SftpPartner, root: Path) -> None:
    (root / RECIPIENT / "清单-x.json").mkdir(parents=True)
    await deliver(partner, a_package())
    assert {path.name for path in (root / RECIPIENT).iterdir() if path.is_file()} >= set(files_of(a_package()))


async def test_a_missing_root_is_not_made(partner: SftpPartner, root: Path) -> None:
    way = Sftp(settings(partner, root="/nowhere"), {"password": PASSWORD})
    with pytest.raises(TemporaryError, match="不存在"):
        await way.deliver(a_package())
    assert contents(root) == {}


async def test_a_closed_port_is_tried_again_later(partner: SftpPartner) -> None:
    with pytest.raises(TemporaryError, match="连不上"):
        await Sftp(settings(partner, port=1), {"password": PASSWORD}).deliver(a_package())


async def test_an_address_outside_its_networks_is_not_connected_to(partner: SftpPartner) -> None:
    with pytest.raises(PermanentError, match="不在允许的出口名单里"):
        await Sftp(settings(partner, networks=()), {"password": PASSWORD}).deliver(a_package())


@pytest.mark.parametrize("before", ["", "[127.0.0.1]:22 ", "|1|abc=|def= ", "host.gov.cn,10.1.2.3 "])
def test_a_line_of_known_hosts_is_read_for_its_key(before: str) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
    given = {"host": "a.gov.cn", "user": "u", "host_key": before + key.export_public_key().decode() + " comment"}
    assert convert(given, SftpSettings).key == key


def test_what_is_no_key_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="主机公钥的写法不对"):
        convert({"host": "a.gov.cn", "user": "u", "host_key": "SHA256:abc"}, SftpSettings)

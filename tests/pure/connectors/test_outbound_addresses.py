"""Address tricks at the allow-list: whatever is written, resolved or answered, only what it names is reached."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from connectors.contract import DeliveryError, PermanentError, TemporaryError
from connectors.outbound import Allowed
from connectors.outbound.network import PinnedNetwork, judged_addresses

PUBLIC = Allowed(host="hooks.example.gov.cn", port=443)
INTRANET = Allowed(host="hooks.example.gov.cn", port=8443, networks=("10.20.30.0/24",))

LOOPBACK_HOSTS = (
    *("localhost", "127.0.0.1", "127.1", "127.0.1", "127.000.000.001", "0177.0.0.1", "0177.1", "00000177.0.0.1"),
    *("0x7f.0.0.1", "0x7f000001", "0x7f.1", "0X7F000001", "2130706433", "017700000001", "127.0.0.0x1", "0", "0.0.0.0"),  # noqa: S104 - nothing listens
    *("0x0", "00", "127.255.255.254", "127.0.0.1.", "127.0.0.1..", "localhost.", "LOCALHOST", "localhost.localdomain"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]"),
    *("[2001:0:7f00:1::]", "[fe80::1%25lo]", "[::1%25lo]", "[::1%lo]", "[::1]]", "[[::1]]", "[::1", "::1", "[v1.::1]"),
    *(
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "ｌｏｃａｌｈｏｓｔ",
        "locaⅼhost",
    ),
    *(
        "127.0.0.1%00",
        "127.0.0.1%2f",
        "%31%32%37.0.0.1",
        "127.0.0.1%20",
        "lvh.me",
        "127.0.0.1.nip.io",
        "127-0-0-1.sslip.io",
    ),
)
METADATA_HOSTS = (
    *(
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
    ),
    *("[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "100.100.100.200", "metadata.google.internal", "[64:ff9b::a9fe:a9fe]"),
)
OTHER_HOSTS = (
    *("10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "239.255.255.250"),
    *("198.18.0.1", "192.0.2.1", "240.0.0.1", "[fc00::1]", "[ff02::1]", "[fec0::1]", "[2001:db8::1]", "167772161"),
    *("evil.example", "hooks.example.gov.cn.evil.example", "evilhooks.example.gov.cn", "example.gov.cn", "gov.cn"),
    *("xn--hooks-example.gov.cn", "hooks.example.gov.cn.", "hooks.example.gov.cn..", "hooks..example.gov.cn", "."),
    *(
        "HOOKS.example.gov.cn",
        "hooks.EXAMPLE.gov.cn",
        "ｈooks.example.gov.cn",
        "hooks。example.gov.cn",
        "hоoks.example.gov.cn",
    ),
    *("hooks.example.gov.cn%00.evil.example", "hooks.example.gov.cn\\.evil.example", "hooks.example.gov.cn_", "-", ""),
    *(
        "hooks.example.gov.cn\t",
        " hooks.example.gov.cn",
        "hooks.example.gov.cn\r\nHost: evil",
        "hooks.example.gov.cn\x00",
    ),
    *("hooks.example.gov.cn%0d%0a", "*.example.gov.cn", "hooks.example.gov.cn,evil.example", "hooks.example.gov.cn;a"),
    *(
        "hooks.example.gov.cn\u200b",
        "hooks.example.gov.cn\u2024",
        "hooks.example.gov.cn／evil",
        "hooks.example.gov.cn℀",
    ),
)
OTHER_FORMS = (
    *("hooks.example.gov.cn", "//hooks.example.gov.cn/", "/in", "", " ", "https:", "https:/", "https://", "https:///"),
    *(
        "ftp://hooks.example.gov.cn/",
        "file:///etc/passwd",
        "gopher://hooks.example.gov.cn/",
        "ws://hooks.example.gov.cn/",
    ),
    *("javascript:alert(1)", "data:text/plain,a", "unix:///run/docker.sock", "http+unix://%2frun%2fdocker.sock/"),
    *(
        "HTTPS://hooks.example.gov.cn/",
        "hTTps://hooks.example.gov.cn/",
        "https:hooks.example.gov.cn",
        "ｈttps://hooks.example.gov.cn",
    ),
    *(
        "https:/hooks.example.gov.cn",
        "https:\\\\hooks.example.gov.cn\\",
        "https:///hooks.example.gov.cn/in",
        "ldap://a/",
    ),
    *(
        "https://evil.example@hooks.example.gov.cn/",
        "https://hooks.example.gov.cn@evil.example/",
        "https://a:b@evil.example/",
    ),
    *(
        "https://hooks.example.gov.cn:443@evil.example/",
        "https://hooks.example.gov.cn#@evil.example/",
        "https://@evil/",
    ),
    *("https://hooks.example.gov.cn\\@evil.example/", "https://evil.example\\@hooks.example.gov.cn/", "https://:@a/"),
    *("https://evil.example#hooks.example.gov.cn", "https://evil.example?hooks.example.gov.cn", "https://a/#x"),
    *("https://evil.example/hooks.example.gov.cn", "https://evil.example;hooks.example.gov.cn", "https://a&@b/"),
    *("https://hooks.example.gov.cn:80/", "https://hooks.example.gov.cn:22/", "https://hooks.example.gov.cn:8443/"),
    *("https://hooks.example.gov.cn:0443/", "https://hooks.example.gov.cn:+443/", "https://hooks.example.gov.cn:-1/"),
    *("https://hooks.example.gov.cn:0/", "https://hooks.example.gov.cn:65979/", "https://hooks.example.gov.cn:4４3/"),
    *("https://hooks.example.gov.cn:/", "https://hooks.example.gov.cn:443:80/", "https://hooks.example.gov.cn:443 80/"),
    *("https://[hooks.example.gov.cn]/", "https://hooks.example.gov.cn:x/", "https://hooks.example.gov.cn:0x1bb/"),
    *("http://hooks.example.gov.cn/", "http://hooks.example.gov.cn:443/", "https://hooks.example.gov.cn/a b"),
    *(
        "https://hooks.example.gov.cn/\r\nX: y",
        "https://hooks.example.gov.cn/\\evil",
        "https://hooks.example.gov.cn/#f",
    ),
    *("https://hooks.example.gov.cn/\x00", "\thttps://hooks.example.gov.cn/", "https://hooks.example.gov.cn/\n"),
    *("url:https://hooks.example.gov.cn/", "view-source:https://hooks.example.gov.cn/", "jar:https://evil!/"),
)
WRITTEN = (
    *(f"https://{host}/in" for host in (*LOOPBACK_HOSTS, *METADATA_HOSTS, *OTHER_HOSTS)),
    *OTHER_FORMS,
)
RESOLVED = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.1.2.3", "10.20.31.1", "172.16.5.5", "172.31.255.255"),  # noqa: S104
    *("192.168.0.1", "100.64.0.1", "100.127.255.254", "100.100.100.200", "169.254.169.254", "169.254.0.1", "192.0.0.8"),
    *("192.0.2.9", "192.88.99.1", "198.18.0.1", "198.19.255.1", "198.51.100.7", "203.0.113.7", "224.0.0.1"),
    *(
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
    ),
    *("::127.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"),
    *("2002:a00:1::", "2002:7f00:1::1", "2001:0:a00:1::", "2001:10::1", "2001:db8::1", "3fff::1", "fe80::1"),
    *(
        "fe80::1%lo",
        "2400:3200::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "4000::1",
    ),
    *("nonsense", "127.1", "1.2.3.4.5", "1.1.1.1 ", "0x7f000001", "①.1.1.1"),
)


def resolving(*answers: Sequence[str]) -> tuple[list[str], PinnedNetwork]:
    """A network whose resolver gives one answer after the other, and the book of what it was asked."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return asked, PinnedNetwork(PUBLIC, resolve)


def test_there_are_more_than_two_hundred_tricks_and_each_is_another() -> None:
    assert len({*WRITTEN, *RESOLVED}) == len(WRITTEN) + len(RESOLVED) > 200


@pytest.mark.parametrize("url", WRITTEN)
def test_no_way_of_writing_leads_elsewhere(url: str) -> None:
    for allowed in (PUBLIC, INTRANET):
        if not (allowed is INTRANET and url == "https://hooks.example.gov.cn:8443/"):
            with pytest.raises(PermanentError):
                allowed.route(url)


@pytest.mark.parametrize("url", ["https://hooks.example.gov.cn", "https://hooks.example.gov.cn:443/in?a=%E4%B8%80"])
def test_what_the_list_names_is_reached(url: str) -> None:
    assert PUBLIC.route(url)[:3] == ("https", "hooks.example.gov.cn", 443)


@pytest.mark.parametrize("address", RESOLVED)
@pytest.mark.parametrize("others", [(), ("110.242.68.4",)], ids=["alone", "behind a good one"])
async def test_no_answer_of_a_resolver_leads_elsewhere(address: str, others: tuple[str, ...]) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return [*others, address]

    for allowed in (PUBLIC, INTRANET):
        with pytest.raises(DeliveryError):
            await judged_addresses(allowed, resolve)


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        (PUBLIC, "110.242.68.4"),
        (PUBLIC, "2400:3200::1"),
        (INTRANET, "10.20.30.255"),
        (Allowed(host="a.b", port=1, networks=("59.227.0.0/16",)), "59.227.1.1"),
        (Allowed(host="a.b", port=1, networks=("127.0.0.0/8",)), "127.0.0.1"),
        (Allowed(host="a.b", port=1, networks=("::1/128",)), "::1"),
        (Allowed(host="a.b", port=1, networks=("fd12::/16",)), "fd12::9"),
    ],
)
async def test_an_address_that_the_list_names_is_reached(allowed: Allowed, address: str) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return [address]

    assert [str(each) for each in await judged_addresses(allowed, resolve)] == [address]


async def test_an_address_outside_the_named_networks_is_refused_though_it_is_public() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["110.242.68.4"]

    with pytest.raises(PermanentError, match="不在允许的出口名单里"):
        await judged_addresses(INTRANET, resolve)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:7f00:1", "64:ff9b::7f00:1"]
)
async def test_naming_an_address_as_the_host_names_no_network(host: str) -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        pytest.fail("an address is not looked up")

    with pytest.raises(PermanentError):
        await judged_addresses(Allowed(host=host, port=443), never)


async def test_an_answer_is_judged_and_used_without_a_second_look() -> None:
    """Rebinding: a name that is public when it is judged and private when it is connected to."""
    taken: list[str] = []
    server = await asyncio.start_server(lambda _, writer: taken.append(str(writer.close())), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    allowed = Allowed(host="a.b", port=port, networks=("127.0.0.1/32",))
    stream = await PinnedNetwork(allowed, rebinding).connect_tcp("a.b", port, 5)
    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    assert asked == ["a.b"]
    await stream.aclose()
    with pytest.raises(PermanentError, match=r"127\.0\.0\.2"):
        await PinnedNetwork(allowed, rebinding).connect_tcp("a.b", port, 5)
    server.close()


@pytest.mark.parametrize(("host", "port"), [("evil.example", 443), ("hooks.example.gov.cn", 80), ("127.0.0.1", 443)])
async def test_the_network_itself_connects_to_its_one_entry_only(host: str, port: int) -> None:
    asked, network = resolving(["110.242.68.4"])
    with pytest.raises(PermanentError):
        await network.connect_tcp(host, port, 1)
    assert asked == []


async def test_a_name_without_an_address_is_tried_again_later() -> None:
    _, network = resolving([])
    with pytest.raises(TemporaryError, match=r"查不到.*的地址"):
        await network.connect_tcp(PUBLIC.host, PUBLIC.port, 1)


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "A.b", "a.b.", "a..b", "-a.b", "a_b", "1", "127.1", "0x7f000001", "0177.0.0.1", "a.b.1", "[::1]"),
        *("::0:1", "fe80::1%lo", "a b", "ａ.b", "a.b/c", "a.b:443", "u@a.b", "舞钢.cn", "a.0x7f", "a" * 64, "a." * 130),
    ],
)
def test_an_entry_has_one_spelling(host: str) -> None:
    with pytest.raises(ValueError, match="写法不对"):
        Allowed(host=host, port=443)


@pytest.mark.parametrize(
    "network",
    [
        *("0.0.0.0/0", "::/0", "0.0.0.0/1", "126.0.0.0/7", "169.254.169.254/32", "169.0.0.0/8", "224.0.0.0/4"),
        *("255.255.255.255/32", "64:ff9b::/96", "::ffff:10.0.0.0/104", "2000::/3", "fe80::/10", "10.0.0.1/8", "x"),
        *("192.0.0.0/8", "172.0.0.0/8", "100.0.0.0/8", "f000::/4", "0.0.0.0/32", "::/96", "2002:a00::/24"),
    ],
)
def test_no_network_that_holds_what_nobody_serves_can_be_named(network: str) -> None:
    with pytest.raises(ValueError, match="网段"):
        Allowed(host="a.b", port=443, networks=(network,))


def test_an_entry_that_an_administrator_enters_is_refused_in_words() -> None:
    entered = b'{"host":"a.b.","port":443}'
    with pytest.raises(msgspec.ValidationError, match="写法不对"):
        msgspec.json.decode(entered, type=Allowed)


def test_without_encryption_only_into_ones_own_networks() -> None:
    own = Allowed(host="hooks.example.gov.cn", port=80, networks=("10.20.30.0/24", "127.0.0.1/32"))
    assert own.route("http://hooks.example.gov.cn/in").target == "/in"
    foreign = Allowed(host="hooks.example.gov.cn", port=80, networks=("10.20.30.0/24", "59.227.0.0/16"))
    for allowed in (foreign, Allowed(host="hooks.example.gov.cn", port=80)):
        with pytest.raises(PermanentError, match="没有加密"):
            allowed.route("http://hooks.example.gov.cn/in")

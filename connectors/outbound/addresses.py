"""Which addresses may be reached: what an allow-list entry names, in the one spelling that everybody reads alike.

What is not written in that spelling is refused rather than understood. Looking names up and connecting is in `network`.
"""

import re
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from connectors.contract import PermanentError, blaming

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

OWN_NETWORKS: tuple[IPNetwork, ...] = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7"),
    )
)
"""Loopback and private networks: reachable where an entry names a part of them, and never otherwise."""
_NEVER: tuple[IPNetwork, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            # IPv4 wrapped in IPv6 (compatible, mapped, translated, 6to4, Teredo), link-local, multicast, documentation
            *("::/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"),
            *("2001::/23", "2001:db8::/32", "3fff::/20", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)
"""Nobody's servers: not to be reached whatever an entry says."""
_GLOBAL_IPV6 = IPv6Network("2000::/3")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
"""A host name as DNS keeps it: lower case, no dot at its end, its last part no number in any notation."""
_LONGEST_NAME = 253
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<target>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
_PORTS = {"http": 80, "https": 443}
_LARGEST_PORT = 65535

BADLY_WRITTEN = "地址的写法不对。请写成 https://主机/路径，主机用半角小写，不带用户名和空格。"
NOT_ALLOWED = "不在允许的出口名单里，没有连接。请核对地址；确需访问的，由管理员加入名单并经第二人批准。"


class Route(NamedTuple):
    """A checked address, taken apart."""

    scheme: str
    host: str
    port: int
    target: str


Networks = Annotated[
    tuple[str, ...], Meta(title="允许的网段", description="对方地址必须在其中；在公网的不填。如 10.20.0.0/16。")
]
"""As administrators are asked for them, whatever the kind of system."""


class Allowed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One entry of the allow-list: a host and port, and the networks in which its addresses must lie.

    Without networks any public address will do. Raises ValueError in Chinese where it is not in its one spelling.
    """

    host: str
    port: Annotated[int, Meta(ge=1, le=_LARGEST_PORT)]
    networks: Networks = ()

    def __post_init__(self) -> None:
        if not _is_host(self.host):
            raise ValueError(f"主机“{self.host}”写法不对。请写小写域名（末尾不带点）或标准写法的 IP 地址。")
        with blaming("networks"):
            for network in self.networks:
                _check_network(network)

    @classmethod
    def of(cls, url: str, networks: tuple[str, ...] = ()) -> "Allowed":
        """The entry that one address needs; raises ValueError in Chinese where it is not in its one spelling."""
        found = _URL.fullmatch(url)
        if not found:
            raise ValueError(BADLY_WRITTEN)
        port = int(found["port"] or _PORTS[found["scheme"]])
        if port > _LARGEST_PORT:
            raise ValueError(f"地址的端口 {port} 太大。")
        allowed = cls(host=found["host"].strip("[]"), port=port, networks=networks)
        try:
            allowed.route(url)
        except PermanentError as error:
            raise ValueError(str(error)) from error
        return allowed

    @cached_property
    def parsed(self) -> tuple[IPNetwork, ...]:
        return tuple(ip_network(network) for network in self.networks)

    @property
    def is_own(self) -> bool:
        """Say whether every address that it allows lies in a private network or on this machine."""
        return bool(self.networks) and all(_lies_in(network, OWN_NETWORKS) for network in self.parsed)

    def route(self, url: str) -> Route:
        """Take an address apart and make sure that it is this entry's; raises PermanentError otherwise.

        Without encryption only where the address lies in one's own network.
        """
        found = _URL.fullmatch(url)
        if not found:
            raise PermanentError(BADLY_WRITTEN)
        port = int(found["port"] or _PORTS[found["scheme"]])
        if (found["host"].strip("[]"), port) != (self.host, self.port) or not _is_bracketed(found["host"]):
            raise PermanentError(f"地址{NOT_ALLOWED}")
        if found["scheme"] == "http" and not self.is_own:
            raise PermanentError("地址没有加密（http），没有连接。请改用 https；只有写明网段的内部网络可以用 http。")
        return Route(found["scheme"], self.host, port, found["target"] or "/")

    def allows(self, address: IPAddress) -> bool:
        """Say whether an address that the host's name stands for may be connected to."""
        if getattr(address, "scope_id", None):
            return False
        if not _lies_in(address, OWN_NETWORKS):
            return _is_public(address) and (not self.networks or _lies_in(address, self.parsed))
        return _lies_in(address, self.parsed)


def _is_public(address: IPAddress) -> bool:
    is_given_out = isinstance(address, IPv4Address) or address in _GLOBAL_IPV6
    return is_given_out and not _lies_in(address, _NEVER)


def _is_host(host: str) -> bool:
    if len(host) <= _LONGEST_NAME and _NAME.fullmatch(host):
        return True
    try:
        return str(ip_address(host)) == host and "%" not in host
    except ValueError:
        return False


def _is_bracketed(host: str) -> bool:
    """IPv6 stands in brackets, and nothing else does."""
    return (":" in host) == host.startswith("[")


def _check_network(text: str) -> None:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"网段“{text}”写法不对。请写成 10.1.2.0/24 这样的形式。") from error
    blocks = (*OWN_NETWORKS, *_NEVER)
    overlapping = [block for block in blocks if block.version == network.version and block.overlaps(network)]
    if overlapping and not _lies_in(network, OWN_NETWORKS):
        raise ValueError(f"网段“{text}”太宽，或含有不能访问的地址。请只写对方服务器所在的网段。")


def _lies_in(inner: IPAddress | IPNetwork, blocks: tuple[IPNetwork, ...]) -> bool:
    network = ip_network(inner)
    return any(block.version == network.version and network.subnet_of(block) for block in blocks)  # type: ignore[arg-type]

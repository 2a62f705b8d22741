"""What an administrator enters for one department's mailbox, and the server that takes mails for it.

The account's password is handed in apart, by the name that `SECRETS` has for it.
"""

from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated

from msgspec import Meta, Struct

from connectors.contract import SettingError, blaming
from connectors.outbound import Allowed, Networks

PASSWORD = "password"  # noqa: S105 - the name under which it is handed in
SECRETS = {PASSWORD: "发信账号的密码或授权码"}

Address = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]


class Encryption(StrEnum):
    """`NONE` only to a server on this machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One receiver, one sender, and the server between.

    Raises ValueError in Chinese for an address that cannot be used, or mails that others could read on the way.
    """

    to: Annotated[Address, Meta(title="收件邮箱", description="部门接收任务书和结果的一个邮箱。")]
    sender: Annotated[Address, Meta(title="发件邮箱")]
    host: Annotated[str, Meta(min_length=1, title="发信服务器", description="主机名或地址。")]
    port: Annotated[int, Meta(ge=1, le=65535, title="端口", description="tls 一般是 465，starttls 一般是 587。")] = 465
    networks: Networks = ()
    encryption: Annotated[Encryption, Meta(title="加密方式", description="tls 或 starttls；none 只能用于本机。")] = (
        Encryption.TLS
    )
    user: Annotated[str, Meta(title="发信账号", description="服务器不要求登录的不填。")] = ""
    authority: Annotated[
        tuple[str, ...], Meta(title="签发对方证书的 CA 证书", description="PEM 格式；空着就用系统自带的。")
    ] = ()

    def __post_init__(self) -> None:
        with blaming("host"):
            networks = self.at.networks
        is_here = networks and all(ip_network(network).is_loopback for network in networks)
        if self.encryption is Encryption.NONE and not is_here:
            words = "不加密的发信服务器只能在本机（网段写 127.0.0.1/32）。请改用 tls 或 starttls。"
            raise SettingError(words, "encryption")

    @property
    def at(self) -> Allowed:
        """What of the network it may use."""
        return Allowed(host=self.host, port=self.port, networks=self.networks)

    @property
    def domain(self) -> str:
        """Whose mails they are."""
        return self.sender.rpartition("@")[2]

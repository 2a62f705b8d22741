"""What an administrator enters for one SFTP server.

Password and private key are handed in apart, by the names that `SECRETS` has for them.
"""

import re
from typing import Annotated

import asyncssh
from msgspec import Meta, Struct

from connectors.contract import blaming
from connectors.outbound import Allowed, Networks

PASSWORD, PRIVATE_KEY = "password", "private_key"
SECRETS = {PASSWORD: "账号的密码", PRIVATE_KEY: "私钥（OpenSSH 格式；有私钥就不用密码）"}

KEY = re.compile(r"(?:ssh|ecdsa|sk)-\S+\s+AAAA[0-9A-Za-z+/=]+")


class SftpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One server, and the folder in it that has a folder for each recipient.

    Raises ValueError in Chinese for an address or a host key that cannot be used.
    """

    host: Annotated[str, Meta(min_length=1, title="主机", description="主机名或地址。")]
    port: Annotated[int, Meta(ge=1, le=65535, title="端口")] = 22
    networks: Networks = ()
    user: Annotated[str, Meta(min_length=1, title="账号")]
    host_key: Annotated[
        str,
        Meta(
            title="主机公钥",
            description="对方告知的一行，如 ssh-ed25519 AAAA…，或 known_hosts 里的一行；连到别的主机就不投递。",
        ),
    ]
    root: Annotated[
        str, Meta(min_length=1, title="文件夹", description="已有的文件夹，每个接收单位在其中有自己的子文件夹。")
    ] = "."

    def __post_init__(self) -> None:
        with blaming("host"):
            self.at  # noqa: B018 - whatever is wrong with it is said now
        with blaming("host_key"):
            self.key  # noqa: B018 - the same

    @property
    def at(self) -> Allowed:
        """What of the network it may use."""
        return Allowed(host=self.host, port=self.port, networks=self.networks)

    @property
    def key(self) -> asyncssh.SSHKey:
        """The one key that the server may show; of a `known_hosts` line only the key counts, whatever host it names."""
        found = KEY.search(self.host_key)
        try:
            return asyncssh.import_public_key(found[0] if found else "")
        except (asyncssh.KeyImportError, ValueError) as error:
            raise ValueError("主机公钥的写法不对。请填写对方告知的一行，如 ssh-ed25519 AAAA…。") from error

    @property
    def place(self) -> str:
        """What sentences call it."""
        return f"SFTP 服务器“{self.host}:{self.port}”"

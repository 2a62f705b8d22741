"""Delivering over SFTP: to the server whose key is known, as one account, into the recipient's folder.

What is written there, and in which order, is said in connectors/file_drop.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import asyncssh

from connectors.contract import Confirmation, Package, PermanentError, Receipt, TemporaryError
from connectors.file_drop.disk import in_words
from connectors.file_drop.names import safe_name
from connectors.file_drop.placing import answer_in, put_into
from connectors.outbound.network import Resolve, judged_addresses, look_up
from connectors.sftp.remote import Read, RemoteFolder
from connectors.sftp.settings import PASSWORD, PRIVATE_KEY, SftpSettings

T = TypeVar("T")

CONNECT_SECONDS, OPERATION_SECONDS = 15.0, 30.0
STALE_SECONDS = 180.0
"""When a lock is thought to be left over: well after any delivery would have been given up."""

STRANGER = "出示的主机公钥与登记的不一致，没有连接：可能换了主机，也可能被冒充。请与对方核实后再改设置。"
NOT_LET_IN = "拒绝登录。请核对账号、密码或私钥，再重新投递。"
UNREACHABLE = "连不上或连接中断（{}），没有投递完成。请检查网络，或请对方检查服务。"
UNSAID = "没有填写密码或私钥，没有连接。请填写后再重新投递。"
BAD_KEY = "私钥的格式不对（要 OpenSSH 格式、没有口令）。请重新填写。"


class Sftp:
    """Delivers over one connection that is opened when it is needed, by a thread of its own."""

    def __init__(
        self,
        settings: SftpSettings,
        secrets: Mapping[str, str],
        *,
        resolve: Resolve = look_up,
        stale_seconds: float = STALE_SECONDS,
        longest_seconds: float = OPERATION_SECONDS,
    ) -> None:
        self._settings, self._secrets, self._resolve = settings, secrets, resolve
        self._stale, self._longest = stale_seconds, longest_seconds
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sftp")
        self._turn = asyncio.Lock()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._known: dict[str, dict[str, Read]] = {}

    async def deliver(self, package: Package) -> Receipt:
        """Put a package into its recipient's folder; where its manifest stands already, nothing is touched."""

        def put(folder: RemoteFolder) -> Receipt:
            folder.make()
            with folder.alone(self._stale):
                return put_into(folder, package)

        return await self._by_hand(package.recipient, put)

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Read the receiver's acknowledgement."""
        return await self._by_hand(package.recipient, lambda folder: answer_in(folder, package, receipt))

    async def aclose(self) -> None:
        """Hang up; whatever is still under way fails by that."""
        self._hang_up()
        self._hand.shutdown(wait=False, cancel_futures=True)

    async def _by_hand(self, recipient: str, act: Callable[[RemoteFolder], T]) -> T:
        """Do something in the recipient's folder; after any failure the connection is given up."""
        path = f"{self._settings.root}/{safe_name(recipient)}"
        async with self._turn:
            try:
                with self._in_words(path):
                    client = self._client or await self._connect()
                    loop = asyncio.get_running_loop()
                    folder = RemoteFolder(client, loop, path, self._longest, self._known.setdefault(path, {}))
                    return await loop.run_in_executor(self._hand, act, folder)
            except BaseException:
                self._hang_up()
                raise

    async def _connect(self) -> asyncssh.SFTPClient:
        address = (await judged_addresses(self._settings.at, self._resolve))[0]
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._connection = await asyncssh.connect(
                    str(address),
                    self._settings.port,
                    username=self._settings.user,
                    known_hosts=([self._settings.key], [], []),
                    config=None,
                    agent_path=None,
                    **self._credentials(),
                )
                self._client = await self._connection.start_sftp_client()
        except OSError as error:
            raise ConnectionError(str(error) or f"{CONNECT_SECONDS:g}秒没有答复") from error
        return self._client

    def _credentials(self) -> Mapping[str, object]:
        """What shows who we are: the private key, or else the password, and nothing of this machine's."""
        if pem := self._secrets.get(PRIVATE_KEY):
            try:
                key = asyncssh.import_private_key(pem.strip() + "\n")
            except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
                raise PermanentError(f"{self._settings.place}的{BAD_KEY}") from error
            return {"client_keys": [key], "preferred_auth": "publickey"}
        if password := self._secrets.get(PASSWORD):
            return {"client_keys": None, "password": password, "preferred_auth": "password,keyboard-interactive"}
        raise PermanentError(f"{self._settings.place}{UNSAID}")

    def _hang_up(self) -> None:
        connection, self._connection, self._client, self._known = self._connection, None, None, {}
        if connection:
            connection.abort()

    @contextmanager
    def _in_words(self, path: str) -> Iterator[None]:
        place = self._settings.place
        try:
            with in_words(f"{place}的文件夹“{path}”"):
                try:
                    yield
                except ConnectionError as error:
                    raise TemporaryError(f"{place}{UNREACHABLE.format(error)}") from error
        except asyncssh.HostKeyNotVerifiable as error:
            raise PermanentError(f"{place}{STRANGER}") from error
        except asyncssh.PermissionDenied as error:
            raise PermanentError(f"{place}{NOT_LET_IN}") from error
        except asyncssh.Error as error:
            raise TemporaryError(f"{place}{UNREACHABLE.format(error.reason)}") from error

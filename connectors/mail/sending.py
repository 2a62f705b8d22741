"""Sending a mail over SMTP: to the server that was allowed, encrypted, and what its answer means.

What stands in the mail is in `message`.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import aiosmtplib

from connectors.contract import DeliveryError, Package, PermanentError, Receipt, TemporaryError
from connectors.mail.message import message_id, message_of
from connectors.mail.settings import PASSWORD, Encryption, MailSettings
from connectors.outbound.network import Resolve, judged_addresses, look_up

LONGEST_SECONDS = 60.0
_LASTING = range(500, 600)

REFUSED_FOR_GOOD = "拒收（{} {}），没有发送。请核对收件邮箱和发信账号，再重新投递。"
REFUSED_FOR_NOW = "暂时不收（{} {}），稍后再试。"
NOT_LET_IN = "拒绝登录（{} {}）。请核对发信账号和密码（有的要用授权码），再重新投递。"
UNENCRYPTED = "不提供加密（STARTTLS），没有发送。请换端口，或请对方开启。"
UNTRUSTED = "的证书不能信任（{}），没有登录。请对方检查证书，或在设置里填写签发它的 CA 证书。"
UNREACHABLE = "连不上或连接中断（{}），不能确认已经收下。请检查网络，或请对方检查服务。"


class Mail:
    """Sends each package by a connection of its own: mails are few."""

    def __init__(
        self,
        settings: MailSettings,
        secrets: Mapping[str, str],
        *,
        clock: Callable[[], datetime],
        resolve: Resolve = look_up,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self._settings, self._secrets, self._clock, self._resolve = settings, secrets, clock, resolve
        self._longest = longest_seconds

    async def deliver(self, package: Package) -> Receipt:
        """Send a package; a repeat has the same Message-ID, by which receivers drop it."""
        message = message_of(package, self._settings, self._clock())
        with self._in_words():
            async with asyncio.timeout(self._longest):
                client = self._client(await self._connected())
                try:
                    await client.connect()
                    if self._settings.user:
                        await client.login(self._settings.user, self._password())
                    await client.send_message(message)
                finally:
                    client.close()
        return Receipt(key=package.key, reference=message_id(package, self._settings))

    async def aclose(self) -> None:
        """Nothing is kept open."""

    async def _connected(self) -> socket.socket:
        """Connect to the first address that the host stands for, all of them judged before."""
        address = (await judged_addresses(self._settings.at, self._resolve))[0]
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IP's own
        connected = socket.socket(family, socket.SOCK_STREAM)
        connected.settimeout(0)
        try:
            await asyncio.get_running_loop().sock_connect(connected, (str(address), self._settings.port))
        except BaseException:
            connected.close()
            raise
        return connected

    def _client(self, connected: socket.socket) -> aiosmtplib.SMTP:
        """TLS is verified by the host's name, whatever address the connection goes to."""
        encryption = self._settings.encryption
        return aiosmtplib.SMTP(
            hostname=self._settings.host,
            sock=connected,
            local_hostname=self._settings.domain,
            timeout=self._longest,
            use_tls=encryption is Encryption.TLS,
            start_tls=encryption is Encryption.STARTTLS,
            tls_context=None if encryption is Encryption.NONE else self._trust(),
        )

    def _trust(self) -> ssl.SSLContext:
        if self._settings.authority:
            return ssl.create_default_context(cadata="\n".join(self._settings.authority))
        return ssl.create_default_context()

    def _password(self) -> str:
        password = self._secrets.get(PASSWORD)
        if not password:
            raise PermanentError(f"{self._place}没有填写发信账号的密码，没有发送。请填写后再重新投递。")
        return password

    @property
    def _place(self) -> str:
        return f"发信服务器“{self._settings.host}:{self._settings.port}”"

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except DeliveryError:
            raise
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> DeliveryError:
        untrusted = next((each for each in _causes(error) if isinstance(each, ssl.SSLCertVerificationError)), None)
        if untrusted:
            return TemporaryError(f"{self._place}{UNTRUSTED.format(untrusted.verify_message)}")
        if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
            return self._failure(error.recipients[0])
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return self._answered(error)
        if isinstance(error, aiosmtplib.SMTPNotSupported) or "STARTTLS" in str(error):
            return PermanentError(f"{self._place}{UNENCRYPTED}")
        said = str(error) or f"{self._longest:g}秒没有答复"
        return TemporaryError(f"{self._place}{UNREACHABLE.format(said)}")

    def _answered(self, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        said = (error.code, error.message)
        if error.code not in _LASTING:
            return TemporaryError(f"{self._place}{REFUSED_FOR_NOW.format(*said)}")
        words = NOT_LET_IN if isinstance(error, aiosmtplib.SMTPAuthenticationError) else REFUSED_FOR_GOOD
        return PermanentError(f"{self._place}{words.format(*said)}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

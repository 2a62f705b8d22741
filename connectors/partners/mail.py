"""A department's mailbox on loopback: takes mails for one account, drops repeats by Message-ID, shows what it holds.

It can be told to misbehave: to refuse for now or for good, to break off within a mail, to be slow, or to take a mail
and hang up before it says so.
"""

import asyncio
import ssl
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from hashlib import sha256

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct

from connectors.partners.relay import LOOPBACK

MOST_BYTES = 32 << 20
TAKEN = "250 2.0.0 taken"


class Taken(Struct, frozen=True, kw_only=True):
    """One mail as it was taken: its name, batch and number, and its attachments."""

    message_id: str
    subject: str
    body: str
    batch: str
    number: int
    attachments: dict[str, bytes]


class Mailbox:
    """What a department holds; a handler of `aiosmtpd`."""

    def __init__(self, address: str, user: str = "", password: str = "") -> None:
        self.address, self._user, self._password = address, user, password
        self.taken: dict[str, Taken] = {}
        self.told: Counter[str] = Counter()
        self.port = 0
        self.answer = ""
        """What is said instead of taking mails, such as `451 later`."""
        self.is_hanging_up = False
        """Whether a mail is taken without saying so: the connection ends first."""
        self.cut_after: int | None = None
        """After how many bytes a connection breaks."""
        self.pause = 0.0
        """Seconds before a mail is looked at."""
        self.contradicted: list[str] = []
        """Names under which another mail came than the one that was taken."""

    @property
    def has_account(self) -> bool:
        """Whether one must log in."""
        return bool(self._user)

    @property
    def newest(self) -> dict[str, Taken]:
        """The mail of the greatest number for each batch, which is what counts."""
        return {taken.batch: taken for taken in sorted(self.taken.values(), key=lambda taken: taken.number)}

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: object
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == (self._user, self._password), handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address != self.address:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.pause)
        if self.answer:
            return self.answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._take(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        if self.is_hanging_up and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return TAKEN

    def _take(self, message: EmailMessage) -> None:
        """Take a mail; one whose name is known is dropped."""
        name = str(message["Message-ID"] or "") or sha256(message.as_bytes()).hexdigest()
        self.told[name] += 1
        body = message.get_body(("plain",))
        given = Taken(
            message_id=name,
            subject=str(message["Subject"]),
            body=str(body.get_content()) if body else "",
            batch=str(message["X-OneDoor-Batch"]),
            number=int(message["X-OneDoor-Number"] or 0),
            attachments=dict(map(_attachment, message.iter_attachments())),
        )
        if self.taken.setdefault(name, given) != given:
            self.contradicted.append(name)


class _Line(SMTP):
    """One connection, which breaks after so many bytes where the mailbox says so."""

    _passed = 0

    def data_received(self, data: bytes) -> None:
        self._passed += len(data)
        if self.event_handler.cut_after is None or self._passed <= self.event_handler.cut_after:
            super().data_received(data)
        elif isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


def _attachment(part: Message) -> tuple[str, bytes]:
    content = part.get_payload(decode=True)
    return str(part.get_filename()), content if isinstance(content, bytes) else b""


@asynccontextmanager
async def standing_mailbox(
    mailbox: Mailbox, *, port: int = 0, tls: ssl.SSLContext | None = None, is_tls_at_once: bool = False
) -> AsyncIterator[Mailbox]:
    """Stand on loopback until the block ends; with TLS at once, or by STARTTLS, or without."""

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # it warns of passwords without TLS, which here never leave the machine
            warnings.simplefilter("ignore", UserWarning)
            return _Line(
                mailbox,
                hostname="mail.partner",
                data_size_limit=MOST_BYTES,
                enable_SMTPUTF8=True,
                tls_context=None if is_tls_at_once else tls,
                require_starttls=bool(tls) and not is_tls_at_once,
                auth_required=mailbox.has_account,
                auth_require_tls=bool(tls) and not is_tls_at_once,
                authenticator=mailbox.authenticate,
            )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, LOOPBACK, port, ssl=tls if is_tls_at_once else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()

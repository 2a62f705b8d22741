"""A department's SFTP server on loopback, and its receiver: checks each drop against its manifest, acknowledges it.

It can be told to misbehave: to hang up at a step, to keep half of what is written, to be slow, to have no room. The
receiver reads the folder itself, as a department's own program would.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import msgspec
from msgspec import Struct

from connectors.file_drop.acknowledgement import Acknowledgement, Verdict, acknowledgement_name
from connectors.file_drop.manifest import DroppedFile, Manifest
from connectors.file_drop.names import MANIFEST_PREFIX, PART_SUFFIX
from connectors.partners.relay import LOOPBACK
from connectors.records import SUFFIX


class Mood(Struct, kw_only=True):
    """How the server behaves; may be changed while it stands."""

    steps: int = 0
    """Changes that were asked for so far."""
    hang_up_at: int | None = None
    """The change at which the connection ends, before it is made."""
    keeps_half: bool = False
    """Whether what is written is cut in half, without a word."""
    pause: float = 0.0
    room: int | None = None
    """Bytes that still have room."""


class SftpPartner:
    """What a department holds: a folder for each recipient, and what it made of each drop."""

    def __init__(self, root: Path, mood: Mood) -> None:
        self.root, self.mood = root, mood
        self.port = 0
        self.host_key = ""

    def take(self) -> list[Acknowledgement]:
        """Look at every manifest that has no acknowledgement, and write one."""
        manifests = sorted(self.root.glob(f"*/{MANIFEST_PREFIX}*.json"))
        return [self._take(path) for path in manifests if not path.with_name(acknowledgement_name(path.name)).exists()]

    def _take(self, path: Path) -> Acknowledgement:
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except msgspec.MsgspecError as error:
            said = Acknowledgement(key="", standing=Verdict.REFUSED, words=f"清单看不懂：{error}")
        else:
            faults = list(filter(None, (_fault(path.with_name(file.name), file) for file in manifest.files)))
            standing = Verdict.REFUSED if faults else Verdict.TAKEN
            said = Acknowledgement(key=manifest.key, standing=standing, words="；".join(faults))
        answer = path.with_name(acknowledgement_name(path.name))
        aside = answer.with_name(f"{answer.name}{PART_SUFFIX}")
        aside.write_bytes(msgspec.json.encode(said))
        aside.replace(answer)
        return said

    def held(self) -> Mapping[str, bytes]:
        """Every file, by its path from the root."""
        files = sorted(path for path in self.root.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}


def _fault(path: Path, listed: DroppedFile) -> str:
    """What is wrong with a file that a manifest lists; rows are counted where they are lines."""
    if not path.is_file():
        return f"缺少“{path.name}”"
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != listed.sha256:
        return f"“{path.name}”的校验值与清单不符"
    if path.suffix == SUFFIX and len(content.splitlines()) != listed.row_count:
        return f"“{path.name}”的行数与清单不符"
    return ""


class _Login(asyncssh.SSHServer):
    """One account, by password or by key."""

    def __init__(self, user: str, password: str, key: asyncssh.SSHKey | None) -> None:
        self._user, self._password, self._key = user, password, key

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (self._user, self._password)

    def public_key_auth_supported(self) -> bool:
        return self._key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == self._user and key == self._key


class _Files(asyncssh.SFTPServer):
    """The folder as the account sees it, in whatever mood the partner is."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], partner: SftpPartner) -> None:
        super().__init__(channel, chroot=os.fsencode(partner.root))
        self._channel, self._mood = channel, partner.mood

    async def _step(self) -> None:
        await asyncio.sleep(self._mood.pause)
        self._mood.steps += 1
        if self._mood.steps == self._mood.hang_up_at:
            self._channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("gone")

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_WRITE:
            await self._step()
        return super().open(path, pflags, attrs)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        await self._step()
        if self._mood.room is not None and len(data) > self._mood.room:
            raise asyncssh.SFTPFailure("No space left on device")
        if self._mood.room is not None:
            self._mood.room -= len(data)
        kept = data[: len(data) // 2] if self._mood.keeps_half else data
        super().write(file_obj, offset, kept)
        return len(data)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._step()
        super().rename(oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._step()
        super().posix_rename(oldpath, newpath)

    async def remove(self, path: bytes) -> None:
        await self._step()
        super().remove(path)

    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        await self._step()
        super().mkdir(path, attrs)


@asynccontextmanager
async def sftp_partner(
    root: Path, user: str, password: str, *, key: asyncssh.SSHKey | None = None, port: int = 0, mood: Mood | None = None
) -> AsyncIterator[SftpPartner]:
    """Stand on a loopback port with a new host key until the block ends."""
    partner = SftpPartner(root, mood or Mood())
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        LOOPBACK,
        port,
        server_factory=lambda: _Login(user, password, key),
        server_host_keys=[host_key],
        sftp_factory=lambda channel: _Files(channel, partner),
        allow_scp=False,
    )
    partner.port = server.get_port()
    partner.host_key = host_key.export_public_key().decode().strip()
    try:
        yield partner
    finally:
        server.close()
        await server.wait_closed()

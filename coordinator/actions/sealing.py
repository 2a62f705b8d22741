"""Sealing: secrets that must be used again (outside systems' passwords, second factors) stand under the service's key.

The key lies in a file beside the database, never in it: whoever has a backup has no secret. Passwords of people are
never sealed but hashed (domain/accounts).
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from coordinator.domain.errors import Unavailable
from coordinator.settings import Settings


def key_file(settings: Settings) -> Path:
    """Where the keys are: a line each, the first seals, all open; so a key is replaced by putting a new one on top."""
    return settings.seal_key_file or settings.home / "seal.keys"


def seal(settings: Settings, secret: str) -> str:
    """Encrypt and authenticate a secret (Fernet); the first one ever makes the key. Raises Unavailable."""
    file = key_file(settings)
    if not file.exists():
        _make(file)
    return _keys(file).encrypt(secret.encode()).decode()


def unseal(settings: Settings, sealed: str) -> str:
    """Give back what was sealed; raises Unavailable where the key is not here."""
    try:
        return _keys(key_file(settings)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unavailable(
            "保存的密码解不开：密钥文件不是当时用的那一份。", remedy=f"请把原来的密钥放回 {key_file(settings)}。"
        ) from None


def is_current(settings: Settings, sealed: str) -> bool:
    """Whether the newest key has sealed it."""
    file = key_file(settings)
    try:
        first = file.read_text(encoding="ascii").split()[0] if file.exists() else ""
        return bool(first and Fernet(first).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return False


def _make(file: Path) -> None:
    """Write a new key, whole or not at all, readable for us alone; another process's key stays."""
    aside = file.with_name(f"{file.name}.{os.getpid()}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(Fernet.generate_key() + b"\n")
            os.fsync(out.fileno())
        os.link(aside, file)
    except FileExistsError:
        return
    except OSError as error:
        raise Unavailable(f"密钥文件写不进 {file}：{error.strerror}。", remedy="请检查文件夹的权限。") from error
    finally:
        aside.unlink(missing_ok=True)


def _keys(file: Path) -> MultiFernet:
    try:
        lines = file.read_text(encoding="ascii").split()
        return MultiFernet([Fernet(line) for line in lines])
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"找不到可用的密钥文件 {file}。", remedy="请从单独保管的备份放回密钥文件，权限设为 600。"
        ) from error

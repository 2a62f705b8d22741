"""Secrets: made by chance, shown once, kept as hashes; slow ones for what people choose, quick ones for what we made.

argon2id with the parameters that OWASP names (19 MiB, 2 passes). At most two hashes are worked out at a time, so that a
storm of tries takes neither the memory nor both processors.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from coordinator.domain.letters import as_signs, as_typed

T = TypeVar("T")

TOKEN_MARK = "onedoor_"  # noqa: S105 - how every token begins, so that a leaked one is recognised
CODE_BYTES = 10
CODE_GROUP = 4
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash(secrets.token_urlsafe())
"""What is verified where there is nothing to verify, so that it takes as long."""
_LETTERS = PasswordHasher(time_cost=1, memory_cost=2 * 1024, parallelism=1)
"""For the codes of letters, which chance made and five wrong tries lock: a millisecond, for thousands are made at once.
Whoever had stolen the hashes would still pay decades of a processor for each code of 40 bits."""
_NOBODYS_LETTER = _LETTERS.hash(secrets.token_urlsafe())
_AT_ONCE = asyncio.Semaphore(2)


async def hash_password(password: str) -> str:
    return await _in_turn(lambda: _HASHER.hash(password))


async def is_password(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; without a hash it is wrong, after the same time."""
    fits = await _in_turn(lambda: _fits(_HASHER, password_hash or _NOBODYS, password))
    return fits and password_hash is not None


def digest(secret: str) -> bytes:
    """Give what stands in the database for a secret that chance made."""
    return hashlib.sha256(secret.encode()).digest()


def new_session() -> str:
    return secrets.token_urlsafe(32)


def new_token() -> str:
    return TOKEN_MARK + secrets.token_urlsafe(32)


def new_second_factor() -> str:
    return pyotp.random_base32()


def new_code() -> str:
    """Make a one-time code of 80 bits, in groups, to be read out or written down."""
    letters = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(letters[at : at + CODE_GROUP] for at in range(0, len(letters), CODE_GROUP))


def code_digest(written: str) -> bytes:
    """Give what stands for a one-time code, however its groups were written."""
    return digest("".join(written.upper().replace("-", " ").split()))


def new_letter_signs() -> str:
    """Make a letter's number, or its code: 40 bits."""
    return as_signs(secrets.randbits(40))


def letter_number_digest(written: str) -> bytes:
    """Give under what the tries of a letter's number are counted, however it was typed."""
    return digest(f"letter {as_typed(written)}")


async def hash_letter_codes(codes: Sequence[str]) -> list[str]:
    return await _in_turn(lambda: [_LETTERS.hash(code) for code in codes])


async def is_letter_code(code_hash: str | None, written: str) -> bool:
    """Whether a code is the one that was hashed; without a hash it is wrong, after the same time."""
    fits = await _in_turn(lambda: _fits(_LETTERS, code_hash or _NOBODYS_LETTER, as_typed(written)))
    return fits and code_hash is not None


def is_digest(kept: bytes | None, given: bytes) -> bool:
    return hmac.compare_digest(kept or bytes(32), given) and kept is not None


def _fits(hasher: PasswordHasher, kept: str, given: str) -> bool:
    try:
        return hasher.verify(kept, given)
    except VerifyMismatchError:
        return False


async def _in_turn(work: Callable[[], T]) -> T:
    async with _AT_ONCE:
        return await asyncio.to_thread(work)

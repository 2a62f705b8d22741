"""What every translator to an outside system keeps: a package goes out, a receipt comes back, once in effect.

One folder beside this file is one kind of system (a department's folder, webhooks, SFTP, exchange databases, the
publicity system, a website). When to try, how often, and whom to tell is the coordinator's affair: no clock, no queue
and no database of ours is known here.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from functools import cached_property
from typing import Annotated, Protocol, runtime_checkable

from msgspec import Meta, Struct


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One piece of a package: a workbook, a page, or rows as text; `row_count` is what the receiver may count again."""

    name: str
    content: bytes
    row_count: Annotated[int, Meta(ge=0)]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Package(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one receiver is to have.

    `key` names this package for ever: the receiver's side of "once" rests on it (webhook-id, row of exchange_batch,
    manifest). `batch` is the thing spoken of (a round's papers, a task's result for one target), `number` its version,
    counted from 1: a greater one takes the place of a smaller one, also where the smaller one arrives later.
    """

    key: str
    recipient: str
    batch: str
    number: Annotated[int, Meta(ge=1)]
    files: tuple[File, ...]


class Receipt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The receiver has it. `reference` is what to ask the receiver about later: acknowledgement, row state, read-back.

    `is_superseded` says that a greater number was there first, so that this package had no effect and needs none.
    """

    key: str
    reference: str
    is_superseded: bool = False


class Standing(Enum):
    """What became of a package at a receiver that said it has it."""

    PENDING = "pending"
    """It has not looked at it yet: ask again later."""
    TAKEN = "taken"
    """It has put it to use; nothing more is to be asked."""
    REFUSED = "refused"
    """It found fault with it: a person has to mend something and send it again."""
    MISSING = "missing"
    """It does not hold it (any more): to be delivered again."""


class Confirmation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a receiver says of a package when asked later; `words` is its answer or a Chinese sentence of ours."""

    standing: Standing
    words: str = ""


class DeliveryError(Exception):
    """A package that did not arrive for certain; `str()` is a Chinese sentence that says why and what to do."""


class TemporaryError(DeliveryError):
    """Another try may succeed; `retry_after` is what the receiver asked for, if it did."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class PermanentError(DeliveryError):
    """Another try is useless before a person has changed something."""


class Connector(Protocol):
    """A way to one destination. Making one opens nothing; the first delivery does."""

    async def deliver(self, package: Package) -> Receipt:
        """Bring a package to its receiver, whole or not at all.

        The same key again has no second effect and gives the same receipt, also after a kill at any moment, also while
        an earlier call that was given up is still under way. Raises TemporaryError or PermanentError.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what deliveries have opened; waits for nobody."""
        ...


@runtime_checkable
class Exporting(Protocol):
    """A connector whose receiver also takes a file that somebody carries there (plan B)."""

    def export(self, packages: Iterable[Package]) -> File:
        """Put packages into one workbook in the receiver's import format; raises PermanentError as delivering would."""
        ...

    def export_sheets(self, packages: Iterable[Package]) -> list[File]:
        """The same rows as CSV, a file for each table."""
        ...


class SettingError(ValueError):
    """A setting that cannot be used, in Chinese; `field` is its name among the settings."""

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


@contextmanager
def blaming(field: str) -> Iterator[None]:
    """Say of whatever is wrong inside that it is this setting's, unless another is to blame already."""
    try:
        yield
    except SettingError:
        raise
    except ValueError as error:
        raise SettingError(str(error), field) from error


@runtime_checkable
class Inquiring(Protocol):
    """A connector whose receiver can be asked later what became of a package: acknowledgement, row state, read-back."""

    async def ask(self, package: Package, receipt: Receipt) -> Confirmation:
        """Ask about a delivered package; changes nothing there. Raises TemporaryError or PermanentError."""
        ...

"""How long personal data are kept: as long as the duty to prove lasts, and no longer (个人信息保护法 19、47).

What was drawn, planned and found stays, for it names people by their numbers alone. How it is erased is the database's
affair.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from coordinator.domain.dispatches import LOCAL_TIME
from coordinator.domain.errors import TooLate

YEAR = timedelta(days=366)
"""Rather a day too long than too short."""
CONTACTS = 3 * YEAR
"""Liaisons' names and numbers, and workbooks as they were handed in, after the round's last day."""
NAMES = 10 * YEAR
"""Inspectors' names and certificates, also in papers and packages: a duty record (履职证明) may be asked for."""
ENDED_ACCOUNTS = 3 * YEAR
ERASED = TooLate("这份内容的保存期已满，已经按期删除。", remedy="它的摘要还在，可以与各单位另行存档的核对。")
TRIES = timedelta(days=1)
"""Sessions and failed tries that nobody counts any more."""


class Ages(Struct, frozen=True, kw_only=True):
    """What is older than these moments is erased."""

    contacts: datetime
    names: datetime
    accounts: datetime
    tries: datetime


def ages_at(now: datetime) -> Ages:
    """Say what has outlived its purpose now."""
    local = now.astimezone(LOCAL_TIME)
    return Ages(contacts=local - CONTACTS, names=local - NAMES, accounts=local - ENDED_ACCOUNTS, tries=local - TRIES)

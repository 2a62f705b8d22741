"""Somebody to sign in as for every office: accounts whose passwords are made anew at each start and shown once.

They stand in this home's database alone. What an office may do is in domain/permissions.py.
"""

import secrets
from collections.abc import Sequence

import pyotp
from msgspec import Struct

from coordinator.actions.accounts import (
    confirm_second_factor,
    create_account,
    give_code,
    listed_accounts,
    own_account,
    propose_second_factor,
)
from coordinator.actions.services import Services
from coordinator.actions.signing_in import accept_invitation, in_session
from coordinator.domain.accounts import OFFICE_NAMES, TWO_FACTORS, NewAccount
from coordinator.domain.actors import CONSOLE, Office


class SignIn(Struct, frozen=True, kw_only=True):
    """What the console shows of an account; `second_factor` is what an authenticator takes."""

    login: str
    password: str
    words: str
    second_factor: str


PEOPLE = (
    *(("tongchou1", "周敏", Office.COORDINATOR, None), ("tongchou2", "吴涛", Office.COORDINATOR, None)),
    ("shichang", "朱洋", Office.DEPARTMENT, "禾川县市场监督管理局"),
    ("xiaofang", "卫丽平", Office.DEPARTMENT, "禾川县消防救援大队"),
    ("gongan", "何军", Office.DEPARTMENT, "禾川县公安局"),
    ("shuili", "冯静", Office.DEPARTMENT, "禾川县水利局"),
    ("jiancha", "赵伟", Office.INSPECTOR, "禾川县市场监督管理局"),
    *(("jiandu", "孙平", Office.SUPERVISOR, None), ("shenji", "钱红", Office.AUDITOR, None)),
    ("guanli", "李强", Office.ADMINISTRATOR, None),
)


async def ready_to_sign_in(services: Services) -> tuple[SignIn, ...]:
    """Make the accounts that are missing and give each a new password."""
    known = {each.login: each for each in (await listed_accounts(services, CONSOLE)).accounts}
    shown = []
    for login, name, office, department in PEOPLE:
        wanted = NewAccount(login=login, name=name, office=office, department=department)
        if login in known:
            invited = await give_code(services, CONSOLE, known[login].id)
        else:
            invited = await create_account(services, CONSOLE, wanted)
        password = secrets.token_urlsafe(12)
        session = await accept_invitation(services, login, invited.code, password, password)
        factor = await _second_factor(services, session, password) if office in TWO_FACTORS else ""
        words = f"{OFFICE_NAMES[office]}{f'，{department}' if department else ''}"
        shown.append(SignIn(login=login, password=password, words=words, second_factor=factor))
    return tuple(shown)


def in_lines(people: Sequence[SignIn]) -> tuple[str, ...]:
    """One line for each who can sign in."""
    return tuple(
        f"  {each.login:<10} {each.password}  {each.words}"
        + (f"（动态码密钥 {each.second_factor}，加到手机的验证器里）" if each.second_factor else "")
        for each in people
    )


async def _second_factor(services: Services, session: str, password: str) -> str:
    who = await in_session(services, session)
    if who is None:
        raise LookupError("the session that was just begun")
    await propose_second_factor(services, who, password)
    proposed = (await own_account(services, who)).proposed or ""
    await confirm_second_factor(services, who, pyotp.TOTP(proposed).at(services.clock()))
    return proposed

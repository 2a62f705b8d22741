"""People with accounts, made through the real actions: invited, with a password, with a second factor where needed."""

from typing import NamedTuple

import pyotp

from coordinator.actions.accounts import confirm_second_factor, create_account, own_account, propose_second_factor
from coordinator.actions.services import Services
from coordinator.actions.signing_in import SignedIn, accept_invitation, in_session
from coordinator.domain.accounts import Account, NewAccount
from coordinator.domain.actors import CONSOLE, OF_DEPARTMENTS, Office

PASSWORD = "a long walk by the river"  # noqa: S105 - of people who do not exist
WATER = "禾川县水利局"


class Person(NamedTuple):
    """Somebody who has signed in: the account, the session's secret, and who acts."""

    account: Account
    session: str
    who: SignedIn


async def a_person(
    services: Services, login: str, office: Office = Office.COORDINATOR, department: str | None = None
) -> Person:
    department = department or (WATER if office in OF_DEPARTMENTS else None)
    wanted = NewAccount(login=login, name="王力", office=office, department=department)
    invited = await create_account(services, CONSOLE, wanted)
    session = await accept_invitation(services, login, invited.code, PASSWORD, PASSWORD)
    person = await in_session(services, session)
    assert person is not None
    return Person(account=person.account, session=session, who=person)


async def with_second_factor(services: Services, person: Person) -> tuple[Person, pyotp.TOTP]:
    """Let a person set up the second factor; gives the person as known afterwards, and the authenticator."""
    await propose_second_factor(services, person.who, PASSWORD)
    proposed = (await own_account(services, person.who)).proposed
    assert proposed is not None
    authenticator = pyotp.TOTP(proposed)
    await confirm_second_factor(services, person.who, authenticator.at(services.clock()))
    who = await in_session(services, person.session)
    assert who is not None
    return Person(account=who.account, session=person.session, who=who), authenticator

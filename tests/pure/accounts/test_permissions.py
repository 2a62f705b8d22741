"""The permissions table is whole, and each line drawn in it is kept."""

import itertools

import pytest

from coordinator.domain.actors import OF_DEPARTMENTS, Actor, ActorId, Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import NotPermitted
from coordinator.domain.permissions import BY_PROGRAM, BY_TWO, Whose, may, permit, permit_two, whose

WATER, FOREST = "禾川县水利局", "禾川县林业局"
CHANGING = set(Act) - {act for act in Act if act.value.startswith(("see_", "watch_"))} - {Act.KEEP_OWN_ACCOUNT}


def one_of(office: Office, name: str = "one", scopes: frozenset[Act] | None = None) -> Actor:
    department = WATER if office in OF_DEPARTMENTS else None
    return Actor(id=ActorId(name), name=name, office=office, department=department, scopes=scopes)


@pytest.mark.parametrize(("act", "office"), list(itertools.product(Act, Office)))
def test_every_act_is_decided_for_every_office(act: Act, office: Office) -> None:
    granted, actor = whose(act, office), one_of(office)
    expected = {
        Whose.NOBODYS: (False, False, False),
        Whose.ONES_OWN: (True, False, False),
        Whose.OWN_DEPARTMENTS: (True, True, False),
        Whose.ALL: (True, True, True),
    }[granted]
    assert tuple(may(actor, act, department=each) for each in (None, WATER, FOREST)) == expected
    assert granted is not Whose.OWN_DEPARTMENTS or office in OF_DEPARTMENTS


@pytest.mark.parametrize("office", [Office.SUPERVISOR, Office.AUDITOR])
def test_who_watches_changes_nothing(office: Office) -> None:
    assert {act for act in CHANGING if may(one_of(office), act)} == set()


def test_the_administrator_keeps_accounts_and_ways_out_and_sees_nothing_else() -> None:
    allowed = {act for act in Act if may(one_of(Office.ADMINISTRATOR), act)}
    accounts = {Act.SEE_ACCOUNTS, Act.MANAGE_ACCOUNTS, Act.KEEP_OWN_ACCOUNT}
    assert allowed == accounts | {Act.SEE_DESTINATIONS, Act.MANAGE_DESTINATIONS}


def test_the_auditor_reads_the_trail_and_the_administrator_does_not() -> None:
    assert may(one_of(Office.AUDITOR), Act.SEE_TRAIL)
    assert not may(one_of(Office.ADMINISTRATOR), Act.SEE_TRAIL)


@pytest.mark.parametrize("office", [Office.PUBLIC, Office.GATE])
def test_who_has_not_signed_in_may_do_nothing(office: Office) -> None:
    assert {act for act in Act if may(one_of(office), act)} == set()


def test_nobody_manages_accounts_but_the_administrator_and_the_console() -> None:
    managing = {office for office in Office if may(one_of(office), Act.MANAGE_ACCOUNTS)}
    assert managing == {Office.ADMINISTRATOR, Office.OPERATOR}


def test_a_token_is_good_for_its_scopes_and_never_for_more_than_its_office() -> None:
    token = one_of(Office.COORDINATOR, scopes=frozenset({Act.SEE_ROUNDS, Act.MANAGE_ACCOUNTS}))
    assert {act for act in Act if may(token, act)} == {Act.SEE_ROUNDS}
    with pytest.raises(NotPermitted):
        permit(token, Act.SEE_TRAIL)


@pytest.mark.parametrize("act", sorted(BY_TWO))
def test_what_takes_two_takes_two_who_may(act: Act) -> None:
    first, second = one_of(Office.COORDINATOR, "first"), one_of(Office.COORDINATOR, "second")
    permit_two(act, first, second)
    for proposer, confirmer in (
        (first, first),
        (first, one_of(Office.SUPERVISOR, "third")),
        (one_of(Office.AUDITOR, "third"), second),
    ):
        with pytest.raises(NotPermitted):
            permit_two(act, proposer, confirmer)


def test_holding_overriding_and_ways_out_take_two() -> None:
    assert {Act.HOLD_DRAW, Act.OVERRIDE_RULE, Act.MANAGE_DESTINATIONS} == BY_TWO


def test_another_department_does_not_confirm() -> None:
    own = one_of(Office.DEPARTMENT, "own")
    other = Actor(id=ActorId("other"), name="other", office=Office.DEPARTMENT, department=FOREST)
    permit_two(Act.HAND_IN, own, one_of(Office.DEPARTMENT, "colleague"), department=WATER)
    with pytest.raises(NotPermitted):
        permit_two(Act.HAND_IN, own, other, department=WATER)


def test_no_program_loosens_a_rule_or_keeps_accounts() -> None:
    assert Act.OVERRIDE_RULE not in BY_PROGRAM
    assert not {Act.SEE_ACCOUNTS, Act.MANAGE_ACCOUNTS, Act.KEEP_OWN_ACCOUNT}.intersection(BY_PROGRAM)

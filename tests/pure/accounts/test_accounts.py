"""The rules of accounts: names, passwords, one-time passwords by RFC 6238, tokens' scopes, handing over."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coordinator.domain.accounts import (
    STEP_SECONDS,
    Account,
    AccountId,
    acceptable_password,
    new_account,
    same,
    second_factor_address,
    step_of,
    successor_of,
    wanted_scopes,
)
from coordinator.domain.actors import Office
from coordinator.domain.acts import Act
from coordinator.domain.errors import Invalid

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# RFC 6238 appendix B, SHA-1: the last six of its eight digits
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_6238 = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def an_account(**changes: object) -> Account:
    account = Account(
        id=AccountId(uuid4()),
        login="wang.li",
        name="王力",
        office=Office.DEPARTMENT,
        department="禾川县水利局",
        has_password=True,
        has_second_factor=False,
        created_at=NOON,
        locked_at=None,
        ended_at=None,
        successor=None,
    )
    return replace(account, **changes)


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, code, now, after=0) == seconds // STEP_SECONDS
    assert step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", now, after=0) == seconds // STEP_SECONDS


@pytest.mark.parametrize(("late", "fits"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(late: int, fits: bool) -> None:  # noqa: FBT001 - a case, not a switch
    now = datetime.fromtimestamp(1111111111 + late, UTC)
    assert (step_of(RFC_SECRET, "050471", now, after=0) is not None) is fits


def test_a_code_is_taken_once() -> None:
    now = datetime.fromtimestamp(1111111111, UTC)
    step = step_of(RFC_SECRET, "050471", now, after=0)
    assert step is not None
    assert step_of(RFC_SECRET, "050471", now, after=step) is None
    assert step_of(RFC_SECRET, "050471", now, after=step - 1) == step


@given(st.text(max_size=12))
def test_nothing_but_the_code_is_the_code(written: str) -> None:
    now = datetime.fromtimestamp(1111111111, UTC)
    fits = written.replace(" ", "") in {"050471", "081804", "266759"}
    assert (step_of(RFC_SECRET, written, now, after=0) is not None) is fits


def test_the_authenticator_is_told_whose_account_it_is() -> None:
    address = second_factor_address(RFC_SECRET, "wang.li")
    assert address.startswith("otpauth://totp/")
    assert f"secret={RFC_SECRET}" in address
    assert "wang.li" in address


@given(st.text(), st.text())
def test_two_texts_are_the_same_when_they_are(one: str, other: str) -> None:
    assert same(one, other) == (one == other)


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("x" * 129, "x" * 129, "password"),
        ("wang.li-wang.li", "wang.li-wang.li", "password"),
        ("ababababababab", "ababababababab", "password"),
        ("a long walk by the river", "a long walk by the lake", "again"),
    ],
)
def test_a_bad_password_is_refused_with_its_field(password: str, again: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        acceptable_password(password, again, "wang.li")
    assert refused.value.fields == {"field": field}
    assert password not in refused.value.sentence()


def test_a_long_password_in_any_writing_is_taken() -> None:
    for password in ("a long walk by the river", "一二三四五六七八九十甲乙", "Tr0ub4dor&3xyz"):
        assert acceptable_password(password, password, "wang.li") == password


def test_a_new_account_is_read_as_it_was_meant() -> None:
    read = new_account(" Wang.Li ", " 王力 ", "department", " 禾川县水利局 ")
    assert (read.login, read.name, read.office, read.department) == (
        "wang.li",
        "王力",
        Office.DEPARTMENT,
        "禾川县水利局",
    )
    assert new_account("auditor", "李审", "auditor", "").department is None


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (("王力", "王力", "auditor", ""), "login"),
        (("ab", "王力", "auditor", ""), "login"),
        (("wang", "", "auditor", ""), "name"),
        (("wang", "王" * 41, "auditor", ""), "name"),
        (("wang", "王力", "operator", ""), "office"),
        (("wang", "王力", "gate", ""), "office"),
        (("wang", "王力", "", ""), "office"),
        (("wang", "王力", "department", ""), "department"),
        (("wang", "王力", "inspector", "局" * 81), "department"),
        (("wang", "王力", "coordinator", "禾川县水利局"), "department"),
    ],
)
def test_a_form_that_cannot_be_used_names_its_field(written: tuple[str, str, str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        new_account(*written)
    assert refused.value.fields == {"field": field}


def test_a_token_is_good_for_no_more_than_its_owner() -> None:
    liaison = an_account()
    assert wanted_scopes(liaison, frozenset({Act.SEE_ROUNDS})) == {Act.SEE_ROUNDS}
    for scopes in ((), (Act.SEE_ACCOUNTS,), (Act.SEE_ROUNDS, Act.OVERRIDE_RULE), (Act.KEEP_OWN_ACCOUNT,)):
        with pytest.raises(Invalid):
            wanted_scopes(liaison, frozenset(scopes))


def test_work_goes_to_an_open_account_of_the_same_office_and_department() -> None:
    ending, other = an_account(), an_account(login="li.na")
    assert successor_of(ending, other) == other.id
    for unfit in (
        ending,
        replace(other, department="禾川县林业局"),
        replace(other, office=Office.INSPECTOR),
        replace(other, locked_at=NOON),
        replace(other, ended_at=NOON),
    ):
        with pytest.raises(Invalid):
            successor_of(ending, unfit)


def test_administrators_and_auditors_need_the_second_factor() -> None:
    needing = {
        office
        for office in Office
        if an_account(
            office=office, department="局" if office in {Office.DEPARTMENT, Office.INSPECTOR} else None
        ).lacks_second_factor
    }
    assert needing == {Office.ADMINISTRATOR, Office.AUDITOR}
    assert not an_account(office=Office.AUDITOR, department=None, has_second_factor=True).lacks_second_factor


def test_an_account_acts_in_its_office_and_department() -> None:
    account = an_account()
    actor = account.actor(frozenset({Act.SEE_ROUNDS}))
    assert (actor.id, actor.office, actor.department) == (str(account.id), account.office, account.department)
    assert actor.scopes == {Act.SEE_ROUNDS}
    assert not an_account(locked_at=NOON + timedelta(days=1)).is_open

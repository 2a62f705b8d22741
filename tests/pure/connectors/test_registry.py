"""Registrations: read from files with every fault named, and pulled page by page from a real other end."""

from contextlib import aclosing
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.uscc import calc_check_digit

from connectors.contract import PermanentError, TemporaryError
from connectors.partners.http import standing
from connectors.partners.misbehaving import Fault as Trouble
from connectors.partners.misbehaving import Misbehaviour
from connectors.partners.registry import RegistryPartner
from connectors.records import TargetList
from connectors.registry import (
    HEADINGS,
    Fault,
    Registration,
    Registry,
    RegistryPage,
    RegistrySettings,
    RegistryStatus,
    read_registrations,
)

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TOKEN = "a token"  # noqa: S105 - of a partner in this test
DIGITS = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9)


def code_of(number: int) -> str:
    body = f"91410481{number:09}"
    return body + calc_check_digit(body)


def a_firm(number: int, **other: object) -> Registration:
    return msgspec.convert({"code": code_of(number), "name": f"第{number}公司", **other}, Registration)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=20).map(str.strip)
FIRMS = st.builds(
    Registration,
    code=DIGITS.map(lambda body: f"91410481{body}").map(lambda body: body + calc_check_digit(body)),
    former_number=st.sampled_from(["", "410481000012345", "4104816000123"]),
    name=TEXT.filter(bool),
    kind=TEXT,
    status=st.sampled_from(RegistryStatus),
    address=TEXT,
    registered_on=st.dates(date(1950, 1, 1), date(2030, 1, 1)) | st.none(),
    lists=st.lists(st.sampled_from(TargetList), unique=True).map(tuple),
)


def as_cells(firm: Registration) -> list[str]:
    values = msgspec.to_builtins(firm)
    cells = []
    for field in HEADINGS.values():
        value = values[field]
        cells.append("、".join(value) if isinstance(value, list | tuple) else str(value or ""))
    return cells


def as_csv(rows: list[list[str]]) -> str:
    return "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)


@given(firms=st.lists(FIRMS, max_size=5))
def test_what_a_registry_writes_is_read_as_it_was_meant(firms: list[Registration]) -> None:
    table = as_csv([list(HEADINGS), *map(as_cells, firms)])
    lines = b"\n".join(msgspec.json.encode(firm) for firm in firms)
    assert list(read_registrations("登记.CSV", table.encode("utf-8-sig"))) == firms
    assert list(read_registrations("登记.jsonl", lines)) == firms


def test_an_office_computers_encoding_is_read_too() -> None:
    firm = a_firm(1, address="舞钢市垭口街道")
    content = as_csv([list(HEADINGS), as_cells(firm)]).encode("gb18030")
    assert list(read_registrations("登记.csv", content)) == [firm]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"统一社会信用代码": "914104810000000010"}, "校验位"),
        ({"统一社会信用代码": "91410481"}, "18位"),
        ({"名称": ""}, "“名称”"),
        ({"登记状态": "开业"}, "“登记状态”"),
        ({"成立日期": "2026年3月"}, "“成立日期”"),
        ({"名单": "黑名单"}, "“名单”"),
        ({"原注册号": "12"}, "原注册号"),
    ],
)
def test_a_row_with_a_fault_is_named_and_the_others_stand(cells: dict[str, str], said: str) -> None:
    good, bad = as_cells(a_firm(1)), dict(zip(HEADINGS, as_cells(a_firm(2)), strict=True)) | cells
    content = as_csv([list(HEADINGS), list(bad.values()), good]).encode()
    fault, firm = read_registrations("登记.csv", content)
    assert isinstance(fault, Fault)
    assert fault.row == 2
    assert said in fault.words
    assert firm == a_firm(1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("登记.xlsx", b"PK", ".csv"),
        ("登记.csv", b"", "统一社会信用代码"),
        ("登记.csv", "名称,备注\n".encode(), "统一社会信用代码"),
        ("登记.csv", "统一社会信用代码,名称,备注\n".encode(), "备注"),
        ("登记.csv", b"\xff\xfe\x00", "编码"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(name: str, content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        list(read_registrations(name, content))


def way_to(address: str, *, token: str = TOKEN, page_size: int = 2) -> Registry:
    settings = RegistrySettings(address=f"{address}/changes", networks=("127.0.0.0/8",), page_size=page_size)
    return Registry(settings, {"token": token}, clock=lambda: NOW)


async def test_pages_follow_each_other_from_a_cursor_and_a_later_pull_goes_on_there() -> None:
    firms = [a_firm(number) for number in range(5)]
    partner = RegistryPartner(TOKEN, firms)
    async with standing(partner.handle, lambda: NOW) as address, aclosing(way_to(address)) as way:
        pages, cursor = list[RegistryPage](), ""
        while not pages or pages[-1].has_more:
            pages.append(await way.page(cursor))
            cursor = pages[-1].cursor
        assert [row for page in pages for row in page.rows] == firms
        assert len(pages) == 3
        assert (await way.page(cursor)).rows == ()
        partner.change(a_firm(1, status="注销"))
        assert [row.status for row in (await way.page(cursor)).rows] == [RegistryStatus.DEREGISTERED]


async def test_a_wrong_token_and_a_login_page_are_said_and_nothing_is_taken() -> None:
    partner = RegistryPartner(TOKEN, [a_firm(1)])
    async with standing(partner.handle, lambda: NOW) as address, aclosing(way_to(address, token="wrong")) as way:  # noqa: S106 - wrong
        with pytest.raises(PermanentError, match="HTTP 401"):
            await way.page("")
    trouble = Misbehaviour({Trouble.HTML: 1.0})
    async with (
        standing(partner.handle, lambda: NOW, misbehaviour=trouble) as address,
        aclosing(way_to(address)) as way,
    ):
        with pytest.raises(TemporaryError, match="网页"):
            await way.page("")

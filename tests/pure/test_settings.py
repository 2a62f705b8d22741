from pathlib import Path

import pytest

from coordinator.domain.errors import Invalid
from coordinator.settings import Settings, read_settings

PROJECT = Path("/srv/onedoor")


def test_without_a_word_everything_is_embedded_below_the_projects_folder() -> None:
    assert read_settings({}, PROJECT) == Settings(home=PROJECT / ".onedoor")


def test_an_empty_variable_is_an_unset_one() -> None:
    assert read_settings({"ONEDOOR_HOME": "", "DATABASE_URL": " ", "REDIS_URL": ""}, PROJECT) == read_settings(
        {}, PROJECT
    )


def test_servers_and_home_can_be_named() -> None:
    named = {
        "ONEDOOR_HOME": "elsewhere",
        "DATABASE_URL": "postgresql://app@db/onedoor",
        "DATABASE_OWNER_URL": "postgres://owner@db/onedoor",
        "REDIS_URL": "redis://queue:6379/1",
    }
    assert read_settings(named, PROJECT) == Settings(
        home=PROJECT / "elsewhere",
        database_url=named["DATABASE_URL"],
        database_owner_url=named["DATABASE_OWNER_URL"],
        redis_url=named["REDIS_URL"],
    )


def test_a_machine_says_how_many_processes_it_spends_on_planning() -> None:
    assert read_settings({"ONEDOOR_PROCESSES": "16"}, PROJECT).processes == 16


@pytest.mark.parametrize("value", ["0", "-1", "two", "１", "100000"])
def test_a_number_of_processes_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(Invalid, match="ONEDOOR_PROCESSES"):
        read_settings({"ONEDOOR_PROCESSES": value}, PROJECT)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://db/onedoor"), ("REDIS_URL", "queue:6379"), ("DATABASE_OWNER_URL", "x")],
)
def test_an_address_of_another_kind_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        read_settings({name: value}, PROJECT)


def test_the_name_that_a_proxy_serves_is_read_from_its_address() -> None:
    for url in ("https://Ymc.Example.gov.cn", "https://ymc.example.gov.cn:443/"):
        assert read_settings({"ONEDOOR_PUBLIC_URL": url}, PROJECT).public_host == "ymc.example.gov.cn"


@pytest.mark.parametrize("url", ["http://ymc.example", "https://", "https://a/path", "https://a b", "ymc.example"])
def test_nothing_but_an_address_with_tls_is_served_to_others(url: str) -> None:
    with pytest.raises(Invalid, match="ONEDOOR_PUBLIC_URL"):
        read_settings({"ONEDOOR_PUBLIC_URL": url}, PROJECT)

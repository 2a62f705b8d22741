"""Sealing: what is stored says nothing without the key, keys can be replaced, and a lost key is said in words."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.actions.sealing import key_file, seal, unseal
from coordinator.domain.errors import Unavailable
from coordinator.settings import Settings

WORDS = "口令 p@ss"


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@given(secret=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_sealed_opens_again_and_is_never_the_same_twice(here: Settings, secret: str) -> None:
    first, second = seal(here, secret), seal(here, secret)
    assert first != second
    assert unseal(here, first) == unseal(here, second) == secret


def test_the_key_is_for_its_owner_alone_and_nothing_else_is_left(here: Settings) -> None:
    seal(here, WORDS)
    assert stat.S_IMODE(key_file(here).stat().st_mode) == 0o600
    assert list(here.home.iterdir()) == [key_file(here)]


def test_a_new_key_on_top_seals_and_the_old_one_still_opens(here: Settings) -> None:
    before = seal(here, WORDS)
    old = key_file(here).read_text(encoding="ascii")
    key_file(here).write_text(Fernet.generate_key().decode() + "\n" + old, encoding="ascii")
    after = seal(here, WORDS)
    assert unseal(here, before) == unseal(here, after) == WORDS
    key_file(here).write_text(old, encoding="ascii")
    with pytest.raises(Unavailable, match="密钥文件"):
        unseal(here, after)


@pytest.mark.parametrize("content", [None, "", "not a key\n", "口令"])
def test_without_a_key_nothing_opens_and_the_words_say_what_to_do(here: Settings, content: str | None) -> None:
    sealed = seal(here, WORDS)
    key_file(here).unlink()
    if content is not None:
        key_file(here).write_text(content, encoding="utf-8")
    with pytest.raises(Unavailable) as refused:
        unseal(here, sealed)
    assert "备份" in refused.value.remedy
    assert WORDS not in str(refused.value)


def test_the_key_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = Settings(home=tmp_path, seal_key_file=tmp_path / "etc" / "keys")
    assert unseal(elsewhere, seal(elsewhere, WORDS)) == WORDS
    assert (tmp_path / "etc" / "keys").exists()

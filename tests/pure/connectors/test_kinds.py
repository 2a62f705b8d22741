"""Every kind of outside system that an administrator can choose: asked for in Chinese, refused in words."""

from collections.abc import Mapping

import msgspec
import pytest

from coordinator.actions.connecting import KINDS, settings_of, titles_of
from coordinator.domain.deliveries import ConnectorKind
from coordinator.domain.errors import Invalid


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_and_secret_has_a_title(kind: ConnectorKind) -> None:
    titles = titles_of(KINDS[kind])
    assert set(titles) == set(KINDS[kind].settings.__struct_fields__)
    assert not [title for title in (*titles.values(), *KINDS[kind].secrets.values()) if title.isascii()]


@pytest.mark.parametrize("kind", KINDS)
def test_no_setting_is_called_a_secret(kind: ConnectorKind) -> None:
    settings = msgspec.json.schema(KINDS[kind].settings)["$defs"][KINDS[kind].settings.__name__]["properties"]
    assert not set(settings) & set(KINDS[kind].secrets)


@pytest.mark.parametrize(
    ("given", "words", "at_fault"),
    [
        ({}, "“接收地址”没有填写", "address"),
        ({"address": 7}, "“接收地址”不能这样填写", "address"),
        ({"address": "http://a.example/"}, "地址没有加密", "address"),
        ({"address": "https://a.example./"}, "主机“a.example.”写法不对", "address"),
        ({"address": "https://a.example/", "networks": ["0.0.0.0/0"]}, "网段“0.0.0.0/0”太宽", "networks"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_in_words(given: Mapping[str, object], words: str, at_fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        settings_of(KINDS[ConnectorKind("webhook")], given)
    assert words in caught.value.sentence()
    assert caught.value.fields["field"] == f"set-{at_fault}"


SERVER = {"host": "a.example", "user": "onedoor"}
UNFIT = (
    ("sftp", SERVER | {"host": "A.example", "host_key": "ssh-ed25519 AAAA"}, "host"),
    ("sftp", SERVER | {"host_key": "ssh-ed25519 AAAA"}, "host_key"),
    ("sftp", SERVER | {"host_key": "ssh-ed25519 AAAA", "networks": ["10.0.0.1/8"]}, "networks"),
    ("mail", SERVER | {"to": "a@b.example", "sender": "c@d.example", "encryption": "none"}, "encryption"),
    ("mail", SERVER | {"to": "a@b.example", "sender": "c@d.example", "host": "-"}, "host"),
    ("exchange_database", SERVER | {"host": "A", "engine": "mysql", "port": 3306, "database": "d"}, "host"),
    ("registry", {"address": "https://a.example:99999/"}, "address"),
    ("publicity", {"address": "https://a.example/", "field_map": "henan-0"}, "field_map"),
    ("supervision", {"address": "https://a.example/", "catalogue": ["only-one"]}, "catalogue"),
)


@pytest.mark.parametrize(("kind", "given", "at_fault"), UNFIT)
def test_the_one_setting_that_is_to_blame_is_named(kind: str, given: Mapping[str, object], at_fault: str) -> None:
    with pytest.raises(Invalid) as caught:
        settings_of(KINDS[ConnectorKind(kind)], given)
    assert caught.value.fields["field"] == f"set-{at_fault}"

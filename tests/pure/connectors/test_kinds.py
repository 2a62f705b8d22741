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
    ("given", "words"),
    [
        ({}, "“接收地址”没有填写"),
        ({"address": 7}, "“接收地址”不能这样填写"),
        ({"address": "http://a.example/"}, "地址没有加密"),
        ({"address": "https://a.example./"}, "主机“a.example.”写法不对"),
        ({"address": "https://a.example/", "networks": ["0.0.0.0/0"]}, "网段“0.0.0.0/0”太宽"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_in_words(given: Mapping[str, object], words: str) -> None:
    with pytest.raises(Invalid) as caught:
        settings_of(KINDS[ConnectorKind("webhook")], given)
    assert words in caught.value.sentence()

"""Digests in words: every byte has its character, none looks or sounds like another."""

import re

from hypothesis import given
from hypothesis.strategies import binary

from coordinator.domain import digest_words
from coordinator.domain.digest_words import CHARACTERS, in_characters


def test_there_is_a_character_for_each_byte_and_no_two_sound_alike() -> None:
    sounds = re.findall("[a-z]+", digest_words.SOUNDS)
    assert len(set(CHARACTERS)) == len(set(sounds)) == 256


@given(binary(min_size=32, max_size=32))
def test_the_words_say_the_whole_digest(digest: bytes) -> None:
    words = in_characters(digest.hex())
    assert [len(group) for group in words] == [4] * 8
    assert bytes(CHARACTERS.index(character) for character in "".join(words)) == digest

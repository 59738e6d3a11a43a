"""The readings of a Han character, by which lists are filtered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.pinyin import readings


@pytest.mark.parametrize(
    ("character", "reading"),
    [("林", "lin"), ("查", "zha"), ("曾", "zeng"), ("单", "shan"), ("解", "xie"), ("重", "chong")],
)
def test_surnames_and_cities_keep_their_special_reading(character: str, reading: str) -> None:
    assert reading in readings(character)


def test_u_with_two_dots_is_spelled_v_and_u() -> None:
    assert {"lv", "lu"} <= set(readings("吕"))


def test_the_commonest_reading_comes_first() -> None:
    assert readings("长")[0] == "zhang" or readings("长")[0] == "chang"
    assert readings("大")[0] == "da"


@given(st.characters() | st.text(max_size=3))
def test_any_character_has_plain_readings_or_none(character: str) -> None:
    found = readings(character)
    assert len(found) == len(set(found)) <= 4
    assert all(reading.isascii() and reading.isalpha() for reading in found)


@pytest.mark.parametrize("text", ["a", "", "é", "한", "の", "林涛"])
def test_what_is_no_han_character_has_none(text: str) -> None:
    assert readings(text) == ()

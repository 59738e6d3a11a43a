"""Names are found across scripts: Han by its readings, Latin by the syllables it spells."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words.pinyin import han_pairs, latin_pairs, readings, spellings, syllables


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("林涛", ["lin", "tao"]),
        ("林涛", ["lintao"]),
        ("青岛", ["qingdao"]),
        ("西安", ["xian"]),
        ("吕萍", ["lü", "ping"]),
        ("吕萍", ["lyu", "ping"]),
        ("吕萍", ["lu", "ping"]),
        ("单国强", ["shan", "guoqiang"]),
        ("解珍", ["xie", "zhen"]),
        ("重庆", ["chongqing"]),
        ("司马光", ["sima", "guang"]),
        ("司马光", ["simaguang"]),
    ],
)
def test_a_latin_name_shares_every_pair_with_its_han(han: str, latin: list[str]) -> None:
    wanted = latin_pairs([word.replace("ü", "ü") for word in latin])
    assert wanted
    assert set(han_pairs(han)) & set(wanted)


def test_a_name_of_three_is_two_pairs() -> None:
    assert latin_pairs(["chen", "xiaoming"])[:2] == ["xiaoming", "chenxiao"]
    assert {"chenxiao", "xiaoming"} <= set(han_pairs("陈晓明"))


@pytest.mark.parametrize("word", ["substation", "hello", "x", "", "1234", "ng"])
def test_what_is_no_pinyin_spells_nothing(word: str) -> None:
    assert spellings(word) == ()
    assert latin_pairs([word, word]) == []


def test_a_word_between_parts_a_name() -> None:
    assert "taochen" not in latin_pairs(["lin", "tao", "", "chen"])


def test_a_mark_between_parts_han() -> None:
    assert han_pairs("林，涛") == []


def test_surnames_keep_their_special_reading() -> None:
    assert "zha" in readings("查")
    assert "zeng" in readings("曾")
    assert readings("a") == ()


@given(st.text())
def test_any_text_has_pairs_of_letters_each_once(text: str) -> None:
    pairs = han_pairs(text)
    assert len(pairs) == len(set(pairs))
    assert all(pair.isascii() and pair.isalpha() for pair in pairs)


@given(st.lists(st.text(max_size=30)))
def test_latin_pairs_never_fail(words: list[str]) -> None:
    pairs = latin_pairs(words)
    assert len(pairs) == len(set(pairs))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz'ü", max_size=40))
def test_spellings_give_the_word_back(word: str) -> None:
    plain = word.replace("ü", "v").replace("'", "").replace("lyu", "lv").replace("nyu", "nv")
    for way in spellings(word):
        assert "".join(way) == plain


def test_the_file_of_syllables_is_what_the_dictionary_reads() -> None:
    common = (chr(code) for code in range(0x4E00, 0x9FA6))
    read = {reading for character in common for reading in readings(character)}
    assert syllables() == {syllable for syllable in read if re.search("[aeiouv]", syllable)}

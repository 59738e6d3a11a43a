"""Foreign names are found by their consonants."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import sounds
from index.words.sounds import han_sounds, latin_sounds, name_sounds
from index.words.terms import index_terms
from tests.steps import steps


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("格鲁诺夫", "grunov"),
        ("巴托塞克", "bartosek"),
        ("迪马利亚", "dimaria"),
        ("肯德里克", "kendrick"),
        ("奥斯特罗姆", "ostrom"),
        ("科瓦奇", "kovach"),
        ("伊克巴勒", "iqbal"),
        ("谢尔盖", "sergei"),
    ],
)
def test_both_spellings_of_a_name_sound_alike(han: str, latin: str) -> None:
    assert set(name_sounds(han)) & set(latin_sounds(latin))
    assert set(han_sounds(f"昨天，{han}到了本市。")) & set(latin_sounds(latin))


@pytest.mark.parametrize(("han", "latin"), [("格鲁诺夫", "marchetti"), ("科瓦奇", "bartosek")])
def test_other_names_sound_otherwise(han: str, latin: str) -> None:
    assert not set(name_sounds(han)) & set(latin_sounds(latin))


def test_ordinary_han_is_no_name() -> None:
    assert han_sounds("供电公司加强巡视，确保线路运行。") == []


def test_short_sounds_are_left_out() -> None:
    assert latin_sounds("ana") == ()
    assert name_sounds("安娜") == []


def test_passages_of_both_scripts_store_the_same_sound() -> None:
    han = index_terms("", "建筑师格鲁诺夫设计了这座桥。")["sounds"]
    latin = index_terms("", "The bridge was designed by Grunov, an architect.")["sounds"]
    assert set(han) & set(latin)


@given(st.text())
def test_sounds_of_any_text(text: str) -> None:
    for found in (han_sounds(text), list(latin_sounds(text)), name_sounds(text[:12])):
        assert len(found) == len(set(found))
        assert all(3 <= len(sound) <= 6 and sound.isupper() for sound in found)


@pytest.mark.parametrize("unit", ["ha", "rh", "rhth", "chge", "thrh", "ng", "x", "senate"])
def test_a_word_of_any_length_is_heard_in_few_steps(unit: str) -> None:
    for length in (26, 30, 60, 20_000):
        word = (unit * length)[:length]
        assert len(latin_sounds(word)) <= 12
        latin_sounds.cache_clear()
        steps(lambda word=word: latin_sounds(word), 60_000)


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_no_way_of_hearing_is_lost_by_cutting_early(word: str) -> None:
    parts = [sounds._SPELLINGS.get(part, "") for part in sounds._LETTERS.findall(word)]
    options = [[sounds._SILENT.get(c, c) for c in part] or [""] for part in parts]
    ways = (re.sub(r"(.)\1+", r"\1", "".join(way)) for way in product(*options))
    wanted = [way for way in dict.fromkeys(ways) if 3 <= len(way) <= 6]
    assert list(latin_sounds(word)) == wanted[:12]

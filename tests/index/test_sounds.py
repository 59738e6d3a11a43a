"""Foreign names are found by their consonants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words.sounds import han_sounds, latin_sounds, name_sounds
from index.words.terms import index_terms


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
    for sounds in (han_sounds(text), list(latin_sounds(text)), name_sounds(text[:12])):
        assert len(sounds) == len(set(sounds))
        assert all(3 <= len(sound) <= 6 and sound.isupper() for sound in sounds)

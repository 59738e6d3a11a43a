"""The translation table that comes with the bundled model."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import translator as translator_module
from index.errors import ModelUnusable
from index.translator import load_translator
from index.words.inflection import base_candidates
from index.words.text import fold

TRANSLATOR = load_translator()


def terms(word: str, limit: int = 6) -> list[str]:
    return [term for term, _ in TRANSLATOR.translate(word, limit)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("water", "水"),
        ("winter", "冬季"),
        ("vehicle", "车辆"),
        ("drone", "无人机"),
        ("bridge", "桥"),
        ("hospital", "医院"),
        ("century", "世纪"),
        ("substation", "变电站"),
        ("standby", "待命"),
        ("epidemic", "疫情"),
        ("overtime", "加班"),
        ("dormitory", "宿舍"),
        ("attendance", "考勤"),
    ],
)
def test_common_words_translate_both_ways(english: str, chinese: str) -> None:
    assert chinese in terms(english)
    assert english in terms(chinese)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("抢修", "repair"),
        ("二维码", "barcode"),
        ("充电桩", "charger"),
        ("排涝", "drain"),
        ("社保", "insurance"),
    ],
)
def test_words_that_the_dictionary_explains_by_a_phrase_are_known(
    chinese: str, english: str
) -> None:
    assert TRANSLATOR.knows(chinese)
    assert english in terms(chinese)


@pytest.mark.parametrize(
    ("english", "common", "rare"),
    [("repair", "修理", "葺"), ("vehicle", "车辆", "乘"), ("winter", "冬天", "冬令")],
)
def test_the_word_that_people_write_comes_first(english: str, common: str, rare: str) -> None:
    assert terms(english)[0] == common
    assert rare not in terms(english)


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("vehicles", "vehicle"),
        ("cities", "city"),
        ("stopped", "stop"),
        ("moving", "move"),
        ("children", "child"),
        ("Repaired", "repair"),
    ],
)
def test_a_form_has_the_translations_of_its_base(form: str, base: str) -> None:
    assert terms(form)
    assert set(terms(form)) & set(terms(base))


def test_traditional_and_full_width_words_are_known() -> None:
    assert terms("醫院") == terms("医院")
    assert terms("ｗａｔｅｒ") == terms("water")


@pytest.mark.parametrize("word", ["", " ", "qzxvw", "2022", "привет", "☃", "龘龘"])
def test_an_unknown_word_gives_nothing(word: str) -> None:
    assert TRANSLATOR.translate(word) == []
    assert not TRANSLATOR.knows(word)


def test_limit_cuts_and_best_is_first() -> None:
    found = TRANSLATOR.translate("water", 5)
    assert len(found) <= 5
    assert TRANSLATOR.translate("water", 2) == found[:2]
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)


@given(st.text(max_size=20), st.integers(min_value=0, max_value=8))
@example("Kª", 1)
def test_any_text_gives_terms_of_the_other_language(word: str, limit: int) -> None:
    found = TRANSLATOR.translate(word, limit)
    assert len(found) <= limit
    for term, score in found:
        assert 0 < score <= 1
        assert term.isascii() != fold(word).strip().isascii()


def test_knows_forms_and_both_languages() -> None:
    assert TRANSLATOR.knows("bridges")
    assert TRANSLATOR.knows("桥梁")
    assert not TRANSLATOR.knows("桥梁医院水")


def test_similarity_is_a_cosine_of_any_phrases() -> None:
    assert TRANSLATOR.similarity("hospital", "医院") > TRANSLATOR.similarity("hospital", "河流")
    assert TRANSLATOR.similarity("water", "water") == pytest.approx(1, abs=1e-3)
    assert TRANSLATOR.similarity("", "water") == 0.0
    assert TRANSLATOR.similarity("☃", "water") == 0.0


def test_a_damaged_table_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator_module, "BUNDLED_MODEL", tmp_path)
    with pytest.raises(ModelUnusable):
        load_translator()
    (tmp_path / "translations.safetensors").write_bytes(b"no table")
    with pytest.raises(ModelUnusable) as caught:
        load_translator()
    assert "\n" not in str(caught.value)


@given(st.from_regex("[a-z]{0,12}", fullmatch=True))
def test_a_word_is_never_its_own_base(word: str) -> None:
    assert all(candidate for candidate in base_candidates(word))
    assert word not in base_candidates(word)

"""What the lexical index stores of a passage."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from language.stemming import stem, text_language, words_language
from language.stopwords import function_words
from language.terms import FIELDS, index_terms
from language.text import fold, search_terms


def test_every_field_is_there_and_no_other() -> None:
    assert tuple(index_terms("标题", "正文")) == FIELDS
    assert tuple(index_terms("", "")) == FIELDS


def test_codes_and_numbers_stay_whole_and_in_parts() -> None:
    terms = index_terms("", "型号 PPR-9087，110千伏，1,531人，2022年11月28日")["terms"]
    assert {"ppr-9087", "ppr", "9087", "110", "千伏", "1531", "2022", "11", "28"} <= set(terms)


def test_full_width_and_traditional_are_the_same_terms() -> None:
    assert (
        index_terms("", "ＰＰＲ－９０８７ 電網 １１０")["terms"]
        == (index_terms("", "PPR-9087 电网 110")["terms"])
    )


def test_the_title_has_a_field_of_its_own_and_its_words_are_stems_too() -> None:
    terms = index_terms("Bridges reopened", "暴雨之后")
    assert "bridges" in terms["title"]
    assert "bridges" not in terms["terms"]
    assert "bridg" in terms["stems"]


def test_stems_join_the_forms_of_a_word() -> None:
    for language, forms in {
        "english": ("bridge", "bridges"),
        "german": ("brücke", "brücken"),
        "spanish": ("puente", "puentes"),
        "russian": ("мост", "моста"),
        "arabic": ("الجسر", "جسر"),
    }.items():
        assert len({stem(fold(form), language) for form in forms}) == 1


def test_codes_and_unknown_languages_are_not_stemmed() -> None:
    assert stem("ppr-9087", "english") == "ppr-9087"
    assert stem("bridges", "klingon") == "bridges"
    assert stem("cầu", "vietnamese") == "cầu"


def test_the_language_of_words_is_told() -> None:
    told = {
        "english": "The bridge over the river was closed when the storm came",
        "german": "Die Brücke über den Fluss wurde wegen des Sturms gesperrt",
        "spanish": "El puente sobre el río fue cerrado por la tormenta",
        "french": "Le pont sur la rivière a été fermé par la tempête",
        "russian": "Мост через реку закрыли",
        "arabic": "أغلق الجسر",
        "vietnamese": "Cây cầu qua sông đã bị đóng vì bão",
    }
    for language, text in told.items():
        assert text_language(fold(text)) == language
    assert words_language([]) == "english"


def test_function_words_are_folded() -> None:
    assert all(word == fold(word) for word in function_words("german"))
    assert function_words("klingon") == frozenset()


@given(st.text(), st.text())
def test_any_passage_has_terms_without_blanks(title: str, text: str) -> None:
    for terms in index_terms(title, text).values():
        assert all(term and not any(c.isspace() for c in term) for term in terms)


_MIXED = st.text(st.sampled_from("aIİß ﬁΣ-'.,9３電电に한Á\u0301\u200b\u202eＡ１,/\n一丁"))


@given(_MIXED, _MIXED)
def test_a_title_and_a_text_have_the_terms_that_each_has_alone(title: str, text: str) -> None:
    terms = index_terms(title, text)
    assert (terms["title"], terms["terms"]) == (search_terms(title), search_terms(text))


@given(st.text())
def test_width_and_case_make_no_difference(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert search_terms(wide) == search_terms(text)
    assert search_terms(unicodedata.normalize("NFD", text)) == search_terms(text)


@given(st.integers(min_value=1000, max_value=10**12))
def test_a_number_is_found_with_and_without_separators(number: int) -> None:
    assert str(number) in search_terms(f"{number:,} people")

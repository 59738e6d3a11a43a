"""A question becomes weighted terms, each standing for one of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes_dictionary import CITY_WORDS

from index.words.terms import FIELDS
from retrieval.search.hanwords import han_words
from retrieval.search.query import Query, analyse


def terms_of(query: Query, origin: str) -> set[str]:
    return {term.term for term in query.terms if term.origin == origin}


def test_question_words_and_grammar_are_no_content() -> None:
    assert analyse("图书馆什么时候开放？", CITY_WORDS).words == ("图书馆", "开放")
    assert analyse("When was the library opened?", CITY_WORDS).words == ("library", "opened")
    assert analyse("¿Cuándo se abrió el puente?").words == ("abrio", "puente")


def test_a_question_of_function_words_alone_is_searched_as_it_stands() -> None:
    assert analyse("who is it").words == ("who", "is", "it")
    assert terms_of(analyse("谁？", CITY_WORDS), "exact") == {"谁"}


def test_han_gives_characters_and_pairs() -> None:
    assert terms_of(analyse("图书馆", CITY_WORDS), "exact") == {"图", "书", "馆", "图书", "书馆"}


def test_words_give_themselves_and_their_stems() -> None:
    query = analyse("Which bridges were repaired?")
    assert terms_of(query, "exact") == {"bridges", "repaired"}
    assert terms_of(query, "stem") == {"bridg", "repair"}
    assert query.words_language == "english"


def test_an_english_word_brings_its_han_translations() -> None:
    query = analyse("Which bridges were repaired?", CITY_WORDS)
    assert {"大桥", "桥梁", "维修"} <= terms_of(query, "translation")
    assert query.translations["bridges"][0] == ("大桥", 0.8)


def test_a_han_word_brings_its_english_translations_by_their_stems() -> None:
    query = analyse("路灯有多少盏？", CITY_WORDS)
    assert terms_of(query, "translation") == {"lamp"}


def test_question_words_are_never_translated() -> None:
    table = {"when": ("何时",)}
    dictionary = type(CITY_WORDS)(table)
    assert not terms_of(analyse("When was it repaired?", dictionary), "translation")


def test_german_is_not_translated_as_if_it_were_english() -> None:
    assert not analyse("Wann wurde die Library von der Tram aus gesehen?", CITY_WORDS).translations


@pytest.mark.parametrize(
    "question",
    [
        "Which meeting did Lin Tao attend?",
        "Lin Tao visited which school?",
        "which school did lin tao visit",
        "谁是 Lin Tao？",
    ],
)
def test_a_latin_name_is_looked_up_by_its_reading(question: str) -> None:
    assert "lintao" in terms_of(analyse(question, CITY_WORDS), "pinyin")


def test_a_name_that_looks_like_a_function_word_is_content() -> None:
    assert analyse("Which school did An Min visit?", CITY_WORDS).words[1:3] == ("an", "min")


def test_known_words_written_small_are_no_names() -> None:
    assert not terms_of(analyse("do women visit", CITY_WORDS), "pinyin")


def test_han_is_looked_up_among_romanized_names() -> None:
    fields = {(t.field, t.term) for t in analyse("林涛出席会议", CITY_WORDS).terms}
    assert ("romanized", "lintao") in fields


def test_an_unknown_name_is_looked_up_by_its_sound() -> None:
    latin = terms_of(analyse("What did Grunov's bridge cost?", CITY_WORDS), "sound")
    han = terms_of(analyse("格鲁诺夫是谁？", CITY_WORDS), "sound")
    assert latin & han
    assert not terms_of(analyse("what did it cost", CITY_WORDS), "sound")


def test_a_genitive_is_the_word_itself() -> None:
    assert analyse("the bridge's lamps", CITY_WORDS).words == ("bridge", "lamps")


def test_codes_numbers_and_widths() -> None:
    exact = terms_of(analyse("ＰＰＲ－９０８７ 的 １，５３１ 米", CITY_WORDS), "exact")
    assert {"ppr-9087", "9087", "1531", "米"} <= exact


def test_traditional_questions_ask_the_same() -> None:
    assert (
        analyse("圖書館開放", CITY_WORDS).weighted() == analyse("图书馆开放", CITY_WORDS).weighted()
    )


def test_weights_of_a_repeated_term_are_summed() -> None:
    weights = {term: weight for _, term, weight in analyse("桥上桥").weighted("exact")}
    assert weights["桥"] == 2.0


def test_a_run_is_cut_at_known_words_and_nothing_is_lost() -> None:
    assert [w.text for w in han_words("校长出席会议", CITY_WORDS)] == ["校长", "出席", "会议"]
    assert [w.text for w in han_words("梅朵出席会议", CITY_WORDS)] == ["梅朵", "出席", "会议"]


@given(st.text(alphabet="校长出席会议的了谁什么多少梅朵图书馆在哪里", max_size=30))
def test_cutting_gives_the_run_back(run: str) -> None:
    for vocabulary in (CITY_WORDS, None):
        assert "".join(word.text for word in han_words(run, vocabulary)) == run


@given(st.text())
def test_any_question_can_be_analysed(question: str) -> None:
    query = analyse(question, CITY_WORDS)
    words = set(query.words)
    for term in query.terms:
        assert term.field in FIELDS
        assert term.term and not any(c.isspace() for c in term.term)
        assert term.weight > 0
        assert term.word in words


def test_irregular_forms_are_ways_to_hold_a_word() -> None:
    terms = {term.term: term.origin for term in analyse("Who wrote the report?").terms}
    assert terms["written"] == "form"
    assert {term.term for term in analyse("Who says so?").terms}.isdisjoint({"said"})

"""A question becomes its content words, and weighted terms of the index's fields."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from language.hanwords import han_words
from language.terms import FIELDS, index_terms
from retrieval.search.query import Query, analyse
from tests.steps import steps


def terms_of(query: Query, field: str) -> set[str]:
    return {term for kept, term, _ in query.terms if kept == field}


def test_question_words_and_grammar_are_no_content() -> None:
    assert analyse("图书馆什么时候开放？").words == ("图书馆", "开放")
    assert analyse("When was the library opened?").words == ("library", "opened")
    assert analyse("¿Cuándo se abrió el puente?").words == ("abrio", "puente")


def test_a_question_of_function_words_alone_is_searched_as_it_stands() -> None:
    assert analyse("who is it").words == ("who", "is", "it")
    assert terms_of(analyse("谁？"), "terms") == {"谁"}


def test_han_gives_characters_and_pairs() -> None:
    assert terms_of(analyse("图书馆"), "terms") == {"图", "书", "馆", "图书", "书馆"}


def test_words_give_themselves_and_their_stems() -> None:
    query = analyse("Which bridges were repaired?")
    assert terms_of(query, "terms") == {"bridges", "repaired"}
    assert terms_of(query, "stems") == {"bridg", "repair"}


def test_what_is_looked_for_in_a_text_is_looked_for_in_titles_for_less() -> None:
    weights = {(field, term): weight for field, term, weight in analyse("bridges 大桥").terms}
    for term in ("bridges", "大桥", "桥"):
        assert 0 < weights["title", term] < weights["terms", term]


def test_a_genitive_is_the_word_itself() -> None:
    assert analyse("the bridge's lamps").words == ("bridge", "lamps")


def test_codes_numbers_and_widths() -> None:
    found = terms_of(analyse("ＰＰＲ－９０８７ 的 １，５３１ 米"), "terms")
    assert {"ppr-9087", "9087", "1531", "米"} <= found


def test_traditional_questions_ask_the_same() -> None:
    assert analyse("圖書館開放").terms == analyse("图书馆开放").terms


def test_weights_of_a_repeated_term_are_summed() -> None:
    weights = {term: weight for field, term, weight in analyse("桥上桥").terms if field == "terms"}
    assert weights["桥"] == 2.0


def test_irregular_forms_are_looked_for_among_the_stems() -> None:
    assert "written" in terms_of(analyse("Who wrote the report?"), "stems")
    assert "said" not in terms_of(analyse("Who says so?"), "stems")


def test_a_run_is_cut_at_question_words_and_grammar() -> None:
    cut = [(word.text, word.content) for word in han_words("校长什么时候出席典礼")]
    assert cut == [("校长", True), ("什么时候", False), ("出席典礼", True)]


@given(st.text(alphabet="校长出席会议的了谁什么多少梅朵图书馆在哪里", max_size=30))
def test_cutting_gives_the_run_back(run: str) -> None:
    assert "".join(word.text for word in han_words(run)) == run


@given(st.text())
def test_any_question_can_be_analysed(question: str) -> None:
    terms = analyse(question).terms
    assert len({(field, term) for field, term, _ in terms}) == len(terms)
    for field, term, weight in terms:
        assert field in FIELDS
        assert term and not any(c.isspace() for c in term)
        assert weight > 0


@given(st.text(st.sampled_from("桥灯站 absz-9,Ａ１\n"), max_size=40))
def test_a_passage_with_the_words_of_a_question_has_its_terms(text: str) -> None:
    assert terms_of(analyse(text), "terms") <= set(index_terms("", text)["terms"])
    assert terms_of(analyse(text), "title") <= set(index_terms(text, "")["title"])


LONGEST = 1000
# About twenty calls a character for Han, whose pairs are looked up one by one.
MOST = 60_000


@given(st.text(min_size=1, max_size=40).map(lambda piece: (piece * LONGEST)[:LONGEST]))
@example("HA" * 500)
@example("的" * LONGEST)
@example("a-" * 500)
@example("1," * 500)
@example("ก" * LONGEST)
@example("ʼ" * LONGEST)
@example("第一二三四五" * 160)
def test_any_thousand_characters_are_analysed_in_bounded_steps(question: str) -> None:
    assert steps(lambda: analyse(question), MOST) <= MOST

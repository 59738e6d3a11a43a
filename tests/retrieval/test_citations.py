"""Citations: numbered once from 1, verbatim at their offsets, and the only marks of an answer."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.chunker import chunk_article
from index.models import Article
from language.sentences import sentence_spans
from retrieval.citations import cite, quote_from, quote_from_article, run_on, written
from retrieval.models import Citation, Passage

TEXTS = st.text(
    st.one_of(
        st.sampled_from("。！？；，“”「」[]()*_`#\n.!?; 0123456789零一三百千"),
        st.characters(codec="utf-8"),
    ),
    min_size=1,
    max_size=200,
)


def article_of(text: str) -> Article:
    return Article(id="town.txt#1", source="town.txt", title="Town", text=text, date="3 May")


def passage_of(article: Article, start: int, end: int) -> Passage:
    return Passage(
        "c1", article.id, article.title, article.source, article.date, article.text[start:end], 1.0,
        start, end,
    )  # fmt: skip


@given(TEXTS)
def test_every_sentence_of_any_text_is_quoted_verbatim(text: str) -> None:
    article = article_of(text)
    quotes = [quote_from_article(article, *span) for span in sentence_spans(text)]
    for citation in cite(quotes):
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.article_id == article.id


@given(TEXTS, st.data())
def test_a_sentence_of_a_passage_is_at_its_place_in_the_article(
    text: str, data: st.DataObject
) -> None:
    article = article_of(text)
    for chunk in chunk_article(article, target=40):
        passage = passage_of(article, chunk.start, chunk.end)
        for start, end in sentence_spans(passage.text):
            span = data.draw(st.tuples(st.integers(0, 60), st.integers(0, 60)))
            for citation in cite([quote_from(passage, start, end, span)]):
                assert article.text[citation.start : citation.end] == citation.quote
                if citation.highlight is not None:
                    first, last = citation.highlight
                    assert 0 <= first < last <= len(citation.quote)
                    assert citation.quote[first:last] == citation.quote[first:last].strip()


@given(st.lists(st.tuples(TEXTS, st.integers(0, 3)), max_size=6))
def test_every_mark_in_an_answer_is_the_number_of_one_citation(
    parts: list[tuple[str, int]],
) -> None:
    quotes = [
        Citation(0, f"a#{at}", "A", "a", "", text, at, at + len(text), highlight=(0, len(text)))
        for text, at in parts
    ]
    citations = cite(quotes)
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    for answer in (written(citations), run_on(citations)):
        marks = [int(number) for number in re.findall(r"\[(\d+)\]", answer)]
        assert marks == [citation.number for citation in citations]
        spans = [citation for citation in citations if citation.highlight]
        assert answer.count("**") == 2 * len(spans)
        assert "*" not in answer.replace("**", "")


def test_notes_and_stars_of_a_document_are_not_ours() -> None:
    text = "The bridge[3] was **closed** twice[12]."
    citations = cite([quote_from_article(article_of(text), 0, len(text))])
    assert citations[0].quote == text
    assert written(citations) == "“The bridge［3］ was ＊＊closed＊＊ twice［12］.” [1]"


def test_the_same_stretch_is_cited_once() -> None:
    article = article_of("One thing. Another thing.")
    quotes = [quote_from_article(article, 0, 10), quote_from_article(article, 0, 10)]
    assert len(cite(quotes)) == 1


def test_a_span_outside_its_quote_is_dropped() -> None:
    passage = passage_of(article_of("Nine boats left."), 0, 16)
    assert cite([quote_from(passage, 0, 16, (0, 99))])[0].highlight is None
    assert cite([quote_from(passage, 0, 16, (4, 5))])[0].highlight is None
    assert cite([quote_from(passage, 0, 16, (4, 11))])[0].highlight == (5, 10)


def test_an_answer_stays_on_one_line_a_citation() -> None:
    text = "A first line\nand a second one."
    answer = written(cite([quote_from_article(article_of(text), 0, len(text))]))
    assert answer == "“A first line and a second one.” [1]"

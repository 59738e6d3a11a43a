"""Summaries: the sentences that carry an article, in its order, each cited, none twice."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunker import chunk_article
from index.models import Article
from retrieval.summarizer import summarize

ARTICLE = Article(
    id="news/pool.txt#1",
    source="news/pool.txt",
    title="Swimming pool to close for repairs",
    text=(
        "The Millfield swimming pool will close on 4 May for repairs to its roof.\n"
        "The repairs will take ten weeks and cost £310,000, the council said.\n"
        "Who pays?\n"
        "The council pays half, and the swimming club collects the rest.\n"
        "Ms Ortega likes the blue tiles.\n"
        "The roof of the pool has leaked since the storm of last autumn.\n"
        "The Millfield swimming pool will close on 4 May so that its roof can be repaired.\n"
        "Lessons move to the Eastgate pool until the repairs are done."
    ),
)


def test_the_sentences_stand_in_their_order_and_each_is_cited() -> None:
    summary = summarize(ARTICLE, 3)
    assert summary.article_id == ARTICLE.id
    assert summary.title == ARTICLE.title
    assert [citation.number for citation in summary.citations] == [1, 2, 3]
    starts = [citation.start for citation in summary.citations]
    assert starts == sorted(starts)
    for citation in summary.citations:
        assert ARTICLE.text[citation.start : citation.end] == citation.quote
        assert f"{citation.quote} [{citation.number}]" in summary.summary


def test_what_the_title_says_is_in_and_what_says_nothing_is_out() -> None:
    quotes = [citation.quote for citation in summarize(ARTICLE, 3).citations]
    assert any("close on 4 May" in quote for quote in quotes)
    assert "Who pays?" not in quotes
    assert "Ms Ortega likes the blue tiles." not in quotes


def test_the_same_thing_is_not_said_twice() -> None:
    quotes = [citation.quote for citation in summarize(ARTICLE, 4).citations]
    assert sum("close on 4 May" in quote for quote in quotes) == 1


def test_a_short_article_stands_whole() -> None:
    article = Article("a#1", "a", "Note", "The gate is locked at nine. Bring your key.")
    quotes = [citation.quote for citation in summarize(article, 4).citations]
    assert quotes == ["The gate is locked at nine.", "Bring your key."]


def test_each_citation_names_its_passage() -> None:
    chunks = chunk_article(ARTICLE, target=60)
    by_id = {chunk.id: chunk for chunk in chunks}
    for citation in summarize(ARTICLE, 4, chunks=chunks).citations:
        chunk = by_id[citation.chunk_id]
        assert chunk.start <= citation.start < chunk.end


def test_an_article_without_text_has_an_empty_summary() -> None:
    summary = summarize(Article("a#1", "a", "Nothing", ""), 3)
    assert summary.summary == ""
    assert summary.citations == ()


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("河水位上涨了。，！?. abc\n“”[1]*"), max_size=300),
    st.integers(-2, 6),
)
def test_any_text_is_summarised_verbatim(text: str, sentences: int) -> None:
    summary = summarize(Article("a#1", "a", "河水", text), sentences)
    assert len(summary.citations) <= max(1, sentences)
    for citation in summary.citations:
        assert text[citation.start : citation.end] == citation.quote
    marks = [int(number) for number in re.findall(r"\[(\d+)\]", summary.summary)]
    assert marks == [citation.number for citation in summary.citations]


def test_a_very_long_article_is_summarised_in_bounded_time() -> None:
    text = "\n".join(f"Boat number {n} left the harbour at noon." for n in range(5000))
    assert len(summarize(Article("a#1", "a", "Boats", text), 3).citations) == 3

"""What is quoted of the units that a reader takes for answers: verbatim, little, and set out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Article, BlockKind
from retrieval.answer.compose import quote_of, quotes_of
from retrieval.answer.reader import UnitReading
from retrieval.citations import cite, written
from retrieval.models import Citation
from tests.blocks import articles
from tests.readings import article_of, head_of, readings_of, windows_of


def may_follow(reading: UnitReading) -> bool:
    return reading.score >= 0


def quotes(
    article: Article, scores: dict[str, float], spans: dict[str, float] | None = None
) -> list[Citation]:
    readings = readings_of(windows_of(article), scores, spans)
    return quotes_of(readings, {article.id: head_of(article)}, may_follow)


def texts(article: Article, scores: dict[str, float]) -> list[str]:
    return [quote.quote for quote in quotes(article, scores)]


POOL = article_of(
    ("paragraph", "The pool opens at nine. It closes at six. Bring a towel."),
    ("paragraph", "The pool opens at nine."),
)


def test_the_best_sentence_is_quoted_alone_where_nothing_comes_near() -> None:
    assert texts(POOL, {"Bring a towel.": 5.0, "It closes at six.": -1.1}) == ["Bring a towel."]


def test_the_likelier_of_the_sentences_beside_the_best_one_goes_with_it() -> None:
    scores = {"It closes at six.": 5.0, "Bring a towel.": -0.9, "The pool opens at nine.": -0.95}
    (quote,) = quotes(POOL, scores, {"six": 0.9})
    assert quote.quote == "It closes at six. Bring a towel."
    (quote,) = quotes(POOL, {**scores, "Bring a towel.": -0.96}, {"six": 0.9})
    assert quote.quote == "The pool opens at nine. It closes at six."
    assert quote.highlight is not None and quote.quote[slice(*quote.highlight)] == "six"


def test_a_second_sentence_that_answers_nearly_as_surely_goes_with_it() -> None:
    scores = {"Bring a towel.": 3.0, "It closes at six.": 2.5, "The pool opens at nine.": 2.4}
    assert texts(POOL, scores) == ["Bring a towel.", "It closes at six."]


def test_the_same_words_are_not_quoted_twice() -> None:
    assert texts(POOL, {"The pool opens at nine.": 3.0}) == ["The pool opens at nine."]


def test_a_second_sentence_is_no_answer_that_would_be_refused() -> None:
    scores = {"Bring a towel.": 0.1, "The pool opens at nine.": -0.1, "It closes at six.": -7.0}
    assert texts(POOL, scores) == ["Bring a towel."]


STEPS = ["Switch off the saw.", "Pull the plug.", "Sweep the floor."]


def test_a_list_is_quoted_whole_with_the_line_that_leads_into_it() -> None:
    article = article_of(("heading", "Closing"), ("list", STEPS))
    (quote,) = quotes(article, {"You need:*": 3.0, "Pull the plug.": 2.9})
    assert quote.quote == "\n".join(["You need:", *STEPS])
    assert quote.shown.split("\n") == ["You need:", *(f"• {step}" for step in STEPS)]
    assert quote.path == ("Closing",)
    assert quote.highlight is None


def test_an_item_that_answers_alone_is_quoted_alone() -> None:
    article = article_of(("list", STEPS))
    (quote,) = quotes(article, {"Pull the plug.": 3.0})
    assert (quote.quote, quote.shown) == ("Pull the plug.", "")


def test_a_list_of_many_items_is_cut_at_an_item_and_the_rest_is_counted() -> None:
    items = [f"Rule {number}." for number in range(1, 16)]
    (quote,) = quotes(article_of(("list", items)), {"You need:*": 3.0})
    assert quote.shown.split("\n")[1:] == [*(f"• {item}" for item in items[:12]), "… +3"]
    assert quote.quote.endswith("\nRule 12.")


def test_a_list_of_long_items_is_cut_at_an_item() -> None:
    items = [f"{letter * 90}." for letter in "abcdefgh"]
    (quote,) = quotes(article_of(("list", items)), {"You need:*": 3.0})
    kept = quote.shown.count("•")
    assert len(quote.quote) <= 700 < len(quote.quote) + 92
    assert quote.shown.endswith(f"… +{8 - kept}")


HOURS = [["Saturday", "Laser", "10:00"], ["Sunday", "", "11:00"], ["Monday", "Kiln", "12:00"],
         ["Tuesday", "Loom", "13:00"]]  # fmt: skip
LINES = ["Saturday; Room: Laser; 时间: 10:00", "Sunday; 时间: 11:00",
         "Monday; Room: Kiln; 时间: 12:00", "Tuesday; Room: Loom; 时间: 13:00"]  # fmt: skip


def test_a_row_is_shown_with_its_column_names_and_quoted_as_it_stands() -> None:
    (quote,) = quotes(article_of(("table", HOURS)), {LINES[0]: 3.0})
    assert quote.quote == "Saturday | Laser | 10:00"
    assert quote.shown == "Saturday · Room: Laser · 时间: 10:00"


def test_at_most_three_rows_are_quoted_and_empty_cells_are_left_out() -> None:
    found = quotes(article_of(("table", HOURS)), dict.fromkeys(LINES, 3.0))
    assert len(found) == 3
    assert "Sunday · 时间: 11:00" in [quote.shown for quote in found]
    two = quotes(article_of(("table", HOURS)), {LINES[0]: 3.0, LINES[1]: 1.6, LINES[2]: 1.4})
    assert [quote.quote.split(" ")[0] for quote in two] == ["Saturday", "Sunday"]


@pytest.mark.parametrize(
    ("sentence", "span", "bold"),
    [
        ("The hall holds 1,200 people at most.", "1,200", "1,200"),
        ("The hall holds 1,200 people at most.", "200", "1,200"),
        ("The gate is open 9:30–17:00 on weekdays.", "30", "9:30–17:00"),
        ("Chaired by Priya Nair since May.", "riya Na", "Priya Nair"),
        ("Chaired by Priya Nair since May.", " Priya Nair ", "Priya Nair"),
        ("大桥从8月1日起封闭维修。", "8月1日", "8月1日"),
        ("大桥从8月1日起封闭维修。", "月1日", "月1日"),
    ],
)
def test_the_span_that_answers_is_bold_in_whole_words(sentence: str, span: str, bold: str) -> None:
    (quote,) = quotes(article_of(("paragraph", sentence)), {sentence: 3.0}, {span: 0.9})
    assert quote.highlight is not None
    assert quote.quote[slice(*quote.highlight)] == bold
    assert f"**{bold}**" in written(cite([quote]))


@pytest.mark.parametrize(
    ("span", "likely"), [("1,200", 0.2), ("The hall holds 1,200 people", 0.9), ("absent", 0.9)]
)
def test_nothing_is_bold_that_is_unsure_or_most_of_the_sentence(span: str, likely: float) -> None:
    sentence = "The hall holds 1,200 people at most."
    (quote,) = quotes(article_of(("paragraph", sentence)), {sentence: 3.0}, {span: likely})
    assert quote.highlight is None


def test_the_nearest_is_never_bold() -> None:
    sentence = "The hall holds 1,200 people at most."
    article = article_of(("paragraph", sentence))
    (reading,) = readings_of(windows_of(article), {sentence: 3.0}, {"1,200": 0.9})
    quote = quote_of(reading, {article.id: head_of(article)})
    assert (quote.quote, quote.highlight) == (sentence, None)
    assert (quote.date, quote.url) == ("3 May", "https://hall.example/")


@given(articles(), st.data())
def test_quotes_of_any_article_are_verbatim_and_few(article: Article, data: st.DataObject) -> None:
    scores = st.floats(-4, 4, allow_nan=False)
    readings: list[UnitReading] = []
    for window in windows_of(article, 60):
        for unit in window.units:
            span = data.draw(st.tuples(st.integers(unit.first, unit.last), st.integers(1, 9)))
            ends = (span[0], min(unit.last, span[0] + span[1]))
            score = data.draw(scores)
            readings.append(UnitReading(window, unit, score, ends, 0.9, rank=score))
    found = quotes_of(readings, {article.id: head_of(article)}, may_follow)
    assert bool(found) is bool(readings)
    kinds = []
    for quote in found:
        assert article.text[quote.start : quote.end] == quote.quote
        if quote.highlight is not None:
            start, end = quote.highlight
            assert 0 <= start < end <= len(quote.quote)
            assert not re.match(r"[a-z]{2}", quote.quote[max(0, start - 1) : start + 1])
            assert not re.match(r"[a-z]{2}", quote.quote[end - 1 : end + 1])
        inside = [b for b in article.blocks if b.start <= quote.start < b.end]
        kinds.append(inside[0].kind)
        lists = quote.shown and inside[0].kind is not BlockKind.TABLE_ROW
        assert len(found) == 1 or not lists
    context = {BlockKind.HEADING, BlockKind.TABLE_HEADER}
    assert context.isdisjoint(kinds)
    rows = kinds.count(BlockKind.TABLE_ROW)
    assert len(kinds) <= (3 if rows > 1 else 2)

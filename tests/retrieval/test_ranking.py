"""The order of the units: the reader's word, nearness, the search, and lists as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.models import Article
from retrieval.answer.ranking import rank_units
from tests.fakes import HashEmbedder
from tests.readings import article_of, readings_of, windows_of

ENCODER = HashEmbedder()


def ranked(
    article: Article, question: str, scores: dict[str, float], listed: float = 0.0
) -> list[str]:
    """Return the units in their order: a list by its first line and a star."""
    windows = windows_of(article)
    vector = ENCODER.encode_queries([question])[0]
    readings = [replace(r, listed=listed) for r in readings_of(windows, scores)]
    found = rank_units(readings, windows, vector, ENCODER, {})
    assert [r.rank for r in found] == sorted((r.rank for r in found), reverse=True)
    texts = [(r.window.text[r.unit.first : r.unit.last], r.unit.items) for r in found]
    return [text.split("\n")[0] + "*" if items else text for text, items in texts]


def test_the_reader_decides_and_nearness_where_it_does_not() -> None:
    article = article_of(("paragraph", "The pool opens at nine. The saw is loud. Rain fell."))
    near = {"The pool opens at nine.": 2.0, "The saw is loud.": 2.0}
    assert ranked(article, "when does the pool open", near)[0] == "The pool opens at nine."
    assert ranked(article, "is the saw loud", near)[0] == "The saw is loud."
    sure = {**near, "Rain fell.": 12.0}
    assert ranked(article, "when does the pool open", sure)[0] == "Rain fell."


TOGETHER = {"You need:*": 2.0, "A rope.": 2.5, "A lamp.": 2.5, "A map.": 2.5}
NEAR = {"You need:*": 2.0, "It rained.": 4.5}


@pytest.mark.parametrize(
    ("question", "scores", "listed", "first"),
    [
        ("what do I need", {"You need:": 5.0, "A lamp.": 1.0}, 0.0, "You need:*"),
        ("what do I need", TOGETHER, 0.0, "You need:*"),
        # An item far better than its list stands alone.
        ("how long is the rope", {"A rope.": 9.0}, 0.0, "A rope."),
        # Where a list is asked for, it comes first.
        ("weather", NEAR, 0.4, "It rained."),
        ("weather", NEAR, 0.99, "You need:*"),
    ],
)
def test_a_list_is_as_good_as_its_lead_in_or_its_items(
    question: str, scores: dict[str, float], listed: float, first: str
) -> None:
    article = article_of(("list", ["A rope.", "A lamp.", "A map."]), ("paragraph", "It rained."))
    assert ranked(article, question, scores, listed)[0] == first


def test_a_line_that_only_announces_is_no_answer() -> None:
    article = article_of(
        ("list", ["A rope.", "A lamp."]), ("paragraph", "Our hours are:"), ("paragraph", "时间：")
    )
    found = ranked(article, "hours", {"You need:": 9.0, "Our hours are:": 9.0, "时间：": 9.0})
    assert found[0] == "You need:*"
    assert not {"You need:", "Our hours are:", "时间："} & set(found)


@pytest.mark.parametrize("stands_out", [False, True])
def test_a_place_in_the_search_decides_or_what_stands_out_in_another_script(
    stands_out: bool,
) -> None:
    first, second = (article_of(("paragraph", "The same words."), name=name) for name in "ab")
    windows = [*windows_of(second), *windows_of(first)]
    outlying = {}
    if stands_out:
        windows.reverse()
        outlying = {windows[0].chunk.id: 2.0, windows[1].chunk.id: 6.0}
    vector = ENCODER.encode_queries(["words"])[0]
    readings = readings_of(windows, {"The same words.": 1.0})
    found = rank_units(readings, windows, vector, ENCODER, outlying)
    assert [reading.window.chunk.article_id for reading in found] == [second.id, first.id]


def test_nothing_read_is_nothing_ranked() -> None:
    assert rank_units([], [], ENCODER.encode_queries(["x"])[0], ENCODER, {}) == []

"""Rows that a question names: the others of their table are not quoted for them."""

from __future__ import annotations

from index.models import Article
from retrieval.answer.rows import by_named_rows
from tests.readings import article_of, readings_of, windows_of

# The first column has no name, the second is called Room.
ROOMS = article_of(("table", [["Saw, 3 EUR", "Leeds"], ["Lathe, 4 EUR", "York"]]))


def scores(article: Article, question: str, given: dict[str, float]) -> dict[str, float]:
    found = by_named_rows(readings_of(windows_of(article), given), question)
    return {r.window.text[r.unit.first : r.unit.last]: r.score for r in found}


def test_the_row_that_a_question_names_is_as_sure_as_the_best() -> None:
    saw, lathe = "Saw, 3 EUR; Room: Leeds", "Lathe, 4 EUR; Room: York"
    found = scores(ROOMS, "which room is in York?", {saw: 1.0, lathe: -2.0})
    assert found == {saw: -3.0, lathe: 1.0}
    unnamed = scores(ROOMS, "which room is the cheapest?", {saw: 1.0, lathe: -2.0})
    assert unnamed == {saw: 1.0, lathe: -2.0}


def test_words_that_every_row_has_or_that_no_row_has_all_of_decide_nothing() -> None:
    form = article_of(("table", [["Owner", "Ann Lee"], ["Odometer", "9,800"]]))
    owner, odometer = "Owner; Room: Ann Lee", "Odometer; Room: 9,800"
    given = {owner: 0.0, odometer: 2.0}
    assert scores(form, "what is the odometer of Ann Lee", given) == given
    same = article_of(("table", [["Monday", "chess"], ["Friday", "chess"]]))
    given = {"Monday; Room: chess": 1.0, "Friday; Room: chess": 0.5}
    assert scores(same, "when is chess", given) == given


def test_rows_in_han_are_told_apart_by_pairs_of_characters() -> None:
    days = article_of(("table", [["周三", "10点"], ["周日", "12点"]]))
    first, second = "周三; Room: 10点", "周日; Room: 12点"
    found = scores(days, "周日几点开门", {first: 1.0, second: 0.0})
    assert found[second] == 1.0 and found[first] < 0

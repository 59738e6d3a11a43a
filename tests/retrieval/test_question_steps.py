"""Taking a question apart costs a bounded number of steps, whatever it is made of."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.followups.conversation import standalone
from retrieval.rarity import Rarity
from retrieval.reading.questions import view_question
from retrieval.search.periods import period_in
from retrieval.search.query import analyse
from retrieval.verdict import LONGEST_QUESTION
from tests.fakes_dictionary import CITY_WORDS
from tests.steps import steps

RARITY = Rarity(lambda key: 0, 1, {"的": 0.9, "the": 0.9})
# A plain question of this length costs a tenth of it; what grows with the square costs ten times.
MOST = 500_000
UNITS = [
    "ha", "rhth", "a", "Aa ", "An Wei ", "阿", "安伟", "的", "多少", "1", "1,", "2026-11-", "一",
    "百万", " ", "\n", "?", ".", "“", '"', "(", "[1, ", "**", "and ", "of the ", "last week ",
    "昨天", "他", "what about it ", "那", "é", "\u0301", "🙂", "ß", "한국 ", "ق ", "x-", "a.b.",
    "don't ", "'s ", "MM",
]  # fmt: skip


def taken_apart(question: str) -> None:
    view_question(analyse(question, CITY_WORDS), RARITY)
    period_in(question, date(2026, 11, 28))
    standalone(question, [("Who opened the fair?", "Ada Lind did. [1]")], "en")


def question_of(unit: str) -> str:
    return (unit * LONGEST_QUESTION)[:LONGEST_QUESTION]


@pytest.mark.parametrize("unit", UNITS)
def test_one_thing_over_and_over_is_taken_apart_in_few_steps(unit: str) -> None:
    steps(lambda: taken_apart(question_of(unit)), MOST)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(UNITS) | st.text(min_size=1, max_size=8), min_size=1, max_size=6))
def test_any_mixture_is_taken_apart_in_few_steps(units: list[str]) -> None:
    steps(lambda: taken_apart(question_of("".join(units))), MOST)

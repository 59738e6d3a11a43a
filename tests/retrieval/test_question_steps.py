"""What it costs to analyse a question, in calls: any thousand characters stay within a bound."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.search.query import analyse
from tests.steps import steps

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

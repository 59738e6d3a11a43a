"""A reply as plain text: without a model's thoughts, and without marks that pile up."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from retrieval.proof.plain import ThinkTagFilter, plain


def test_thoughts_are_taken_out_of_a_stream() -> None:
    reply = "<think>消防车13辆[1]。</think>消防车12辆在岗[1]。1 < 2 <thin"
    for size in range(1, 9):
        thoughts = ThinkTagFilter()
        said = "".join(thoughts.feed(reply[i : i + size]) for i in range(0, len(reply), size))
        assert said + thoughts.finish() == "消防车12辆在岗[1]。1 < 2 <thin"


@given(st.text(alphabet="aé\u0301\u0336\u20dd\u0e31한ع\u064b ", max_size=80))
def test_no_letter_carries_a_tower_of_marks(text: str) -> None:
    assert not re.search("[\u0301\u0336\u20dd\u0e31\u064b]{4}", plain(text))

"""Towers of combining marks and thoughts in what a model writes cost little; none is posted."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Passage
from retrieval.proof.plain import ThinkTagFilter, plain
from retrieval.proof.verifier import Verifier
from tests.steps import steps

QUOTE = "The harbour bridge was closed on 28 November."
MARKS = "\u0301\u0336\u0489\u035c"


def tower(text: str, height: int) -> str:
    return "".join(c + (MARKS * height)[:height] if c.isalpha() else c for c in text)


def read(reply: str) -> Verifier:
    passage = Passage("c1", "a.txt#1", "", "a.txt", "", QUOTE, 1.0, 0, len(QUOTE), 0)
    verifier = Verifier([passage], "en")
    verifier.feed(reply)
    verifier.finish()
    return verifier


@pytest.mark.parametrize("height", [4, 12, 40, 400])
def test_a_sentence_in_towers_is_dropped_or_cleaned(height: int) -> None:
    for sentence in read(tower(QUOTE, height)[:-1] + " [1].").proved:
        bare = "".join(c for c in sentence.text if not unicodedata.combining(c))
        assert re.search(r"\w", bare)
        runs = re.findall("[\u0300-\u036f\u0483-\u0489]+", sentence.text)
        assert max(map(len, runs), default=0) <= 3


@pytest.mark.parametrize("height", [4, 40, 400, 4000])
def test_a_reply_in_towers_is_read_in_few_steps(height: int) -> None:
    reply = (tower(QUOTE, height)[:-1] + " [1]. ") * (1 + 12_000 // (40 * height))
    steps(lambda: read(reply[:12_000]), 150 * 12_000)


def test_the_sentence_after_a_tower_is_read() -> None:
    verifier = read(f"{tower('Look', 2000)} [1]. {QUOTE[:-1]} [1].")
    assert [sentence.text for sentence in verifier.proved] == [QUOTE]


def test_thoughts_are_taken_out_of_a_stream() -> None:
    reply = "<think>消防车13辆[1]。</think>消防车12辆在岗[1]。1 < 2 <thin"
    for size in range(1, 9):
        thoughts = ThinkTagFilter()
        said = "".join(thoughts.feed(reply[i : i + size]) for i in range(0, len(reply), size))
        assert said + thoughts.finish() == "消防车12辆在岗[1]。1 < 2 <thin"


@given(st.text(alphabet="aé\u0301\u0336\u20dd\u0e31한ع\u064b ", max_size=80))
def test_no_letter_carries_a_tower_of_marks(text: str) -> None:
    assert not re.search("[\u0301\u0336\u20dd\u0e31\u064b]{4}", plain(text))

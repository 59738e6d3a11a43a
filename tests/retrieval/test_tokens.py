"""Tokens know where they stand in the text they were cut from; spans stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words.text import fold
from retrieval.reading.spans import answer_spans
from retrieval.reading.tokens import fold_with_origins, tokenize

TEXTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("１２３ＡＢ臺灣㎞ﬁé\u0301\u200b3.5,、")
    ),
    max_size=120,
)


@given(TEXTS)
def test_every_token_is_in_order_and_inside_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert len(tokens.flow) == len(tokens.places)
    last = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start
    assert all(tokens.keys)


@given(TEXTS)
def test_a_folded_character_knows_what_it_was(text: str) -> None:
    folded, starts, ends = fold_with_origins(text)
    assert len(folded) == len(starts) == len(ends)
    for start, end in zip(starts, ends, strict=True):
        assert 0 <= start < end <= len(text)


@given(TEXTS)
def test_a_run_of_tokens_is_found_in_its_own_flow(text: str) -> None:
    tokens = tokenize(text)
    if len(tokens):
        assert tokens.run(0, len(tokens)) in tokens.flow


def test_full_width_and_traditional_are_compared_folded() -> None:
    tokens = tokenize("臺灣１，５３１人")
    assert "".join(tokens.keys) == fold("台湾1531人")
    assert tokens.text[tokens.starts[2] : tokens.ends[2]] == "１，５３１"


@given(TEXTS)
def test_spans_lie_inside_any_text(text: str) -> None:
    for span in answer_spans(text):
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("全馆共有展品1,240件。", "number", "1,240"),
        ("工程将于9月下旬完工。", "time", "9月下旬"),
        ("馆长陈大同表示欢迎。", "person", "陈大同"),
        ("他推荐了《海上日记》。", "quoted", "《海上日记》"),
        ("The mill was sold on 3 May 1921 for cash.", "time", "3 May 1921"),
        ("It carried 1.3 million people.", "number", "1.3 million"),
        ("Councillor Maria Lopez voted no.", "name", "Councillor Maria Lopez"),
    ],
)
def test_what_could_answer_is_known_whole(text: str, kind: str, span: str) -> None:
    found = [text[s.start : s.end] for s in answer_spans(text) if s.kind == kind]
    assert span in found

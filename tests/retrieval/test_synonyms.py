"""Words of one language mean the same where they surely translate to one word of the other."""

from __future__ import annotations

import pytest

from retrieval.proof.counterparts import are_synonyms
from retrieval.proof.lexicon import load_lexicon


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("staff", "employees"),
        ("buy", "purchase"),
        ("large", "big"),
        ("购买", "买"),
        ("医生", "大夫"),
    ],
)  # fmt: skip
def test_words_that_share_a_sure_translation_are_synonyms(one: str, other: str) -> None:
    assert are_synonyms(one, other, load_lexicon())
    assert are_synonyms(other, one, load_lexicon())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("helmet", "gloves"), ("lunch", "dinner"), ("doctor", "nurse"), ("teacher", "student"),
        ("午餐", "晚餐"), ("主场", "客场"), ("公园", "花园"), ("押金", "罚款"),
    ],
)  # fmt: skip
def test_sisters_and_opposites_are_none(one: str, other: str) -> None:
    assert not are_synonyms(one, other, load_lexicon())

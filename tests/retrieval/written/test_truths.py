"""Few lies about documents are posted, and most true sentences: both halves of our own set."""

from __future__ import annotations

import pytest

from retrieval.proof.agreement import judge
from retrieval.proof.lexicon import load_lexicon
from tests.retrieval.written.truths import LocalizedText, told

TOLD = list(told())


def posted(chosen: list[LocalizedText]) -> float:
    """Return the share of sentences that some unit of the document is taken to say."""
    lexicon = load_lexicon()
    found = [judge(t.text, [u for s in t.sections for u in s], lexicon) for t in chosen]
    return sum(map(bool, found)) / len(found)


def test_the_set_is_large_and_mixed() -> None:
    lies = [t for t in TOLD if not t.true]
    assert len(lies) >= 150
    assert len(TOLD) - len(lies) >= 100
    assert {t.language for t in TOLD} == {"en", "zh", "de", "es"}
    assert len({(t.text, t.true) for t in TOLD}) == len(TOLD)


@pytest.mark.parametrize("apart", [False, True])
def test_lies_are_dropped_and_truths_are_posted(apart: bool) -> None:
    half = [t for t in TOLD if t.apart == apart]
    assert posted([t for t in half if not t.true]) <= 0.05
    assert posted([t for t in half if t.true]) >= 0.8

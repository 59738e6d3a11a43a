"""Few lies about documents are posted, and most true sentences: both halves of our own set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.proof.agreement import judge
from retrieval.proof.lexicon import load_lexicon
from tests.retrieval.written.truths import LocalizedText, told

TOLD = list(told())
# Sentences as a chat model writes them, about documents that no rule was made for; those of the
# last file were told once, at the end.
PLAIN = ("plainly", "observatory", "radio")


def posted(chosen: list[LocalizedText]) -> float:
    """Return the share of sentences that some unit of the document is taken to say."""
    lexicon = load_lexicon()
    found = [judge(t.text, [u for s in t.sections for u in s], lexicon) for t in chosen]
    return sum(map(bool, found)) / len(found)


def shares() -> Iterator[str]:
    """Yield what is posted by set, half, kind and language; `python -m` this module prints it."""
    groups: dict[tuple[str, ...], list[LocalizedText]] = {}
    for t in TOLD:
        of = (t.file if t.file in PLAIN else "others", "apart" if t.apart else "tuned")
        truth, language = "truths" if t.true else "lies", t.language + " across" * t.across
        for last in ("all", t.kind, language):
            groups.setdefault((*of, truth, last), []).append(t)
    for key, group in sorted(groups.items()):
        yield f"{' '.join(key)}: {round(posted(group) * len(group))} of {len(group)}"


def test_the_set_is_large_and_mixed() -> None:
    lies = [t for t in TOLD if not t.true]
    assert len(lies) >= 150
    assert len(TOLD) - len(lies) >= 100
    assert {t.language for t in TOLD} == {"en", "zh", "de", "es"}
    assert len({(t.text, t.true) for t in TOLD}) == len(TOLD)


@pytest.mark.parametrize("apart", [False, True])
def test_lies_are_dropped_and_truths_are_posted(apart: bool) -> None:
    half = [t for t in TOLD if t.apart == apart and t.file not in PLAIN]
    assert posted([t for t in half if not t.true]) <= 0.05
    # The aim is 0.8; this only holds what is reached.
    assert posted([t for t in half if t.true]) >= 0.77


@pytest.mark.parametrize("apart", [False, True])
def test_few_lies_are_posted_where_answers_are_in_words_of_their_own(apart: bool) -> None:
    half = [t for t in TOLD if t.apart == apart and t.file in PLAIN]
    assert posted([t for t in half if not t.true]) <= 0.05
    assert posted([t for t in half if t.true]) >= 0.55


if __name__ == "__main__":
    for line in shares():
        print(line)

"""Cut a run of Han characters into question words, grammar and content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from language.stopwords import function_words, question_words
from language.text import STACKED_CHARACTER, is_stacked_mark

_QUESTION_WORDS, _FUNCTION_WORDS = question_words("chinese"), function_words("chinese")
_LONGEST = 4
_STACKED_WORD = re.compile("|".join(sorted(question_words("stacked"), key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class HanWord:
    """A word of a run; `content` is false for question words and grammar."""

    text: str
    content: bool


def han_words(run: str) -> list[HanWord]:
    """Cut a folded run at question words and grammar; the stretches between are its words."""
    if STACKED_CHARACTER.match(run):
        return list(_stacked_words(run))
    return _joined([HanWord(word, not _is_grammar(word)) for word in cheapest_cut(run, _cost)])


def cheapest_cut(run: str, cost: Callable[[str], float]) -> list[str]:
    """Return the words of a run, of four characters at most, which together cost least."""
    # best[i]: the cheapest cut of run[:i], as (cost, start of its last word).
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - _LONGEST), end)
        costs = ((best[at][0] + cost(run[at:end]), at) for at in starts)
        best.append(min(costs, key=lambda item: item[0]))
    words: list[str] = []
    end = len(run)
    while end:
        words.append(run[best[end][1] : end])
        end = best[end][1]
    return words[::-1]


def _stacked_words(run: str) -> Iterator[HanWord]:
    """Yield the stretches of a run between question words and grammar, and those."""
    start = 0
    for found in _STACKED_WORD.finditer(run):
        if found.end() < len(run) and is_stacked_mark(run[found.end()]):
            continue
        if found.start() > start:
            yield HanWord(run[start : found.start()], True)
        yield HanWord(found.group(), False)
        start = found.end()
    if start < len(run):
        yield HanWord(run[start:], True)


def _is_grammar(word: str) -> bool:
    return word in _QUESTION_WORDS or word in _FUNCTION_WORDS


def _cost(word: str) -> float:
    """Return what cutting this word costs: few long known words win."""
    if word in _QUESTION_WORDS:
        return 0.8
    if word in _FUNCTION_WORDS:
        return 1.0
    if len(word) == 1:
        return 1.3
    return 9.0


def _joined(words: list[HanWord]) -> list[HanWord]:
    """Join adjacent content words into one word."""
    joined: list[HanWord] = []
    for word in words:
        if joined and joined[-1].content and word.content:
            joined[-1] = HanWord(joined[-1].text + word.text, True)
        else:
            joined.append(word)
    return joined

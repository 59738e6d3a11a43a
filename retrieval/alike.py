"""Which questions ask the same: by the words that carry them, whatever their forms and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from language.text import NGRAM_CHARACTER, fold
from retrieval.search.query import analyse

# The share that two questions have in common of their words, or of their characters where words
# are not told apart by spaces: those are shared more easily.
_ENOUGH, _ENOUGH_CHARACTERS = 0.5, 0.6
Asked = TypeVar("Asked")


def grouped(asked: Iterable[Asked], text: Callable[[Asked], str]) -> list[list[Asked]]:
    """Return groups of questions that ask the same, in the order of their first ones."""
    groups: list[list[Asked]] = []
    for one in asked:
        for group in groups:
            if is_alike(text(group[0]), text(one)):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def is_alike(one: str, other: str) -> bool:
    """Return True if two questions ask the same; what names other figures asks something else."""
    if fold(one).split() == fold(other).split():
        return True
    these, those = _subject(one), _subject(other)
    if _figures(these) != _figures(those):
        return False
    wide = any(NGRAM_CHARACTER.match(term) for term in these | those)
    enough = _ENOUGH_CHARACTERS if wide else _ENOUGH
    return len(these & those) >= enough * max(len(these | those), 1)


@lru_cache(maxsize=4096)
def _subject(question: str) -> frozenset[str]:
    """Return the stems of a question's content words, and its characters without spaces."""
    stems = {term for field, term, _ in analyse(question).terms if field == "stems"}
    return frozenset(stems | set(NGRAM_CHARACTER.findall(fold(question))))


def _figures(terms: frozenset[str]) -> set[str]:
    return {term for term in terms if any(character.isdigit() for character in term)}

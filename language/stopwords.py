"""Function words and question words of each language, from `stopwords.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from language.text import fold

_FILE = Path(__file__).with_name("stopwords.toml")


@cache
def _lists() -> dict[str, dict[str, frozenset[str]]]:
    """Return the folded words of each kind and language."""
    kinds: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        kind: {language: frozenset(fold(words).split()) for language, words in lists.items()}
        for kind, lists in kinds.items()
    }


def function_words(language: str) -> frozenset[str]:
    """Return the folded function words of a language by its Snowball name."""
    return _lists()["function"].get(language, frozenset())


def question_words(language: str) -> frozenset[str]:
    """Return the folded words that ask: of `chinese`, or of the `stacked` scripts."""
    return _lists()["asking"].get(language, frozenset())


@cache
def languages_of_words() -> dict[str, tuple[str, ...]]:
    """Map each function word to the languages whose words are parted by blanks."""
    found: dict[str, tuple[str, ...]] = {}
    for language, words in _lists()["function"].items():
        for word in words if language != "chinese" else ():
            found[word] = (*found.get(word, ()), language)
    return found

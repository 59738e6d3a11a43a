"""Word stems: which language a text in words is written in, and Snowball's stem of each word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol

from language.stopwords import function_words, languages_of_words

_UNSTEMMED = frozenset({"vietnamese"})
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 200
_SCRIPTS = ((re.compile("[\u0400-\u04ff]"), "russian"), (re.compile("[\u0600-\u06ff]"), "arabic"))
_SCRIPT_VOTE = 0.2


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # Snowball's name


def words_language(words: Iterable[str]) -> str:
    """Return the Snowball name of the language of folded words, English if unknown.

    Every function word votes for its languages; a word of fewer languages counts more.
    """
    votes: dict[str, float] = {}
    table = languages_of_words()
    for word in words:
        for language in table.get(word, ()):
            votes[language] = votes.get(language, 0.0) + 1 / len(table[word])
        for script, language in _SCRIPTS:
            if script.match(word):
                votes[language] = votes.get(language, 0.0) + _SCRIPT_VOTE
    return max(votes, key=lambda language: votes[language]) if votes else "english"


def text_language(folded: str) -> str:
    """Return the Snowball name of the language of a folded text."""
    return words_language(_WORD.findall(folded)[:_ENOUGH_WORDS])


@cache
def _stemmer(language: str) -> tuple[_Stemmer, Lock]:
    """Return the Snowball stemmer of a language and the lock it needs: it keeps its word."""
    from snowballstemmer import stemmer  # 20 ms that Han texts need not pay

    return stemmer(language), Lock()


@lru_cache(maxsize=131072)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word; words with digits, and unknown languages, stay."""
    if language in _UNSTEMMED or not function_words(language) or not _WORD.fullmatch(word):
        return word
    made, lock = _stemmer(language)
    with lock:
        return made.stemWord(word)

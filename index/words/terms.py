"""What the lexical index stores of a passage: its terms, one list a field."""

from __future__ import annotations

import re

from index.words.pinyin import han_pairs, latin_pairs
from index.words.sounds import han_sounds, latin_sounds
from index.words.stemming import stem, text_language
from index.words.text import fold, pieces, search_terms, word_terms

# terms: character n-grams and whole words of the text; title: the same of the title;
# stems: the words of both by their stems; pinyin: their Han by its readings;
# romanized: their capitalised Latin words that spell pinyin, read the same way.
FIELDS: tuple[str, ...] = ("terms", "title", "stems", "pinyin", "romanized", "sounds")

_CAPITALISED = re.compile(r"[A-ZÜ][\w'’]*")
_LATIN_WORD = re.compile(r"[^\W\d_][\w'’]*")


def index_terms(title: str, text: str) -> dict[str, list[str]]:
    """Return the terms of a passage by field; every field of FIELDS is there, perhaps empty."""
    both = f"{title}\n{text}"
    folded = fold(both)
    return {
        "terms": search_terms(text),
        "title": search_terms(title),
        "stems": stems(folded, text_language(folded)),
        "pinyin": han_pairs(folded),
        "romanized": latin_pairs(capitalised(both)),
        "sounds": sounds(both),
    }


def sounds(text: str) -> list[str]:
    """Return the consonants of what may be foreign names in a text, in either script."""
    words = dict.fromkeys(word for word in capitalised(text) if len(word) > 2)
    heard = [way for word in words for way in latin_sounds(word)]
    return list(dict.fromkeys((*han_sounds(fold(text)), *heard)))


def stems(folded: str, language: str) -> list[str]:
    """Return the stems of the words of a folded text and of their parts, with repeats."""
    words = (piece for piece, is_run in pieces(folded) if not is_run)
    return [stem(term, language) for word in words for term in word_terms(word)]


def capitalised(text: str) -> list[str]:
    """Return the text's Latin words, folded; those that begin small are empty strings.

    The blanks keep names apart that other words stand between.
    """
    words = _LATIN_WORD.findall(text)
    return [fold(word) if _CAPITALISED.fullmatch(word) else "" for word in words]

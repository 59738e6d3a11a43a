"""What the lexical index stores of a passage: its terms, one list a field."""

from __future__ import annotations

import re

from index.words.pinyin import han_pairs, latin_pairs
from index.words.sounds import han_sounds, latin_sounds
from index.words.stemming import stem, text_language
from index.words.text import fold, pieces, terms_of, word_terms

# terms: character n-grams and whole words of the text; title: the same of the title;
# stems: the words of both by their stems; pinyin: their Han by its readings;
# romanized: their capitalised Latin words that spell pinyin, read the same way.
FIELDS: tuple[str, ...] = ("terms", "title", "stems", "pinyin", "romanized", "sounds")

_CAPITALISED = re.compile(r"[A-ZÜ][\w'’]*")
_LATIN_WORD = re.compile(r"[^\W\d_][\w'’]*")


def index_terms(title: str, text: str) -> dict[str, list[str]]:
    """Return the terms of a passage by field; every field of FIELDS is there, perhaps empty."""
    both = f"{title}\n{text}"
    # Each is folded and cut once: no character is folded together with one of another line.
    folded = fold(both)
    head = len(fold(title))
    title_pieces, text_pieces = pieces(folded[:head]), pieces(folded[head:])
    names = capitalised(both)
    return {
        "terms": terms_of(text_pieces),
        "title": terms_of(title_pieces),
        "stems": _stems([*title_pieces, *text_pieces], text_language(folded)),
        "pinyin": han_pairs(folded),
        "romanized": latin_pairs(names),
        "sounds": _sounds(folded, names),
    }


def sounds(text: str) -> list[str]:
    """Return the consonants of what may be foreign names in a text, in either script."""
    return _sounds(fold(text), capitalised(text))


def _sounds(folded: str, names: list[str]) -> list[str]:
    words = dict.fromkeys(word for word in names if len(word) > 2)
    heard = [way for word in words for way in latin_sounds(word)]
    return list(dict.fromkeys((*han_sounds(folded), *heard)))


def _stems(parts: list[tuple[str, bool]], language: str) -> list[str]:
    """Return the stems of the words among pieces and of their parts, with repeats."""
    words = (piece for piece, is_run in parts if not is_run)
    return [stem(term, language) for word in words for term in word_terms(word)]


def capitalised(text: str) -> list[str]:
    """Return the text's Latin words, folded; those that begin small are empty strings.

    The blanks keep names apart that other words stand between.
    """
    words = _LATIN_WORD.findall(text)
    return [fold(word) if _CAPITALISED.fullmatch(word) else "" for word in words]

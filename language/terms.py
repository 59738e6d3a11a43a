"""What the full-text index stores of a passage: its terms, one list a field."""

from __future__ import annotations

from language.stemming import stem, text_language
from language.text import fold, pieces, terms_of, word_terms

# terms: character n-grams and whole words of the text; title: the same of the title and the
# headings above; stems: the words of both by their stems.
FIELDS: tuple[str, ...] = ("terms", "title", "stems")


def index_terms(title: str, text: str) -> dict[str, list[str]]:
    """Return the terms of a passage by field; every field of FIELDS is there, perhaps empty."""
    # Both are folded and cut once: no character is folded together with one of another line.
    folded = fold(f"{title}\n{text}")
    head = len(fold(title))
    title_pieces, text_pieces = pieces(folded[:head]), pieces(folded[head:])
    return {
        "terms": terms_of(text_pieces),
        "title": terms_of(title_pieces),
        "stems": _stems([*title_pieces, *text_pieces], text_language(folded)),
    }


def _stems(parts: list[tuple[str, bool]], language: str) -> list[str]:
    """Return the stems of the words among pieces and of their parts, with repeats."""
    words = (piece for piece, is_run in parts if not is_run)
    return [stem(term, language) for word in words for term in word_terms(word)]

"""Which words of a question stand nowhere in the library, before a person is told so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from index.words.stemming import stem, text_language
from index.words.text import clusters, fold, pieces, word_terms
from retrieval.reader import Reading


def absent(library: Library, phrases: Sequence[str]) -> tuple[str, ...]:
    """Return those phrases of which some word, or pair of characters, no passage holds.

    What only the passages that were found lack may stand in others.
    """
    return tuple(phrase for phrase in phrases if _is_absent(library, phrase))


def truly_unmatched(library: Library, reading: Reading | None) -> Reading | None:
    """Return the reading with those of its unmatched words alone that stand nowhere."""
    if reading is None or not reading.unmatched:
        return reading
    return replace(reading, unmatched=absent(library, reading.unmatched))


def _is_absent(library: Library, phrase: str) -> bool:
    folded = fold(phrase)
    language = text_language(folded)
    for piece, is_run in pieces(folded):
        if is_run:
            run = clusters(piece)
            terms = ["".join(run[at : at + 2]) for at in range(max(1, len(run) - 1))]
            wanted = [[("terms", term), ("title", term)] for term in terms]
        else:
            wanted = [
                [("terms", term), ("title", term), ("stems", stem(term, language))]
                for term in word_terms(piece)
            ]
        if any(not any(library.document_frequencies(ways)) for ways in wanted):
            return True
    return False

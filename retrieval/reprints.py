"""Reprints: named once beside the article that is quoted, and never listed as something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.library import Library
from language.text import unspaced
from retrieval.models import Answer, Passage
from retrieval.search.duplicates import is_within


def with_reprints(answer: Answer, library: Library) -> Answer:
    """Return the answer with the reprints of each article that it quotes, told once.

    An article counts that holds the very quote: what is merely alike may give another figure.
    """
    told = {citation.article_id for citation in answer.citations}
    citations = []
    for citation in answer.citations:
        also = [
            copy
            for copy in library.copies_of(citation.article_id)
            if copy not in told and _holds(library, copy, citation.quote)
        ]
        told.update(also)
        citations.append(replace(citation, also_in=tuple(also)) if also else citation)
    return replace(answer, citations=tuple(citations))


def _holds(library: Library, article_id: str, quote: str) -> bool:
    article = library.article(article_id)
    return article is not None and unspaced(quote) in unspaced(article.text)


def distinct(passages: Sequence[Passage], library: Library, limit: int) -> list[Passage]:
    """Return the first passages, each reprint's left out where the other is listed."""
    kept: list[Passage] = []
    copies: dict[str, frozenset[str]] = {}
    for passage in passages:
        if len(kept) == limit:
            break
        alike = [
            other
            for other in kept
            if other.article_id != passage.article_id and is_within(passage.text, other.text)
        ]
        if alike and passage.article_id not in copies:
            copies[passage.article_id] = frozenset(library.copies_of(passage.article_id))
        if not any(other.article_id in copies[passage.article_id] for other in alike):
            kept.append(passage)
    return kept

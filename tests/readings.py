"""Windows of small articles, and what a reader might say of their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.chunker import chunk_article
from index.documents.builder import BlockBuilder
from index.models import Article, ArticleHead
from index.units import Window, window_of
from retrieval.answer.reader import UnitReading
from tests.blocks import add

# What a reader says of a unit that it does not take for an answer.
NO = -9.0


def article_of(*parts: tuple[str, object], name: str = "hall", title: str = "Hall") -> Article:
    """Build an article of parts that `tests.blocks.add` knows."""
    builder = BlockBuilder()
    for kind, content in parts:
        add(builder, kind, content, 1)
    return Article(
        f"{name}.md#1", f"{name}.md", title, builder.text, date="3 May", blocks=builder.blocks,
        url="https://hall.example/",
    )  # fmt: skip


def windows_of(article: Article, target: int = 300) -> list[Window]:
    """Return the passages of an article as a model reads them."""
    return [window_of(chunk, article.title) for chunk in chunk_article(article, target)]


def head_of(article: Article) -> ArticleHead:
    """Return an article without its text."""
    return ArticleHead(
        article.id, article.source, article.title, date=article.date, url=article.url
    )


def readings_of(
    windows: Sequence[Window],
    scores: Mapping[str, float],
    spans: Mapping[str, float] | None = None,
) -> list[UnitReading]:
    """Return a reading of every unit.

    `scores` holds those of units by their text (a list's by its first line and a star), NO for the
    others, ranks are the same; `spans` the likelihoods of the stretches that answer.
    """
    found = []
    for window in windows:
        for unit in window.units:
            text = window.text[unit.first : unit.last]
            name = text.split("\n")[0] + "*" if unit.items else text
            span, likelihood = None, 0.0
            for stretch, likely in (spans or {}).items():
                if stretch in text and not unit.items:
                    first = unit.first + text.index(stretch)
                    span, likelihood = (first, first + len(stretch)), likely
            score = scores.get(name, NO)
            found.append(UnitReading(window, unit, score, span, likelihood, rank=score))
    return found

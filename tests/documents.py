"""A document that a test writes, read as a run reads it."""

from __future__ import annotations

from pathlib import Path

from index.documents.registry import read_file
from index.models import Article, BlockKind, ReadResult


def read(folder: Path, name: str, content: bytes | str | None = None) -> ReadResult:
    """Write a document, unless it is there already, and read it."""
    path = folder / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, name)


def read_article(folder: Path, name: str, content: bytes | str | None = None) -> Article:
    """Return the article of a document that holds one, and can be read in whole."""
    result = read(folder, name, content)
    assert result.failed == ()
    (article,) = result.articles
    return article


def texts_of_blocks(article: Article, *kinds: BlockKind) -> list[str]:
    """Return what the blocks of an article say, or those of some kinds."""
    return [article.text[b.start : b.end] for b in article.blocks if not kinds or b.kind in kinds]


def kinds_and_texts(article: Article) -> list[tuple[BlockKind, str]]:
    return [(b.kind, article.text[b.start : b.end]) for b in article.blocks]

"""What the index is made of: Document, Article and Chunk, plain frozen facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one source file, as its reader gave it.

    `source` is the path below the documents folder, with `/` between its parts.
    """

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One titled unit of a document.

    `id` is `source#1`, `source#2` ... in page order, or `source#<id>` for a JSON line.
    `text` is the body after line repair, paragraphs separated by one newline: every offset
    in the project counts characters of this string. `date` is what the page says and no more:
    no year is added to it.
    """

    id: str
    source: str
    title: str
    text: str
    kicker: str = ""
    subtitle: str = ""
    byline: str = ""
    date: str = ""
    section: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text, which may be a whole book's."""

    id: str
    source: str
    title: str
    kicker: str = ""
    subtitle: str = ""
    byline: str = ""
    date: str = ""
    section: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: `article.text[start:end] == text`, cut at sentence ends.

    `id` is a stable function of the article id, the ordinal and the text, so that an unchanged
    passage keeps its id from run to run.
    """

    id: str
    article_id: str
    ordinal: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FailedSource:
    """A file, or a line of one, that could not be read, and why: a Told can be said anew."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one indexing run did. Counts of `added` to `unchanged` are articles."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[FailedSource, ...]
    articles: int
    passages: int
    seconds: float
    generation: int
    embedded: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading one file gave: its articles and the parts that failed."""

    articles: tuple[Article, ...]
    failed: tuple[FailedSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by one leg of the search; a higher score is better."""

    chunk_id: str
    score: float

"""What the index is made of: Document, Article and Chunk, plain frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one source file, as its reader gave it.

    `source` is the path below the documents folder, with `/` between its parts.
    """

    source: str
    text: str


class BlockKind(StrEnum):
    """What a block of an article is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    QUESTION = "question"
    ANSWER = "answer"
    LABELLED_VALUE = "labelled_value"
    CODE = "code"
    QUOTATION = "quotation"
    NOTE = "note"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Block:
    """One structural part of an article: `article.text[start:end]` is what a reader sees of it.

    `path` holds the headings above the block, outermost first, without the article's title.
    `level` is the level of a heading (1 is the highest) or the depth of a list item (0 is the
    outermost). Items of one list and rows of one table share a `group`, which no other block of the
    article has; 0 stands for no group. `lead` is the index, among the blocks of the article, of the
    paragraph that leads into a list ("You need:"); -1 where there is none.

    A row has `cells`, spans of the article's text as (start, end), and `columns`, the column
    names of those cells ("" where a column has none); both have one entry a cell, a cell that
    spans several columns or rows is repeated. A labelled value ("Price: 4 EUR") has one cell, the
    value, and one column, the label. `page` is the page, sheet or slide; "" where there is none.
    `ocr` says that the words were recognised in a picture and may be wrong. `links` are the words
    that are linked, as spans of the article's text, each with its absolute address.
    """

    kind: BlockKind
    start: int
    end: int
    path: tuple[str, ...] = ()
    level: int = 0
    group: int = 0
    lead: int = -1
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    page: str = ""
    ocr: bool = False
    links: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One titled unit of a document.

    `blocks` cover every character of `text` but white space, in order and without overlap.

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
    blocks: tuple[Block, ...] = ()


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
    """A passage: `article.text[start:end] == text`, blocks of one section.

    `id` is a stable function of the article id, the ordinal and the text, so that an unchanged
    passage keeps its id from run to run. `blocks` are those of the article that lie in it, cut to
    it; `lead` of a block is the offset in the article's text of the line that leads into its list,
    -1 where there is none.
    """

    id: str
    article_id: str
    ordinal: int
    text: str
    start: int
    end: int
    path: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


class FailedSource(NamedTuple):
    """A file, or a line of one, that could not be read, and why; the reason may be localized."""

    source: str
    reason: str


class Progress(NamedTuple):
    """How far an indexing run is. `phase` is `scan`, `read`, `encode`, `write` or `clean`."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one indexing run did. Counts of `added` to `unchanged` are articles.

    `skipped` are files of kinds that are not read.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[FailedSource, ...]
    articles: int
    passages: int
    seconds: float
    cancelled: bool = False
    generation: int = 0
    embedded: int = 0
    skipped: tuple[FailedSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What the index holds; `last_run` is when the latest run ended, empty before the first.

    `failed` are the files, pages and parts that could not be read.
    """

    documents: int
    articles: int
    passages: int
    model: str
    generation: int
    last_run: str
    store: str
    size_bytes: int
    failed: tuple[FailedSource, ...] = ()


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

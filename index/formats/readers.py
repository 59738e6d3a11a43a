"""Read a file into articles: one table of suffixes, one door for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from config.phrases import Told
from index.errors import FileUnreadable
from index.formats.ebooks import read_book
from index.formats.encodings import decode
from index.formats.jsonlines import read_json_lines
from index.formats.pdfs import read_pdf
from index.formats.tables import read_table
from index.formats.webpages import read_web_page
from index.formats.word import read_word
from index.models import Article, Document, FailedSource, ReadResult
from index.pages.articles import split_articles

_Reader = Callable[[Path, str], Iterator[Article | FailedSource]]
_MB = 1024 * 1024


def read_file(path: Path, source: str) -> ReadResult:
    """Return the articles of one file and what in it could not be read.

    Never raises for what a file holds: a file that cannot be read gives one failure with its
    cause and cure. `source` is the path below the documents folder.
    """
    articles: list[Article] = []
    failed: list[FailedSource] = []
    try:
        for part in read_parts(path, source):
            if isinstance(part, Article):
                articles.append(part)
            else:
                failed.append(part)
    except FileUnreadable as error:
        failed.append(FailedSource(source, error.told))
    except OSError as error:
        reason = Told.of("reasons.unreadable", reason=error.strerror or str(error))
        failed.append(FailedSource(source, reason))
    return ReadResult(tuple(articles), tuple(failed))


def read_parts(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles and failures of a file one by one, so that a huge one need not fit.

    Raises FileUnreadable or OSError if the rest cannot be read.
    """
    reader, limit = _READERS[path.suffix.lower()]
    size = path.stat().st_size
    if limit and size > limit * _MB:
        raise FileUnreadable("reading.too_large", size=-(-size // _MB), limit=limit)
    yield from reader(path, source)


def _read_text(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Read `.txt` and `.md`, whose encoding is told over the whole file."""
    text, broken = decode(path.read_bytes())
    articles = split_articles(Document(source, text))
    yield from articles
    if not articles:
        raise FileUnreadable("reading.empty")
    if broken:
        yield FailedSource(source, Told.of("reading.broken_bytes", count=broken))


# The reader of each suffix, and the size in MB beyond which a file is refused; 0: any size.
_READERS: dict[str, tuple[_Reader, int]] = {
    ".txt": (_read_text, 25),
    ".md": (_read_text, 25),
    ".markdown": (_read_text, 25),
    ".jsonl": (read_json_lines, 0),
    ".csv": (read_table, 25),
    ".tsv": (read_table, 25),
    ".html": (read_web_page, 5),
    ".htm": (read_web_page, 5),
    ".pdf": (read_pdf, 200),
    ".docx": (read_word, 100),
    ".epub": (read_book, 100),
}
SUFFIXES: frozenset[str] = frozenset(_READERS)

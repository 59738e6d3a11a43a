"""Which reader reads which file: one table of suffixes with their readers and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.phrases import LocalizedText
from index.documents.ocr import IMAGES, can_recognise
from index.errors import FileUnreadable
from index.models import Article, FailedSource, ReadResult

if TYPE_CHECKING:
    from index.documents.mail import Reader

Part = Article | FailedSource
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one kind are read, and the size in MB beyond which one is refused.

    `most_mb` is 0 for a reader that streams: files of any size, one article at a time.
    """

    read: Callable[[Path, str], Iterator[Part]]
    most_mb: int

    @property
    def streams(self) -> bool:
        """Return True if the reader never holds a whole file."""
        return not self.most_mb


def format_of(path: Path) -> Format:
    """Return the format of a file by its suffix, which must be one of SUFFIXES."""
    return FORMATS[path.suffix.lower()]


def read_parts(path: Path, source: str) -> Iterator[Part]:
    """Yield the articles and failures of a file one by one, in this very process.

    Only the reading process and tests call this: a hostile file may take any time and memory
    (see `reading.Reading`). Raises FileUnreadable or OSError if the rest cannot be read.
    """
    format = format_of(path)
    size = path.stat().st_size
    if format.most_mb and size > format.most_mb * _MB:
        raise FileUnreadable("reading.too_large", size=-(-size // _MB), limit=format.most_mb)
    yield from format.read(path, source)


def read_file(path: Path, source: str) -> ReadResult:
    """Return the articles of one file and what in it could not be read, in this very process.

    A file that cannot be read gives one failure. `source` is the path below the documents folder.
    """
    articles: list[Article] = []
    failed: list[FailedSource] = []
    try:
        for part in read_parts(path, source):
            if isinstance(part, Article):
                articles.append(part)
            else:
                failed.append(part)
    except (FileUnreadable, OSError) as error:
        failed.append(FailedSource(source, why_unreadable(error)))
    return ReadResult(tuple(articles), tuple(failed))


def why_unreadable(error: FileUnreadable | OSError) -> LocalizedText:
    """Return the sentence that says why a file cannot be read."""
    if isinstance(error, FileUnreadable):
        return error.told
    return LocalizedText.of("reasons.unreadable", reason=error.strerror or str(error))


# Each reader is imported with the first file of its kind: together they take a third of a second.
def _read_text(path: Path, source: str) -> Iterator[Part]:
    from index.documents.text import read_text

    return read_text(path, source)


def _read_markdown(path: Path, source: str) -> Iterator[Part]:
    from index.documents.markdown import read_markdown

    return read_markdown(path, source)


def _read_json_lines(path: Path, source: str) -> Iterator[Part]:
    from index.documents.json_lines import read_json_lines

    return read_json_lines(path, source)


def _read_delimited(path: Path, source: str) -> Iterator[Part]:
    from index.documents.delimited import read_delimited

    return read_delimited(path, source)


def _read_html(path: Path, source: str) -> Iterator[Part]:
    from index.documents.html import read_html

    return read_html(path, source)


def _read_pdf(path: Path, source: str) -> Iterator[Part]:
    from index.documents.pdf import read_pdf

    return read_pdf(path, source)


def _read_docx(path: Path, source: str) -> Iterator[Part]:
    from index.documents.docx import read_docx

    return read_docx(path, source)


def _read_book(path: Path, source: str) -> Iterator[Part]:
    from index.documents.ebook import read_book

    return read_book(path, source)


def _read_slides(path: Path, source: str) -> Iterator[Part]:
    from index.documents.slides import read_slides

    return read_slides(path, source)


def _read_workbook(path: Path, source: str) -> Iterator[Part]:
    from index.documents.workbook import read_workbook

    return read_workbook(path, source)


def _read_picture(path: Path, source: str) -> Iterator[Part]:
    from index.documents.pictures import read_picture

    return read_picture(path, source)


def _read_mail(path: Path, source: str) -> Iterator[Part]:
    from index.documents.mail import read_mail

    return read_mail(path, source, _attachment_reader)


def _attachment_reader(name: str) -> Reader | None:
    """Return the reader of an attachment; a mail inside a mail is not opened."""
    suffix = Path(name).suffix.lower()
    format = FORMATS.get(suffix)
    return format.read if format and suffix != ".eml" else None


FORMATS: dict[str, Format] = {
    ".txt": Format(_read_text, 25),
    ".md": Format(_read_markdown, 25),
    ".markdown": Format(_read_markdown, 25),
    ".mdx": Format(_read_markdown, 25),
    ".jsonl": Format(_read_json_lines, 0),
    ".csv": Format(_read_delimited, 25),
    ".tsv": Format(_read_delimited, 25),
    ".html": Format(_read_html, 5),
    ".htm": Format(_read_html, 5),
    ".xhtml": Format(_read_html, 5),
    ".pdf": Format(_read_pdf, 200),
    ".docx": Format(_read_docx, 100),
    ".epub": Format(_read_book, 100),
    ".eml": Format(_read_mail, 50),
    ".pptx": Format(_read_slides, 200),
    ".xlsx": Format(_read_workbook, 50),
    ".xlsm": Format(_read_workbook, 50),
    ".xls": Format(_read_workbook, 50),
    ".ods": Format(_read_workbook, 50),
}
if can_recognise():
    FORMATS.update(dict.fromkeys(IMAGES, Format(_read_picture, 50)))
SUFFIXES: frozenset[str] = frozenset(FORMATS)

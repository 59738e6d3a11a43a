"""Which reader reads which file: one table of suffixes with their readers and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.phrases import LocalizedText
from index.documents.delimited import read_delimited
from index.documents.docx import read_docx
from index.documents.ebook import read_book
from index.documents.html import read_html
from index.documents.json_lines import read_json_lines
from index.documents.mail import Reader, read_mail
from index.documents.markdown import read_markdown
from index.documents.ocr import IMAGES, can_recognise
from index.documents.pdf import read_pdf
from index.documents.pictures import read_picture
from index.documents.slides import read_slides
from index.documents.text import read_text
from index.documents.workbook import read_workbook
from index.errors import FileUnreadable
from index.models import Article, FailedSource, ReadResult

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


def _read_mail(path: Path, source: str) -> Iterator[Part]:
    return read_mail(path, source, _attachment_reader)


def _attachment_reader(name: str) -> Reader | None:
    """Return the reader of an attachment; a mail inside a mail is not opened."""
    suffix = Path(name).suffix.lower()
    format = FORMATS.get(suffix)
    return format.read if format and suffix != ".eml" else None


FORMATS: dict[str, Format] = {
    ".txt": Format(read_text, 25),
    ".md": Format(read_markdown, 25),
    ".markdown": Format(read_markdown, 25),
    ".mdx": Format(read_markdown, 25),
    ".jsonl": Format(read_json_lines, 0),
    ".csv": Format(read_delimited, 25),
    ".tsv": Format(read_delimited, 25),
    ".html": Format(read_html, 5),
    ".htm": Format(read_html, 5),
    ".xhtml": Format(read_html, 5),
    ".pdf": Format(read_pdf, 200),
    ".docx": Format(read_docx, 100),
    ".epub": Format(read_book, 100),
    ".eml": Format(_read_mail, 50),
    ".pptx": Format(read_slides, 200),
    ".xlsx": Format(read_workbook, 50),
    ".xlsm": Format(read_workbook, 50),
    ".xls": Format(read_workbook, 50),
    ".ods": Format(read_workbook, 50),
}
if can_recognise():
    FORMATS.update(dict.fromkeys(IMAGES, Format(read_picture, 50)))
SUFFIXES: frozenset[str] = frozenset(FORMATS)

"""Which reader reads which file: one table of suffixes with their readers and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from config.phrases import LocalizedText
from index.documents.ocr import IMAGES, can_recognise
from index.errors import FileUnreadable
from index.models import Article, FailedSource, ReadResult

Part = Article | FailedSource
Reader = Callable[[Path, str], Iterator[Part]]
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one kind are read, and the size in MB beyond which one is refused.

    `most_mb` is 0 for a reader that streams: files of any size, one article at a time.
    """

    read: Reader
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


def _reader(name: str) -> Reader:
    """Return the reader `module.function`, imported with the first file of its kind.

    Together they take a third of a second.
    """
    module, _, function = name.partition(".")

    def read(path: Path, source: str) -> Iterator[Part]:
        reader: Reader = getattr(import_module(f"index.documents.{module}"), function)
        return reader(path, source)

    return read


def _read_mail(path: Path, source: str) -> Iterator[Part]:
    from index.documents.mail import read_mail

    return read_mail(path, source, _attachment_reader)


def _attachment_reader(name: str) -> Reader | None:
    """Return the reader of an attachment; a mail inside a mail is not opened."""
    suffix = Path(name).suffix.lower()
    format = FORMATS.get(suffix)
    return format.read if format and suffix != ".eml" else None


_MARKDOWN = Format(_reader("markdown.read_markdown"), 25)
_TABLE = Format(_reader("delimited.read_delimited"), 25)
_PAGE = Format(_reader("html.read_html"), 5)
_WORKBOOK = Format(_reader("workbook.read_workbook"), 50)
FORMATS: dict[str, Format] = {
    ".txt": Format(_reader("text.read_text"), 25),
    **dict.fromkeys((".md", ".markdown", ".mdx"), _MARKDOWN),
    ".jsonl": Format(_reader("json_lines.read_json_lines"), 0),
    **dict.fromkeys((".csv", ".tsv"), _TABLE),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _PAGE),
    ".pdf": Format(_reader("pdf.read_pdf"), 200),
    ".docx": Format(_reader("docx.read_docx"), 100),
    ".epub": Format(_reader("ebook.read_book"), 100),
    ".eml": Format(_read_mail, 50),
    ".pptx": Format(_reader("slides.read_slides"), 200),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), _WORKBOOK),
}
if can_recognise():
    FORMATS.update(dict.fromkeys(IMAGES, Format(_reader("pictures.read_picture"), 50)))
SUFFIXES: frozenset[str] = frozenset(FORMATS)

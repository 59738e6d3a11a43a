"""Read `.csv` and `.tsv`: rows that are articles become articles, any other table one article."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from config.phrases import Told
from index.errors import FileUnreadable
from index.formats.cleaning import clean_text
from index.formats.encodings import decode
from index.formats.frontmatter import credit, field_name
from index.models import Article, FailedSource
from index.pages.lines import read_lines
from index.pages.repair import join_lines

_TEXT_COLUMNS = frozenset(("text", "content", "body", "article", "正文", "内容", "全文", "內容"))
_ID_COLUMNS = frozenset(("id", "编号", "編號"))
_LONGEST_CELL = 16 * 1024 * 1024
_SAMPLE = 16_384


def read_table(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield an article for each row that has a text column, else one article with a line a row.

    In the latter every cell stands after the name of its column. Raises FileUnreadable if the
    file is no table.
    """
    text, broken = decode(path.read_bytes())
    rows = _rows(clean_text(text))
    header = next(rows, None)
    if header is None:
        raise FileUnreadable("reading.empty")
    names = [cell.strip().lower() for cell in header]
    column = next((place for place, name in enumerate(names) if name in _TEXT_COLUMNS), None)
    if column is None:
        yield _one_article(header, rows, source)
    else:
        found = list(_articles(names, column, rows, source))
        if not found:
            raise FileUnreadable("reading.no_text")
        yield from found
    if broken:
        yield FailedSource(source, Told.of("reading.broken_bytes", count=broken))


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the rows that have something in them."""
    csv.field_size_limit(_LONGEST_CELL)
    sample = text[:_SAMPLE]
    first = next((line for line in sample.split("\n") if line.strip()), "")
    # The delimiter that the header has most of; the sniffer of the library guesses letters.
    delimiter = max(",\t;|，", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise FileUnreadable("reading.csv_broken", reason=str(error)) from error


def _one_article(header: Sequence[str], rows: Iterator[list[str]], source: str) -> Article:
    """Return a table as an article: `Pier: North | Opens: 8:00`, a row a line."""
    colon = "：" if any(not name.isascii() for name in header) else ": "
    lines = []
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        named = [
            f"{name}{colon}{cell}" if name else cell
            for name, cell in zip([*header, *[""] * len(cells)], cells, strict=False)
            if cell
        ]
        lines.append(" | ".join(named))
    text = "\n".join(lines) or " | ".join(header)
    return Article(f"{source}#1", source, PurePosixPath(source).stem, text)


def _articles(
    names: Sequence[str], column: int, rows: Iterator[list[str]], source: str
) -> Iterator[Article | FailedSource]:
    """Yield an article a row; a row without text, or with an id of another row, is reported."""
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        body = "\n".join(join_lines(read_lines(row[column]))) if column < len(row) else ""
        meta = {
            field_name(name): cell
            for name, cell in zip(names, row, strict=False)
            if field_name(name) and cell
        }
        given = (cell for name, cell in zip(names, row, strict=False) if name in _ID_COLUMNS)
        id = f"{source}#{next(filter(None, given), number)}"
        if not body:
            yield FailedSource(source, Told.of("reading.line_empty", line=number))
        elif id in seen:
            yield FailedSource(source, Told.of("reasons.id_twice", id=id))
        else:
            seen.add(id)
            yield Article(
                id=id,
                source=source,
                title=meta.get("title", "") or body.split("\n")[0][:60],
                text=body,
                byline=credit(meta),
                date=meta.get("date", ""),
                section=meta.get("section", ""),
                url=meta.get("url", ""),
            )

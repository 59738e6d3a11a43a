"""Read `.csv` and `.tsv`: rows that are articles become articles, any other table one article."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from config.phrases import LocalizedText
from index.documents.articles import Part, text_parts
from index.documents.builder import BlockBuilder
from index.documents.front_matter import credit, field_name
from index.documents.newspaper.lines import read_lines
from index.documents.newspaper.repair import join_lines
from index.documents.sheet_rows import Row, filled, is_title
from index.documents.sheet_tables import SheetWriter
from index.errors import FileUnreadable
from index.models import Article, FailedSource

_TEXT_COLUMNS = frozenset(("text", "content", "body", "article", "正文", "内容", "全文", "內容"))
_ID_COLUMNS = frozenset(("id", "编号", "編號"))
# A column of this many characters a row holds texts, one with fewer the values of a table.
_TEXT_LENGTH = 60
_DELIMITERS = ",\t;|，"
_LONGEST_CELL = 16 * 1024 * 1024
_SAMPLE = 16_384
_SAMPLE_ROWS = 40


def read_delimited(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Return an article for each row that has a text column, else one article of the whole table.

    Raises FileUnreadable if the file is no table.
    """
    return text_parts(path, source, partial(_parts, path.suffix.lower()))


def _parts(suffix: str, text: str, source: str) -> list[Part]:
    rows = list(_rows(text, suffix))
    header = next((row for row in rows if any(row)), None)
    if header is None:
        return []
    column = _text_column(header, rows)
    if column is None:
        return [_table(rows, source)]
    found = list(_articles(header, column, rows[rows.index(header) + 1 :], source))
    if not found:
        raise FileUnreadable("reading.no_text")
    return found


def _rows(text: str, suffix: str) -> Iterator[list[str]]:
    """Yield the rows, blank ones too."""
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = _delimiter(text[:_SAMPLE], "\t" if suffix == ".tsv" else ",")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise FileUnreadable("reading.csv_broken", reason=str(error)) from error


def _delimiter(sample: str, usual: str) -> str:
    """Return the delimiter that cuts most lines into equally many cells, quotes heeded.

    A title above the table and decimal commas in its cells make a delimiter uneven, and the one
    that cuts evenly wins; of equal ones the one that cuts more.
    """

    def evenness(delimiter: str) -> tuple[float, int, bool]:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            widths = [len(row) for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if row]
        except csv.Error:
            return 0.0, 0, False
        counts = Counter(width for width in widths if width > 1)
        if not counts:
            return 0.0, 0, delimiter == usual
        width, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        return round(times / len(widths), 2), width, delimiter == usual

    return max(_DELIMITERS, key=evenness)


def _text_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column whose cells are articles of their own; None if there is none."""
    names = [name.lower() for name in header]
    found = next((at for at, name in enumerate(names) if name in _TEXT_COLUMNS), None)
    if found is None:
        return None
    titled = any(name in _ID_COLUMNS or field_name(name) == "title" for name in names)
    cells = [row[found] for row in rows if len(row) > found and row[found]][1:]
    long = sum(map(len, cells)) > _TEXT_LENGTH * len(cells)
    return found if titled or long else None


def _table(rows: Sequence[Sequence[str]], source: str) -> Article:
    """Return a table as an article; a single line above it is its title."""
    grid: list[Row] = [list(row) for row in rows]
    title = PurePosixPath(source).stem
    lines = [filled(row) for row in grid if filled(row)]
    builder = BlockBuilder()
    named = len(lines[0]) == 1 and is_title(lines[0][0][1])
    if named and any(len(line) > 1 for line in lines):
        title = lines[0][0][1]
        grid = grid[next(at for at, row in enumerate(grid) if filled(row)) + 1 :]
    SheetWriter(builder, named=True).write(grid)
    return Article(f"{source}#1", source, title, builder.text, blocks=builder.blocks)


def _articles(
    names: Sequence[str], column: int, rows: Sequence[list[str]], source: str
) -> Iterator[Article | FailedSource]:
    """Yield an article a row; a row without text, or with an id of another row, is reported."""
    names = [name.lower() for name in names]
    seen: set[str] = set()
    for number, row in enumerate(filter(any, rows), 2):
        builder = BlockBuilder()
        for paragraph in join_lines(read_lines(row[column])) if column < len(row) else ():
            builder.paragraph(paragraph)
        body = builder.text
        meta = {
            field_name(name): cell
            for name, cell in zip(names, row, strict=False)
            if field_name(name) and cell
        }
        given = (cell for name, cell in zip(names, row, strict=False) if name in _ID_COLUMNS)
        id = f"{source}#{next(filter(None, given), number)}"
        if not body:
            yield FailedSource(source, LocalizedText.of("reading.line_empty", line=number))
        elif id in seen:
            yield FailedSource(source, LocalizedText.of("reasons.id_twice", id=id))
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
                blocks=builder.blocks,
            )

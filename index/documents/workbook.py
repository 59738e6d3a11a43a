"""Read `.xlsx`, `.xls` and `.ods` through calamine: one workbook is one article."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from config.phrases import LocalizedText
from index.documents.archives import DAMAGE, open_archive
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.links import Link, linked_address
from index.documents.number_formats import formatted
from index.documents.sheet_rows import Row
from index.documents.sheet_tables import SheetWriter
from index.documents.workbook_xml import SheetFacts, read_package
from index.errors import FileUnreadable
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a workbook: a heading and the tables of each sheet that is shown.

    Raises FileUnreadable if it is encrypted, broken, empty, or unpacks to too much.
    """
    from python_calamine import (  # 20 ms
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetVisibleEnum,
    )

    facts, anew = _package(path)
    builder = BlockBuilder()
    hidden: list[str] = []
    try:
        workbook = CalamineWorkbook.from_object(anew if anew else str(path))
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
                continue
            known = facts.get(sheet.name, SheetFacts())
            rows = _rows(workbook.get_sheet_by_name(sheet.name), known.formats)
            if rows:
                since = builder.count
                builder.page = sheet.name
                builder.heading(clean_text(sheet.name), 1)
                SheetWriter(builder, level=2).write(rows)
                builder.add_links([*known.links, *_links(rows, known.addresses)], since)
    except PasswordError as error:
        raise FileUnreadable("reading.zip_locked") from error
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise FileUnreadable("reading.zip_broken") from error
    if not builder.text:
        raise FileUnreadable("reading.no_text")
    title = PurePosixPath(source).stem
    yield Article(f"{source}#1", source, title, builder.text, blocks=builder.blocks)
    if hidden:
        yield FailedSource(
            source, LocalizedText.of("reading.sheets_hidden", names=", ".join(hidden[:10]))
        )


def _package(path: Path) -> tuple[dict[str, SheetFacts], BytesIO | None]:
    """Return what is known of each sheet beside its cells, and the workbook without wide gaps."""
    if path.suffix.lower() == ".xls":
        return {}, None
    from lxml.etree import XMLSyntaxError  # 20 ms

    with open_archive(path) as archive:
        try:
            return read_package(archive)
        except (*DAMAGE, XMLSyntaxError):
            return {}, None


def _rows(sheet: CalamineSheet, formats: Mapping[tuple[int, int], str]) -> list[Row]:
    """Return the rows of a sheet as they are shown; merged cells are repeated downwards."""
    rows: list[Row] = [
        [
            clean_text(_shown(value, formats.get((at, column), "")))
            for column, value in enumerate(row)
        ]
        for at, row in enumerate(sheet.to_python(skip_empty_area=False))
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        _merge(rows, top, left, min(bottom, len(rows) - 1), right)
    return rows if any(cell for row in rows for cell in row) else []


def _links(rows: Sequence[Row], addresses: Mapping[tuple[int, int], str]) -> Iterator[Link]:
    """Yield the cells that lead somewhere, in their order."""
    before: Counter[str] = Counter()
    for at, row in enumerate(rows if addresses else ()):
        for column, cell in enumerate(row):
            words = " ".join((cell or "").split())
            address = linked_address(words, addresses.get((at, column), ""))
            if address:
                yield Link(words, address, before[words])
                before.clear()
            elif words:
                before[words] += 1


def _merge(rows: list[Row], top: int, left: int, bottom: int, right: int) -> None:
    if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
        return
    for at in range(top, bottom + 1):
        row = rows[at]
        row[left] = rows[top][left]
        for column in range(left + 1, min(right + 1, len(row))):
            row[column] = None


def _shown(value: Value, code: str) -> str:
    """Return a value in its cell's format, where that is one for numbers."""
    if not code or isinstance(value, bool) or not isinstance(value, int | float):
        return shown(value)
    return formatted(value, code) or shown(value)


def shown(value: Value) -> str:
    """Return a value as a sheet shows it: 13 for 13.0, a day as 2024-05-02, a time as 08:30."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        whole = value.time() == time()
        return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return str(value)


def _number(value: float) -> str:
    """Return a number without the noise of binary fractions."""
    short = f"{value:.15g}"
    if "e" not in short:
        return short
    return f"{value:.0f}" if abs(value) >= 1 else f"{value:.15f}".rstrip("0")

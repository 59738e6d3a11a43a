"""Read `.jsonl`: one article a line; a bad line is reported and the others are served."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.phrases import LocalizedText
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.encodings import decode
from index.documents.front_matter import credit
from index.documents.newspaper.lines import read_lines
from index.documents.newspaper.repair import join_lines
from index.errors import FileUnreadable
from index.models import Article, FailedSource

_LONGEST_LINE_MB = 32
_MOST_OTHER_MB = 50  # of a file in another encoding than UTF-8, which cannot be streamed
_MOST_FAILURES = 100
_FIELDS = ("title", "date", "author", "source", "url", "section")
_IDS = ("id", "_id", "context_id")
_TITLE = 60
_MB = 1024 * 1024


def read_json_lines(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the articles of a file and what is wrong with its lines, without holding it whole."""
    seen: dict[str, int] = {}
    failures = 0
    for number, line in enumerate(_lines(path), 1):
        if not line or line.isspace():
            continue
        try:
            article = _article(line, number, source)
            if first := seen.get(article.id):
                id = article.id.removeprefix(f"{source}#")
                raise FileUnreadable("reading.line_twice", line=number, id=id, first=first)
        except FileUnreadable as error:
            failures += 1
            if failures <= _MOST_FAILURES:
                yield FailedSource(source, error.told)
            continue
        seen[article.id] = number
        yield article
    if failures > _MOST_FAILURES:
        yield FailedSource(
            source, LocalizedText.of("reading.more_lines", count=failures - _MOST_FAILURES)
        )
    if not seen and not failures:
        yield FailedSource(source, LocalizedText.of("reading.empty"))


def _lines(path: Path) -> Iterator[bytes | str]:
    """Yield the lines; of a file that is not UTF-8 throughout, decoded as a whole."""
    if _is_utf8_by_and_large(path):
        with path.open("rb") as file:
            if file.read(3) != codecs.BOM_UTF8:
                file.seek(0)
            while line := file.readline(_LONGEST_LINE_MB * _MB + 1):
                yield line
                while len(line) > _LONGEST_LINE_MB * _MB and not line.endswith(b"\n"):
                    line = file.readline(_MB)
        return
    size = path.stat().st_size
    if size > _MOST_OTHER_MB * _MB:
        raise FileUnreadable("reading.too_large", size=-(-size // _MB), limit=_MOST_OTHER_MB)
    yield from decode(path.read_bytes())[0].split("\n")


def _is_utf8_by_and_large(path: Path) -> bool:
    """Return True if at most one line in a hundred is not UTF-8."""
    good = bad = 0
    with path.open("rb") as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return False
        file.seek(0)
        while line := file.readline(_MB):
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError as error:
                # A long line read in pieces may be cut inside a character.
                cut = len(line) == _MB and error.start > _MB - 4
                good, bad = good + cut, bad + (not cut)
    return bad <= 1 or bad * 100 <= good


def _article(line: bytes | str, number: int, source: str) -> Article:
    """Make the article of one line. Raises FileUnreadable, which names the line."""
    if len(line) > _LONGEST_LINE_MB * _MB:
        raise FileUnreadable("reading.line_long", line=number, limit=_LONGEST_LINE_MB)
    row = _row(line, number)
    text = row.get("text", row.get("content"))
    if not isinstance(text, str):
        raise FileUnreadable("reading.line_not_object", line=number)
    fields = {name: _field(row, name, number) for name in _FIELDS}
    given = next((row[name] for name in _IDS if row.get(name) not in (None, "")), number)
    if not isinstance(given, str | int):
        raise FileUnreadable("reading.line_field", line=number, field="id")
    builder = BlockBuilder()
    body = clean_text(text).strip()
    for paragraph in join_lines(read_lines(body)) if "\n" in body else [body]:
        builder.paragraph(paragraph)
    if not builder.blocks:
        raise FileUnreadable("reading.line_empty", line=number)
    body = builder.text
    return Article(
        id=f"{source}#{clean_text(str(given))}",
        source=source,
        title=fields["title"] or _first_words(body),
        text=body,
        byline=credit(fields),
        date=fields["date"],
        section=fields["section"],
        url=fields["url"],
        blocks=builder.blocks,
    )


def _row(line: bytes | str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except UnicodeDecodeError:
        raise FileUnreadable("reading.line_not_utf8", line=number) from None
    except json.JSONDecodeError as error:
        raise FileUnreadable("reading.line_not_json", line=number, reason=error.msg) from None
    except (RecursionError, ValueError):  # nested a thousand deep, or an endless number
        raise FileUnreadable("reading.line_not_json", line=number, reason="too deep") from None
    if not isinstance(row, dict):
        raise FileUnreadable("reading.line_not_object", line=number)
    return row


def _field(row: dict[str, Any], name: str, number: int) -> str:
    """Return a text field; a list of authors is joined, a number is a year or the like."""
    value = row.get(name)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FileUnreadable("reading.line_field", line=number, field=name)
    return " ".join(clean_text(value).split())


def _first_words(text: str) -> str:
    """Return a title for an article that has none: the beginning of its text."""
    line = text.split("\n", 1)[0]
    if len(line) <= _TITLE:
        return line
    cut = line[:_TITLE]
    return (cut.rsplit(" ", 1)[0] if cut.count(" ") > 3 else cut) + "…"

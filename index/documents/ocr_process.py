"""The process that recognises scanned pages for a run: `main` answers with the lines of each."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from index.documents.limits import Limits
from index.documents.ocr import recognise
from index.documents.reader_process import serve
from index.documents.wire import line
from index.errors import FileUnreadable


def main() -> None:
    """Answer each request, a file and the number of a page, with the lines of that page."""
    serve(_send_lines)


def _send_lines(path: Path, page: str, answers: IO[bytes], limits: Limits) -> None:
    try:
        found = recognise(path, int(page))
    except (ValueError, RuntimeError, IndexError) as error:
        raise FileUnreadable("reading.picture_broken") from error
    for place in found:
        answers.write(line(*place))

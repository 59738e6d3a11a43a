"""The process that reads files for a run: `main` reads what standard input names, one a line."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from index.documents.limits import Limits, is_worn
from index.documents.ocr import KNOWN
from index.documents.registry import format_of, read_parts, why_unreadable
from index.documents.wire import line, pack
from index.errors import FileUnreadable
from index.models import Article

_MB = 1024 * 1024
# A file that says more than this is no document: shared strings can be repeated without end.
_MOST_TEXT_MB = 200
# Trees of small objects, none of which is garbage before its file is done with.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
# A stretch of a streamed file, for which the time starts again.
_STRETCH_MB = 1


def main() -> None:
    """Answer each request with the parts of a file."""
    KNOWN.folder = Path(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else None
    serve(_send_parts)


def serve(send: Callable[[Path, str, IO[bytes], Limits], None]) -> None:
    """Answer each request by `send`, and an end; a reader that breaks ends the process."""
    answers = os.fdopen(os.dup(1), "wb", buffering=_MB)
    # Whatever a library prints goes where errors go.
    os.dup2(2, 1)
    limits = Limits(*map(int, sys.argv[1:3]))
    limits.bound_memory()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    goes_on = True
    while goes_on and (request := sys.stdin.buffer.readline()):
        path, source = json.loads(request)
        key, values = "", {}
        limits.bound_time()
        try:
            send(Path(path), source, answers, limits)
        except (FileUnreadable, OSError) as error:
            why = why_unreadable(error)
            key, values = why.key, {name: _plain(value) for name, value in why.values.items()}
        limits.rest()
        goes_on = not is_worn()
        answers.write(line("end", goes_on, key, values))
        answers.flush()


def _send_parts(path: Path, source: str, answers: IO[bytes], limits: Limits) -> None:
    streams = format_of(path).streams
    sent = 0
    for part in read_parts(path, source):
        answers.write(pack(part))
        sent += len(part.text) if isinstance(part, Article) else 0
        if sent > _STRETCH_MB * _MB and streams:
            limits.bound_time()
            sent = 0
        elif sent > _MOST_TEXT_MB * _MB:
            raise FileUnreadable("reading.text_long", limit=_MOST_TEXT_MB)


def _plain(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)

"""A reading process whose readers break in every way: `main` is started by `Reading`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from index.documents import limits, reader_process
from index.documents.registry import FORMATS, Format
from index.errors import FileUnreadable
from index.models import Article


def _read(path: Path, source: str) -> Iterator[Article]:
    word = path.read_text(encoding="utf-8").strip()
    if word == "environment":
        yield Article(f"{source}#1", source, "T", "\n".join(sorted(os.environ)))
        return
    if word == "patience":
        limits._PATIENCE_SECONDS = 0.2
    if word == "process":
        yield Article(f"{source}#1", source, "T", str(os.getpid()))
        return
    yield Article(f"{source}#1", source, "T", word)
    match word:
        case "raise":
            raise AssertionError("not at all")
        case "refuse":
            raise FileUnreadable("reading.line_long", line=3, limit=32)
        case "memory":
            held = []
            while True:
                held.append(bytes(10_000_000))
        case "recurse":
            _recurse()
        case "spin":
            while True:
                pass
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            sys.exit(0)
        case "chatter":
            print("a library speaks")
            os.write(1, b"at length\n")


def _recurse() -> None:
    _recurse()


def main() -> None:
    """Read `.odd` files, whose content says how their reader breaks."""
    FORMATS[".odd"] = Format(_read, 1)
    reader_process.main()

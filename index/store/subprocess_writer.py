"""Embedded vectors that are written by a process of their own.

Chroma holds Python's lock while it works its graph, seconds at a time for a large one: the terms
would wait for it, and so would a bot that answers meanwhile. The process is told one order a
line, with the vectors behind it, and ends when nobody is there any more to give it orders.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from index.errors import StoreUnusable
from index.processes import command
from index.store.sealing import seal
from index.store.vectors import Matrix, Vectors, open_embedded

_LAST_WORDS = 300
# After how many changes Chroma rewrites its graph, which grows, and from where on more seldom.
# What its log holds beyond the graph is worked into it a second time when it is sealed.
_SELDOM, _LARGE, _VERY_SELDOM = 10_000, 100_000, 50_000


class SubprocessVectorWriter:
    """The writing side of an embedded collection, in another process. Use it from one thread."""

    def __init__(self, folder: Path, name: str, *, create: bool, many: bool) -> None:
        """Start the process and let it open the collection; `many` vectors are to come.

        Raises StoreUnusable.
        """
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        # A session of its own: what interrupts the terminal is for the run, which stops it.
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._orders: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._answers: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        with contextlib.ExitStack() as unless_opened:
            unless_opened.callback(self._end)
            self._order("open", folder=str(folder), name=name, create=create, many=many)
            unless_opened.pop_all()

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Store vectors (n, dimensions) under their keys, in place of any that stand there."""
        rows = np.ascontiguousarray(vectors, dtype="<f4")
        self._order("add", rows, keys=list(keys), shape=rows.shape)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete what stands under these keys."""
        self._order("delete", keys=list(keys))

    def seal(self) -> None:
        """Close the collection, complete on disk (see `sealing.seal`), and end the process."""
        try:
            self._order("seal")
        finally:
            self._end()

    def close(self) -> None:
        """Close the collection and end the process. What it refuses to close is not needed."""
        with contextlib.suppress(StoreUnusable):
            self._order("close")
        self._end()

    def _end(self) -> None:
        for stream in (self._orders, self._answers):
            with contextlib.suppress(OSError):
                stream.close()
        self._process.wait()
        self._errors.close()

    def _order(self, do: str, rows: Matrix | None = None, **values: Any) -> None:
        """Have something done and wait for it. Raises StoreUnusable."""
        answer = b""
        with contextlib.suppress(OSError):
            self._orders.write(json.dumps({"do": do, **values}).encode() + b"\n")
            if rows is not None:
                self._orders.write(rows.tobytes())
            self._orders.flush()
            answer = self._answers.readline()
        if not answer:
            raise self._ended()
        if failure := json.loads(answer):
            raise StoreUnusable(failure["key"], **failure["values"])

    def _ended(self) -> StoreUnusable:
        """Return what says that the process ended, and its last words."""
        status = self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().rpartition("\n")[2]
        said = f"({last[:_LAST_WORDS]})" if last else ""
        return StoreUnusable("errors.vectors_writer_ended", status=status, said=said)


def main() -> None:
    """Do what standard input orders, and answer each with one line: {} or what went wrong."""
    orders = sys.stdin.buffer
    # Whatever a library prints goes where errors go.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    served = _Served()
    while line := orders.readline():
        failure: dict[str, object] = {}
        try:
            served.do(json.loads(line), orders)
        except StoreUnusable as error:
            failure = {"key": error.key, "values": {k: str(v) for k, v in error.values.items()}}
        with contextlib.suppress(BrokenPipeError):
            answers.write(json.dumps(failure).encode() + b"\n")
            answers.flush()


class _Served:
    """The collection, where it is open."""

    _folder: Path
    _name: str
    _vectors: Vectors
    _many = False
    _added = 0

    def _open(self, *, create: bool = False, seldom: int = 0) -> None:
        self._vectors = open_embedded(self._folder, self._name, create=create)
        if seldom:
            self._vectors.rewrite_after(seldom)

    def _add(self, keys: list[str], rows: Matrix) -> None:
        self._vectors.add(keys, rows)
        self._added += len(keys)
        if self._many and self._added >= _LARGE:
            # Chroma heeds another threshold when it opens the collection.
            self._many = False
            self._vectors.close()
            self._open(seldom=_VERY_SELDOM)

    def do(self, order: dict[str, Any], orders: IO[bytes]) -> None:
        match order:
            case {"do": "open", "folder": folder, "name": name, "create": create, "many": many}:
                self._folder, self._name, self._many = Path(folder), name, many
                self._open(create=create, seldom=_SELDOM if many else 0)
            case {"do": "add", "keys": keys, "shape": (count, dimensions)}:
                content = orders.read(4 * count * dimensions)
                if len(content) == 4 * count * dimensions:
                    rows = np.frombuffer(content, dtype="<f4").reshape(count, dimensions)
                    self._add(keys, rows)
            case {"do": "delete", "keys": keys}:
                self._vectors.delete(keys)
            case {"do": "seal"}:
                self._vectors.close()
                seal(self._folder, self._name)
            case {"do": "close"}:
                self._vectors.close()

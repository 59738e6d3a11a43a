"""The graph over a catalog's vectors: an index in Chroma that can always be made again.

In a folder it is built once, in its place, and only read from then on: what came after it stands
in the catalog alone, and is compared one by one until it is due to be built again.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from index.errors import StoreUnusable
from index.processes import command
from index.store.catalog import Catalog
from index.store.vectors import ALWAYS_REWRITE, Vectors, open_embedded

_DATABASE = "chroma.sqlite3"
_BATCH = 5_000
_LAST_WORDS = 300
# After how many changes Chroma rewrites its graph, which grows, and from where on more seldom.
# What its log holds beyond the graph is worked into it a second time at the end.
_SELDOM, _LARGE, _VERY_SELDOM = 10_000, 100_000, 50_000


class GraphBuilder:
    """Builds the graph of a catalog's vectors in a folder, as they come in."""

    def __init__(self, catalog: Path, folder: Path, name: str) -> None:
        """Take the catalog's file, and the collection's folder and name."""
        self._catalog, self._folder, self._name = catalog, folder, name
        self._vectors: Vectors | None = None
        self._added = self._last = 0

    def more(self) -> None:
        """Take in what was committed since. Raises StoreUnusable, sqlite3.Error."""
        with contextlib.closing(Catalog(self._catalog)) as catalog:
            while True:
                keys, rows, self._last = catalog.vectors_after(self._last, _BATCH)
                if self._vectors is None:
                    seldom = _SELDOM if len(keys) == _BATCH else ALWAYS_REWRITE
                    self._vectors = open_embedded(
                        self._folder, self._name, create=True, rewrite_after=seldom
                    )
                if self._added < _LARGE <= self._added + len(keys):
                    # Chroma heeds it when it is opened.
                    self._vectors.rewrite_after(_VERY_SELDOM)
                    self._vectors.close()
                    self._vectors = open_embedded(self._folder, self._name)
                if not keys:
                    return
                self._vectors.add(keys, rows)
                self._added += len(keys)

    def finish(self) -> int:
        """Write to disk what is in Chroma's log alone; return up to which vector it goes."""
        self.more()
        self.close()
        if self._added >= _BATCH:
            with contextlib.closing(open_embedded(self._folder, self._name)) as vectors:
                vectors.rewrite_after(ALWAYS_REWRITE)
            # An opening that replays the rest of the log does it.
            with contextlib.closing(open_embedded(self._folder, self._name)) as vectors:
                vectors.count()
        return self._last

    def close(self) -> None:
        """Close the collection, as it is."""
        if self._vectors:
            self._vectors.close()
            self._vectors = None


class GraphProcess:
    """A GraphBuilder in a process of its own, which works beside this one. Use it in one thread.

    Chroma holds Python's lock while it works a large graph, seconds at a time.
    """

    def __init__(self, catalog: Path, folder: Path, name: str) -> None:
        """Start it. It ends by itself where nobody is there any more."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `close` closes it
        # A session of its own: what interrupts the terminal is for the run, which stops it.
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command(__name__, str(catalog), str(folder), name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            text=True,
        )

    def more(self) -> None:
        """Let it take in what was committed since. What goes wrong is told by `finish`."""
        self._say("more")

    def finish(self) -> int:
        """Wait for the whole graph; return up to which vector it goes. Raises StoreUnusable."""
        self._say("finish")
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        told = self._process.stdout.readline()
        if not told:
            status = self._process.wait()
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().rpartition("\n")[2]
            said = f"({last[:_LAST_WORDS]})" if last else ""
            raise StoreUnusable("errors.vectors_writer_ended", status=status, said=said)
        found = json.loads(told)
        if isinstance(found, int):
            return found
        raise StoreUnusable(found["key"], **found["values"])

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        with contextlib.suppress(OSError):
            self._process.stdin.write(f"{word}\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """End the process, whatever it does, and close what is open."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()


def main() -> None:
    """Build what standard input orders; answer with the last number, or what went wrong."""
    # Whatever a library prints goes where errors go.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    catalog, folder, name = sys.argv[1:]
    builder = GraphBuilder(Path(catalog), Path(folder), name)
    told: object
    for word in sys.stdin:
        try:
            if word.strip() == "more":
                builder.more()
                continue
            told = builder.finish()
        except StoreUnusable as error:
            told = {"key": error.key, "values": {k: str(v) for k, v in error.values.items()}}
        answers.write(json.dumps(told) + "\n")
        answers.flush()
        return


def sizes_of(folder: Path) -> dict[str, int]:
    """Return the size of every file of a finished graph."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.stat().st_size for path in files}


def check_sizes(folder: Path, sizes: Mapping[str, int]) -> None:
    """Compare a graph's files with their sizes. Raises StoreUnusable.

    Chroma loads its graph unchecked, and a file that is cut short can end the process. Its
    database may grow: every opening notes itself there.
    """
    for name, size in sizes.items():
        try:
            found = (folder / name).stat().st_size
        except FileNotFoundError:
            # A run may have just replaced the folder, and removed it.
            found = -1
        if found < size or (found > size and name != _DATABASE):
            reason = f"{name} has {found} bytes instead of {size}" if found >= 0 else f"no {name}"
            raise StoreUnusable("errors.search_index_broken", folder=str(folder), reason=reason)

"""Read files in a bounded process of its own, which serves many files one after the other.

Whatever a file does to its reader, it costs that file alone: the run goes on with a new process.
The process gets no secret: an environment without them, and paths over a pipe.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self

from config.settings import bare_environment
from index.documents.limits import Limits
from index.documents.wire import line, unpack
from index.errors import FileUnreadable
from index.models import Article, FailedSource
from index.processes import command

_READER = "index.documents.reader_process"
_LAST_WORDS = 4000
_IDLE_SECONDS = 20.0
# What our own bounds make Python and the libraries say at last.
_TOO_MUCH = ("MemoryError", "RecursionError", "Timeout (", "bad_alloc", "memory allocation")

# What decides how a process reads: its module, its limits, the folder of recognised pages.
_Key = tuple[str, Limits, str]

_log = logging.getLogger(__name__)


class Reading:
    """Reads files. The process starts with the first one; use it from one thread at a time."""

    def __init__(
        self, limits: Limits | None = None, module: str = _READER, recognised: Path | None = None
    ) -> None:
        """Start nothing yet; `module` is the process's own, and its `main` reads.

        `recognised` is the folder of scanned pages whose words are known.
        """
        self._key: _Key = (module, limits or Limits(), str(recognised or ""))
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the process to the next run."""
        process, self._process = self._process, None
        if process and process.ready:
            _IDLE.put(process)
        elif process:
            process.end()

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process:
            self._process.end()
            self._process = None

    def parts(self, path: Path, source: str) -> Iterator[Article | FailedSource]:
        """Yield the articles and failures of a file one by one, so that a huge one need not fit.

        Raises FileUnreadable if the rest cannot be read, also where it takes too much time or
        memory or its reader breaks; OSError if no process can be started.
        """
        answers = self.answers(path, source)
        for answer in answers:
            try:
                part = unpack(answer)
            except (ValueError, TypeError, LookupError) as error:
                answers.throw(error)
                return
            yield part

    def answers(self, path: Path, source: str) -> Generator[list[Any]]:
        """Yield what the process answers to a request, as it came. Raises as `parts` does."""
        if self._process and not self._process.is_alive():
            # It ended between two files, which is no fault of the next one.
            self.close()
        process = self._process or _IDLE.take(self._key) or _Process(*self._key)
        self._process = process
        goes_on = process.ready = False
        try:
            for answer in process.read(path, source):
                if answer[0] == "end":
                    _, goes_on, key, values = answer
                    process.ready = goes_on
                    if key:
                        raise FileUnreadable(key, **values)
                    return
                yield answer
            raise process.broken(source)
        except (ValueError, TypeError, LookupError) as error:
            raise process.broken(source) from error
        finally:
            if not goes_on:
                self.close()


class _Idle:
    """The last process that a run left, which is ended unless another run takes it soon.

    Most of what reading a few files costs is the start of the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Process | None = None
        self._expiry: threading.Timer | None = None
        atexit.register(self.clear)

    def put(self, process: _Process) -> None:
        """Keep a process for a while, and end the one kept before."""
        self._exchange(process)

    def take(self, key: _Key) -> _Process | None:
        """Return the process kept if it was made for `key`; otherwise end it."""
        return self._exchange(None, key)

    def clear(self) -> None:
        """End the process that is kept."""
        self._exchange(None)

    def _exchange(self, process: _Process | None, key: _Key | None = None) -> _Process | None:
        """Keep a process for a while, or none.

        Returns the one kept before if it was made for `key`; otherwise that one is ended.
        """
        with self._lock:
            before, self._kept = self._kept, process
            if self._expiry:
                self._expiry.cancel()
                self._expiry = None
            if process:
                self._expiry = threading.Timer(_IDLE_SECONDS, self.clear)
                self._expiry.daemon = True
                self._expiry.start()
        if before and (before.key != key or not before.is_alive()):
            before.end()
            return None
        return before


class _Process:
    """One reading process, and what it says at last."""

    def __init__(self, module: str, limits: Limits, recognised: str) -> None:
        self.key: _Key = (module, limits, recognised)
        self._limits = limits
        # False while answers to a request may still come.
        self.ready = True
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - `end` closes it
        # A session of its own: what interrupts the terminal is for the run, which ends it.
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command(module, str(limits.seconds), str(limits.megabytes), recognised),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=bare_environment(),
            start_new_session=True,
        )
        self._requests: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._answers: IO[bytes] = self._process.stdout  # type: ignore[assignment]

    def read(self, path: Path, source: str) -> Iterator[list[Any]]:
        """Ask for a file, and yield what is answered until the process ends or the file does."""
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(line(str(path.resolve()), source))
            self._requests.flush()
        while answer := self._answers.readline():
            yield json.loads(answer)

    def broken(self, source: str) -> FileUnreadable:
        """End the process, and return what is said of the file that broke it."""
        self._process.kill()
        status = self._process.wait()
        self._errors.seek(max(0, self._errors.seek(0, 2) - _LAST_WORDS))
        said = self._errors.read().decode(errors="replace").strip()
        _log.debug("the reader of %r ended with %s: %s", source, status, said)
        if not said or any(word in said for word in _TOO_MUCH):
            return FileUnreadable("reading.heavy", **asdict(self._limits))
        return FileUnreadable("reading.broke", reason=said.rpartition("\n")[2][:200])

    def is_alive(self) -> bool:
        """Return True if the process has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        for stream in (self._requests, self._answers, self._errors):
            with contextlib.suppress(OSError):
                stream.close()
        self._process.wait()


_IDLE = _Idle()

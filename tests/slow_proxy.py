"""A proxy before a PostgreSQL server: it delays what goes through, or lets nothing through."""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

_SOCKET = ".s.PGSQL.5432"


class SlowProxy:
    """Hands on what comes after `delay` seconds; while it `hangs`, nothing comes or goes."""

    def __init__(self, server: Path, delay: float = 0.0) -> None:
        """Take the folder of the server's socket."""
        self.delay = delay
        self.folder = Path(tempfile.mkdtemp(prefix="docent-px-"))
        self._server = server / _SOCKET
        self._open = threading.Event()
        self._open.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / _SOCKET))
        self._listener.listen()

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self._open.set()
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, address: str) -> str:
        """Return the address of a database of the server, by way of the proxy."""
        return f"{address.split('?')[0]}?host={self.folder}"

    def hang(self) -> None:
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                self._sockets += [client, server]
                server.connect(str(self._server))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        # One that was killed over what it had not read resets its connection.
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self._open.wait()
                time.sleep(self.delay)
                target.sendall(data)
        # Of a machine that is gone the server does not hear that it is.
        self._open.wait()
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

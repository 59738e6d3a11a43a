"""A database that is slow, hangs, is full or starts again: told clearly, and found again."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from index.errors import StoreUnusable
from index.store.postgres import connection
from tests.engines import Place, content_of
from tests.fakes import texts_of, towns, write_articles
from tests.postgres_server import PostgresServer
from tests.slow_proxy import SlowProxy

# Servers of their own, and delays.
pytestmark = pytest.mark.slow


@pytest.fixture
def small_server(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A server of ten connections that a test may stop."""
    server = PostgresServer(max_connections=10)
    yield server
    server.close()


def test_slow_server_answers_the_same(postgres: PostgresServer, tmp_path: Path) -> None:
    with SlowProxy(postgres.folder, delay=0.005) as proxy:
        place = Place(tmp_path, postgres.database())
        write_articles(place.documents, towns(8))
        far = Place(tmp_path, proxy.url(place.database))
        slow = far.open()
        assert far.run(slow).added == 8
        near = place.open()
        assert content_of(slow) == content_of(near) and texts_of(slow) == texts_of(near)
        far.close()
        place.close()


def test_server_that_hangs_is_told_and_found_again(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(connection, "_POOL_PATIENCE_SECONDS", 0.5)
    with SlowProxy(postgres.folder) as proxy:
        place = Place(tmp_path, proxy.url(postgres.database()))
        write_articles(place.documents, towns(8))
        library = place.open()
        place.run(library)
        digest = content_of(library)
        for _ in range(2):
            with pytest.raises(StoreUnusable) as told, library.reading():
                proxy.hang()
                library.articles()
            assert told.value.key == "errors.database_away"
            proxy.resume()
            assert content_of(library) == digest
        place.close()


def test_connections_that_are_used_up_are_told_and_those_in_use_go_on(
    small_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_POOL_PATIENCE_SECONDS", 1.0)
    place = Place(tmp_path, small_server.database())
    write_articles(place.documents, towns(8))
    library, late = place.open(), place.open()
    place.run(library)
    digest = content_of(library)
    told: list[str] = []

    def ask() -> None:
        try:
            late.articles()
        except StoreUnusable as error:
            told.append(error.key)

    with library.reading(), contextlib.ExitStack() as taken:
        with contextlib.suppress(psycopg.OperationalError):
            for _ in range(20):
                taken.enter_context(small_server.connect())
        for _ in range(2):
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join()
        with pytest.raises(StoreUnusable) as refused:
            place.run(late)
        assert refused.value.key == "errors.database_busy"
        assert len(library.articles()) == 8
    assert told == ["errors.database_busy"] * 2
    assert content_of(late) == content_of(library) == digest
    place.close()


def test_server_that_starts_again_is_answered_from_rightly(
    small_server: PostgresServer, tmp_path: Path
) -> None:
    place = Place(tmp_path, small_server.database())
    write_articles(place.documents, towns(8))
    library = place.open()
    place.run(library)
    wrong: list[str] = []
    over = threading.Event()
    right: list[int] = []

    def ask() -> None:
        while not over.is_set():
            try:
                found = len(library.articles())
            except StoreUnusable as error:
                if error.key not in ("errors.database_away", "errors.database_busy"):
                    wrong.append(error.key)
                over.wait(0.05)
            else:
                right.append(found)
                if found != 8:
                    wrong.append(f"{found} articles")

    thread = threading.Thread(target=ask)
    thread.start()
    for sign in (signal.SIGINT, signal.SIGQUIT):
        small_server.stop(sign)
        small_server.start()
    over.set()
    thread.join()
    assert not wrong and right
    assert len(library.articles()) == 8 and place.run(library).unchanged == 8
    place.close()

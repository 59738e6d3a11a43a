"""What a person reads of a database that cannot be used, and what nobody reads: its password."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from config.settings import SettingsError, load_settings
from index.errors import StoreUnusable
from index.library import Library
from tests.engines import Place, content_of
from tests.fakes import HashEmbedder, write_articles
from tests.postgres_server import PostgresServer

SECRET = "hunter2-is-secret"


def test_addresses_that_cannot_be_used_are_told_without_their_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgres: PostgresServer
) -> None:
    for url in (f"mysql://docent:{SECRET}@db/docent", f"postgresql://docent:{SECRET}@x@db/docent"):
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(SettingsError) as refused:
            load_settings()
        assert "DATABASE_URL" in str(refused.value) and SECRET not in str(refused.value)
    unread = f"postgresql://docent:{SECRET}@db:port/docent"
    with pytest.raises(StoreUnusable) as told:
        Library.open(tmp_path, HashEmbedder(), database=unread).articles()
    assert SECRET not in str(told.value)
    away = f"postgresql://docent:{SECRET}@127.0.0.1:1/docent"
    library = Library.open(tmp_path, HashEmbedder(), database=away)
    with pytest.raises(StoreUnusable) as told:
        library.articles()
    assert told.value.key == "errors.database_away"
    assert "postgresql://127.0.0.1:1/docent" in str(told.value) and SECRET not in str(told.value)
    library.close()
    missing = Library.open(tmp_path, HashEmbedder(), database=postgres.url("not_there"))
    with pytest.raises(StoreUnusable) as told:
        missing.articles()
    assert told.value.key == "errors.database_refuses"
    missing.close()


def test_missing_driver_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.startswith("index.store.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnusable) as told:
        Library.open(tmp_path, HashEmbedder(), database="postgresql://db/docent")
    assert "docent[postgres]" in str(told.value)


def test_reader_of_a_read_only_copy_is_answered_and_a_run_refused(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    place = Place(tmp_path, postgres.database())
    write_articles(place.documents, {"a.md": ("A", "The pier opens.")})
    library = place.open()
    place.run(library)
    name = place.database.split("@/")[1].split("?")[0]
    with postgres.connect() as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    other = place.open()
    assert content_of(other) == content_of(library)
    with pytest.raises(StoreUnusable) as told:
        place.run(other)
    assert told.value.key == "errors.database_refuses"
    place.close()

"""The commands with a database: what moves there and back, and what is said of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.storage.access import AccessRules, Change, Subject
from bot.storage.home import Home
from tests.bot.test_cli_operations import rate
from tests.docent import Docent
from tests.postgres_server import PostgresServer

# Some ten starts of the program.
pytestmark = pytest.mark.slow


def test_migrate_takes_everything_along_and_back(tmp_path: Path, postgres: PostgresServer) -> None:
    docent = Docent(tmp_path)
    database = {"DATABASE_URL": postgres.database()}
    # No encoder is needed here, and this one needs no time.
    database |= {"EMBEDDING_MODEL": "static"}

    def said(*arguments: str, fails: bool = False) -> str:
        done = docent.run(*arguments, **database)
        assert (done.returncode == 1) is fails and "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    assert docent.run("index", EMBEDDING_MODEL="static").returncode == 0
    rate(tmp_path)
    data = tmp_path / ".docent"
    rules = AccessRules(data)
    rules.make(Change(1_700_000_000, 1, 77, "board", Subject("role", 7), "allow"))
    Home(data).settle([(datetime(2020, 1, 1), 77)])
    # What was restricted is not open because it was not taken along yet.
    assert "docent migrate" in said("access", "show", fails=True)
    told = json.loads(said("migrate", "--json"))
    assert (told["rules"], told["memory"], told["encoded"]) == (1, "copied", 0)
    shown = json.loads(said("access", "show", "--json"))
    assert shown == {"home": [77], "collections": {"board": 77}}
    assert len(json.loads(said("feedback", "--json"))["feedback"]) == 2
    status = json.loads(said("status", "--json"))
    assert status["restricted"] == 1 and status["articles"] == 2
    assert "1 " in said("doctor") and "pg_dump" in said("backup", "kept.tar.gz")
    assert "1 changes" in said("migrate", "--no-index")
    said("access", "take-back", "board", "--for", "78")
    assert json.loads(said("migrate", "--back", "--json"))["rules"] == 3
    assert docent.json("access", "show")["collections"] == {"board": 78}
    assert len(docent.json("feedback")["feedback"]) == 2
    said("access", "open-all", "--yes")
    assert json.loads(said("access", "show", "--json"))["collections"] == {}

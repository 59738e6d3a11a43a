"""What was answered is kept as it was, in any thread, over restarts and damage."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from bot.core.exceptions import Gone
from bot.storage.answers import AnswerStore
from bot.storage.memory import MEMORY_FILE, MemoryUnusable
from retrieval.models import Answer, Summary

ANSWER = Answer("q", "en", False, "no", "extractive", (), ())


def test_an_answer_of_an_earlier_version_is_still_there(tmp_path: Path) -> None:
    """Rows were kept without the headings, the page and the nearest of today."""
    old = {
        "question": "q", "language": "en", "found": True, "answer": "S. [1]", "mode": "extractive",
        "citations": [{
            "number": 1, "article_id": "a#1", "title": "T", "source": "a.txt", "date": "",
            "quote": "S.", "start": 0, "end": 2, "highlight": [0, 1],
        }],
        "passages": [{
            "chunk_id": "c", "article_id": "a#1", "title": "T", "source": "a.txt", "date": "",
            "text": "S.", "score": 0.5, "start": 0, "end": 2,
        }],
    }  # fmt: skip
    store = AnswerStore(tmp_path)
    number = store.keep(ANSWER)
    store.run(lambda c: c.execute("UPDATE answers SET body = ?", (json.dumps(old),)))
    kept = store.find(number)
    assert kept is not None and isinstance(kept.shown, Answer)
    assert kept.shown.nearest is None and kept.shown.passages[0].path == ()
    assert (kept.shown.citations[0].highlight, kept.shown.citations[0].path) == ((0, 1), ())


def test_an_answer_is_neither_a_summary_nor_one_that_is_gone(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path)
    number = store.keep(ANSWER, private=True)
    kept, answer = store.answer(number)
    assert (kept.id, kept.private, kept.shown, answer) == (number, True, ANSWER, ANSWER)
    for none in (store.keep(Summary("a#1", "T", "S. [1]", ())), 999):
        with pytest.raises(Gone) as told:
            store.answer(none)
        assert told.value.key == "discord.answer_gone"


def test_a_file_of_an_earlier_version_gains_its_columns(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / MEMORY_FILE)) as old, old:
        old.execute(
            "CREATE TABLE answers (id INTEGER PRIMARY KEY, answered_at REAL NOT NULL, "
            "private INTEGER NOT NULL, parent INTEGER, kind TEXT NOT NULL, body TEXT NOT NULL)"
        )
        old.execute("INSERT INTO answers VALUES (1, 1.0, 0, NULL, 'answer', '{}')")
    store = AnswerStore(tmp_path)
    assert store.keep(ANSWER, guild_id=7, user_id=8) == 2
    rows = store.run(lambda c: c.execute("SELECT guild_id, person FROM answers").fetchall())
    store.close()
    assert rows == [(None, ""), (7, AnswerStore(tmp_path).person(8))]


def test_turns_are_the_chain_of_follow_ups_that_may_be_seen_oldest_first(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path)
    parent = None
    for n in range(14):
        answer = Answer(f"q{n}", "en", False, f"a{n}", "extractive", (), ())
        parent = store.keep(answer, private=n == 11, parent=parent)
    assert store.turns(parent) == [(f"q{n}", f"a{n}") for n in range(4, 14)]
    assert store.turns(None) == [] and store.turns(999) == []
    seen = store.turns(parent, lambda kept: not kept.private)
    assert seen == [("q12", "a12"), ("q13", "a13")]
    assert store.turns(parent, lambda kept: False) == []


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"no database at all" * 500)
    store = AnswerStore(tmp_path)
    assert store.find(store.keep(ANSWER)) is not None
    assert (tmp_path / "bot.damaged").read_bytes().startswith(b"no database")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("here a folder should be")
    with pytest.raises(MemoryUnusable) as caught:
        AnswerStore(blocked)
    assert "bot.sqlite3" in str(caught.value) and "DATA_DIR" in str(caught.value)

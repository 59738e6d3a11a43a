"""The access rules outlive the process with all their history, and damage never opens anything."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.access import (
    ACCESS_FILE,
    AccessRules,
    AccessUnusable,
    Change,
    Restriction,
    rules_of,
)
from tests.memories import ALL, BOARD, GUILD, STAFF, change


def test_without_a_file_all_is_open_and_looking_makes_none(tmp_path: Path) -> None:
    rules = AccessRules(tmp_path / "data")
    assert rules.current() == {} and rules.changes() == []
    assert not (tmp_path / "data").exists()


def test_taking_the_last_right_away_opens_nothing_and_open_does() -> None:
    made = [change("allow"), change("lift")]
    assert rules_of(made) == {"minutes": Restriction(GUILD)}
    assert rules_of([*made, change("open", ALL)]) == {}
    both = rules_of([change("allow"), change("deny")])
    assert both == {"minutes": Restriction(GUILD, frozenset(), frozenset({STAFF}))}


def test_the_history_cannot_be_rewritten(tmp_path: Path) -> None:
    AccessRules(tmp_path).make(change("allow"))
    connection = sqlite3.connect(tmp_path / ACCESS_FILE)
    for statement in ("DELETE FROM changes", "UPDATE changes SET made_by = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            connection.execute(statement)
    connection.close()


@pytest.fixture
def sound(tmp_path: Path) -> dict[Path, bytes]:
    """The files of a folder with two changes, made once for all examples."""
    rules = AccessRules(tmp_path)
    rules.make(change("deny", name="board minutes"))
    rules.make(change("allow", BOARD, name="board minutes"))
    return {path: path.read_bytes() for path in tmp_path.iterdir()}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_fails_closed_or_says_the_same(
    tmp_path: Path, sound: dict[Path, bytes], data: st.DataObject
) -> None:
    path = tmp_path / ACCESS_FILE
    for old in tmp_path.iterdir():
        old.unlink()
    for kept, content in sound.items():
        kept.write_bytes(content)
    whole, before = path.read_bytes(), AccessRules(tmp_path).current()
    assert set(before) == {"board minutes"}
    used = [n for n, byte in enumerate(whole) if byte]
    at = data.draw(st.sampled_from(used))
    if data.draw(st.booleans()):
        path.write_bytes(whole[:at])
    else:
        path.write_bytes(
            whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
        )
    try:
        found = AccessRules(tmp_path).current()
    except AccessUnusable:
        return
    assert found == before


def test_a_file_of_a_newer_version_is_not_guessed_at(tmp_path: Path) -> None:
    AccessRules(tmp_path).make(change("allow"))
    connection = sqlite3.connect(tmp_path / ACCESS_FILE)
    connection.execute("PRAGMA user_version = 3")
    connection.close()
    with pytest.raises(AccessUnusable, match="version 3"):
        AccessRules(tmp_path).current()


def test_a_crash_while_the_file_is_made_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "access-rules.new").write_bytes(b"half")
    assert AccessRules(tmp_path).current() == {}
    AccessRules(tmp_path).make(change("allow"))
    assert "minutes" in AccessRules(tmp_path).current()


def first_version(path: Path, made: list[Change]) -> None:
    """Write the file as the version before this one did, a digest beside each change."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE changes (id INTEGER PRIMARY KEY, made_at INTEGER NOT NULL, made_by INTEGER "
        "NOT NULL, guild_id INTEGER NOT NULL, collection TEXT NOT NULL, kind TEXT NOT NULL, "
        "subject_id INTEGER NOT NULL, effect TEXT NOT NULL, seal TEXT NOT NULL);"
        "CREATE TRIGGER changes_stay BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'x'); END;"
        "CREATE TRIGGER changes_are_kept BEFORE DELETE ON changes "
        "BEGIN SELECT RAISE(ABORT, 'changes are never removed'); END; PRAGMA user_version = 1;"
    )
    for one in made:
        row = (one.made_at, one.made_by, one.guild_id, one.collection, one.subject.kind)
        connection.execute(
            "INSERT INTO changes (made_at, made_by, guild_id, collection, kind, subject_id, effect,"
            " seal) VALUES (?, ?, ?, ?, ?, ?, ?, 'of old')",
            (*row, one.subject.id, one.effect),
        )
    connection.commit()
    connection.close()


def test_a_file_of_the_first_version_is_read_and_goes_on(tmp_path: Path) -> None:
    made = [change("allow"), change("deny", BOARD, name="会议纪要")]
    first_version(tmp_path / ACCESS_FILE, made)
    assert AccessRules(tmp_path).changes() == made
    AccessRules(tmp_path).make(change("lift"))
    assert AccessRules(tmp_path).changes() == [*made, change("lift")]

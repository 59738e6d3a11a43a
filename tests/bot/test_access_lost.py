"""Access rules that are lost, shortened or older than the notes of them close everything."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storage.access import ACCESS_FILE, AccessRules, AccessUnusable
from bot.storage.memory import MEMORY_FILE
from index.store.manifest import LEDGER, IndexManifest
from index.store.restoring import MARKER
from tests.memories import ALL, BOARD, change


def with_rules(folder: Path) -> Path:
    """Make three changes in a data folder that has a ledger too, and return the rules file."""
    folder.mkdir(exist_ok=True)
    IndexManifest(folder / LEDGER).close()
    for effect in ("deny", "allow", "deny"):
        AccessRules(folder).make(change(effect))
    return folder / ACCESS_FILE


def shortened(path: Path, _: bytes, number: int = 3) -> None:
    """Remove a change, past the triggers."""
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER changes_are_kept")
    connection.execute("DELETE FROM changes WHERE id = ?", (number,))
    connection.commit()
    connection.close()


def cut_between(path: Path, _: bytes) -> None:
    shortened(path, _, 2)


def dangling(path: Path, _: bytes) -> None:
    path.unlink()
    path.symlink_to(path.with_name("not-mounted"))


LOSSES: dict[str, Callable[[Path, bytes], object]] = {
    "gone": lambda path, _: path.unlink(),
    "dangling": dangling,
    "shortened": shortened,
    "one between": cut_between,
    "an older file": lambda path, older: path.write_bytes(older),
    "a file begun anew": lambda path, _: (path.unlink(), _begin_other(path)),
    "a folder": lambda path, _: (path.unlink(), path.mkdir()),
    "empty": lambda path, _: path.write_bytes(b""),
    "no database": lambda path, _: path.write_bytes(b"not a database at all" * 100),
}


def _begin_other(path: Path) -> None:
    """Put a sound file in its place, of as many changes in another folder."""
    other = path.parent / "other"
    other.mkdir()
    for effect in ("allow", "lift", "allow", "lift"):
        AccessRules(other).make(change(effect, name="something else"))
    (other / ACCESS_FILE).rename(path)


@pytest.mark.parametrize("kept", ["both", MEMORY_FILE, LEDGER])
@pytest.mark.parametrize("loss", LOSSES)
def test_rules_that_are_lost_or_older_close_everything(
    tmp_path: Path, loss: str, kept: str
) -> None:
    path = tmp_path / ACCESS_FILE
    IndexManifest(tmp_path / LEDGER).close()
    remembered = AccessRules(tmp_path)
    remembered.make(change("deny"))
    older = path.read_bytes()
    for effect in ("allow", "deny"):
        remembered.make(change(effect))
    LOSSES[loss](path, older)
    for file in (MEMORY_FILE, LEDGER):
        if kept not in ("both", file):
            for each in tmp_path.glob(f"{file}*"):
                each.unlink()
    # The second is as after a restart: nothing is remembered.
    for rules in (remembered, AccessRules(tmp_path)):
        with pytest.raises(AccessUnusable):
            rules.current()
        with pytest.raises(AccessUnusable):
            rules.make(change("open", ALL))
    with pytest.raises(AccessUnusable, match="nothing is answered"):
        AccessRules(tmp_path).current()
    AccessRules(tmp_path).begin_anew()
    assert AccessRules(tmp_path).current() == {}
    assert AccessRules(tmp_path).make(change("allow"))


def test_a_note_that_was_lost_is_written_again(tmp_path: Path) -> None:
    path = with_rules(tmp_path)
    for file in (*tmp_path.glob(f"{LEDGER}*"), *tmp_path.glob(f"{MEMORY_FILE}*")):
        file.unlink()
    assert "minutes" in AccessRules(tmp_path).current()
    path.unlink()
    with pytest.raises(AccessUnusable, match="bot.sqlite3"):
        AccessRules(tmp_path).current()


def test_rules_ahead_of_their_notes_hold(tmp_path: Path) -> None:
    """A crash between the change and its note."""
    with_rules(tmp_path)
    notes = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.name != ACCESS_FILE}
    AccessRules(tmp_path).make(change("allow", BOARD))
    for name, content in notes.items():
        (tmp_path / name).write_bytes(content)
    assert AccessRules(tmp_path).current()["minutes"].allowed == {BOARD}


def test_nothing_may_be_read_while_a_backup_is_put_back(tmp_path: Path) -> None:
    rules = AccessRules(tmp_path)
    assert rules.current() == {}
    (tmp_path / MARKER).write_text("{}")
    for reader in (rules, AccessRules(tmp_path)):
        with pytest.raises(AccessUnusable, match="being put"):
            reader.current()
        with pytest.raises(AccessUnusable):
            reader.make(change("allow"))


def test_the_file_is_read_once_for_each_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_rules(tmp_path)
    opened = 0

    def counted(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal opened
        if event == "sqlite3.connect" and ACCESS_FILE in str(arguments[0]):
            opened += 1

    sys.addaudithook(counted)
    # The file changed long ago.
    monkeypatch.setattr(time, "time_ns", lambda: path.stat().st_mtime_ns + 3_000_000_000)
    rules = AccessRules(tmp_path)
    for _ in range(20):
        assert "minutes" in rules.current()
    assert opened == 1
    AccessRules(tmp_path).make(change("open", ALL))
    assert [rules.current() for _ in range(5)] == [{}] * 5
    # Once by the other who changed it, once here.
    assert opened == 3

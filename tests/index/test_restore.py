"""A restore that is killed at any step leaves the old state or the new one, and nothing open."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import shutil
import sqlite3
import tarfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.records.access import ACCESS_FILE, AccessRules, AccessUnusable, Change, Subject
from bot.records.answers import MEMORY_FILE, AnswerStore
from index.errors import BackupUnusable, StoreLocked, StoreUnusable
from index.store.backup import pack, unpack
from index.store.catalog_schema import create
from index.store.ledger import Ledger
from index.store.lock import FileLock
from index.store.restoring import MARKER, finish_restore
from index.store.writer import GENERATIONS, LEDGER
from tests import restore_worker

OTHERS = (MEMORY_FILE, ACCESS_FILE)


def restrict(data: Path, name: str) -> None:
    AccessRules(data).make(Change(1_700_000_000, 5, 1, name, Subject("role", 7), "allow"))


def state(data: Path) -> tuple[bytes, frozenset[str], str | None]:
    """Return what a folder answers from, closes and remembers, as after a start."""
    finish_restore(data)
    with contextlib.closing(Ledger(data / LEDGER)) as ledger:
        folder = data / GENERATIONS / str(ledger.current())
    closed = frozenset(AccessRules(data).current())
    store = AnswerStore(data)
    fact = store.fact("edition")
    store.close()
    return (folder / "lexicon" / "terms").read_bytes(), closed, fact


def build(data: Path, edition: str) -> None:
    """Make the files of an index, the small ones real, beside a bot's memory and its rules."""
    with contextlib.closing(Ledger(data / LEDGER)) as ledger:
        number = ledger.add_generation("rules", "model", "shape")
        folder = data / GENERATIONS / str(number)
        (folder / "lexicon").mkdir(parents=True)
        create(folder / "catalog.db")
        (folder / "lexicon" / "terms").write_text(f"the terms of {edition}")
        ledger.switch(number)
    store = AnswerStore(data)
    store.note("edition", edition)
    store.close()
    restrict(data, f"closed{edition}")


def killed(file: Path, data: Path, steps: int) -> bool:
    """Restore in another process that is killed before a step; True if it came so far."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(restore_worker.PRELOADED)
    process = context.Process(target=restore_worker.restore, args=(file, data, steps))
    process.start()
    process.join()
    return process.exitcode != 0


def test_killed_at_every_step_it_is_the_old_or_the_new(tmp_path: Path) -> None:
    data, file, here = tmp_path / "data", tmp_path / "kept.tar.gz", tmp_path / "here"
    data.mkdir()
    build(data, "7")
    pack(data, file, OTHERS)
    new = state(data)
    build(data, "8")
    old = state(data)
    shutil.copytree(data, tmp_path / "before")
    found = set()
    steps = 0
    while True:
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(tmp_path / "before", here)
        was_killed = killed(file, here, steps)
        assert (here / ACCESS_FILE).exists(), "the rules were away for a moment"
        if (here / MARKER).exists():
            with pytest.raises(AccessUnusable):
                AccessRules(here).current()
        elif was_killed:
            assert frozenset(AccessRules(here).current()) in (old[1], new[1])
        now = state(here)
        assert now in (old, new), f"killed before step {steps}"
        found.add(now)
        assert not (here / MARKER).exists() and not list(here.glob("restoring-*"))
        if now == new:
            (aside,) = [path for path in here.glob("replaced-*") if (path / "docent.db").exists()]
            assert state(aside)[0] == old[0]
        if not was_killed:
            break
        steps += 1
    assert found == {old, new} and steps > 12


def test_killed_while_it_is_finished_it_is_finished_by_the_next(tmp_path: Path) -> None:
    data, file, here = tmp_path / "data", tmp_path / "kept.tar.gz", tmp_path / "here"
    data.mkdir()
    build(data, "7")
    pack(data, file, OTHERS)
    new = state(data)
    build(data, "8")
    shutil.copytree(data, here)
    steps = 6
    while not (here / MARKER).exists():
        shutil.rmtree(here)
        shutil.copytree(data, here)
        assert killed(file, here, steps)
        steps += 1
    with FileLock(here / "writer.lock", "restoring"), pytest.raises(StoreLocked):
        finish_restore(here)
    context = multiprocessing.get_context("forkserver")
    for steps in range(1, 40, 3):
        process = context.Process(target=restore_worker.finish, args=(here, steps))
        process.start()
        process.join()
        assert (here / ACCESS_FILE).exists()
        if process.exitcode == 0:
            break
    assert state(here) == new


def test_a_restore_that_cannot_be_finished_gives_way_to_another(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    data.mkdir()
    build(data, "7")
    pack(data, file, OTHERS)
    whole = state(data)
    for content in ("", "{}", "[1]", '{"staging": "../x", "aside": "y"}'):
        (data / MARKER).write_text(content)
        with pytest.raises(StoreUnusable, match="--replace"):
            finish_restore(data)
        with pytest.raises(AccessUnusable):
            AccessRules(data).current()
        unpack(file, data, replace=True, keep=(ACCESS_FILE,))
        assert state(data) == whole


def test_a_journal_of_rules_that_stay_stays_with_them(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    data.mkdir()
    build(data, "7")
    pack(data, file, (MEMORY_FILE,))
    (data / f"{ACCESS_FILE}-journal").write_bytes(b"")
    unpack(file, data, replace=True, keep=(ACCESS_FILE,))
    assert (data / f"{ACCESS_FILE}-journal").exists()
    assert state(data)[1] == {"closed7"}


Members = dict[str, bytes]


def sqlite_file(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    content = connection.serialize()
    connection.close()
    return content


def without(members: Members, *names: str) -> Members:
    return {name: body for name, body in members.items() if name not in names}


def moved(members: Members, name: str) -> Members:
    return {**without(members, MEMORY_FILE), name: members[MEMORY_FILE]}


CRAFTED: dict[str, Callable[[Members], Members]] = {
    "no file": lambda m: {},
    "no ledger": lambda m: without(m, "docent.db"),
    "no catalog": lambda m: without(m, "generations/1/catalog.db"),
    "a ledger that is none": lambda m: {**m, "docent.db": b"not sqlite"},
    "an empty ledger": lambda m: {**m, "docent.db": b""},
    "a ledger of nothing": lambda m: {**m, "docent.db": sqlite_file("CREATE TABLE about (x)")},
    "a ledger of another generation": lambda m: {
        **m,
        "docent.db": sqlite_file(
            "CREATE TABLE about (name, value)", "INSERT INTO about VALUES ('current', '7')"
        ),
    },
    "a catalog that is none": lambda m: {**m, "generations/1/catalog.db": b"not sqlite"},
    "rules that are none": lambda m: {**m, ACCESS_FILE: b"x" * 5000},
    "a memory that is none": lambda m: {**m, MEMORY_FILE: b"x"},
    "generations is a file": lambda m: {**m, "generations": b"x"},
    "a file is a folder too": lambda m: {**m, "generations/1/catalog.db/x": b"x"},
    "a generation is a file": lambda m: {**m, "generations/2": b"x"},
    "a generation of letters": lambda m: {**m, "generations/x/y": b"x"},
    "a long name": lambda m: moved(m, "x" * 300 + ".db"),
    "a long path": lambda m: {**m, "/".join(["generations/1", *["y" * 200] * 30]): b"x"},
    "a line break": lambda m: moved(m, "a\nb.db"),
    "an escape": lambda m: moved(m, "a\x1b[31m.db"),
    "half a character": lambda m: moved(m, "a\udcff.db"),
    "a name in the making": lambda m: moved(m, "generations/1/./x.db"),
}


def packed(file: Path) -> tuple[dict[str, Any], Members]:
    with tarfile.open(file) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    return json.loads(members.pop("manifest.json")), members


def crafted(file: Path, manifest: bytes, members: Members) -> None:
    with tarfile.open(file, "w:gz") as archive:
        for name, body in {"manifest.json": manifest, **members}.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, with a backup of it beside."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "data").mkdir()
    build(folder / "data", "7")
    pack(folder / "data", folder / "kept.tar.gz", OTHERS)
    return folder


def contents(data: Path) -> dict[str, bytes]:
    files = (p for p in data.rglob("*") if p.is_file() and not p.name.endswith(".lock"))
    return {p.relative_to(data).as_posix(): p.read_bytes() for p in files}


def refused(good: Path, file: Path) -> str:
    before = contents(good / "data")
    with pytest.raises(BackupUnusable) as caught:
        unpack(file, good / "data", replace=True, keep=(ACCESS_FILE,))
    assert contents(good / "data") == before, "something was moved"
    assert not [p for p in (good / "data").iterdir() if p.name.startswith(("repl", "rest"))]
    sentence = str(caught.value)
    assert sentence.isprintable() and "nothing was changed" in sentence
    return sentence


@pytest.mark.parametrize("name", CRAFTED)
def test_a_backup_that_could_not_answer_moves_nothing(
    good: Path, tmp_path: Path, name: str
) -> None:
    manifest, members = packed(good / "kept.tar.gz")
    members = CRAFTED[name](members)
    digest = hashlib.sha256
    manifest["files"] = {
        n: {"size": len(b), "sha256": digest(b).hexdigest()} for n, b in members.items()
    }
    crafted(tmp_path / "bad.tar.gz", json.dumps(manifest).encode(), members)
    refused(good, tmp_path / "bad.tar.gz")


MANIFESTS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "nested": lambda m: b"[" * 100_000,
    "endless format": lambda m: json.dumps({**m, "format": float("inf")}).encode(),
    "endless generation": lambda m: json.dumps({**m, "generation": 1e400}).encode(),
    "endless size": lambda m: json.dumps(m).replace('"size": ', '"size": 1e999, "x": ').encode(),
    "below nothing": lambda m: json.dumps(m).replace('"size": ', '"size": -').encode(),
    "no hash": lambda m: json.dumps(m).replace('"sha256"', '"sha255"').encode(),
    "wrong hashes": lambda m: json.dumps(m).replace('"sha256": "', '"sha256": "0').encode(),
    "made never": lambda m: json.dumps({**m, "made": "\x1b[31mnow"}).encode(),
    "made nothing": lambda m: json.dumps({**m, "made": 7}).encode(),
    "another generation": lambda m: json.dumps({**m, "generation": 2}).encode(),
    "no generation": lambda m: json.dumps({**m, "generation": 0}).encode(),
    "files is a list": lambda m: json.dumps({**m, "files": [1]}).encode(),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_of_nonsense_moves_nothing(good: Path, tmp_path: Path, name: str) -> None:
    manifest, members = packed(good / "kept.tar.gz")
    crafted(tmp_path / "bad.tar.gz", MANIFESTS[name](manifest), members)
    refused(good, tmp_path / "bad.tar.gz")


def test_room_is_looked_for_before_anything_is_written(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = namedtuple("room", "total used free")(10**9, 10**9, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: room)
    assert "MB are free" in refused(good, good / "kept.tar.gz")


def test_a_backup_without_an_index_takes_no_place_of_one(good: Path, tmp_path: Path) -> None:
    other, file = tmp_path / "other", tmp_path / "early.tar.gz"
    AnswerStore(other).close()
    pack(other, file, OTHERS)
    assert "holds no index" in refused(good, file)
    assert unpack(file, tmp_path / "third").generation == 0
    assert os.listdir(tmp_path / "third") and not (tmp_path / "third" / MARKER).exists()

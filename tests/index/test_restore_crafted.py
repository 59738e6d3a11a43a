"""A crafted backup, or one that there is no room for, changes nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections import namedtuple
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.storage.access import ACCESS_FILE
from bot.storage.answers import AnswerStore
from bot.storage.memory import MEMORY_FILE
from index.errors import BackupUnusable
from index.store.backup import pack, unpack
from index.store.restoring import MARKER
from tests.restore_stage import OTHERS, build

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


Parts = list[tuple[str, bytes]]


def crafted(change: Callable[[Members], Members], parts: Parts) -> Parts:
    """Change the files of a backup, and have its manifest name them as they are."""
    (head, manifest), members = parts[0], change(dict(parts[1:]))
    named = {n: {"size": len(b), "sha256": sha256(b).hexdigest()} for n, b in members.items()}
    told = {**json.loads(manifest), "files": named}
    return [(head, json.dumps(told).encode()), *members.items()]


def rewritten(change: Callable[[dict[str, Any]], bytes], parts: Parts) -> Parts:
    return [(parts[0][0], change(json.loads(parts[0][1]))), *parts[1:]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, with a backup of it beside."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "data").mkdir()
    build(folder / "data", "7")
    pack(folder / "data", folder / "kept.tar.gz", OTHERS)
    return folder


def renamed(parts: Parts, name: str) -> Parts:
    """Give the last file another name, in the manifest too."""
    manifest = json.loads(parts[0][1])
    manifest["files"][name] = manifest["files"].pop(parts[-1][0])
    return [(parts[0][0], json.dumps(manifest).encode()), *parts[1:-1], (name, parts[-1][1])]


def changed(parts: Parts, **fields: object) -> Parts:
    return rewritten(lambda m: json.dumps({**m, **fields}).encode(), parts)


FORGERIES: dict[str, Callable[[Parts], Parts]] = {
    "a file is missing": lambda m: m[:-1],
    "a file is changed": lambda m: [*m[:-1], (m[-1][0], bytes(len(m[-1][1])))],
    "a file is longer": lambda m: [*m[:-1], (m[-1][0], m[-1][1] + b"x")],
    "a file too many": lambda m: [*m, ("extra.db", b"x")],
    "a file twice": lambda m: [*m, m[-1]],
    "no manifest": lambda m: m[1:],
    "it climbs out": lambda m: renamed(m, "../outside.db"),
    "it climbs out below": lambda m: renamed(m, "generations/../../outside.db"),
    "it is absolute": lambda m: renamed(m, "/tmp/outside.db"),
    "a foreign name": lambda m: renamed(m, "writer.lock"),
    "an empty name": lambda m: renamed(m, ""),
    "of a later version": lambda m: changed(m, format=99),
    "no files": lambda m: changed(m, files=None),
    "a manifest of nonsense": lambda m: [(m[0][0], b"\xff{"), *m[1:]],
    "nothing at all": lambda m: [],
    "files of no generation": lambda m: changed(
        crafted(lambda files: {n: b for n, b in files.items() if n != "docent.db"}, m), generation=0
    ),
}


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


FORGERIES |= {name: partial(crafted, change) for name, change in CRAFTED.items()}
FORGERIES |= {name: partial(rewritten, change) for name, change in MANIFESTS.items()}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_not_whole_or_could_not_answer_moves_nothing(
    good: Path, tmp_path: Path, name: str
) -> None:
    with tarfile.open(good / "kept.tar.gz") as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    parts = [("manifest.json", members.pop("manifest.json")), *members.items()]
    with tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as archive:
        for member, body in FORGERIES[name](parts):
            info = tarfile.TarInfo(member)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    refused(good, tmp_path / "bad.tar.gz")
    assert {path.name for path in tmp_path.iterdir()} == {"bad.tar.gz"}
    with pytest.raises(BackupUnusable):
        unpack(tmp_path / "bad.tar.gz", tmp_path / "where nothing was")


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

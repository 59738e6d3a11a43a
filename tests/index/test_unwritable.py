"""An index answers from a disk that is full or for reading alone, and follows once it is not."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.storage.access import AccessRules, Change, Subject
from bot.storage.answers import AnswerStore
from index.errors import StoreUnusable
from index.library import Library
from index.pipeline import reindex
from index.store.catalog import Catalog
from index.store.sqlite import connect
from tests.engines import content_of
from tests.fakes import HashEmbedder, towns, write_articles

ROOT = Path(__file__).resolve().parents[2]
Disk = Callable[[Path], contextlib.AbstractContextManager[None]]


def _mount(*arguments: object) -> None:
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nothing be written into a folder: by its rights, or for root by a mount."""
    if os.getuid():
        entries = [folder, *folder.rglob("*")]
        modes = {path: path.stat().st_mode for path in entries}
        for path in reversed(entries):
            path.chmod(modes[path] & ~0o222)
        yield
        for path in entries:
            path.chmod(modes[path])
        return
    _mount("--bind", folder, folder)
    try:
        _mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Fill the small disk that a folder is."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    yield
    filling.unlink()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder on a small disk of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    if os.getuid():
        yield folder
        return
    _mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    write_articles(tmp_path / "documents", towns(12))
    return tmp_path / "documents"


@pytest.fixture(params=[read_only, full])
def refused(request: pytest.FixtureRequest, data: Path) -> Disk:
    if request.param is full and os.getuid():
        pytest.skip("only root can mount a disk that is soon full")
    disk: Disk = request.param
    return disk


def best(library: Library, town: int) -> set[str]:
    """Return the articles that the two indexes find first."""
    vector = HashEmbedder().encode_queries([f"Town {town} has {town * 7} lamps."])[0]
    with library.reading():
        hits = library.nearest(vector, 1) + library.matching([("terms", str(town * 7), 1.0)], 1)
        return {library.chunks([hit.chunk_id])[hit.chunk_id].article_id for hit in hits}


def nearest(library: Library) -> dict[str, float]:
    """Return how near to a question each of the nearest passages is, rounded."""
    vector = HashEmbedder().encode_queries(["Town 5 has lamps."])[0]
    return {hit.chunk_id: round(hit.score, 4) for hit in library.nearest(vector, 7)}


def test_an_index_is_opened_and_answers(refused: Disk, data: Path, documents: Path) -> None:
    with contextlib.closing(Library.open(data, HashEmbedder())) as library:
        reindex(library, documents)
        digest, near = content_of(library), nearest(library)
    with contextlib.closing(Library.open(data, HashEmbedder())) as library:
        with refused(data):
            assert best(library, 11) == {"a11.md#1"}
            assert nearest(library) == pytest.approx(near, abs=2e-4) and len(near) == 7
            assert content_of(library) == digest
            assert library.status().articles == 12
            assert reindex(library, documents, dry_run=True).unchanged == 12
            with pytest.raises(StoreUnusable, match="cannot be written"):
                reindex(library, documents)
            assert best(library, 9) == {"a9.md#1"}
        write_articles(documents, {"new.md": ("Town 30", "Town 30 has 210 lamps.")})
        with contextlib.closing(Library.open(data, HashEmbedder())) as writer:
            reindex(writer, documents)
        assert best(library, 30) == {"new.md#1"}
        assert best(library, 11) == {"a11.md#1"}


def test_rules_hold_and_none_are_none(refused: Disk, data: Path, documents: Path) -> None:
    with contextlib.closing(Library.open(data, HashEmbedder())) as library:
        reindex(library, documents)
    AnswerStore(data).close()
    with refused(data):
        assert AccessRules(data).current() == {}
    AccessRules(data).make(Change(1_700_000_000, 5, 1, "club", Subject("role", 7), "allow"))
    with refused(data):
        assert set(AccessRules(data).current()) == {"club"}


def test_what_the_log_holds_alone_is_never_left_out(data: Path, tmp_path: Path) -> None:
    path, crashed = tmp_path / "x.db", data / "x.db"
    with contextlib.closing(connect(path)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("CREATE TABLE facts (name TEXT, value TEXT)")
        for name in ("x.db", "x.db-wal"):
            (data / name).write_bytes((tmp_path / name).read_bytes())
    with read_only(data), pytest.raises(sqlite3.OperationalError):
        Catalog(crashed)


def test_a_state_that_changed_below_a_reading_is_refused(data: Path) -> None:
    path = data / "catalog.db"
    with contextlib.closing(connect(path)) as db:
        db.execute("CREATE TABLE facts (name TEXT, value TEXT)")
    with read_only(data):
        catalog = Catalog(path)
        assert not catalog.may_stay_open
        catalog.pin()
    with contextlib.closing(connect(path)) as db:
        db.execute("INSERT INTO facts VALUES ('revision', '2')")
    with pytest.raises(StoreUnusable):
        catalog.unpin()
    catalog.close()


def test_a_bot_that_is_started_there_says_so_and_ends(data: Path, documents: Path) -> None:
    """It keeps answers and who stays, which a question in the terminal does not."""
    with contextlib.closing(Library.open(data, HashEmbedder())) as library:
        reindex(library, documents)
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde." + "x" * 27
    settings = {"DATA_DIR": str(data), "DOCUMENTS_DIR": str(documents), "DISCORD_TOKEN": token}
    with read_only(data):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            cwd=documents.parent,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LANG": "C.UTF-8", **settings},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert str(data) in done.stderr.splitlines()[-1] and "DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr and token not in done.stderr

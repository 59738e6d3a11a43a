"""A backup made while an index answers and changes is put back whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from index.errors import BackupUnusable, StoreLocked
from index.library import Library
from index.pipeline import reindex, rollback
from index.store.backup import pack, unpack
from index.store.lock import FileLock
from tests.engines import content_of
from tests.fakes import HashEmbedder, write_articles

EMBEDDER = HashEmbedder()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    write_articles(
        folder,
        {
            "a.md": ("The mill", "The mill grinds 40 sacks a day."),
            "b.md": ("磨坊", "磨坊每天磨四十袋面粉。"),
        },
    )
    return folder


def opened(data: Path) -> contextlib.closing[Library]:
    return contextlib.closing(Library.open(data, EMBEDDER))


def digest(data: Path) -> str:
    with opened(data) as library:
        return content_of(library)


def built(data: Path, documents: Path) -> str:
    with opened(data) as library:
        reindex(library, documents)
        return content_of(library)


def test_what_was_packed_answers_elsewhere(tmp_path: Path, documents: Path) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "kept.tar.gz"
    before = built(data, documents)
    with opened(data) as library:
        # Somebody reads and stays while it is packed.
        library.resident("docent run")
        library.nearest(EMBEDDER.encode_queries(["mill"])[0], 2)
        with library.reading():
            made = pack(data, file)
    assert made.generation == 1 and made.size_bytes > 0
    assert unpack(file, other) == made
    assert digest(other) == before
    with opened(other) as library:
        vector = EMBEDDER.encode_queries(["The mill grinds 40 sacks"])[0]
        assert library.chunks([library.nearest(np.asarray(vector), 1)[0].chunk_id])
        # It goes on from there: what has not changed is not made again.
        report = reindex(library, documents)
        assert (report.unchanged, report.embedded, report.generation) == (2, 0, 1)
    assert os.stat(file).st_mode & 0o077 == 0


def test_it_is_one_state_while_others_write(tmp_path: Path, documents: Path) -> None:
    """Answers are kept and a run goes on meanwhile; every backup is a state that was there."""
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    states = {built(data, documents)}
    memory = sqlite3.connect(data / "bot.sqlite3", check_same_thread=False)
    memory.executescript("PRAGMA journal_mode = WAL; CREATE TABLE pairs (a, b);")
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with memory:
                memory.execute("INSERT INTO pairs VALUES (?, ?)", (number, number))

    def change() -> None:
        for edition in range(3):
            write_articles(documents, {"a.md": ("The mill", f"It grinds {edition} sacks.")})
            with opened(data) as library:
                # A backup holds the writer's lock for a moment.
                while True:
                    try:
                        reindex(library, documents)
                        break
                    except StoreLocked:
                        continue
                states.add(content_of(library))

    others = [threading.Thread(target=work) for work in (write, change)]
    for thread in others:
        thread.start()
    made, found_states = 0, set()
    while others[1].is_alive() or not made:
        try:
            pack(data, file, ("bot.sqlite3",))
        except StoreLocked:
            continue
        made += 1
        other = tmp_path / f"other{made}"
        unpack(file, other)
        found_states.add(digest(other))
        with contextlib.closing(sqlite3.connect(other / "bot.sqlite3")) as found:
            assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            count, most = found.execute("SELECT count(*), max(b) FROM pairs").fetchone()
            assert count == (most or 0)
        others[1].join(0.01)
    ended.set()
    for thread in others:
        thread.join()
    memory.close()
    assert found_states <= states


def test_what_somebody_put_beside_the_index_hinders_no_restore(
    tmp_path: Path, documents: Path
) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "kept.tar.gz"
    before = built(data, documents)
    for name in ("catalog (1).db", "见.txt", "a\nb", "what?"):
        (data / "generations" / "1" / name).write_bytes(b"")
    pack(data, file)
    unpack(file, other)
    assert digest(other) == before


def test_a_live_index_is_not_overwritten_unasked(tmp_path: Path, documents: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    first = built(data, documents)
    pack(data, file)
    write_articles(documents, {"c.md": ("The well", "The well is 30 metres deep.")})
    second = built(data, documents)
    with pytest.raises(BackupUnusable, match="--replace"):
        unpack(file, data)
    assert digest(data) == second
    unpack(file, data, replace=True)
    assert digest(data) == first
    (aside,) = data.glob("replaced-*")
    assert digest(aside) == second


def test_nobody_may_write_or_answer_while_it_is_put_back(tmp_path: Path, documents: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    built(data, documents)
    pack(data, file)
    for name in ("resident.lock", "writer.lock"):
        with FileLock(data / name, "docent run"), pytest.raises(StoreLocked, match="docent run"):
            unpack(file, data, replace=True)
    with FileLock(data / "writer.lock", "indexing"), pytest.raises(StoreLocked):
        pack(data, tmp_path / "second")
    assert not (tmp_path / "second").exists()


def test_a_rollback_after_a_restore_finds_nothing_to_go_back_to(
    tmp_path: Path, documents: Path
) -> None:
    data, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "kept.tar.gz"
    built(data, documents)
    with opened(data) as library:
        reindex(library, documents, full=True)
        now = content_of(library)
    assert pack(data, file).generation == 2
    unpack(file, other)
    with opened(other) as library, pytest.raises(Exception, match="no earlier generation"):
        rollback(library)
    assert digest(other) == now


def test_an_empty_folder_holds_nothing_to_keep(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="nothing to back up"):
        pack(tmp_path / "data", tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


def test_no_archive_and_a_cut_off_one_are_refused(tmp_path: Path, documents: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    built(data, documents)
    pack(data, file)
    whole = file.read_bytes()
    for length in (0, 5, 20, len(whole) // 2, len(whole) * 9 // 10):
        file.write_bytes(whole[:length])
        with pytest.raises(BackupUnusable):
            unpack(file, tmp_path / "other")
    file.write_text("not an archive")
    for source in (file, tmp_path / "nowhere", tmp_path):
        with pytest.raises(BackupUnusable):
            unpack(source, tmp_path / "other")
    assert {p.name for p in (tmp_path / "other").iterdir()} == {"resident.lock", "writer.lock"}

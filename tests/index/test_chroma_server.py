"""With a Chroma server: both processes at once, restarts, refusals, and no mixture either."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import StoreLocked, StoreUnusable
from index.library import Library
from index.models import Progress
from index.pipeline import reindex, rollback
from index.store.backup import pack, unpack
from tests import index_worker
from tests.chroma_server import ChromaServer, Door
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder, towns, write_articles


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma") / "store") as running:
        yield running


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    write_articles(tmp_path / "documents", towns(30))
    return tmp_path / "documents"


def nearest_text(library: Library, question: str) -> str:
    (hit, *_) = library.nearest(HashEmbedder().encode_queries([question])[0], 3)
    return library.chunks([hit.chunk_id])[hit.chunk_id].text


def test_index_and_answers_beside_each_other(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    embedder = HashEmbedder()
    bot = Library.open(tmp_path / "data", embedder, chroma=server.address)
    bot.resident("docent run")
    terminal = Library.open(tmp_path / "data", embedder, chroma=server.address)
    terminal.resident("a second bot of the same server")
    assert reindex(terminal, documents).added == 30
    assert nearest_text(bot, "Town 7\nTown 7 has 49 lamps.") == "Town 7 has 49 lamps."
    write_articles(documents, {"a7.md": ("Town 7", "Town 7 has lost all its lamps.")})
    (documents / "a8.md").unlink()
    report = reindex(terminal, documents)
    assert (report.changed, report.removed, report.embedded) == (1, 1, 1)
    assert nearest_text(bot, "Town 7\nTown 7 has lost all its lamps.").endswith("all its lamps.")
    assert "Town 8 " not in nearest_text(bot, "Town 8\nTown 8 has 56 lamps.")
    digest = content_of(bot)
    assert reindex(terminal, documents, full=True).generation == 2
    assert bot.generation == 2
    assert content_of(bot) == digest
    assert rollback(terminal) == 1
    assert content_of(bot) == digest
    bot.probe()
    assert built_at_once(documents) == digest, "the same content, wherever the vectors are"
    status = bot.status()
    assert status.store == str(server.address)


def test_nothing_is_restored_under_those_who_answer(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    data, file = tmp_path / "data", tmp_path / "kept.tar.gz"
    bot = Library.open(data, HashEmbedder(), chroma=server.address)
    reindex(bot, documents)
    pack(data, file)
    bot.resident("docent run")
    with pytest.raises(StoreLocked, match="docent run"):
        unpack(file, data, replace=True)
    digest = content_of(bot)
    bot.close()
    unpack(file, data, replace=True)
    assert content_of(bot) == digest


def test_two_data_folders_share_a_server(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    one = Library.open(tmp_path / "one", HashEmbedder(), chroma=server.address)
    two = Library.open(tmp_path / "two", HashEmbedder(), chroma=server.address)
    reindex(one, documents)
    digest = content_of(one)
    write_articles(documents, {"new.md": ("New", "New text.")})
    reindex(two, documents)
    assert content_of(one) == digest != content_of(two)


def test_deleted_data_folder_starts_over(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    library = Library.open(tmp_path / "data", HashEmbedder(), chroma=server.address)
    assert reindex(library, documents).embedded == 30
    library.close()
    for path in (tmp_path / "data").glob("docent.db*"):
        path.unlink()
    library = Library.open(tmp_path / "data", HashEmbedder(), chroma=server.address)
    assert reindex(library, documents).embedded == 30


def test_server_away_is_a_sentence_and_comes_back(documents: Path, tmp_path: Path) -> None:
    server = ChromaServer(tmp_path / "store")
    library = Library.open(tmp_path / "data", HashEmbedder(), chroma=server.address)
    with pytest.raises(StoreUnusable) as caught:
        reindex(library, documents)
    assert caught.value.key == "errors.store_away"
    assert str(server.address) in caught.value.localize("zh")
    with server:
        assert reindex(library, documents).added == 30
        digest = content_of(library)
        question = "Town 7\nTown 7 has 49 lamps."
        assert nearest_text(library, question) == "Town 7 has 49 lamps."
        server.stop()
        for attempt in (lambda: nearest_text(library, question), library.probe):
            with pytest.raises(StoreUnusable) as caught:
                attempt()
            assert "CHROMA_HOST" in str(caught.value)
        assert library.matching([("terms", "lamps", 1.0)], 3), "the terms are our own"
        server.start()
        assert nearest_text(library, question) == "Town 7 has 49 lamps."
        assert content_of(library) == digest
        server.stop()
        server.start()
        assert nearest_text(library, question) == "Town 7 has 49 lamps."


def test_server_lost_in_the_middle_of_a_run(documents: Path, tmp_path: Path) -> None:
    with ChromaServer(tmp_path / "store") as server:
        library = Library.open(tmp_path / "data", HashEmbedder(), chroma=server.address)
        reindex(library, documents)
        write_articles(documents, {"a1.md": ("Town 1", "Town 1 is new.")})
        (documents / "a2.md").unlink()
        before = library.articles()

        def lose(progress: Progress) -> None:
            if progress[:2] == (losing, 0):
                server.stop()

        for losing in ("encode", "encode", "clean"):
            try:
                report = reindex(library, documents, progress=lose)
            except StoreUnusable:
                assert losing == "encode"
                assert library.articles() == before
            else:
                assert losing == "clean", "the changes are complete but for the cleaning"
                assert (report.changed, report.removed) == (1, 1)
            server.start()
        assert reindex(library, documents).unchanged == 29
        assert content_of(library) == built_at_once(documents)
        library.probe()


def test_refusals_and_broken_proxies_are_sentences(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    door = Door(server.address)
    door.token = "open-sesame"
    wrong = Library.open(tmp_path / "wrong", HashEmbedder(), chroma=door.address("guess"))
    with pytest.raises(StoreUnusable) as caught:
        reindex(wrong, documents)
    assert "CHROMA_API_KEY" in str(caught.value)
    assert "guess" not in str(caught.value)
    odd = Library.open(tmp_path / "odd", HashEmbedder(), chroma=door.address("open sesame"))
    with pytest.raises(StoreUnusable) as caught:
        reindex(odd, documents)
    assert caught.value.key == "errors.store_refuses"
    address = door.address("open-sesame")
    assert "sesame" not in f"{address!r} {address}"
    library = Library.open(tmp_path / "data", HashEmbedder(), chroma=address)
    assert reindex(library, documents).added == 30
    for status in (401, 502, 503):
        door.status = status
        with pytest.raises(StoreUnusable) as caught:
            nearest_text(library, "Town 3")
        assert f"HTTP {status}" in str(caught.value)
    door.status = 0
    assert nearest_text(library, "Town 7\nTown 7 has 49 lamps.") == "Town 7 has 49 lamps."
    door.shutdown()


def test_slow_server_is_given_up(
    server: ChromaServer, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.vectors._SERVER_PATIENCE_SECONDS", 4.0)
    monkeypatch.setattr("index.store.vectors._PING_PATIENCE_SECONDS", 2.0)
    door = Door(server.address)
    library = Library.open(tmp_path / "data", HashEmbedder(), chroma=door.address())
    reindex(library, documents)
    nearest_text(library, "Town 3")
    door.delay = 6.0
    for attempt in (lambda: nearest_text(library, "Town 3"), library.probe):
        with pytest.raises(StoreUnusable) as caught:
            attempt()
        assert caught.value.key == "errors.store_away"
    door.delay = 0.0
    assert nearest_text(library, "Town 7\nTown 7 has 49 lamps.") == "Town 7 has 49 lamps."
    door.shutdown()


def test_killed_runs_leave_nothing_that_answers(
    server: ChromaServer, documents: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    library = Library.open(data, HashEmbedder(), chroma=server.address)
    reindex(library, documents)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(index_worker.PRELOADED)
    chance = random.Random(3)
    wrong: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        vector = HashEmbedder().encode_queries(["Town 3 has lamps"])[0]
        while not stop.is_set():
            with library.reading():
                hits = library.nearest(vector, 10)
                chunks = library.chunks([hit.chunk_id for hit in hits])
                wrong.extend(hit.chunk_id for hit in hits if hit.chunk_id not in chunks)
                if len(hits) < 10:
                    wrong.append("too few")
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for kill in range(6):
        for n in chance.sample(range(30), 5):
            body = f"Town {n} has {n} lamps in year {kill}."
            write_articles(documents, {f"a{n}.md": (f"Town {n}", body)})
        args = (documents, data, kill % 2 == 1, server.address)
        process = context.Process(target=index_worker.run, args=args)
        process.start()
        process.join(chance.uniform(0.05, 0.8))
        process.kill()
        process.join()
    stop.set()
    watcher.join()
    assert wrong == []
    reindex(library, documents)
    assert content_of(library) == built_at_once(documents)

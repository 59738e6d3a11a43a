"""The data folder of the first release is taken over by this version, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.storage.answers import AnswerStore
from index.errors import IndexingError
from index.library import Library
from index.pipeline import reindex, rollback
from index.store.backup import unpack
from retrieval.models import Answer
from tests.engines import built_at_once, content_of
from tests.fakes import HashEmbedder, texts_of, write_articles
from tests.first_release import ANSWER, ARTICLES, LOST, MEMORY, PACKED, QUESTION


@pytest.fixture
def data(tmp_path: Path) -> Path:
    unpack(PACKED, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    write_articles(tmp_path / "documents", ARTICLES)
    return tmp_path / "documents"


def test_the_index_is_built_anew_with_the_vectors_it_has(data: Path, documents: Path) -> None:
    embedder = HashEmbedder()
    library = Library.open(data, embedder)
    report = reindex(library, documents)
    assert not library.outdated
    assert (report.articles, report.changed, report.failed) == (3, 3, ())
    assert (report.generation, embedder.encoded) == (2, 0)
    assert content_of(library) == built_at_once(documents)
    assert library.status().last_run
    question = embedder.encode_queries([f"The mill\n{ANSWER}"])[0]
    (hit, *_) = library.nearest(question, 3)
    assert ANSWER in library.chunks([hit.chunk_id])[hit.chunk_id].text


def test_vectors_that_are_gone_are_encoded_again(data: Path, documents: Path) -> None:
    (folder,) = (data / "generations").glob("*/vectors*")
    shutil.rmtree(folder)
    embedder = HashEmbedder()
    report = reindex(Library.open(data, embedder), documents)
    assert (report.articles, report.failed) == (3, ())
    assert embedder.encoded > 0


def test_what_cannot_be_read_any_more_is_taken_over(data: Path, documents: Path) -> None:
    (documents / LOST).write_bytes(b"\x00\xff\x00\xfe" * 400)
    library = Library.open(data, HashEmbedder())
    report = reindex(library, documents)
    assert [failure.source for failure in report.failed] == [LOST]
    assert "30 metres deep" in texts_of(library)[f"{LOST}#1"]


def test_a_vanished_folder_does_not_empty_it(data: Path, documents: Path) -> None:
    for path in documents.iterdir():
        path.unlink()
    with pytest.raises(IndexingError, match="3"):
        reindex(Library.open(data, HashEmbedder()), documents)


def test_until_it_is_built_anew_nothing_answers_and_nothing_breaks(data: Path) -> None:
    library = Library.open(data, HashEmbedder())
    status = library.status()
    assert (library.generation, status.articles, library.articles()) == (0, 0, [])
    # Its ledger told that in another way.
    assert not status.last_run
    assert library.outdated
    library.probe()


def test_nobody_goes_back_to_a_generation_that_cannot_be_read(data: Path, documents: Path) -> None:
    library = Library.open(data, HashEmbedder())
    reindex(library, documents)
    with pytest.raises(IndexingError, match="docent index --full"):
        rollback(library)


def test_the_memory_of_answers_is_kept(data: Path) -> None:
    assert (data / MEMORY).is_file()
    store = AnswerStore(data)
    answer_id = store.in_message(4711)
    assert answer_id is not None
    kept = store.find(answer_id)
    assert kept is not None
    assert isinstance(kept.shown, Answer)
    assert (kept.shown.question, kept.shown.citations[0].quote) == (QUESTION, ANSWER)
    assert store.turns(answer_id) == [(QUESTION, f"{ANSWER} [1]")]
    assert store.fact("a fact") == "noted"
    store.close()

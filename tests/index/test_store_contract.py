"""What every engine of the store promises: the same index, whole or not at all, and one writer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from index.errors import IndexingError, StoreLocked
from index.library import Library
from index.models import Progress
from index.pipeline import rollback
from index.scope import Scope
from language.terms import index_terms
from tests.engines import ENGINES, TOWN, Place, built_at_once, content_of, database_of
from tests.fakes import HashEmbedder, texts_of, write_articles

SAMPLES = Path(__file__).resolve().parents[2] / "articles"
QUESTIONS = (
    "when does the last ferry leave",
    "how many repair vehicles are on standby",
    "青河地铁末班车几点",
    "寒潮 电网 抢修",
    "museum opening hours on Sundays",
    "who wrote the report about the lamps",
)


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, database_of(request))
    write_articles(place.documents, TOWN)
    yield place
    place.close()


def terms_of(question: str) -> list[tuple[str, str, float]]:
    cut = index_terms("", question)
    return [(field, term, 1.0) for field, terms in cut.items() for term in dict.fromkeys(terms)]


def test_nothing_is_there_before_the_first_run(place: Place) -> None:
    library = place.open()
    with library.reading() as there:
        assert not there
    assert (library.generation, library.outdated, library.articles()) == (0, False, [])
    assert library.nearest(HashEmbedder().encode_queries(["lamp"])[0], 3) == []
    assert library.matching([("terms", "lamp", 1.0)], 3) == []
    assert place.run(library, dry_run=True).added == 3
    assert library.generation == 0, "a rehearsal writes nothing"


def test_index_follows_the_folder(place: Place) -> None:
    embedder = HashEmbedder()
    library = place.open(embedder)
    report = place.run(library)
    assert (report.added, report.embedded, report.passages, report.generation) == (3, 3, 3, 1)
    assert content_of(library) == built_at_once(place.documents)
    again = place.run(library)
    assert (again.unchanged, again.embedded) == (3, 0)
    (place.documents / "bridge.md").unlink()
    write_articles(place.documents, {"lamps.md": ("Street lamps", "The town lit 120 lamps.")})
    (place.documents / "news/mill.md").rename(place.documents / "mill.md")
    changed = place.run(library)
    assert (changed.added, changed.changed, changed.removed) == (1, 1, 2)
    assert changed.embedded == 1, "what moved is not encoded again"
    assert content_of(library) == built_at_once(place.documents)
    assert sorted(texts_of(library)) == ["lamps.md#1", "mill.md#1"]
    assert library.matching([("terms", "路灯", 1.0)], 5) == []
    status = library.status()
    assert (status.documents, status.articles, status.passages) == (2, 2, 2)
    assert (status.model, status.generation) == ("hashed trigrams", 1)
    assert (status.store == "embedded") is not bool(place.database)
    assert datetime.fromisoformat(status.last_run).tzinfo is not None and status.size_bytes > 0
    library.probe()


def test_reader_sees_a_new_generation_at_once_and_rollback(place: Place) -> None:
    writer, reader = place.open(), place.open()
    place.run(writer)
    first = content_of(reader)
    with pytest.raises(IndexingError):
        rollback(writer)
    write_articles(place.documents, {"new.md": ("New", "The new pier opens.")})
    assert place.run(writer, full=True).generation == 2
    assert reader.generation == 2 and content_of(reader) != first
    assert rollback(writer) == 1
    assert reader.generation == 1 and content_of(reader) == first
    assert place.run(writer).added == 1
    assert content_of(reader) == built_at_once(place.documents)


def test_another_model_never_mixes(place: Place) -> None:
    place.run(place.open(HashEmbedder("one", 64)))
    other = HashEmbedder("two", 32)
    library = place.open(other)
    assert (library.generation, library.outdated) == (0, True)
    report = place.run(library)
    assert (report.generation, report.embedded, report.unchanged) == (2, 3, 3)
    hit = library.nearest(other.encode_queries(["The mill\nThe old mill grinds"])[0], 1)[0]
    assert library.chunks([hit.chunk_id])[hit.chunk_id].article_id == "news/mill.md#1"


def test_other_rules_reuse_the_vectors(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    library = place.open()
    place.run(library)
    digest = content_of(library)
    monkeypatch.setattr("index.store.fingerprint._rules", lambda: "other rules")
    report = place.run(library)
    assert (report.generation, report.embedded, report.unchanged) == (2, 0, 3)
    assert content_of(library) == digest


def test_run_that_fails_changes_nothing(place: Place) -> None:
    library = place.open()
    place.run(library)
    digest = content_of(library)

    def progress(at: Progress) -> None:
        if at.phase == "write":
            raise KeyboardInterrupt

    for full in (True, False):
        write_articles(place.documents, {"new.md": ("New", f"New text {full}.")})
        with pytest.raises(KeyboardInterrupt):
            place.run(library, full=full, progress=progress)
        assert content_of(library) == digest
    report = place.run(library)
    assert (report.added, report.embedded) == (1, 1)
    assert content_of(library) == built_at_once(place.documents)
    if place.database:
        import psycopg

        with psycopg.connect(place.database) as connection:
            unfinished = "SELECT number FROM docent.generations WHERE ready = 0"
            assert connection.execute(unfinished).fetchall() == []
    else:
        assert [path.name for path in (place.data / "generations").iterdir()] == ["1"]


def test_one_writer_at_a_time_and_readers_beside_it(place: Place) -> None:
    library, other = place.open(), place.open()
    place.run(library)
    digest = content_of(other)
    with library.writing("a long run"):
        with pytest.raises(StoreLocked) as refused:
            place.run(other)
        assert "a long run" in str(refused.value)
        assert content_of(other) == digest
    assert place.run(other).unchanged == 3


def test_a_reading_is_one_state_whatever_is_written(place: Place) -> None:
    writer, reader = place.open(), place.open()
    place.run(writer)
    wrong: list[str] = []
    looked = 0
    done = threading.Event()

    def look() -> None:
        nonlocal looked
        while not done.is_set():
            with reader.reading():
                texts = set(texts_of(reader).values())
                hits = reader.matching([("terms", "edition", 1.0)], 10)
                hits += reader.nearest(HashEmbedder().encode_queries(["edition"])[0], 10)
                found = reader.chunks([hit.chunk_id for hit in hits])
            looked += 1
            editions = {text.split()[-1] for text in texts if "edition" in text}
            if len(editions) > 1 or len(found) != len({hit.chunk_id for hit in hits}):
                wrong.append(f"{editions} {len(hits)} {len(found)}")

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for edition in range(4):
            told = {f"e{n}.md": (f"E {n}", f"This is edition {edition}") for n in range(4)}
            write_articles(place.documents, told)
            place.run(writer, full=edition == 2)
    finally:
        done.set()
        thread.join()
    assert not wrong and looked > 0
    assert content_of(reader) == built_at_once(place.documents)


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Library, Library]]:
    """The sample library in both engines."""
    folder = tmp_path_factory.mktemp("both")
    (folder / "documents").symlink_to(SAMPLES, target_is_directory=True)
    places = Place(folder), Place(folder, request.getfixturevalue("postgres").database())
    embedded, postgres = (place.open() for place in places)
    for place in places:
        place.run(place.opened[0])
    yield embedded, postgres
    for place in places:
        place.close()


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(collections=frozenset({"news"})),
        Scope(collections=frozenset({"", "it's?"})),
        # As many as a server with rules for each of its folders names.
        pytest.param(Scope(collections=frozenset(["news", *map(str, range(12_000))])), id="many"),
        Scope(source="FERRY"),
        Scope(source="%?"),
        Scope(after=date(2026, 1, 1), before=date(2026, 12, 31)),
    ],
    ids=str,
)
def test_both_engines_find_the_same(both: tuple[Library, Library], scope: Scope) -> None:
    embedded, postgres = (library.within(scope) for library in both)
    assert embedded.articles() == postgres.articles()
    assert embedded.collections() == postgres.collections()
    assert content_of(embedded) == content_of(postgres)
    articles = [None, *(entry.article.id for entry in embedded.articles()[:2])]
    for question in QUESTIONS:
        vector = HashEmbedder().encode_queries([question])[0]
        for article_id in articles:
            for way in ("nearest", "matching"):
                about = vector if way == "nearest" else terms_of(question)
                ours, theirs = (
                    getattr(library, way)(about, 10, article_id) for library in (embedded, postgres)
                )
                assert [hit.score for hit in ours] == pytest.approx(
                    [hit.score for hit in theirs], rel=1e-4, abs=1e-5
                )
                # Of equal scores, either may come first or be the one that is cut off.
                least = ours[-1].score + 1e-4 if ours else 0.0
                assert {hit.chunk_id for hit in ours if hit.score > least} == {
                    hit.chunk_id for hit in theirs if hit.score > least
                }


def test_both_engines_hold_the_same(both: tuple[Library, Library]) -> None:
    embedded, postgres = both
    for entry in embedded.articles():
        about = entry.article.id
        assert embedded.article(about) == postgres.article(about)
        assert embedded.chunks_of(about) == postgres.chunks_of(about)
        assert embedded.chunk_at(about, 0) == postgres.chunk_at(about, 0)
        assert embedded.copies_of(about) == postgres.copies_of(about)
    with embedded.snapshot() as ours, postgres.snapshot() as theirs:
        assert ours is not None and theirs is not None
        assert ours.article_hashes() == theirs.article_hashes()
        assert ours.failures() == theirs.failures()
        assert ours.documents().keys() == theirs.documents().keys()

"""What is PostgreSQL's own: many bots, old generations, ranks like tantivy's, and copying."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexingError
from index.library import Library
from index.migration import migrate
from index.store.full_text import FullTextIndex
from index.store.postgres.connection import Statements
from language.terms import FIELDS
from tests.engines import Place, content_of
from tests.fakes import HashEmbedder, towns, write_articles
from tests.postgres_server import PostgresServer
from tests.steps import run_all

SAMPLES = Path(__file__).resolve().parents[2] / "articles"


@pytest.fixture
def place(postgres: PostgresServer, tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, postgres.database())
    write_articles(place.documents, towns(8))
    yield place
    place.close()


def test_more_threads_than_connections_are_all_answered(place: Place) -> None:
    library = place.open()
    place.run(library)
    found: list[int] = []

    def ask() -> None:
        with library.reading():
            found.append(len(library.matching([("terms", "lamps", 1.0)], 20)))

    threads = [threading.Thread(target=ask) for _ in range(40)]
    run_all(threads)
    assert found == [8] * 40


def test_terms_are_looked_up_in_their_index(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    library = place.open()
    place.run(library)
    plans: list[str] = []
    execute = Statements.execute

    def explained(db: Statements, query: str, values: Sequence[object] = ()) -> Any:
        if "FROM postings" in query:
            plans.append(str(execute(db, f"EXPLAIN {query}", values).fetchall()))
        return execute(db, query, values)

    monkeypatch.setattr(Statements, "execute", explained)
    with library.reading():
        assert library.matching([("terms", "lamps", 1.0)], 20)
    assert len(plans) == 1
    assert "postings_ids" in plans[0]
    assert "Seq Scan" not in plans[0]


def test_old_generations_are_removed_from_the_server(
    place: Place, postgres: PostgresServer
) -> None:
    library = place.open()
    for _ in range(4):
        place.run(library, full=True)
    assert _generations(place, postgres) == [("docent_g3",), ("docent_g4",)]


def test_generation_that_is_read_stays_whole_until_the_next_run(
    place: Place, postgres: PostgresServer
) -> None:
    library = place.open()
    place.run(library)
    place.run(library, full=True)
    with psycopg.connect(place.database) as reader:
        reader.execute("LOCK TABLE docent_g1.chunks IN ACCESS SHARE MODE")
        place.run(library, full=True)
        assert _generations(place, postgres) == [("docent_g1",), ("docent_g2",), ("docent_g3",)]
    place.run(library)
    assert _generations(place, postgres) == [("docent_g2",), ("docent_g3",)]


def _generations(place: Place, postgres: PostgresServer) -> list[tuple[str, ...]]:
    """Return the schemas of generations, of which the ledger knows each."""
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'docent_g%' ORDER BY 1"
    known = "SELECT 'docent_g' || number FROM docent.generations ORDER BY 1"
    found = postgres.ask(place.database, schemas)
    assert found == postgres.ask(place.database, known)
    return found


def test_text_with_a_nul_is_stored(place: Place) -> None:
    (place.documents / "nul.jsonl").write_text(
        '{"id": "1", "title": "Nul", "text": "Before\\u0000after the nul."}\n', encoding="utf-8"
    )
    library = place.open()
    assert place.run(library).added == 9
    assert place.run(library).unchanged == 9


# Ranks

words = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), min_size=0, max_size=60)
passages = st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, words)), min_size=1, max_size=12)
asked = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from([*"abcgz"]), st.floats(0.1, 3)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25)
@given(stored=passages, terms=asked)
def test_scores_are_those_of_tantivy(
    tmp_path_factory: pytest.TempPathFactory,
    stored: list[dict[str, list[str]]],
    terms: list[tuple[str, str, float]],
) -> None:
    from index.store.postgres.terms import Lengths, Stage, number_of

    folder = tmp_path_factory.mktemp("scores") / "lexicon"
    FullTextIndex.create(folder)
    lexicon = FullTextIndex(folder)
    writer, stage = lexicon.writer(), Stage()
    for place, passage in enumerate(stored):
        writer.add(f"key{place}", passage, anew=True)
        stage.add(f"key{place}", passage)
    writer.commit()
    writer.close()
    lengths = Lengths().plus(stage.count, stage.totals).measured()
    weights: dict[str, dict[int, float]] = {}
    held: dict[int, int] = {}
    for key, numbers, _, row in stage.rows(lengths.averages):
        pairs = [entry.split(":") for entry in row[1 : row.index("}")].split(",") if entry]
        weights[key] = {int(number): float(weight) for number, weight in pairs}
        for number in filter(None, numbers[1:-1].split(",")):
            held[int(number)] = held.get(int(number), 0) + 1
    stage.close()
    scores: dict[str, float] = {}
    for key, row_weights in weights.items():
        for field, term, weight in terms:
            number = number_of(field, term)
            if number in row_weights:
                df = held[number]
                idf = math.log(1 + (len(stored) - df + 0.5) / (df + 0.5))
                scores[key] = scores.get(key, 0.0) + weight * idf * row_weights[number]
    theirs = {hit.chunk_id: hit.score for hit in lexicon.search(terms, 100)}
    assert scores == pytest.approx(theirs, rel=1e-4)


@given(st.integers(0, 2_000_000))
def test_lengths_are_rounded_down_in_eight_steps_to_a_doubling(length: int) -> None:
    from index.store.postgres.terms import rounded

    found = rounded(length)
    assert found <= length and rounded(found) == found
    assert length - found <= max(0, length / 8)


def test_weights_are_made_anew_when_passages_grow(place: Place) -> None:
    library = place.open()
    place.run(library)
    told = {
        f"long{n}.md": (f"Long {n}", f"Town {n} of lamps. " + "ferry pier " * 40) for n in range(30)
    }
    write_articles(place.documents, told)
    place.run(library)
    alone = Library.open(place.folder / "alone", HashEmbedder())
    Place(place.folder).run(alone)
    terms = [("terms", word, 1.0) for word in ("town", "ferry", "7", "14")]
    for limit in (5, 40):
        ours, theirs = library.matching(terms, limit), alone.matching(terms, limit)
        assert [h.score for h in ours] == pytest.approx([h.score for h in theirs], rel=0.03)
    alone.close()


def test_each_term_is_counted_in_the_passages_that_are_left(
    place: Place, postgres: PostgresServer
) -> None:
    from index.store.postgres.terms import number_of

    library = place.open()
    place.run(library)
    told = {"a1.md": ("Town 1", "Town 1 has a ferry."), "b.md": ("Pier", "A ferry goes twice.")}
    write_articles(place.documents, told)
    (place.documents / "a2.md").unlink()
    report = place.run(library)
    assert (report.added, report.changed, report.removed) == (1, 1, 1)
    clean = Place(place.folder, postgres.database())
    clean.run(clean.open())
    terms = "SELECT id, passages FROM docent_g1.terms ORDER BY id"
    found = postgres.ask(place.database, terms)
    assert found == postgres.ask(clean.database, terms)
    passages = dict(found)
    assert passages[number_of("terms", "ferry")] == 2
    assert passages[number_of("terms", "lamps")] == 6
    assert number_of("terms", "14") not in passages, "it stood in the one that is gone"
    # Once the passages are much longer, all are counted again.
    long = {f"long{n}.md": (f"Long {n}", "The ferry is late. " * 40) for n in range(9)}
    write_articles(place.documents, long)
    for each in (place, clean):
        each.run(each.open(), full=each is clean)
    clean.close()
    again = postgres.ask(place.database, terms)
    assert again == postgres.ask(clean.database, terms.replace("g1", "g2")) != found


# Copying


def test_copied_there_and_back_is_the_same(postgres: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "documents").symlink_to(SAMPLES, target_is_directory=True)
    embedder = HashEmbedder()
    folder = Place(tmp_path)
    first = folder.open(embedder)
    folder.run(first)
    (tmp_path / "there").mkdir()
    there = Library.open(tmp_path / "there", embedder, database=postgres.database())
    back = Library.open(tmp_path / "back", embedder)
    encoded = embedder.encoded
    for source, target in ((first, there), (there, back)):
        copied = migrate(source, target)
        assert (copied.encoded, copied.generation) == (0, 1)
        assert copied.passages == source.passages_count() == target.passages_count()
        assert content_of(target) == content_of(source)
        assert folder.run(target).unchanged == copied.articles, "a run has nothing to do"
    assert embedder.encoded == encoded
    for library in (first, there, back):
        library.close()


def test_copy_of_older_rules_is_built_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Place(place.folder).open()
    with pytest.raises(IndexingError):
        migrate(first, place.open())
    Place(place.folder).run(first)
    monkeypatch.setattr("index.store.fingerprint._rules", lambda: "other rules")
    target = place.open()
    assert migrate(first, target).generation == 1
    assert content_of(target) == content_of(first)
    assert place.run(target).generation == 2
    first.close()

"""The wall: through a bound nothing outside can be had, and all inside is found as if alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.library import Library
from index.models import Hit
from index.pipeline import reindex
from index.scope import EVERYTHING, Scope, collection_of
from index.store import seen
from index.store import view as embedded_view
from index.store.postgres import view
from language.terms import index_terms
from tests.engines import database_of
from tests.fakes import HashEmbedder

COLLECTIONS = ("", "board", "club", "新闻")
DATES = ("2024-03-05", "2025-11-24", "11月24日", "")
WORDS = ("harbour", "lamp", "ferry", "码头", "路灯", "渡轮")
SAME = "The harbour lamp was lit again, and the ferry waited for it until the evening came down."


@dataclass(frozen=True)
class ActiveIndex:
    library: Library
    documents: Path


# A database is asked over a socket, which takes its time for so many questions.
ENGINES = ("embedded", pytest.param("postgres", marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=ENGINES)
def shelf(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[ActiveIndex]:
    """Every collection holds an article of every date, and some say the same as another's."""
    place = tmp_path_factory.mktemp("scope")
    documents = place / "documents"
    for c, collection in enumerate(COLLECTIONS):
        (documents / collection).mkdir(parents=True, exist_ok=True)
        for d, printed in enumerate(DATES):
            lines = [f"---\ntitle: Notice {c}{d}\ndate: {printed}\n---\n" if printed else ""]
            lines += [f"{WORDS[(c + d + n) % 6]} {WORDS[(c * d + n) % 6]} secret{c}{d} number {n}."
                      for n in range(4)]  # fmt: skip
            (documents / collection / f"notice-{d}.md").write_text("\n\n".join(lines))
        (documents / collection / "same.md").write_text(f"# The lamp\n\n{SAME}\n")
    library = Library.open(place / "data", HashEmbedder(), database=database_of(request))
    reindex(library, documents)
    yield ActiveIndex(library, documents)
    library.close()


def in_time(scope: Scope, article_date: str) -> bool:
    """Tell what the bound in time says of one of DATES, worked out another way."""
    if scope.after is None and scope.before is None:
        return True
    first, last = scope.after or date.min, scope.before or date.max
    if article_date == "11月24日":
        if scope.after is None or scope.before is None or (last - first).days >= 365:
            return False
        return any(first <= date(year, 11, 24) <= last for year in range(2019, 2032))
    return bool(article_date) and first <= date.fromisoformat(article_date) <= last


def visible(library: Library, scope: Scope) -> set[str]:
    return {
        entry.article.id
        for entry in library.articles()
        if (scope.collections is None or collection_of(entry.article.source) in scope.collections)
        and scope.source.casefold() in entry.article.source.casefold()
        and in_time(scope, entry.article.date)
    }


days = st.dates(date(2023, 1, 1), date(2027, 1, 1))
scopes = st.builds(
    Scope,
    collections=st.none() | st.frozensets(st.sampled_from((*COLLECTIONS, "nowhere", "it's"))),
    after=st.none() | days,
    before=st.none() | days,
    source=st.sampled_from(("", "", "NOTICE-1", "same", "闻/", "%", "'")),
)

# What each method of a library gives, as text and ids that must not tell of anything outside.
Reading = Callable[[Library, str, str], object]
READINGS: dict[str, Reading] = {
    "nearest": lambda lib, a, c: (
        lib.nearest(_vector("secret"), 500) + lib.nearest(_vector("secret"), 9, a)
    ),
    "matching": lambda lib, a, c: lib.matching(_asked(), 500) + lib.matching(_asked(), 9, a),
    "chunks": lambda lib, a, c: list(lib.chunks([c]).values()),
    "chunk_at": lambda lib, a, c: [lib.chunk_at(a, 0)],
    "chunks_of": lambda lib, a, c: lib.chunks_of(a),
    "article": lambda lib, a, c: [lib.article(a)],
    "articles": lambda lib, a, c: [entry.article for entry in lib.articles()],
    "heads": lambda lib, a, c: list(lib.heads([a]).values()),
    "copies_of": lambda lib, a, c: lib.copies_of(a),
}
# These give numbers or names, each held against the articles that are seen, in a test below.
COUNTED = {"passages_count", "collections", "status", "snapshot"}
# These say nothing of the content, or refuse.
SILENT = {"open", "close", "resident", "writing", "reading", "generation", "revision", "within",
          "probe", "outdated", "is_bounded_in_time_or_source"}  # fmt: skip


def _vector(text: str) -> np.ndarray:
    return HashEmbedder().encode_queries([text])[0]


def _asked() -> list[tuple[str, str, float]]:
    return [("terms", term, 1.0) for word in WORDS for term in index_terms("", word)["terms"]]


def test_every_method_of_the_library_is_held_against_the_bound() -> None:
    public = {name for name, _ in inspect.getmembers(Library) if not name.startswith("_")}
    assert public == set(READINGS) | COUNTED | SILENT


@settings(max_examples=25)
@given(scope=scopes, inner=scopes)
def test_nothing_outside_can_be_had(shelf: ActiveIndex, scope: Scope, inner: Scope) -> None:
    library = shelf.library
    seen_ids = visible(library, scope) & visible(library, inner)
    bounded = library.within(scope).within(inner)
    chunk_owner = {
        chunk.id: entry.article.id
        for entry in library.articles()
        for chunk in library.chunks_of(entry.article.id)
    }
    with library.reading():
        for chunk_id, article_id in chunk_owner.items():
            for name, read in READINGS.items():
                for thing in read(bounded, article_id, chunk_id):  # type: ignore[attr-defined]
                    assert _owner(thing, chunk_owner) in seen_ids | {None}, name
    assert {entry.article.id for entry in bounded.articles()} == seen_ids


def _owner(thing: object, chunk_owner: dict[str, str]) -> str | None:
    if isinstance(thing, Hit):
        return chunk_owner[thing.chunk_id]
    if isinstance(thing, str) or thing is None:
        return thing
    return str(getattr(thing, "article_id", None) or thing.id)  # type: ignore[attr-defined]


@settings(max_examples=25)
@given(scope=scopes)
def test_counts_are_those_of_what_is_seen(shelf: ActiveIndex, scope: Scope) -> None:
    library, bounded = shelf.library, shelf.library.within(scope)
    seen_ids = visible(library, scope)
    entries = [entry for entry in library.articles() if entry.article.id in seen_ids]
    chunks = [chunk for entry in entries for chunk in library.chunks_of(entry.article.id)]
    status = bounded.status()
    assert (status.articles, status.passages) == (len(entries), len(chunks))
    assert status.documents == len({entry.article.source for entry in entries})
    assert bounded.passages_count() == len(chunks)
    assert bounded.collections() == sorted({collection_of(e.article.source) for e in entries})
    with bounded.snapshot() as catalog:
        assert catalog is not None
        assert set(catalog.article_counts()) == {entry.article.source for entry in entries}
        assert set(catalog.documents()) == {entry.article.source for entry in entries}
        assert set(catalog.keys()) == {
            key for e in entries for key in catalog.keys_of(e.article.id)
        }


@settings(max_examples=25)
@given(scope=scopes, text=st.sampled_from(("harbour lamp", "渡轮", SAME, "secret12")),
       limit=st.integers(1, 90))  # fmt: skip
def test_nearest_is_brute_force_over_what_is_seen(
    shelf: ActiveIndex, scope: Scope, text: str, limit: int
) -> None:
    library = shelf.library
    everything = {hit.chunk_id: hit.score for hit in library.nearest(_vector(text), 5_000)}
    bounded = library.within(scope)
    inside = {c.id for e in bounded.articles() for c in library.chunks_of(e.article.id)}
    # Equal passages have one vector, which is told once; the first of those seen stands for them.
    best: dict[str, float] = {}
    for entry in bounded.articles():
        for chunk in bounded.chunks_of(entry.article.id):
            told = (entry.article.title, chunk.text)
            best.setdefault("\0".join(told), _score(*told, text))
    found = bounded.nearest(_vector(text), limit)
    assert {hit.chunk_id for hit in found} <= inside
    assert [hit.score for hit in found] == pytest.approx(
        sorted(best.values(), reverse=True)[:limit], abs=1e-5
    )
    for hit in found:
        if hit.chunk_id in everything:
            assert hit.score == pytest.approx(everything[hit.chunk_id], abs=1e-5)


def _score(title: str, passage: str, text: str) -> float:
    (row,) = HashEmbedder().encode_documents([f"{title}\n{passage}"])
    return float(row @ _vector(text))


def test_equal_passages_are_told_by_the_one_that_is_seen(shelf: ActiveIndex) -> None:
    club = shelf.library.within(Scope(collections=frozenset({"club"})))
    (hit, *_) = club.nearest(_vector(f"The lamp\n{SAME}"), 3)
    assert club.chunks([hit.chunk_id])[hit.chunk_id].article_id == "club/same.md#1"
    assert club.copies_of("club/same.md#1") == []
    assert len(shelf.library.copies_of("club/same.md#1")) == len(COLLECTIONS) - 1


def test_a_part_is_for_reading(shelf: ActiveIndex) -> None:
    part = shelf.library.within(Scope(source="club"))
    for refused in (part.close, lambda: part.resident("x"), lambda: part.writing("x").__enter__()):
        with pytest.raises(ValueError, match="for reading"):
            refused()
    assert shelf.library.within(EVERYTHING).passages_count() == shelf.library.passages_count()


@pytest.fixture(params=ENGINES)
def crowded(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Library]:
    """Give a large collection whose passages are all nearer to the question than a small one's."""
    documents = tmp_path / "documents"
    for name in ("large", "small", "middling"):
        (documents / name).mkdir(parents=True)
    rows = "\n".join(
        f'{{"id": "{n}", "title": "Harbour lamps", "text": "Harbour lamp {n} burns."}}'
        for n in range(1500)
    )
    (documents / "large" / "all.jsonl").write_text(rows)
    rows = "\n".join(
        f'{{"id": "{n}", "title": "Wells", "text": "A well {n} with a harbour view, far inland."}}'
        for n in range(120)
    )
    (documents / "middling" / "all.jsonl").write_text(rows)
    (documents / "small" / "one.md").write_text("# Orchard\n\nApples near the harbour are ripe.\n")
    library = Library.open(tmp_path / "data", HashEmbedder(), database=database_of(request))
    reindex(library, documents)
    yield library
    library.close()


@pytest.mark.parametrize("few", [4000, 100, 0])
def test_small_collection_among_many_is_found_in_full(
    crowded: Library, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Also where it is too large to be compared at once, and the graph stops far before it."""
    monkeypatch.setattr(seen, "FEW", few)
    monkeypatch.setattr(view, "FEW", few)
    monkeypatch.setattr(embedded_view, "_WIDEST", 400)
    asked = [("terms", "harbour", 1.0), ("terms", "lamp", 1.0)]
    for name, size in (("small", 1), ("middling", 120)):
        part = crowded.within(Scope(collections=frozenset({name})))
        assert len(part.nearest(_vector("Harbour lamps burn"), 200)) == size
        assert len(part.matching(asked, 200)) == size
    both = crowded.within(Scope(collections=frozenset({"large", "small"})))
    assert len(both.nearest(_vector("a well inland"), 50)) == 50

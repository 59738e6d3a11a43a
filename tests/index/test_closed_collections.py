"""What a reader finds is the same whether or not the index holds more that they may not read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.library import Library
from index.pipeline import reindex
from index.scope import Scope
from index.store import seen
from language.terms import index_terms
from tests.engines import contents
from tests.fakes import HashEmbedder

WORDS = [
    *("harbour", "lamp", "ferry", "crane", "pier", "rope", "anchor", "tide"),
    *("码头", "路灯", "渡轮", "起重机", "水费", "Brücke", "Hafen"),
]
OPEN = Scope(collections=frozenset({"", "club"}))
ENGINES = ("embedded", pytest.param("postgres", marks=pytest.mark.slow))


def _write(folder: Path, seed: int, number: int, longest: int) -> None:
    drawn = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        words = drawn.choices(WORDS, weights=range(len(WORDS), 0, -1), k=drawn.randint(5, longest))
        text = f"---\ndate: 2025-0{n % 9 + 1}-03\n---\n# Notice {n}\n\n{' '.join(words)}.\n"
        (folder / f"notice-{n}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module", params=ENGINES)
def pair(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Library, Library]]:
    """Give the library of the open documents, and one that holds closed ones as well."""
    place = tmp_path_factory.mktemp("closed")
    postgres = request.param == "postgres"
    libraries = []
    for name in ("alone", "beside"):
        documents = place / name
        _write(documents, 1, 12, 30)
        _write(documents / "club", 2, 25, 60)
        (documents / "club" / "rows.jsonl").write_text('{"text": "The pier."}\n[]\n')
        if name == "beside":
            # Of other lengths and rarities, before and after the open ones, and some of them equal.
            _write(documents / "board", 3, 60, 200)
            _write(documents / "zoo", 2, 25, 60)
            (documents / "zoo" / "rows.jsonl").write_text('{"text": "A lamp."}\n[]\n')
        database = request.getfixturevalue("postgres").database() if postgres else ""
        library = Library.open(place / f"data-{name}", HashEmbedder(), database=database)
        reindex(library, documents)
        libraries.append(library)
    yield libraries[0], libraries[1]
    for library in libraries:
        library.close()


def _found(library: Library, scopes: tuple[Scope, ...], words: list[str]) -> object:
    for scope in scopes:
        library = library.within(scope)
    vector = HashEmbedder().encode_queries([" ".join(words)])[0]
    terms = [(field, t, w) for field, w in (("terms", 1.0), ("title", 0.5), ("stems", 1.0))
             for t in dict.fromkeys(index_terms("", " ".join(words))["terms"])]  # fmt: skip
    article = "club/notice-3.md#1"
    return [
        [(hit.chunk_id, hit.score) for hit in hits]
        for hits in (
            library.matching(terms, 8),
            library.matching(terms, 500),
            library.matching(terms, 8, article),
            library.nearest(vector, 8),
            library.nearest(vector, 8, article),
        )
    ]


NARROWED = (
    (OPEN,),
    (OPEN, Scope(after=date(2025, 3, 1), before=date(2025, 6, 1))),
    (OPEN, Scope(source="notice-1")),
    (OPEN, Scope(source="CLUB"), Scope(before=date(2025, 8, 1))),
)


@settings(max_examples=6)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
@pytest.mark.parametrize("scopes", NARROWED)
def test_order_and_scores_do_not_tell_of_what_is_closed(
    pair: tuple[Library, Library], scopes: tuple[Scope, ...], words: list[str]
) -> None:
    alone, beside = pair
    assert _found(beside, scopes, words) == _found(alone, scopes, words)


def test_nothing_else_tells_of_it(pair: tuple[Library, Library]) -> None:
    alone, beside = (library.within(OPEN) for library in pair)
    with alone.snapshot() as catalog, beside.snapshot() as bounded:
        assert beside.articles() == alone.articles() and contents(bounded) == contents(catalog)
    assert beside.passages_count() == alone.passages_count()
    assert beside.status().failed == alone.status().failed != ()
    for entry in alone.articles():
        assert beside.copies_of(entry.article.id) == alone.copies_of(entry.article.id)


def test_the_whole_finds_what_a_reader_of_everything_finds(pair: tuple[Library, Library]) -> None:
    alone, _ = pair
    for word in WORDS:
        terms = [("terms", term, 1.0) for term in index_terms("", word)["terms"]]
        whole, seen_all = (lib.matching(terms, 500) for lib in (alone, alone.within(OPEN)))
        assert {hit.chunk_id for hit in whole} == {hit.chunk_id for hit in seen_all}
        scores = {hit.chunk_id: hit.score for hit in whole}
        told = [scores[hit.chunk_id] for hit in seen_all]
        assert np.allclose(told, [hit.score for hit in seen_all], rtol=1e-5)


def test_where_more_is_seen_than_is_compared_one_by_one_the_bound_holds(
    pair: tuple[Library, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "FEW", 10)
    _, beside = pair
    terms = [("terms", term, 1.0) for term in index_terms("", "harbour")["terms"]]
    for scope in (OPEN, Scope(collections=frozenset({"club", "nowhere"}))):
        found = beside.within(scope).matching(terms, 500)
        chunks = beside.chunks([hit.chunk_id for hit in found])
        assert found and not any(c.article_id.startswith(("board", "zoo")) for c in chunks.values())

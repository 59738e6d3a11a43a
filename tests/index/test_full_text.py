"""The lexical index: BM25 as written in the books, commits that are all or nothing."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from index.errors import StoreUnusable
from index.store.full_text import FullTextIndex


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FullTextIndex.create(tmp_path / "lexicon")
    return tmp_path / "lexicon"


def fill(folder: Path, passages: dict[str, str], title: str = "") -> None:
    writer = FullTextIndex(folder).writer()
    for key, text in passages.items():
        writer.add(key, {"terms": text.split(), "title": title.split()})
    writer.commit()
    writer.close()


def test_score_is_bm25(folder: Path) -> None:
    passages = {"a": "lamp lamp town", "b": "lamp river", "c": "town river bridge mill"}
    fill(folder, passages)
    hits = FullTextIndex(folder).search([("terms", "lamp", 1.0)], 10)
    lengths = {key: len(text.split()) for key, text in passages.items()}
    mean = sum(lengths.values()) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    for hit in hits:
        count = passages[hit.chunk_id].split().count("lamp")
        norm = 1.2 * (1 - 0.75 + 0.75 * lengths[hit.chunk_id] / mean)
        assert hit.score == pytest.approx(idf * count * 2.2 / (count + norm), rel=1e-5)
    assert [hit.chunk_id for hit in hits] == ["a", "b"]


def test_weights_multiply_and_terms_add_up(folder: Path) -> None:
    fill(folder, {"a": "lamp", "b": "river", "c": "mill"}, title="news")
    lexicon = FullTextIndex(folder)
    (once,) = lexicon.search([("terms", "lamp", 1.0)], 10)
    (thrice,) = lexicon.search([("terms", "lamp", 3.0)], 10)
    assert thrice.score == pytest.approx(3 * once.score, rel=1e-5)
    titled = lexicon.search([("terms", "lamp", 1.0), ("title", "news", 1.0)], 10)
    assert titled[0].chunk_id == "a"
    assert len(titled) == 3


def test_terms_are_taken_as_they_are(folder: Path) -> None:
    fill(folder, {"a": "PPR-9087 变电 3.5", "b": "ppr 9087"})
    lexicon = FullTextIndex(folder)
    for term in ("PPR-9087", "变电", "3.5"):
        assert [hit.chunk_id for hit in lexicon.search([("terms", term, 1.0)], 5)] == ["a"]
    assert lexicon.search([("terms", "变", 1.0)], 5) == []


def test_only_searches_among_the_keys_and_keeps_the_scores(folder: Path) -> None:
    fill(folder, {"a": "lamp", "b": "lamp lamp", "c": "mill"})
    lexicon = FullTextIndex(folder)
    everywhere = {hit.chunk_id: hit.score for hit in lexicon.search([("terms", "lamp", 1.0)], 9)}
    (only,) = lexicon.search([("terms", "lamp", 1.0)], 9, only=["a", "c"])
    assert only.chunk_id == "a"
    assert only.score == pytest.approx(everywhere["a"], rel=1e-6)
    assert lexicon.search([("terms", "lamp", 1.0)], 9, only=[]) == []


def test_nothing_is_asked_or_wanted(folder: Path) -> None:
    lexicon = FullTextIndex(folder)
    assert lexicon.search([], 5) == []
    assert lexicon.search([("terms", "lamp", 1.0)], 0) == []
    assert lexicon.search([("terms", "lamp", 1.0)], 5) == []
    assert lexicon.keys() == set()
    lexicon.check(0)


def test_open_reader_sees_each_commit_and_nothing_before(folder: Path) -> None:
    reader = FullTextIndex(folder)
    writer = FullTextIndex(folder).writer()
    writer.add("a", {"terms": ["lamp"]})
    assert reader.keys() == set()
    writer.commit()
    assert reader.keys() == {"a"}
    writer.add("a", {"terms": ["mill"]})
    writer.commit()
    assert reader.count() == 1
    assert reader.search([("terms", "lamp", 1.0)], 5) == []
    writer.delete("a")
    writer.add("b", {"terms": ["lamp"]})
    writer.close()
    assert reader.keys() == {"a"}, "closing undoes what is not committed"


def test_second_writer_is_refused(folder: Path) -> None:
    writer = FullTextIndex(folder).writer()
    with pytest.raises(StoreUnusable):
        FullTextIndex(folder).writer()
    writer.close()
    FullTextIndex(folder).writer().close()

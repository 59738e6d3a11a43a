"""The catalog alone: what it stores it gives back, and only after its commit."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import Article, Chunk
from index.store.catalog import Catalog
from index.store.catalog_keys import passage_key
from index.store.catalog_schema import create
from index.store.catalog_writer import CatalogWriter, article_hash


def story(article_id: str, *texts: str, title: str = "Title") -> tuple[Article, list[Chunk]]:
    text = "\n".join(texts)
    chunks, at = [], 0
    for ordinal, part in enumerate(texts):
        chunk_id = f"{article_id}/{ordinal}/{part}"
        chunks.append(Chunk(chunk_id, article_id, ordinal, part, at, at + len(part)))
        at += len(part) + 1
    return Article(article_id, article_id.split("#")[0], title, text, date="11月28日"), chunks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create(tmp_path / "catalog.db")
    return tmp_path / "catalog.db"


def test_nothing_exists_before_the_commit(path: Path) -> None:
    reader, writer = Catalog(path), CatalogWriter(path)
    article, chunks = story("a.txt#1", "One.", "二。")
    writer.put_article(article, 0, chunks)
    assert reader.articles() == []
    assert writer.article("a.txt#1") == article
    writer.commit()
    assert reader.article("a.txt#1") == article
    assert reader.chunks_of("a.txt#1") == chunks
    assert reader.chunk_at("a.txt#1", 1) == chunks[1]
    assert reader.chunk_at("a.txt#1", 2) is None
    assert reader.chunks([chunks[1].id, "none"]) == {chunks[1].id: chunks[1]}
    assert reader.counts() == (0, 0, 0), "counted when the run is complete"
    writer.set_counts()
    writer.commit()
    assert reader.counts() == (1, 1, 2)


def test_pinned_reader_keeps_its_state(path: Path) -> None:
    writer, reader = CatalogWriter(path), Catalog(path)
    writer.put_article(*_at(0, story("a.txt#1", "Old.")))
    writer.commit()
    reader.pin()
    writer.remove_article("a.txt#1")
    writer.put_article(*_at(0, story("a.txt#1", "New.")))
    writer.commit()
    assert reader.chunks_of("a.txt#1")[0].text == "Old."
    reader.unpin()
    assert reader.chunks_of("a.txt#1")[0].text == "New."


def test_articles_come_in_the_order_of_the_folder(path: Path) -> None:
    writer = CatalogWriter(path)
    for position, article_id in ((0, "b.txt#1"), (1, "a.txt#1"), (0, "a.txt#2"), (0, "中.txt#1")):
        writer.put_article(*_at(position, story(article_id, "Text.")))
    ids = [entry.article.id for entry in writer.articles()]
    assert ids == ["a.txt#2", "a.txt#1", "b.txt#1", "中.txt#1"]
    assert writer.move_article("a.txt#2", 5)
    assert not writer.move_article("a.txt#2", 5)
    assert [entry.article.id for entry in writer.articles()][0] == "a.txt#1"


def test_equal_passages_share_a_key_and_the_first_is_found(path: Path) -> None:
    writer = CatalogWriter(path)
    for source in ("b.txt", "a.txt"):
        writer.put_article(*_at(0, story(f"{source}#1", "Same.")))
    key = passage_key("Title", "Same.")
    assert writer.expand([key, "none"]) == {key: "a.txt#1/0/Same."}
    assert writer.keys_of("b.txt#1") == {key: "b.txt#1/0/Same."}
    assert writer.key_count() == 1
    assert list(writer.keys()) == [key]
    assert writer.keyed_texts([key]) == {key: ("Title", "Same.")}


def test_title_and_text_are_told_apart_in_the_key() -> None:
    assert passage_key("a", "bc") != passage_key("ab", "c")


@settings(max_examples=40)
@given(text=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_comes_back_as_it_was(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("catalog") / "odd % ? # name.db"
    create(path)
    writer = CatalogWriter(path)
    article = Article("a.txt#1", "a.txt", text, text, date=text)
    writer.put_article(article, 0, [Chunk("id", "a.txt#1", 0, text, 0, len(text))])
    writer.commit()
    reader = Catalog(path)
    assert reader.article("a.txt#1") == article
    assert reader.chunks(["id"])["id"].text == text
    reader.close()
    writer.close()


def test_hash_changes_with_every_field() -> None:
    base = Article("a#1", "a", "t", "x")
    hashes = {article_hash(base)}
    for name in ("title", "text", "kicker", "subtitle", "byline", "date", "section", "url"):
        values = {**{f: getattr(base, f) for f in Article.__slots__}, name: "other"}
        hashes.add(article_hash(Article(**values)))
    assert len(hashes) == 9


def test_damage_is_found_by_the_check(path: Path) -> None:
    writer = CatalogWriter(path)
    for number in range(200):
        writer.put_article(*_at(0, story(f"a{number}.txt#1", "text " * 50)))
    writer.commit()
    writer.close()
    Catalog(path).check()
    blob = bytearray(path.read_bytes())
    blob[8192:12288] = b"\xff" * 4096
    path.write_bytes(blob)
    with pytest.raises(sqlite3.DatabaseError):
        Catalog(path).check()


def _at(position: int, stored: tuple[Article, list[Chunk]]) -> tuple[Article, int, list[Chunk]]:
    return stored[0], position, stored[1]

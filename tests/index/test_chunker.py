"""Passages keep their offsets, end at sentence ends and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunker import TARGET, chunk_article, embedding_text
from index.models import Article, Chunk
from index.words.sentences import sentence_spans


def article(text: str, id: str = "a.txt#1") -> Article:
    return Article(id=id, source="a.txt", title="题", text=text)


def chunks(text: str, target: int = TARGET) -> tuple[Chunk, ...]:
    return chunk_article(article(text), target)


ALPHABET = "ab 3.。！？，, \n\u3000的一二说éu\u0301"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=300) | st.text(max_size=60)


@given(TEXTS, st.integers(1, 60))
def test_chunks_are_ordered_slices_that_cover_every_character(text: str, target: int) -> None:
    seen = 0
    for ordinal, chunk in enumerate(chunks(text, target)):
        assert chunk.ordinal == ordinal
        assert seen <= chunk.start < chunk.end <= len(text)
        assert text[chunk.start : chunk.end] == chunk.text == chunk.text.strip()
        assert not text[seen : chunk.start].strip()
        seen = chunk.end
    assert not text[seen:].strip()


@given(TEXTS)
def test_a_chunk_ends_at_a_sentence_end_if_no_sentence_is_longer_than_a_chunk(text: str) -> None:
    ends = {end for _, end in sentence_spans(text)}
    assert all(chunk.end in ends for chunk in chunks(text, 300))


@given(TEXTS, st.integers(10, 60))
def test_no_chunk_is_much_longer_than_its_target(text: str, target: int) -> None:
    for chunk in chunks(text, target):
        wide = sum(not c.isascii() for c in chunk.text)
        assert wide + (len(chunk.text) - wide) * 0.4 <= target * 4


def test_ids_are_stable_and_tell_articles_places_and_texts_apart() -> None:
    text = "重复的一句话。" * 200
    ids = [chunk.id for chunk in chunks(text)]
    assert ids == [chunk.id for chunk in chunks(text)]
    others = [chunk.id for chunk in chunk_article(article(text, "b.txt#1"))]
    assert len({*ids, *others}) == len(ids) * 2 > 4
    assert all(len(id) >= 16 for id in ids)


def test_paragraphs_stay_whole_where_they_fit() -> None:
    first, second = "甲" * 199 + "。", "乙" * 279 + "。"
    assert [chunk.text for chunk in chunks(f"{first}\n{second}")] == [first, second]
    assert len(chunks(f"{first}\n{'丙' * 99}。")) == 1


def test_a_long_paragraph_is_cut_evenly() -> None:
    sizes = [len(chunk.text) for chunk in chunks("这句话有十个字左右吧。" * 80)]
    assert len(sizes) == 3 and max(sizes) - min(sizes) < 30


def test_a_latin_chunk_is_longer_than_a_han_chunk() -> None:
    latin = chunks("Each of these sentences has about fifty characters. " * 60)
    han = chunks("这句话也有二十来个字因为它说得比较长一点。" * 60)
    assert 550 <= len(latin[0].text) <= 1050
    assert 200 <= len(han[0].text) <= 420


@pytest.mark.parametrize("unit", ["很长的一句话，", "word ", "无标点", "x", "1,234", "e\u0301"])
def test_a_sentence_of_a_megabyte_is_cut_without_loss(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    found = chunks(text)
    assert sum(len(chunk.text.replace(" ", "")) for chunk in found) == len(text.replace(" ", ""))
    assert max(len(chunk.text) for chunk in found) < 2000
    if unit == "很长的一句话，":
        assert all(chunk.text.endswith("，") for chunk in found)
    if unit == "word ":
        assert all(set(chunk.text.split()) == {"word"} for chunk in found)


def test_what_is_encoded_holds_the_title() -> None:
    assert embedding_text("题", "文") == "题\n文"


def test_an_empty_text_has_no_chunks() -> None:
    assert chunks(" \n ") == ()

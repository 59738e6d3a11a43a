"""Passages keep their offsets, hold blocks of one section and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunker import TARGET, chunk_article
from index.documents.builder import BlockBuilder
from index.models import Article, Block, BlockKind, Chunk
from language.sentences import sentence_spans
from tests.blocks import articles


def article(text: str, id: str = "a.txt#1") -> Article:
    return Article(id=id, source="a.txt", title="题", text=text)


def chunks(text: str, target: int = TARGET) -> tuple[Chunk, ...]:
    return chunk_article(article(text), target)


ALPHABET = "ab 3.。！？，, \n\u3000的一二说éu\u0301"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=300) | st.text(max_size=60)


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


def test_an_empty_text_has_no_chunks() -> None:
    assert chunks(" \n ") == ()


@settings(max_examples=200)
@given(articles() | TEXTS.map(article), st.integers(1, 60))
def test_passages_are_ordered_slices_that_cover_everything(article: Article, target: int) -> None:
    seen = 0
    for ordinal, chunk in enumerate(chunk_article(article, target)):
        assert (chunk.ordinal, chunk.article_id) == (ordinal, article.id)
        assert seen <= chunk.start < chunk.end <= len(article.text)
        assert article.text[chunk.start : chunk.end] == chunk.text
        assert article.blocks or chunk.text == chunk.text.strip()
        assert not article.text[seen : chunk.start].strip()
        assert (chunk.blocks[0].start, chunk.blocks[-1].end) == (chunk.start, chunk.end)
        seen = chunk.end
    assert not article.text[seen:].strip()


@given(articles(), st.integers(1, 60))
def test_a_passage_holds_parts_of_the_blocks_in_order(article: Article, target: int) -> None:
    for chunk in chunk_article(article, target):
        last = chunk.start
        for block in chunk.blocks:
            assert last <= block.start < block.end <= chunk.end
            last = block.end
            whole = next(b for b in article.blocks if b.start <= block.start < b.end)
            assert block.end <= whole.end
            assert (block.kind, block.path, block.group) == (whole.kind, whole.path, whole.group)
            lead = article.blocks[whole.lead].start if whole.lead >= 0 else -1
            assert block.lead == lead
            assert len(block.cells) == len(block.columns)
            assert all(block.start <= a <= b <= block.end for a, b in block.cells)


@given(articles())
def test_no_passage_reaches_into_another_section(article: Article) -> None:
    for chunk in chunk_article(article):
        kinds = [block.kind for block in chunk.blocks]
        opening = 0
        while opening < len(kinds) and kinds[opening] is BlockKind.HEADING:
            opening += 1
        assert BlockKind.HEADING not in kinds[opening:]
        assert {block.path for block in chunk.blocks[opening:]} <= {chunk.path}


def built(*parts: tuple[str, str]) -> Article:
    builder = BlockBuilder()
    group = builder.new_group()
    for kind, text in parts:
        if kind == "heading":
            builder.heading(text, 1)
        elif kind == "item":
            builder.item(text, group=group)
        else:
            builder.paragraph(text, BlockKind(kind))
    return Article("a.md#1", "a.md", "题", builder.text, blocks=builder.blocks)


def starts(article: Article, target: int = TARGET) -> list[str]:
    """Return the first line of each passage."""
    return [chunk.text.split("\n")[0] for chunk in chunk_article(article, target)]


def test_a_section_begins_a_passage_however_short_it_is() -> None:
    article = built(
        ("heading", "一"), ("paragraph", "短。"), ("heading", "二"), ("paragraph", "短。")
    )
    assert starts(article) == ["一", "二"]
    assert [chunk.path for chunk in chunk_article(article)] == [("一",), ("二",)]


def test_a_question_stays_with_its_answer_and_a_lead_with_its_list() -> None:
    long = "甲" * 150 + "。"
    asked = built(("paragraph", long), ("question", "问？"), ("answer", "乙" * 280 + "。"))
    assert starts(asked)[-1] == "问？"
    led = built(("paragraph", long), ("paragraph", "需要："), ("item", "丙" * 280))
    assert starts(led)[-1] == "需要："
    assert chunk_article(led)[-1].blocks[-1].lead == chunk_article(led)[-1].start


def test_a_block_longer_than_a_passage_keeps_its_kind_in_every_part() -> None:
    article = built(("heading", "题"), ("item", "这句话有十个字左右吧。" * 90))
    blocks = [block for chunk in chunk_article(article) for block in chunk.blocks]
    assert {block.kind for block in blocks[1:]} == {BlockKind.LIST_ITEM}
    assert len(blocks) > 3
    assert {(block.path, block.group) for block in blocks[1:]} == {(("题",), 1)}


def test_a_row_that_is_cut_has_no_cells_that_it_does_not_hold() -> None:
    builder = BlockBuilder()
    builder.row(["长。" * 400, "短"], ["甲", "乙"], group=builder.new_group())
    article = Article("a.md#1", "a.md", "题", builder.text, blocks=builder.blocks)
    for chunk in chunk_article(article):
        block: Block = chunk.blocks[0]
        assert len(block.cells) == len(block.columns) in (0, 2)
        assert all(block.start <= a <= b <= block.end for a, b in block.cells)


def test_an_article_without_blocks_is_read_line_by_line() -> None:
    (chunk,) = chunks("  一行。  \n\n另一行。")
    assert [chunk.text[b.start - chunk.start : b.end - chunk.start] for b in chunk.blocks] == [
        "一行。",
        "另一行。",
    ]
    assert {block.kind for block in chunk.blocks} == {BlockKind.PARAGRAPH}

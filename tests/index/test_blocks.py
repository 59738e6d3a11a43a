"""Blocks are cut out of the text by their offsets, and come back from their line of JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from index.blocks import pack_blocks, unpack_blocks
from index.chunker import chunk_article
from index.documents.builder import BlockBuilder
from index.models import Article, Block, BlockKind
from tests.blocks import articles


@given(articles())
def test_the_blocks_of_an_article_and_of_its_passages_come_back(article: Article) -> None:
    assert unpack_blocks(pack_blocks(article.blocks)) == article.blocks
    for chunk in chunk_article(article, 40):
        assert unpack_blocks(pack_blocks(chunk.blocks)) == chunk.blocks


_NAMES = st.lists(st.text(), max_size=3).map(tuple)
_SPANS = st.lists(st.tuples(st.integers(0), st.integers(0)), max_size=3).map(tuple)


@given(
    st.builds(
        Block, st.sampled_from(BlockKind), st.integers(0), st.integers(0), _NAMES, st.integers(0),
        st.integers(0), st.integers(-1), _NAMES, _SPANS, st.text(), st.booleans(),
    )
)  # fmt: skip
def test_any_block_is_one_line(block: Block) -> None:
    line = pack_blocks([block])
    assert "\n" not in line
    assert unpack_blocks(line) == (block,)


def test_a_path_is_written_once() -> None:
    blocks = [Block(BlockKind.PARAGRAPH, at, at + 1, ("A long heading",)) for at in range(9)]
    assert pack_blocks(blocks).count("A long heading") == 1
    assert json.loads(pack_blocks(blocks))[1][0][0] == "paragraph"


def test_no_blocks_are_no_blocks() -> None:
    assert unpack_blocks("") == unpack_blocks(pack_blocks(())) == ()


CELL = st.text(st.sampled_from("ab |\n一"), max_size=6)


@given(st.lists(st.lists(st.one_of(CELL, st.none()), min_size=1, max_size=5), max_size=6))
def test_cells_stand_where_they_say(rows: list[list[str | None]]) -> None:
    builder = BlockBuilder()
    group = builder.new_group()
    for row in rows:
        builder.row(row, [f"c{at}" for at in range(len(row))], group=group)
    text = builder.text
    shown = [row for row in rows if any((cell or "").strip() for cell in row)]
    assert len(builder.blocks) == len(shown)
    for block, row in zip(builder.blocks, shown, strict=True):
        assert len(block.cells) == len(block.columns) == len(row)
        last = ""
        for cell, (start, end) in zip(row, block.cells, strict=True):
            last = " ".join(cell.split()) if cell is not None else last
            assert text[start:end].split() == last.split() or "".join(text[start:end].split()) == (
                "".join(last.split())
            )
            assert block.start <= start <= end <= block.end


def test_what_follows_closed_headings_has_no_path() -> None:
    builder = BlockBuilder()
    builder.heading("Water", 1)
    builder.paragraph("Hoses are allowed.")
    builder.close_headings()
    builder.paragraph("Adopted in May.")
    assert [block.path for block in builder.blocks] == [(), ("Water",), ()]

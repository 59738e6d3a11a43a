"""Blocks are cut out of the text by their offsets, also where a cell spans several columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.documents.builder import BlockBuilder

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

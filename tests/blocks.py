"""Articles with blocks of every kind, made at random: what passages and units are tested on."""

from __future__ import annotations

from hypothesis import strategies as st

from index.documents.builder import BlockBuilder
from index.models import Article, BlockKind

COLUMNS = ("", "Room", "时间")
_LINE = st.text(st.sampled_from("ab 3.。！？，, 的一二说éu\u0301"), min_size=1, max_size=80)
_CELL = st.one_of(st.none(), st.text(st.sampled_from("ab3 一说。"), max_size=12))
_ROWS = st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=4)
_PARTS = st.one_of(
    st.tuples(st.just("heading"), _LINE),
    st.tuples(st.just("paragraph"), _LINE),
    st.tuples(st.just("question"), _LINE),
    st.tuples(st.just("list"), st.lists(_LINE, min_size=1, max_size=5)),
    st.tuples(st.just("table"), _ROWS),
    st.tuples(st.just("labelled"), st.tuples(_LINE, _LINE)),
    st.tuples(st.just("code"), st.lists(_LINE, max_size=4)),
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw an article as the readers build it."""
    builder = BlockBuilder()
    for kind, content in draw(st.lists(_PARTS, max_size=8)):
        add(builder, kind, content, draw(st.integers(1, 3)))
    return Article("a.md#1", "a.md", "题", builder.text, blocks=builder.blocks)


def add(builder: BlockBuilder, kind: str, content: object, level: int) -> None:
    """Add one part of an article."""
    match kind, content:
        case "heading", str(text):
            builder.heading(text, level)
        case "paragraph", str(text):
            builder.paragraph(text)
        case "question", str(text):
            builder.paragraph(text, BlockKind.QUESTION)
        case "labelled", (str(label), str(value)):
            builder.labelled(label, value)
        case "code", list(lines):
            builder.code("\n".join(lines))
        case "list", list(items):
            group = builder.new_group()
            builder.paragraph("You need:")
            for depth, item in enumerate(items):
                builder.item(item, group=group, depth=depth % level)
        case "table", list(rows):
            group = builder.new_group()
            builder.row(COLUMNS, COLUMNS, group=group, header=True)
            for row in rows:
                builder.row(row, COLUMNS, group=group)


def check_covered(article: Article) -> None:
    """Show that blocks stand in order and cover all but white space, and cells lie in theirs."""
    last = 0
    for block in article.blocks:
        assert last <= block.start < block.end <= len(article.text)
        assert not article.text[last : block.start].strip()
        assert all(block.start <= start <= end <= block.end for start, end in block.cells)
        last = block.end
    assert not article.text[last:].strip()

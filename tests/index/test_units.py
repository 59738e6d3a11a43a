"""Windows are passages as a model reads them, and their units lead back into the article."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.chunker import chunk_article
from index.documents.builder import BlockBuilder
from index.models import Article, Block, BlockKind, Chunk
from index.units import HEAD_SEPARATOR, Window, head_of, window_of
from tests.blocks import COLUMNS, add, articles

_CONTEXT = (BlockKind.HEADING, BlockKind.QUESTION, BlockKind.TABLE_HEADER)


def windows(article: Article, target: int = 300) -> list[Window]:
    return [window_of(chunk, article.title) for chunk in chunk_article(article, target)]


def window(kind: str, content: object) -> Window:
    builder = BlockBuilder()
    add(builder, kind, content, 1)
    return windows(Article("a.md#1", "a.md", "Hall", builder.text, blocks=builder.blocks))[0]


def shown(window: Window) -> list[str]:
    return [window.text[unit.first : unit.last] for unit in window.units]


@given(articles(), st.integers(1, 60))
def test_units_are_ordered_and_lie_in_their_blocks(article: Article, target: int) -> None:
    for read in windows(article, target):
        start = first = 0
        for unit in read.units:
            assert 0 <= unit.first <= unit.last <= len(read.text)
            assert read.chunk.start <= unit.start < unit.end <= read.chunk.end
            assert any(unit.block is block for block in read.chunk.blocks)
            assert unit.block.kind not in _CONTEXT
            if unit.items:
                continue
            assert (start, first) <= (unit.start, unit.first)
            assert unit.block.start <= unit.start and unit.end <= unit.block.end
            start, first = unit.end, unit.last


@given(articles(), st.integers(1, 60))
def test_the_items_of_a_list_are_one_unit_with_the_line_before_them(
    article: Article, target: int
) -> None:
    for read in windows(article, target):
        groups: dict[int, list[Block]] = {}
        for block in read.chunk.blocks:
            if block.kind is BlockKind.LIST_ITEM:
                groups.setdefault(block.group, []).append(block)
        lists = [unit for unit in read.units if unit.items]
        assert [unit.items for unit in lists] == [len(g) for g in groups.values() if len(g) > 1]
        for unit in lists:
            items = groups[unit.block.group]
            lead = unit.block.lead
            inside = read.chunk.start <= lead < items[0].start
            assert unit.start == (lead if inside else items[0].start)
            assert unit.end == items[-1].end
            shown = read.text[unit.first : unit.last]
            assert shown.split("\n")[-len(items) :] == [
                article.text[item.start : item.end] for item in items
            ]


@given(articles(), st.integers(1, 60))
def test_all_that_can_answer_lies_in_a_unit(article: Article, target: int) -> None:
    for read in windows(article, target):
        covered = {at for unit in read.units for at in range(unit.start, unit.end)}
        for block in read.chunk.blocks:
            if block.kind in _CONTEXT:
                continue
            for at in range(block.start, block.end):
                assert at in covered or article.text[at].isspace()


@given(articles(), st.integers(1, 60), st.data())
def test_a_span_of_a_window_is_the_span_of_the_article_it_shows(
    article: Article, target: int, data: st.DataObject
) -> None:
    for read in windows(article, target):
        first = data.draw(st.integers(0, len(read.text)))
        last = data.draw(st.integers(first, len(read.text)))
        span = read.article_span(first, last)
        if span is not None and first < last:
            assert article.text[span[0] : span[1]] == read.text[first:last]
        for unit in read.units:
            if unit.block.kind is not BlockKind.TABLE_ROW and not unit.items:
                assert read.article_span(unit.first, unit.last) == (unit.start, unit.end)


@given(articles())
def test_a_row_is_read_with_the_names_of_its_columns(article: Article) -> None:
    for read in windows(article):
        for unit in read.units:
            block = unit.block
            if block.kind is not BlockKind.TABLE_ROW or not block.columns:
                continue
            cells = [article.text[start:end] for start, end in block.cells]
            parts = [f"{n}: {c}" if n else c for n, c in zip(COLUMNS, cells, strict=True) if c]
            assert read.text[unit.first : unit.last] == "; ".join(parts)


def test_column_names_stand_nowhere_in_the_article() -> None:
    read = window("table", [["Saturday", "12", "10:00"]])
    assert read.text.split("\n")[-1] == "Saturday; Room: 12; 时间: 10:00"
    row = read.units[0]
    assert read.article_span(row.first, row.last) is None
    at = read.text.index("10:00")
    assert read.article_span(at, at + 5) is not None
    name = read.text.index("时间", row.first)
    assert read.article_span(name, name + 2) is None


def test_sentences_of_a_paragraph_are_units_and_a_short_item_is_one() -> None:
    assert shown(window("paragraph", "One. Two! 三。")) == ["One.", "Two!", "三。"]
    assert shown(window("list", ["One. Two.", "Three."])) == [
        "You need:\nOne. Two.\nThree.",
        "You need:",
        "One. Two.",
        "Three.",
    ]
    assert shown(window("labelled", ("Price", "4 EUR"))) == ["Price: 4 EUR"]


def test_a_long_item_is_quoted_by_its_sentences() -> None:
    assert len(shown(window("list", ["This one goes on and on. " * 30]))) == 31


def test_lines_of_code_are_units_without_their_indent() -> None:
    assert shown(window("code", ["if x:", "    go()", "", "stop()"])) == ["if x:", "go()", "stop()"]


def test_headings_and_questions_are_read_and_never_quoted() -> None:
    builder = BlockBuilder()
    builder.heading("Opening hours", 1)
    builder.paragraph("When?", BlockKind.QUESTION)
    builder.paragraph("At nine.", BlockKind.ANSWER)
    (read,) = windows(Article("a#1", "a", "Hall", builder.text, blocks=builder.blocks))
    assert read.text == "Opening hours\nWhen?\nAt nine."
    assert shown(read) == ["At nine."]
    assert read.head == f"Hall{HEAD_SEPARATOR}Opening hours"


def test_a_passage_without_blocks_is_a_paragraph() -> None:
    read = window_of(Chunk("id", "a#1", 0, "One. Two.", 10, 19), "")
    assert shown(read) == ["One.", "Two."]
    assert read.article_span(5, 9) == (15, 19)
    assert read.head == ""


@given(st.text(max_size=9), st.lists(st.text(max_size=9)))
def test_a_head_joins_what_is_there(title: str, path: list[str]) -> None:
    parts = [part for part in (title, *path) if part]
    assert head_of(title, tuple(path)) == HEAD_SEPARATOR.join(parts)

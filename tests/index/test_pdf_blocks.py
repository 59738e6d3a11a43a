"""A PDF file gives blocks: headings, lists, tables, filled forms, notes, each with its page."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents.columns import Box
from index.documents.layout import PrintedPage, read_layout
from index.documents.pieces import compose_article
from index.models import BlockKind
from tests.blocks import check_covered
from tests.documents import kinds_and_texts, texts_of_blocks
from tests.pdf_pages import BOXES, Put, put_rows, read_pdf


def test_headings_lists_and_pages_are_blocks(tmp_path: Path) -> None:
    first = [
        Put(50, 760, "Rules of the boat house", 20),
        Put(50, 720, "Keys", 14),
        Put(50, 700, "Keys are kept by the warden, who lives in the yellow house by the water"),
        Put(50, 686, "and opens on most days."),
        Put(50, 660, "1. Sign the book."),
        Put(50, 646, "2. Take one key."),
    ]
    second = [Put(50, 760, "Boats", 14), Put(50, 740, "Boats stay on the lake.")]
    article = read_pdf(tmp_path, [first, second])
    assert article.title == "Rules of the boat house"
    keys = "Keys are kept by the warden, who lives in the yellow house by the water and opens on"
    assert kinds_and_texts(article) == [
        (BlockKind.HEADING, "Keys"),
        (BlockKind.PARAGRAPH, f"{keys} most days."),
        (BlockKind.LIST_ITEM, "1. Sign the book."),
        (BlockKind.LIST_ITEM, "2. Take one key."),
        (BlockKind.HEADING, "Boats"),
        (BlockKind.PARAGRAPH, "Boats stay on the lake."),
    ]
    assert [block.page for block in article.blocks] == [*"111122"]
    assert article.blocks[-1].path == ("Boats",)


def test_a_ruled_table_gives_rows_with_their_columns(tmp_path: Path) -> None:
    rows = [("Room", "Machine", "Day"), ("East", "Lathe", "Monday"), ("West", "Saw", "Friday")]
    lines = [(50, 720 - 20 * row, 230, 720 - 20 * row) for row in range(4)]
    lines += [(50 + 60 * column, 720, 50 + 60 * column, 660) for column in range(4)]
    page = [Put(50, 740, "Before it."), *put_rows(rows, 53, 705, 60, 20)]
    article = read_pdf(tmp_path, [page], lines=lines)
    assert texts_of_blocks(article)[1:] == [" | ".join(row) for row in rows]
    last = article.blocks[-1]
    assert (last.kind, last.columns) == (BlockKind.TABLE_ROW, rows[0])
    assert [article.text[start:end] for start, end in last.cells] == list(rows[2])


def test_filled_fields_are_labelled_values(tmp_path: Path) -> None:
    page = [Put(50, 700, "Name:"), Put(50, 670, "Guests:"), Put(50, 640, "Notes:")]
    article = read_pdf(tmp_path, [page], fields={(120, 696): "Ada Lund", (120, 666): "85"})
    assert kinds_and_texts(article) == [
        (BlockKind.LABELLED_VALUE, "Name: Ada Lund"),
        (BlockKind.LABELLED_VALUE, "Guests: 85"),
        (BlockKind.PARAGRAPH, "Notes:"),
    ]


def test_a_note_leaves_its_mark_and_follows_its_paragraph(tmp_path: Path) -> None:
    page = [
        Put(50, 700, "The board supplied 1840"), Put(161, 704, "3", 6),
        Put(170, 700, "households with 6 x 10"), Put(270, 704, "8", 6), Put(276, 700, "litres."),
        Put(50, 680, "Rates stay as they are until the next meeting of the board in May."),
        Put(50, 60, "3", 6), Put(56, 60, "Without the summer houses.", 8),
    ]  # fmt: skip
    texts = texts_of_blocks(read_pdf(tmp_path, [page]))
    assert "The board supplied 1840 households with 6 x 10⁸ litres." in texts[0]
    assert "Without the summer houses." in texts


@settings(max_examples=30)
@given(st.lists(BOXES, max_size=3))
def test_blocks_cover_the_text_of_any_pages(pages: list[list[Box]]) -> None:
    printed = [PrintedPage(number, boxes) for number, boxes in enumerate(pages, 1)]
    article = compose_article("a.pdf", read_layout(printed))
    if article is not None:
        check_covered(article)

"""A deck keeps its slides, bullets, tables and notes."""

from __future__ import annotations

from pathlib import Path

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index.documents.registry import read_file
from index.models import BlockKind


def write_deck(path: Path) -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "Boat club"
    first.placeholders[1].text = "Annual meeting"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "What to bring"
    frame = second.placeholders[1].text_frame
    frame.text = "A vest"
    frame.add_paragraph().text = "Lunch"
    under = frame.add_paragraph()
    under.text, under.level = "no glass", 1
    second.notes_slide.notes_text_frame.text = "Ask Ada for vests."
    third = deck.slides.add_slide(deck.slide_layouts[6])
    box = Inches(1), Inches(1), Inches(4), Inches(2)
    table = third.shapes.add_table(3, 3, *box).table
    rows = [["Boat", "Hour", "Day"], ["Canoe", "6", "25"], ["", "7", "30"]]
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    group = third.shapes.add_group_shape()
    group.shapes.add_textbox(*box).text_frame.text = "In a group"
    chart = CategoryChartData()
    chart.categories = ["2023", "2024"]
    chart.add_series("Members", (40, 52))
    third.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, chart)
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(str(path))


def test_a_deck_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "a.pptx"
    write_deck(path)
    result = read_file(path, "a.pptx")
    (article,) = result.articles
    assert (article.id, article.title) == ("a.pptx#1", "Boat club")
    told = [
        (b.kind, b.page, b.level, article.text[b.start : b.end])
        for b in article.blocks
        if b.kind not in {BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW}
    ]
    assert told == [
        (BlockKind.HEADING, "1", 1, "Boat club"),
        (BlockKind.PARAGRAPH, "1", 0, "Annual meeting"),
        (BlockKind.HEADING, "2", 1, "What to bring"),
        (BlockKind.LIST_ITEM, "2", 0, "A vest"),
        (BlockKind.LIST_ITEM, "2", 0, "Lunch"),
        (BlockKind.LIST_ITEM, "2", 1, "no glass"),
        (BlockKind.NOTE, "2", 0, "Ask Ada for vests."),
        (BlockKind.PARAGRAPH, "3", 0, "In a group"),
    ]
    rows = [
        dict(zip(b.columns, (article.text[s:e] for s, e in b.cells), strict=True))
        for b in article.blocks
        if b.kind is BlockKind.TABLE_ROW
    ]
    assert rows == [
        {"Boat": "Canoe", "Hour": "6", "Day": "25"},
        {"Boat": "Canoe", "Hour": "7", "Day": "30"},
        {"": "2023", "Members": "40"},
        {"": "2024", "Members": "52"},
    ]
    assert not any(b.path for b in article.blocks if b.page == "3")
    assert "4" in result.failed[0].reason

"""Workbooks and tables of plain text keep titles, column names, forms and sections."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents.builder import BlockBuilder
from index.documents.number_formats import formatted
from index.documents.sheet_tables import SheetWriter
from index.documents.workbook import shown
from index.models import Article, Block, BlockKind
from tests.blocks import check_covered
from tests.documents import read, read_article
from tests.documents import texts_of_blocks as texts
from tests.office_files import rewrite
from tests.sheet_files import write_workbook

PRICES = [
    ["Boat hire", "", ""],
    [],
    ["Boat", "Hour", "Day"],
    ["Rowing boat", 8.5, 30],
    ["Canoe", 6, 25.0],
]


def one(folder: Path, content: str | None = None) -> Article:
    """Return what is read of a table of text, or of the workbook that was written."""
    article = read_article(folder, "a.xlsx" if content is None else "a.csv", content)
    check_covered(article)
    return article


def rows_in(folder: Path, rows: list[list[object]], **more: Any) -> list[dict[str, str]]:
    """Write a sheet, and return the rows that are read of it."""
    write_workbook(folder / "a.xlsx", {"S": rows}, **more)
    return rows_of(one(folder))


def named(article: Article, block: Block) -> dict[str, str]:
    cells = [article.text[start:end] for start, end in block.cells]
    return dict(zip(block.columns, cells, strict=True))


def rows_of(article: Article) -> list[dict[str, str]]:
    return [named(article, b) for b in article.blocks if b.kind is BlockKind.TABLE_ROW]


def test_a_workbook_is_one_article_with_a_heading_a_sheet(tmp_path: Path) -> None:
    rules = [["Wear a vest."], ["Be back by six."]]
    write_workbook(tmp_path / "a.xlsx", {"Prices": PRICES, "Rules": rules})
    article = one(tmp_path)
    assert (article.id, article.title) == ("a.xlsx#1", "a")
    assert texts(article, BlockKind.HEADING) == ["Prices", "Boat hire", "Rules"]
    assert rows_of(article) == [
        {"Boat": "Rowing boat", "Hour": "8.5", "Day": "30"},
        {"Boat": "Canoe", "Hour": "6", "Day": "25"},
    ]
    row = next(b for b in article.blocks if b.kind is BlockKind.TABLE_ROW)
    assert (row.path, row.page) == (("Prices", "Boat hire"), "Prices")
    assert texts(article, BlockKind.PARAGRAPH) == ["Wear a vest.", "Be back by six."]


def test_merged_cells_are_repeated_and_name_what_is_below(tmp_path: Path) -> None:
    rows = [
        ["Room", "Morning", "", "Evening", ""],
        ["", "Opens", "Closes", "Opens", "Closes"],
        ["Hall", "8:00", "12:00", "17:00", "22:00"],
        ["", "9:00", "13:00", "18:00", "23:00"],
    ]
    merged = {"S": ["B1:C1", "D1:E1", "A1:A2", "A3:A4"]}
    first, second = rows_in(tmp_path, rows, merged=merged)
    assert first["Morning Closes"] == "12:00"
    assert second == {
        "Room": "Hall",
        "Morning Opens": "9:00",
        "Morning Closes": "13:00",
        "Evening Opens": "18:00",
        "Evening Closes": "23:00",
    }


def test_rows_that_name_a_section_become_headings(tmp_path: Path) -> None:
    rows = [
        ["Dish", "Size", "Price"],
        ["Soups"],
        ["Leek soup", "bowl", 4],
        ["Cakes"],
        ["Plum cake", "slice", 3],
        ["All with bread"],
    ]
    write_workbook(tmp_path / "a.xlsx", {"Menu": rows})
    article = one(tmp_path)
    paths = [b.path for b in article.blocks if b.kind is BlockKind.TABLE_ROW]
    assert paths == [("Menu", "Soups"), ("Menu", "Cakes")]
    assert rows_of(article)[1] == {"Dish": "Plum cake", "Size": "slice", "Price": "3"}
    assert texts(article, BlockKind.NOTE) == ["All with bread"]


def test_two_tables_beside_each_other_are_two(tmp_path: Path) -> None:
    rows = [
        ["Key", "Holder", "Floor", "", "Day", "Warden", "Phone"],
        ["K1", "Ada", 1, "", "Mon", "Ben", 411],
        ["K2", "Cy", 2, "", "Tue", "Dee", 412],
    ]
    assert rows_in(tmp_path, rows) == [
        {"Key": "K1", "Holder": "Ada", "Floor": "1"},
        {"Key": "K2", "Holder": "Cy", "Floor": "2"},
        {"Day": "Mon", "Warden": "Ben", "Phone": "411"},
        {"Day": "Tue", "Warden": "Dee", "Phone": "412"},
    ]


def test_a_form_gives_labelled_values(tmp_path: Path) -> None:
    rows = [["Caretaker", "Ansel Whitby"], ["Phone:", "555 0101"]]
    write_workbook(tmp_path / "a.xlsx", {"S": rows})
    article = one(tmp_path)
    values = [b for b in article.blocks if b.kind is BlockKind.LABELLED_VALUE]
    assert [named(article, b) for b in values] == [
        {"Caretaker": "Ansel Whitby"},
        {"Phone": "555 0101"},
    ]


def test_hidden_sheets_are_left_out_and_said(tmp_path: Path) -> None:
    sheets = {"Open": PRICES, "Wages": [["Secret", 1]]}
    write_workbook(tmp_path / "a.xlsx", sheets, hidden=["Wages"])
    result = read(tmp_path, "a.xlsx")
    assert "Secret" not in result.articles[0].text
    assert "Wages" in result.failed[0].reason


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 9])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".pptx"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    result = read(tmp_path, f"a{suffix}", content)
    assert result.articles == ()
    assert "broken" in result.failed[0].reason


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet")
    assert read(tmp_path, "a.xlsx").failed


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Pier,Opens\nNorth,8:00\n\nSouth,\n", "Pier=North Opens=8:00\nPier=South"),
        ("Item;Price\nSoup;3,50\nCake;2,75\n", "Item=Soup Price=3,50\nItem=Cake Price=2,75"),
        ('Name,Note\n"Smith; J","a; b"\n', "Name=Smith; J Note=a; b"),
        ("Price list; spring\n\nItem\tPrice\nSoup\t4\n", "Item=Soup Price=4"),
        (
            "Who,Room\nAda,Blue room\nBen,Red room\n",
            "Who=Ada Room=Blue room\nWho=Ben Room=Red room",
        ),
        ("码头;首班\n北码头;8:00\n", "码头=北码头 首班=8:00"),
    ],
)
def test_a_table_of_text_names_its_columns(tmp_path: Path, content: str, expected: str) -> None:
    rows = [" ".join(map("=".join, row.items())) for row in rows_of(one(tmp_path, content))]
    assert "\n".join(rows) == expected


def test_a_line_above_a_table_is_its_title(tmp_path: Path) -> None:
    article = one(tmp_path, "Cups won,,\nTeam,Place,Cups\nBlues,STL,1\n")
    assert article.title == "Cups won"
    assert rows_of(article) == [{"Team": "Blues", "Place": "STL", "Cups": "1"}]


def test_a_column_of_short_cells_is_no_column_of_articles(tmp_path: Path) -> None:
    rows = rows_of(one(tmp_path, "时间,内容,地点\n8:00,开会,礼堂\n9:00,参观,学校\n"))
    assert rows[1] == {"时间": "9:00", "内容": "参观", "地点": "学校"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(13.0, "13"), (0.1 + 0.2, "0.3"), (1e16, "10000000000000000"), (1e-7, "0.0000001")],
)
def test_numbers_are_shown_without_noise(value: float, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (0.15, "0%", "15%"),
        (4.0, '#,##0.00\\ "€"', "4.00 €"),
        (1234.5, "[$£-809]#,##0.00", "£1,234.50"),
        (-3, "0;[Red](0)", "(3)"),
        (2.5, "0.0#", "2.5"),
        (12, '0" kg"', "12 kg"),
        (45000, "yyyy-mm-dd", ""),
        (3, "General", ""),
    ],
)
def test_a_number_is_shown_in_its_format(value: float, code: str, expected: str) -> None:
    assert formatted(value, code) == expected


def test_prices_keep_their_currency(tmp_path: Path) -> None:
    rows = [["Item", "Price", "Share"], ["Soup", 4, 0.25]]
    found = rows_in(tmp_path, rows, formats={"B2": '#,##0.00 "€"', "C2": "0%"})
    assert found == [{"Item": "Soup", "Price": "4.00 €", "Share": "25%"}]


CELLS = st.sampled_from(["", "", "a", "Name", "12", "3,50", "Long text with a point.", "x:", None])


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, max_size=6), max_size=9), st.booleans())
def test_no_cell_of_any_sheet_is_lost(rows: list[list[str | None]], named: bool) -> None:
    builder = BlockBuilder()
    SheetWriter(builder, named=named).write(rows)
    article = Article("a#1", "a", "a", builder.text, blocks=builder.blocks)
    check_covered(article)
    said = " ".join(cell.strip(" :") for row in rows for cell in row if cell)
    assert set(said.split()) <= set(builder.text.replace(":", " ").split())


def write_far(path: Path, rows: str) -> None:
    """Write a workbook that has more rows, given as XML."""
    write_workbook(path, {"Hire": [["Boat", "Price"], ["Canoe", 6], ["Raft", 9]]})
    sheet, end = "xl/worksheets/sheet1.xml", f"{rows}</sheetData>".encode()
    rewrite(path, lambda m: m.update({sheet: m[sheet].replace(b"</sheetData>", end)}))


def test_a_sheet_with_a_cell_at_its_far_end_is_read(tmp_path: Path) -> None:
    last = '<c r="XFD1048576" t="inlineStr"><is><t>Ask Ada.</t></is></c>'
    write_far(tmp_path / "a.xlsx", f'<row r="1048576">{last}</row>')
    assert one(tmp_path).text.splitlines() == [
        "Hire", "Boat | Price", "Canoe | 6", "Raft | 9", "Ask Ada.",
    ]  # fmt: skip


def test_a_sheet_of_cells_strewn_far_apart_is_refused(tmp_path: Path) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    columns = [a + b + c for a in letters[:5] for b in letters for c in letters]
    write_far(tmp_path / "a.xlsx", "".join(
        f'<row r="{at * 9}"><c r="{column}{at * 9}"><v>{at}</v></c></row>'
        for at, column in enumerate(columns, 1)
    ))  # fmt: skip
    (failed,) = read(tmp_path, "a.xlsx").failed
    assert "too far apart" in failed.reason

"""A Word document is read as Word shows it: its final text, each part once and in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.models import Article, BlockKind
from tests.blocks import check_covered
from tests.documents import read, read_article
from tests.documents import texts_of_blocks as texts
from tests.office_files import write_word
from tests.word_parts import note, run, write_parts


def body(tmp_path: Path, xml: str, **parts: str) -> Article:
    write_parts(tmp_path / "a.docx", xml, **parts)
    return read_article(tmp_path, "a.docx")


def test_headings_lists_and_tables_are_blocks(tmp_path: Path) -> None:
    blocks = [
        ("Title", "运动会通知"),
        ("", "各年级："),
        ("Heading 1", "项目"),
        ("List Bullet", "每人限报两项"),
        ("List Number", "接力不占名额"),
        ("List Number", "雨天改期"),
        [["项目", "人数"], ["跳绳", "10人"], ["跑步", "8人"]],
        ("", "第三中学"),
        ("", "2023年9月28日"),
    ]
    write_word(tmp_path / "a.docx", blocks)
    article = read_article(tmp_path, "a.docx")
    assert (article.title, article.date) == ("运动会通知", "2023年9月28日")
    assert article.text.split("\n") == [
        "各年级：", "项目", "每人限报两项", "1. 接力不占名额", "2. 雨天改期",
        "项目 | 人数", "跳绳 | 10人", "跑步 | 8人", "第三中学", "2023年9月28日",
    ]  # fmt: skip
    item, row = article.blocks[2], article.blocks[6]
    assert (item.kind, item.path) == (BlockKind.LIST_ITEM, ("项目",))
    assert (row.kind, row.columns) == (BlockKind.TABLE_ROW, ("项目", "人数"))
    assert [article.text[start:end] for start, end in row.cells] == ["跳绳", "10人"]


def test_the_final_text_of_tracked_changes(tmp_path: Path) -> None:
    xml = (
        f"<w:p><w:moveFrom>{run('Gone north.')}</w:moveFrom></w:p>"
        f"<w:p>{run('Open until ')}<w:del><w:r><w:delText>six</w:delText></w:r></w:del>"
        f"<w:ins>{run('seven')}</w:ins>{run('.')}</w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("One line") + "</w:p>"
        f"<w:p>{run(' made of two.')}</w:p>"
        f"<w:p><w:moveTo>{run('Come south.')}</w:moveTo></w:p>"
    )
    article = body(tmp_path, xml)
    assert texts(article) == ["Open until seven.", "One line made of two.", "Come south."]


def test_hidden_text_is_left_out_also_where_a_style_hides_it(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Sub"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    xml = (
        "<w:p>" + run("Seen") + run(" hidden", "<w:vanish/>")
        + run(" too", '<w:rStyle w:val="Sub"/>')
        + run(", kept.", '<w:vanish w:val="0"/>') + "</w:p>"
        '<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr>' + run("Never shown.") + "</w:p>"
    )  # fmt: skip
    assert texts(body(tmp_path, xml, styles=styles)) == ["Seen, kept."]


def test_special_characters_and_shifted_ones(tmp_path: Path) -> None:
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    xml = (
        "<w:p><w:r><w:t>Room 4</w:t><w:noBreakHyphen/><w:t>12, 6 × 10</w:t></w:r>" + run("8", up)
        + run(" m") + run("3", up) + run(" of H") + run("2", down) + run("O on the 5")
        + run("th", up)
        + '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
        "<w:r><w:tab/><w:t>end</w:t></w:r></w:p>"
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run(" Paid") + "</w:p>"
    )  # fmt: skip
    article = body(tmp_path, xml)
    assert texts(article) == ["Room 4-12, 6 × 10⁸ m³ of H₂O on the 5th≥ end", "☑ Paid"]
    assert article.blocks[1].kind is BlockKind.LIST_ITEM


def test_notes_follow_their_paragraph_and_margins_come_once(tmp_path: Path) -> None:
    xml = (
        "<w:p>" + run("It costs 46") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + run(" pounds.") + "</w:p><w:p>" + run("Bring a coat.") + "</w:p><w:sectPr>"
        '<w:headerReference w:type="default" r:id="header"/>'
        '<w:headerReference w:type="first" r:id="footer"/></w:sectPr>'
    )  # fmt: skip
    head = f"<w:p>{run('Adopted in May')}</w:p><w:p>{run('Page 3 of 9')}</w:p>"
    parts = {"footnotes": note(2, "Children pay 19."), "header": head, "footer": head}
    article = body(tmp_path, xml, **parts)
    assert texts(article)[:3] == ["It costs 46 pounds.", "Children pay 19.", "Bring a coat."]
    assert texts(article, BlockKind.NOTE) == ["Children pay 19.", "Adopted in May", "Page 3 of 9"]


def test_page_fields_are_no_text(tmp_path: Path) -> None:
    xml = (
        "<w:p>"
        + run("Body.")
        + '</w:p><w:sectPr><w:headerReference w:type="default" r:id="header"/>'
    )
    field = '<w:fldSimple w:instr=" PAGE ">' + run("7") + "</w:fldSimple>"
    head = f"<w:p>{run('Page ')}{field}</w:p><w:p>{run('Rules')}</w:p>"
    article = body(tmp_path, xml + "</w:sectPr>", header=head)
    assert texts(article) == ["Body.", "Rules"]


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def cell(text: str, properties: str = "", inner: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}<w:p>{run(text)}</w:p></w:tc>"


def test_merged_cells_stand_once_in_each_of_their_rows(tmp_path: Path) -> None:
    begun, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    xml = table(
        cell("Room") + cell("Machine") + cell("Day") + cell("Hours"),
        cell("East", begun) + cell("Lathe") + cell("closed", '<w:gridSpan w:val="2"/>'),
        cell("", on) + cell("Saw") + cell("Friday") + cell("9 to 12"),
    )
    article = body(tmp_path, xml)
    assert texts(article)[1:] == ["East | Lathe | closed", "East | Saw | Friday | 9 to 12"]
    lathe = article.blocks[1]
    assert lathe.columns == ("Room", "Machine", "Day", "Hours")
    assert lathe.cells[2] == lathe.cells[3]


def test_a_form_of_two_columns_is_labelled_values(tmp_path: Path) -> None:
    rows = [
        cell("Renter:") + cell("Ada Lund"),
        cell("Hall") + cell("North"),
        cell("Fee") + cell(""),
    ]
    article = body(tmp_path, table(*rows))
    assert texts(article) == ["Renter: Ada Lund", "Hall: North", "Fee"]
    assert article.blocks[0].columns == ("Renter",)


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('Ring twice.')}</w:p></w:txbxContent>"
    xml = (
        "<w:p>" + run("At the door:") + "<w:r><mc:AlternateContent><mc:Choice><w:drawing>" + box
        + "</w:drawing></mc:Choice><mc:Fallback><w:pict>" + box + "</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )  # fmt: skip
    assert texts(body(tmp_path, xml)) == ["At the door:", "Ring twice."]


@pytest.mark.parametrize("depth", [2, 60, 78])
def test_nested_tables_are_read_once(tmp_path: Path, depth: int) -> None:
    long = "word " * 20_000
    xml = f"<w:p>{run(long)}</w:p>"
    for _ in range(depth):
        xml = f"<w:tbl><w:tr><w:tc>{xml}<w:p/></w:tc></w:tr></w:tbl>"
    write_parts(tmp_path / "a.docx", f"<w:p>{run('Before.')}</w:p>{xml}")
    result = read(tmp_path, "a.docx")
    assert result.failed or result.articles[0].text.count("word") == 20_000


def test_a_small_table_in_a_cell_stays_in_its_row(tmp_path: Path) -> None:
    inner = table(cell("North") + cell("5 April"), cell("South") + cell("7 April"))
    due = f"<w:tc><w:p/>{inner}<w:p/></w:tc>"
    rows = [cell("Fee") + cell("Price") + cell("Due"), cell("Water") + cell("80") + due]
    article = body(tmp_path, table(*rows))
    assert texts(article) == ["Fee | Price | Due", "Water | 80 | North 5 April South 7 April"]


def test_a_cell_through_many_rows_does_not_multiply(tmp_path: Path) -> None:
    first = cell("x" * 100_000, '<w:vMerge w:val="restart"/>') + cell("a") + cell("b")
    later = cell("", "<w:vMerge/>") + cell("c") + cell("d")
    article = body(tmp_path, table(first, *[later] * 500))
    assert len(article.text) < 110_000


TEXT = st.text(st.sampled_from("ab 一1.•:|\t\n☐"), max_size=12)
XML_TEXT = TEXT.map(lambda text: f"<w:p>{run(text)}</w:p>")
TABLES = st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda rows: table(*("".join(map(cell, row)) for row in rows))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(XML_TEXT, TABLES), max_size=6))
def test_blocks_cover_the_text(tmp_path: Path, parts: list[str]) -> None:
    write_parts(tmp_path / "a.docx", "".join(parts))
    for article in read(tmp_path, "a.docx").articles:
        check_covered(article)


def test_a_part_that_is_no_xml_is_as_an_absent_one(tmp_path: Path) -> None:
    article = body(tmp_path, f"<w:p>{run('Kept.')}</w:p>", footnotes="<broken")
    assert texts(article) == ["Kept."]

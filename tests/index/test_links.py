"""Where links lead is kept beside the text, at the words that are linked."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Inches

from index.blocks import pack_blocks, unpack_blocks
from index.chunker import chunk_article
from index.documents.builder import BlockBuilder
from index.documents.html_blocks import html_blocks
from index.documents.wire import pack, unpack
from index.models import Article
from tests.documents import read_article
from tests.office_files import write_book
from tests.pdf_pages import Put, write_pdf
from tests.sheet_files import write_workbook


def linked(article: Article) -> list[tuple[str, str]]:
    links = [link for block in article.blocks for link in block.links]
    assert all(b.start <= x < y <= b.end for b in article.blocks for x, y, _ in b.links)
    return [(article.text[start:end], address) for start, end, address in links]


MARKDOWN = """---
permalink: https://teal.example/shed/
---
# Shed

Apply here, not there: [here](https://a.example/), or by the [*old* form](old.html#top).
Write to [us](mailto:us@teal.example), see <https://b.example/> and [below](#keys).

| Boat | Plan |
|---|---|
| Teal | [plan](https://c.example/1) |
| Wren | [plan](https://c.example/2) |

- [Rules](/rules)
- [Odd](javascript:alert(1))
"""


def test_markdown_keeps_addresses_at_their_words(tmp_path: Path) -> None:
    article = read_article(tmp_path, "shed.md", MARKDOWN)
    assert article.url == "https://teal.example/shed/"
    assert linked(article) == [
        ("here", "https://a.example/"),
        ("old form", "https://teal.example/shed/old.html#top"),
        ("us", "mailto:us@teal.example"),
        ("plan", "https://c.example/1"),
        ("plan", "https://c.example/2"),
        ("Rules", "https://teal.example/rules"),
    ]
    (start, *_) = article.blocks[0].links[0]
    assert article.text[:start].endswith("not there: ")


def test_a_page_takes_relative_addresses_from_its_own(tmp_path: Path) -> None:
    page = (
        '<head><link rel="canonical" href="https://a.example/b/c.html"></head><h1>Shed</h1>'
        '<p>Read <a href="d.html">the rules</a>.</p><a href="/card"><div><p>One</p><p>Two</p></div>'
        "</a><dl><dt>Key</dt><dd>in the <a href='https://h.example'>hall</a></dd></dl>"
    )
    article = read_article(tmp_path, "a.html", page)
    assert article.url == "https://a.example/b/c.html"
    assert linked(article) == [
        ("the rules", "https://a.example/b/d.html"),
        ("One", "https://a.example/card"),
        ("Two", "https://a.example/card"),
        ("hall", "https://h.example"),
    ]


@pytest.mark.parametrize("given", ["url: /shed/", "slug: shed", "permalink: /:year/:title"])
def test_half_an_address_is_none(tmp_path: Path, given: str) -> None:
    text = f"---\ntitle: Shed\n{given}\n---\nSee [this](b.md).\n"
    article = read_article(tmp_path, "a.md", text)
    assert article.url == ""
    assert linked(article) == []


def _link(paragraph: Paragraph, words: str, address: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link, run, text = (OxmlElement(name) for name in ("w:hyperlink", "w:r", "w:t"))
    link.set(qn("r:id"), paragraph.part.relate_to(address, kind, is_external=True))
    text.text = words
    run.append(text)
    link.append(run)
    paragraph._p.append(link)


def test_links_of_word_are_kept(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Shed", 1)
    _link(document.add_paragraph("The form is the "), "form", "https://a.example/f")
    _link(document.add_paragraph("", style="List Bullet"), "Rules", "https://a.example/r")
    document.save(str(tmp_path / "a.docx"))
    article = read_article(tmp_path, "a.docx")
    assert linked(article) == [("form", "https://a.example/f"), ("Rules", "https://a.example/r")]
    assert article.text[: article.blocks[-2].links[0][0]].endswith("is the ")


def test_links_in_tables_notes_and_fields_of_word_are_kept(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table.rows[0].cells, ("Place", "Key"), strict=True):
        cell.text = words
    table.cell(1, 0).text = "Hall"
    _link(table.cell(1, 1).paragraphs[0], "Ada", "mailto:ada@a.example")
    _link(document.sections[0].header.paragraphs[0], "Club", "https://a.example/")
    paragraph = document.add_paragraph("Read ")
    for kind, text in (
        ("begin", ""), ("", ' HYPERLINK "https://a.example/old" '), ("separate", ""),
        ("text", "the old rules"), ("end", ""),
    ):  # fmt: skip
        name = {"": "w:instrText", "text": "w:t"}.get(kind, "w:fldChar")
        mark = OxmlElement(name)
        mark.text = text or None
        if name == "w:fldChar":
            mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)
    document.save(str(tmp_path / "a.docx"))
    assert linked(read_article(tmp_path, "a.docx")) == [
        ("Ada", "mailto:ada@a.example"),
        ("the old rules", "https://a.example/old"),
        ("Club", "https://a.example/"),
    ]


def test_links_of_a_deck_are_kept(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Boats"
    box = Inches(1), Inches(1), Inches(4), Inches(2)
    paragraph = slide.shapes.add_textbox(*box).text_frame.paragraphs[0]
    for words, address in (("The form, ", ""), ("form", "https://a.example/f")):
        run = paragraph.add_run()
        run.text = words
        run.hyperlink.address = address or None
    table = slide.shapes.add_table(2, 2, *box).table
    for at, words in enumerate(("Boat", "Plan", "Canoe", "here")):
        table.cell(at // 2, at % 2).text = words
    table.cell(1, 1).text_frame.paragraphs[0].runs[0].hyperlink.address = "https://a.example/c"
    deck.save(str(tmp_path / "a.pptx"))
    article = read_article(tmp_path, "a.pptx")
    assert linked(article) == [("form", "https://a.example/f"), ("here", "https://a.example/c")]
    assert article.text[: article.blocks[1].links[0][0]].endswith("The form, ")


def test_links_of_a_workbook_are_kept(tmp_path: Path) -> None:
    rows = [["Boat", "Plan"], ["Canoe", "see"], ["Raft", "see"], ["Kayak", "map"]]
    links = {"B3": "https://a.example/raft"}
    formulas = {"B4": 'HYPERLINK("https://a.example/map","map")'}
    write_workbook(tmp_path / "a.xlsx", {"Boats": rows}, links=links, formulas=formulas)
    article = read_article(tmp_path, "a.xlsx")
    assert linked(article) == [("see", links["B3"]), ("map", "https://a.example/map")]
    assert article.text[: article.blocks[3].links[0][0]].endswith("Raft: ")


def test_links_of_a_pdf_are_kept(tmp_path: Path) -> None:
    lines = [Put(60, 700, "Ask here for a key."), Put(60, 650, "The rules are here, 2 pages.")]
    links = {
        (77.0, 697.0, 98.0, 709.0): "mailto:ada@a.example",
        (122.0, 647.0, 142.0, 659.0): "https://a.example/rules",
        (144.0, 647.0, 152.0, 659.0): "https://a.example/note",
    }
    write_pdf(tmp_path / "a.pdf", [lines], links=links)
    assert linked(read_article(tmp_path, "a.pdf")) == [
        ("here", "mailto:ada@a.example"),
        ("here", "https://a.example/rules"),
    ]


def test_books_and_mails_have_addresses(tmp_path: Path) -> None:
    write_book(tmp_path / "a.epub", "Mills", {"1.xhtml": "<p>The mill stood.</p>"})
    assert read_article(tmp_path, "a.epub").url == ""
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "Key", "<k%7@post.example>"
    message.set_content("It hangs in the hall.")
    mail = read_article(tmp_path, "a.eml", message.as_bytes())
    assert mail.url == "mid:k%257@post.example"
    message["Archived-At"] = "<https://post.example/list/7>"
    mail = read_article(tmp_path, "a.eml", message.as_bytes())
    assert mail.url == "https://post.example/list/7"


WORDS = st.sampled_from(["here", "the form", "a", "an", "\n"])


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", "https://a.example/1", "#x"])), max_size=12))
def test_links_outlive_packing_and_cutting(parts: list[tuple[str, str]]) -> None:
    page = " ".join(f'<a href="{to}">{words}</a>' if to else words for words, to in parts)
    builder = BlockBuilder()
    html_blocks(builder, f"<p>{page}</p><table><tr><th>{page}</th></tr><tr><td>x</td></tr></table>")
    article = Article("a#1", "a", "A", builder.text, blocks=builder.blocks)
    expected = [(words, to) for words, to in parts if to.startswith("https") and words.strip()]
    assert linked(article)[: len(expected)] == expected
    assert unpack_blocks(pack_blocks(article.blocks)) == article.blocks
    assert unpack(json.loads(pack(article))) == article
    cut = [link for chunk in chunk_article(article, 5) for b in chunk.blocks for link in b.links]
    assert set(cut) <= {link for block in article.blocks for link in block.links}


def test_who_wrote_a_page_can_be_quoted(tmp_path: Path) -> None:
    head = '<head><meta name="author" content="Ada Wren"></head>'
    text = f"{head}<h1>Mills</h1><h2>Old</h2><p>The mill stood.</p>"
    page = read_article(tmp_path, "a.html", text)
    assert (page.byline, page.text) == ("Ada Wren", "Old\nThe mill stood.\nauthor: Ada Wren")
    assert page.blocks[-1].path == ()
    text = f"{head}<h1>Mills</h1><p>Written by Ada Wren in May.</p>"
    assert read_article(tmp_path, "b.html", text).text == "Written by Ada Wren in May."

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

from index.blocks import pack_blocks, unpack_blocks
from index.chunker import chunk_article
from index.documents.builder import BlockBuilder
from index.documents.html_blocks import html_blocks
from index.documents.registry import read_file
from index.documents.wire import pack, unpack
from index.models import Article
from tests.office_files import write_book


def read(folder: Path, name: str, text: str) -> Article:
    (folder / name).write_text(text, encoding="utf-8")
    (article,) = read_file(folder / name, name).articles
    return article


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
    article = read(tmp_path, "shed.md", MARKDOWN)
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
    article = read(tmp_path, "a.html", page)
    assert article.url == "https://a.example/b/c.html"
    assert linked(article) == [
        ("the rules", "https://a.example/b/d.html"),
        ("One", "https://a.example/card"),
        ("Two", "https://a.example/card"),
        ("hall", "https://h.example"),
    ]


@pytest.mark.parametrize("given", ["url: /shed/", "slug: shed", "permalink: /:year/:title"])
def test_half_an_address_is_none(tmp_path: Path, given: str) -> None:
    article = read(tmp_path, "a.md", f"---\ntitle: Shed\n{given}\n---\nSee [this](b.md).\n")
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
    (article,) = read_file(tmp_path / "a.docx", "a.docx").articles
    assert linked(article) == [("form", "https://a.example/f"), ("Rules", "https://a.example/r")]
    assert article.text[: article.blocks[-2].links[0][0]].endswith("is the ")


def test_books_and_mails_have_addresses(tmp_path: Path) -> None:
    write_book(tmp_path / "a.epub", "Mills", {"1.xhtml": "<p>The mill stood.</p>"})
    (book,) = read_file(tmp_path / "a.epub", "a.epub").articles
    assert book.url == ""
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "Key", "<k%7@post.example>"
    message.set_content("It hangs in the hall.")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    (mail,) = read_file(tmp_path / "a.eml", "a.eml").articles
    assert mail.url == "mid:k%257@post.example"
    message["Archived-At"] = "<https://post.example/list/7>"
    (tmp_path / "b.eml").write_bytes(message.as_bytes())
    (mail,) = read_file(tmp_path / "b.eml", "b.eml").articles
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
    page = read(tmp_path, "a.html", f"{head}<h1>Mills</h1><h2>Old</h2><p>The mill stood.</p>")
    assert (page.byline, page.text) == ("Ada Wren", "Old\nThe mill stood.\nauthor: Ada Wren")
    assert page.blocks[-1].path == ()
    signed = read(tmp_path, "b.html", f"{head}<h1>Mills</h1><p>Written by Ada Wren in May.</p>")
    assert signed.text == "Written by Ada Wren in May."

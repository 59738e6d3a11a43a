"""A book is one article: its chapters are sections, its notes stand apart."""

from __future__ import annotations

from pathlib import Path

from index.documents.registry import read_file
from index.models import Article, BlockKind
from tests.office_files import repeat_chapter, rewrite, write_book


def told(article: Article) -> list[tuple[BlockKind, tuple[str, ...], str]]:
    return [(b.kind, b.path, article.text[b.start : b.end]) for b in article.blocks]


def test_a_book_is_one_article_with_its_chapters_as_sections(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    chapters = {
        "1.xhtml": "<h1>雾</h1><p>船还没有<i>醒</i>。</p>",
        "2.xhtml": "<h2>灯</h2><p>亮了。</p>",
    }
    write_book(path, "渡口", chapters)
    (article,) = read_file(path, "a.epub").articles
    assert (article.id, article.title, article.byline) == ("a.epub#1", "渡口", "林见川")
    assert article.date == "2021-06-01"
    assert told(article) == [
        (BlockKind.HEADING, (), "雾"),
        (BlockKind.PARAGRAPH, ("雾",), "船还没有醒。"),
        (BlockKind.HEADING, (), "灯"),
        (BlockKind.PARAGRAPH, ("灯",), "亮了。"),
        (BlockKind.LABELLED_VALUE, (), "author: 林见川"),
    ]


def test_marks_of_notes_are_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    here = '<a epub:type="noteref" href="#n1">4</a>'
    there = '<sup><a href="notes.xhtml#n2">5</a></sup>'
    chapters = {
        "1.xhtml": f"<p>Built in 1927{here} by Ada, moved in 1930{there}.</p>"
        '<p id="n1">4 Or 1926.</p>',
        "notes.xhtml": '<p id="n2">5 By barge.</p>',
    }
    write_book(path, "Mills", chapters)
    (article,) = read_file(path, "a.epub").articles
    assert "Built in 1927 by Ada, moved in 1930." in article.text
    assert "By barge." in article.text
    assert (BlockKind.NOTE, (), "4 Or 1926.") in told(article)


def test_a_chapter_that_the_spine_repeats_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    write_book(path, "Mills", {"1.xhtml": "<p>Only once.</p>"})
    rewrite(path, repeat_chapter)
    (article,) = read_file(path, "a.epub").articles
    assert article.text == "Only once.\nauthor: 林见川"


def test_a_chapter_of_any_name_counts_towards_what_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    write_book(path, "Mills", {"a.dat": "<p>x</p>" * 2_500_000})
    result = read_file(path, "a.epub")
    assert result.articles == ()
    assert "unpacks to more" in result.failed[0].reason


def test_a_chapter_without_a_heading_has_the_one_of_the_contents(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    chapters = {
        "nav.xhtml": '<nav><a href="1.xhtml">The mill</a></nav>',
        "1.xhtml": "<p>It turns.</p>",
    }
    write_book(path, "Mills", chapters)
    plain, named = b'href="nav.xhtml"', b'href="nav.xhtml" properties="nav"'
    opf = "OEBPS/book.opf"
    rewrite(path, lambda members: members.update({opf: members[opf].replace(plain, named)}))
    (article,) = read_file(path, "a.epub").articles
    assert told(article) == [
        (BlockKind.HEADING, (), "The mill"),
        (BlockKind.PARAGRAPH, ("The mill",), "It turns."),
        (BlockKind.LABELLED_VALUE, (), "author: 林见川"),
    ]


def test_a_chapter_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    write_book(path, "Mills", {"1.xhtml": "<p>Here.</p>", "2.xhtml": "<p>Gone.</p>"})
    rewrite(path, lambda members: members.pop("OEBPS/2.xhtml"))
    result = read_file(path, "a.epub")
    assert result.articles[0].text == "Here.\nauthor: 林见川"
    assert "2.xhtml" in result.failed[0].reason

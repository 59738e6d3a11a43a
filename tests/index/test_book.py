"""A book is one article: its chapters are sections, its notes stand apart."""

from __future__ import annotations

from pathlib import Path

from index.models import Article, BlockKind, ReadResult
from tests.documents import read
from tests.office_files import Change, repeat_chapter, rewrite, write_book


def told(article: Article) -> list[tuple[BlockKind, tuple[str, ...], str]]:
    return [(b.kind, b.path, article.text[b.start : b.end]) for b in article.blocks]


def book(
    folder: Path, chapters: dict[str, str], title: str = "Mills", change: Change | None = None
) -> ReadResult:
    """Write a book of chapters, change the members of its archive, and read it."""
    write_book(folder / "a.epub", title, chapters)
    if change:
        rewrite(folder / "a.epub", change)
    return read(folder, "a.epub")


def test_a_book_is_one_article_with_its_chapters_as_sections(tmp_path: Path) -> None:
    chapters = {
        "1.xhtml": "<h1>雾</h1><p>船还没有<i>醒</i>。</p>",
        "2.xhtml": "<h2>灯</h2><p>亮了。</p>",
    }
    (article,) = book(tmp_path, chapters, "渡口").articles
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
    here = '<a epub:type="noteref" href="#n1">4</a>'
    there = '<sup><a href="notes.xhtml#n2">5</a></sup>'
    chapters = {
        "1.xhtml": f"<p>Built in 1927{here} by Ada, moved in 1930{there}.</p>"
        '<p id="n1">4 Or 1926.</p>',
        "notes.xhtml": '<p id="n2">5 By barge.</p>',
    }
    (article,) = book(tmp_path, chapters).articles
    assert "Built in 1927 by Ada, moved in 1930." in article.text
    assert "By barge." in article.text
    assert (BlockKind.NOTE, (), "4 Or 1926.") in told(article)


def test_a_chapter_that_the_spine_repeats_is_read_once(tmp_path: Path) -> None:
    (article,) = book(tmp_path, {"1.xhtml": "<p>Only once.</p>"}, change=repeat_chapter).articles
    assert article.text == "Only once.\nauthor: 林见川"


def test_a_chapter_of_any_name_counts_towards_what_is_parsed(tmp_path: Path) -> None:
    result = book(tmp_path, {"a.dat": "<p>x</p>" * 2_500_000})
    assert result.articles == ()
    assert "unpacks to more" in result.failed[0].reason


def test_a_chapter_without_a_heading_has_the_one_of_the_contents(tmp_path: Path) -> None:
    chapters = {
        "nav.xhtml": '<nav><a href="1.xhtml">The mill</a></nav>',
        "1.xhtml": "<p>It turns.</p>",
    }
    plain, named = b'href="nav.xhtml"', b'href="nav.xhtml" properties="nav"'
    opf = "OEBPS/book.opf"
    (article,) = book(
        tmp_path, chapters, change=lambda m: m.update({opf: m[opf].replace(plain, named)})
    ).articles
    assert told(article) == [
        (BlockKind.HEADING, (), "The mill"),
        (BlockKind.PARAGRAPH, ("The mill",), "It turns."),
        (BlockKind.LABELLED_VALUE, (), "author: 林见川"),
    ]


def test_a_chapter_that_is_missing_is_named(tmp_path: Path) -> None:
    chapters = {"1.xhtml": "<p>Here.</p>", "2.xhtml": "<p>Gone.</p>"}
    result = book(tmp_path, chapters, change=lambda m: m.pop("OEBPS/2.xhtml"))
    assert result.articles[0].text == "Here.\nauthor: 林见川"
    assert "2.xhtml" in result.failed[0].reason

"""Files of some kilobytes that once took gigabytes or minutes cost no more than themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.documents.limits import Limits
from index.documents.reading import Reading
from index.errors import FileUnreadable
from index.models import Article
from tests.office_files import repeat_chapter, rewrite, write_book, write_word

# Far less than a run allows: what needs more on any machine is refused, and the test stays short.
LIMITS = Limits(seconds=8, megabytes=700)
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def nested_tables(path: Path, depth: int, size: int) -> None:
    """Write tables within each other, around one long text."""
    inner = f"<w:p><w:r><w:t>{'x' * size}</w:t></w:r></w:p>"
    opened = "<w:tbl><w:tr><w:tc>" * depth
    closed = "</w:tc></w:tr></w:tbl><w:p/>" * depth
    replaced(path, "word/document.xml", f"<w:body>{opened}{inner}{closed}</w:body>")


def replaced(path: Path, name: str, body: str) -> None:
    """Write a Word document with another body."""
    write_word(path, [("", "x")])
    content = f"<w:document {_NAMES}>{body}</w:document>".encode()
    rewrite(path, lambda members: members.update({name: content}))


def repeated_chapter(path: Path) -> None:
    """Write a book whose spine names one chapter 3,000 times."""
    write_book(path, "Mills", {"1.xhtml": "<p>Again and again.</p>" * 400})
    rewrite(path, repeat_chapter)


def written(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text, encoding="utf-8") and None


HOSTILE: dict[str, Callable[[Path], None]] = {
    "nest60_300k.docx": lambda path: nested_tables(path, 60, 300_000),
    "nest78_2000k.docx": lambda path: nested_tables(path, 78, 2_000_000),
    "mismatch.epub": lambda path: write_book(path, "M", {"a.dat": "<b>x</b>" * 3_000_000}),
    "again.epub": repeated_chapter,
    "comments4000.md": written("<!--" * 40_000),
    "headingsonly100k.md": written("".join(f"# Heading {n}\n" for n in range(100_000))),
    "lines1char.txt": written("x\n" * 4_000_000),
    "html_table.html": written("<table>" + "<tr><td>x</td></tr>" * 250_000 + "</table>"),
    "html_links.html": written('<a href="x">y</a> ' * 250_000),
    "big.docx": lambda path: replaced(
        path,
        "word/document.xml",
        "<w:body>" + "<w:p><w:r><w:t>word word</w:t></w:r></w:p>" * 300_000 + "</w:body>",
    ),
    "tiny_nodes.docx": lambda path: replaced(
        path, "word/document.xml", f"<w:body><w:p>{'<w:r/>' * 2_000_000}</w:p></w:body>"
    ),
    "nested.html": written("<div>" * 200_000),
    "nested.jsonl": written("[" * 1_000_000),
    "onecell.csv": written('"' + "x," * 4_000_000),
    "wide.csv": written("," * 4_000_000),
    "parts.eml": written(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n" * 100_000
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_costs_itself_alone(tmp_path: Path, name: str) -> None:
    path, good = tmp_path / name, tmp_path / "good.txt"
    HOSTILE[name](path)
    good.write_text("The pier is open.\n", encoding="utf-8")
    with Reading(LIMITS) as reading:
        try:
            assert list(reading.parts(path, name))
        except FileUnreadable as error:
            assert str(error)
        (article,) = reading.parts(good, "good.txt")
        assert isinstance(article, Article)
        assert article.text == "The pier is open."

"""Measure what reading keeps: the share of each file's words, and the markup left in its text.

    python benchmarks/reading.py [--folder DIR ...] [--worst 40]

For every file the words of its articles are held against those of an independent extraction:
markdown-it and lxml's plain text for Markdown, lxml's for web pages, pdfium's for PDF, python-docx
for Word, and the bytes themselves for text, tables and mails. Worst files come first.
"""

from __future__ import annotations

import argparse
import re
import statistics
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.documents.encodings import decode
from index.documents.registry import FORMATS, read_file

HERE = Path(__file__).resolve().parent.parent
FOLDERS = (HERE / "articles", HERE.parent / "shared" / "data" / "community")
TARGET = 0.92
# Files below the target, each looked at: what the independent extraction has and a reader has not.
REASONS = {
    "scotus-transcript-p1.pdf": "the numbers 1 to 25 of its lines, which are no words of the page",
    "right_to_left_01.pdf": "pdfium turns the two letters of each لا around; Docent has them right",
}
# Han, kana and Thai are counted by the character, all else by the word.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_\u0e00-\u0e7f\u3040-\u9fff]+")
_BLOCK = re.compile(r"(?=</?(?:p|div|li|td|th|h\d|br|pre|dd|dt|tr|summary)\b)")
_UNSEEN = ("script", "style", "noscript", "template", "nav", "svg", "head", "select", "button")
_FURNITURE = ("header", "footer", "menu")
_MODULE = re.compile(r"^(?:import|export)\s.*$", re.MULTILINE)
# What the engines of Nuxt and kramdown read: `:icon{name="bus"}`, `[words]{.class}`.
_INLINE = re.compile(r"(?<![\w:]):[A-Za-z][\w-]*\{(?!text=)[^{}\n]*\}|(?<=[\]*_])\{[^{}\n]*\}")
_COMPONENT = re.compile(r"</?[A-Z](?:[^<>]|<[^<>]*>)*>")
_LEFT = re.compile(
    r"\*\*\w|\w\*\*|\]\(|</?(?:div|p|br|span|a|img|table|td|tr|li|ul|ol|b|strong|em|sup)\b[^>]*>"
    r"|\{\{[<%]|\{%|\[\^\w+\]|^#{1,6}\s|^(?:!!!|\?\?\?)\s|^:::|&(?:amp|lt|gt|nbsp|quot);|\{:\s",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one file."""

    path: str
    kept: float
    words: int
    articles: int
    left: tuple[str, ...]


def words_of(text: str) -> Counter[str]:
    """Return the words of a text with their counts, forms of one character made equal."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def html_text(content: str) -> str:
    """Return the text of HTML without what no visitor reads."""
    from lxml import etree, html

    if not content.strip():
        return ""
    content = _BLOCK.sub(" ", re.sub(r"^\s*<\?xml[^>]*\?>", "", content))
    root = html.document_fromstring(content)
    etree.strip_elements(root, *_UNSEEN, etree.Comment, with_tail=False)
    for element in root.xpath("body//*"):
        site = element.tag in {"header", "footer"} and not any(
            above.tag in {"main", "article", "section"} for above in element.iterancestors()
        )
        if site or element.get("id") in _FURNITURE:
            element.drop_tree()
    return "".join(root.itertext())


def markdown_text(content: str, *, mdx: bool = False) -> str:
    """Return the text of plain CommonMark with tables, which knows no engine's additions."""
    from markdown_it import MarkdownIt

    content = re.sub(r"\A---\n.*?\n---\n", "", content, flags=re.DOTALL)
    content = _INLINE.sub("", content)
    if mdx:
        content = _COMPONENT.sub("", _MODULE.sub("", content))
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return html_text(f"<html><body>{parser.render(content)}</body></html>")


def pdf_text(path: Path) -> str:
    """Return the text layer of a PDF as pdfium gives it."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def docx_text(path: Path) -> str:
    """Return the text of the paragraphs and cells of a Word document's body.

    The second form of a drawing, for older programs, and the paragraphs inside one are read once.
    """
    from docx import Document
    from lxml import etree

    body = Document(str(path)).element.body
    etree.strip_elements(body, "{*}Fallback", with_tail=False)
    pieces: list[str] = []
    for part in body.iter():
        name = str(part.tag).rpartition("}")[2]
        if name == "t" and part.text:
            pieces.append(part.text)
        elif name == "p":
            pieces.append(" ")
    return "".join(pieces)


def archive_text(path: Path, pattern: str) -> str:
    """Return the text of the members of an archive of XML."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if re.search(pattern, name)]
        return " ".join(
            re.sub(r"<[^>]*>", " ", html_text(archive.read(name).decode("utf-8", "replace")))
            for name in names
        )


def plain_text(path: Path) -> str:
    """Return the text of the bytes."""
    return decode(path.read_bytes())[0]


def _data_text(path: Path) -> str:
    """Return the words between tags of the slides of a deck."""
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if re.search(r"ppt/slides/slide\d+\.xml", n)]
        found = [re.findall(r"<a:t>([^<]*)</a:t>", archive.read(n).decode()) for n in names]
    return " ".join(text for texts in found for text in texts)


INDEPENDENT: dict[str, Callable[[Path], str]] = {
    ".md": lambda path: markdown_text(plain_text(path)),
    ".markdown": lambda path: markdown_text(plain_text(path)),
    ".mdx": lambda path: markdown_text(plain_text(path), mdx=True),
    ".html": lambda path: html_text(plain_text(path)),
    ".htm": lambda path: html_text(plain_text(path)),
    ".pdf": pdf_text,
    ".docx": docx_text,
    ".epub": lambda path: archive_text(path, r"\.x?html?$"),
    ".pptx": _data_text,
    ".txt": plain_text,
    ".csv": plain_text,
    ".tsv": plain_text,
}


def measure(path: Path, source: str) -> Row:
    """Read a file in both ways and hold the one against the other."""
    read = read_file(path, source)
    articles = read.articles
    told = "\n".join(
        " ".join(filter(None, (a.title, a.kicker, a.subtitle, a.byline, a.date, a.section, a.text)))
        for a in articles
    )
    wanted = words_of(INDEPENDENT[path.suffix.lower()](path))
    got = words_of(told)
    total = wanted.total()
    kept = sum(min(count, got[word]) for word, count in wanted.items()) / total if total else 1.0
    blocks = [(a.text[b.start : b.end], b.kind) for a in articles for b in a.blocks]
    seen = [text for text, kind in blocks if kind != "code"] or [a.text for a in articles]
    left = [match.group() for text in seen for match in _LEFT.finditer(text)]
    return Row(source, kept, total, len(articles), tuple(left[:3]))


def rows(folders: list[Path]) -> Iterator[Row]:
    """Measure every file of the folders that is read and can be extracted independently."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            suffix = path.suffix.lower()
            if path.is_file() and suffix in FORMATS and suffix in INDEPENDENT:
                yield measure(path, str(path.relative_to(folder)))


def table(found: list[Row], worst: int) -> str:
    """Return the worst rows and the summary as Markdown."""
    found = sorted(found, key=lambda row: (row.kept, -len(row.left), row.path))
    lines = ["| kept | words | articles | markup left | file |", "|---|---|---|---|---|"]
    shown = [row for row in found if row.left or row in found[:worst]]
    for row in shown:
        left = " ".join(f"`{mark}`" for mark in row.left).replace("|", r"\|")
        why = REASONS.get(Path(row.path).name, "") if row.kept < TARGET else ""
        name = f"{row.path}: {why or 'UNEXPLAINED'}" if row.kept < TARGET else row.path
        lines.append(f"| {row.kept:.3f} | {row.words} | {row.articles} | {left} | {name} |")
    middle = statistics.median(row.kept for row in found)
    below = sum(row.kept < TARGET for row in found)
    marked = sum(bool(row.left) for row in found)
    summary = (
        f"{len(found)} files, median {middle:.3f}, {below} below {TARGET}, {marked} with marks."
    )
    return "\n".join([summary, "", *lines])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, action="append", help="folders to measure")
    parser.add_argument("--worst", type=int, default=30, help="how many of the worst files to show")
    options = parser.parse_args()
    folders = options.folder or [folder for folder in FOLDERS if folder.is_dir()]
    print(table(list(rows(folders)), options.worst))


if __name__ == "__main__":
    main()

"""Text of any nesting is read in steps that grow with its length, and no word is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.documents.html import read_html
from index.documents.markdown import markdown_articles
from index.documents.text import text_articles
from index.errors import FileUnreadable
from index.models import Article
from tests.steps import steps

UNITS = (
    "a", "字", "word ", "# a\n", "[", "]", "<!--", "> ", "- ", "  - a\n", "*", "`", "|", "<",
    '<a b="', '<A b="', "{{< a ", "{% ", "[[a", "[^1]", "```\n", "!!! a\n", "::: a\n", "<div>",
    "<sup>", "<td rowspan=60000 colspan=999>a", "<table><tr><td>", "Q: a?\n",
    "<details><summary>a</summary>",
)  # fmt: skip
KINDS = ("md", "mdx", "txt", "html")
# Reading MDX takes many more steps: two units of it stand for the rest, which run as slow tests.
SOON_READ = ("{{< a ", "<div>")
CASES = [
    pytest.param(
        kind, unit, marks=pytest.mark.slow if kind == "mdx" and unit not in SOON_READ else ()
    )
    for kind in KINDS
    for unit in UNITS
]


def as_page(tmp_path: Path) -> Callable[[str], object]:
    def run(text: str) -> object:
        path = tmp_path / "a.html"
        path.write_text(text, encoding="utf-8")
        try:
            return list(read_html(path, "a.html"))
        except FileUnreadable:
            return None

    return run


@pytest.mark.parametrize(("kind", "unit"), CASES)
def test_steps_grow_no_faster_than_the_text(kind: str, unit: str, tmp_path: Path) -> None:
    readers: dict[str, Callable[[str], object]] = {
        "md": lambda text: markdown_articles(text, "a.md"),
        "mdx": lambda text: markdown_articles(text, "a.mdx"),
        "txt": lambda text: text_articles(text, "a.txt"),
        "html": as_page(tmp_path),
    }
    run = readers[kind]
    run("warm")
    small, large = 5_000 // len(unit), 20_000 // len(unit)
    most = 8 * steps(lambda: run(unit * small), 10**9) + 20_000
    assert steps(lambda: run(unit * large), most) <= most


@pytest.mark.parametrize("unit", ["> ", "  - a\n", "<div>", "<b>", "[", "<table><tr><td>"])
def test_deep_nesting_is_read(unit: str, tmp_path: Path) -> None:
    text = unit * (200_000 // len(unit)) + "\n\nlast"
    markdown_articles(text, "a.md")
    as_page(tmp_path)(text)


@pytest.mark.parametrize("name", ["div", "b", "blockquote"])
def test_no_word_is_lost_in_the_depth(name: str, tmp_path: Path) -> None:
    deep = f"<{name}>" * 9000 + "deep" + f"</{name}>" * 9000
    path = tmp_path / "a.html"
    path.write_text(f"<h1>T</h1><p>first</p>{deep}<p>last</p>", encoding="utf-8")
    (article,) = read_html(path, "a.html")
    assert isinstance(article, Article)
    assert article.text.split() == ["first", "deep", "last"]

"""Read `.md`, `.markdown` and `.mdx` through markdown-it: one document, one article."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents.articles import article_of, text_parts
from index.documents.builder import BlockBuilder
from index.documents.front_matter import add_front_matter, split_front_matter
from index.documents.html_blocks import html_blocks
from index.documents.markdown_dialects import plain_markdown
from index.documents.newspaper.newspapers import is_newspaper
from index.documents.text_blocks import parse_html
from index.documents.titles import document_title
from index.models import Article, FailedSource

if TYPE_CHECKING:
    from lxml.etree import _Element
    from markdown_it import MarkdownIt

# Deeper quotes and lists are read as text: the parser calls itself once a level.
_DEEPEST = 40


def read_markdown(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Return the article of a Markdown file; what in it could not be decoded is told too.

    Raises FileUnreadable if it holds no text.
    """
    return text_parts(path, source, markdown_articles)


def markdown_articles(text: str, source: str) -> tuple[Article, ...]:
    """Return the article of a Markdown text, or those of a newspaper page; none if it is empty."""
    known, body = split_front_matter(text)
    mdx = source.lower().endswith(".mdx")
    tree = markdown_tree(body, mdx=mdx)
    title, subtitle = document_title(tree, known.fields.get("title", "").replace("`", ""))
    builder = BlockBuilder()
    add_front_matter(builder, known)
    if tree is not None:
        html_blocks(builder, tree, known.fields.get("url", ""))
    titled = "title" in known.fields
    if tree is not None and is_newspaper(builder.text, builder.blocks, titled=titled):
        from index.documents.newspaper.articles import compose_lines
        from index.documents.newspaper.page_blocks import lines_of

        page, whole = BlockBuilder(), markdown_tree(body, mdx=mdx)
        if whole is not None:
            html_blocks(page, whole)
        lines = lines_of(page.text, page.blocks)
        return compose_lines(source, lines, known.fields, whole=True)
    known.fields.setdefault("subtitle", subtitle)
    article = article_of(builder, known, title, source)
    return (article,) if article else ()


def markdown_tree(text: str, *, mdx: bool = False) -> _Element | None:
    """Return Markdown as a tree of HTML, None if there is nothing in it."""
    page = _parser(mdx).render(plain_markdown(text, mdx=mdx))
    return parse_html(f"<html><body>{page}</body></html>") if page.strip() else None


@cache
def _parser(mdx: bool) -> MarkdownIt:
    """Return the parser; in MDX an indent is no code."""
    from markdown_it import MarkdownIt  # 50 ms
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin)
    return parser.disable("code") if mdx else parser

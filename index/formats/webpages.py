"""Read `.html` through trafilatura: the article of a web page without what surrounds it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import FileUnreadable
from index.formats.blocks import block_lines, decode_markup, parse_html
from index.formats.cleaning import clean_text
from index.models import Article, FailedSource
from index.pages.articles import compose_articles
from index.pages.wordlists import words

if TYPE_CHECKING:
    from lxml.etree import _Element

_PUBLISHED = words(
    "article:published_time og:published_time datepublished date pubdate publishdate publish-date"
    " dc.date dc.date.issued dcterms.created parsely-pub-date sailthru.date"
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_web_page(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a web page; its date only if the page itself names one.

    Raises FileUnreadable if no text is found.
    """
    page = clean_text(decode_markup(path.read_bytes()))
    try:
        tree = parse_html(page)
        meta, lines = _article(page)
        lines = lines or block_lines(tree)
    except RecursionError as error:
        raise FileUnreadable("reading.no_text") from error
    meta["date"] = _date(tree, page)
    known = {name: value for name, value in meta.items() if value}
    articles = compose_articles(source, "\n".join(lines), known, whole=True)
    if not articles:
        raise FileUnreadable("reading.no_text")
    yield from articles


def _article(page: str) -> tuple[dict[str, str], list[str]]:
    """Return what trafilatura takes for the article: its title, author and address, its lines."""
    import trafilatura  # noqa: PLC0415 - 200 ms
    from trafilatura.settings import use_config  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what we say ourselves
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "20")  # a notice of one line is an article too
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    found: Any = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        config=config,
        date_extraction_params={"extensive_search": False},  # its date is a guess, and not used
    )
    if found is None or found.body is None:
        return {}, []
    meta = {"title": found.title, "author": found.author, "url": found.url}
    return {name: value or "" for name, value in meta.items()}, list(_lines(found.body))


def _lines(body: _Element) -> Iterator[str]:
    """Yield the lines of trafilatura's tree: `head`, `p`, `list` of `item`, `table` of `row`."""
    from lxml import etree  # noqa: PLC0415

    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        name = element.tag
        if name in {"head", "p", "item", "row", "quote", "code"}:
            walk.skip_subtree()
            text = _text(element, " | " if name == "row" else "")
            level = (element.get("rend") or "h2")[-1:]
            mark = "#" * int(level) if name == "head" and level.isdigit() else ""
            for line in text.split("\n"):
                if line.strip():
                    yield f"{mark or ('-' if name == 'item' else '')} {line.strip()}".strip()


def _text(element: _Element, between: str) -> str:
    """Return the text of an element; `lb` breaks its line, cells are put `between`."""
    parts: list[str] = []
    for part in element.iter():
        if part.tag == "lb":
            parts.append("\n")
        elif part.tag == "cell" and parts:
            parts.append(between)
        parts.append(part.text or "")
        parts.append(part.tail or "" if part is not element else "")
    return re.sub(r"[ \t]+", " ", "".join(parts))


def _date(tree: _Element, page: str) -> str:
    """Return the day of publication that the page names in its head, or an empty string."""
    values = [_JSON_DATE.search(page)]
    named = [
        element.get("content") or ""
        for element in tree.iter("meta")
        for key in (element.get("property"), element.get("name"), element.get("itemprop"))
        if key and key.lower() in _PUBLISHED
    ]
    named += [match.group(1) for match in values if match]
    named += [element.get("datetime") or "" for element in tree.iter("time")][:1]
    value = next((value.strip() for value in named if value.strip()), "")
    day = _ISO_DAY.match(value)
    return day.group() if day else value[:40]

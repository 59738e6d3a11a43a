"""Read `.html` and `.xhtml`: what a visitor reads of a page, without its site's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents.articles import article_of
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.front_matter import FrontMatter
from index.documents.html_blocks import html_blocks
from index.documents.html_main import prune
from index.documents.links import kept_address
from index.documents.newspaper.newspapers import is_newspaper
from index.documents.newspaper.wordlists import words
from index.documents.text_blocks import decode_markup, parse_html
from index.documents.titles import HEADINGS, document_title, heading_text, is_contents
from index.errors import FileUnreadable
from index.models import Article, FailedSource
from language.text import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

_PUBLISHED = words(
    "article:published_time og:published_time datepublished date pubdate publishdate publish-date"
    " dc.date dc.date.issued dcterms.created parsely-pub-date sailthru.date"
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BETWEEN = re.compile(r"(?<!\s)\s+[-–—|·•»:]+\s+|(?:(?<!\s)\s+)?[|｜»]\s*|_(?=[^_]{1,30}$)")
_META = {
    "author": "author",
    "article:author": "author",
    "article:section": "section",
    "og:url": "url",
}


def read_html(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Yield the article of a web page; its date only if the page itself names one.

    Raises FileUnreadable if no text is found.
    """
    page = clean_text(decode_markup(path.read_bytes()))
    tree = parse_html(page)
    known = FrontMatter(_meta(tree, page))
    base = next((kept_address(e.get("href") or "") for e in tree.iter("base")), "")
    title, site = _page_title(tree), _site_name(tree)
    prune(tree)
    title, subtitle = _title(tree, title, site)
    if subtitle:
        known.fields["subtitle"] = subtitle
    builder = BlockBuilder()
    html_blocks(builder, tree, base or known.fields.get("url", ""))
    if not builder.blocks:
        raise FileUnreadable("reading.no_text")
    if is_newspaper(builder.text, builder.blocks):
        from index.documents.newspaper.articles import compose_lines
        from index.documents.newspaper.page_blocks import lines_of

        builder = BlockBuilder()
        tree = parse_html(page)
        prune(tree)
        html_blocks(builder, tree)
        lines = lines_of(builder.text, builder.blocks)
        yield from compose_lines(source, lines, known.fields, whole=True)
        return
    builder.signed(known.fields.get("author", ""))
    article = article_of(builder, known, title, source)
    if article:
        yield article


def _title(tree: _Element, given: str, site: str) -> tuple[str, str]:
    """Return the title and subtitle of a page, and take the title's heading out of its tree.

    A heading that says what the page's head does is the title; else the first heading of the
    first level, unless it names the site, or comes late and the head has a title.
    """
    headings = [heading for heading in tree.iter(*HEADINGS) if heading_text(heading)]
    own = next((h for h in headings if h.tag == "h1" and not is_contents(heading_text(h))), None)
    if own is not None and site and fold(heading_text(own)) == fold(site):
        headings.remove(own)
        own.drop_tree()
        own = None
    alike = next((h for h in headings if given and fold(heading_text(h)) == fold(given)), None)
    if alike is not None:
        if alike is headings[0]:
            return document_title(tree, given)
        return given, ""
    if own is not None and (own is headings[0] or not given):
        return document_title(tree, heading_text(own))
    return document_title(tree, given)


def _meta(tree: _Element, page: str) -> dict[str, str]:
    """Return who wrote a page, and its section, address and date, as its head names them."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        value = " ".join((element.get("content") or "").split())
        if name in _META and value and not (name == "article:author" and "/" in value):
            found.setdefault(_META[name], value)
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            found["url"] = element.get("href") or ""
    found["url"] = kept_address(found.get("url", ""))
    date = _date(tree, page)
    return {**found, "date": date} if date else found


def _page_title(tree: _Element) -> str:
    """Return the title in the head of a page without the name of its site."""
    element = next(iter(tree.iter("title")), None)
    title = " ".join("".join(element.itertext()).split()) if element is not None else ""
    parts = [part.strip() for part in _BETWEEN.split(title) if part.strip()]
    parts = [part for part in parts if not is_contents(part)]
    if len(parts) < 2:
        return title if parts == [title] else "".join(parts)
    site = fold(_site_name(tree))
    if site and fold(title).endswith(site) and len(title) > len(site):
        return title[: -len(_site_name(tree))].strip(" -–—|·•»:｜_") or title
    if site and fold(parts[0]) == site:
        return parts[1]
    headings = [(heading, heading_text(heading)) for heading in tree.iter(*HEADINGS)]
    told = {fold(words) for _, words in headings if words}
    if any(fold(part) in told for part in parts):
        return next(part for part in parts if fold(part) in told)
    # Where the site's name heads the page, linked, a title that no heading says is the site's too.
    if any(heading.tag == "h1" and _is_linked(heading) for heading, _ in headings):
        return next((w for h, w in headings if w and not _is_linked(h)), title)
    return parts[0]


def _is_linked(heading: _Element) -> bool:
    """Return True if a heading is a link, as the name of a site on each of its pages is."""
    link = next(iter(heading.iter("a")), None)
    return link is not None and (link.get("href") or "").rstrip("/").count("/") <= 2


def _site_name(tree: _Element) -> str:
    """Return the name of the site as the head of a page tells it, or an empty string."""
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        if name in {"og:site_name", "application-name"} and element.get("content"):
            return " ".join((element.get("content") or "").split())
    return ""


def _date(tree: _Element, page: str) -> str:
    """Return the day of publication that the page names in its head, or an empty string."""
    named = [
        element.get("content") or ""
        for element in tree.iter("meta")
        for key in (element.get("property"), element.get("name"), element.get("itemprop"))
        if key and key.lower() in _PUBLISHED
    ]
    named += [match.group(1) for match in [_JSON_DATE.search(page)] if match]
    named += [element.get("datetime") or "" for element in tree.iter("time")][:1]
    value = next((value.strip() for value in named if value.strip()), "")
    day = _ISO_DAY.match(value)
    return day.group() if day else value[:40]

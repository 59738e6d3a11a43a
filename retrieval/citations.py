"""Number quotes, once and here alone, and write them into an answer.

A quote is a citation that has no number yet: 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.models import Article, Block
from retrieval.models import Citation, Passage

# What an article's own text may hold that would read as one of our marks in the answer. The
# quote of the citation stays as it is.
_FOREIGN_MARKS = str.maketrans({"*": "＊", "[": "［", "]": "］"})
_LINE_BREAKS = str.maketrans({mark: " " for mark in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"})


def quote_from(
    passage: Passage, start: int, end: int, highlight: tuple[int, int] | None = None
) -> Citation:
    """Quote `passage.text[start:end]`; `highlight` counts from the start of the quote."""
    return Citation(
        0,
        passage.article_id,
        passage.title,
        passage.source,
        passage.date,
        passage.text[start:end],
        passage.start + start,
        passage.start + end,
        highlight,
        passage.chunk_id,
        path=passage.path,
    )


def quote_from_article(
    article: Article,
    start: int,
    end: int,
    block: Block | None = None,
    chunk_id: str = "",
    shown: str = "",
) -> Citation:
    """Quote `article.text[start:end]`, which stands in a block."""
    return Citation(
        0,
        article.id,
        article.title,
        article.source,
        article.date,
        article.text[start:end],
        start,
        end,
        chunk_id=chunk_id,
        path=block.path if block else (),
        page=block.page if block else "",
        url=article.url,
        ocr=block.ocr if block else False,
        shown=shown,
        links=links_in(article.text, 0, (block,) if block else (), start, end),
    )


def links_in(
    text: str, offset: int, blocks: Sequence[Block], start: int, end: int
) -> tuple[tuple[str, str], ...]:
    """Return the words linked between two places of an article, each with its address, once.

    `text` is the part of the article from `offset` on.
    """
    found = [
        (text[first - offset : last - offset], address)
        for block in blocks
        if block.links and block.start < end and start < block.end
        for first, last, address in block.links
        if start <= first and last <= end
    ]
    return tuple({address: (words, address) for words, address in reversed(found)}.values())[::-1]


def cite(quotes: Sequence[Citation]) -> tuple[Citation, ...]:
    """Number quotes from 1 in their order; a stretch that was quoted before is not cited again."""
    citations: list[Citation] = []
    seen: set[tuple[str, int, int]] = set()
    for quote in quotes:
        place = (quote.article_id, quote.start, quote.end)
        if place in seen or not quote.quote.strip():
            continue
        seen.add(place)
        highlight = _inside(quote.highlight, quote.quote)
        citations.append(replace(quote, number=len(citations) + 1, highlight=highlight))
    return tuple(citations)


def _inside(span: tuple[int, int] | None, text: str) -> tuple[int, int] | None:
    """Return the span without blanks at its ends; None if nothing is left or it leaves the text."""
    if span is None or not 0 <= span[0] < span[1] <= len(text):
        return None
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def written(citations: Sequence[Citation]) -> str:
    """Return the answer that consists of the citations' quotes, a line each: `“… **span** …” [1]`.

    Marks that the articles themselves use for bold and notes are written wide, so that every
    `[n]` and `**` of the answer is ours.
    """
    return "\n".join(f"“{marked(citation)}” [{citation.number}]" for citation in citations)


def run_on(citations: Sequence[Citation]) -> str:
    """Return the quotes as one paragraph, each followed by its number: the text of a summary."""
    parts = [f"{marked(citation)} [{citation.number}]" for citation in citations]
    return " ".join(parts)


def marked(citation: Citation) -> str:
    """Return a quote as it stands in an answer: its span in bold, or as it is set out."""
    quote = citation.quote
    if citation.shown:
        return "\n".join(shown(line) for line in citation.shown.split("\n"))
    if citation.highlight is None:
        return shown(quote)
    start, end = citation.highlight
    return f"{shown(quote[:start])}**{shown(quote[start:end])}**{shown(quote[end:])}"


def shown(text: str) -> str:
    """Return document text as it may stand in an answer: on one line, without marks like ours."""
    return text.translate(_LINE_BREAKS).translate(_FOREIGN_MARKS)

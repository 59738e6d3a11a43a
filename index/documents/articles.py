"""Make the article of a document out of its blocks and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from config.phrases import LocalizedText
from index.documents.builder import BlockBuilder
from index.documents.cleaning import clean_text
from index.documents.encodings import decode
from index.documents.front_matter import FrontMatter
from index.documents.newspaper.newspapers import credits_of
from index.documents.questions import pair_questions
from index.documents.titles import file_title
from index.errors import FileUnreadable
from index.models import Article, FailedSource

Part = Article | FailedSource


def text_parts(
    path: Path, source: str, read: Callable[[str, str], Sequence[Part]]
) -> Iterator[Part]:
    """Yield what `read` finds in the text of a file, and what of it could not be decoded.

    Raises FileUnreadable if it finds nothing.
    """
    text, broken = decode(path.read_bytes())
    parts = read(clean_text(text), source)
    if not parts:
        raise FileUnreadable("reading.empty")
    yield from parts
    if broken:
        yield FailedSource(source, LocalizedText.of("reading.broken_bytes", count=broken))


def article_of(
    builder: BlockBuilder, known: FrontMatter, title: str, source: str
) -> Article | None:
    """Return the only article of a document; None if nothing was read of it.

    A title is all that some documents hold: it is their text then. One that says no title is
    named after its file. Who signs and dates a document
    is read from its first lines where it does not say so itself.
    """
    fields = known.fields
    if not builder.blocks:
        if not title:
            return None
        builder.paragraph(title)
    title = title or file_title(source)
    text, blocks = builder.text, pair_questions(builder.text, builder.blocks)
    byline, date = credits_of(text, blocks, title)
    return Article(
        id=f"{source}#1",
        source=source,
        title=title,
        text=text,
        kicker=fields.get("kicker", ""),
        subtitle=fields.get("subtitle", ""),
        byline=known.byline or byline,
        date=fields.get("date", "") or date,
        section=fields.get("section", ""),
        url=fields.get("url", ""),
        blocks=blocks,
    )

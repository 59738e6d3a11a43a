"""Split a document into its articles, as an editor reads a page.

The rules, in the order in which they are tried:

* Headings with no body between them are one headline. The highest is the title, what stands before
  it the kicker, after it the subtitle. Short unclosed lines right before the headings belong to
  the headline too; usual names of columns become the section, names of the paper the page's.
* The first headline starts an article. A later one does if a byline or the lead of a report
  follows, if it rises from a kicker to a title, or if it is no lower than the first. On a page
  where such headlines are found, others of their level start articles as well.
* All other headings, and those that are numbered (一、…), are lines of the article they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from index.documents.cleaning import clean_text
from index.documents.front_matter import credit, split_front_matter
from index.documents.newspaper.dates import find_date, is_date_line
from index.documents.newspaper.headlines import Headline, find_headlines
from index.documents.newspaper.layout import measure
from index.documents.newspaper.lines import Line, read_lines
from index.documents.newspaper.page_blocks import page_blocks
from index.documents.newspaper.stories import Story, read_story
from index.documents.newspaper.titles import is_masthead, is_paper_name, is_part
from index.documents.newspaper.wordlists import is_column_name, is_label, names_opinion
from index.models import Article, Document
from language.sentences import sentence_spans
from language.text import fold

_CLAUSE = 40


def split_articles(document: Document) -> tuple[Article, ...]:
    """Return the articles of a document in page order; none if it holds no text."""
    known, text = split_front_matter(clean_text(document.text))
    return compose_articles(document.source, text, known.fields)


def compose_articles(
    source: str, text: str, meta: Mapping[str, str], *, first: int = 1, whole: bool = False
) -> tuple[Article, ...]:
    """Return the articles of a text whose known title, date, author ... are in `meta`.

    They are numbered from `first`; `whole` says that each line is a paragraph already.
    """
    return compose_lines(source, read_lines(text), meta, first=first, whole=whole)


def compose_lines(
    source: str,
    lines: Sequence[Line],
    meta: Mapping[str, str],
    *,
    first: int = 1,
    whole: bool = False,
) -> tuple[Article, ...]:
    """Return the articles of a page whose lines were read already; see `compose_articles`."""
    if all(line.kind == "rule" for line in lines):
        return ()
    page = measure(lines)
    starts = _starts(find_headlines(lines, page), meta.get("title", ""))
    furniture, starts = _page_head(lines, starts)
    ends = [headline.start for headline in starts[1:]] + [len(lines)]
    stories = [
        read_story(headline, lines[headline.end : end], page, whole)
        for headline, end in zip(starts, ends, strict=True)
    ]
    _settle_labels(stories)
    printed = next((find_date(line) for line in furniture if find_date(line)), "")
    common = {"printed": printed, "section": " ".join(furniture), **meta}
    return tuple(
        _article(story, f"{source}#{number}", source, common, alone=len(stories) == 1)
        for number, story in enumerate(stories, first)
    )


def _starts(headlines: Sequence[Headline], given: str) -> list[Headline]:
    """Return the headlines that start articles; a document with a `given` title has one already."""
    if not headlines:
        return []
    first, later = headlines[0], headlines[1:]
    paper = any(headline.signed for headline in headlines)
    sure = [
        h.signed or (h.dated and paper) or (h.rises and not is_part(h.heads[0].text)) for h in later
    ]
    # On a page of several reports, a text that opens as news is one too, however low its heading.
    some = any(sure)
    sure = [known or (some and h.news) for h, known in zip(later, sure, strict=True)]
    lowest = max((h.level for h, known in zip(later, sure, strict=True) if known), default=0)
    lone_part = is_part(first.heads[0].text) and not first.signed if first.heads else False
    parts = lone_part and any(h.heads and is_part(h.heads[0].text) for h in later)
    leads = not given or first.signed or fold(first.parts[1]) == fold(given)
    chosen = [first] if leads and not parts else []
    for headline, known in zip(later, sure, strict=True):
        part = bool(headline.heads) and is_part(headline.heads[0].text)
        near = headline.level <= max(first.level, lowest)
        if known or (not given and not part and near):
            chosen.append(headline)
    return chosen


def _page_head(lines: Sequence[Line], starts: list[Headline]) -> tuple[list[str], list[Headline]]:
    """Return what names the page, and the headlines with one for a text that stands before them."""
    until = starts[0].start if starts else len(lines)
    before = [line for line in lines[:until] if line.kind != "rule"]
    named = all(
        is_masthead(line.text)
        or is_date_line(line.text)
        or is_column_name(line.text)
        or is_paper_name(line.text)
        for line in before
    )
    if not (starts and named):
        return [], [Headline(0, 0, []), *starts]
    furniture = (*before, *starts[0].masts)
    starts[0].masts = []
    return [" ".join(line.text.split()) for line in furniture], starts


def _settle_labels(stories: Sequence[Story]) -> None:
    """Give every column label to the article it names: mostly the next, sometimes the last.

    A label that stands between an opinion and a report names the opinion.
    """
    for place, story in enumerate(stories):
        before = stories[place - 1] if place else None
        headline = story.headline
        for label in headline.labels:
            back = before is not None and _names_last(label, before, story)
            target = before if back and before else story
            target.section = " ".join(filter(None, (target.section, label.text)))
        for line in list(headline.above) if before else ():
            if before is None or not is_label(line.text):
                continue
            kicked = headline.rises or len(headline.above) > 1
            sure = kicked or names_opinion(line.text)
            if sure and _names_last(line, before, story):
                before.section = line.text
            elif sure and not story.section:
                story.section = line.text
            else:
                continue
            headline.above.remove(line)


def _names_last(label: Line, before: Story, story: Story) -> bool:
    """Return True if a label names the article before it."""
    if before.section or story.opinion:
        return False
    return before.opinion or (names_opinion(label.text) and story.news and not before.news)


def _article(
    story: Story, id: str, source: str, common: Mapping[str, str], *, alone: bool
) -> Article:
    """Make the article; `alone`, it has the title that its file gives."""
    kicker, title, subtitle = story.headline.parts
    text, blocks = page_blocks(story.paragraphs, story.lines)
    given = common.get("title", "")
    masts = " ".join(" ".join(line.text.split()) for line in story.headline.masts)
    section, masts = (story.section, masts) if story.section else (masts, "")
    if given and (alone or story.headline.start == story.headline.end):
        title = given if alone or not title else title
    elif given:
        section = section or given
    title = title or _clause(text, PurePosixPath(source).stem, id)
    if not text:
        text, blocks = page_blocks([title], ())
    bylines = [*story.bylines] or [credit(common)]
    return Article(
        id=id,
        source=source,
        title=title,
        text=text,
        kicker=" ".join(filter(None, (masts, kicker)))
        or (common.get("kicker", "") if alone else ""),
        subtitle=" ".join(filter(None, (subtitle, story.subtitle)))
        or (common.get("subtitle", "") if alone else ""),
        byline=" ".join(filter(None, bylines)),
        date=(alone and common.get("date"))
        or story.date
        or common.get("date")
        or common["printed"],
        section=section or common.get("section", ""),
        url=common.get("url", ""),
        blocks=blocks,
    )


def _clause(text: str, stem: str, id: str) -> str:
    """Return a title for a text that has none: its file's name, or its first words on a page."""
    if id.endswith("#1"):
        return stem
    spans = sentence_spans(text[:400])
    first = text[spans[0][0] : spans[0][1]] if spans else stem
    clauses = [clause.strip() for clause in re.split("[，,。;；]", first)]
    return next((c for c in clauses if 6 <= len(c) <= _CLAUSE), first[:_CLAUSE])

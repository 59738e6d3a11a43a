"""Read one article of a page: the byline, date and section under its headline, and its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.documents.newspaper.bylines import byline_of, is_lone_name, is_role_line
from index.documents.newspaper.datelines import starts_report, strip_lead, strip_tail
from index.documents.newspaper.dates import date_in, find_date, is_date_line, opening_date
from index.documents.newspaper.headlines import Headline
from index.documents.newspaper.layout import Page, is_closed
from index.documents.newspaper.lines import Line
from index.documents.newspaper.repair import join_lines, whole_lines
from index.documents.newspaper.titles import is_heading_like, is_paper_name
from index.documents.newspaper.wordlists import is_column_name, is_label, names_opinion

_MOST_HEAD_LINES = 8


@dataclass(slots=True)
class Story:
    """An article in the making."""

    headline: Headline
    section: str = ""
    subtitle: str = ""
    bylines: list[str] = field(default_factory=list)
    date: str = ""
    news: bool = False
    paragraphs: list[str] = field(default_factory=list)
    lines: Sequence[Line] = ()

    @property
    def opinion(self) -> bool:
        """Whether an author signs and no reporter does."""
        return bool(self.bylines) and not self.news


def read_story(headline: Headline, body: Sequence[Line], page: Page, whole: bool) -> Story:
    """Read the byline, date and text that follow a headline."""
    story = Story(headline)
    place = 0
    kept: list[Line] = []
    while place < min(len(body), _MOST_HEAD_LINES):
        after = body[place + 1] if place + 1 < len(body) else None
        if not _read_head_line(story, body[place], after, place, kept):
            break
        place += 1
    left = [*kept, *body[place:]]
    _read_end(story, left)
    story.lines = left
    story.paragraphs = whole_lines(left) if whole else join_lines(left, around=page)
    _read_lead(story)
    if story.paragraphs:
        tail, rest = strip_tail(story.paragraphs[-1])
        if tail and rest:
            story.bylines.append(tail)
            story.paragraphs[-1] = rest
    title = story.headline.parts[1]
    signed = story.news or bool(story.bylines)
    if not story.date:
        opening = opening_date(story.paragraphs[0]) if story.paragraphs else ""
        # In a report it is the dateline; elsewhere a text may open with a day of long ago.
        story.date = opening if signed or "年" not in opening else ""
    story.date = story.date or date_in(story.paragraphs, title)
    return story


def _read_end(story: Story, lines: list[Line]) -> None:
    """Take a byline, or the label of an opinion's column, off the end of an article."""
    while len(lines) > 1 and lines[-1].kind == "text":
        text = lines[-1].text
        found = byline_of(text)
        if found and not story.bylines and is_closed(lines[-2].text):
            story.bylines.append(found.byline)
            story.date = story.date or found.date
            story.news |= found.news
        elif story.opinion and not story.section and is_label(text) and names_opinion(text):
            story.section = text
        else:
            return
        lines.pop()


def _read_head_line(
    story: Story, line: Line, after: Line | None, place: int, kept: list[Line]
) -> bool:
    """Take one line between headline and text into the story; False if it is text already."""
    found = byline_of(line.text)
    if found:
        second = found.date if story.date else ""
        story.bylines.append(" ".join(filter(None, (found.byline, second))))
        story.date = story.date or found.date
        story.news |= found.news
    elif is_date_line(line.text):
        # A label, a weekday or a second date would be lost if the line became a date alone.
        if story.date or line.text.strip("()（）[]【】. ") != find_date(line.text):
            kept.append(line)
        story.date = story.date or find_date(line.text)
    elif story.bylines and (is_role_line(line.text) or is_paper_name(line.text)):
        story.bylines[-1] += f", {line.text}"
        story.news = True
    elif after is None or not is_heading_like(line) or line.kind != "text":
        return False
    elif is_lone_name(line.text) and place == 0 and not is_lone_name(after.text):
        story.bylines.append(line.text)
    elif not story.section and (
        is_column_name(line.text) or (is_label(line.text) and _is_authored(after))
    ):
        story.section = line.text
    elif line.text.startswith(("—", "–")) or _opens(after):
        story.subtitle = f"{story.subtitle} {line.text}".strip()
    else:
        return False
    return True


def _is_authored(line: Line) -> bool:
    """Return True if a line names an author who is no reporter."""
    found = byline_of(line.text)
    return found is not None and not found.news


def _opens(line: Line) -> bool:
    """Return True if a line signs or opens a text, so that the one before it was no text yet."""
    return byline_of(line.text) is not None or starts_report(line.text)


def _read_lead(story: Story) -> None:
    """Take the lead of a report off the first paragraph."""
    if not story.paragraphs:
        return
    found, rest = strip_lead(story.paragraphs[0])
    if found is None:
        return
    story.news = True
    story.date = story.date or found.date
    # An agency in a dateline, which stays in the text, signs only what nobody else does.
    if found.byline and not (story.bylines and rest == story.paragraphs[0]):
        story.bylines.append(found.byline)
    if rest:
        story.paragraphs[0] = rest
    else:
        del story.paragraphs[0]

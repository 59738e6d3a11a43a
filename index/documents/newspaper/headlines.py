"""Find the headline groups of a page: titles with their kickers, subtitles and column labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.documents.newspaper.bylines import byline_of, is_lone_name
from index.documents.newspaper.datelines import starts_report
from index.documents.newspaper.dates import is_date_line
from index.documents.newspaper.layout import Page, is_closed
from index.documents.newspaper.lines import Line
from index.documents.newspaper.titles import (
    is_heading_like,
    is_masthead,
    is_paper_name,
    is_shouted,
    may_be_title,
)
from index.documents.newspaper.wordlists import is_column_name

_MOST_LINES = 3
_NEWS = re.compile("昨日|昨天|近日|日前|今日|今天|\\d{1,2}月\\d{1,2}日|记者|記者")
_HEAD_LINES = 5


@dataclass(slots=True)
class Headline:
    """A headline group: the lines `start` to `end` of the page, body lines follow.

    `level` is that of its highest heading, 0 for unmarked ones. `above` are unmarked lines before
    the headings, `labels` names of columns, `masts` names of the paper or page. `signed` says
    that a byline or the lead of a report follows, `dated` that a date does; `news`
    that the text opens as news does.
    """

    start: int
    end: int
    heads: list[Line]
    above: list[Line] = field(default_factory=list)
    labels: list[Line] = field(default_factory=list)
    masts: list[Line] = field(default_factory=list)
    signed: bool = False
    dated: bool = False
    news: bool = False

    @property
    def level(self) -> int:
        """Return the level of the highest heading."""
        return min((line.level for line in self.heads), default=0)

    @property
    def rises(self) -> bool:
        """Whether a higher heading follows a lower one, as a title follows its kicker."""
        levels = [line.level for line in self.heads]
        return any(b < a for a, b in zip(levels, levels[1:], strict=False))

    @property
    def parts(self) -> tuple[str, str, str]:
        """Return kicker, title and subtitle; several lines of one are joined as printed."""
        heads = self.heads
        first = next((i for i, line in enumerate(heads) if line.level == self.level), 0)
        last = first + 1
        while last < len(heads) and heads[last].level == self.level and self._joins(heads[last]):
            last += 1
        before, title, after = heads[:first], heads[first:last], heads[last:]
        return _joined([*self.above, *before]), _joined(title), _joined(after)

    def _joins(self, line: Line) -> bool:
        """Return True if a heading of the title's level is its next line or, unmarked, near."""
        return (bool(line.level) or line.gap == 0) and not line.text.startswith(("—", "–"))


def find_headlines(lines: Sequence[Line], page: Page) -> list[Headline]:
    """Return every headline group of the page in order, marked and unmarked."""
    found = _marked(lines)
    taken = {place for headline in found for place in range(headline.start, headline.end)}
    found.extend(_unmarked(lines, page, taken, marked=bool(found)))
    found.sort(key=lambda headline: headline.start)
    for headline in found:
        headline.signed, headline.dated = _what_follows(lines, headline.end)
        text = lines[headline.end].text if headline.end < len(lines) else ""
        headline.news = bool(_NEWS.match(text))
    return found


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _marked(lines: Sequence[Line]) -> list[Headline]:
    """Return the groups of headings that markup shows."""
    found: list[Headline] = []
    place = 0
    while place < len(lines):
        if lines[place].kind != "heading":
            place += 1
            continue
        end = place
        while end < len(lines) and lines[end].kind == "heading":
            end += 1
        headline = Headline(place, end, list(lines[place:end]))
        _sort_heads(headline)
        _take_lines_above(headline, lines, found[-1].end if found else 0)
        found.append(headline)
        place = end
    return found


def _sort_heads(headline: Headline) -> None:
    """Take names of columns and papers out of a group that has a title beside them."""
    for line in list(headline.heads):
        if len(headline.heads) == 1:
            return
        if is_column_name(line.text):
            headline.labels.append(line)
            headline.heads.remove(line)
        elif line is headline.heads[0] and (is_paper_name(line.text) or is_masthead(line.text)):
            headline.masts.append(line)
            headline.heads.remove(line)


def _take_lines_above(headline: Headline, lines: Sequence[Line], floor: int) -> None:
    """Let the short unclosed lines before a headline be its kicker, or labels.

    After a body they must stand after a closed line, and leave the body at least one line.
    """
    start = headline.start
    while start > floor and headline.start - start < _MOST_LINES:
        line = lines[start - 1]
        furniture = is_masthead(line.text) or (floor == 0 and is_date_line(line.text))
        if not (furniture or is_heading_like(line)):
            break
        start -= 1
    while start < headline.start and not _is_fresh(lines, start, floor):
        start += 1
    if start:  # a date after a text belongs to that text
        dates = [p for p in range(start, headline.start) if is_date_line(lines[p].text)]
        start = dates[-1] + 1 if dates else start
    if floor and start <= floor:
        return
    for line in lines[start : headline.start]:
        if is_masthead(line.text) or is_date_line(line.text):
            headline.masts.append(line)
        elif is_column_name(line.text):
            headline.labels.append(line)
        else:
            headline.above.append(line)
    headline.start = start


def _is_fresh(lines: Sequence[Line], place: int, floor: int = 0) -> bool:
    """Return True if a line begins something: nothing unfinished stands before it."""
    if place <= floor:
        return True
    before, line = lines[place - 1], lines[place]
    return (
        before.kind in {"rule", "row", "code", "heading"}
        or is_closed(before.text)
        or (line.gap >= 2 and line.gap > before.gap)
        or is_date_line(before.text)
    )


def _unmarked(
    lines: Sequence[Line], page: Page, taken: set[int], *, marked: bool
) -> list[Headline]:
    """Return the headlines that only their place on the page shows."""
    found: list[Headline] = []
    last, opening, reported = 0, True, False
    for place, line in enumerate(lines):
        if place in taken or place < last:
            reported &= place not in taken
            continue
        start = -1
        if place and _is_signed(line):
            start, end = _start_above(lines, place, last), place
            again = start < 0 and reported and starts_report(line.text)
            if again and is_closed(lines[place - 1].text):
                start = place  # a report that lost its headline
            reported |= starts_report(line.text)
        elif not marked and _looks_alone(lines, place, page, opening, bool(found)):
            start, end = place, _end_below(lines, place, page)
        opening &= _is_furniture(line) or is_column_name(line.text)
        if start >= 0:
            found.append(_unmarked_headline(lines, start, end))
            last, opening, reported = end, False, reported and place == end
    return found


def _is_signed(line: Line) -> bool:
    return starts_report(line.text) or byline_of(line.text) is not None


def _start_above(lines: Sequence[Line], place: int, floor: int) -> int:
    """Return where the title lines above a byline or a lead begin, or -1 if there are none."""
    start = place
    while start > floor and place - start < _MOST_LINES and is_heading_like(lines[start - 1]):
        start -= 1
    while start < place and not _is_fresh(lines, start):
        start += 1
    return start if start < place else -1


def _looks_alone(lines: Sequence[Line], place: int, page: Page, opening: bool, later: bool) -> bool:
    """Return True if a line looks like a title: the first of the page, shouted, or far apart."""
    line = lines[place]
    after = lines[place + 1] if place + 1 < len(lines) else None
    if not is_heading_like(line):
        return False
    label = is_column_name(line.text) and after is not None and is_heading_like(after)
    if opening and not (label or (_is_furniture(line) and after is not None)):
        return may_be_title(line, after, page)
    if not later or after is None or not _is_fresh(lines, place) or is_column_name(line.text):
        return False
    if is_shouted(line.text):
        return is_shouted(_first_text(lines)) and line.gap > 0
    ruled = lines[place - 1].kind == "rule"
    apart = line.gap >= 2 and line.gap > page.gap and after.gap < line.gap
    return (ruled or apart) and may_be_title(line, after, page)


def _first_text(lines: Sequence[Line]) -> str:
    return next((line.text for line in lines if not _is_furniture(line)), "")


def _is_furniture(line: Line) -> bool:
    text = line.text
    return line.kind == "rule" or is_masthead(text) or is_date_line(text) or is_paper_name(text)


def _end_below(lines: Sequence[Line], place: int, page: Page) -> int:
    """Return the place after the title that begins at `place`, whose next line may stand close."""
    end = place + 1
    while end + 1 < len(lines) and end - place < _MOST_LINES:
        line, after = lines[end], lines[end + 1]
        near = line.gap == 0 and after.gap > 0 and line.width >= lines[place].width * 0.4
        if not (near and is_heading_like(line) and may_be_title(line, after, page)):
            break
        if is_lone_name(line.text) or line.width > lines[place].width * 2:
            break
        end += 1
    return end


def _unmarked_headline(lines: Sequence[Line], start: int, end: int) -> Headline:
    """Sort the lines of an unmarked headline: capitals, or two halves, show the title."""
    heads = [line for line in lines[start:end] if line.kind != "rule"]
    headline = Headline(start, end, heads)
    _sort_heads(headline)
    apart = [line for line in heads if line.gap or line is heads[0]]
    main = next((i for i, line in enumerate(apart) if is_shouted(line.text)), 0)
    if not main and len(apart) == len(heads) == 2 and heads[1].han:
        main = int(" " in heads[1].text and " " not in heads[0].text)
    if main:
        headline.above = heads[:main]
        headline.heads = heads[main:]
    return headline


def _what_follows(lines: Sequence[Line], end: int) -> tuple[bool, bool]:
    """Return True if a byline or lead, and whether a date, opens what follows a headline."""
    dated = False
    for place in range(end, min(end + _HEAD_LINES, len(lines))):
        line = lines[place]
        if line.kind == "heading":
            break
        if _is_signed(line) or (place == end and is_lone_name(line.text)):
            return True, dated
        if is_date_line(line.text):
            dated = True
        elif not is_heading_like(line) or place - end > 2:
            break
    return False, dated

"""Read `.txt`: what each line is is told by its form; newspaper pages are read as such."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.documents.articles import article_of, text_parts
from index.documents.builder import BlockBuilder
from index.documents.front_matter import FrontMatter, add_front_matter, split_front_matter
from index.documents.newspaper.layout import is_closed, measure
from index.documents.newspaper.lines import Line, read_lines
from index.documents.newspaper.newspapers import is_printed_page
from index.documents.newspaper.repair import is_form_field, join_pieces
from index.documents.newspaper.titles import is_heading_like, is_shouted, may_be_title
from index.documents.prose import add_prose
from index.documents.questions import answer_start, is_question, question_start
from index.documents.text_tables import add_rows, barred, cells_of
from index.documents.titles import is_contents
from index.models import Article, BlockKind, FailedSource

_BULLET = re.compile(r"(?:[-*+•‣◦▪▫●○◆◇■□►▶–·][ \t\u3000]*)(?=\S)")
# The styles in which headings and items are numbered.
_STYLES = tuple(
    re.compile(style)
    for style in (
        r"\d{1,2}(?:\.\d{1,2}){0,3}(?:[.．、]|(?=[ \t\u3000]))[ \t\u3000]*(?=\D)",
        r"[（(]?\d{1,2}[)）][ \t\u3000]*(?=\S)",
        r"[一二三四五六七八九十]{1,3}、",
        r"[（(][一二三四五六七八九十]{1,3}[)）]",
        r"[A-Za-z][.)][ \t]+",
        r"[①-⑳]",
    )
)
_PART = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}(?:(?P<high>[章部编編])|[节節分讲講课課条條])|제\s?\d{1,3}\s?[장절조]"
    r"|(?:(?P<chapter>Chapter|Part|Kapitel|Teil)|Section|Appendix|Abschnitt|Anhang)\s[\dIVXA-Z]",
    re.IGNORECASE,
)
_WIDEST_HEADING = 64
_LONGEST_QUESTION = 160


def read_text(path: Path, source: str) -> Iterator[Article | FailedSource]:
    """Return the article of a text file, or those of a newspaper page.

    Raises FileUnreadable if it holds no text.
    """
    return text_parts(path, source, text_articles)


def text_articles(text: str, source: str) -> tuple[Article, ...]:
    """Return the articles of a text; none if it is empty."""
    known, body = split_front_matter(text)
    lines = read_lines(body)
    faq = sum(1 for line in lines if question_start(line.text) or answer_start(line.text)) > 1
    if not faq and is_printed_page(lines):
        from index.documents.newspaper.articles import compose_lines

        return compose_lines(source, lines, known.fields)
    lines = read_lines(barred(body))
    if all(line.kind == "rule" for line in lines):
        return ()
    title, lines = _title(known, lines)
    builder = BlockBuilder()
    add_front_matter(builder, known)
    _Text(builder, lines).add()
    article = article_of(builder, known, title, source)
    return (article,) if article else ()


def _title(known: FrontMatter, lines: list[Line]) -> tuple[str, list[Line]]:
    """Return the title, and the lines without the one that says it."""
    given = known.fields.get("title", "")
    shown = [line for line in lines if line.kind != "rule"]
    if given or not shown or is_contents(shown[0].text):
        return given, lines
    first, after = shown[0], shown[1] if len(shown) > 1 else None
    page = measure(lines)
    unmarked = is_heading_like(first) and may_be_title(first, after, page)
    if first.kind == "heading" or (unmarked and not question_start(first.text)):
        rest = [line for line in lines if line is not first]
        return first.text, rest
    return "", lines


class _Text:
    """Adds the blocks of the lines of a text."""

    def __init__(self, builder: BlockBuilder, lines: Sequence[Line]) -> None:
        self._builder = builder
        self._lines = lines
        self._page = measure(lines)
        asked = sum(1 for line in self._lines if _is_lone_question(line))
        self._faq = asked > 1
        self._group = 0

    def add(self) -> None:
        """Add everything in order, a run of lines of one kind at a time."""
        place = 0
        while place < len(self._lines):
            line = self._lines[place]
            end = place + 1
            if line.kind == "rule":
                self._builder.asked = False
            elif line.kind == "row":
                end = self._end_of_run(place, ("row", "rule"))
                run = self._lines[place:end]
                rows = [piece.text for piece in run if piece.kind == "row"]
                add_rows(self._builder, rows, ruled=len(run) > 1 and run[1].kind == "rule")
            elif line.kind == "code":
                end = self._end_of_run(place, ("code",))
                self._builder.code("\n".join(piece.text for piece in self._lines[place:end]))
            elif level := self._heading_level(place):
                self._builder.heading(line.text, level)
            else:
                while end < len(self._lines) and not self._stops(end):
                    end += 1
                self._prose(self._lines[place:end])
            place = end

    def _end_of_run(self, place: int, kinds: tuple[str, ...]) -> int:
        """Return the place after the lines of some kinds that begin at `place`."""
        width = cells_of(self._lines[place].text)
        while place < len(self._lines) and self._lines[place].kind in kinds:
            line = self._lines[place]
            if line.kind == "row" and line.gap and cells_of(line.text) != width:
                break
            place += 1
        return place

    def _stops(self, place: int) -> bool:
        """Return True if a line ends the prose before it."""
        return self._lines[place].kind in {"row", "code", "rule"} or bool(
            self._heading_level(place)
        )

    def _heading_level(self, place: int) -> int:
        """Return the level of a line that is a heading by its marks or form, 0 if it is none."""
        line = self._lines[place]
        if line.kind == "heading":
            return line.level
        after = self._lines[place + 1] if place + 1 < len(self._lines) else None
        if after is None or line.width > _WIDEST_HEADING or is_closed(line.text):
            return 0
        if (
            question_start(line.text)
            or line.kind not in {"text", "item"}
            or _BULLET.match(line.text)
        ):
            return 0
        style, part = _style(line.text), _PART.match(line.text)
        if style >= 0 or part:
            fresh = line.gap > 0 or place == 0
            other = after.kind == "item" and _style(after.text) != style
            body = after.kind in {"text", "row"} and (after.gap > 0 or bool(part))
            depth = line.text.split()[0].strip(".").count(".") if style == 0 else int(style == 3)
            level = 2 + depth - bool(part and part.lastgroup)
            return level if fresh and (body or other) else 0
        if line.kind != "text" or not is_heading_like(line) or is_form_field(line.text):
            return 0
        if is_shouted(line.text) and line.gap:
            return 1
        alone = (line.gap > 0 or place == 0) and after.gap > 0 and after.kind != "heading"
        return 3 if alone and not is_heading_like(after) else 0

    def _prose(self, lines: Sequence[Line]) -> None:
        """Add paragraphs and list items."""
        parts = join_pieces(lines, around=self._page)
        for place, (text, pieces) in enumerate(parts):
            after = parts[place + 1][1][0] if place + 1 < len(parts) else None
            self._paragraph(text, pieces[0], after)

    def _paragraph(self, text: str, line: Line, after: Line | None) -> None:
        builder = self._builder
        if question_start(text) or (builder.asked and answer_start(text, waits=self._waits())):
            add_prose(builder, text)
        elif self._faq and _is_lone_question(line) and text.startswith(f"{line.text} "):
            builder.paragraph(line.text, BlockKind.QUESTION)
            builder.paragraph(text[len(line.text) :], BlockKind.ANSWER)
        elif self._faq and _is_lone_question(line) and after and _may_answer(after):
            builder.paragraph(text, BlockKind.QUESTION)
        elif line.kind == "item":
            self._item(text, line)
        else:
            add_prose(builder, text)

    def _waits(self) -> bool:
        last = self._builder.last
        return last is not None and last.kind is BlockKind.QUESTION

    def _item(self, text: str, line: Line) -> None:
        """Add a list item without its bullet, or with its number."""
        last = self._builder.last
        if last is None or last.kind is not BlockKind.LIST_ITEM or last.group != self._group:
            self._group = self._builder.new_group()
        body = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
        self._builder.item(body, group=self._group, depth=min(line.indent // 2, 8))


def _style(text: str) -> int:
    """Return which style of numbers a line opens with, -1 for none."""
    return next((n for n, style in enumerate(_STYLES) if style.match(text)), -1)


def _is_lone_question(line: Line) -> bool:
    """Return True if a line does nothing but ask; it may carry a number."""
    numbered = line.kind == "item" and not _BULLET.match(line.text)
    short = len(line.text) <= _LONGEST_QUESTION
    return (numbered or line.kind == "text") and short and is_question(line.text)


def _may_answer(line: Line) -> bool:
    return not is_question(line.text)

"""Read a text as a page of lines: what each is by its marks, and how it lies on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from language.text import NGRAM_CHARACTER

Kind = Literal["text", "heading", "item", "row", "code", "rule"]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. `gap` counts the blank lines before it, `level` is 1-6 for a marked heading.

    `width` and `indent` are in character cells: a Han character has two. `opens` says that an
    ideographic blank indents it, as a paragraph.
    """

    text: str
    gap: int
    kind: Kind = "text"
    level: int = 0
    indent: int = 0
    width: int = 0
    opens: bool = False

    @property
    def han(self) -> bool:
        """Whether the line is written in Han, kana or Hangul, which may break inside a word."""
        return not self.text.isascii() and bool(NGRAM_CHARACTER.search(self.text))


_HEADING = re.compile(
    r"(#{1,6})[ \t\u3000]+(\S(?:.*?[^ \t\u3000\n])??)[ \t\u3000]*#{0,99}$"
    r"|(#{2,6})(?=[^#\s])(.*[^#\s])$"
)
_HEADING_GLUED = re.compile(r"(#)((?=[\u3400-\u9fff\uac00-\ud7a3“「《])[^#]{2,60})$")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})")
_RULE = re.compile(r"(?:([-=*_~—─━═※◆◇■□●○])[ \t]*)(?:\1[ \t]*){2,}")
_FENCE = re.compile(r"(```+|~~~+)[^`]*")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?")
_NUMERAL = "一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖拾"
_ITEM = re.compile(
    r"[-*+•‣◦▪▫●○◆◇■□►▶–][ \t\u3000]+\S"
    r"|[•‣◦▪●►▶·][^\s•·●]"
    r"|\d{1,3}[、)）．][ \t]*(?=\D)"
    r"|\d{1,3}\.(?:[ \t]+\S|(?=[^\W\d_a-zA-Z]))"
    r"|[(（]\d{1,3}[)）](?!\d)"
    rf"|[{_NUMERAL}]{{1,4}}、(?![{_NUMERAL}]+、)"
    rf"|[(（][{_NUMERAL}]{{1,3}}[)）]"
    r"|[①-⒇⒈-⒛㈠-㈩❶-❿➀-➓]"
    rf"|第[{_NUMERAL}\d]{{1,5}}[条條章节節款项項][\s:：　]?"
    r"|[A-Za-z]\)[ \t]+\S"
    r"|(?:问|答|問|Q|A)\d{0,3}[:：]"
    r"|\[[ xX]\][ \t]"
)
_COLUMNS = re.compile(r"\S(?:[ \t]{3,}|\t+|\u3000{2,})\S.*\S(?:[ \t]{3,}|\t+|\u3000{2,})\S")
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]"
)
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_QUOTE = re.compile(r"(?:>[ \t]?)+")


def read_lines(text: str) -> list[Line]:
    """Return the lines that are not blank, each with its kind."""
    found: list[Line] = []
    gap, fence = 0, ""
    for raw in text.split("\n"):
        body = raw.strip()
        if not body:
            gap += 1
            continue
        mark = _FENCE.fullmatch(body)
        if mark and (not fence or body.startswith(fence)):
            fence = "" if fence else mark.group(1)
        elif fence:
            found.append(Line(body, gap, "code", width=width(body)))
        elif not _underlines(body, gap, found):
            found.append(_line(raw, body, gap))
        else:
            found[-1] = replace(found[-1], kind="heading", level=1 if body[0] == "=" else 2)
        gap = 0
    return found


def width(text: str) -> int:
    """Return the width of a text in cells."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _line(raw: str, body: str, gap: int) -> Line:
    """Classify a line and strip its marks."""
    indent = _indent(raw)
    heading = _HEADING.fullmatch(body) or _HEADING_GLUED.fullmatch(body)
    if heading:
        marks, title = (group for group in heading.groups() if group)
        return Line(folded(title), gap, "heading", len(marks), indent, width(folded(title)))
    if _RULE.fullmatch(body):
        return Line(body, gap, "rule")
    if body[0] == ">":
        body = _QUOTE.sub("", body, count=1).strip() or ">"
    if body.startswith("|") or " | " in body or "\t" in body or _has_columns(body):
        if _TABLE_RULE.fullmatch(body):
            return Line(body, gap, "rule")
        row = " | ".join(cell.strip() for cell in body.strip("| \t").split("|"))
        return Line(row, gap, "row" if row else "rule", 0, indent, width(row))
    text = folded(body)
    kind: Kind = "rule" if not text else "item" if _ITEM.match(text) else "text"
    return Line(text, gap, kind, 0, indent, width(text), raw.startswith("\u3000"))


def _has_columns(body: str) -> bool:
    """Return True if wide gaps part a line into three cells or more."""
    wide = "   " in body or "\u3000\u3000" in body
    return wide and bool(_COLUMNS.search(body[:400]))


def _underlines(body: str, gap: int, found: list[Line]) -> bool:
    """Return True if a line of `===` or `---` makes the line above it a heading."""
    if gap or not found or not _UNDERLINE.fullmatch(body):
        return False
    above = found[-1]
    alone = above.gap or len(found) == 1
    return bool(
        above.kind == "text" and alone and above.width <= 120 and above.text[-1] not in "。."
    )


def _indent(raw: str) -> int:
    blank = raw[: len(raw) - len(raw.lstrip())]
    return len(blank.expandtabs(4)) + blank.count("\u3000")


def folded(text: str) -> str:
    """Let one blank stand between words; an ideographic one stays what it is."""
    if text.isascii():
        return " ".join(text.split())
    return _BLANKS.sub(lambda run: "\u3000" if "\u3000" in run.group() else " ", text)

"""Join the lines that layout broke, and keep apart what was apart: paragraphs, lists, verse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.abbreviations import stop_is_inside
from index.dates import is_date_line
from index.joints import compose, words_of
from index.leads import dateline
from index.lines import Line, width
from index.verse import verse_lines
from index.wordlists import LINKS

_ENDS = frozenset("。！？｡!?：:؟۔।॥።…")
_CLOSERS = "\"'”’」』）)》】〕*_»]"
_NOTE = re.compile(r"(?:\[\d{1,3}\])+$")
# （记者 王一） after the last sentence, or （完）.
_CREDITED = re.compile(r"[。！？.!?][\"'”’」』]*\s?[（(【\[][^（）()\[\]]{1,40}[）)】\]]$")
_CARRIES_ON = re.compile(r"[，,、—–（(【\[“‘「『《/&＆+＋-]$|[^\W\d_][‐\u00ad]$")
_BEGINS_INSIDE = re.compile(r"[，。、；：！？）】》」』,.;:!?)\]%％]|[”’](?!\w)")
_FIELD = re.compile(
    r"[A-Z][A-Za-z /]{0,24}:(?: \S|$)|[^\W\d_](?:[^\W_]|[ /（）()·]){0,9}[：:](?!\d)"
)
_FORM_FIELD = re.compile(
    r"(?:时间|時間|地点|地點|日期|电话|電話|地址|联系人|聯絡人|编号|編號|主持|主持人|记录|紀錄|出席|列席|缺席|参加人员|单位"
    r"|对象|费用|報名|报名|咨询|热线|邮箱|网址|传真|附件|主题|文号|签发|抄送|来源|來源|作者)\s?[：:]"
    r"|(?:Time|Date|Place|Venue|Where|When|Tel|Phone|E-?mail|Address|Contact|Present|Apologies|Chair"
    r"|Ref|Reference|From|To|Subject|Cc|Attendees|Location|Price|Cost|Tickets|Admission|Website"
    r"|Source|Author)\s?:",
    re.IGNORECASE,
)
# A short line that begins or ends so is a piece of a sentence, not a heading of its own.
_SPEAKS = re.compile(r"[，。！？；]|[.!?] ")
_OPENS_SENTENCE = re.compile(
    r"记者|記者|据|據|本报|本報|昨|近日|日前|会议|會議|目前|截至|其中|此外|同时|同時|他|她|该|該|按|随|隨"
    r"|如果|因为|因為|当|當|\d+[月年日]|今年|去年|[市县省区縣區]"
)
_WANTS_MORE = re.compile(
    "[的和与與在是对對把被将將为為及或从從由于於向并並而以就也又所使让讓给給至到更最很不已正等其该該要会會能可应應]$"
    "|[をはがのにへとで]$|[을를은는의에와과로]$|부터$|까지$|에서$|[\u3040-\u30ff].*、"
)
_SHORT_SHARE = 0.6
_SHORT_HAN = 44
_SHORT_LATIN = 60
_LONG_LATIN = 40
_NARROWEST = 22  # cells of the narrowest column that is prose


@dataclass(frozen=True, slots=True)
class Page:
    """What the lines of an article have in common."""

    full: int  # the width at which lines were broken, or nearly the widest of all
    wrapped: bool  # lines follow one another without a blank line, broken where they were full
    broken: bool  # some long lines end inside a sentence
    gap: int  # the blank lines that mostly stand between lines
    verse: frozenset[int]


def join_lines(lines: Sequence[Line], *, broken: bool = False) -> list[str]:
    """Return the paragraphs: broken lines joined; list items, rows and verse lines on their own.

    No character is lost but the hyphens that layout put at line ends. Rules are left out.
    `broken` says that the page around these lines has lines that end inside a sentence.
    """
    kept = [line for line in lines if line.kind != "rule"]
    page = measure(kept)
    page = replace(page, broken=page.broken or broken)
    words = words_of([line.text for line in kept])
    paragraphs: list[str] = []
    pieces: list[str] = []
    for place, line in enumerate(kept):
        pieces.append(line.text)
        apart = place in page.verse or place + 1 in page.verse or place + 1 == len(kept)
        if apart or not _goes_on(line, kept[place + 1], len(pieces) == 1, page):
            paragraphs.append(compose(pieces, words))
            pieces = []
    return paragraphs


def whole_lines(lines: Sequence[Line]) -> list[str]:
    """Return the paragraphs of a text whose lines are paragraphs already."""
    return [line.text for line in lines if line.kind != "rule"]


def is_closed(text: str) -> bool:
    """Tell whether a line ends where a sentence, or the announcement of a list, ends."""
    tail = text[-80:]
    bare = _NOTE.sub("", tail).rstrip(_CLOSERS)
    if not bare:
        return False
    if bare[-1] in _ENDS:
        return True
    if bare[-1] == ".":
        return not stop_is_inside(bare[:-1], " The")
    return tail[-1] in "）)】]" and bool(_CREDITED.search(tail))


def measure(lines: Sequence[Line]) -> Page:
    """Find how wide the lines are and whether layout broke them."""
    prose = [line for line in lines if line.kind in {"text", "item"}]
    followed = [a.width for a, b in pairwise(prose) if b.gap == 0]
    widths = sorted(followed) if len(followed) * 2 >= len(prose) else []
    full = widths[len(widths) * 9 // 10] if widths else 0
    cut = [a for a, b in pairwise(prose) if b.gap == 0 and not is_closed(a.text)]
    wrapped = full >= _NARROWEST and sum(a.width >= full * 0.75 for a in cut) * 4 >= len(widths)
    if not wrapped:
        every = sorted(line.width for line in prose)
        full = every[len(every) * 9 // 10] if every else 0
    long = full * 0.75 if wrapped else max(_SHORT_HAN, full * _SHORT_SHARE)
    broken = any(line.width > long and not is_closed(line.text) for line in prose[:-1])
    gaps = Counter(line.gap for line in prose[1:])
    gap = gaps.most_common(1)[0][0] if gaps else 1
    return Page(full, wrapped, broken, gap, verse_lines(lines))


def is_form_field(text: str) -> bool:
    """Tell whether a line is an entry of a form: venue, date, those present, a telephone."""
    return bool(_FORM_FIELD.match(text))


def _goes_on(line: Line, after: Line, fresh: bool, page: Page) -> bool:
    """Tell whether `after` continues the paragraph that `line` ends for now.

    `fresh` says that the paragraph has no other line yet.
    """
    if line.kind not in {"text", "item"} or after.kind != "text" or line.hard:
        return False
    if _BEGINS_INSIDE.match(after.text):
        return True
    if is_date_line(after.text) or (fresh and is_date_line(line.text)):
        return False
    indented = after.opens or (after.indent > line.indent and after.indent >= 2)
    if indented and after.han and line.kind == "text":
        return bool(_CARRIES_ON.search(line.text))
    if is_closed(line.text):
        return _wraps(line, after, page) or (after.gap == 0 and after.text[0].islower())
    if _CARRIES_ON.search(line.text):
        return True
    if is_form_field(after.text):
        return False
    if line.text[-1] in ";；":
        return not (fresh and after.text[-1] in ";；。.")
    if after.text[0] in "—–" and dateline(f"{line.text} {after.text}") is not None:
        return True
    if fresh and _is_own_line(line, after, page):
        return False
    return line.han or after.han or _latin_goes_on(line, after, page)


def _wraps(line: Line, after: Line, page: Page) -> bool:
    """Tell whether a line that ends with a sentence was broken because it was full."""
    if not page.wrapped or after.gap or after.indent > line.indent:
        return False
    if _FIELD.match(after.text):
        return False
    if line.han:
        return line.width >= page.full - 4
    return line.width + 1 + len(after.text.split(" ", 1)[0]) > page.full


def _is_own_line(line: Line, after: Line, page: Page) -> bool:
    """Tell whether an unclosed first line is a heading, a field, a name or a list item."""
    limit = page.full * _SHORT_SHARE
    if line.kind == "item":
        return line.width <= limit and after.gap > 0
    if line.width > limit and page.broken:
        return False
    field = bool(_FIELD.match(line.text)) and not _SPEAKS.search(line.text)
    if line.width > (_SHORT_HAN if line.han else _SHORT_LATIN) and not field:
        return False
    if not line.han:
        return not after.text[0].islower() and line.text.rsplit(" ", 1)[-1] not in LINKS
    if field or _WANTS_MORE.search(line.text):
        return field
    if not page.broken:
        return True
    inner = re.search(r"[，,；;。]", line.text)
    return not (inner or _OPENS_SENTENCE.match(line.text))


def _latin_goes_on(line: Line, after: Line, page: Page) -> bool:
    """Tell whether an unclosed line in a script with blanks goes on in the next."""
    first = after.text.lstrip("\"'“‘(")[:1]
    if first.islower() or line.text.rsplit(" ", 1)[-1] in LINKS:
        return True
    if after.gap == 0 and page.wrapped:
        return line.width + 1 + width(after.text.split(" ", 1)[0]) > page.full * 0.9
    if page.wrapped:
        return line.width >= page.full * 0.75
    return line.width >= max(_LONG_LATIN, page.full * 0.5)

"""Join the lines that layout broke, and keep apart what was apart: paragraphs, lists, verse."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents.newspaper.datelines import dateline
from index.documents.newspaper.dates import is_date_line
from index.documents.newspaper.join_lines import compose, words_of
from index.documents.newspaper.layout import Page, is_closed, measure
from index.documents.newspaper.lines import Line, width
from index.documents.newspaper.wordlists import LINKS

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
_PAUSED = re.compile("[，,；;。]")
_SPEAKS = re.compile(r"[，。！？；]|[.!?] ")
_OPENS_SENTENCE = re.compile(
    r"记者|記者|据|據|本报|本報|昨|近日|日前|会议|會議|目前|截至|其中|此外|同时|同時|他|她|该|該|按|随|隨"
    r"|如果|因为|因為|当|當|\d+[月年日]|今年|去年|[市县省区縣區]"
)
_WANTS_MORE = re.compile(
    "[的和与與在是对對把被将將为為及或从從由于於向并並而以就也又所使让讓给給至到更最很不已正等其该該要会會能可应應]$"
    "|[をはがのにへとで]$|[을를은는의에와과로]$|부터$|까지$|에서$|^[^\u3040-\u30ff]*[\u3040-\u30ff].*、"
)
# Scripts that have no mark for the end of a sentence: a blank line is one.
_UNMARKED = re.compile('[\u0e00-\u0eff]["”’)]*$')
_SHORT_SHARE = 0.6
_SHORT_HAN = 44
_SHORT_LATIN = 60
_LONG_LATIN = 40


def join_lines(lines: Sequence[Line], *, around: Page | None = None) -> list[str]:
    """Return the paragraphs: broken lines joined; list items, rows and verse lines on their own.

    No character is lost but the hyphens that layout put at line ends. Rules are left out.
    `around` is the page on which these lines stand.
    """
    return [text for text, _ in join_pieces(lines, around=around)]


def join_pieces(
    lines: Sequence[Line], *, around: Page | None = None
) -> list[tuple[str, list[Line]]]:
    """Return the paragraphs as `join_lines` does, each with the lines it was made of."""
    kept = [line for line in lines if line.kind != "rule"]
    page = measure(kept, around=around)
    words = words_of([line.text for line in kept])
    paragraphs: list[tuple[str, list[Line]]] = []
    pieces: list[Line] = []
    for place, line in enumerate(kept):
        pieces.append(line)
        apart = place in page.verse or place + 1 in page.verse or place + 1 == len(kept)
        if apart or not _goes_on(pieces, kept[place + 1], page):
            paragraphs.append((compose([piece.text for piece in pieces], words), pieces))
            pieces = []
    return paragraphs


def whole_lines(lines: Sequence[Line]) -> list[str]:
    """Return the paragraphs of a text whose lines are paragraphs already."""
    return [line.text for line in lines if line.kind != "rule"]


def is_form_field(text: str) -> bool:
    """Return True if a line is an entry of a form: venue, date, those present, a telephone."""
    return bool(_FORM_FIELD.match(text))


def _goes_on(paragraph: Sequence[Line], after: Line, page: Page) -> bool:
    """Return True if a line continues the paragraph whose lines so far are given."""
    line, fresh = paragraph[-1], len(paragraph) == 1
    if line.kind not in {"text", "item"}:
        return False
    if after.kind != "text" or (after.gap and _UNMARKED.search(line.text)):
        return False
    if _BEGINS_INSIDE.match(after.text):
        return True
    if is_date_line(after.text) or (fresh and is_date_line(line.text)):
        return False
    indented = after.opens or (after.indent > line.indent and after.indent >= 2)
    if indented and after.han and line.kind == "text":
        return bool(_CARRIES_ON.search(line.text))
    if is_closed(line.text, after.text):
        return _wraps(line, after, page) or (after.gap == 0 and after.text[0].islower())
    return _unclosed_goes_on(line, after, fresh, page)


def _unclosed_goes_on(line: Line, after: Line, fresh: bool, page: Page) -> bool:
    """Return True if a line of text continues one that does not end a sentence."""
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
    """Return True if a line that ends with a sentence was broken because it was full."""
    near = after.gap == page.base and (page.base == 0 or page.parted)
    if not (page.wrapped and near) or after.indent > line.indent:
        return False
    if _FIELD.match(after.text):
        return False
    if line.han:
        return line.width >= page.full - 4
    return line.width + 1 + len(after.text.split(" ", 1)[0]) > page.full


def _is_own_line(line: Line, after: Line, page: Page) -> bool:
    """Return True if an unclosed first line is a heading, a field, a name or a list item."""
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
    # Where headings are marked, a line with a comma in it is none.
    if _PAUSED.search(line.text) and (page.broken or page.marked):
        return False
    return not (page.broken and _OPENS_SENTENCE.match(line.text))


def _latin_goes_on(line: Line, after: Line, page: Page) -> bool:
    """Return True if an unclosed line in a script with blanks goes on in the next."""
    first = after.text.lstrip("\"'“‘(")[:1]
    if first.islower() or line.text.rsplit(" ", 1)[-1] in LINKS:
        return True
    if after.gap == 0 and page.wrapped:
        return line.width + 1 + width(after.text.split(" ", 1)[0]) > page.full * 0.9
    if page.wrapped:
        return line.width >= page.full * 0.75
    return line.width >= max(_LONG_LATIN, page.full * 0.5)

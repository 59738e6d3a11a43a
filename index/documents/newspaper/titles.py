"""Recognise titles, as against signatures, mastheads, numbered parts and broken lines."""

from __future__ import annotations

import re

from index.documents.newspaper.bylines import byline_of
from index.documents.newspaper.dates import find_date, is_date_line
from index.documents.newspaper.layout import Page, is_closed
from index.documents.newspaper.lines import Line
from index.documents.newspaper.repair import is_form_field
from index.documents.newspaper.wordlists import LINKS

_WIDEST_HAN = 84
_WIDEST_LATIN = 110
_MOST_WORDS = 20
_UNFINISHED = re.compile(r"[，,、;；:：（(《“‘\-]$")
_BRACKETED = re.compile(r"[（(【\[].*[）)】\]]$")
_PAPER_ZH = (
    r"(?:日报|日報|晚报|晚報|早报|早報|时报|時報|晨报|晨報|周报|週報|商报|商報|都市报|快报"
    r"|周刊|週刊|月刊|季刊|校报|学报|融媒体中心|广播电视台|廣播電視台|简报)"
)
_PAPER_EN = (
    r"(?:Times|Courier|Gazette|Herald|Tribune|Post|Journal|News|Daily|Chronicle|Observer|Echo|Mail"
    r"|Standard|Examiner|Register|Bulletin|Dispatch|Press|Weekly|Advertiser|Argus|Mercury|Record)"
)
_PAPER = re.compile(rf"{_PAPER_ZH}|(?i:\b{_PAPER_EN}\b)")
_ISSUE = re.compile(r"\b(?:Vol|No)\.\s?\d|\bEdition\b|星期|总第|總第")
_COUNTED = re.compile(r"[\d版]|[Pp]age|PAGE|[Ss]ection|SECTION")
_PAGE_NUMBER = re.compile(
    r"第?\s?[A-Z]?\d{1,3}\s?版|第[一二三四五六七八九十]{1,3}版|[A-Z]\d{1,3}"
    r"|(?:Page|Section|PAGE|SECTION)\s[A-Z]?\d{0,3}"
)
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:\.\d{1,2})*[.、．)]?\s"
    r"|第[一二三四五六七八九十百\d]{1,4}[章节節条條部分讲講课課]|\d{1,2}[、．]"
    r"|(?:Chapter|Part|Section|Step|Article|Lesson|Appendix|Item|Annex)\s(?:\d|[IVX]+\b|[A-Z]\b)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")


def is_heading_like(line: Line) -> bool:
    """Return True if an unmarked line may be a title: short, and not closed as a sentence is."""
    text = line.text
    if line.kind != "text" or line.width > _WIDEST_LATIN:
        return False
    if line.width > _WIDEST_HAN and line.han:
        return False
    questions = text[-1] in "？！?!"
    if _UNFINISHED.search(text) or (is_closed(text) and not questions) or "。" in text:
        return False
    if _BRACKETED.fullmatch(text) or is_date_line(text) or byline_of(text):
        return False
    if is_form_field(text):
        return False
    if line.han:
        return True
    words = text.split()
    opens = text.lstrip("\"'“‘(¿¡—- ")[:1]
    return len(words) <= _MOST_WORDS and not opens.islower() and words[-1] not in LINKS


def may_be_title(line: Line, after: Line | None, page: Page) -> bool:
    """Return True if a heading-like line is not merely the first piece of a broken paragraph."""
    if after is None or after.kind != "text":
        return True
    if byline_of(after.text) or is_date_line(after.text):
        return True
    if not line.han and after.text[0].islower():
        return False
    if after.gap == 0 and page.wrapped and line.width >= page.full * 0.8:
        return False
    unpaused = not re.search(r"[，,；;]", line.text)
    return unpaused or not line.han or not page.broken


def is_masthead(text: str) -> bool:
    """Return True if a line names the paper or the page, not a story."""
    if len(text) > 160 or "(" in text or text[-1:] in ".。":
        return False
    text = " ".join(text.split())
    numbered = _PAGE_NUMBER.search(text) if _COUNTED.search(text) else None
    if len(text) > 80 or not (numbered or _PAPER.search(text)):
        return False
    if numbered and len(numbered.group()) >= len(text) - 4:
        return True
    return bool(find_date(text) or _ISSUE.search(text)) or bool(numbered and _PAPER.search(text))


def is_paper_name(text: str) -> bool:
    """Return True if a heading is the bare name of a paper."""
    bare = re.fullmatch(rf"[\u4e00-\u9fff]{{0,6}}{_PAPER_ZH}", text)
    named = re.fullmatch(rf"(?:The\s)?(?:[A-Z][\w'’-]*\s){{0,3}}{_PAPER_EN}", text)
    return bool(bare or named)


def is_part(text: str) -> bool:
    """Return True if a heading names a part of a text by its number."""
    return bool(_NUMBERED.match(text))


def is_shouted(text: str) -> bool:
    """Return True if a line of at least two words is in capitals throughout."""
    letters = _LETTERS.findall(text)
    return len(letters) >= 2 and text.isupper() and sum(map(len, letters)) >= 8

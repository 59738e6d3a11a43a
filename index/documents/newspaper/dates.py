"""Find the date a page prints, as it prints it; no year is ever added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from language.dates import printed_dates

_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?"
_BEFORE_DATE = re.compile("(?:昨日|昨天|今日)?[（(]|(?:记者|記者)")
# 11月28日起 is when something begins, 11月28日至30日 how long it lasts: no dateline.
_NOT_A_DATELINE = re.compile(
    r"\s?(?:起|至|到|前|以前|之前|后|後|以后|以來|以来|—|-|–|~|～|、\d|止|的|是)"
)
_LABEL = (
    r"(?:(?:发布|發布|發佈|印发|印發|成文|刊登|出版|更新|写作|撰写)?(?:日期|时间|時間)"
    r"|发布于|發佈於|Date|Dated|Published(?: on)?|Posted(?: on)?|Updated(?: on)?|Last updated"
    r"|First published|Release date)"
)
_CLOCK = r"(?:(?:上午|下午)?\d{1,2}[:：]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?)"
_CN_WEEKDAY = r"(?:[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?)"
# In place of the date itself.
_DATE = "\x00"
_DATE_LINE = re.compile(
    rf"[（(\[【]?(?:{_LABEL}\s?[:：]?\s?)?(?:{_WEEKDAY},?\s)?(?:at\s)?"
    rf"{_DATE},?(?:\s?{_CN_WEEKDAY}|,?\s{_WEEKDAY})?"
    rf"(?:,?\s?(?:at\s|\|\s|[-–]\s)?{_CLOCK})?[)）\]】]?\.?",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"{_LABEL}\s?[:：]\s?", re.IGNORECASE)

# When a rule comes into force, or ends, is not when its text was written.
_OTHER_DATE = re.compile(
    r"执行|執行|生效|实施|實施|截止|有效|到期|施行|\b(?:effective|deadline|until|valid|due)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_date_line(text: str) -> bool:
    """Return True if a line says a date and nothing else but a label, a weekday or a time."""
    if not 6 <= len(text) <= 60:
        return False
    found = printed_dates(text)
    if len(found) != 1:
        return False
    ((start, end, _),) = found
    return bool(_DATE_LINE.fullmatch(f"{text[:start]}{_DATE}{text[end:]}".strip()))


def find_date(text: str) -> str:
    """Return the first date in a short text, as printed, or an empty string."""
    return next((text[start:end] for start, end, _ in printed_dates(text[:400])), "")


def labelled_date(text: str) -> str:
    """Return the date of a line like `发布日期：…` or `Published: …`, or an empty string."""
    label = _LABELLED.match(text)
    return _leading_date(text[label.end() : 120]) if label else ""


def opening_date(text: str) -> str:
    """Return the date a news text opens with, or an empty string where it opens a period."""
    start = _BEFORE_DATE.match(text)
    head = text[start.end() if start else 0 :][:40]
    date = _leading_date(head)
    return "" if not date or _NOT_A_DATELINE.match(head, len(date)) else date


def _leading_date(text: str) -> str:
    """Return the date that a text begins with, or an empty string."""
    return next((text[:end] for start, end, _ in printed_dates(text) if not start), "")


def date_in(paragraphs: Sequence[str], title: str) -> str:
    """Return the date that a text gives as its own in a label, its head, its end or its title."""
    for paragraph in paragraphs[:4]:
        if date := labelled_date(paragraph):
            return date
    head = [p for p in paragraphs[:1] if len(p) <= 60 and p[-1] not in "。.！!？?"]
    head = [p for p in head if not _OTHER_DATE.search(p)]
    tail = [p for p in paragraphs[-2:] if is_date_line(p)]
    for text in (*tail, *head, title):
        date = find_date(text)
        if date and any(c.isdigit() for c in date) and (text in tail or _has_year(date)):
            return date
    return ""


def _has_year(date: str) -> bool:
    return "年" in date or any(len(part) == 4 and part.isdigit() for part in date.split())

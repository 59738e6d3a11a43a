"""Find the date a page prints, as it prints it; no year is ever added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_CN_DIGIT = "〇零○一二三四五六七八九"
_CN_DAY = f"[{_CN_DIGIT}十廿卅]{{1,3}}"
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
    r"|JAN(?:UARY|\.)?|FEB(?:RUARY|\.)?|MAR(?:CH|\.)?|APR(?:IL|\.)?|MAY|JUNE?\.?|JULY?\.?"
    r"|AUG(?:UST|\.)?|SEPT?(?:EMBER|\.)?|OCT(?:OBER|\.)?|NOV(?:EMBER|\.)?|DEC(?:EMBER|\.)?)"
)
_DAY = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?"
_WESTERN_DAY = rf"(?:{_MONTH}\s{_DAY}(?!\d)(?:,?\s\d{{4}})?|{_DAY}\s{_MONTH}(?:,?\s\d{{4}})?)"
_EASTERN_DAY = (
    rf"(?:(?:\d{{4}}|民[国國]\d{{2,3}}|[{_CN_DIGIT}]{{4}})\s?年\s?)?"
    rf"(?:\d{{1,2}}|{_CN_DAY})\s?月\s?(?:\d{{1,2}}|{_CN_DAY})\s?[日号號]"
)
_NUMERIC = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)"
_WHOLE_DAY = rf"(?:{_EASTERN_DAY}|{_NUMERIC}|{_WESTERN_DAY})"
_MONTH_ONLY = rf"(?:\d{{4}}\s?年\s?\d{{1,2}}\s?月(?!\s?\d)|{_MONTH}\s\d{{4}}(?!\d))"
_DATE = re.compile(rf"{_WHOLE_DAY}|{_MONTH_ONLY}")
_BEFORE_DATE = re.compile("(?:昨日|昨天|今日)?[（(]|(?:记者|記者)")
_NUMBER = re.compile(r"\d|月")
_AT_START = re.compile(_WHOLE_DAY)
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
_DATE_LINE = re.compile(
    rf"[（(\[【]?(?:{_LABEL}\s?[:：]?\s?)?(?:{_WEEKDAY},?\s)?(?:at\s)?"
    rf"({_WHOLE_DAY}|{_MONTH_ONLY}),?(?:\s?{_CN_WEEKDAY}|,?\s{_WEEKDAY})?"
    rf"(?:,?\s?(?:at\s|\|\s|[-–]\s)?{_CLOCK})?[)）\]】]?\.?",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"{_LABEL}\s?[:：]\s?({_WHOLE_DAY}|{_MONTH_ONLY})", re.IGNORECASE)

# When a rule comes into force, or ends, is not when its text was written.
_OTHER_DATE = re.compile(
    r"执行|執行|生效|实施|實施|截止|有效|到期|施行|\b(?:effective|deadline|until|valid|due)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_date_line(text: str) -> bool:
    """Return True if a line says a date and nothing else but a label, a weekday or a time."""
    return 6 <= len(text) <= 60 and bool(_DATE_LINE.fullmatch(text.strip()))


def find_date(text: str) -> str:
    """Return the first date in a short text, as printed, or an empty string."""
    found = _DATE.search(text[:400]) if _NUMBER.search(text) else None
    return found.group() if found else ""


def labelled_date(text: str) -> str:
    """Return the date of a line like `发布日期：…` or `Published: …`, or an empty string."""
    found = _LABELLED.match(text[:120])
    return found.group(1) if found else ""


def opening_date(text: str) -> str:
    """Return the date a news text opens with, or an empty string where it opens a period."""
    start = _BEFORE_DATE.match(text)
    found = _AT_START.match(text[start.end() if start else 0 :][:40])
    if not found or _NOT_A_DATELINE.match(found.string, found.end()):
        return ""
    return found.group()


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

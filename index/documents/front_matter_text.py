"""Read the head that some documents carry: title, date, author, source, url and section."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEYS = {
    "title": "title",
    "标题": "title",
    "題目": "title",
    "题目": "title",
    "標題": "title",
    "subtitle": "subtitle",
    "副标题": "subtitle",
    "副標題": "subtitle",
    "kicker": "kicker",
    "引题": "kicker",
    "date": "date",
    "published": "date",
    "pubdate": "date",
    "日期": "date",
    "时间": "date",
    "發布日期": "date",
    "发布日期": "date",
    "author": "author",
    "authors": "author",
    "byline": "author",
    "作者": "author",
    "记者": "author",
    "記者": "author",
    "source": "source",
    "publisher": "source",
    "来源": "source",
    "來源": "source",
    "url": "url",
    "link": "url",
    "链接": "url",
    "連結": "url",
    "网址": "url",
    "section": "section",
    "category": "section",
    "栏目": "section",
    "欄目": "section",
    "版面": "section",
}
_FENCED = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_ENTRY = re.compile(r"([\w-]{1,20})[ \t]*[:：][ \t]*(.*)")
_LISTED = re.compile(r"\s+-\s+(.+)")
_BARE_HEAD = re.compile(r"\s*(?:title|标题|標題)[ \t]*[:：][ \t]*\S", re.IGNORECASE)
_LONGEST = 20_000


def read_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the known entries of a document's head, and the text after it.

    The head stands between `---` lines, or is a block of `Title: ...` lines before a blank one.
    A head that has no known entry is left in the text.
    """
    fenced = _FENCED.match(text[:_LONGEST])
    if fenced:
        found = _entries(fenced.group(1))
        return (found, text[fenced.end() :]) if found else ({}, text)
    if not _BARE_HEAD.match(text[:200]):
        return {}, text
    head, _, rest = text.lstrip().partition("\n\n")
    lines = head.splitlines()
    if len(lines) > 12 or not all(_ENTRY.fullmatch(line.strip()) for line in lines):
        return {}, text
    known = [line for line in lines if field_name(line.partition(":")[0].partition("：")[0])]
    return (_entries(head), rest) if len(known) == len(lines) > 1 else ({}, text)


def credit(meta: Mapping[str, str]) -> str:
    """Return the author and the source as one byline."""
    return " · ".join(meta[key] for key in ("author", "source") if meta.get(key))


def _entries(block: str) -> dict[str, str]:
    """Read `key: value` lines; a value may be quoted, a list in brackets, or a list below."""
    found: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        listed = _LISTED.fullmatch(line.rstrip())
        if listed and key:
            found[key] = ", ".join(filter(None, (found.get(key, ""), _value(listed.group(1)))))
            continue
        entry = _ENTRY.fullmatch(line.strip())
        key = field_name(entry.group(1)) if entry else ""
        if entry and key and _value(entry.group(2)):
            found.setdefault(key, _value(entry.group(2)))
    return found


def field_name(name: str) -> str:
    """Return which field a key of a head, or a column of a table, stands for; else nothing."""
    return _KEYS.get(name.strip().lower(), "")


def _value(text: str) -> str:
    """Return a value without its quotes or list brackets."""
    value = text.strip()
    if value[:1] == "[" and value[-1:] == "]":
        return ", ".join(_value(part) for part in value[1:-1].split(",") if part.strip())
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value

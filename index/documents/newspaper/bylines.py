"""Read who wrote an article from the lines that say so, in Chinese and in western papers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from index.documents.newspaper.dates import is_date_line
from language.names import SURNAMES

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
NAME = f"[{HAN}][{HAN}·]{{1,4}}"
_SHARE = "(?:[/／](?:文/?图|文/?圖|图/?文|圖/?文|文|图|圖|摄|攝|摄影|攝影))?"
_ROLE = (
    "(?:记者|記者|评论员|評論員|通讯员|通訊員|撰稿人|撰稿|特派员|特派員|编译|編譯|作者|主笔|主筆|实习生|實習生"
    "|撰文|采写|採訪|采访|整理|文/图|文/圖|图/文|圖/文|摄影|攝影)"
)
REPORTER = re.compile("记者|記者|通讯员|通訊員|评论员文章")
_BULLET = "[□■◎●◆▲◇○△☆★▪◤◢▌]"
_HOUSE = (
    rf"[{HAN}·]{{0,12}}(?:本[报報刊网網台社]|[报報台臺社网網刊]|新闻|新聞|媒体|媒體|中心|频道|頻道"
    "|客户端|传媒|杂志)"
)
_RANK = (
    "(?:首席|见习|見習|实习|實習|特约|特約|特派|高级|资深|全媒体|融媒体|文字|摄影|攝影"
    rf"|[驻駐][{HAN}]{{1,6}}?)*"
)
# Between a role and a name stands a blank or a mark, or the name begins with a usual surname.
_GLUE = f"(?:[\\s:：/／、]+|(?=[{''.join(sorted(SURNAMES))}]|{_ROLE}))"
_AUTHOR_LINE = re.compile(rf"{_BULLET}\s?({NAME}(?:[\s、·/]+{NAME}){{0,4}}|[A-Z][\w.' -]{{3,40}})")
_LABEL_LINE = re.compile(
    r"[（(]?(作者|撰文|文字|文|图文|圖文|文图|文/图|文/圖|图/文|采写|採寫|整理|口述|编译|編譯|来源|來源|稿源|记者|記者"
    r"|通讯员|通訊員|供稿|Author|Source)(?:\s?[:：/／丨|]\s?|\s)(\S[^。！？；]{1,40}?)[)）]?"
)
_PHOTO_ONLY = re.compile(
    r"(?:摄|攝|供图|供圖|制图|製圖|资料图|摄影)[)）]?$|^(?:图|圖|图片|摄影)[:：/]"
)
_BY = re.compile(
    r"(?:by|written by|story by|reported by|report by|text by|words by|compiled by|translated by"
    r"|from)\s+(?=[A-Z])",
    re.IGNORECASE,
)
_BY_OTHER = re.compile(r"(?:Von|Par|Por|Di|Door)\s+(?=[A-ZÀ-Ý][\w'’-]+\s[A-ZÀ-Ý])")
_NO_NAME = frozenset(
    "the a an land sea air numbers design law then now far all rail car bus foot train hand".split()  # noqa: SIM905
)
_NAME_WORD = re.compile(
    r"(?:[A-ZÀ-Ý][\w.'’-]*|de|van|von|der|den|bin|ibn|al|da|del|di|la|le|du|dos|and|und|et|y|of|for"
    r"|the|in|at|to|&|\||•|·|–|—|-)[,;]?"
)
_ROLE_WORDS = re.compile(
    r"(?:[A-Z][\w.'’-]*,?\s){0,5}(?:(?:Staff|Senior|Chief|Special|City|Guest|Contributing|Science"
    r"|Political|Sports?|Business|Education|Health|Environment|Foreign|News)\s)*"
    r"(?:Writers?|Reporters?|Correspondents?|Columnists?|Editors?|Contributors?|Staff|Report)"
    r"|(?:The\s)?(?:Associated Press|Reuters|Agence France-Presse|AP|AFP|Bloomberg News)"
    r"|Special to .{3,40}|(?:STAFF|WIRE) REPORTS?|From (?:staff|wire) reports"
    r"|From our correspondent"
)
_ADDRESS = re.compile(r"(?:E-?mail:\s)?[\w.+-]{1,40}@[\w.-]{1,40}|@\w{1,30}")
_EDITORIAL = re.compile(
    rf"{_BULLET}?\s?本[报報刊网網](?:特约|特約)?(?:评论员|評論員|编辑部|編輯部)(?:文章)?"
)
_SPLIT = re.compile(r"\s[|•·–—]\s|,\s(?=\d{1,2}\s[A-Z]|[A-Z][a-z]{2,8}\.?\s\d)")
_LONE_NAME = re.compile(rf"[{HAN}](?:[\s\u3000]?[{HAN}]){{1,2}}(?:[\s\u3000]+{NAME}){{0,2}}")


@cache
def _role_line() -> re.Pattern[str]:
    """Return the pattern of a Chinese byline; compiling it takes 20 ms, so not at import."""
    return re.compile(
        rf"{_BULLET}?\s?{_HOUSE}?\s?{_RANK}(?:{_ROLE}{_GLUE})+{NAME}{_SHARE}"
        rf"(?:[\s、，,/／·]+(?:{_ROLE}{_GLUE})*{NAME}{_SHARE})*"
        r"(?:[\s/／]*(?:文/?图|文/?圖|摄影报道|攝影報導|摄|攝|文|图|综合报道|综合報導|报道|報道|報導|电|電|发自\S+))?"
    )


@dataclass(frozen=True, slots=True)
class Credit:
    """Who wrote; `news` if it is how a report is signed, not an opinion. `date` may stand in it."""

    byline: str
    date: str = ""
    news: bool = False


@lru_cache(maxsize=4096)
def byline_of(line: str) -> Credit | None:
    """Return the credit that a whole line is, or None if it is no byline."""
    text = line.strip()
    if not 2 <= len(text) <= 110 or text[-1] in "。！？!?；;，,、":
        return None
    if text.isascii():
        label = _LABEL_LINE.fullmatch(text)
        return Credit(label.group(2)) if label else _western_byline(text)
    if _role_line().fullmatch(text) and not _PHOTO_ONLY.search(text):
        named = re.sub(rf"^{_BULLET}?\s?(?:作者[\s:：]+)?", "", text)
        return Credit(named, news=bool(REPORTER.search(text)))
    if _EDITORIAL.fullmatch(text):
        return Credit(text.lstrip("□■◎●◆▲◇○△☆★▪ "))
    author = _AUTHOR_LINE.fullmatch(text)
    if author:
        return Credit(author.group(1))
    label = _LABEL_LINE.fullmatch(text)
    if label and (label.group(1) not in {"文", "整理"} or len(label.group(2)) <= 12):
        parts = [part for part in re.split(r"[\s\u3000]+", label.group(2)) if part]
        dates = [part for part in parts if is_date_line(part)]
        rest = " ".join(part for part in parts if part not in dates)
        news = bool(REPORTER.search(label.group(1)))
        return Credit(f"{label.group(1)} {rest}" if news else rest, " ".join(dates), news)
    return _western_byline(text)


def is_role_line(text: str) -> bool:
    """Return True if a line under a byline says what its author is, as `Staff Writer`."""
    return len(text) <= 60 and bool(_ROLE_WORDS.fullmatch(text) or _ADDRESS.fullmatch(text))


def is_lone_name(text: str) -> bool:
    """Return True if a line is nothing but one to three Chinese names."""
    name = text.strip()
    return len(name) <= 14 and name[:1] in SURNAMES and bool(_LONE_NAME.fullmatch(name))


def _western_byline(text: str) -> Credit | None:
    """Read `By Jane Doe, Staff Writer | Nov. 28`; a headline that begins with `By` is none."""
    opened = _BY.match(text) or _BY_OTHER.match(text)
    if not opened:
        return None
    parts = [part.strip() for part in _SPLIT.split(text[opened.end() :]) if part.strip()]
    dates = [part for part in parts if is_date_line(part)]
    names = [part for part in parts if part not in dates]
    words = " ".join(names).split()
    if not 1 <= len(words) <= 14 or words[0].lower().strip(",") in _NO_NAME:
        return None
    if text[-1] == "." and not re.search(r"\b(?:Jr|Sr|[A-Z])\.$", text):
        return None
    if not all(_NAME_WORD.fullmatch(word) for word in words):
        return None
    if text[:4].lower() == "from" and not is_role_line(text):
        return None
    news = bool(re.search(r"\b(?:Staff|Reporter|Correspondent|Press|Reuters)\b", text))
    return Credit(" | ".join(names), dates[0] if dates else "", news)

"""Read the lead of a news text, such as `本报讯(记者 …)` or `LONDON, Nov. 28 (Reuters) —`."""

from __future__ import annotations

import re

from index.documents.newspaper.bylines import HAN, NAME, REPORTER, Credit
from index.documents.newspaper.dates import find_date
from index.documents.newspaper.wordlists import words

_PAREN = r"[（(\[【〔]([^（）()\[\]【】〔〕]{2,80})[)）\]】〕]"
_NEWS_LEAD = re.compile(
    rf"[【\[]?(?:本[报報刊网網台社]|[{HAN}]{{1,8}}[报報网網])(?:综合|綜合)?(?:讯|訊|消息)[】\]]?"
    r"(?=[\s（(\[【〔:：,，]|记者|記者|通讯员|$|[昨今近日前据據]|\d)"
)
_INLINE_ROLE = re.compile(
    r"\s?((?:(?:本[报報]|见习|實習|实习|首席)?(?:记者|記者|通讯员|通訊員)[\s:：]{0,4}"
    rf"{NAME}(?:[\s、]{{1,4}}{NAME}){{0,6}}[\s、]{{0,4}}){{1,3}})"
    r"(?:摄影)?(?:报道|報道|報導)?[\s:：]{1,9}"
)
_AGENCY_LEAD = re.compile(
    rf"[（(【]?(?:据|據|綜合|综合)?[{HAN}]{{1,4}}(?:社|通讯社|网|網)(?:记者|記者)?"
    rf"[{HAN}·、 ]{{0,16}}?"
    r"(?:\d{1,2}\s?月)?\d{1,2}\s?日(?:[综綜][合述]|专|專|外|下午|上午)?(?:电|電|讯|訊)(?![视視话話力影子动動脑腦台臺网網])[)）】]?"
)
_BRACKET_LEAD = re.compile(
    r"[（(【〔\[]([^（）()【】〔〕\[\]]{0,20}(?:记者|記者|评论员|評論員|通讯员|通訊員)"
    r"[^（）()【】〔〕\[\]。！？]{1,40})[)）】〕\]]"
)
_PLACE_LEAD = re.compile(
    rf"[{HAN}]{{0,8}}(?:記者|记者)\s?[{HAN}、 ]{{2,14}}\s?[／/]"
    rf"\s?[{HAN}]{{2,8}}(?:報導|报道|報道)"
)
_DASH = re.compile(r"\s?(?:—|–|--|-)\s")
_PLACE = re.compile(r"[A-Z][\w.'’-]*(?:,? [A-Z][\w.'’-]*){0,6},?")
_NO_PLACE = words(
    "NOTE NOTES WARNING UPDATE UPDATED IMPORTANT CAUTION BREAKING CORRECTION NOTICE QUESTION ANSWER"
    " SUMMARY CONCLUSION RESULT RESULTS DANGER TODO CLOSED OPEN FREE CANCELLED POSTPONED EXCLUSIVE"
)
_AGENCY = re.compile(r"\([A-Z][\w .&/-]{1,30}\)")
_TAIL_CREDIT = re.compile(
    rf"[（(]((?:本[报報刊网網]|[{HAN}]{{0,10}}?)(?:记者|記者|通讯员|通訊員|撰稿|作者[:：]|文/图)"
    r"[^（）()。]{1,40})[)）]$"
)


def starts_report(text: str) -> bool:
    """Return True if a line, perhaps broken, opens with the lead of a news report."""
    head = text[:140]
    if head.isascii():
        return dateline(head) is not None
    return bool(
        _NEWS_LEAD.match(head)
        or _AGENCY_LEAD.match(head)
        or _BRACKET_LEAD.match(head)
        or _PLACE_LEAD.match(head)
        or dateline(head) is not None
    )


def strip_lead(text: str) -> tuple[Credit | None, str]:
    """Take the news lead off a paragraph; return its credit and what is left.

    `本报讯(记者 …)` gives its inside; an agency's lead is kept as printed, as it names the place.
    """
    head = text[:200]
    lead = _NEWS_LEAD.match(head)
    if lead:
        rest = text[lead.end() :]
        named = re.match(rf"\s?{_PAREN}", rest[:120]) or _INLINE_ROLE.match(rest[:120])
        if named:
            return Credit(named.group(1).strip(), news=True), _after(rest, named.end())
        return Credit("", news=True), _after(rest, 0)
    for pattern in (_AGENCY_LEAD, _PLACE_LEAD, _BRACKET_LEAD):
        lead = pattern.match(head)
        if not lead:
            continue
        inside = lead.group(1) if pattern is _BRACKET_LEAD else lead.group()
        inside = inside.strip("（(【】)） ")
        rest = text[lead.end() :]
        named = re.match(rf"\s?{_PAREN}", rest[:120])
        if named and REPORTER.search(named.group(1)):
            inside, rest = f"{inside} {named.group(1)}", rest[named.end() :]
        found = re.search(r"(?:\d{1,2}\s?月)?\d{1,2}\s?日(?=\S{0,3}[电電讯訊])", inside)
        return Credit(inside, found.group() if found else "", news=True), _after(rest, 0)
    date = dateline(head)
    if date is None:
        return None, text
    agency = _AGENCY.search(head[:110])
    return Credit(agency.group().strip("()") if agency else "", date, news=True), text


def dateline(text: str) -> str | None:
    """Return the date of a western dateline (`LONDON, Nov. 28 (Reuters) —`), empty if it has none.

    None if the text does not open with a dateline.
    """
    dash = _DASH.search(text[:110]) if text[:1].isupper() else None
    if not dash:
        return None
    place = text[: dash.start()]
    agency = _AGENCY.search(place)
    place = place.replace(agency.group(), "").strip(", ") if agency else place
    date = find_date(place)
    place = place.replace(date, "").strip(", ") if date else place
    if not _PLACE.fullmatch(place):
        return None
    shouted = place.isupper() and len(place) > 3 and place not in _NO_PLACE
    return date if date or agency or (shouted and "-" not in dash.group()) else None


def strip_tail(text: str) -> tuple[str, str]:
    """Take a credit in brackets off the end of a text; return the credit and what is left."""
    found = _TAIL_CREDIT.search(text[-60:])
    if not found or re.match("作者[系为是單单]", found.group(1)):
        return "", text
    return re.sub("^作者[:：]", "", found.group(1)), text[: len(text) - len(found.group())].rstrip()


def _after(rest: str, end: int) -> str:
    return rest[end:].lstrip(" \u3000:：，,")

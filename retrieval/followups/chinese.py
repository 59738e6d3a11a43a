"""Chinese follow-ups: 那人员呢, 他还说了什么, 为什么; traditional characters too."""

from __future__ import annotations

import re

from language.names import COMMON_SURNAMES
from language.text import simplify
from retrieval.followups.turns import Turn

_END = " \t\n?？!！。.，,、~～"
_OPENING = re.compile(
    r"^(?:请问一?下?|我想知道|我想问|麻烦问一?下|那么|还有就是|另外|然后"
    r"|那(?=[，,它他她]|.{1,12}呢$))[，, ]*"
)
_MEASURE = "个名位辆座条项次家所台件处场只种人年月天日号岁层间套户架艘公里米吨"
# What a question asks for, with the function words that belong to it.
_WH = re.compile(
    r"(?:是|在|于)?(?:什么时候|何时|什么时间|几点|哪年|哪天|哪里|哪儿|何地|什么地方)"
    rf"|(?:一共|总共|共)?有?(?:多少钱|(?:多少|几)[{_MEASURE}]?)"
    r"|为什么|为何|怎么样|怎样|怎么|如何"
    rf"|(?:是|由|被)?谁|哪些?[{_MEASURE}]?|是?什么|有?多[大高长久远重宽深快]|是否|有没有"
)
_TIME = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|[一二三四五六七八九十零〇]{4}年|\d{1,2}月(?:\d{1,2}[日号])?"
    r"|[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?|\d{1,2}[日号]"
    r"|(?:今|明|昨|后|前|当)[天日晚]|[今明去前后]年|(?:上|本|这|下)个?(?:周|星期|月|季度)[一二三四五六日天]?"
    r"|(?:周|星期)[一二三四五六日天末]|(?:假期|节假日|平时|上午|中午|下午|晚上|凌晨|清晨|傍晚|春节|国庆)|[春夏秋冬][天季]"
)
_PRONOUN = re.compile(
    r"(?<![其吉])[他她](?:们)?(?![人国乡方])|[它牠](?:们)?"
    r"|[这那](?:里|儿|边)|[这那](?:个|次|位|些|座|场|项|件|条|家|所|种)(?=[的是有在，,]|$)"
    r"|[这那](?:个|次|位|些|座|场|项|件|条|家|所|种)(?P<noun>[\u4e00-\u9fff])"
    r"|(?<![尤极与])其中|(?:这|那)(?=是|有|为什么|怎么|会)|此事|该(?P<that>[\u4e00-\u9fff])"
)
_MORE = re.compile(r"^(?:还有呢?|还有吗|还有什么|继续|再说说|详细说说|具体呢|更多|然后呢|后来呢)$")
_LACKS_SUBJECT = re.compile(
    r"^(?:一共|总共|共|又|还)?(?:有(?:多少|几|哪些|什么|没有)|多少|几|(?:是|在)哪|在什么|什么时候|何时|为什么|为何|怎么|如何"
    r"|谁(?=.{1,4}的$)|是谁|由谁|是什么|多[大高长久远])"
)
_TRAILING_FUNCTION = re.compile(
    r"(?:目前|现在|已经|一共|总共|共|有|是|在|的|要|将|被|由|于|从|对|把|给|跟|和|都|还|，|,| )+$"
)
_LEADING_FUNCTION = re.compile(r"^(?:目前|现在|在|对|关于|这次|，|,| )+")
_SURNAME = "".join(sorted(COMMON_SURNAMES))
_TITLED = re.compile(
    f"[{_SURNAME}][\u4e00-\u9fff]{{0,2}}?"
    "(?:书记|[市省县区镇村州部局厅处科院校站厂馆队班团]长|主任|主席|教授|老师|医生|先生|女士|经理|博士|警官|律师)"
)
_NAME = re.compile(f"^[{_SURNAME}][\u4e00-\u9fff]{{1,2}}$")
# A span that tells a figure is the answer to "which", but no thing that can be spoken of.
_FIGURE = re.compile(r"^[\d一二三四五六七八九十两百千万]+")


def resolve(question: str, previous: Turn) -> str:
    """Return the follow-up as a question of its own; a self-contained one is returned as it is."""
    asked = question.strip(_END)
    asked = asked[len(_match(_OPENING, asked)) :].strip(_END)
    plain = simplify(asked)
    before = previous.question.strip(_END)
    before = before[len(_match(_OPENING, before)) :]
    if _MORE.match(plain):
        return previous.question
    if plain.endswith("呢") and not _WH.search(plain) and 1 < len(plain) <= 14:
        return _close(_replace_parallel(asked[:-1].strip(_END), before, previous))
    if not _WH.sub("", plain).strip(_END + "呢啊呀的是在有"):
        return _close(_swap_question_word(asked.rstrip("呢啊呀"), before))
    pronoun = _PRONOUN.search(plain)
    if pronoun and not _has_antecedent(plain[: pronoun.start()]):
        return _close(_spell_out(asked, pronoun, before, previous))
    if _LACKS_SUBJECT.match(plain) and len(plain) <= 9:
        return _close(_subject(before) + asked)
    return question


def _match(pattern: re.Pattern[str], text: str) -> str:
    """Return what the pattern matches at the start of the simplified text."""
    found = pattern.match(simplify(text))
    return found.group() if found else ""


def _close(text: str) -> str:
    """End a rewritten question with its mark."""
    return f"{text.strip(_END)}？"


def _subject(before: str) -> str:
    """Return what the earlier question is about: the part before its question word, else all
    that is left without it.
    """
    wh = _WH.search(simplify(before))
    if wh is None:
        return before
    head = _trimmed(before[: wh.start()])
    if len(head) >= 2 and not _TIME.fullmatch(simplify(head)):
        owner = head.split("的")[0]
        # 新大桥的总投资 is about the bridge; 上周的台风 is not about last week.
        is_owner = 2 <= len(owner) < len(head) and not _TIME.fullmatch(simplify(owner))
        return owner if is_owner else head
    tail = before[wh.end() :]
    # 谁设计了大剧院: what follows the aspect mark is the thing.
    aspect = re.search("[了过過]", tail[:-2])
    return _trimmed(head + (tail[aspect.end() :] if aspect else tail))


def _trimmed(text: str) -> str:
    """Return the text without function words at either end."""
    text = text[: len(_TRAILING_FUNCTION.sub("", simplify(text)))]
    return text[len(_match(_LEADING_FUNCTION, text)) :]


def _has_antecedent(head: str) -> bool:
    """Return True if a clause of the question itself, before the pronoun, may be what it means."""
    clause = re.search("[，,；;。]", head)
    return clause is not None and len(_trimmed(head[: clause.start()])) >= 3


def _spell_out(asked: str, pronoun: re.Match[str], before: str, previous: Turn) -> str:
    """Put what the pronoun means in its place."""
    meant = _antecedent(pronoun.group(), before, previous)
    start, end = pronoun.span()
    noun = pronoun.group("noun") or pronoun.group("that")
    if noun or pronoun.group() in ("其中", "此事"):
        # 这次会议有谁参加: the noun stays, and the topic stands before it.
        keep = end - 1 if noun else start
        if noun and (shared := _overlap(meant, asked[keep:])):
            return asked[:start] + meant + asked[keep + shared :]
        return asked[:start] + meant + ("的" if noun else "") + asked[keep:]
    return asked[:start] + meant + asked[end:]


def _overlap(meant: str, following: str) -> int:
    """Return how many characters end `meant` and begin what follows: 交流会 and 会议由谁 give one
    for 会, and two if `meant` ends in 会议.
    """
    plain, rest = simplify(meant), simplify(following)
    return next((n for n in range(min(6, len(rest)), 0, -1) if plain.endswith(rest[:n])), 0)


def _antecedent(pronoun: str, before: str, previous: Turn) -> str:
    """Return what a pronoun means: the span that answered, where the earlier question asked
    for a thing of its kind, else what that question was about.
    """
    wh = _WH.search(simplify(before))
    word = wh.group() if wh else ""
    asked_person = "谁" in word or (
        wh and re.match("哪.?[位名]|哪些?人", simplify(before)[wh.start() :])
    )
    asked_place = bool(re.search("哪里|哪儿|何地|什么地方", word))
    asked_thing = bool(re.search("哪|什么", word)) and not re.search("时|年|天|地方|里|儿", word)
    kind = pronoun[0]
    wants_person, wants_place = kind in "他她", pronoun[1:2] in ("里", "儿", "边")
    counted = re.search("多少|几", word)
    if counted and wants_person and "们" in pronoun:
        # 多少人受伤 ... 他们: those who were hurt.
        return f"{before[: wh.start()]}{before[wh.end() :]}的人" if wh else before
    if previous.span and (
        (wants_person and asked_person)
        or (wants_place and (asked_place or asked_thing))
        or (
            not wants_person
            and not wants_place
            and asked_thing
            and not _FIGURE.search(previous.span)
        )
    ):
        return previous.span
    if wants_person and (name := _leading_name(simplify(before), previous.answer)):
        return before[: len(name)]
    return _subject(before)


def _swap_question_word(asked: str, before: str) -> str:
    """Ask the earlier question again with another question word: 为什么, 什么时候."""
    wh = _WH.search(simplify(before))
    if wh is None:
        return f"{before}{asked}"
    head = before[: wh.start()]
    rest = before[wh.end() :]
    return f"{_trimmed(head)}{asked}{rest}"


def _replace_parallel(item: str, before: str, previous: Turn) -> str:
    """Ask the earlier question of another item: put 人员 where 车辆 stood."""
    item = item.removesuffix("的")
    plain, earlier = simplify(item), simplify(before)
    if _TIME.fullmatch(plain):
        old = _TIME.search(earlier)
        return before[: old.start()] + item + before[old.end() :] if old else item + before
    if plain in earlier:
        return before
    wh = _WH.search(earlier)
    # 张伟参加了哪个会议: the person stands before the verb.
    is_subject = _NAME.match(plain) or (wh and earlier[: wh.start()].endswith(("了", "过")))
    if is_subject and (name := _leading_name(earlier, previous.answer)):
        return item + before[len(name) :]
    span = _aligned(plain, earlier, wh)
    if span:
        start, end = span
        replaced = before[:start] + item + before[end:]
        if wh and start == wh.end() and wh.group()[-1] in _MEASURE:
            # 多少辆 counts vehicles; of people it is 多少.
            replaced = before[: wh.end() - 1] + item + before[end:]
        return replaced
    return _asked_of(item, before, wh)


def _leading_name(earlier: str, answer: str) -> str:
    """Return the name of a person that opens the earlier question, or an empty string."""
    if earlier[:1] not in _SURNAME:
        return ""
    if titled := _TITLED.match(earlier):
        return titled.group()
    known = simplify(answer)
    return next((earlier[:n] for n in (3, 2) if earlier[:n] in known), earlier[:2])


def _aligned(item: str, earlier: str, wh: re.Match[str] | None) -> tuple[int, int] | None:
    """Find the span of the same length that shares the item's first two or last characters."""
    size = len(item)
    for shared in range(size - 1, 0, -1):
        found = earlier.find(item[-shared:])
        # The two may differ in length, but no word reaches back over 了 or 的.
        bound = max(earlier.rfind(mark, 0, max(found, 0)) for mark in "了过的在是有于，") + 1
        start, end = max(found + shared - size, bound), found + shared
        if found >= 0 and not _touches(wh, start, end):
            return start, end
        found = earlier.find(item[:shared]) if shared >= 2 else -1
        if found >= 0 and not _touches(wh, found, found + size):
            return found, min(found + size, len(earlier))
    return None


def _touches(wh: re.Match[str] | None, start: int, end: int) -> bool:
    """Return True if a span overlaps the question word."""
    return wh is not None and start < wh.end() and wh.start() < end


def _asked_of(item: str, before: str, wh: re.Match[str] | None) -> str:
    """Ask the earlier question of an item that has no counterpart in it."""
    if wh is None:
        return f"{before}，{item}呢"
    head, word, rest = before[: wh.start()], wh.group(), before[wh.end() :]
    if re.search("多少|几", word) and rest:
        counted = word[:-1] if word[-1] in _MEASURE else word
        # A short rest is the counted thing alone; a longer one also says what it is about.
        return f"{head}{counted}{item}" + (f"（{rest}）" if len(rest) > 4 else "")
    subject = _trimmed(head)
    if subject and abs(len(subject) - len(item)) > 1:
        return (
            f"{subject}{item}{before[len(subject) :]}"
            if head.startswith(subject)
            else item + before
        )
    return f"{item}{before[wh.start() :]}"

"""English follow-ups: and how many people, what about 2023, when did it open, why."""

from __future__ import annotations

import re

from retrieval.followups.turns import Turn

_END = " \t\n?!.,;:"
_OPENING = re.compile(r"^(?:(?:and|but|so|ok|okay|then|also|well|please|now)\b[, ]*)+", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+|^(?:the same for|same for)\s+", re.I)
_MORE = re.compile(
    r"^(?:tell me more(?: about (?:it|that|this))?|more(?: details)?|go on|anything else|what else"
    r"|continue|details)$",
    re.I,
)
_AUX = "is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must|am"
_WH = re.compile(
    r"\b(?:how (?P<count>many|much)|how (?:long|far|often|old|big|high|large|tall|soon)|how"
    r"|what time|what year|what date|when|where|who|whom|whose|why|which|what)\b",
    re.I,
)
_AUXILIARY = re.compile(rf"\b(?:{_AUX})(?:n't)?\b", re.I)
_TIME = re.compile(
    r"\b(?:(?P<prep>in|on|by|during) )?(?P<time>(?:\d{1,2} )?(?:january|february|march|april|june"
    r"|july|august|september|october|november|december)(?: \d{1,2})?(?:,? \d{4})?|may \d{1,2}"
    r"|(?:19|20)\d\d|(?:last|next|this) (?:year|month|week|spring|summer|autumn|winter)"
    r"|yesterday|today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
_PLURAL = re.compile(
    r"\b(?:they|them|their|theirs|those|these)\b(?! (?:days|who|that|which)\b)", re.I
)
# 'It' of the weather, of time, and of 'is it true that' means nothing.
_THING = re.compile(
    r"(?<!time is )(?<!day is )\b(?P<it>its?)\b"
    r"(?! (?:rain|snow|take|cost|true|possible|known|clear|said|going to (?:rain|snow)))"
    r"|\b(?:is|was|were|did|does|are|of|in|at|on|to|for|by|about|approved|after|before)"
    r" (?P<that>that|this)\b(?! (?:year|month|week|morning|afternoon|evening|day|time)\b)"
    r"|^\w+ \w+ (?P<object>that|this)$",
    re.I,
)
_PLACE = re.compile(
    rf"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\bthere\b(?! (?:{_AUX}|be)\b)", re.I
)
_POSSESSIVE = frozenset({"his", "its", "their", "theirs", "hers"})
_DETERMINER = re.compile(r"(?:the|an?|that|this|th[eo]se|its|his|her|their|our|my|some|any)$", re.I)
_PREPOSITION = re.compile(
    r"(?<!\s)\s+(?:in|on|at|of|by|for|from|to|with|about|during|after|before|since|until|near|under|over)\s",
    re.I,
)
_NAME = re.compile(r"\b(?!I\b)[A-Z][\w'’-]*(?:\s+(?:of\s+|the\s+|de\s+)?[A-Z][\w'’-]*)*")
_LOCATED = re.compile(r"\b(?:in|at|to|from) ((?:the )?[A-Z]\w*(?: [A-Z]\w*)*|the [\w ]+)")
_PARTICIPLE = re.compile(
    r"(?:ed|en|ing|built|held|made|born|open|closed|done|found|sold|set|cut|put|paid|due)$", re.I
)
_VERBLESS_WORDS = 4


def resolve(question: str, previous: Turn) -> str:
    """Return the follow-up as a question of its own; a self-contained one is returned as it is."""
    asked = question.strip(_END)
    opened = _OPENING.match(asked)
    asked = asked[opened.end() :] if opened else asked
    before = previous.question.strip(_END)
    before = _OPENING.sub("", before)
    if _MORE.match(asked):
        return previous.question
    about = _WHAT_ABOUT.match(asked)
    if about or (opened and not _WH.search(asked) and not _AUXILIARY.search(asked)):
        return _close(_replace_parallel(asked[about.end() if about else 0 :], before))
    wh = _WH.match(asked)
    if wh and not asked[wh.end() :].strip(_END):
        return _close(_swap_question_word(asked, before))
    if wh and wh.group("count") and _is_verbless(asked[wh.end() :]):
        return _close(_replace_counted(asked, before))
    spelled = _spell_out(asked, before, previous)
    if spelled != asked:
        return _close(spelled)
    return question


def _close(text: str) -> str:
    """End a rewritten question with its mark and begin it with a capital."""
    text = " ".join(text.split()).strip(_END)
    return f"{text[:1].upper()}{text[1:]}?"


def _is_verbless(rest: str) -> bool:
    """Return True if what follows 'how many' is a bare noun: 'people', 'repair crews'."""
    words = rest.split()
    return len(words) <= _VERBLESS_WORDS and not _AUXILIARY.search(rest) and len(words) <= 2


def _topic(before: str) -> str:
    """Return the earlier question without its question word and auxiliary."""
    wh = _WH.search(before)
    if wh is None:
        return before
    rest = f"{before[: wh.start()]}{before[wh.end() :]}".strip(_END)
    return re.sub(rf"^(?:{_AUX})(?:n't)?\s+", "", rest, flags=re.I)


def _noun_phrase(before: str) -> str:
    """Return what the earlier question is about, as a noun phrase; empty if it is not plain."""
    wh = _WH.search(before)
    if wh is None:
        return ""
    rest = before[wh.end() :].strip(_END)
    auxiliary = _AUXILIARY.search(rest)
    if (
        wh.group().lower().split()[0] in ("how", "which", "what")
        and auxiliary
        and auxiliary.start()
    ):
        counted = rest[: auxiliary.start()].strip(_END)
        after = rest[auxiliary.end() :].strip(_END)
        # 'how many books does the library have' is about the library.
        subject = _subject(after, auxiliary.group())
        inverted = auxiliary.group().lower() in ("do", "does", "did") and subject
        return subject if inverted else counted
    if auxiliary and auxiliary.start() == 0:
        return _subject(rest[auxiliary.end() :].strip(_END), auxiliary.group())
    # 'Who designed the old theatre': the thing after the verb.
    words = rest.split()
    return _clipped(" ".join(words[1:])) if len(words) > 1 else ""


def _clipped(text: str) -> str:
    """Cut a phrase at its first preposition."""
    found = _PREPOSITION.search(f"{text} ")
    return text[: found.start()] if found else text


def _subject(clause: str, auxiliary: str) -> str:
    """Return the subject of an inverted clause, before its verb."""
    named = _NAME.match(clause)
    if named:
        return named.group()
    words = _clipped(clause).split()
    for place, word in enumerate(words[1:], start=1):
        if _DETERMINER.match(word):
            # 'the council approve | the budget': the verb stands before the second phrase.
            return " ".join(words[: place - 1] or words[:1])
    is_be = auxiliary.lower() in ("is", "are", "was", "were", "am")
    if len(words) > 2 and (not is_be or _PARTICIPLE.search(words[-1])):
        words = words[:-1]
    return " ".join(words)


def _names(before: str) -> list[str]:
    """Return the capitalised names of the earlier question, its first word left out."""
    first = re.match(r"\w+", before)
    start = first.end() if first and _WH.match(before) else 0
    return [m.group() for m in _NAME.finditer(before, start) if not _TIME.fullmatch(m.group())]


def _spell_out(asked: str, before: str, previous: Turn) -> str:
    """Put what the first pronoun means in its place, if nothing before it can be meant."""
    kinds = (("person", _PERSON), ("place", _PLACE), ("plural", _PLURAL), ("thing", _THING))
    for kind, pattern in kinds:
        found = pattern.search(asked)
        if found is None:
            continue
        start, end = found.span(found.lastgroup or 0)
        if _has_antecedent(asked[:start], kind):
            continue
        meant = _antecedent(kind, before, previous)
        if not meant:
            return f"{asked} ({_topic(before)})"
        word = asked[start:end].lower()
        following = asked[end:]
        # 'did that last' has a pronoun, 'did that meeting last' a determiner.
        inverted = (
            re.search(r"\b(?:did|does|will) $", asked[:start]) and len(following.split()) == 1
        )
        determines = (
            not inverted
            and word in ("those", "these", "that", "this")
            and re.match(r" [a-z]", following)
        )
        if determines and not re.match(rf" (?:{_AUX}|happen|end|start|begin|mean)\b", following):
            return f"{asked} ({_topic(before)})"
        owns = word in _POSSESSIVE or (word == "her" and re.match(r" [a-z]", following))
        if kind == "place":
            meant = f"at {meant}" if not re.search(r"\b(?:in|at|on)$", asked[:start]) else meant
        return f"{asked[:start]}{meant}{chr(39) + 's' if owns else ''}{following}"
    return asked


def _has_antecedent(head: str, kind: str) -> bool:
    """Return True if the question itself names, before the pronoun, what it may mean."""
    body = head.partition(" ")[2]
    if kind == "person":
        return bool(_NAME.search(body))
    return bool(_NAME.search(body) or re.search(r"\b(?:the|a|an|every|each|all)\s+\w+", body, re.I))


def _antecedent(kind: str, before: str, previous: Turn) -> str:
    """Return what a pronoun of this kind means, or an empty string."""
    wh = _WH.search(before)
    word = wh.group().lower() if wh else ""
    names = _names(before)
    if kind == "person":
        if (
            word in ("who", "whom", "whose")
            and previous.span
            and not re.match(r"who (?:is|was) [A-Z]", before, re.I)
        ):
            return previous.span
        return names[0] if names else ""
    if kind == "place":
        if word in ("where", "which") and previous.span:
            return previous.span
        located = _LOCATED.search(before)
        return located.group(1) if located else _noun_phrase(before)
    # A figure is no thing: 'what is the budget' followed by 'who approved it' is the budget.
    if kind == "thing" and word in ("which", "what") and not re.search(r"\d", previous.span):
        return previous.span or _noun_phrase(before)
    return _noun_phrase(before) or (names[0] if names and kind == "thing" else "")


def _swap_question_word(asked: str, before: str) -> str:
    """Ask the earlier question again with another question word: why, when, where."""
    wh = _WH.search(before)
    if wh is None:
        return f"{asked} {before}"
    return f"{before[: wh.start()]}{asked} {before[wh.end() :].strip()}"


def _replace_counted(asked: str, before: str) -> str:
    """Ask the earlier 'how many' of another noun, or hold the bare one to the earlier topic."""
    wh = _WH.search(before)
    if wh and wh.group("count"):
        rest = before[wh.end() :]
        auxiliary = _AUXILIARY.search(rest)
        if auxiliary:
            return f"{before[: wh.start()]}{asked} {rest[auxiliary.start() :]}"
    about = _noun_phrase(before) or _topic(before)
    return f"{asked} ({about})"


def _replace_parallel(item: str, before: str) -> str:
    """Ask the earlier question of another item: 2023 for 2022, people for vehicles."""
    item = item.strip(_END)
    when = _TIME.search(item)
    if when and when.group() == item:
        old = _TIME.search(before)
        if old:
            return before[: old.start("time")] + when.group("time") + before[old.end() :]
        bare = when.group("prep") is None and re.match(r"\d|[a-z]+ \d", item, re.I)
        return f"{before} {'in ' if bare and item.isdigit() else 'on ' if bare else ''}{item}"
    names = _names(before)
    if names and _NAME.fullmatch(item):
        return before.replace(names[-1] if len(names) == 1 else names[0], item, 1)
    wh = _WH.search(before)
    counts_noun = wh and wh.group("count") and not _AUXILIARY.match(before[wh.end() :].strip())
    if wh and counts_noun and not _NAME.search(item):
        counted = re.sub(r"^(?:the|those|these)\s+", "", item, flags=re.I)
        return _replace_counted(f"{wh.group()} {counted}", before)
    about = _noun_phrase(before)
    if about and about in before and not _NAME.search(item):
        return before.replace(about, item, 1)
    return f"{before}, {item}"

"""What a question takes for granted: numbers, dates, codes and names that an answer must know of.

"When does version 3.0 come" is not answered by a line on version 2.0. The reader sees that it
speaks of a version, and often misses which; what is spelt out can be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from index.models import ArticleHead
from index.units import Window
from language.asked import asks_how_many, asks_why, gives_number, gives_reason
from language.scripts import shares_script
from language.stemming import text_language
from language.terms import index_terms
from language.text import fold
from retrieval.answer.reader import UnitReading
from retrieval.proof.numbers import facts, missing
from retrieval.search.query import analyse, has_content

# What a window costs, in log-odds, for each number, date or code of the question that is not in
# it, and for each name; the first few count. And what is told of another of several alike things.
# Measured in benchmarks/README.md.
_NUMBER, _NAME, _MOST, _ANOTHER = 4.0, 3.0, 2, 6.0
# What a unit costs that gives no reason for what is asked why, and one without a number where is
# asked how many. In the training's documents 313 of 500 answers to why have a word for a reason and
# 4 of 28 sentences that only look like one; 928 of 933 answers have a number and 561 of 705.
_REASON, _AMOUNT = 2.0, 3.0
# What a unit costs that has no word of those which a follow-up brings: measured on the half
# `tuned` of the follow-ups (benchmarks/README.md), where 1 refuses fewer and 3 answers fewer.
_UNSAID = 2.0
# Scripts whose questions hold Latin words only as names and terms.
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LATIN = re.compile(r"[A-Za-z][\w+#-]*(?:\.\w+)*", re.ASCII)
_CAPITALISED = re.compile(r"(?<![\w.])[A-ZÀ-Þ][\w+#-]+(?:\.\w+)*")
# An abbreviation (v., St., Prof.) ends no sentence.
_SENTENCE_START = re.compile(r"^|[?!]\s+|(?<=\w{5})\.\s+")
# Where more of the words than this are capitalised, as nouns are in German, capitals name nothing.
_MANY_CAPITALS = 0.3
# A name and the kind of thing that it names: the Corley school.
_NAMED_KIND = re.compile(r"\b([A-ZÀ-Þ][\w'-]+) ([a-zß-ÿ]{4,})\b")
_HAN = r"[\u3400-\u9fff]"
_HAN_RUN = re.compile(f"{_HAN}+")
# The least letters of a part of a name with hyphens.
_PART = 3
# Characters of a name in Han and of the kind of thing that follows it, and how many others of
# that kind must be told of.
_NAME_LENGTHS, _KIND_LENGTHS, _OTHERS = (2, 3, 4), (4, 3, 2), 2


def presupposed(question: str) -> Callable[[Window, ArticleHead], float]:
    """Return a function that gives the log-odds a window loses for what it does not know of."""
    # The first of something, or one of many, needs no one in what answers.
    claimed = [fact for fact in facts(question) if fact.value != 1]
    # October is a date already.
    names = [fold(name) for name in names_in(question) if not facts(name)]

    def lacking(window: Window, head: ArticleHead) -> float:
        if not claimed and not names:
            return 0.0
        # As a date in words, which the grammar reads everywhere, not as a code with hyphens.
        day = _ISO.sub(r"\1年\2月\3日", head.date)
        told = f"{head.title} {day} {window.head} {window.text}"
        unknown = len(missing(claimed, facts(told))) if claimed else 0
        # Another script spells names in its own way.
        looked_for = names if names and shares_script(question, window.text) else []
        folded = fold(told) if looked_for else ""
        unnamed = sum(not _stands_in(folded, name) for name in looked_for)
        return _NUMBER * min(unknown, _MOST) + _NAME * min(unnamed, _MOST)

    return lacking


def _stands_in(text: str, name: str) -> bool:
    """Return True if a name, or a part of one with hyphens (Django-Admin), stands in a text."""
    parts = [part for part in name.split("-") if len(part) >= _PART]
    return name in text or (len(parts) > 1 and any(part in text for part in parts))


def without_presupposed(
    readings: Sequence[UnitReading],
    asked: str,
    heads: Mapping[str, ArticleHead],
    before: str = "",
) -> list[UnitReading]:
    """Return the readings, less sure where the window lacks what the question presupposes.

    `heads` are those of the windows' articles, by their ids; `before` is the question that a
    follow-up is asked after.
    """
    question = f"{before} {asked}".strip()
    unsaid = without_new_words(asked, before, heads) if before else None
    lacking = presupposed(question)
    windows = {reading.window.chunk.id: reading.window for reading in readings}
    lost = {key: lacking(w, heads[w.chunk.article_id]) for key, w in windows.items()}
    name = one_of_several(question, [head.title for head in heads.values()])
    for key, window in windows.items():
        if name not in f"{window.head} {window.text}":
            lost[key] += _ANOTHER
    differs = of_another(question)
    of_other_kind = without_kind(question)
    return [
        replace(
            r,
            score=r.score
            - lost[r.window.chunk.id]
            - _ANOTHER * differs(r)
            - of_other_kind(r)
            - (unsaid(r) if unsaid else 0.0),
        )
        for r in readings
    ]


def without_new_words(
    asked: str, before: str, heads: Mapping[str, ArticleHead]
) -> Callable[[UnitReading], float]:
    """Return a function that gives the log-odds a unit loses without the words of a follow-up.

    The reader reads the question before it too, and may answer that one again. Another script has
    other words.
    """
    known = _words(before)
    terms = analyse(asked).terms if has_content(asked) else ()
    brought = {(f, t): w for f, t, w in terms if (f, t) not in known and _is_word(f, t)}

    def lacking(reading: UnitReading) -> float:
        window = reading.window
        if not brought or not shares_script(asked, window.text):
            return 0.0
        title = heads[window.chunk.article_id].title
        told = _words(f"{title} {window.head} {reading.text}")
        unsaid = sum(weight for term, weight in brought.items() if term not in told)
        return _UNSAID * unsaid / sum(brought.values())

    return lacking


def _is_word(field: str, term: str) -> bool:
    """Return True for a stem, and for a pair of characters in Han."""
    return field == "stems" or (field == "terms" and len(term) > 1 and bool(_HAN_RUN.match(term)))


def _words(text: str) -> set[tuple[str, str]]:
    found = index_terms("", text)
    return {(field, term) for field, terms in found.items() for term in terms}


def names_in(question: str) -> list[str]:
    """Return the words of a question that are names by their letters.

    In a script without capitals these are the Latin words; elsewhere the words that begin with a
    capital inside a sentence, or have one further on where all nouns begin with one.
    """
    if _OTHER_SCRIPT.search(question):
        return _LATIN.findall(question)
    opens = {sentence.end() for sentence in _SENTENCE_START.finditer(question)}
    found = [m.group() for m in _CAPITALISED.finditer(question) if m.start() not in opens]
    german = text_language(fold(question)) == "german"
    if german or len(found) > _MANY_CAPITALS * len(question.split()):
        found = [name for name in found if sum(c.isupper() or c.isdigit() for c in name) > 1]
    return found


def of_another(question: str) -> Callable[[UnitReading], bool]:
    """Return a function that tells if a unit speaks of another thing of the kind asked for.

    Of the Ashby school, where the question is about the Corley school.
    """
    names = names_in(question)
    asked = [
        (fold(name), re.compile(rf"\b[A-ZÀ-Þ][\w'-]+ {kind}\b"))
        for name, kind in _NAMED_KIND.findall(question)
        if name in names
    ]

    def differs(reading: UnitReading) -> bool:
        told = fold(f"{reading.window.head} {reading.text}") if asked else ""
        return any(name not in told and other.search(reading.text) for name, other in asked)

    return differs


def without_kind(question: str) -> Callable[[UnitReading], float]:
    """Return a function that gives the log-odds a unit loses without the kind asked for.

    Where the question asks why, it must give a reason, where it asks how many, a number.
    """
    why, how_many = asks_why(question), asks_how_many(question)

    def lacking(reading: UnitReading) -> float:
        text = reading.text
        lost = _REASON if why and not gives_reason(text) else 0.0
        return lost + (_AMOUNT if how_many and not gives_number(text) else 0.0)

    return lacking


def one_of_several(question: str, titles: Iterable[str]) -> str:
    """Return the name in Han by which a question tells one of several alike things apart, or "".

    青山 in 青山车辆段有多少辆扫雪车, where titles tell of 红桥车辆段 and 白河车辆段.
    """
    told = set(titles)
    for match in _HAN_RUN.finditer(question):
        run = match.group()
        for length, size in product(_NAME_LENGTHS, _KIND_LENGTHS):
            for start in range(len(run) - length - size + 1):
                name = run[start : start + length]
                kind = run[start + length : start + length + size]
                # At their start alone: a title that is a sentence has every pair of words in it.
                others = {title[:length] for title in told if title.startswith(kind, length)}
                if len(others - {name}) >= _OTHERS:
                    return name
    return ""

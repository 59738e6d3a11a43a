"""The figures by which a question tells its subject from others: the second prize, line 14, 2025.

A source that does not have them speaks of something else: it may hold the first prize alone.
"""

from __future__ import annotations

import re

from index.words.text import fold
from retrieval.proof.facts import Fact
from retrieval.proof.numbers import facts, missing

_DIGIT = re.compile(r"\d")
# What a Han numeral is the rank or the number of, rather than a count.
_RANK = re.compile("[二三四五六七八九十]{1,2}(?:等奖|等舱|号(?=[楼线馆院口桥])|年级|环路)")


def untold(question: str, source: str, *, across: bool) -> bool:
    """Tell whether a question names a figure that the source does not have.

    `source` is the text that answers with its title and date; `across` tells that it is in
    another script, where only dates and figures written in digits can be compared.
    """
    there = fold(source)
    named = [] if across else _ranks(fold(question))
    if any(not _stands_in(written, there) for written in named):
        return True
    # Most figures stand there as they are asked; taking a text apart is slow.
    figures = [fact for fact in facts(question) if _names(fact, across=across)]
    figures = [fact for fact in figures if not _stands_in(fact.text, there)]
    return bool(figures and missing(figures, facts(source)))


def _ranks(question: str) -> list[str]:
    """Return the ranks and numbers that Han numerals write: 二等奖, 三号楼."""
    return [found.group() for found in _RANK.finditer(question)]


def _names(fact: Fact, *, across: bool) -> bool:
    """Tell whether a figure names something; one that counts, as in `which two`, does not."""
    if fact.weak or fact.value == 1 or fact.kind not in ("number", "ordinal", "date", "decade"):
        return False
    if _DIGIT.search(fact.text):
        return True
    # Of figures in words, what is counted need not be told: `which three cities`. A month is the
    # same in any language; an ordinal may be another word.
    return fact.kind == "date" or (not across and fact.kind != "number")


def _stands_in(figure: str, text: str) -> bool:
    """Tell whether a figure stands in a text by itself: 14 is no part of 2014."""
    found = re.escape(fold(figure))
    return bool(figure) and bool(re.search(rf"(?<![\d.,]){found}(?!\d)", text))

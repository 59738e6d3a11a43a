"""Which word of a quote is meant by a word of a claim: the same, another form, a translation.

No encoder is asked: the table of translations is of the bundled words, whatever model embeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from language.inflection import base_candidates, irregular_forms
from language.pinyin import readings
from language.stemming import stem
from language.text import HAN_CHARACTER
from retrieval.proof.lexicon import PREFIXES, Lexicon, nearness
from retrieval.proof.lexis import LISTED
from retrieval.proof.parsed import Sentence, Token

# How sure a translation must be, by the table's own score: that of one character more, for it
# stands in many words.
_SURE, _SURE_OF_ONE = 0.34, 0.5
# The cosine, by the bundled static model, from which words of two languages mean the same: pairs
# of opposites or of sisters (red and blue, doctor and nurse) were at most at 0.21, of one meaning
# mostly above 0.44. Within one language such pairs do not keep apart.
_NEAR = 0.25
# How surely two words of one language must translate to the same word to be synonyms: sisters and
# opposites share no translation, mostly (lunch and dinner, helmet and gloves: 0).
_SYNONYMS = 0.22
# Syllables of a name that is written as one Latin word.
_LONGEST_NAME = 4
_LATIN = re.compile("[a-z]{2,}")


@lru_cache(maxsize=1)
def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in LISTED["alike"]:
        words = frozenset(group.split())
        for word in words:
            found[word] = found.get(word, frozenset()) | words
    return found


def places(token: Token, quote: Sentence, lexicon: Lexicon, language: str) -> list[int]:
    """Return where in the folded quote a word of a claim has its counterpart."""
    if token.kind == "han":
        return list(_of_han(token.text, quote, lexicon)) or _by_meaning(token, quote, lexicon)
    found = [
        other.place
        for other in quote.content
        if other.kind == "word" and same_word(token, other, (quote.language, language))
    ]
    return found or list(_of_word(token, quote, lexicon)) or _by_meaning(token, quote, lexicon)


def _by_meaning(token: Token, quote: Sentence, lexicon: Lexicon) -> list[int]:
    """Return the places of synonyms, and of words of another language that are near enough."""
    if token.name or not lexicon.knows(token.text):
        return []
    return [
        other.place
        for other in quote.content
        if not other.name
        and lexicon.knows(other.text)
        and (
            are_synonyms(token.text, other.text, lexicon)
            if other.kind == token.kind
            else min(len(token.text), len(other.text)) > 1
            and _nearest(token.text, other.text) >= _NEAR
        )
    ]


@lru_cache(maxsize=65536)
def are_synonyms(one: str, other: str, lexicon: Lexicon) -> bool:
    """Return True if two words of one language surely translate to the same word."""
    if HAN_CHARACTER.match(one) and len(one) == len(other) and one[-1] == other[-1]:
        # Two kinds of one thing: 主场 and 客场, 公园 and 花园.
        return False
    into = dict(lexicon.translate(_american(one)))
    shared = (into.get(term, 0.0) * sure for term, sure in lexicon.translate(_american(other)))
    return max(shared, default=0.0) >= _SYNONYMS


@lru_cache(maxsize=65536)
def _nearest(one: str, other: str) -> float:
    """Return how near two words are in meaning, whatever their forms."""
    return max(
        nearness(left, right)
        for left in (one, *base_candidates(one))
        for right in (other, *base_candidates(other))
    )


def same_word(left: Token, right: Token, languages: Sequence[str]) -> bool:
    """Return True if two words of a spaced script are forms of one; names must be the same."""
    one, other = left.text, right.text
    if one == other or one.removesuffix("'s").rstrip("'’") == other.removesuffix("'s"):
        return True
    if any(stem(one, language) == stem(other, language) for language in dict.fromkeys(languages)):
        return True
    if left.name and right.name:
        return False
    if other in irregular_forms(one) or other in _alike().get(one, ()):
        return True
    return any(_share_stem(form, other) for form in (one, *base_candidates(one)))


def _share_stem(one: str, other: str) -> bool:
    """Return True if two words begin with the same five letters or more, and end much alike."""
    shared = _shared(one, other)
    if "-" in one[:shared]:
        # Check-in is no form of check-out.
        return False
    return shared >= 5 and max(len(one), len(other)) - shared <= 3


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _of_han(word: str, quote: Sentence, lexicon: Lexicon) -> Iterator[int]:
    """Yield the places of a Han word, of words like it, or of what it translates to."""
    for like in (word, *sorted(_alike().get(word, ()))):
        yield from _find(like, quote.folded)
    into = [term for term, sure in lexicon.translate(word) if sure >= _SURE]
    for other in _LATIN.finditer(quote.folded):
        spelled = _american(other.group())
        forms = {spelled, *base_candidates(spelled), stem(spelled, "english")}
        if (
            forms & set(into)
            or any(stem(term, "english") in forms for term in into)
            or word in _translations(spelled, lexicon)
            or _spells(spelled, word)
        ):
            yield other.start()


def in_parts(token: Token, quote: Sentence, lexicon: Lexicon) -> list[tuple[int, list[int]]]:
    """Return a Han compound cut in two that both have counterparts: the place of each half with
    those of its counterparts; nothing where there is no such cut.
    """
    word = token.text
    if token.kind != "han":
        return []
    known = lexicon.knows(word)
    across = not HAN_CHARACTER.search(quote.folded)
    if len(word) < 2 or (known and not across) or (len(word) == 2 and not across):
        return []
    for cut in range(len(word) - 1, 0, -1):
        halves = [list(_of_han(part, quote, lexicon)) for part in (word[:cut], word[cut:])]
        if all(halves):
            return [(token.place, halves[0]), (token.place + cut, halves[1])]
    return []


def _of_word(token: Token, quote: Sentence, lexicon: Lexicon) -> Iterator[int]:
    """Yield the places of what a word of a spaced script is in a Han quote."""
    if not HAN_CHARACTER.search(quote.folded):
        return
    for word in _translations(token.text, lexicon):
        yield from _find(word, quote.folded)
    for other in quote.content:
        if other.kind != "han":
            continue
        into = [t for t, sure in lexicon.translate(other.text) if sure >= _SURE]
        if {token.text, *base_candidates(token.text)} & set(into):
            yield other.place
    if token.name or not lexicon.knows(token.text):
        yield from _pinyin(token.text, quote.folded)


@lru_cache(maxsize=8192)
def _translations(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the Han words that a word surely means."""
    return tuple(
        term
        for term, sure in lexicon.translate(_american(word))
        if sure >= (_SURE if len(term) > 1 else _SURE_OF_ONE)
    )


def _american(word: str) -> str:
    """Return a word as Americans spell it, which is how the table does: harbour, theatre."""
    spelled = re.sub(r"(?<=[a-z]{2})our(?=$|s$|ing$|ed$)", "or", word)
    return re.sub(r"(?<=[bt])re(s?)$", r"er\1", spelled)


def _find(word: str, text: str) -> Iterator[int]:
    """Yield where a Han word stands without a prefix that makes it another: 副校长."""
    place = text.find(word)
    while place >= 0:
        if not place or text[place - 1] not in PREFIXES:
            yield place
        place = text.find(word, place + 1)


def _spells(latin: str, han: str) -> bool:
    """Return True if a Latin word spells all of a Han word in pinyin."""
    if not han or not latin:
        return not han and not latin
    starts = {reading for reading in readings(han[0]) if latin.startswith(reading)}
    return any(_spells(latin[len(reading) :], han[1:]) for reading in starts)


def _pinyin(latin: str, text: str) -> Iterator[int]:
    """Yield where a Han text reads as a Latin word does."""
    for start in range(len(text)):
        for length in range(1, min(_LONGEST_NAME, len(text) - start) + 1):
            if _spells(latin, text[start : start + length]):
                yield start

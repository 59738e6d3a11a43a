"""A sentence taken apart for a comparison: words, figures, signs, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from language.dates import blank
from language.facts import Fact
from language.stemming import text_language
from language.stopwords import function_words
from language.text import HAN_CHARACTER, NGRAM_CHARACTER, fold
from retrieval.proof.lexicon import GRAMMAR, Lexicon, cut_words
from retrieval.proof.lexis import (
    CASES,
    JOINTS,
    LIGHT,
    LISTED,
    LISTING,
    Sign,
    is_turn,
    sign_of,
    signs,
)
from retrieval.proof.numbers import normalised, placed

_LANGUAGES = ("english", "german", "spanish", "french")
_TOKEN = re.compile(
    f"(?P<han>{NGRAM_CHARACTER.pattern}+)|(?P<word>[^\\W\\d_]+(?:['’-][^\\W\\d_]+)*)"
    r"|(?P<break>[:,;、。!?！？，；()（）【】\[\]—\n]|\.(?=\s|$))"
)
_OTHER = "at"
_TIMES = frozenset(("date", "weekday", "time"))
_COMPARING = ("than", "高于", "低于", "多于", "少于", "大于", "小于", "不如")
_COPULAS = frozenset(LISTED["copulas"])
# A preposition governs no more words than these.
_FORGOTTEN = 3
_ADVERBIAL = frozenset(LISTED["adverbial"])
# This library of ours is `it`.
_OWN = re.compile(f"(?<![\\d一二三四五六七八九十两几每])(?:{'|'.join(LISTED['own'])})")
_LEANING = re.compile(
    r"(?:it|its|they|their|he|she|his|her|this|these|there|then|es|er|sie|ihr|sein|dort|ella|él|su"
    r"|sus|ellos)\b|(?:它|他|她|该|其|此|这|那|并|同时|另外|此外|此后)"
)
_OPENER = re.compile(
    r"^\s*+(?P<no>no|nein|non|nope|不是的?|不可以|不能|不会|不行|没有|不|否)?"
    r"(?P<yes>yes|ja|sí|oui|yeah|是的|是|对的?|可以的?|能|会|有的?|没错)?\s*+[,，.。:：;；!！—–-]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a sentence: `case` is what a preposition makes of it, `place` its order."""

    kind: Literal["word", "han", "figure", "weak", "not", "sign", "small"]
    text: str
    place: int
    clause: int
    case: str = ""
    facts: tuple[Fact, ...] = ()
    sign: tuple[str, int] = ("", 0)
    name: bool = False
    label: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart; `folded` is what the places of its tokens count in.

    `listed` are the clauses that a list joins to the one before: 12 rooms and 40 seats.
    """

    folded: str
    tokens: tuple[Token, ...]
    language: str
    leans: bool = False
    opener: Literal["", "yes", "no"] = ""
    clauses: tuple[tuple[Token, ...], ...] = field(default=())
    listed: frozenset[int] = frozenset()

    @property
    def content(self) -> list[Token]:
        """Return the words that need a counterpart."""
        return [token for token in self.tokens if token.kind in ("word", "han")]


def content_of(clause: Sequence[Token]) -> list[Token]:
    """Return the words of a clause that need a counterpart."""
    return [token for token in clause if token.kind in ("word", "han")]


@lru_cache(maxsize=1024)
def take_apart(text: str, lexicon: Lexicon, *, opens: bool = False) -> Sentence:
    """Return a sentence in parts; `opens` takes a leading yes or no off it."""
    opener: Literal["", "yes", "no"] = ""
    if opens and (found := _OPENER.match(text)) and (found["no"] or found["yes"]):
        opener = "no" if found["no"] else "yes"
        text = text[found.end() :]
    folded = normalised(text)
    figures = placed(folded)
    told = sorted(span for span, some in figures if not all(fact.weak for fact in some))
    bare = blank(folded, told).replace(" non-", " non ")
    found_signs = signs(bare)
    own = [found.span() for found in _OWN.finditer(bare)]
    rest = blank(bare, sorted([*((sign.start, sign.end) for sign in found_signs), *own]))
    language = text_language(folded)
    raw = [*_figures(figures, folded), *_signs(found_signs, folded)]
    raw += _words(rest, folded, _names(text), lexicon)
    tokens, listed = _with_clauses(sorted(raw, key=lambda token: token.place))
    clauses: dict[int, list[Token]] = {}
    for token in tokens:
        clauses.setdefault(token.clause, []).append(token)
    first = next(iter(clauses), 0)
    if len(clauses) > 1 and all(is_time(token) for token in clauses[first]):
        # From 1 July, the fee rises: a time that is said first is no clause of its own.
        main = list(clauses)[1]
        moved = [replace(token, clause=main) for token in clauses.pop(first)]
        tokens[: len(moved)] = moved
        clauses[main] = [*moved, *clauses[main]]
    return Sentence(
        folded, tuple(tokens), language, bool(_LEANING.match(folded)), opener,
        tuple(tuple(clause) for clause in clauses.values()), listed,
    )  # fmt: skip


def _names(text: str) -> frozenset[str]:
    """Return the folded words that are capitalised within a sentence."""
    words = re.finditer(r"(?<![.!?:“\"(]\s)(?<!^)(?<![\w])[A-ZÀ-ÞА-Я][\w'’-]*", text.strip())
    return frozenset(fold(word.group()) for word in words)


def _figures(figures: list[tuple[tuple[int, int], list[Fact]]], text: str) -> list[Token]:
    return [
        Token(
            "weak" if all(fact.weak for fact in some) else "figure",
            text[slice(*span)],
            span[0],
            0,
            facts=tuple(some),
        )
        for span, some in figures
    ]


def _signs(found: list[Sign], text: str) -> list[Token]:
    return [
        Token("not" if s.name == "not" else "sign", text[s.start : s.end], s.start, 0,
              sign=(s.name, s.side))
        for s in found
    ]  # fmt: skip


def _words(rest: str, folded: str, names: frozenset[str], lexicon: Lexicon) -> list[Token]:
    """Return words, small words and clause ends of what is neither figure nor sign."""
    found: list[Token] = []
    for match in _TOKEN.finditer(rest):
        if match["break"]:
            found.append(Token("small", match.group(), match.start(), 0))
        elif match["word"]:
            word = match.group()
            kind: Literal["small", "word"] = "small" if is_small(word) else "word"
            found.append(Token(kind, word, match.start(), 0, name=word in names))
        else:
            place = match.start()
            opens = not place or not folded[place - 1].isalnum()
            words = cut_words(match.group(), lexicon, opens=opens)
            for word, after in zip(words, [*words[1:], ""], strict=True):
                token = _han_token(word, place)
                found.append(replace(token, case=_OTHER) if after == "期间" else token)
                place += len(word)
    return found


def _han_token(word: str, place: int) -> Token:
    """Return a token of one Han word."""
    if is_turn(word):
        return Token("sign", word, place, 0, sign=sign_of(word))
    small = word in LIGHT or word in CASES or word in JOINTS
    if small or word in GRAMMAR:
        return Token("small", word, place, 0)
    # When and how often may be said anywhere in a sentence.
    moves = word in _ADVERBIAL or word.startswith("每")
    return Token("han", word, place, 0, case=_OTHER if moves else "")


@lru_cache(maxsize=8192)
def is_small(word: str) -> bool:
    """Return True if a folded word of a spaced script says nothing by itself."""
    if word in LIGHT or word in CASES or word in JOINTS:
        return True
    if len(word) == 1:
        return True
    return any(word in function_words(language) for language in _LANGUAGES)


def _with_clauses(raw: list[Token]) -> tuple[list[Token], frozenset[int]]:
    """Return the tokens with their clause and case, and the clauses of lists; small words go."""
    found: list[Token] = []
    listed: set[int] = set()
    clause, case, age = 0, "", _FORGOTTEN
    for at, token in enumerate(raw):
        if token.kind == "small":
            if token.text == ":":
                found = [replace(t, label=t.label or t.clause == clause) for t in found]
            elif token.text in JOINTS or not token.text[0].isalnum():
                clause, case = clause + 1, ""
                if token.text in LISTING:
                    listed.add(clause)
                if token.text == "nor":
                    # Neither radios nor lamps: each of them is denied.
                    found.append(replace(token, kind="not", clause=clause, sign=("not", 1)))
            elif token.text in CASES:
                if case == "than" and not age:
                    # Than in 2022.
                    continue
                case = CASES[token.text]
                # Han words stand close: what follows the first is a verb as often as not.
                age = _FORGOTTEN - 1 if HAN_CHARACTER.match(token.text) else 0
            elif token.text in _COPULAS:
                case = ""
            continue
        if token.kind in ("sign", "not") and age:
            case = ""
        given = case if age < _FORGOTTEN else ""
        found.append(replace(token, clause=clause, case=token.case or given))
        age += 1
        if token.kind == "sign" and token.text.endswith(_COMPARING):
            # 高于国画班 compares; 高于十人 bounds.
            after = raw[at + 1] if at + 1 < len(raw) else token
            case, age = ("than", 0) if after.kind != "figure" else ("", age)
        if token.kind == "figure" and case != _OTHER:
            case = ""
    return found, frozenset(listed)


def is_time(token: Token) -> bool:
    """Return True if a token is a date, a weekday or a time of day."""
    return bool(token.facts) and all(fact.kind in _TIMES for fact in token.facts)


def opened_by_cause(sentence: Sentence) -> set[int]:
    """Return the clauses of a sentence that begin with a `because`, which may stand last."""
    return {clause[0].clause for clause in sentence.clauses if clause[0].sign == ("cause", 1)}


def links_by_copula(sentence: Sentence, first: int, last: int) -> bool:
    """Return True if only a form of `to be`, or a colon, links two places of a sentence."""
    between = sentence.folded[min(first, last) : max(first, last)]
    if HAN_CHARACTER.search(between):
        return "是" in between or ":" in between or "：" in between
    return ":" in between or any(word in _COPULAS for word in re.findall(r"\w+", between))

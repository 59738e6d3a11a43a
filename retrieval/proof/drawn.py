"""What a clause of a claim draws from a quote, and whether it is all of one thing there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from retrieval.proof.counterparts import places
from retrieval.proof.lexicon import Lexicon
from retrieval.proof.parsed import Sentence, Token, content_of, is_time, opened_by_cause

_DAYS = frozenset(("day", "days", "date", "dates", "weekday", "日期", "星期"))
STRICT_CASES = frozenset(("from", "to", "by", "than", "either"))


@dataclass(frozen=True, slots=True)
class Unit:
    """What is quoted: a sentence, item, row with its column names, labelled value, code line.

    `head` holds title and headings, `lead` the line that leads into a list, `before` the sentence
    before. `whole` says that it is an item or row, which has its subject in head or lead.
    """

    text: str
    head: str = ""
    lead: str = ""
    before: str = ""
    whole: bool = False

    @property
    def around(self) -> str:
        """Return the text with all that is around it."""
        return "\n".join((self.head, self.lead, self.before, self.text))


@dataclass(slots=True)
class Drawn:
    """What one clause of a claim draws from a quote: places of each of its tokens."""

    where: dict[int, list[int]] = field(default_factory=dict)
    clauses: set[int] = field(default_factory=set)
    outside: list[Token] = field(default_factory=list)

    @property
    def held(self) -> set[int]:
        """Return all places of the quote that the clause has a part in."""
        return {at for found in self.where.values() for at in found}


def flat(clauses: Iterable[Sequence[Token]]) -> list[Token]:
    """Return the tokens of several clauses."""
    return [token for clause in clauses for token in clause]


def clause_at(quote: Sentence, place: int) -> int:
    """Return the clause of the quote that a place is in."""
    last = 0
    for token in quote.tokens:
        if token.place > place:
            break
        last = token.clause
    return last


def cover(drawn: Drawn, quote: Sentence) -> set[int]:
    """Return the fewest clauses of the quote that hold every counterpart, greedily."""
    open_tokens = {
        place: {clause_at(quote, at) for at in found} for place, found in drawn.where.items()
    }
    chosen: set[int] = set()
    while open_tokens:
        counts = Counter(clause for held in open_tokens.values() for clause in held)
        best = max(counts, key=lambda clause: (counts[clause], -clause))
        chosen.add(best)
        open_tokens = {p: held for p, held in open_tokens.items() if best not in held}
    return chosen


def leading(clause: Sequence[Token]) -> list[Token]:
    """Return the words that open a clause, up to a figure, a sign or a preposition."""
    words: list[Token] = []
    for token in clause:
        if token.label:
            continue
        if (
            token.kind not in ("word", "han")
            or token.case in STRICT_CASES
            or (words and token.case)
        ):
            break
        words.append(token)
    return words


def is_covered(
    wanted: Sequence[Token], words: Sequence[Token], quote: Sentence, said: Sentence,
    lexicon: Lexicon,
) -> bool:  # fmt: skip
    """Return True if each of these words of the quote is the counterpart of one of the claim."""
    held = {at for word in words for at in places(word, quote, lexicon, said.language)}
    return all(holds(token, held) for token in wanted)


def holds(token: Token, held: set[int]) -> bool:
    """Return True if one of the places lies in a token of the quote."""
    return any(token.place <= at < token.place + len(token.text) for at in held)


def subject_fault(
    clause: Sequence[Token], drawn: Drawn, quote: Sentence, unit: Unit, said: Sentence,
    lexicon: Lexicon,
) -> str:  # fmt: skip
    """Return `subject` where the parts of a claim belong to different things in the quote."""
    held = drawn.held
    parts = {c: [t for t in quote.tokens if t.clause == c] for c in drawn.clauses}
    last = max(drawn.where)
    if any(
        token.case in STRICT_CASES or (not token.case and token.place > last)
        for token in drawn.outside
    ):
        # What stands last says what is so; a heading says only what it is about.
        return "unsupported"
    if drawn.outside and quote.leans and min(drawn.clauses) != quote.tokens[0].clause:
        # `It` is the subject of the clause that it opens, and of no relative clause after it.
        return "subject"
    if drawn.outside and not (unit.whole or quote.leans):
        # 馆 is short for the 球馆 of the heading.
        named = [t for t in leading(parts[min(parts)]) if not holds(t, held)]
        if not all(any(t.text in o.text for o in drawn.outside) for t in named):
            return "subject"
    shared = len(parts) > 1 and completed(clause, drawn, parts, quote) is not None
    if _is_whole_of(drawn, quote):
        return "subject"
    if shared or len(parts) < 2:
        return ""
    earliest = min(set(parts) - opened_by_cause(quote), default=min(parts))
    opened = [drawn.where[t.place] for t in content_of(clause) if t.place in drawn.where][:1]
    row = unit.whole and any(token.label for token in quote.tokens)
    if opened and not row and not any(clause_at(quote, at) == earliest for at in opened[0]):
        return "subject"
    for part in parts.values():
        if not all(holds(token, held) for token in leading(part)) or _is_other_count(part, held):
            return "subject"
    if any(_is_of_another(t, drawn, parts, quote) for t in clause if is_time(t)):
        return "subject"
    for token in clause:
        if token.kind == "figure" and token.place in drawn.where:
            own = {clause_at(quote, at) for at in drawn.where[token.place]} & drawn.clauses
            if not any(all(holds(t, held) for t in _telling(parts[c])) for c in own):
                return "subject"
    return ""


def _is_of_another(
    token: Token, drawn: Drawn, parts: dict[int, list[Token]], quote: Sentence
) -> bool:
    """Return True for a time of a clause of which nothing else is told, in place of the own one."""
    held = drawn.held
    own = {clause_at(quote, at) for at in drawn.where.get(token.place, [])} & set(parts)
    told = {c for c, part in parts.items() if any(holds(t, held) for t in content_of(part))}
    if not own or own & told:
        return False
    return any(
        is_time(t) and not holds(t, held) and t.facts[0].kind == token.facts[0].kind
        for c in told
        for t in parts[c]
    )


def _is_other_count(part: Sequence[Token], held: set[int]) -> bool:
    """Return True if a part of the quote tells of a number of things that a claim leaves out."""
    first = part[0]
    counts = first.kind == "figure" and any(fact.kind == "number" for fact in first.facts)
    return counts and not first.case and not holds(first, held)


def _is_whole_of(drawn: Drawn, quote: Sentence) -> bool:
    """Return True if a claim has the whole alone of which the quote tells a part: 7 of the 12."""
    figures = [t for t in quote.tokens if t.kind == "figure"]
    for one, other in zip(figures, figures[1:], strict=False):
        between = quote.folded[one.place + len(one.text) : other.place]
        part, whole = (other, one) if "中" in between else (one, other)
        shares = one.clause == other.clause and re.search(r"\b(?:of|von|de)\b|中", between)
        if shares and whole.place in drawn.held and part.place not in drawn.held:
            return True
    return False


def _telling(part: Sequence[Token]) -> list[Token]:
    """Return the words and figures of a part of the quote, without a label such as `day`."""
    told = [t for t in part if t.kind in ("word", "han", "figure")]
    return [t for t in told if not (t.label and t.text in _DAYS)]


def completed(
    clause: Sequence[Token], drawn: Drawn, parts: dict[int, list[Token]], quote: Sentence
) -> int | None:
    """Return the clause of the quote that the claim holds whole, where the others give it but
    their beginning, or in a list their end.

    The hall has 12 rooms and 40 seats: "the hall has 40 seats".
    """
    figures = {at for t in clause if t.kind == "figure" for at in drawn.where.get(t.place, [])}
    signs = {t.sign for t in clause if t.kind == "sign"}
    held = drawn.held
    for number, part in parts.items():
        own = part
        if any(quote.listed & set(range(number + 1, other + 1)) for other in parts):
            # 全市有12辆车、32名队员在岗: where, which is said first, is said of both.
            while own and own[0].kind in ("word", "han") and not holds(own[0], held):
                own = own[1:]
        whole = bool(own) and all(holds(t, held) for t in content_of(own))
        whole = whole and all(t.place in figures for t in own if t.kind == "figure")
        whole = whole and all(t.sign in signs for t in own if t.kind == "sign")
        others = {other: rest for other, rest in parts.items() if other != number}
        if whole and all(_lends(n, number, rest, drawn, quote) for n, rest in others.items()):
            return number
    return None


def _lends(lender: int, number: int, part: Sequence[Token], drawn: Drawn, quote: Sentence) -> bool:
    """Return True if a clause gives to a later one but its beginning, or to an earlier its end."""
    held = {
        at
        for found in drawn.where.values()
        if not any(clause_at(quote, at) == number for at in found)
        for at in found
    }
    telling = _telling(part)
    used = [holds(t, held) for t in telling]
    if lender < number:
        return not any(t.kind == "figure" and t.place in held for t in telling)
    return used == sorted(used) and set(range(number + 1, lender + 1)) <= quote.listed

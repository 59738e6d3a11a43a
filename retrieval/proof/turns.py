"""Negations, opposites and changes of role between a claim and its quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from language.text import HAN_CHARACTER
from retrieval.proof.drawn import (
    STRICT_CASES,
    Drawn,
    Unit,
    clause_at,
    completed,
    flat,
    holds,
)
from retrieval.proof.lexicon import Lexicon
from retrieval.proof.lexis import FLIPPING, KEPT, SPARE
from retrieval.proof.parsed import Sentence, Token, is_time, links_by_copula, take_apart
from retrieval.proof.units import MONEY, is_unit

_Signs = Counter[tuple[str, int]]
# A word of the claim, the place of its counterpart, and that word.
_Pair = tuple[Token, int, Token | None]

# How many tokens a negation reaches to turn a sign around.
_REACH = 5
_CAUSE = ("cause", 1)
_AGENT = frozenset(("by", "either"))


def turn_fault(
    clause: Sequence[Token], drawn: Drawn, quote: Sentence, unit: Unit, said: Sentence,
    lexicon: Lexicon,
) -> str:  # fmt: skip
    """Return `turned` where claim and quote differ in a negation or in one of two opposites."""
    parts = {c: [t for t in quote.tokens if t.clause == c] for c in drawn.clauses}
    only = completed(clause, drawn, parts, quote) if len(parts) > 1 else None
    kept = _kept(parts, only, drawn) if only is not None else flat(parts[c] for c in sorted(parts))
    claimed, claimed_not = turns(clause)
    quoted, quoted_not = turns(kept)
    claimed_not += _as_negation(claimed, quoted)
    everywhere, _ = turns(quote.tokens)
    around = "\n".join((unit.head, unit.lead))
    context, _ = turns(take_apart(around, lexicon).tokens) if around.strip() else (Counter(), 0)
    pays = any(fact.units & MONEY for t in clause for fact in t.facts)
    for sign, count in claimed.items():
        opposite = (sign[0], -sign[1])
        if sign == ("duty", 1) and not quoted[opposite] + quoted[("permit", 1)]:
            continue
        if pays and sign == ("free", -1) and not quoted[opposite]:
            # That something is paid for, and must be, is told by any sum.
            continue
        if quoted[sign] >= count and (not quoted[opposite] or claimed[opposite]):
            continue
        if (
            sign in SPARE
            and not everywhere[opposite]
            and not (sign[0] == "permit" and (quoted[("duty", 1)] or quoted[("permit", -1)]))
        ):
            continue
        if context[sign] and not everywhere[opposite]:
            continue
        return "turned"
    if _leaves_out(claimed, quoted, everywhere, said):
        return "turned"
    if quoted[("bound", 1)] + quoted[("bound", -1)] and not (
        claimed[("bound", 1)] + claimed[("bound", -1)]
    ):
        return "turned"
    if claimed_not != quoted_not or _is_cause_moved(clause, drawn, quote):
        return "turned"
    return ""


def _leaves_out(claimed: _Signs, quoted: _Signs, everywhere: _Signs, said: Sentence) -> bool:
    """Return True if a claim leaves out a bound or a condition that its quote sets."""
    kept_out = {sign for sign in quoted if sign in KEPT and quoted[sign] and not claimed[sign]}
    told_elsewhere, _ = turns(said.tokens)
    if told_elsewhere[("if", 1)]:
        kept_out.discard(("if", 1))
    if any(not claimed[sign] for sign in kept_out):
        return True
    return bool(everywhere[("if", 1)] and not told_elsewhere[("if", 1)])


def _kept(parts: dict[int, list[Token]], only: int, drawn: Drawn) -> list[Token]:
    """Return a clause of the quote that is held whole, with the signs that others lend to it."""
    own, held = {t.sign[0] for t in parts[only]}, drawn.held
    found = []
    for number in sorted(parts):
        # An earlier clause lends its beginning; a later one its end, which is read backwards.
        part = parts[number] if number <= only else parts[number][::-1]
        lent = [at for at, token in enumerate(part) if holds(token, held)]
        end = lent[-1] + 1 if lent else 0
        while end < len(part) and part[end].kind in ("sign", "not"):
            end += 1
        found += part if number == only else [t for t in part[:end] if t.sign[0] not in own]
    return [replace(t, clause=only) for t in sorted(found, key=lambda t: t.place)]


def _is_cause_moved(clause: Sequence[Token], drawn: Drawn, quote: Sentence) -> bool:
    """Return True if what a claim calls the cause does not follow a `because` of the quote."""
    known = [t for t in quote.tokens if t.sign == _CAUSE]
    for at, token in enumerate(clause):
        if token.sign != _CAUSE:
            continue
        first = next((t for t in clause[at + 1 :] if t.place in drawn.where), None)
        if first and not any(
            place > cause.place and clause_at(quote, place) == cause.clause
            for place in drawn.where[first.place]
            for cause in known
        ):
            return True
    return False


def _as_negation(turns: Counter[tuple[str, int]], others: Counter[tuple[str, int]]) -> int:
    """Take what may not be done as what is not done, where the other side tells nothing of may."""
    if others[("permit", 1)] or others[("permit", -1)]:
        return 0
    return turns.pop(("permit", -1), 0)


def turns(tokens: Sequence[Token]) -> tuple[Counter[tuple[str, int]], int]:
    """Return the signs of some tokens, turned by their negations, and the negations left."""
    found: Counter[tuple[str, int]] = Counter()
    turned: dict[int, int] = {}
    left = 0
    signs = [at for at, token in enumerate(tokens) if token.kind == "sign"]
    for at, token in enumerate(tokens):
        if token.kind != "not":
            continue
        near = [
            s
            for s in signs
            if tokens[s].sign[0] in FLIPPING
            and abs(s - at) <= _REACH
            and tokens[s].clause == token.clause
            and s not in turned
        ]
        if near:
            turned[min(near, key=lambda s: (s < at, abs(s - at)))] = -1
        else:
            left += 1
        if token.text in ("nobody", "none", "no one", "niemand", "nadie"):
            found[("all", 1)] += 1
    for at in signs:
        name, side = tokens[at].sign
        found[(name, side * turned.get(at, 1))] += 1
    return found, left


def role_fault(clause: Sequence[Token], drawn: Drawn, quote: Sentence, said: Sentence) -> str:
    """Return `role` where who does it, and to whom, or from and to, have changed places."""
    pairs = []
    for token in clause:
        found = drawn.where.get(token.place, [])
        near = [p for p in found if clause_at(quote, p) in drawn.clauses] or found
        if len(set(near)) == 1:
            pairs.append((token, near[0], _token_at(near[0], quote)))
    turned = _is_passive(clause) != _is_passive(
        t for t in quote.tokens if t.clause in drawn.clauses
    )
    before = ""
    for token, _, other in pairs:
        # What it is for a piece or a month goes with the figure; 由 leads but the first of a name.
        led = before in _AGENT and not token.case
        if other and not (is_unit(token.text) or led) and _is_other_case(token, other, turned):
            return "role"
        before = token.case
    if any(token.label for token in quote.tokens):
        # The cells of a row have their roles by their columns.
        return ""
    words = [pair for pair in pairs if pair[0].kind in ("word", "han")]
    for at, first in enumerate(words):
        for second in words[at + 1 :]:
            if turned and _is_kept_around(first, second, words):
                return "role"
            if not turned and _is_swapped(first, second, quote, said):
                return "role"
    return ""


def _is_other_case(token: Token, other: Token, turned: bool) -> bool:
    """Return True if a word follows `from` in one text and `to`, `by` or `than` in the other.

    What ends at six does not happen at six.
    """
    cases = {token.case, other.case}
    if "than" in cases or (cases == {"to", "at"} and is_time(token)):
        return len(cases) > 1
    if cases & _AGENT and not turned and token.kind != "figure" and cases != {"from", "either"}:
        return not cases <= _AGENT
    # 由 is by or from.
    return len(cases & STRICT_CASES) > 1 and not ("either" in cases and "to" not in cases)


def _token_at(place: int, quote: Sentence) -> Token | None:
    return next((t for t in quote.tokens if t.place <= place < t.place + len(t.text)), None)


def _is_passive(tokens: Iterable[Token]) -> bool:
    return any(token.case in _AGENT and token.kind != "figure" for token in tokens)


def _is_kept_around(first: _Pair, second: _Pair, words: Sequence[_Pair]) -> bool:
    """Return True if an agent stays on its side of a verb though only one text is passive."""
    (one, here, mine), (other, there, theirs) = first, second
    by = {t.case for t in (one, mine) if t} & _AGENT
    to = {t.case for t in (other, theirs) if t} & _AGENT
    if here > there or not by | to or by and to or _is_across(first, second):
        return False
    if {one.case, other.case} & _AGENT:
        parted = any(here < place < there for _, place, _ in words)
    else:
        parted = any(one.place < token.place < other.place for token, _, _ in words)
    # 由 and 被 leave the agent before its verb.
    return parted and not (by and HAN_CHARACTER.match(one.text))


def _is_across(first: _Pair, second: _Pair) -> bool:
    """Return True for words of two scripts, whose orders differ."""
    return any(token.kind != other.kind for token, _, other in (first, second) if other)


def _is_swapped(first: _Pair, second: _Pair, quote: Sentence, said: Sentence) -> bool:
    """Return True if two things changed places and nothing tells that they may."""
    (one, here, mine), (other, there, theirs) = first, second
    # Of two clauses one lends words to the other, whatever their order.
    apart = clause_at(quote, here) != clause_at(quote, there)
    if here <= there or apart or _is_across(first, second):
        return False
    cases = [(t.case, o.case if o else "") for t, o in ((one, mine), (other, theirs))]
    lost = any({a, b} & {"to", "from"} and not (a and b) for a, b in cases)
    if any(a or b for a, b in cases) and not lost:
        return False
    return not (
        links_by_copula(said, one.place, other.place) or links_by_copula(quote, here, there)
    )

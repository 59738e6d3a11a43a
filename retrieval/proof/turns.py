"""Negations, opposites and changes of role between a claim and its quote."""

from __future__ import annotations

import re
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
    is_lent_verb,
    leading,
)
from retrieval.proof.lexicon import Lexicon
from retrieval.proof.lexis import FLIPPING, KEPT, KIN, KINDS, LENT, MODAL, SPARE
from retrieval.proof.parsed import (
    Sentence,
    Token,
    is_time,
    links_by_copula,
    opened_by_cause,
    take_apart,
)
from retrieval.proof.units import MONEY, is_unit

_Signs = Counter[tuple[str, int]]

# How many tokens a negation reaches to turn a sign around.
_REACH = 5
_CAUSE = ("cause", 1)
_WHEN = re.compile(r"\b(?:when|whenever|wenn|cuando|quand|who|whoever)\b|时|者|的[,，]")
_AGENT = frozenset(("by", "either"))
# The longest booking of 2 hours is one of at most 2 hours.
_EXTREMES = {("bound", -1): ("rank", 1), ("bound", 1): ("rank", -1)}
_BOUNDS = {rank: bound for bound, rank in _EXTREMES.items()}


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
    quoted_not += _as_negation(quoted, claimed)
    everywhere, _ = turns(quote.tokens)
    around = "\n".join((unit.head, unit.lead))
    context, _ = turns(take_apart(around, lexicon).tokens) if around.strip() else (Counter(), 0)
    if not claimed[("if", 1)] and any(t.sign == ("if", 1) and "only" in t.text for t in kept):
        # May only be sold with a licence is may be sold only with one.
        claimed[("if", 1)] = claimed.pop(("only", 1), 0)
    pays = any(fact.units & MONEY for t in clause for fact in t.facts)
    for sign, count in claimed.items():
        opposite = (sign[0], -sign[1])
        kin = KIN.get(sign[0])
        if kin and quoted[(kin, sign[1])] and not quoted[(kin, -sign[1])] | quoted[opposite]:
            continue
        if sign == ("if", 1) and _WHEN.search(quote.folded):
            continue
        if sign in _EXTREMES and quoted[_EXTREMES[sign]] and not quoted[opposite]:
            continue
        if pays and sign == ("duty", 1) and not quoted[opposite] + quoted[("permit", 1)]:
            continue
        if pays and sign == ("free", -1) and not quoted[opposite]:
            # That something is paid for, and must be, is told by any sum.
            continue
        undergone = sign[0] == "give" and quoted[opposite] and _is_undergone(clause, said)
        if undergone and not _has_subject(parts, drawn):
            continue
        if quoted[sign] >= count and (not quoted[opposite] or claimed[opposite]):
            continue
        if quoted[opposite] or quoted[sign]:
            return "turned"
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
    if (
        quoted[("bound", 1)] + quoted[("bound", -1)]
        and not (claimed[("bound", 1)] + claimed[("bound", -1)])
        and any(t.kind == "figure" for t in clause)
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
    if any(not claimed[_BOUNDS.get(sign, sign)] for sign in kept_out):
        return True
    return bool(everywhere[("if", 1)] and not told_elsewhere[("if", 1)])


def _is_undergone(clause: Sequence[Token], said: Sentence) -> bool:
    """Return True if a claim tells what is done to a thing: books may be borrowed."""
    given = [t.text for t in clause if t.sign[0] == "give"]
    return any(
        re.search(rf"\b(?:be|been|is|are|was|were) {re.escape(g)}", said.folded) for g in given
    )


def _has_subject(parts: dict[int, list[Token]], drawn: Drawn) -> bool:
    """Return True if a claim speaks of who does it in the quote: who lends does not borrow."""
    return any(holds(token, drawn.held) for token in leading(parts[min(parts)]))


def _kept(parts: dict[int, list[Token]], only: int, drawn: Drawn) -> list[Token]:
    """Return a clause of the quote that is held whole, with the signs that others lend to it."""
    own = {t.sign[0] for t in parts[only]}
    bare = not own - {""} and all(t.case or t.kind == "figure" for t in parts[only])
    lent_signs = LENT - own if not bare else LENT | KINDS
    if own & MODAL:
        lent_signs -= MODAL | {"not"}
    found = []
    for number in sorted(parts):
        part = parts[number]
        # An earlier clause lends its beginning; a later one its end, which is read backwards.
        part = part if number <= only else part[::-1]
        lent = [at for at, token in enumerate(part) if holds(token, drawn.held)]
        end = lent[-1] + 1 if lent else 0
        while end < len(part) and part[end].kind in ("sign", "not"):
            end += 1
        found += part if number == only else [t for t in part[:end] if t.sign[0] in lent_signs]
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
    at = {t.place: t for t in quote.tokens}
    pairs = []
    for token in clause:
        found = drawn.where.get(token.place, [])
        near = [p for p in found if clause_at(quote, p) in drawn.clauses] or found
        if len(set(near)) == 1:
            pairs.append((token, near[0], _token_at(near[0], at)))
    passive = _is_passive(clause) != _is_passive(
        [t for t in quote.tokens if t.clause in drawn.clauses]
    )
    for token, _, other in pairs:
        mine, theirs = token.case, other.case if other else ""
        strict = {mine, theirs} & STRICT_CASES
        loose = "either" in strict and not {mine, theirs} & {"to", "than"}
        # What is so on a day is so from that day.
        loose |= {mine, theirs} == {"from", "at"} and is_time(token)
        # 对 is to as well as at.
        loose |= "at" in (mine, theirs) and said.language != quote.language
        # 由 is by as well as from.
        loose |= {mine, theirs} == {"from", "either"}
        # What it is for a piece or a month goes with the figure.
        loose |= is_unit(token.text)
        if mine != theirs and mine and theirs and strict and not loose:
            return "role"
        if "than" in (mine, theirs) and mine != theirs:
            return "role"
        named = other and not passive and token.kind != "figure"
        named = named and mine != theirs and not {mine, theirs} <= _AGENT
        named = named and {mine, theirs} != {"from", "either"}
        if named and strict & _AGENT and not _goes_on(token, clause):
            return "role"
    if any(token.label for token in quote.tokens):
        # The cells of a row have their roles by their columns.
        return ""
    return _order_fault(pairs, quote, said, passive=passive)


def _goes_on(token: Token, clause: Sequence[Token]) -> bool:
    """Return True if the word before is led by `by`: 由 leads only the first of a name."""
    at = clause.index(token)
    return bool(at) and clause[at - 1].case in _AGENT


def _token_at(place: int, at: dict[int, Token]) -> Token | None:
    if place in at:
        return at[place]
    before = [p for p in at if p <= place < p + len(at[p].text)]
    return at[max(before)] if before else None


def _is_passive(tokens: Iterable[Token]) -> bool:
    return any(token.case in _AGENT and token.kind != "figure" for token in tokens)


def _because_apart(quote: Sentence, here: int, there: int) -> bool:
    """Return True if one of two places is in a clause that a `because` opens, which may move."""
    clauses = {clause_at(quote, here), clause_at(quote, there)}
    return len(clauses) == 2 and bool(clauses & opened_by_cause(quote))


def _order_fault(
    pairs: Sequence[tuple[Token, int, Token | None]], quote: Sentence, said: Sentence, *,
    passive: bool,
) -> str:  # fmt: skip
    """Return `role` where two things changed places and nothing tells that they may."""
    across = any(t.kind != other.kind for t, _, other in pairs if other)
    words = [p for p in pairs if p[0].kind in ("word", "han")]
    for first in range(len(words)):
        for second in range(first + 1, len(words)):
            one, here, mine = words[first]
            other, there, theirs = words[second]
            swapped = here > there
            agent = {one.case, other.case, mine.case if mine else "", theirs.case if theirs else ""}
            if passive:
                by = {t.case for t in (one, mine) if t} & _AGENT
                # The parts of the agent's name; 由 and 被 leave the agent before its verb.
                whole = by and {t.case for t in (other, theirs) if t} & _AGENT
                stays = by and HAN_CHARACTER.match(one.text)
                if agent & _AGENT and not (swapped or one.case or across or whole or stays):
                    return "role"
                continue
            if not swapped or across or _because_apart(quote, here, there):
                continue
            if is_lent_verb(quote, there, here):
                continue
            cases = [(t.case, o.case if o else "") for t, o in ((one, mine), (other, theirs))]
            lost = any({a, b} & {"to", "from"} and not (a and b) for a, b in cases)
            if any(a or b for a, b in cases) and not lost:
                continue
            if links_by_copula(said, one.place, other.place) or links_by_copula(quote, here, there):
                continue
            return "role"
    return ""

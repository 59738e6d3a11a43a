"""Negations, opposites and changes of role between a claim and its quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from retrieval.proof.drawn import STRICT_CASES, Drawn, Unit, clause_at, completed, flat
from retrieval.proof.lexicon import Lexicon
from retrieval.proof.lexis import FLIPPING, KEPT, SPARE
from retrieval.proof.parsed import Sentence, Token, links_by_copula, take_apart

# How many tokens a negation reaches to turn a sign around.
_REACH = 5


def turn_fault(
    clause: Sequence[Token], drawn: Drawn, quote: Sentence, unit: Unit, said: Sentence,
    lexicon: Lexicon,
) -> str:  # fmt: skip
    """Return `turned` where claim and quote differ in a negation or in one of two opposites."""
    parts = {c: [t for t in quote.tokens if t.clause == c] for c in drawn.clauses}
    only = completed(clause, drawn, parts, quote) if len(parts) > 1 else None
    kept = parts[only] if only is not None else flat(parts[c] for c in sorted(parts))
    claimed, claimed_not = turns(clause)
    quoted, quoted_not = turns(kept)
    claimed_not += _as_negation(claimed, quoted)
    quoted_not += _as_negation(quoted, claimed)
    everywhere, _ = turns(quote.tokens)
    around = "\n".join((unit.head, unit.lead))
    context, _ = turns(take_apart(around, lexicon).tokens) if around.strip() else (Counter(), 0)
    for sign, count in claimed.items():
        opposite = (sign[0], -sign[1])
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
    if any(sign in KEPT and quoted[sign] and not claimed[sign] for sign in quoted):
        return "turned"
    if everywhere[("if", 1)] and not claimed[("if", 1)]:
        return "turned"
    if (
        quoted[("bound", 1)] + quoted[("bound", -1)]
        and not (claimed[("bound", 1)] + claimed[("bound", -1)])
        and any(t.kind == "figure" for t in clause)
    ):
        return "turned"
    return "turned" if claimed_not != quoted_not else ""


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
        if mine != theirs and mine and theirs and strict and "either" not in strict:
            return "role"
        if "than" in (mine, theirs) and mine != theirs:
            return "role"
    return _order_fault(pairs, quote, said, passive=passive)


def _token_at(place: int, at: dict[int, Token]) -> Token | None:
    if place in at:
        return at[place]
    before = [p for p in at if p <= place < p + len(at[p].text)]
    return at[max(before)] if before else None


def _is_passive(tokens: Iterable[Token]) -> bool:
    return any(token.case in ("by", "either") and token.kind != "figure" for token in tokens)


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
                if agent & {"by", "either"} and not (swapped or one.case or across):
                    return "role"
                continue
            if not swapped or across:
                continue
            if one.case or other.case or (mine and mine.case) or (theirs and theirs.case):
                continue
            if links_by_copula(said, one.place, other.place) or links_by_copula(quote, here, there):
                continue
            return "role"
    return ""

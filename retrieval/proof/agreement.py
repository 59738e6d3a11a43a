"""Whether a quote says what a claim says: every word, figure, name and turn of it, in its role.

Where a word has no counterpart in any unit, the entailment model is asked. In doubt a quote does
not say it: a true sentence that is dropped costs a reader less than a lie.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.errors import ModelUnusable
from language.facts import Fact
from language.text import HAN_CHARACTER
from retrieval.proof.counterparts import in_parts, places
from retrieval.proof.drawn import (
    Drawn,
    Unit,
    cover,
    flat,
    holds,
    is_covered,
    leading,
    subject_fault,
)
from retrieval.proof.entailment import EntailmentModel, bundled_entailment, entailing
from retrieval.proof.lexicon import Lexicon
from retrieval.proof.lexis import LISTED
from retrieval.proof.numbers import is_proved, normalised, placed
from retrieval.proof.parsed import Sentence, Token, content_of, take_apart
from retrieval.proof.turns import role_fault, turn_fault, turns
from retrieval.proof.units import is_unit

logger = logging.getLogger(__name__)

# Where a longer sentence might be cut in two is not tried, for each cut is held against all units.
_MOST_HALVED = 10
# A translation may choose one word that no table has among so many that one does.
_MATCHED = 4
# An answer that says no more than yes or no to the question over it.
_BARE = re.compile(
    r"^\s*\w+\s*(?:[.。!！]|[,，]\s*(?:but|aber|pero|mais|不过|但)|$)", re.IGNORECASE
)
# Chinese counts by words that other languages do without.
_MEASURES = frozenset("艘匹头栋幢套株根顶架节类层桌排册幅枚盏间杯瓶箱包")
_LEADING = frozenset(LISTED["leading"])
# 10岁 is 10 wherever an age is told without its unit.
_AGES = frozenset(("岁", "周岁", "aged"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim stands: `reason` is empty then; `units` are the places of what proves it."""

    reason: str = ""
    units: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Return True if the claim stands."""
        return not self.reason


def judge(
    claim: str, units: Sequence[Unit], lexicon: Lexicon, model: EntailmentModel | None = None
) -> Verdict:
    """Return whether one unit says what the claim does, or two of which each says a half."""
    verdict = _judged_by_words(claim, units, lexicon)
    if verdict.reason != "unsupported":
        return verdict
    try:
        place = entailing(claim, units, model or bundled_entailment())
    except ModelUnusable as error:
        logger.warning("sentences in other words are dropped: %s", error)
        return verdict
    return verdict if place is None else Verdict("", (place,))


def _judged_by_words(claim: str, units: Sequence[Unit], lexicon: Lexicon) -> Verdict:
    said = take_apart(claim, lexicon, opens=True)
    if reason := _opener_fault(said):
        return Verdict(reason)
    reasons: Counter[str] = Counter()
    for place, unit in enumerate(units):
        reason = fault(said, said.clauses, unit, lexicon)
        if not reason:
            return Verdict("", (place,))
        reasons[reason] += 1
    if any(token.sign[0] == "cause" for token in said.tokens):
        # What two quotes tell is no cause of each other.
        return Verdict(_likeliest(reasons))
    if len(said.clauses) > _MOST_HALVED:
        return Verdict(_likeliest(reasons))
    for cut in range(1, len(said.clauses)):
        for pair in _both(said, cut, units, lexicon):
            return Verdict("", pair)
    return Verdict(_likeliest(reasons))


def _likeliest(reasons: Counter[str]) -> str:
    """Return the reason that tells most: that of the unit which came nearest."""
    for reason in ("turned", "role", "subject", "number"):
        if reasons[reason]:
            return reason
    return "unsupported"


def _both(
    said: Sentence, cut: int, units: Sequence[Unit], lexicon: Lexicon
) -> Iterable[tuple[int, int]]:
    """Yield pairs of units: the first says the clauses before the cut, the other the rest."""
    first, second = said.clauses[:cut], said.clauses[cut:]
    if not content_of(flat(second)):
        return
    subject = leading(said.clauses[0])
    for one, unit in enumerate(units):
        if fault(said, first, unit, lexicon):
            continue
        for other, follower in enumerate(units):
            if other == one or fault(said, second, follower, lexicon):
                continue
            quote = take_apart(follower.text, lexicon)
            if quote.leans:
                held = other == one + 1
            elif follower.whole:
                held = unit.whole or unit.head == follower.head
            else:
                words = [*content_of(flat(second)), *subject]
                held = is_covered(leading(quote.clauses[0]), words, quote, said, lexicon)
            if held:
                yield one, other


def fault(said: Sentence, clauses: Sequence[Sequence[Token]], unit: Unit, lexicon: Lexicon) -> str:
    """Return why a unit does not say what these clauses of a claim say; empty if it does."""
    quote = take_apart(unit.text, lexicon)
    if not any(token.kind in ("word", "han", "figure") for token in flat(clauses)):
        return "unsupported"
    answered = _answered(unit, lexicon)
    for clause in clauses:
        reason = _clause_fault(said, clause, quote, unit, lexicon) if clause else ""
        if reason and answered:
            reason = _clause_fault(said, clause, answered, unit, lexicon)
        if reason:
            return reason
    return ""


def _answered(unit: Unit, lexicon: Lexicon) -> Sentence | None:
    """Return the question over a plain yes or no as the statement that it makes of it."""
    asked = (unit.before or unit.head.rsplit(" > ", 1)[-1]).rstrip()
    answer = take_apart(unit.text, lexicon, opens=True)
    if not asked.endswith(("?", "？")) or not answer.opener or not _BARE.match(unit.text):
        return None
    statement = take_apart(asked, lexicon)
    if answer.opener == "yes" or not statement.tokens:
        return statement
    last = statement.tokens[-1]
    denial = replace(last, kind="not", text="not", place=len(statement.folded), sign=("not", 1))
    return replace(statement, tokens=(*statement.tokens, denial))


def _clause_fault(
    said: Sentence, clause: Sequence[Token], quote: Sentence, unit: Unit, lexicon: Lexicon
) -> str:
    drawn = Drawn()
    across = bool(HAN_CHARACTER.search(said.folded)) != bool(HAN_CHARACTER.search(quote.folded))
    unmatched, leads = 0, False
    for token in clause:
        if token.kind in ("word", "han"):
            found = places(token, quote, lexicon, said.language)
            if found:
                drawn.where[token.place] = found
            elif halves := in_parts(token, quote, lexicon):
                drawn.where |= dict(halves)
            elif _counts(token, clause, quote):
                continue
            elif _in_context(token, quote, unit, said, lexicon):
                drawn.outside.append(token)
            elif token.text in _LEADING and any(t.kind == "figure" for t in clause):
                leads = True
            elif across and not token.name and lexicon.knows(token.text):
                unmatched += 1
            else:
                return "unsupported"
        elif token.kind == "figure":
            found = _figure_places(token, quote)
            if found:
                drawn.where[token.place] = found
            elif _figure_in(token, unit):
                drawn.outside.append(token)
            else:
                return "number"
    if unmatched > len(drawn.where) // _MATCHED:
        return "unsupported"
    if not drawn.where:
        named = drawn.outside and not any(t.kind in ("sign", "not") for t in clause)
        return "" if named and len(said.clauses) > 1 else "unsupported"
    drawn.clauses = cover(drawn, quote)
    told = [t for t in quote.content if t.clause in drawn.clauses and not t.label]
    if leads and not all(holds(token, drawn.held) for token in told):
        # A sum of which the quote tells more than what it is for may be a fine or a grant.
        return "unsupported"
    if reason := subject_fault(clause, drawn, quote, unit, said, lexicon):
        return reason
    reason = turn_fault(clause, drawn, quote, unit, said, lexicon)
    return reason or role_fault(clause, drawn, quote, said)


def _counts(token: Token, clause: Sequence[Token], quote: Sentence) -> bool:
    """Return True for the unit of a figure which the quote has with the same unit: 12 minutes."""
    at = clause.index(token)
    if not at or clause[at - 1].kind != "figure":
        return False
    if token.text in _AGES:
        return True
    if token.text in _MEASURES and not HAN_CHARACTER.search(quote.folded):
        return True
    if not is_unit(token.text):
        return False
    known = [fact for t in quote.tokens if t.kind == "figure" for fact in t.facts if fact.units]
    return any(fact.units and is_proved(fact, known) for fact in clause[at - 1].facts)


def _in_context(
    token: Token, quote: Sentence, unit: Unit, said: Sentence, lexicon: Lexicon
) -> bool:
    """Return True if headings have the word, the lead of a list, or what `it` stands for."""
    around = [unit.head, unit.lead]
    if quote.leans:
        around.append(unit.before)
    return any(
        places(token, take_apart(text, lexicon), lexicon, said.language) for text in around if text
    )


def _figure_places(token: Token, quote: Sentence) -> list[int]:
    wanted = [fact for fact in token.facts if not fact.weak]
    found = []
    known = [t for t in quote.tokens if t.kind in ("figure", "weak")]
    for fact in wanted:
        here = [t.place for t in known if is_proved(fact, _of_kind(fact, t.facts))]
        if not here:
            return []
        found += here
    return found


def _of_kind(fact: Fact, known: Iterable[Fact]) -> list[Fact]:
    """Return the facts that may prove one: the third of them is no third floor."""
    both = {"ordinal", "number"}
    return [k for k in known if k.kind == fact.kind or {k.kind, fact.kind} != both]


def _figure_in(token: Token, unit: Unit) -> bool:
    """Return True if a heading holds a date or a number of a claim."""
    known = [fact for _, some in placed(normalised(f"{unit.head}\n{unit.lead}")) for fact in some]
    return all(is_proved(fact, known) for fact in token.facts if not fact.weak)


def adds_nothing(text: str, question: str, known: str, lexicon: Lexicon) -> bool:
    """Return True if a question that was written anew says nothing that was not said before.

    `known` is all that was said, with the question that it stands for.
    """
    said, source = take_apart(text, lexicon), take_apart(known, lexicon)
    _, denied = turns(take_apart(question, lexicon).tokens)
    signs, negations = turns(said.tokens)
    told, _ = turns(source.tokens)
    if bool(negations) != bool(denied) or any(not told[sign] for sign in signs):
        return False
    return all(
        _figure_places(token, source)
        if token.kind == "figure"
        else places(token, source, lexicon, said.language) or in_parts(token, source, lexicon)
        for token in said.tokens
        if token.kind in ("word", "han", "figure")
    )


def _opener_fault(said: Sentence) -> str:
    """Return `turned` for a yes before a negation, or a no before none."""
    if not said.opener:
        return ""
    found, left = turns(said.tokens)
    against = sum(count for (_, side), count in found.items() if side < 0)
    if said.opener == "no" and not (left or against):
        return "turned"
    return "turned" if said.opener == "yes" and left else ""

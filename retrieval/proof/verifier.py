"""Let through what a chat model writes sentence by sentence, and only what its sources prove.

Every sentence must cite passages that exist, and one or two units of them must say all that it says
(`agreement`); what stands in quotation marks, and addresses, must stand there as they are. What
fails is dropped and counted. The result does not depend on how the text was cut into pieces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from language.numerals import spelled_digits
from language.sentences import sentence_spans
from language.text import HAN_CHARACTER, fold
from retrieval.models import Passage
from retrieval.proof.agreement import judge
from retrieval.proof.evidence import Evidence, squeeze
from retrieval.proof.lexicon import Lexicon, load_lexicon
from retrieval.proof.markers import begins_marker, leading_markers, may_continue, take_markers
from retrieval.proof.orders import is_instruction
from retrieval.proof.plain import addresses, mentions, plain, visible

MOST_SENTENCES = 12
_LONGEST_SENTENCE = 600
# So many sentences of a reply are held against the passages, proved or not.
_MOST_JUDGEMENTS = 40
# What is written without an end is kept up to here, with the markers and links around its text;
# then it is too long whatever follows, and only its tail is kept, to find where it ends.
_LONGEST_WRITTEN = 1600
_TAIL = 200
# After so many marks that ended nothing, only one in so many further characters is looked at: a
# sentence that is passed over is found with the next one.
_MOST_MISSES = 16
_PASSED_OVER = 100
# A new sentence can begin only after one of these; the splitter decides whether it does.
_MAY_END = re.compile(r"[。！？!?.…।؟][\"'”’」』）)\]】］*\s\d,，†^]*$|[\n]\s*$|[\]］】][\s*]*$")
_CLAUSE_END = "；;:：,，、"
_QUOTED = re.compile(
    r"“([^“”\n]{1,80})”|「([^「」\n]{1,80})」|『([^『』\n]{1,80})』|《([^《》\n]{1,80})》"
    r"|〈([^〈〉\n]{1,80})〉|\"([^\"\n]{1,80})\"|«([^«»\n]{1,80})»|‘([^‘’\n]{2,80})’"
)


@dataclass(frozen=True, slots=True)
class Proved:
    """A sentence that passed: its text without markers, and what it rests on.

    `units` are (place of the passage, place of the unit in it).
    """

    text: str
    units: tuple[tuple[int, int], ...]

    @property
    def cited(self) -> tuple[int, ...]:
        """Return the places of the passages."""
        return tuple(dict.fromkeys(place for place, _ in self.units))


class Verifier:
    """Check the reply to one question while it is being written.

    `passages` are in the order of their numbers in the prompt, from 1. `lexicon` lets a sentence
    in one language be held against a passage in another.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        language: str = "",
        *,
        lexicon: Lexicon | None = None,
        most: int = MOST_SENTENCES,
    ) -> None:
        """Begin with nothing written; `most` sentences are let through."""
        self.most = most
        self.evidence = [Evidence(passage) for passage in passages]
        self.proved: list[Proved] = []
        self.dropped: Counter[str] = Counter()
        self._language = language
        self._lexicon = lexicon or load_lexicon()
        self._judgements = 0
        self._buffer = ""
        self._is_overlong = False
        self._misses = 0
        self._looked_at = 0
        self._seen: set[str] = set()

    @property
    def order(self) -> list[int]:
        """Return the places of the cited passages by first appearance: number 1 is the first."""
        return list(dict.fromkeys(place for sentence in self.proved for place in sentence.cited))

    def feed(self, text: str) -> list[Proved]:
        """Take the next piece of the reply and return the sentences that it completes."""
        passed: list[Proved] = []
        for character in visible(text):
            # A line break is a sentence end of its own; elsewhere a new character must follow.
            if not character.isspace() and self._may_end():
                passed += self._settle(character)
            self._buffer += character
            if len(self._buffer) > (_TAIL * 2 if self._is_overlong else _LONGEST_WRITTEN):
                self._is_overlong, self._buffer = True, self._buffer[-_TAIL:]
                self._looked_at = 0
        return passed

    def _may_end(self) -> bool:
        """Return True if a sentence may end here and it is worth a look."""
        grown = len(self._buffer) - self._looked_at
        if self._misses > _MOST_MISSES and grown < _PASSED_OVER:
            return False
        return _MAY_END.search(self._buffer[-80:]) is not None

    def finish(self, *, complete: bool = True) -> list[Proved]:
        """Take the end of the reply; an incomplete last sentence is dropped, not proved."""
        rest, self._buffer = self._buffer, ""
        return self._check_all(rest, _merged(rest), cut=not complete)

    def _settle(self, character: str) -> list[Proved]:
        """Check what is complete now that another character follows, and keep the rest."""
        seen = self._buffer + character
        self._misses, self._looked_at = self._misses + 1, len(self._buffer)
        if may_continue(self._buffer) or begins_marker(character):
            return []
        spans = _merged(seen)
        if len(spans) < 2 or spans[-1][0] < len(seen) - 1:
            return []
        passed = self._check_all(seen, spans[:-1])
        self._buffer, self._misses, self._looked_at = "", 0, 0
        return passed

    def _check_all(
        self, text: str, spans: Sequence[tuple[int, int]], *, cut: bool = False
    ) -> list[Proved]:
        """Check sentences in order; `cut` says that the last one was never finished."""
        passed = []
        for place, (start, end) in enumerate(spans):
            reason = "cut" if cut and place == len(spans) - 1 else ""
            if self._is_overlong:
                # This is the end of a sentence whose beginning is not kept.
                self._is_overlong, reason = False, "too_long"
            passed += self._check(text[start:end], reason)
        return passed

    def _check(self, sentence: str, reason: str = "") -> list[Proved]:
        """Return the sentence if it passed, in a list; else count why it did not."""
        body, numbers = take_markers(sentence)
        text = plain(body).replace("**", "")
        if not re.search(r"\w", text):
            return []
        places = tuple(n - 1 for n in numbers if 1 <= n <= len(self.evidence))
        if not reason:
            reason, units = self._judged(body, text, places, cites=bool(numbers))
        if reason:
            self.dropped[reason] += 1
            return []
        self._seen.add(squeeze(text))
        proved = Proved(text, units)
        self.proved.append(proved)
        return [proved]

    def _judged(
        self, body: str, text: str, places: tuple[int, ...], *, cites: bool
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Return why a sentence may not be posted, or an empty string and the units it rests on."""
        if reason := self._fault(body, text, places, cites=cites):
            return reason, ()
        self._judgements += 1
        known = [(place, at) for place in places for at in range(len(self.evidence[place].units))]
        units = [self.evidence[place].units[at] for place, at in known]
        plainly = [replace(unit, text=_without_addresses(unit.text)) for unit in units]
        verdict = judge(_without_addresses(text), plainly, self._lexicon)
        proof = tuple(known[place] for place in verdict.units)
        if verdict and all(is_instruction(units[place].text) for place in verdict.units):
            return "order", ()
        return verdict.reason, proof

    def _fault(self, body: str, text: str, places: tuple[int, ...], *, cites: bool) -> str:
        """Return what forbids a sentence whatever the passages say, or an empty string."""
        cited = [self.evidence[place] for place in places]
        if not cited:
            return "unknown_citation" if cites else "uncited"
        if len(text) > _LONGEST_SENTENCE or len(self.proved) >= self.most:
            return "too_long"
        if self._judgements >= _MOST_JUDGEMENTS:
            return "too_long"
        if squeeze(text) in self._seen:
            return "repeated"
        if mentions(body):
            return "mention"
        if any(not _holds(cited, address) for address in addresses(text)):
            return "address"
        if any(not _holds_name(cited, digits) for digits in spelled_digits(text)):
            return "number"
        if any(not _holds_name(cited, name) for name in _quoted(text)):
            return "name"
        return "language" if self._is_foreign(text) else ""

    def _is_foreign(self, words: str) -> bool:
        """Return True if a sentence is plainly in another language than the question."""
        latin = len(re.findall(r"[A-Za-z]{2,}", words))
        if self._language.startswith("zh"):
            return latin >= 3 and not HAN_CHARACTER.search(words)
        if self._language == "en":
            return len(HAN_CHARACTER.findall(words)) >= 6 and not re.search(r"\b[a-z]{2,}", words)
        return False


def _merged(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a reply: each with the markers that follow it, clauses joined."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        if spans:
            last_start, last_end = spans[-1]
            same_line = "\n" not in text[last_end:start]
            if same_line and text[last_end - 1] in _CLAUSE_END:
                spans[-1] = (last_start, end)
                continue
            markers = leading_markers(text[start:end]) if same_line else 0
            if markers:
                spans[-1] = (last_start, start + markers)
                rest = text[start + markers : end]
                if not rest.strip(" 。.，,;；"):
                    spans[-1] = (last_start, end)
                    continue
                start = end - len(rest.lstrip())
        spans.append((start, end))
    return spans


def _without_addresses(text: str) -> str:
    """Return the text without addresses, which must stand in the passage as they are."""
    for address in addresses(text):
        text = re.sub(re.escape(address), "", text, flags=re.IGNORECASE)
    return text


def _quoted(words: str) -> list[str]:
    """Return what stands in quotation marks or title marks."""
    return [next(filter(None, found.groups())) for found in _QUOTED.finditer(words)]


def _holds_name(cited: Sequence[Evidence], name: str) -> bool:
    """Return True if a cited passage holds the name, whatever its blanks and punctuation."""
    wanted = squeeze(name)
    return not wanted or any(wanted in evidence.squeezed for evidence in cited)


def _holds(cited: Sequence[Evidence], address: str) -> bool:
    """Return True if a cited passage holds an address as it is."""
    wanted = fold(address).rstrip(".,;:!?)")
    return any(wanted in evidence.folded for evidence in cited)

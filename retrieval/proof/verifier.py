"""Let through what a chat model writes sentence by sentence, and only what its sources prove.

Every sentence must cite passages that exist; each number, amount, share, date and time in it must
stand in a cited passage, and so must names in quotation marks and addresses. What fails is dropped
and counted. The result does not depend on how the text was cut into pieces on its way here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.words.sentences import sentence_spans
from index.words.text import HAN_CHARACTER, fold
from retrieval.models import Passage
from retrieval.proof.evidence import Encode, Evidence, squeeze
from retrieval.proof.markers import begins_marker, leading_markers, may_continue, take_markers
from retrieval.proof.numbers import facts, is_proved, missing
from retrieval.proof.numerals import spelled_digits
from retrieval.proof.orders import gives_orders
from retrieval.proof.plain import addresses, mentions, plain, visible

MOST_SENTENCES = 12
_LONGEST_SENTENCE = 1200
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
    """A sentence that passed: its text without markers, and the places of what it cites."""

    text: str
    cited: tuple[int, ...]
    breaks_line: bool = False


class Verifier:
    """Check the reply to one question while it is being written.

    `passages` are in the order of their numbers in the prompt, from 1. `encode` (texts to unit
    rows) lets a sentence in one language be held against a passage in another.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        language: str = "",
        encode: Encode | None = None,
        *,
        most: int = MOST_SENTENCES,
    ) -> None:
        """Begin with nothing written; `most` sentences are let through."""
        self.most = most
        self.evidence = [Evidence(passage) for passage in passages]
        self.proved: list[Proved] = []
        self.dropped: Counter[str] = Counter()
        self._language = language
        self._encode = encode
        self._buffer = ""
        self._is_overlong = False
        self._misses = 0
        self._looked_at = 0
        self._breaks_line = False
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
        self._breaks_line |= "\n" in self._buffer[spans[-2][1] :]
        self._buffer, self._misses, self._looked_at = "", 0, 0
        return passed

    def _check_all(
        self, text: str, spans: Sequence[tuple[int, int]], *, cut: bool = False
    ) -> list[Proved]:
        """Check sentences in order; `cut` says that the last one was never finished."""
        passed, last = [], 0
        for place, (start, end) in enumerate(spans):
            self._breaks_line |= "\n" in text[last:start]
            reason = "cut" if cut and place == len(spans) - 1 else ""
            if self._is_overlong:
                # This is the end of a sentence whose beginning is not kept.
                self._is_overlong, reason = False, "too_long"
            passed += self._check(text[start:end], reason)
            last = end
        return passed

    def _check(self, sentence: str, reason: str = "") -> list[Proved]:
        """Return the sentence if it passed, in a list; else count why it did not."""
        body, numbers = take_markers(sentence)
        text = plain(body)
        if not re.search(r"\w", text):
            return []
        places = tuple(n - 1 for n in numbers if 1 <= n <= len(self.evidence))
        reason = reason or self._fault(body, text, places, cites=bool(numbers))
        if reason:
            self.dropped[reason] += 1
            return []
        self._seen.add(squeeze(text))
        proved = Proved(text, self._relevant(text, places), self._breaks_line)
        self._breaks_line = False
        self.proved.append(proved)
        return [proved]

    def _fault(self, body: str, text: str, places: tuple[int, ...], *, cites: bool) -> str:
        """Return why a sentence may not be posted, or an empty string."""
        cited = [self.evidence[place] for place in places]
        words = text.replace("**", "")
        if not cited:
            return "unknown_citation" if cites else "uncited"
        if len(text) > _LONGEST_SENTENCE or len(self.proved) >= self.most:
            return "too_long"
        if squeeze(text) in self._seen:
            return "repeated"
        if mentions(body):
            return "mention"
        if any(not _holds(cited, address) for address in addresses(words)):
            return "address"
        known = [fact for each in cited for fact in each.facts_beside(words, self._encode)]
        spelled = spelled_digits(words)
        if missing(facts(words), known) or any(not _holds_name(cited, each) for each in spelled):
            return "number"
        if any(not _holds_name(cited, name) for name in _quoted(words)):
            return "name"
        if self._is_foreign(words):
            return "language"
        if not any(evidence.is_about(words, self._encode) for evidence in cited):
            return "unsupported"
        if all(gives_orders(e.sentences[e.best_sentence(words, self._encode)]) for e in cited):
            return "order"
        return ""

    def _relevant(self, text: str, places: tuple[int, ...]) -> tuple[int, ...]:
        """Return the cited passages without those that add nothing to the proof."""
        words = text.replace("**", "")
        about = [p for p in places if self.evidence[p].is_about(words, self._encode)]
        known = [fact for place in about for fact in self.evidence[place].facts]
        unproved = missing(facts(words), known)
        names = [n for n in _quoted(words) if not _holds_name([self.evidence[p] for p in about], n)]
        return tuple(
            place
            for place in places
            if place in about
            or any(is_proved(fact, self.evidence[place].facts) for fact in unproved)
            or any(_holds_name([self.evidence[place]], name) for name in names)
        )

    def _is_foreign(self, words: str) -> bool:
        """Tell whether a sentence is plainly in another language than the question."""
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


def _quoted(words: str) -> list[str]:
    """Return what stands in quotation marks or title marks."""
    return [next(filter(None, found.groups())) for found in _QUOTED.finditer(words)]


def _holds_name(cited: Sequence[Evidence], name: str) -> bool:
    """Tell whether a cited passage holds the name, whatever its blanks and punctuation."""
    wanted = squeeze(name)
    return not wanted or any(wanted in evidence.squeezed for evidence in cited)


def _holds(cited: Sequence[Evidence], address: str) -> bool:
    """Tell whether a cited passage holds an address as it is."""
    wanted = fold(address).rstrip(".,;:!?)")
    return any(wanted in evidence.folded for evidence in cited)

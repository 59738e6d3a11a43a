"""Proved sentences become the text of an answer: numbered by appearance, each with its quotes."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.citations import Quote, cite, quote_from
from retrieval.models import Citation
from retrieval.proof.evidence import Encode, Evidence
from retrieval.proof.verifier import Proved

_MOST_QUOTES_OF_A_PASSAGE = 2


class WrittenAnswer:
    """The answer so far. A number stands for one quoted sentence and never changes."""

    def __init__(self, evidence: Sequence[Evidence], encode: Encode | None = None) -> None:
        """Begin with nothing; `evidence` is in the order of the passages in the prompt."""
        self.text = ""
        self._evidence = evidence
        self._encode = encode
        self._quotes: list[Quote] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the citations by number, from 1."""
        return cite(self._quotes)

    def add(self, sentence: Proved) -> str:
        """Add a sentence and return the text that it appends."""
        numbers = sorted(
            {number for place in sentence.cited for number in self._cite(place, sentence)}
        )
        marks = "".join(f"[{number}]" for number in numbers)
        gap = ("\n" if sentence.breaks_line else " ") if self.text else ""
        added = f"{gap}{sentence.text} {marks}"
        self.text += added
        return added

    def _cite(self, place: int, sentence: Proved) -> list[int]:
        """Return the numbers of the sentences of a passage that prove this one."""
        evidence = self._evidence[place]
        proof = evidence.proof(sentence.text.replace("**", ""), self._encode)
        return [
            self._number(quote_from(evidence.passage, *evidence.spans[at]))
            for at in proof[:_MOST_QUOTES_OF_A_PASSAGE]
        ]

    def _number(self, quote: Quote) -> int:
        """Return the number of a quote: the one it has, or the next."""
        wanted = (quote.article_id, quote.start, quote.end)
        for number, known in enumerate(self._quotes, start=1):
            if (known.article_id, known.start, known.end) == wanted:
                return number
        self._quotes.append(quote)
        return len(self._quotes)

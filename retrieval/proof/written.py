"""Proved sentences become the text of an answer, each with the quotes that it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.citations import cite, written
from retrieval.models import Citation
from retrieval.proof.evidence import Evidence, squeeze
from retrieval.proof.verifier import Proved


class WrittenAnswer:
    """The answer so far. A number stands for one quoted unit and never changes.

    A sentence is followed by its quotes, a line each; one that is a quote is that line alone.
    """

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        """Begin with nothing; `evidence` is in the order of the passages in the prompt."""
        self.text = ""
        self._evidence = evidence
        self._quotes: list[Citation] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the citations by number, from 1."""
        return cite(self._quotes)

    def add(self, sentence: Proved) -> str:
        """Add a sentence with its quotes and return the text that it appends."""
        before = len(self._quotes)
        numbers = sorted({self._number(*unit) for unit in sentence.units})
        lines = [written([citation]) for citation in self.citations[before:]]
        said = squeeze(sentence.text)
        verbatim = len(numbers) == 1 and said == squeeze(self._quotes[numbers[0] - 1].quote)
        if not (verbatim and lines):
            marks = "".join(f"[{number}]" for number in numbers)
            lines.insert(0, f"{sentence.text} {marks}")
        added = ("\n" if self.text else "") + "\n".join(lines)
        self.text += added
        return added

    def _number(self, place: int, unit: int) -> int:
        """Return the number of a unit as a quote: the one it has, or the next."""
        quote = self._evidence[place].quote(unit)
        wanted = (quote.article_id, quote.start, quote.end)
        for number, known in enumerate(self._quotes, start=1):
            if (known.article_id, known.start, known.end) == wanted:
                return number
        self._quotes.append(quote)
        return len(self._quotes)

"""What is remembered of an earlier question: itself, its answer, and the span that answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
# A longer bold span is a clause, which cannot stand where a pronoun stood.
_LONGEST_SPAN = 60


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question, made self-contained, and its answer in Markdown."""

    question: str
    answer: str

    @property
    def span(self) -> str:
        """Return the bold span of the answer if it is short, else an empty string."""
        found = _BOLD.search(self.answer)
        span = " ".join(found.group(1).split()) if found else ""
        return span if len(span) <= _LONGEST_SPAN else ""

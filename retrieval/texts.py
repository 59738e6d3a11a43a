"""What those who show answers may ask about a text: its language and its sentence ends."""

from __future__ import annotations

from language.sentences import sentence_spans
from language.text import language_of

__all__ = ["language_of", "sentence_spans"]

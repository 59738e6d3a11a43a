"""Questions made of a library's own sentences, so that it tells by itself what a match is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.library import Library
from index.models import Chunk
from index.words.stemming import function_words
from index.words.text import fold
from retrieval.reading.passages import SentenceView, view_passage
from retrieval.reading.spans import Span

_FEWEST_TOKENS = 5
_MOST_TOKENS = 22
_ASKED = {
    "number": ("多少", "How many"),
    "time": ("什么时候", "When"),
    "person": ("谁", "Who"),
    "name": ("什么", "What"),
    "quoted": ("什么", "What"),
}


@dataclass(frozen=True, slots=True)
class PseudoQuestion:
    """A sentence with one of its facts asked for; the article and passage that hold it."""

    text: str
    article_id: str
    chunk_id: str


def pseudo_questions(library: Library, most: int) -> Iterator[PseudoQuestion]:
    """Yield up to `most` questions, of articles spread evenly over the library."""
    entries = library.articles()
    step = max(1, len(entries) // most)
    rounds = max(1, most // max(1, len(entries)))
    made = 0
    for entry in entries[::step]:
        chunks = library.chunks_of(entry.article.id)
        for chunk in chunks[:: max(1, len(chunks) // rounds)][:rounds]:
            text = _question_of(chunk)
            if text:
                yield PseudoQuestion(text, chunk.article_id, chunk.id)
                made += 1
            if made >= most:
                return


def _question_of(chunk: Chunk) -> str:
    """Return a question to a fact in the middle of a passage; empty if it states none."""
    sentences = view_passage(chunk.text)
    middle = len(sentences) // 2
    for sentence in (*sentences[middle:], *sentences[:middle]):
        for span, first, last in sentence.spans:
            if span.kind in _ASKED:
                text = _asked(sentence, span, first, last)
                if text:
                    return text
    return ""


def _asked(sentence: SentenceView, span: Span, first: int, last: int) -> str:
    """Return the clause of a span with the span asked for."""
    tokens = sentence.tokens
    clause = int(sentence.clauses[first])
    inside = [i for i in range(len(tokens)) if sentence.clauses[i] == clause]
    inside = inside[max(0, first - inside[0] - _MOST_TOKENS // 2) :][:_MOST_TOKENS]
    if len(inside) - (last - first) < _FEWEST_TOKENS or last - 1 not in inside:
        return ""
    han, latin = _ASKED[span.kind]
    if tokens.characters[inside[0]]:
        start, end = tokens.starts[inside[0]], tokens.ends[inside[-1]]
        return f"{sentence.text[start : span.start]}{han}{sentence.text[span.end : end]}？"
    stop = function_words("english")
    words = [
        sentence.text[tokens.starts[i] : tokens.ends[i]] for i in inside if not first <= i < last
    ]
    kept = [word for word in words if fold(word) not in stop]
    return f"{latin} {' '.join(kept)}?" if len(kept) >= _FEWEST_TOKENS - 2 else ""

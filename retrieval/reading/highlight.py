"""The span of a sentence to print in bold: the number, time or name asked for, or what answers."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from index.words.stemming import function_words
from index.words.text import fold
from retrieval.reading.edges import is_no_name, name_end, place_start, whole_words, words_of
from retrieval.reading.meanings import Meanings
from retrieval.reading.measures import Measure
from retrieval.reading.passages import GAP_NONE, SentenceView
from retrieval.reading.questions import QuestionView
from retrieval.reading.span_patterns import SPAN_KINDS, WANTED
from retrieval.reading.spans import Span
from retrieval.reading.tagging import best_run

Rows = NDArray[np.float32]

# A token is likelier to belong to the answer than not from this logit down: the training saw
# mostly sentences that hold no answer at all.
TAG_OFFSET = 1.2
# No bold is better than a wrong one. The least mean logit of a span of the kind asked for, where it
# is the only one in its sentence, and where there are others, which it then must lead by so much.
_LEAST_ALONE = {"number": -9.0, "time": -9.0, "person": -3.5, "place": -2.5}
_LEAST_CHOSEN = {"number": -2.0, "time": -2.0, "person": -1.0, "place": -1.5}
_LEAD = 0.4
_LEAST_RUN = 0.0
# How much less likely than the likeliest token of the sentence a span of its kind may be.
_SLACK = 2.0
_LONGEST_SHARE = 0.85
_SHORT = 4
_NOUN = 3
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", "(": ")", "（": "）", "[": "]"}
Words = list[tuple[int, int]]


def highlight(
    question: QuestionView, sentence: SentenceView, scores: Rows, meanings: Meanings
) -> tuple[int, int] | None:
    """Return the span as offsets into the sentence; None where nothing stands out.

    `scores` are the logits of the sentence's tokens; `meanings` know where words end.
    """
    if not len(scores):
        return None
    words = words_of(sentence, meanings)
    if question.asked.kind in _LEAST_ALONE:
        typed = _typed(question, sentence, scores, words)
        # A run of likely tokens is no number, time or person: it would cut words in two.
        if typed is not None or question.asked.kind != "place":
            return typed
    return _run(question, sentence, scores, words)


def holds_rival(question: QuestionView, sentence: SentenceView) -> bool:
    """Tell whether a sentence holds a number, time, person or place that could be what is asked."""
    kind = question.asked.kind
    return kind in _LEAST_ALONE and any(
        span.kind == WANTED[kind][0] and not _is_asked(question, sentence, first, last)
        for span, first, last in sentence.spans
    )


def _run(
    question: QuestionView, sentence: SentenceView, scores: Rows, words: Words
) -> tuple[int, int] | None:
    """Return the likeliest run of tokens, if it is likely and says something new."""
    first, last, _ = best_run(scores + TAG_OFFSET)
    if float(scores[first:last].mean()) < _LEAST_RUN:
        return None
    quoted = _quoted(question, sentence, first, last)
    if quoted is not None:
        return quoted
    first, last = whole_words(words, *_completed(question, sentence, first, last))
    too_long = last - first > _LONGEST_SHARE * len(scores) and len(scores) > _SHORT
    if too_long or _is_asked(question, sentence, first, last):
        return None
    start, end = sentence.tokens.starts[first], sentence.tokens.ends[last - 1]
    return _whole_quotes(sentence.text, start, end)


def _typed(
    question: QuestionView, sentence: SentenceView, scores: Rows, words: Words
) -> tuple[int, int] | None:
    """Return the likeliest span of the kind asked for."""
    wanted = WANTED[question.asked.kind]
    measure = Measure(question)
    found: list[tuple[float, float, Span]] = []
    for span, first, last in sentence.spans:
        if span.kind not in wanted or _is_asked(question, sentence, first, last):
            continue
        if span.kind == "person" and is_no_name(words, first, last):
            continue
        if span.kind == "number" and _names_another(question, sentence, first):
            continue
        # The kind that is asked for, before a name of any kind; the longest of equals.
        mean = float(scores[first:last].mean())
        likely = mean + 0.3 * (span.kind == wanted[0]) + 0.05 * (last - first)
        likely += 3.0 * (measure.fits(sentence, span, first, last) - 0.5)
        found.append((likely, mean, span))
    if not found:
        return None
    likely, mean, best = max(found, key=lambda each: each[0])
    others = [each[0] for each in found if not _overlap(each[2], best)]
    least = (_LEAST_CHOSEN if others else _LEAST_ALONE)[question.asked.kind]
    if mean < least or likely < max([float(scores.max()) - _SLACK, *(o + _LEAD for o in others)]):
        return None
    return _trimmed(sentence.text, best)


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    """Return the span without what is no part of a name, and with the unit of a number."""
    if span.kind == "person":
        return span.start, name_end(text, span.start, span.end)
    if span.kind == "place":
        return place_start(text, span.start, span.end), span.end
    return span.start, _end_with_unit(text, span)


def _end_with_unit(text: str, span: Span) -> int:
    """Return where a number ends with its unit: 442辆, 85 feet, 143-year-old."""
    if not span.unit:
        return span.end
    if not span.unit.isascii():
        return span.end + len(span.unit)
    word = re.match(r"[ -]([^\W\d_]+(?:-[^\W\d_]+)*)", text[span.end :])
    if word is None or fold(word.group(1)) in function_words("english"):
        return span.end
    return span.end + word.end()


def _is_asked(question: QuestionView, sentence: SentenceView, first: int, last: int) -> bool:
    """Tell whether a span stands in the question, and so cannot answer it."""
    return sentence.tokens.run(first, last).strip() in question.tokens.flow


def _names_another(question: QuestionView, sentence: SentenceView, first: int) -> bool:
    """Tell whether a number names another one of a kind: line 6, where line 14 is asked about."""
    keys = question.tokens.keys
    before = {keys[at - 1] for at in range(1, len(keys)) if keys[at][0].isdigit()}
    return first > 0 and sentence.tokens.keys[first - 1] in before


def _quoted(
    question: QuestionView, sentence: SentenceView, first: int, last: int
) -> tuple[int, int] | None:
    """Return the quoted words that a run of tokens covers most of."""
    best: tuple[int, Span] | None = None
    for span, start, end in sentence.spans:
        shared = min(last, end) - max(first, start)
        if span.kind != "quoted" or shared * 2 <= end - start:
            continue
        if (not best or shared > best[0]) and not _is_asked(question, sentence, start, end):
            best = shared, span
    return (best[1].start, best[1].end) if best else None


def _completed(
    question: QuestionView, sentence: SentenceView, first: int, last: int
) -> tuple[int, int]:
    """Widen a run to the noun that the question asks for after it, and to a whole number."""
    keys = sentence.tokens.keys
    asked = question.tokens.keys[question.asked_last : question.asked_last + _NOUN]
    for key in asked:
        if keys[last : last + 1] != (key,) or sentence.gaps[last] != GAP_NONE:
            break
        last += 1
    number = SPAN_KINDS.index("number")
    if first and not sentence.gaps[first] and sentence.kinds[first - 1, number]:
        while first and sentence.kinds[first - 1, number] and not sentence.gaps[first]:
            first -= 1
    return first, last


def _whole_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to whole quotations and brackets."""
    if start > 0 and end < len(text) and _QUOTES.get(text[start - 1]) == text[end]:
        return start - 1, end + 1
    for opening, closing in _QUOTES.items():
        more = text.count(opening, start, end) - text.count(closing, start, end)
        if more > 0 and text[end : end + 1] == closing:
            end += 1
        elif more < 0 and start and text[start - 1] == opening:
            start -= 1
    return start, end

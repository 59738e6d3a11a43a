"""The span of a sentence to print in bold: the number, time or name asked for, or what answers."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from retrieval.passages import SentenceView
from retrieval.questions import QuestionView
from retrieval.spans import Span, answer_spans
from retrieval.tagging import WANTED, best_run

Rows = NDArray[np.float32]

# A token is likelier to belong to the answer than not from this logit down: the training saw
# mostly sentences that hold no answer at all.
TAG_OFFSET = 1.2
# How much less likely than the likeliest token a number or name of the kind asked for may be.
_SLACK = 3.0
_LONGEST_SHARE = 0.85
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", '"': '"', "(": ")", "（": "）"}
_MEASURES = frozenset(
    "个辆座项条人名次年月日天米吨元件家所位种只头台架艘栋层间套张份本篇首部场届届岁度分秒时点里亩户"
    "万亿倍成级类组批轮站路号公千平摄美英欧日港％%℃"
)


def highlight(
    question: QuestionView, sentence: SentenceView, scores: Rows
) -> tuple[int, int] | None:
    """Return the span as offsets into the sentence; None where nothing stands out.

    `scores` are the logits of the sentence's tokens.
    """
    if not len(scores):
        return None
    typed = _typed(question, sentence, scores)
    if typed is not None:
        return typed
    first, last, _ = best_run(scores + TAG_OFFSET)
    if last - first > _LONGEST_SHARE * len(scores) and len(scores) > 4:
        return None
    start, end = sentence.tokens.starts[first], sentence.tokens.ends[last - 1]
    return _whole_quotes(sentence.text, start, end)


def _typed(question: QuestionView, sentence: SentenceView, scores: Rows) -> tuple[int, int] | None:
    """Return the likeliest span of the kind asked for."""
    wanted = WANTED.get(question.asked.kind, ())
    if question.asked.kind in ("which", "what", "polar"):
        return None
    best: tuple[float, Span] | None = None
    for span in answer_spans(sentence.text):
        if span.kind not in wanted:
            continue
        first = bisect_left(sentence.tokens.starts, span.start)
        last = bisect_left(sentence.tokens.starts, span.end)
        if first >= last or sentence.tokens.run(first, last).strip() in question.tokens.flow:
            continue
        # The kind that is asked for, before a name of any kind; the longest of equals.
        likely = float(scores[first:last].mean()) + 0.3 * (span.kind == wanted[0])
        likely += 0.05 * (last - first) + 1.5 * _counts(question, span)
        if best is None or likely > best[0]:
            best = likely, span
    if best is None or best[0] < float(scores.max()) - _SLACK:
        return None
    return best[1].start, best[1].end + _unit_length(question, best[1])


def _counts(question: QuestionView, span: Span) -> bool:
    """Tell whether a number counts what is asked for."""
    unit = question.asked.unit
    return bool(unit and span.unit and span.unit[0] == unit[0])


def _unit_length(question: QuestionView, span: Span) -> int:
    """Return how much of what follows a number belongs to it: its measure word."""
    if span.kind != "number" or not span.unit or span.unit.isascii():
        return 0
    asked = question.asked.unit
    shared = 0
    while shared < min(len(asked), len(span.unit)) and asked[shared] == span.unit[shared]:
        shared += 1
    return shared or int(span.unit[0] in _MEASURES)


def _whole_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span that fills a quotation or bracket, so that its marks are inside too."""
    if start > 0 and end < len(text) and _QUOTES.get(text[start - 1]) == text[end]:
        return start - 1, end + 1
    for opening, closing in _QUOTES.items():
        if opening != closing and text.count(opening, start, end) != text.count(
            closing, start, end
        ):
            if text[end : end + 1] == closing:
                end += 1
            elif text[max(0, start - 1) : start] == opening:
                start -= 1
    return start, end

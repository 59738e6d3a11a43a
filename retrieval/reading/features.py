"""What tells that a sentence answers: features of every sentence of the passages found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.models import Passage
from retrieval.reading.matching import Match, match_texts
from retrieval.reading.meanings import Meanings
from retrieval.reading.measures import UNKNOWN, Measure
from retrieval.reading.passages import SentenceView, view_passage, view_title
from retrieval.reading.question_words import KINDS
from retrieval.reading.questions import QuestionView
from retrieval.reading.span_patterns import WANTED

Rows = NDArray[np.float32]

_HELD = 0.5
_SURE, _WHOLE = 0.8, 0.94
_CUES = {
    "reason": re.compile(
        "因|由于|由於|为了|為了|以便|故|所以|导致|導致|使得|because|due to|since |as a result"
        "|in order|therefore|so that|weil|porque|потому|поэтому|vì "
    ),
    "definition": re.compile("是|指|称|稱|即|意思|为|為| is | are | was | were |means|refers"),
    "manner": re.compile("通过|通過|以|用|透过|透過|利用|经由|經由|by |through|using|via "),
}
SENTENCE_FEATURES: tuple[str, ...] = (
    *("held", "held_sure", "held_whole", "held_sense"),
    *("with_last", "with_next", "with_title", "title", "context", "wide", "passage"),
    *("context_sense", "passage_sense"),
    *("gap", "gap_context", "gap_passage"),
    *("score", "score_of_best", "first_passage", "rank"),
    *("length", "density", "first_sentence", "place", "is_question"),
    *("below_best", "context_below_best", "passage_below_best", "sense_below_best"),
    *("left", "right", "around", "around_context", "left_sense", "right_sense"),
    *("cue", "fits", "wanted"),
    *(f"asks_{kind}" for kind in KINDS),
)


@dataclass(frozen=True, slots=True)
class Board:
    """The sentences of the passages found, side by side. Arrays have one row a sentence.

    `passage` is the index of its passage; `last` the row of the sentence before it in its
    article, or -1; `words` and `senses` are (sentences, question tokens) strengths, `near` how
    near in meaning the nearest word is.
    """

    question: QuestionView
    passages: Sequence[Passage]
    sentences: list[SentenceView]
    matches: list[Match]
    passage: NDArray[np.int64]
    place: NDArray[np.int64]
    last: NDArray[np.int64]
    words: Rows
    senses: Rows
    titles: Rows
    near: Rows


def lay_out(question: QuestionView, passages: Sequence[Passage], meanings: Meanings) -> Board:
    """Take the passages apart and look the question up in every sentence and title."""
    views = [view_passage(passage.text) for passage in passages]
    sentences = [sentence for view in views for sentence in view]
    titles = [view_title(passage.title) for passage in passages]
    matches, near = match_texts(question, [s.tokens for s in sentences] + titles, meanings)
    width = len(question.tokens)
    shape = (len(matches), width)
    words = np.array([m.words.max(axis=0, initial=0.0) for m in matches]).reshape(shape)
    senses = np.array([m.senses.max(axis=0, initial=0.0) for m in matches]).reshape(shape)
    count = len(sentences)
    passage = np.array([i for i, view in enumerate(views) for _ in view], dtype=np.int64)
    place = np.array([j for view in views for j in range(len(view))], dtype=np.int64)
    return Board(
        question,
        passages,
        sentences,
        matches[:count],
        passage,
        place,
        _last_rows(passages, views),
        words[:count],
        senses[:count],
        senses[count:],
        np.maximum(near[:count], senses[:count]),
    )


def held_anywhere(board: Board) -> Rows:
    """Return how well each token of the question is held by any sentence or title found."""
    held: Rows = np.maximum(
        board.senses.max(axis=0, initial=0.0), board.titles.max(axis=0, initial=0.0)
    )
    return held


def _last_rows(
    passages: Sequence[Passage], views: Sequence[Sequence[SentenceView]]
) -> NDArray[np.int64]:
    """Return for each sentence the row of the one before it in its article; -1: not there."""
    ends: dict[tuple[str, int], int] = {}
    at = 0
    for passage, view in zip(passages, views, strict=True):
        at += len(view)
        ends[passage.article_id, passage.ordinal] = at - 1
    rows: list[int] = []
    for passage, view in zip(passages, views, strict=True):
        before = ends.get((passage.article_id, passage.ordinal - 1), -1)
        for place in range(len(view)):
            rows.append(before if place == 0 else len(rows) - 1)
    return np.array(rows, dtype=np.int64)


def sentence_features(board: Board, rarity: Callable[[str], float]) -> Rows:
    """Return (sentences, SENTENCE_FEATURES)."""
    weights = np.array(board.question.weights, dtype=np.float32)
    weights = weights / (weights.sum() + 1e-6)
    held = _held(board, weights)
    columns = [*held, *_gaps(board, weights), *_standing(board), *_form(board, weights, rarity)]
    own, context, passage, sense = held[0], held[8], held[10], held[11]
    columns += [values - values.max() for values in (own, context, passage, sense)]
    columns += _beside_asked(board, weights)
    columns += _told(board)
    asks = np.zeros((len(board.sentences), len(KINDS)), dtype=np.float32)
    asks[:, KINDS.index(board.question.asked.kind)] = 1.0
    return np.column_stack([*(column.astype(np.float32) for column in columns), asks])


def _shifted(rows: Rows, last: NDArray[np.int64]) -> Rows:
    """Return for each sentence the row of the one before it, zeros where there is none."""
    return np.where(last[:, None] >= 0, rows[last], 0.0).astype(np.float32)


def _following(rows: Rows, last: NDArray[np.int64]) -> Rows:
    """Return for each sentence the row of the one after it, zeros where there is none."""
    after = np.zeros_like(rows)
    known = last >= 0
    after[last[known]] = rows[known]
    return after


def surroundings(board: Board, rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Return what each sentence holds with its title and the sentence before; that with the
    neighbours of both; and what its passage and title hold.
    """
    before = _shifted(rows, board.last)
    titles = board.titles[board.passage]
    context = np.maximum(np.maximum(rows, before), titles)
    wide = np.maximum(context, _following(rows, board.last))
    wide = np.maximum(wide, _shifted(before, board.last))
    whole = board.titles.copy()
    np.maximum.at(whole, board.passage, rows)
    return context, wide, whole[board.passage]


def _held(board: Board, weights: Rows) -> list[Rows]:
    """Return the shares of the question that are held, from the sentence alone to the passage."""
    words, senses = board.words, board.senses
    context, wide, passage = surroundings(board, words)
    sense_context, _, sense_passage = surroundings(board, senses)
    titles = board.titles[board.passage]
    parts = (
        words,
        np.where(words >= _SURE, 1.0, 0.0),
        np.where(words >= _WHOLE, 1.0, 0.0),
        senses,
        np.maximum(words, _shifted(words, board.last)),
        np.maximum(words, _following(words, board.last)),
        np.maximum(words, titles),
        titles,
        context,
        wide,
        passage,
        sense_context,
        sense_passage,
    )
    return [part @ weights for part in parts]


def longest_gap(rows: Rows, weights: Rows) -> Rows:
    """Return the weight of the longest stretch of the question that each row does not hold."""
    missing = np.where(rows < _HELD, weights, 0.0)
    longest = np.zeros(len(rows), dtype=np.float32)
    current = np.zeros(len(rows), dtype=np.float32)
    for column in np.nonzero(weights)[0]:
        lost = missing[:, column]
        current = np.where(lost > 0, current + lost, 0.0)
        longest = np.maximum(longest, current)
    return longest


def _gaps(board: Board, weights: Rows) -> list[Rows]:
    context, _, passage = surroundings(board, board.senses)
    return [longest_gap(rows, weights) for rows in (board.senses, context, passage)]


def _standing(board: Board) -> list[Rows]:
    """Return how the search ranked the passage."""
    scores = np.array([passage.score for passage in board.passages], dtype=np.float32)
    best = scores.max(initial=1e-6)
    own = scores[board.passage]
    rank = 1.0 / (1.0 + board.passage)
    return [own, own / best, board.passage == 0, rank]


def _form(board: Board, weights: Rows, rarity: Callable[[str], float]) -> list[Rows]:
    """Return what the sentence is like: its length, how densely it matches, where it stands."""
    sentences = board.sentences
    length = np.array([len(s.tokens) for s in sentences], dtype=np.float32)
    tells = np.array([sum(rarity(key) for key in s.tokens.keys) + 6 for s in sentences])
    total = sum(board.question.weights)
    asks = np.array([s.text.rstrip('”"」』)） ').endswith(("?", "？")) for s in sentences])
    return [
        np.log1p(length),
        (board.words @ weights) * total / tells,
        board.place == 0,
        np.minimum(board.place, 5) / 5,
        asks,
    ]


def _beside_asked(board: Board, weights: Rows) -> list[Rows]:
    """Return how far what stands beside the asking words is held, the nearest counting most."""
    question = board.question
    # Steps away from the asking words; on their own side they are never positive, and the other
    # side is cut off before its powers overflow.
    before = np.arange(len(weights)) + 1 - question.asked_first
    after = question.asked_last - np.arange(len(weights))
    left = np.where(before <= 0, weights * np.exp(np.minimum(before, 0) / 3), 0.0)
    right = np.where(after <= 0, weights * np.exp(np.minimum(after, 0) / 3), 0.0)
    context, _, _ = surroundings(board, board.words)
    views = (
        (board.words, left),
        (board.words, right),
        (board.words, left + right),
        (context, left + right),
        (board.senses, left),
        (board.senses, right),
    )
    return [_share(rows, nearness) for rows, nearness in views]


def _told(board: Board) -> list[Rows]:
    """Return whether the sentence has the words of a reason, a number that fits, a name ..."""
    question = board.question
    cue = _CUES.get(question.asked.kind)
    cued = np.array([bool(cue and cue.search(s.text.lower())) for s in board.sentences])
    measure = Measure(question)
    wanted = WANTED.get(question.asked.kind, ())
    fits = np.full(len(board.sentences), UNKNOWN, dtype=np.float32)
    has = np.full(len(board.sentences), not wanted)
    for row, sentence in enumerate(board.sentences):
        new = [
            (span, first, last)
            for span, first, last in sentence.spans
            if span.kind in wanted or (measure.known and span.kind == "number")
            if sentence.tokens.run(first, last).strip() not in question.tokens.flow
        ]
        if measure.known:
            fits[row] = max((measure.fits(sentence, *place) for place in new), default=0.0)
        has[row] |= any(span.kind in wanted for span, _, _ in new)
    return [cued, fits, has]


def _share(rows: Rows, weights: Rows) -> Rows:
    total = weights.sum()
    if total < 0.02:
        return np.full(len(rows), 0.5, dtype=np.float32)
    return np.asarray(rows @ weights / total, dtype=np.float32)

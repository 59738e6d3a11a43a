"""Whether the passages hold an answer at all: what tells it, from the best sentence outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.features import Board, longest_gap, surroundings
from retrieval.question_type import KINDS
from retrieval.spans import SPAN_KINDS
from retrieval.tagging import WANTED

Rows = NDArray[np.float32]

_HELD = 0.5
_TAKEN = (
    *("held", "held_sense", "context", "context_sense", "passage", "passage_sense"),
    *("gap", "gap_context", "gap_passage", "score", "density", "length", "is_question"),
    *("left", "right", "around", "around_context", "left_sense", "right_sense", "cue"),
    *("tag_best", "tag_run", "tag_sum", "tag_length", "tag_best_below"),
    *("below_best", "context_below_best", "passage_below_best"),
)
JUDGE_FEATURES: tuple[str, ...] = (
    *_TAKEN,
    *("logit", "chance", "lead"),
    *("best_held", "best_context_sense", "best_passage_sense", "best_score", "second_score"),
    *("anywhere", "gap_anywhere", "lost_word", "lost_words", "lost_in_passage"),
    *("tokens", "weight", "wanted", "other_script"),
    *(f"asks_{kind}" for kind in KINDS),
)


def judge_features(
    board: Board, features: Rows, names: tuple[str, ...], logits: Rows, order: NDArray[np.int64]
) -> Rows:
    """Return the JUDGE_FEATURES of the best sentence; `names` are those of `features`."""
    best = int(order[0])
    taken = [float(features[best, names.index(name)]) for name in _TAKEN]
    chances = np.exp(logits - logits[best])
    chances = chances / chances.sum()
    second = float(logits[order[1]]) if len(order) > 1 else float(logits[best]) - 10.0
    scores = [passage.score for passage in board.passages] + [0.0]
    tops = [
        float(features[:, names.index(name)].max())
        for name in ("held", "context_sense", "passage_sense")
    ]
    asked = board.question.asked.kind
    asks = [float(kind == asked) for kind in KINDS]
    return np.array(
        [
            *taken,
            float(logits[best]),
            float(chances[best]),
            min(10.0, float(logits[best]) - second),
            *tops,
            scores[0],
            scores[1],
            *_lost(board, best),
            *_shape(board, best),
            *asks,
        ],
        dtype=np.float32,
    )


def _lost(board: Board, best: int) -> list[float]:
    """Return what of the question the passages found do not hold."""
    question = board.question
    weights = np.array(question.weights, dtype=np.float32)
    weights /= weights.sum() + 1e-6
    anywhere = np.maximum(board.senses.max(axis=0), board.titles.max(axis=0, initial=0.0))
    _, _, passage = surroundings(board, board.senses)
    lost = [_missing(anywhere, weights, first, last) for first, last, _ in question.words]
    lost_here = [_missing(passage[best], weights, first, last) for first, last, _ in question.words]
    return [
        float(anywhere @ weights),
        float(longest_gap(anywhere[None, :], weights)[0]),
        max(lost, default=0.0),
        sum(loss > 0 for loss in lost) / max(1, len(lost)),
        max(lost_here, default=0.0),
    ]


def _missing(held: Rows, weights: Rows, first: int, last: int) -> float:
    """Return the weight of a word that is not held; 0 if most of it is."""
    total = float(weights[first:last].sum())
    return total if float(held[first:last] @ weights[first:last]) < _HELD * total else 0.0


def _shape(board: Board, best: int) -> list[float]:
    """Return how much is asked, and whether the sentence has what is asked for."""
    question, sentence = board.question, board.sentences[best]
    wanted = [SPAN_KINDS.index(kind) for kind in WANTED.get(question.asked.kind, ())]
    has = bool(wanted) and bool(sentence.kinds[:, wanted].any())
    characters = sum(question.tokens.characters) * 2 > len(question.tokens)
    own = sum(sentence.tokens.characters) * 2 > len(sentence.tokens)
    told = sum(weight > 0 for weight in question.weights)
    return [
        float(np.log1p(told)),
        float(np.log1p(sum(question.weights))),
        float(has or not wanted),
        float(characters != own),
    ]


def unmatched_words(board: Board) -> tuple[str, ...]:
    """Return the words of the question that nothing in the passages found matches."""
    weights = np.array(board.question.weights, dtype=np.float32)
    anywhere = np.maximum(board.senses.max(axis=0), board.titles.max(axis=0, initial=0.0))
    return tuple(
        word
        for first, last, word in board.question.words
        if _missing(anywhere, weights, first, last) > 0
    )

"""Whether the passages hold an answer at all: what tells it, from the best sentence outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.reading.features import Board, held_anywhere, longest_gap, surroundings
from retrieval.reading.question_words import KINDS

Rows = NDArray[np.float32]

_HELD = 0.5
_FARTHEST = 10.0
# Facts of the question and the passages found; one row a sentence, for the passage differs.
FACTS: tuple[str, ...] = (
    *("anywhere", "gap_anywhere", "lost_word", "lost_words", "lost_in_passage"),
    *("tokens", "weight", "other_script", "best_score", "second_score"),
    *("words", "words_held", "words_held_near", "worst_word", "worst_near", "known"),
    *("left_held", "left_near", "right_held", "right_near"),
)
_TAKEN = (
    *("held", "held_sense", "context", "context_sense", "passage", "passage_sense"),
    *("gap", "gap_context", "gap_passage", "score", "density", "length", "is_question"),
    *("left", "right", "around", "around_context", "left_sense", "right_sense"),
    *("cue", "fits", "wanted"),
    *("tag_best", "tag_run", "tag_sum", "tag_length", "tag_best_below"),
    *("below_best", "context_below_best", "passage_below_best"),
    *(f"asks_{kind}" for kind in KINDS),
)
JUDGE_FEATURES: tuple[str, ...] = (
    *FACTS,
    *_TAKEN,
    *("logit", "chance", "lead"),
    *("best_held", "best_context_sense", "best_passage_sense"),
)


def question_facts(board: Board) -> Rows:
    """Return (sentences, FACTS)."""
    question = board.question
    weights = np.array(question.weights, dtype=np.float32)
    weights /= weights.sum() + 1e-6
    anywhere = held_anywhere(board)
    lost = [_missing(anywhere, weights, first, last) for first, last, _ in question.words]
    scores = [passage.score for passage in board.passages] + [0.0]
    _, _, passage = surroundings(board, board.senses)
    here = {
        place: max(
            (_missing(row, weights, first, last) for first, last, _ in question.words),
            default=0.0,
        )
        for place, row in zip(board.passage.tolist(), passage, strict=True)
    }
    in_characters = _in_characters(question.tokens.characters)
    rows = np.empty((len(board.sentences), len(FACTS)), dtype=np.float32)
    rows[:, 0] = anywhere @ weights
    rows[:, 1] = longest_gap(anywhere[None, :], weights)[0]
    rows[:, 2] = max(lost, default=0.0)
    rows[:, 3] = sum(loss > 0 for loss in lost) / max(1, len(lost))
    rows[:, 4] = [here[place] for place in board.passage.tolist()]
    rows[:, 5] = np.log1p(sum(weight > 0 for weight in question.weights))
    rows[:, 6] = np.log1p(sum(question.weights))
    rows[:, 7] = [
        _in_characters(sentence.tokens.characters) != in_characters for sentence in board.sentences
    ]
    rows[:, 8:10] = scores[:2]
    rows[:, 10:] = _word_facts(board, weights)
    return rows


def _word_facts(board: Board, weights: Rows) -> Rows:
    """Return how the words of the question fare one by one, those beside the asking words above
    all: it is they that name the attribute asked for.
    """
    question = board.question
    spans = [(first, last) for first, last, _ in question.words if weights[first:last].sum() > 0]
    context, _, passage = surroundings(board, board.senses)
    near, _, near_passage = surroundings(board, board.near)
    rows = np.ones((len(board.sentences), 10), dtype=np.float32)
    rows[:, 0] = np.log1p(len(spans))
    rows[:, 5] = near.max(axis=0, initial=0.0).astype(bool) @ weights
    if not spans:
        return rows
    held = np.stack([_worth(passage, weights, *span) for span in spans], axis=1)
    close = np.stack([_worth(near_passage, weights, *span) for span in spans], axis=1)
    rows[:, 1] = (held >= _HELD).mean(axis=1)
    rows[:, 2] = np.maximum(held, close).mean(axis=1)
    rows[:, 3] = held.min(axis=1)
    rows[:, 4] = np.maximum(held, close).min(axis=1)
    left = [span for span in spans if span[1] <= question.asked_first]
    right = [span for span in spans if span[0] >= question.asked_last]
    for column, beside in ((6, left[-1:]), (8, right[:1])):
        for span in beside:
            rows[:, column] = _worth(context, weights, *span)
            rows[:, column + 1] = _worth(near, weights, *span)
    return rows


def _worth(rows: Rows, weights: Rows, first: int, last: int) -> Rows:
    """Return how much of a word each row holds."""
    own = weights[first:last]
    return np.asarray(rows[:, first:last] @ own / own.sum(), dtype=np.float32)


def judge_features(facts: Rows, features: Rows, names: tuple[str, ...], logits: Rows) -> Rows:
    """Return the JUDGE_FEATURES of the best sentence.

    `facts` are (sentences, FACTS), `features` (sentences, names) what they were ranked by.
    """
    order = np.argsort(-logits, kind="stable")
    best = int(order[0])
    chances = np.exp(logits - logits[best])
    second = float(logits[order[1]]) if len(order) > 1 else -np.inf
    tops = ("held", "context_sense", "passage_sense")
    return np.array(
        [
            *facts[best],
            *features[best, [names.index(name) for name in _TAKEN]],
            logits[best],
            1.0 / chances.sum(),
            min(_FARTHEST, float(logits[best]) - second),
            *features[:, [names.index(name) for name in tops]].max(axis=0),
        ],
        dtype=np.float32,
    )


def unmatched_words(board: Board) -> tuple[str, ...]:
    """Return the words of the question that nothing in the passages found matches.

    Neighbours are one phrase, as the question writes it.
    """
    question = board.question
    weights = np.array(question.weights, dtype=np.float32)
    anywhere = held_anywhere(board)
    lost = [
        (first, last)
        for first, last, _ in question.words
        if last <= question.asked_first or first >= question.asked_last
        if _missing(anywhere, weights, first, last) > 0
    ]
    phrases: list[tuple[int, int]] = []
    for first, last in sorted(lost):
        if phrases and first <= phrases[-1][1]:
            phrases[-1] = phrases[-1][0], max(last, phrases[-1][1])
        else:
            phrases.append((first, last))
    tokens = question.tokens
    return tuple(tokens.text[tokens.starts[a] : tokens.ends[b - 1]] for a, b in phrases)


def _missing(held: Rows, weights: Rows, first: int, last: int) -> float:
    """Return the weight of a word that is not held; 0 if most of it is."""
    total = float(weights[first:last].sum())
    return total if float(held[first:last] @ weights[first:last]) < _HELD * total else 0.0


def _in_characters(characters: tuple[bool, ...]) -> bool:
    return sum(characters) * 2 > len(characters)

"""The sentence that answers, chosen among the passages found: without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.citations import Quote, quote_from
from retrieval.features import SENTENCE_FEATURES, Board, lay_out, sentence_features
from retrieval.highlight import TAG_OFFSET, highlight
from retrieval.judging import JUDGE_FEATURES, judge_features, unmatched_words
from retrieval.learned import learned
from retrieval.meanings import Meanings
from retrieval.models import Passage
from retrieval.query import Query
from retrieval.questions import view_question
from retrieval.tagging import TOKEN_FEATURES, best_run, token_features

Rows = NDArray[np.float32]

# Token features cost the most, so only the sentences that hold most of the question get them.
_TAGGED = 14
_UNTAGGED = -6.0
# A second sentence is quoted too if it is this likely to be the one that answers.
_SECOND = 0.25
_TAG_FEATURES: tuple[str, ...] = (
    *("tag_best", "tag_run", "tag_sum", "tag_length", "tag_share"),
    *("tag_best_below", "tag_sum_below", "tag_run_below"),
)
RANK_FEATURES: tuple[str, ...] = (*SENTENCE_FEATURES, *_TAG_FEATURES)
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^[“\"「『]?(?:该|該|其(?!他|它|实|實|间|間|中)|他们|她们|它们|他|她|它|这|這|此(?!外|次)|两者|二者|双方"
    r"|(?:It|They|He|She|This|These|Its|Their|His|Her|Both)\b)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the passages say to a question: the quotes, best first, and how far they hold it.

    `evidence` are the JUDGE_FEATURES of the best sentence; `unmatched` the words of the question
    that nothing in the passages matches.
    """

    quotes: tuple[Quote, ...]
    evidence: Rows
    unmatched: tuple[str, ...]


class Reader:
    """Chooses sentences. Safe to use from any thread."""

    def __init__(self, meanings: Meanings) -> None:
        """Take the vectors by which words of like meaning are known."""
        self._meanings = meanings

    def read(
        self, query: Query, passages: Sequence[Passage], rarity: Callable[[str], float]
    ) -> Reading | None:
        """Choose the sentence, or the two, that answer best; None if the passages hold none.

        `rarity` weighs a key by how much it tells.
        """
        question = view_question(query, rarity)
        board = lay_out(question, passages, self._meanings)
        if not board.sentences:
            return None
        features, tags = rank_features(board, rarity)
        logits = learned().ranker.score(features)
        order = np.argsort(-logits, kind="stable")
        evidence = judge_features(board, features, RANK_FEATURES, logits, order)
        rows = _chosen(board, logits, order)
        quotes = tuple(_quote(board, group, tags) for group in rows)
        return Reading(quotes, evidence, unmatched_words(board))


def rank_features(board: Board, rarity: Callable[[str], float]) -> tuple[Rows, dict[int, Rows]]:
    """Return (sentences, RANK_FEATURES), and the token logits of the likeliest sentences."""
    held = sentence_features(board, rarity)
    names = SENTENCE_FEATURES.index
    promise = held[:, names("held")] + held[:, names("context")] + held[:, names("held_sense")]
    promise += 0.2 * held[:, names("score")]
    rows = np.argsort(-promise, kind="stable")[:_TAGGED].tolist()
    features, places = token_features(
        board.question,
        [board.sentences[row] for row in rows],
        [board.matches[row] for row in rows],
        rarity,
    )
    scores = learned().tagger.score(features)
    tags = {row: scores[place] for row, place in zip(rows, places, strict=True)}
    columns = np.zeros((len(held), 5), dtype=np.float32)
    columns[:, :3] = _UNTAGGED
    for row, logits in tags.items():
        if len(logits):
            columns[row] = _tag_summary(logits)
    best, run, total = columns[:, 0], columns[:, 1], columns[:, 2]
    below = [values - values.max() for values in (best, total, run)]
    return np.column_stack([held, columns, *below]).astype(np.float32), tags


def _tag_summary(logits: Rows) -> tuple[float, float, float, float, float]:
    """Return what a sentence's token logits say of it."""
    first, last, total = best_run(logits + TAG_OFFSET)
    together = float(np.log(np.exp(np.minimum(logits, 8.0)).sum() + 1e-3))
    length = last - first
    return float(logits.max()), total / 3, together, float(np.log1p(length)), length / len(logits)


def _chosen(board: Board, logits: Rows, order: NDArray[np.int64]) -> list[list[int]]:
    """Return the rows to quote, those that follow one another together: two at the most."""
    best = int(order[0])
    chances = np.exp(logits - logits[best])
    chances /= chances.sum()
    second = next((int(row) for row in order[1:] if not _same(board, best, int(row))), None)
    if second is not None and chances[second] >= _SECOND:
        other: int | None = second
    else:
        before = int(board.last[best])
        leans = _LEANS.match(board.sentences[best].text)
        other = before if leans and before >= 0 else None
    if other is None:
        return [[best]]
    if board.last[other] == best or board.last[best] == other:
        pair = sorted((best, other), key=lambda row: _start(board, row))
        if board.passage[pair[0]] == board.passage[pair[1]]:
            return [pair]
    if chances[other] < _SECOND:
        # What the best one leans on comes first.
        return [[other], [best]]
    return [[best], [other]]


def _same(board: Board, left: int, right: int) -> bool:
    """Tell whether two sentences read the same."""
    return board.sentences[left].text == board.sentences[right].text


def _start(board: Board, row: int) -> int:
    return board.passages[int(board.passage[row])].start + board.sentences[row].start


def _quote(board: Board, rows: list[int], tags: dict[int, Rows]) -> Quote:
    """Quote neighbouring sentences, with the span that answers in the likeliest of them."""
    passage = board.passages[int(board.passage[rows[0]])]
    start = board.sentences[rows[0]].start
    end = board.sentences[rows[-1]].end
    likely = max(rows, key=lambda row: tags[row].max(initial=-np.inf) if row in tags else -np.inf)
    span = None
    if likely in tags:
        span = highlight(board.question, board.sentences[likely], tags[likely])
    if span is not None:
        shift = board.sentences[likely].start - start
        span = span[0] + shift, span[1] + shift
    return quote_from(passage, start, end, span)


def check_weights() -> None:
    """Raise ValueError if the weights in the repository are of other features than these."""
    known = learned()
    for name, network, features in (
        ("tagger", known.tagger, TOKEN_FEATURES),
        ("ranker", known.ranker, RANK_FEATURES),
        ("judge", known.judge, JUDGE_FEATURES),
    ):
        if tuple(network.features) != features:
            raise ValueError(f"the {name} was trained on other features")

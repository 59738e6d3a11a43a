"""The sentence that answers, chosen among the passages found: without a language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.words.text import HAN_CHARACTER
from retrieval.citations import Quote, quote_from
from retrieval.models import Passage
from retrieval.proof.named import untold
from retrieval.reading.choosing import choose, likeliest_tagged
from retrieval.reading.features import SENTENCE_FEATURES, Board, lay_out, sentence_features
from retrieval.reading.highlight import TAG_OFFSET, highlight, holds_rival
from retrieval.reading.judging import (
    JUDGE_FEATURES,
    judge_features,
    question_facts,
    unmatched_words,
)
from retrieval.reading.learned import learned
from retrieval.reading.meanings import Meanings
from retrieval.reading.measures import Measure
from retrieval.reading.proper import another_is_meant
from retrieval.reading.questions import view_question
from retrieval.reading.tagging import TOKEN_FEATURES, best_run, token_features
from retrieval.search.query import Query

Rows = NDArray[np.float32]

# Token features cost the most, so only the sentences that hold most of the question get them.
_TAGGED = 14
_UNTAGGED = -6.0
_PROMISING = ("held", "context", "held_sense")
TAG_FEATURES: tuple[str, ...] = (
    *("tag_best", "tag_run", "tag_sum", "tag_length", "tag_share"),
    *("tag_best_below", "tag_sum_below", "tag_run_below"),
)
RANK_FEATURES: tuple[str, ...] = (*SENTENCE_FEATURES, *TAG_FEATURES)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the passages say to a question: the quotes, best first, and how far they hold it.

    `evidence` are the JUDGE_FEATURES of the best sentence; `unmatched` the words of the question
    that nothing in the passages matches. `unfit` tells that a measure is asked for, an age or a
    price, and no number quoted is one; `untold` that the question names a figure, the second
    prize or line 14, or a proper name, which the article that is quoted does not have.
    """

    quotes: tuple[Quote, ...]
    evidence: Rows
    unmatched: tuple[str, ...]
    unfit: bool = False
    untold: bool = False


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
        held = sentence_features(board, rarity)
        tags = tag(board, likeliest(held), rarity)
        features = np.column_stack([held, tag_features(tags, len(held))])
        logits = learned().ranker.score(features)
        evidence = judge_features(question_facts(board), features, RANK_FEATURES, logits)
        rows = choose(board, logits)
        quotes = tuple(_quote(board, group, tags, self._meanings) for group in rows)
        unfit = _is_unfit(board, [row for group in rows for row in group])
        untold = _names_untold(board, quotes[0])
        return Reading(quotes, evidence, unmatched_words(board), unfit, untold)


def _names_untold(board: Board, quote: Quote) -> bool:
    """Tell whether the question names a figure or somebody whom this article, as found, has not."""
    question = board.question.query.question
    texts = [passage.text for passage in board.passages if passage.article_id == quote.article_id]
    source = "\n".join((quote.title, quote.date, quote.source, *texts))
    across = bool(HAN_CHARACTER.search(question)) != bool(HAN_CHARACTER.search(quote.text))
    # In another script a name is a transcription, which need not be found to be there.
    if not across and another_is_meant(board, quote.article_id, quote.title):
        return True
    return untold(question, source, across=across)


def _is_unfit(board: Board, rows: Sequence[int]) -> bool:
    """Tell whether a measure is asked for that no number in these sentences is of."""
    measure = Measure(board.question)
    return measure.told and not any(
        measure.fits(board.sentences[row], span, first, last) == 1.0
        for row in rows
        for span, first, last in board.sentences[row].spans
    )


def likeliest(held: Rows) -> list[int]:
    """Return the rows of SENTENCE_FEATURES that promise most: those worth tagging."""
    promise = held[:, [SENTENCE_FEATURES.index(name) for name in _PROMISING]].sum(axis=1)
    promise += 0.2 * held[:, SENTENCE_FEATURES.index("score")]
    rows: list[int] = np.argsort(-promise, kind="stable")[:_TAGGED].tolist()
    return rows


def tag(board: Board, rows: Sequence[int], rarity: Callable[[str], float]) -> dict[int, Rows]:
    """Return the logits of each token of these sentences: how likely it is of the answer."""
    features, places = token_features(
        board.question,
        [board.sentences[row] for row in rows],
        [board.matches[row] for row in rows],
        rarity,
    )
    scores = learned().tagger.score(features)
    return {row: scores[place] for row, place in zip(rows, places, strict=True)}


def tag_features(tags: Mapping[int, Rows], count: int) -> Rows:
    """Return (count, TAG_FEATURES) of sentences, from the token logits of some of them."""
    columns = np.zeros((count, 5), dtype=np.float32)
    columns[:, :3] = _UNTAGGED
    for row, logits in tags.items():
        if len(logits):
            columns[row] = _tag_summary(logits)
    below = [columns[:, place] - columns[:, place].max() for place in (0, 2, 1)]
    return np.column_stack([columns, *below]).astype(np.float32)


def _tag_summary(logits: Rows) -> tuple[float, float, float, float, float]:
    """Return what a sentence's token logits say of it."""
    first, last, total = best_run(logits + TAG_OFFSET)
    together = float(np.log(np.exp(np.minimum(logits, 8.0)).sum() + 1e-3))
    length = last - first
    return float(logits.max()), total / 3, together, float(np.log1p(length)), length / len(logits)


def _quote(board: Board, rows: list[int], tags: dict[int, Rows], meanings: Meanings) -> Quote:
    """Quote neighbouring sentences, with the span that answers in the likeliest of them."""
    passage = board.passages[int(board.passage[rows[0]])]
    start = board.sentences[rows[0]].start
    end = board.sentences[rows[-1]].end
    likely = likeliest_tagged(rows, tags)
    span = None
    if likely in tags:
        span = highlight(board.question, board.sentences[likely], tags[likely], meanings)
    if any(holds_rival(board.question, board.sentences[row]) for row in rows if row != likely):
        # Two sentences are quoted because either may answer; bold must not take a side.
        span = None
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

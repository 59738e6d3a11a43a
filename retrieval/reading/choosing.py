"""Which sentences to quote: the likeliest, and a second one where it may answer or is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from retrieval.reading.features import Board
from retrieval.reading.passages import GAP_CLAUSE, SentenceView

Rows = NDArray[np.float32]

# A second sentence is quoted too if it is this likely to be the one that answers.
SECOND = 0.13
_MEANT = 0.5
_HAN_VERB = 2
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^[“\"「『]?(?:该|該|其(?!他|它|实|實|间|間|中)|他们|她们|它们|他|她|它|这|這|此(?!外|次)"
    r"|两者|二者|双方|(?:It|They|He|She|This|These|Its|Their|His|Her|Both)\b)"
)
_POINTERS = frozenset(
    [
        "the",
        "this",
        "that",
        "these",
        "those",
        "a",
        "an",
        "该",
        "此",
        "这",
        "那",
        "本",
        "次",
        "了",
        "的",
        "在",
    ]
)


def choose(board: Board, logits: Rows) -> list[list[int]]:
    """Return the rows to quote, neighbours of one passage together; two rows at the most.

    The likeliest comes first, unless it leans on the other one.
    """
    order = np.argsort(-logits, kind="stable")
    best = int(order[0])
    chances = np.exp(logits - logits[best])
    chances /= chances.sum()
    other = _leaned_on(board, best)
    leans = other is not None
    if other is None:
        second = next((int(row) for row in order[1:] if not _same(board, best, int(row))), None)
        other = second if second is not None and chances[second] >= SECOND else None
    if other is None:
        return [[best]]
    if board.last[other] == best or board.last[best] == other:
        pair = sorted((best, other), key=lambda row: _start(board, row))
        if board.passage[pair[0]] == board.passage[pair[1]]:
            return [pair]
    return [[other], [best]] if leans else [[best], [other]]


def _same(board: Board, left: int, right: int) -> bool:
    """Tell whether two sentences read the same."""
    return board.sentences[left].text == board.sentences[right].text


def _start(board: Board, row: int) -> int:
    return board.passages[int(board.passage[row])].start + board.sentences[row].start


def _leaned_on(board: Board, row: int) -> int | None:
    """Return the sentence before this one if this one says too little without it."""
    before = int(board.last[row])
    if before < 0:
        return None
    if _LEANS.match(board.sentences[row].text):
        return before
    if _asked_noun(board, row) == "bare" and _asked_noun(board, before) == "told":
        return before
    return None


def _asked_noun(board: Board, row: int) -> str:
    """Tell how a sentence names the thing that is asked for by `which` or `what`.

    `told`: with what tells it from others of its kind (the safety meeting); `bare`: without (the
    meeting); empty: not at all.
    """
    question = board.question
    if question.asked.kind not in ("which", "what") or not question.asked.unit:
        return ""
    noun = question.asked_last
    senses = board.matches[row].senses
    places = np.nonzero(senses[:, noun : noun + 1].max(axis=1, initial=0.0) >= _MEANT)[0]
    if not len(places):
        return ""
    matched = np.delete(senses, np.s_[noun : noun + 2], axis=1).max(axis=1, initial=0.0) >= _MEANT
    if any(_is_told(board.sentences[row], matched, place) for place in places.tolist()):
        return "told"
    return "bare"


def _is_told(sentence: SentenceView, matched: NDArray[np.bool_], noun: int) -> bool:
    """Tell whether words before a noun tell it from others: more than a Han verb, or one word.

    Words that the question has too say nothing that it does not know.
    """
    tokens = sentence.tokens
    at = noun
    while at > 0 and sentence.gaps[at] != GAP_CLAUSE:
        if matched[at - 1] or tokens.keys[at - 1] in _POINTERS:
            break
        at -= 1
    return noun - at > (_HAN_VERB if tokens.characters[noun] else 0)


def likeliest_tagged(rows: list[int], tags: Mapping[int, Rows]) -> int:
    """Return the row whose tokens look most like an answer."""
    return max(rows, key=lambda row: tags[row].max(initial=-np.inf) if row in tags else -np.inf)

"""A proper name of a question in whose place the quoted text has another one.

Words of like meaning are held to match, and names of one kind are of like meaning: cedar and
juniper, Tuesday and Wednesday. They do not answer for each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from index.words.text import fold
from retrieval.reading.features import Board, held_anywhere
from retrieval.reading.learned import learned
from retrieval.reading.passages import view_title
from retrieval.reading.questions import QuestionView

_CAPITAL = re.compile(r"[^\W\d_a-z]")
_SENTENCE_END = re.compile(r"[.!?:;\"“]\s*$")
_HELD = 0.85
# From here on a word may be taken for another.
_MEANT = 0.4
# Up to here a word is held by nothing that was found.
_NOWHERE = 0.4
# Below this nothing in a text is like a Han word.
_UNLIKE = 0.4
_SHORTEST, _NOUN = 2, 3
# India and Indian are one name.
_SAME_HEAD = 4


def another_is_meant(board: Board, article_id: str, title: str) -> bool:
    """Tell whether the found text of an article has another name where the question has its own."""
    rows = [
        row
        for row, place in enumerate(board.passage.tolist())
        if board.passages[place].article_id == article_id
    ]
    return _is_named(board, rows, title) or _fills_its_place(board, rows, title)


def _is_named(board: Board, rows: list[int], title: str) -> bool:
    """Tell whether a name of the question stands nowhere in the found text of an article, while a
    name of like meaning does, or nothing like it is found at all.
    """
    question = board.question
    if question.query.words_language != "english":
        return False
    held = board.words[rows].max(axis=0, initial=0.0)
    keys = set(view_title(title).keys)
    anywhere = held_anywhere(board)
    return any(
        all(held[at] < _HELD and question.tokens.keys[at] not in keys for at in name)
        and (
            all(anywhere[at] < _NOWHERE for at in name)
            or any(_stands_for(board, row, at) for row in rows for at in name)
        )
        for name in names(question)
    )


def _stands_for(board: Board, row: int, at: int) -> bool:
    """Tell whether a sentence has another name of like meaning for a name of the question."""
    tokens, senses = board.sentences[row].tokens, board.matches[row].senses
    name = fold(board.question.tokens.keys[at])[:_SAME_HEAD]
    return any(
        _CAPITAL.match(tokens.text[tokens.starts[place]])
        and tokens.keys[place][:_SAME_HEAD] != name
        for place in np.nonzero(senses[:, at] >= _MEANT)[0].tolist()
    )


def names(question: QuestionView) -> Iterator[list[int]]:
    """Yield the tokens of each run of capitalised words that does not begin a sentence."""
    tokens, run = question.tokens, list[int]()
    wanted = {at for first, last, _ in question.words for at in range(first, last)}
    for at in range(len(tokens)):
        before = tokens.text[: tokens.starts[at]]
        begins = not before.strip() or bool(_SENTENCE_END.search(before))
        form = tokens.text[tokens.starts[at] : tokens.ends[at]]
        is_name = not tokens.characters[at] and bool(_CAPITAL.match(form)) and at in wanted
        if is_name and not begins and len(form) > 1:
            run.append(at)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _fills_its_place(board: Board, rows: list[int], title: str) -> bool:
    """Tell whether a question begins with a Han word that nothing is like, before words that the
    found text of an article has only behind another word: 南岭车辆段, of which an article about
    银杏车辆段 says nothing.
    """
    question = board.question
    near = board.senses[rows].max(axis=0, initial=0.0)
    flows = [view_title(title).flow, *(board.sentences[row].tokens.flow for row in rows)]
    for first, last, _ in question.words:
        if first or last < _SHORTEST or not all(question.tokens.characters[:last]):
            continue
        word = question.tokens.run(first, last)
        everyday = word in learned().background
        if everyday or near[first:last].max() >= _UNLIKE or any(word in flow for flow in flows):
            continue
        behind = _held_behind(question, last, flows)
        if len(behind) >= _NOUN and all(_filled(flow, behind) for flow in flows if behind in flow):
            return True
    return False


def _held_behind(question: QuestionView, first: int, flows: list[str]) -> str:
    """Return the longest run behind a word, of two characters or more, that a text holds."""
    held = ""
    for last in range(first + _SHORTEST, len(question.tokens) + 1):
        if not all(question.tokens.characters[first:last]) or question.asked_first < last:
            break
        run = question.tokens.run(first, last)
        if not any(run in flow for flow in flows):
            break
        held = run
    return held


def _filled(flow: str, behind: str) -> bool:
    """Tell whether two Han characters stand before every occurrence of a run."""
    return bool(re.search(f"[\\u4e00-\\u9fff]{{2}}{re.escape(behind)}", flow)) and not re.search(
        f"(?<![\\u4e00-\\u9fff]){re.escape(behind)}", flow
    )

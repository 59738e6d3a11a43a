"""Questions with the passages that the search finds for them: what the reader learns from."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reader_questions import Question

from index.embedder import Embedder
from index.library import Library
from index.pipeline import reindex
from index.translator import Translator
from retrieval.models import Passage
from retrieval.rarity import Rarity
from retrieval.reader import likeliest
from retrieval.reading.features import lay_out, sentence_features
from retrieval.reading.judging import question_facts
from retrieval.reading.meanings import Meanings
from retrieval.reading.passages import SentenceView
from retrieval.reading.questions import view_question
from retrieval.reading.tagging import token_features
from retrieval.retriever import Retriever

Rows = NDArray[np.float32]
Span = tuple[int, int]

_CONSIDERED = 8
# So many are found before the gold article is taken away, that eight are left.
_FOUND = 20


@dataclass
class Case:
    """One question over the sentences found, as numbers. `right` and `tags` are its labels.

    `held` are SENTENCE_FEATURES, `facts` FACTS; `tokens` holds TOKEN_FEATURES of the sentences
    `rows`, `tags` the token spans of them that answer. `fold` halves the cases by article.
    """

    question: str
    held: Rows
    facts: Rows
    rows: list[int]
    tokens: list[NDArray[np.float16]]
    right: NDArray[np.bool_]
    answerable: bool
    fold: int
    tags: list[list[Span]] = field(default_factory=list)


class Collection:
    """One reading set as a library that can be searched."""

    def __init__(
        self,
        name: str,
        contexts: Sequence[dict[str, Any]],
        embedder: Embedder,
        translator: Translator,
        background: dict[str, float],
    ) -> None:
        """Index the contexts in a folder of their own, gone with the object."""
        self.name = name
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        (folder / "documents").mkdir()
        rows = (
            {"id": row["context_id"], "title": row["title"], "text": row["text"]}
            for row in contexts
        )
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / "documents" / "set.jsonl").write_text(lines, encoding="utf-8")
        self.library = Library.open(folder / "data", embedder)
        reindex(self.library, folder / "documents")
        self.retriever = Retriever(self.library, embedder, translator)
        self._meanings = Meanings(translator)
        self._rarity = Rarity(self._frequency, self.library.passages_count(), background)

    def _frequency(self, key: str) -> int:
        field_ = "stems" if key.isascii() or len(key) > 2 else "terms"
        return self.library.document_frequencies([(field_, key)])[0]

    def close(self) -> None:
        """Close the library and remove its folder."""
        self.library.close()
        self._folder.cleanup()

    def case(self, question: Question, *, without_gold: bool = False) -> Case | None:
        """Return a question over the passages found for it; None if there are none."""
        with self.library.reading():
            passages = self.retriever.search(question.text, _FOUND)
            if without_gold:
                passages = [p for p in passages if not _is_of(p, question.gold)]
            passages = passages[:_CONSIDERED]
            view = view_question(self.retriever.analyse(question.text), self._rarity)
            board = lay_out(view, passages, self._meanings)
            if not board.sentences:
                return None
            held = sentence_features(board, self._rarity)
        gold = [_is_of(passages[place], question.gold) for place in board.passage.tolist()]
        spans = [
            answer_tokens(sentence, question.answers) if of_gold else []
            for sentence, of_gold in zip(board.sentences, gold, strict=True)
        ]
        right = np.array([bool(found) for found in spans])
        rows = likeliest(held)
        rows += [int(row) for row in np.nonzero(right)[0][:2] if int(row) not in rows]
        features, places = token_features(
            view, [board.sentences[r] for r in rows], [board.matches[r] for r in rows], self._rarity
        )
        return Case(
            question.text,
            held,
            question_facts(board),
            rows,
            [features[place].astype(np.float16) for place in places],
            right,
            bool(question.answers) and not without_gold,
            hash_of(question.gold) % 2,
            [spans[row] for row in rows],
        )


def hash_of(text: str) -> int:
    """Return a number that is the same in every run."""
    return sum(ord(c) * 31**i for i, c in enumerate(text[-8:])) % 1_000_003


def _is_of(passage: Passage, gold: str) -> bool:
    return passage.article_id.partition("#")[2] == gold


def answer_tokens(sentence: SentenceView, answers: Iterable[str]) -> list[Span]:
    """Return the (first, last) tokens of each place where an answer stands in a sentence."""
    found: list[Span] = []
    tokens = sentence.tokens
    for answer in answers:
        at = sentence.text.find(answer)
        while at >= 0:
            inside = [
                i
                for i in range(len(tokens))
                if at <= tokens.starts[i] and tokens.ends[i] <= at + len(answer)
            ]
            if inside:
                found.append((inside[0], inside[-1] + 1))
            at = sentence.text.find(answer, at + 1)
    return found


def everyday_shares(texts: Iterable[Counter[str]], least: float) -> dict[str, float]:
    """Return the share of texts that hold each key, for keys in at least `least` of them."""
    held: Counter[str] = Counter()
    count = 0
    for text in texts:
        held.update(set(text))
        count += 1
    shares = {key: round(number / count, 4) for key, number in held.items()}
    return {key: share for key, share in sorted(shares.items()) if share >= least}

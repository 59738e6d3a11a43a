"""Measure a model folder on data it never saw: `python training/measure.py [FOLDER]`.

Passages are ranked by cosine alone, then by BM25 over translated words alone; the hybrid search
that joins them is measured in benchmarks/.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from bm25 import Ranking, terms_of  # noqa: E402
from model2vec import StaticModel  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from index.embedder import read_tensors  # noqa: E402
from index.translator import Translator  # noqa: E402
from index.words.stemming import function_words  # noqa: E402
from index.words.text import HAN_CHARACTER, fold, pieces  # noqa: E402


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ranks_of_gold(scores: NDArray[np.float32], gold: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank, from 1, of the gold column of each row of scores (ties count against)."""
    wanted = scores[np.arange(len(gold)), gold][:, None]
    return np.asarray((scores >= wanted).sum(axis=1))


def summary(ranks: NDArray[np.int64]) -> str:
    """Return R@1, R@10 and MRR@10 as one line."""
    first, tenth = np.mean(ranks == 1), np.mean(ranks <= 10)
    reciprocal = np.where(ranks <= 10, 1 / ranks, 0).mean()
    return f"R@1 {first:.3f}  R@10 {tenth:.3f}  MRR@10 {reciprocal:.3f}"


def retrieval(model: StaticModel, data: Path, asked: str, answered: str) -> NDArray[np.int64]:
    """Return the gold ranks of the questions of `asked` over the contexts of `answered`."""
    contexts = rows(data / f"{answered}.contexts.jsonl")
    questions = rows(data / f"{asked}.questions.jsonl")
    place = {context["context_id"]: i for i, context in enumerate(contexts)}
    documents = model.encode([f"{c['title']}\n{c['text']}".strip() for c in contexts])
    queries = model.encode([q["question"] for q in questions])
    gold = np.array([place[q["context_id"]] for q in questions])
    return ranks_of_gold(queries.astype(np.float32) @ documents.astype(np.float32).T, gold)


def query_words(question: str, tokenizer: Tokenizer) -> Iterator[str]:
    """Yield the words of a question: whole English words, the tokenizer's Chinese ones."""
    stop = function_words("english")
    for piece, is_run in pieces(fold(question)):
        if is_run:
            yield from tokenizer.encode(piece).tokens
        elif piece not in stop:
            yield piece


def translated(question: str, translator: Translator, tokenizer: Tokenizer) -> dict[str, float]:
    """Return the terms of the other language that a question implies, and its own Latin ones."""
    weights: dict[str, float] = {}
    for word in query_words(question, tokenizer):
        others = translator.translate(word, 6)
        if not HAN_CHARACTER.search(word):
            others.append((word, 1.0))
        for other, similarity in others:
            for term in terms_of(other):
                weights[term] = max(weights.get(term, 0.0), similarity)
    return weights


def lexical(folder: Path, data: Path, asked: str, answered: str) -> NDArray[np.int64]:
    """Return the gold ranks of questions whose words are translated and looked up by BM25."""
    contexts = rows(data / f"{answered}.contexts.jsonl")
    questions = rows(data / f"{asked}.questions.jsonl")
    place = {context["context_id"]: i for i, context in enumerate(contexts)}
    ranking = Ranking([f"{c['title']}\n{c['text']}" for c in contexts])
    translator = Translator(read_tensors(folder, "translations.safetensors"), folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    scores = [
        ranking.scores(translated(question["question"], translator, tokenizer))
        for question in questions
    ]
    return ranks_of_gold(np.array(scores), np.array([place[q["context_id"]] for q in questions]))


def main() -> None:
    """Print one line for every measured direction."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, default=ROOT / "models" / "docent-zh-en")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    model = StaticModel.from_pretrained(options.model)
    for asked, answered in (
        ("xquad_en", "xquad_zh"),
        ("xquad_zh", "xquad_en"),
        ("xquad_zh", "xquad_zh"),
        ("xquad_en", "xquad_en"),
        ("cmrc_dev", "cmrc_dev"),
    ):
        ranks = retrieval(model, options.data, asked, answered)
        print(f"{asked:9} -> {answered:9} {summary(ranks)}")
    for asked, answered in (("xquad_en", "xquad_zh"), ("xquad_zh", "xquad_en")):
        ranks = lexical(options.model, options.data, asked, answered)
        print(f"{asked:9} -> {answered:9} {summary(ranks)}  translated words, BM25")
    pairs = rows(options.data / "tatoeba_laser_test.jsonl")
    english = model.encode([pair["en"] for pair in pairs]).astype(np.float32)
    chinese = model.encode([pair["zh"] for pair in pairs]).astype(np.float32)
    scores, gold = english @ chinese.T, np.arange(len(pairs))
    print(f"tatoeba   en -> zh          {summary(ranks_of_gold(scores, gold))}")
    print(f"tatoeba   zh -> en          {summary(ranks_of_gold(scores.T, gold))}")


if __name__ == "__main__":
    main()

"""Measure a model folder on data it never saw: `python training/measure.py [FOLDER]`.

Passages are ranked by cosine alone; the hybrid search is measured in benchmarks/.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from model2vec import StaticModel  # noqa: E402
from numpy.typing import NDArray  # noqa: E402


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
    pairs = rows(options.data / "tatoeba_laser_test.jsonl")
    english = model.encode([pair["en"] for pair in pairs]).astype(np.float32)
    chinese = model.encode([pair["zh"] for pair in pairs]).astype(np.float32)
    scores, gold = english @ chinese.T, np.arange(len(pairs))
    print(f"tatoeba   en -> zh          {summary(ranks_of_gold(scores, gold))}")
    print(f"tatoeba   zh -> en          {summary(ranks_of_gold(scores.T, gold))}")


if __name__ == "__main__":
    main()

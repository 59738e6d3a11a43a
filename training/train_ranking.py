"""Learn how passages are ranked: `python training/train_ranking.py` writes `ranking.json`.

DRCD and CMRC trial are indexed as a folder of documents would be; each question's proposed
passages are told apart by what they hold of it. The bundled vectors have seen these questions in
training, so what their nearness counts cannot be learned here: it is given below, together with
the scale of what passages in another script hold, in the middle of the range where results are
flat.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from index.embedder import load_embedder  # noqa: E402
from index.library import Library  # noqa: E402
from index.pipeline import reindex  # noqa: E402
from index.translator import load_translator  # noqa: E402
from retrieval.retriever import Candidate, Retriever  # noqa: E402
from retrieval.search.ranking import FEATURES  # noqa: E402

CORPORA = ("drcd_dev", "drcd_test", "cmrc_trial")
# By direction: what counts of the learned weights, and what nearness counts.
DIRECTIONS = {"own": (1.0, 3.0), "into_han": (0.5, 14.0), "out_of_han": (0.6, 17.0)}
# What the nearness of the right passage usually is, for the middle of the score.
USUAL_NEARNESS = 0.5

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """The passages proposed for one question: their features, and which hold the answer."""

    values: Values
    right: NDArray[np.bool_]


def main() -> None:
    """Collect the groups, fit, and write the weights."""
    options = _options()
    groups = [group for name in CORPORA for group in _groups(options.data, name, options.step)]
    weights = _fit([group for group in groups if group.right.any() and not group.right.all()])
    slope, middle = _curve(groups, weights)
    print(f"{len(groups)} questions, first right in {_first(groups, weights):.4f}")
    options.out.write_text(json.dumps(_file(weights, slope, middle), indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "retrieval" / "search" / "ranking.json")
    parser.add_argument("--step", type=int, default=1, help="take every n-th question")
    return parser.parse_args()


def _groups(data: Path, name: str, step: int) -> Iterator[Group]:
    """Yield the group of every question of a corpus that is indexed for it."""
    contexts = (data / f"{name}.contexts.jsonl").read_text(encoding="utf-8").splitlines()
    questions = (data / f"{name}.questions.jsonl").read_text(encoding="utf-8").splitlines()
    embedder = load_embedder("bundled")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        rows = [{**json.loads(line), "id": json.loads(line)["context_id"]} for line in contexts]
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (documents / "texts.jsonl").write_text(lines, encoding="utf-8")
        library = Library.open(Path(folder) / "data", embedder)
        reindex(library, documents)
        retriever = Retriever(library, embedder, load_translator())
        for line in questions[::step]:
            row = json.loads(line)
            found = retriever.candidates(retriever.analyse(row["question"]))
            yield _group(found, row["context_id"], row["answers"])
        library.close()


def _group(found: list[Candidate], gold: str, answers: list[str]) -> Group:
    """Mark the passages of the gold article that hold an answer; all of it where none does."""
    of_gold = np.array([c.article.id.partition("#")[2] == gold for c in found])
    holds = np.array([any(answer in c.chunk.text for answer in answers) for c in found])
    right = of_gold & holds if (of_gold & holds).any() else of_gold
    return Group(np.array([c.features[:-1] for c in found]), right)


def _fit(groups: list[Group], decay: float = 1e-2) -> Values:
    """Return the weights under which the right passages are likeliest to come first.

    The loss is the listwise softmax (ListNet, Cao et al. 2007, top one).
    """
    spread = np.concatenate([group.values for group in groups]).std(axis=0)
    values = np.concatenate([group.values for group in groups]) / spread
    right = np.concatenate([group.right for group in groups])
    sizes = np.array([len(group.right) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of_group = np.repeat(np.arange(len(groups)), sizes)

    def loss(weights: Values) -> tuple[float, Values]:
        scores = values @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[of_group])
        total = np.add.reduceat(powers, starts)
        hit = np.add.reduceat(powers * right, starts)
        pull = powers / total[of_group] - powers * right / hit[of_group]
        slope = values.T @ pull / len(groups) + 2 * decay * weights
        return float(-np.log(hit / total).mean() + decay * weights @ weights), slope

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread)


def _curve(groups: list[Group], weights: Values) -> tuple[float, float]:
    """Return slope and middle of the logistic curve that tells right from wrong first passages.

    Wrong ones are the best passages that are left when the right ones are taken away, as in a
    library that does not hold the answer.
    """
    sums = [(group.values @ weights, group.right) for group in groups if group.right.any()]
    good = np.array([total[right].max() for total, right in sums])
    bad = np.array([total[~right].max() for total, right in sums if not right.all()])
    totals = np.concatenate([good, bad])
    labels = np.concatenate([np.ones(len(good)), np.zeros(len(bad))])

    def loss(curve: Values) -> float:
        signed = (2 * labels - 1) * curve[0] * (totals - curve[1])
        return float(np.logaddexp(0, -signed).mean())

    slope, middle = minimize(loss, np.array([1.0, float(totals.mean())])).x
    return float(slope), float(middle)


def _first(groups: list[Group], weights: Values) -> float:
    """Return the share of questions whose first passage is right."""
    hits = [g.right[np.argmax(g.values @ weights)] for g in groups if len(g.right)]
    return float(np.mean(hits))


def _file(weights: Values, slope: float, middle: float) -> dict[str, object]:
    directions = {
        name: {
            **dict(zip(FEATURES, (round(float(w) * scale, 3) for w in weights), strict=False)),
            "nearness": nearness,
        }
        for name, (scale, nearness) in DIRECTIONS.items()
    }
    middle += DIRECTIONS["own"][1] * USUAL_NEARNESS
    return {**directions, "slope": round(slope, 3), "middle": round(middle, 3)}


if __name__ == "__main__":
    main()

"""Train the entailment model: one command, some forty minutes on two cores.

usage: python -m training.entailment.train [--inference FOLDER] [--passes N] [--out FOLDER]

Phase 1 reads public inference sets, those that are in `--inference`; phase 2 the claims of
`training/claims`, `--passes` times, each time against other units.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from index.encoders.bundled import weights
from index.encoders.transformer import Tokenizer
from retrieval.proof.entailment import FOLDER, Sequenced, sequences
from training.entailment.examples import Document, Pair, documents, inference_pairs, pairs_of
from training.entailment.model import HEADS, EntailmentNetwork
from training.reader.export import export
from training.reader.model import Optimiser, falling

_TOKENS = 3200
_PAD = 1
_RATE = 1e-4


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of some pairs."""

    ids: Tensor
    mask: Tensor
    claim: Tensor
    unit: Tensor
    labels: Tensor


def collate(rows: Sequence[Sequenced], labels: Sequence[bool]) -> Batch:
    """Return sequences as one batch."""
    count, tokens = len(rows), max(len(row.ids) for row in rows)
    ids = torch.full((count, tokens), _PAD, dtype=torch.long)
    mask, claim, unit = (torch.zeros(count, tokens) for _ in range(3))
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = torch.tensor(row.ids)
        mask[place, : len(row.ids)] = 1
        claim[place, slice(*row.claim)] = 1
        unit[place, slice(*row.unit)] = 1
    return Batch(ids, mask, claim, unit, torch.tensor(labels, dtype=torch.float32))


def plan(rows: Sequence[Sequenced], rng: random.Random) -> list[list[int]]:
    """Return the places of rows in batches of like length, in random order."""
    found: list[list[int]] = [[]]
    for place in sorted(range(len(rows)), key=lambda p: len(rows[p].ids) + rng.random() * 20):
        if found[-1] and (len(found[-1]) + 1) * len(rows[place].ids) > _TOKENS:
            found.append([])
        found[-1].append(place)
    rng.shuffle(found)
    return found


def run(
    network: EntailmentNetwork, passes: Sequence[Sequence[Pair]], rate: float, rng: random.Random,
    tokenizer: Tokenizer,
) -> None:  # fmt: skip
    """Train on the pairs of each pass: a short warm-up, then a rate that falls to nothing."""
    heads = [p for m in (network.whole, network.word) for p in m.parameters()]
    body = [p for p in network.layers.parameters() if p.requires_grad]
    optimiser = Optimiser([(body, rate), (heads, 8 * rate)])
    batches = []
    for pairs in passes:
        rows = sequences([(p.claim, p.unit) for p in pairs], tokenizer)
        batches += [
            collate([rows[place] for place in places], [pairs[place].true for place in places])
            for places in plan(rows, rng)
        ]
    schedule = falling(optimiser, len(batches))
    started, losses = time.monotonic(), []
    network.train()
    for number, batch in enumerate(batches, 1):
        scores = network(batch.ids, batch.mask, batch.claim, batch.unit)
        loss = F.binary_cross_entropy_with_logits(scores, batch.labels)
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if number % 100 == 0:
            spent = time.monotonic() - started
            print(f"{number}/{len(batches)} {spent:.0f} s {np.mean(losses[-100:]):.3f}", flush=True)


@torch.no_grad()
def scores_of(
    network: EntailmentNetwork, pairs: Sequence[Pair], tokenizer: Tokenizer
) -> np.ndarray:
    """Return the log-odds of each pair: (pairs,)."""
    network.eval()
    rows = sequences([(p.claim, p.unit) for p in pairs], tokenizer)
    found = np.zeros(len(rows))
    for places in plan(rows, random.Random(0)):
        batch = collate([rows[p] for p in places], [pairs[p].true for p in places])
        found[places] = network(batch.ids, batch.mask, batch.claim, batch.unit).numpy()
    return found


def measure(network: EntailmentNetwork, kept: Sequence[Document], tokenizer: Tokenizer) -> str:
    """Return how many true sentences pass where few lies do, each held against every unit."""
    best: dict[bool, list[float]] = {True: [], False: []}
    for document in kept:
        pairs = [Pair(c.text, u, c.true) for c in document.claims for u in document.units]
        rows = scores_of(network, pairs, tokenizer).reshape(len(document.claims), -1).max(1)
        for claim, score in zip(document.claims, rows, strict=True):
            if len(claim.units) == 1:
                best[claim.true].append(float(score))
    lies, truths = np.array(best[False]), np.array(best[True])
    told = []
    for share in (0.02, 0.05, 0.1):
        least = np.quantile(lies, 1 - share)
        told.append(f"{np.mean(truths > least):.3f} at {share} of lies (above {least:.2f})")
    apart = np.mean(truths[:, None] > lies[None])
    return f"AUC {apart:.3f} of {len(truths)} and {len(lies)}: {', '.join(told)}"


def main() -> None:
    """Read the arguments, train, measure on documents kept apart, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inference", type=Path)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--reader", type=Path, default=Path("models/reader"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    shared = weights()
    network = EntailmentNetwork(shared, options.reader)
    told = documents()
    kept = [document for document in told if document.apart]
    if options.inference:
        pairs = inference_pairs(options.inference, rng)
        run(network, [pairs], _RATE, rng, shared.tokenizer)
        print(f"phase 1: {measure(network, kept, shared.tokenizer)}", flush=True)
    passes = [
        [pair for document in told if not document.apart for pair in pairs_of(document, rng)]
        for _ in range(options.passes)
    ]
    run(network, passes, _RATE, rng, shared.tokenizer)
    print(f"phase 2: {measure(network, kept, shared.tokenizer)}", flush=True)
    export(network, HEADS, options.out)


if __name__ == "__main__":
    main()

"""Train the reader that comes with the project: one command, an hour or two on two cores.

usage: python -m training.reader.train [--data FOLDER] [--documents FOLDER] [--out FOLDER]

Phase 1 reads paragraphs (DRCD, CMRC trial), phase 2 the community's documents with a few of those
again, phase 3 both once more beside the headings of the Markdown files in `--documents`, if given,
and the questions that `training/questions` asks of them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from index.encoders.bundled import E5Encoder, weights
from training.reader.documents import asked_examples, community_examples, heading_examples
from training.reader.examples import Example
from training.reader.export import HEADS, export
from training.reader.features import (
    LOOSELY,
    UNKNOWN,
    YES,
    Batch,
    Features,
    batches,
    collate,
    features,
)
from training.reader.model import Optimiser, ReaderNetwork, falling
from training.reader.passages import passage_examples

# Word pieces of a batch, padding counted, and of what is read of it at a time.
_TOKENS, _AT_A_TIME = 6000, 1300
_POSITIVE_WEIGHT, _SPAN_WEIGHT = 2.0, 0.3
_FAR = -1e4
# Phase: examples of paragraphs, learning rate.
_PHASES = ((8000, 1e-4), (2200, 1e-4), (1500, 7e-5))
_HEADINGS = 3000


def loss_of(units: Tensor, spans: Tensor, listed: Tensor, batch: Batch) -> Tensor:
    """Return the loss of each unit by itself, of a question's units together, of the span, and
    of whether a list is asked for.
    """
    labels, count = batch.labels, len(batch.labels)
    known, sure = labels != UNKNOWN, (labels != UNKNOWN) & (labels != LOOSELY)
    gold = (labels == YES) | (labels == LOOSELY)
    single = F.binary_cross_entropy_with_logits(
        units, gold.float(), reduction="none", pos_weight=torch.tensor(_POSITIVE_WEIGHT)
    )
    alone = (single * sure).sum() / count / 3
    every = torch.logsumexp(units.masked_fill(~known, _FAR), 1)
    right = torch.logsumexp(units.masked_fill(~gold, _FAR), 1)
    among = torch.stack(
        [
            _with_none(every[asked]) - (right[asked].logsumexp(0) if gold[asked].any() else 0.0)
            for asked in (batch.questions == n for n in batch.questions.unique())
        ]
    ).mean()
    told = batch.spans[:, 0] >= 0
    ends = torch.zeros(())
    if told.any():
        inside = spans.masked_fill((batch.inside == 0).unsqueeze(-1), _FAR)[told]
        wanted = batch.spans[told]
        ends = F.cross_entropy(inside[..., 0], wanted[:, 0])
        ends = (ends + F.cross_entropy(inside[..., 1], wanted[:, 1])) / 2
    known_list = batch.listed != UNKNOWN
    wishes = F.binary_cross_entropy_with_logits(
        listed[known_list], batch.listed[known_list].float(), reduction="sum"
    )
    return alone + among + _SPAN_WEIGHT * ends + wishes / count


def _with_none(scores: Tensor) -> Tensor:
    """Return the sum of the scores and of that of no answer, 0, as log-odds."""
    return torch.cat([scores, scores.new_zeros(1)]).logsumexp(0)


def read(network: nn.Module, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Return what the network says of a batch: see `ReaderNetwork.forward`.

    Sequences of like length are read together, since a question's long and short windows stand in
    one batch, where padding would be half of what is read.
    """
    lengths = batch.mask.sum(1).long()
    order = lengths.argsort(descending=True)
    parts: list[list[Tensor]] = []
    while len(order):
        longest = int(lengths[order[0]])
        count = max(1, _AT_A_TIME // longest)
        now, order = order[:count], order[count:]
        units, spans, listed = network(
            batch.ids[now, :longest],
            batch.mask[now, :longest],
            batch.pool[now, :, :longest],
            batch.asked[now, :longest],
        )
        spans = F.pad(spans, (0, 0, 0, batch.ids.shape[1] - longest))
        parts.append([now, units, spans, listed])
    now, units, spans, listed = (torch.cat(kind) for kind in zip(*parts, strict=True))
    back = now.argsort()
    return units[back], spans[back], listed[back]


def run(network: ReaderNetwork, rows: Sequence[Features], rate: float, rng: random.Random) -> None:
    """Train for one pass over the rows: a short warm-up, then a rate that falls to nothing."""
    heads = [p for m in (network.unit, network.span, network.listed) for p in m.parameters()]
    body = [
        p for n, p in network.named_parameters() if p.requires_grad and n.split(".")[0] == "layers"
    ]
    optimiser = Optimiser([(body, rate), (heads, 8 * rate)])
    plan = batches(rows, _TOKENS, rng)
    schedule = falling(optimiser, len(plan))
    started = time.monotonic()
    network.train()
    for number, places in enumerate(plan, 1):
        batch = collate([rows[place] for place in places])
        loss = loss_of(*read(network, batch), batch)
        loss.backward()
        optimiser.step()
        schedule.step()
        if number % 100 == 0:
            print(f"{number}/{len(plan)} {time.monotonic() - started:.0f} s {loss.item():.3f}")
    optimiser.take_means()


@torch.no_grad()
def measure(network: ReaderNetwork, rows: Sequence[Features], rng: random.Random) -> str:
    """Return how often the best unit of a window answers, and how well windows are told apart."""
    network.eval()
    right, holding, others = [], [], []
    for places in batches(rows, _TOKENS, rng):
        batch = collate([rows[place] for place in places])
        units, _, _ = read(network, batch)
        best = units.masked_fill(batch.pool.sum(-1) == 0, _FAR).max(1)
        for row, (score, place) in enumerate(zip(*best, strict=True)):
            gold = batch.labels[row] == YES
            if gold.any():
                holding.append(score.item())
                right.append(bool(gold[place]))
            else:
                others.append(score.item())
    apart = np.mean(np.array(holding)[:, None] > np.array(others)[None])
    return f"right {np.mean(right):.3f} of {len(right)}, AUC {apart:.3f} against {len(others)}"


def main() -> None:
    """Read the arguments, train, measure on the documents kept apart, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--out", type=Path, default=Path("models/reader"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    shared = weights()
    encoder = E5Encoder(shared)
    paragraphs = passage_examples(options.data, encoder, rng)
    community, kept = community_examples(encoder, rng)
    others: list[Example] = []
    if options.documents:
        others = heading_examples(options.documents, encoder, rng, _HEADINGS)
        others += asked_examples(options.documents, encoder, rng)

    def rows(examples: Sequence[Example]) -> list[Features]:
        found = (features(example, shared.tokenizer, rng) for example in examples)
        return [row for row in found if row is not None]

    network, apart = ReaderNetwork(shared), rows(kept)
    for phase, (count, rate) in enumerate(_PHASES):
        examples = rng.sample(paragraphs, min(count, len(paragraphs)))
        examples += community if phase else []
        examples += others if phase == 2 else []
        run(network, rows(examples), rate, rng)
        print(f"phase {phase + 1}: {measure(network, apart, rng)}")
    export(network, HEADS, options.out)


if __name__ == "__main__":
    main()

"""Fit the reader's three small networks with torch; they run on NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader_cases import Case
from torch import Tensor, nn

from retrieval.reader import tag_features
from retrieval.reading.network import Network

Rows = NDArray[np.float32]

_TAG_NEGATIVES = 4


def seed(number: int) -> None:
    """Make every run the same."""
    torch.manual_seed(number)
    np.random.seed(number)


def _network(features: int, hidden: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(features, hidden), nn.Tanh(), nn.Dropout(dropout), nn.Linear(hidden, 1)
    )


def _exported(
    net: nn.Sequential, names: Sequence[str], mean: Tensor, spread: Tensor
) -> dict[str, Any]:
    """Return a network as the JSON of `retrieval.reading.network.Network`."""
    first, last = net[0], net[3]

    def plain(values: Tensor, digits: int = 4) -> list[float]:
        return [round(float(value), digits) for value in values.detach()]

    return {
        "features": list(names),
        "mean": plain(mean, 5),
        "spread": plain(spread, 5),
        "w1": [plain(row) for row in first.weight],
        "b1": plain(first.bias),
        "w2": plain(last.weight[0]),
        "b2": round(float(last.bias.detach()[0]), 4),
    }


def _schedule(
    net: nn.Module, rate: float, decay: float, steps: int
) -> tuple[torch.optim.Optimizer, Any]:
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=decay)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)


def fit_tagger(
    cases: Sequence[Case], names: Sequence[str], hidden: int = 32, epochs: int = 5
) -> dict[str, Any]:
    """Fit which tokens answer: logistic loss over the right sentences and some wrong ones."""
    rows, labels = [], []
    random = np.random.default_rng(0)
    for case in cases:
        if not any(case.tags):
            continue
        right = [place for place, spans in enumerate(case.tags) if spans][:2]
        wrong = [place for place, spans in enumerate(case.tags) if not spans]
        for place in [*right, *random.permutation(wrong)[:_TAG_NEGATIVES]]:
            label = np.zeros(len(case.tokens[place]), dtype=np.float32)
            for first, last in case.tags[place]:
                label[first:last] = 1.0
            rows.append(case.tokens[place])
            labels.append(label)
    x = torch.tensor(np.concatenate(rows).astype(np.float32))
    return _fit_logistic(
        x, torch.tensor(np.concatenate(labels)), None, names, hidden, epochs, 2048, 4e-3, 1e-4, 0.0
    )


def _fit_logistic(
    x: Tensor,
    y: Tensor,
    weights: Tensor | None,
    names: Sequence[str],
    hidden: int,
    epochs: int,
    batch: int,
    rate: float,
    decay: float,
    dropout: float,
) -> dict[str, Any]:
    """Fit a network to 0/1 labels."""
    mean, spread = x.mean(0), x.std(0) + 1e-2
    x = (x - mean) / spread
    net = _network(x.shape[1], hidden, dropout)
    steps = epochs * -(-len(x) // batch)
    optimizer, schedule = _schedule(net, rate, decay, steps)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x), batch):
            chosen = order[at : at + batch]
            loss = nn.functional.binary_cross_entropy_with_logits(
                net(x[chosen]).squeeze(-1),
                y[chosen],
                weight=None if weights is None else weights[chosen],
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return _exported(net.eval(), names, mean, spread)


def rank_rows(case: Case, tagger: dict[str, Any]) -> Rows:
    """Return the RANK_FEATURES of a case."""
    network = Network(tagger)
    tags = {
        row: network.score(tokens.astype(np.float32))
        for row, tokens in zip(case.rows, case.tokens, strict=True)
        if len(tokens)
    }
    return np.column_stack([case.held, tag_features(tags, len(case.held))])


def fit_ranker(
    features: Sequence[Rows],
    right: Sequence[NDArray[np.bool_]],
    names: Sequence[str],
    hidden: int = 32,
    epochs: int = 20,
) -> dict[str, Any]:
    """Fit which sentence answers: the right ones' share of a softmax over all of a question."""
    pairs = [(f, r) for f, r in zip(features, right, strict=True) if r.any()]
    longest = max(len(f) for f, _ in pairs)
    x = torch.zeros(len(pairs), longest, len(names))
    y = torch.zeros(len(pairs), longest, dtype=torch.bool)
    there = torch.zeros(len(pairs), longest, dtype=torch.bool)
    for place, (rows, labels) in enumerate(pairs):
        x[place, : len(rows)] = torch.tensor(rows)
        y[place, : len(rows)] = torch.tensor(labels)
        there[place, : len(rows)] = True
    mean, spread = x[there].mean(0), x[there].std(0) + 1e-3
    x = (x - mean) / spread
    net = _network(len(names), hidden, 0.1)
    batch, rate = 64, 3e-3
    optimizer, schedule = _schedule(net, rate, 1e-3, epochs * -(-len(x) // batch))
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x), batch):
            chosen = order[at : at + batch]
            scores = net(x[chosen]).squeeze(-1).masked_fill(~there[chosen], -1e9)
            hits = scores.masked_fill(~y[chosen], -1e9)
            loss = (torch.logsumexp(scores, 1) - torch.logsumexp(hits, 1)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return _exported(net.eval(), names, mean, spread)


def fit_judge(
    rows: Rows,
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    names: Sequence[str],
    hidden: int = 16,
    epochs: int = 25,
) -> dict[str, Any]:
    """Fit whether the best sentence answers."""
    return _fit_logistic(
        torch.tensor(rows), torch.tensor(labels), torch.tensor(weights), names, hidden, epochs,
        128, 3e-3, 3e-3, 0.1,
    )  # fmt: skip

"""The reader's training: what competes in a batch, and which loss falls to nothing."""

from __future__ import annotations

import random

import pytest

torch = pytest.importorskip("torch")
from training.reader.features import (  # noqa: E402
    NO,
    UNKNOWN,
    YES,
    Features,
    batches,
    collate,
)
from training.reader.train import loss_of, read  # noqa: E402


def row(question: str, labels: list[int], length: int = 20, listed: int = UNKNOWN) -> Features:
    units = [(8 + 2 * n, 10 + 2 * n) for n in range(len(labels))]
    return Features(question, [5] * length, 3, units, labels, None, listed)


def test_the_sequences_of_a_question_stand_in_one_batch() -> None:
    rows = [row(f"question {n % 7}", [NO], 20 + n) for n in range(40)]
    found = batches(rows, 200, random.Random(1))
    assert sorted(place for batch in found for place in batch) == list(range(40))
    for question in {r.question for r in rows}:
        assert sum(any(rows[p].question == question for p in batch) for batch in found) == 1


def test_a_unit_of_another_window_competes_with_the_answer() -> None:
    batch = collate([row("a", [YES, NO]), row("a", [NO]), row("b", [NO, UNKNOWN])])
    assert batch.questions.tolist() == [0, 0, 1]
    spans, listed = torch.zeros(3, 20, 2), torch.zeros(3)
    right = torch.tensor([[9.0, -9.0], [-9.0, 0.0], [-9.0, 9.0]])
    wrong = torch.tensor([[9.0, -9.0], [20.0, 0.0], [-9.0, 9.0]])
    assert loss_of(right, spans, listed, batch) < 0.01
    assert loss_of(wrong, spans, listed, batch) > 5


def test_whether_a_list_is_asked_for_counts_where_it_is_known() -> None:
    batch = collate([row("a", [YES], listed=YES), row("b", [YES], listed=UNKNOWN)])
    units, spans = torch.full((2, 1), 9.0), torch.zeros(2, 20, 2)
    assert loss_of(units, spans, torch.tensor([9.0, -9.0]), batch) < 0.01
    assert loss_of(units, spans, torch.tensor([-9.0, 0.0]), batch) > 1


class Counting(torch.nn.Module):
    """Returns sums of word pieces in the shapes of a reader, and notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[int, int]] = []

    def forward(self, ids, mask, pool, asked):  # type: ignore[no-untyped-def]
        self.given.append((ids.shape[0], ids.shape[1]))
        pieces = ids * mask
        spans = torch.stack([pieces, -pieces], -1)
        return (pool @ pieces.unsqueeze(-1)).squeeze(-1), spans, (asked * pieces).sum(1)


def test_a_batch_is_read_in_parts_of_like_length_without_a_difference() -> None:
    lengths = [300, 40, 280, 55, 41, 300, 20]
    rows = [row(f"q{n}", [NO] * (1 + n % 3), length) for n, length in enumerate(lengths)]
    for number, each in enumerate(rows):
        each.ids[:] = [number + place for place in range(len(each.ids))]
    batch, network = collate(rows), Counting()
    whole = network(batch.ids, batch.mask, batch.pool, batch.asked)
    network.given.clear()
    units, spans, listed = read(network, batch)
    assert torch.equal(units, whole[0])
    assert torch.equal(spans * batch.mask.unsqueeze(-1), whole[1])
    assert torch.equal(listed, whole[2])
    assert network.given == [(4, 300), (3, 41)]

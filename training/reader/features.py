"""Examples become sequences of word pieces, and batches of them tensors."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from index.encoders.bundled import END, START
from index.encoders.transformer import Tokenizer
from retrieval.answer.reader import LONGEST_HEAD, LONGEST_QUESTION, LONGEST_WINDOW
from training.reader.examples import Example, Span

_LONGEST = 330
_PAD = 1
UNKNOWN, NO, YES, LOOSELY = -1, 0, 1, 2


@dataclass(frozen=True, slots=True)
class Features:
    """One sequence of a question: its word pieces, the units as spans of them, their labels.

    `listed` is UNKNOWN, NO or YES: whether a list is asked for.
    """

    question: str
    ids: list[int]
    asked: int
    units: list[Span]
    labels: list[int]
    span: Span | None
    listed: int


def features(example: Example, tokenizer: Tokenizer, rng: random.Random) -> Features | None:
    """Return an example as a sequence, as `Reader._sequences` makes it; None if no unit is left.

    A window that is too long is cropped to whole units around one that answers.
    """
    question, head, body = tokenizer.cut([example.question, example.head, example.text])
    asked, above = question.ids[:LONGEST_QUESTION], head.ids[:LONGEST_HEAD]
    starts, ends = [s for s, _ in body.offsets], [e for _, e in body.offsets]
    places = [(bisect_left(ends, a + 1), bisect_left(starts, b)) for a, b in example.units]
    if not places:
        return None
    low, high = _crop(example, places, len(body.ids), rng)
    first = 0 if low == 0 else places[low][0]
    last = len(body.ids) if high == len(places) else max(p[1] for p in places[low:high])
    last = min(last, first + _LONGEST - len(asked) - len(above) - 5)
    base = len(asked) + len(above) + 4 - first
    units, labels = [], []
    for number in range(low, high):
        start, end = places[number][0], min(places[number][1], last)
        if end > start:
            units.append((base + start, base + end))
            labels.append(_label(example, number))
    if not units:
        return None
    ids = [START, *asked, END, END, *above, END, *body.ids[first:last], END]
    span = None
    if example.span:
        a, b = bisect_left(ends, example.span[0] + 1), bisect_left(starts, example.span[1])
        span = (base + a, base + b - 1) if first <= a < b <= last else None
    listed = UNKNOWN if example.listed is None else int(example.listed)
    return Features(example.question, ids, len(asked), units, labels, span, listed)


def _label(example: Example, number: int) -> int:
    if number in example.gold:
        return LOOSELY if example.loose else YES
    return UNKNOWN if number in example.ignored else NO


def _crop(
    example: Example, places: Sequence[Span], length: int, rng: random.Random
) -> tuple[int, int]:
    """Return the first and last unit of a stretch that fits, with one that answers if any does."""
    if length <= LONGEST_WINDOW:
        return 0, len(places)
    low = rng.choice(example.gold) if example.gold else rng.randrange(len(places))
    high = low + 1
    while True:
        before = low > 0 and places[high - 1][1] - places[low - 1][0] <= LONGEST_WINDOW
        after = high < len(places) and places[high][1] - places[low][0] <= LONGEST_WINDOW
        if not before and not after:
            return low, high
        if before and (not after or rng.random() < 0.5):
            low -= 1
        else:
            high += 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of some sequences; `inside` marks the word pieces of units.

    `questions` numbers the question of each sequence, from 0.
    """

    ids: Tensor
    mask: Tensor
    pool: Tensor
    asked: Tensor
    labels: Tensor
    spans: Tensor
    inside: Tensor
    listed: Tensor
    questions: Tensor


def collate(rows: Sequence[Features]) -> Batch:
    """Return rows as one batch."""
    count, tokens = len(rows), max(len(row.ids) for row in rows)
    units = max(len(row.units) for row in rows)
    ids = torch.full((count, tokens), _PAD, dtype=torch.long)
    mask, asked, inside = (torch.zeros(count, tokens) for _ in range(3))
    pool = torch.zeros(count, units, tokens)
    labels = torch.full((count, units), UNKNOWN, dtype=torch.long)
    spans = torch.full((count, 2), -100, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = torch.tensor(row.ids)
        mask[place, : len(row.ids)] = 1
        asked[place, 1 : 1 + row.asked] = 1 / max(1, row.asked)
        for number, (start, end) in enumerate(row.units):
            pool[place, number, start:end] = 1 / (end - start)
            labels[place, number] = row.labels[number]
            inside[place, start:end] = 1
        if row.span:
            spans[place] = torch.tensor(row.span)
    listed = torch.tensor([row.listed for row in rows])
    numbers = {question: n for n, question in enumerate(dict.fromkeys(r.question for r in rows))}
    questions = torch.tensor([numbers[row.question] for row in rows])
    return Batch(ids, mask, pool, asked, labels, spans, inside, listed, questions)


def batches(rows: Sequence[Features], tokens: int, rng: random.Random) -> list[list[int]]:
    """Return the places of rows in batches of like length, in random order.

    The sequences of a question stand in one batch, where they compete.
    """
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row.question, []).append(place)
    longest = {q: max(len(rows[p].ids) for p in places) for q, places in groups.items()}
    found: list[list[int]] = []
    batch: list[int] = []
    for question in sorted(groups, key=lambda question: longest[question] + rng.random() * 30):
        places = groups[question]
        if batch and (len(batch) + len(places)) * longest[question] > tokens:
            found.append(batch)
            batch = []
        batch.extend(places)
    found.append(batch)
    rng.shuffle(found)
    return found

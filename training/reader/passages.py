"""Examples from paragraphs with questions: the answer is a span of a sentence."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index.embedder import Embedder
from language.sentences import sentence_spans
from training.reader.examples import Example, without

SETS = ("drcd_dev", "drcd_test", "cmrc_trial")
_NEAR = 12
_NUMBER = re.compile(r"\d{1,4}")
_STEPS = (-13, -4, -2, -1, 1, 2, 3, 5, 11)


def passage_examples(data: Path, encoder: Embedder, rng: random.Random) -> list[Example]:
    """Return examples; negatives are near paragraphs, the answer left out, another name."""
    contexts: dict[str, tuple[str, str]] = {}
    rows: list[tuple[str, list[str], str]] = []
    for name in SETS:
        for row in _rows(data / f"{name}.contexts.jsonl"):
            contexts[row["context_id"]] = (row["title"], row["text"])
        for row in _rows(data / f"{name}.questions.jsonl"):
            answers = [answer for answer in row["answers"] if answer]
            rows.append((row["question"], answers, row["context_id"]))
    ids = list(contexts)
    texts = encoder.encode_documents(["\n".join(contexts[i]) for i in ids])
    near = np.argsort(-(encoder.encode_queries([row[0] for row in rows]) @ texts.T), 1)[:, :_NEAR]
    titles = [title for title, _ in contexts.values() if 2 <= len(title) <= 8]
    found: list[Example] = []
    for (question, answers, own), places in zip(rows, near, strict=True):
        title, text = contexts[own]
        units = tuple(sentence_spans(text))
        holding = [n for n, (a, b) in enumerate(units) if any(x in text[a:b] for x in answers)]
        if not holding:
            continue
        best = max(holding, key=lambda n: _shared(question, text[slice(*units[n])]))
        start, end = units[best]
        answer = max((x for x in answers if x in text[start:end]), key=len)
        at = text.index(answer, start)
        others = tuple(n for n in holding if n != best)
        found.append(Example(question, title, text, units, (best,), (at, at + len(answer)), others))
        for kind in rng.sample(["near", "left out", "changed", "near"], rng.choice((1, 2))):
            if kind == "near":
                candidates = [
                    contexts[ids[p]]
                    for p in places
                    if ids[p] != own and not any(x in contexts[ids[p]][1] for x in answers)
                ][:6]
                if candidates:
                    head, other = rng.choice(candidates)
                    found.append(Example(question, head, other, tuple(sentence_spans(other))))
            elif kind == "left out" and len(units) > max(2, len(holding)):
                found.append(without(question, title, text, units, set(holding)))
            elif kind == "changed":
                changed = _changed(question, title, text, titles, rng)
                if changed:
                    found.append(Example(changed, title, text, units))
    rng.shuffle(found)
    return found


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _shared(left: str, right: str) -> int:
    """Return how many pairs of characters two texts share."""
    pairs = [{text[n : n + 2] for n in range(len(text) - 1)} for text in (left, right)]
    return len(pairs[0] & pairs[1])


def _changed(
    question: str, title: str, text: str, titles: Sequence[str], rng: random.Random
) -> str | None:
    """Return the question asked of another name or number, which the text does not tell of."""
    if len(title) >= 2 and title in question and title in text:
        others = [t for t in titles if t not in text and abs(len(t) - len(title)) <= 3]
        return question.replace(title, rng.choice(others or list(titles)))
    numbers = list(_NUMBER.finditer(question))
    if not numbers:
        return None
    number = rng.choice(numbers)
    other = str(int(number.group()) + rng.choice(_STEPS))
    return None if other in text else question[: number.start()] + other + question[number.end() :]

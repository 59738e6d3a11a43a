"""Questions that take something for granted which the document does not say.

"When does version 3.0 come" is not answered by a line on version 2.0: a number, a year or a name
of an answerable question is exchanged for another that the window does not hold.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from training.reader.examples import Example

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_NAME = re.compile(r"(?<![\w.])[A-ZÀ-Þ][\w-]*[A-Za-zà-ÿ0-9]")
_CHANCE = 0.6
_MOST_NAMES = 4000


def names_of(texts: Iterable[str]) -> list[str]:
    """Return capitalised words of some texts that do not begin a sentence, each once."""
    found = {
        match.group()
        for text in texts
        for match in _NAME.finditer(text)
        if match.start() > 1 and text[match.start() - 2] not in ".!?\n:|"
    }
    return sorted(found)[:_MOST_NAMES]


def mistaken(example: Example, names: list[str], rng: random.Random) -> Iterator[Example]:
    """Yield the example with a question that its window does not answer any more.

    Only what the question and the window share is exchanged; without that, nothing is yielded.
    """
    told = f"{example.head} {example.text}"
    numbers = [m for m in _NUMBER.finditer(example.question) if _holds(told, m.group())]
    words = [
        m
        for m in _NAME.finditer(example.question)
        if m.start() > 0 and m.group().casefold() in told.casefold()
    ]
    if not (numbers or words) or rng.random() > _CHANCE:
        return
    match = rng.choice(numbers or words)
    for _ in range(8):
        other = _other_number(match.group(), rng) if numbers else rng.choice(names)
        if not _holds(told, other) and other.casefold() not in example.question.casefold():
            question = example.question[: match.start()] + other + example.question[match.end() :]
            yield replace(example, question=question, gold=(), span=None, ignored=(), loose=False)
            return


def _holds(text: str, number: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(number)}(?![\w])", text) is not None


def _other_number(number: str, rng: random.Random) -> str:
    """Return a number of the same form: another year, version or count nearby."""
    parts = number.split(".")
    place = rng.randrange(len(parts))
    value = int(parts[place][:9])
    step = rng.choice((-3, -2, -1, 1, 2, 3, 4))
    parts[place] = str(max(0, value + step) if value + step != value else value + 1)
    return ".".join(parts)

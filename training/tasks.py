"""Make the training tasks: each gives batches of pairs of bags that belong together.

A bag is a NumPy array of row numbers. Pairs of one batch come from one task, so that a pair's
negatives are of its own kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from corpus import Corpus, Passage
from numpy.typing import NDArray

Bag = NDArray[np.int32]
Encode = Callable[[Sequence[str]], list[Bag]]
_EMPTY = np.zeros(0, dtype=np.int32)


class PairTask:
    """Fixed pairs of bags: sentences and their translations, questions and their passages."""

    def __init__(self, left: list[Bag], right: list[Bag]) -> None:
        """Keep the pairs of which neither side is empty."""
        kept = [(a, b) for a, b in zip(left, right, strict=True) if len(a) and len(b)]
        self.left = [a for a, _ in kept]
        self.right = [b for _, b in kept]

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of pairs without repeats."""
        picked = random.choice(len(self.left), min(size, len(self.left)), replace=False)
        return [self.left[i] for i in picked], [self.right[i] for i in picked]


class DictionaryTask:
    """A Chinese word and one of its glosses, the first glosses more often."""

    def __init__(self, words: list[Bag], glosses: list[list[Bag]], weights: list[float]) -> None:
        """Keep the words of which something is known; `weights` says how often each is drawn."""
        kept = [i for i, word in enumerate(words) if len(word) and any(map(len, glosses[i]))]
        self.words = [words[i] for i in kept]
        self.glosses = [[gloss for gloss in glosses[i] if len(gloss)] for i in kept]
        chances = np.array([weights[i] for i in kept])
        self.cumulative = np.cumsum(chances / chances.sum())

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of (gloss, word) pairs."""
        drawn = np.searchsorted(self.cumulative, random.random(size))
        picked = np.unique(np.minimum(drawn, len(self.words) - 1))
        left = []
        for i in picked:
            choices = self.glosses[i]
            left.append(choices[int(len(choices) * random.random() ** 1.7)])
        return left, [self.words[i] for i in picked]


class CrossedTask:
    """Chinese texts said word by word in English, against the passage they came from."""

    def __init__(
        self, texts: list[Bag], passages: list[Bag], translations: dict[int, list[Bag]]
    ) -> None:
        """Take texts with the passage of each, and the English bags each Chinese row may become."""
        self.pairs = PairTask(texts, passages)
        self.translations = translations

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch with a new translation of every text."""
        left, right = self.pairs.sample(size, random)
        crossed = [self._translate(bag, random) for bag in left]
        kept = [i for i, bag in enumerate(crossed) if len(bag)]
        return [crossed[i] for i in kept], [right[i] for i in kept]

    def _translate(self, bag: Bag, random: np.random.Generator) -> Bag:
        found = []
        for row in bag.tolist():
            choices = self.translations.get(row)
            if choices:
                found.append(choices[int(len(choices) * random.random() ** 2)])
        return np.concatenate(found) if found else _EMPTY


class ClozeTask:
    """A sentence against the rest of its paragraph, which is what a question is to a passage."""

    def __init__(self, passages: list[list[Bag]], titles: list[Bag]) -> None:
        """Take the sentences of every passage, and its title."""
        self.passages = [(t, s) for t, s in zip(titles, passages, strict=True) if len(s) > 1]

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of (sentence, title and other sentences) pairs."""
        picked = random.choice(len(self.passages), min(size, len(self.passages)), replace=False)
        left, right = [], []
        for i in picked:
            title, sentences = self.passages[i]
            out = int(random.integers(len(sentences)))
            rest = [title, *(s for j, s in enumerate(sentences) if j != out)]
            left.append(sentences[out])
            right.append(np.concatenate(rest))
        kept = [i for i in range(len(left)) if len(left[i]) and len(right[i])]
        return [left[i] for i in kept], [right[i] for i in kept]


def reading_pairs(passages: list[Passage], encode: Encode) -> tuple[list[Bag], list[Bag]]:
    """Return the questions of all passages and, for each, its passage with the title."""
    bodies = encode([f"{p.title}\n{p.text}" for p in passages])
    questions = encode([q for p in passages for q in p.questions])
    repeated = [body for p, body in zip(passages, bodies, strict=True) for _ in p.questions]
    return questions, repeated


def row_translations(
    glosses: dict[str, list[str]], encode: Encode, row_of: Callable[[str], int | None]
) -> dict[int, list[Bag]]:
    """Return {row of a Chinese token: the English bags of its short glosses}."""
    found: dict[int, list[Bag]] = {}
    words = [word for word in glosses if row_of(word)]
    for word in words:
        short = [gloss for gloss in glosses[word] if len(gloss.split()) <= 3]
        bags = [bag for bag in encode(short) if len(bag)] if short else []
        row = row_of(word)
        if bags and row:
            found[row] = bags
    return found


def build_tasks(
    corpus: Corpus,
    glosses: dict[str, list[str]],
    encode: Encode,
    row_of: Callable[[str], int | None],
) -> dict[str, PairTask | DictionaryTask | CrossedTask | ClozeTask]:
    """Return every training task by name."""
    passages = corpus.passages
    questions, bodies = reading_pairs(passages, encode)
    sentences = [encode(passage.sentences()) for passage in passages]
    titles = encode([passage.title for passage in passages])
    whole = encode([f"{p.title}\n{p.text}" for p in passages])
    translations = row_translations(glosses, encode, row_of)
    flat = [(s, whole[i]) for i, found in enumerate(sentences) for s in found]
    return {
        "dictionary": DictionaryTask(
            encode(list(glosses)),
            [encode(found) for found in glosses.values()],
            [1.0 if row_of(word) else 0.25 for word in glosses],
        ),
        "tatoeba": PairTask(*map(encode, zip(*corpus.tatoeba, strict=True))),
        "manuals": PairTask(*map(encode, zip(*corpus.manuals, strict=True))),
        "questions": PairTask(questions, bodies),
        "crossed questions": CrossedTask(questions, bodies, translations),
        "crossed sentences": CrossedTask([s for s, _ in flat], [b for _, b in flat], translations),
        "cloze": ClozeTask(sentences, titles),
    }

"""Make the training tasks: each gives batches of pairs of bags that belong together.

A bag is a NumPy array of row numbers. Pairs of one batch come from one task, so that a pair's
negatives are of its own kind.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from alignment import Bag, WordPairs, align
from corpus import Corpus, Passage
from numpy.typing import NDArray
from vocabulary import chinese_texts

Encode = Callable[[Sequence[str]], list[Bag]]
# Bags of this many tokens are passages.
_LONG = 60
_EMPTY = np.zeros(0, dtype=np.int32)


class Task(Protocol):
    """Something that gives batches of pairs of bags that belong together."""

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of pairs."""
        ...


def thinned(bag: Bag, random: np.random.Generator) -> Bag:
    """Return a long bag with two fifths of it left out.

    There are few passages, and a model that sees all of one every time learns it by heart.
    """
    return bag if len(bag) < _LONG else bag[random.random(len(bag)) < 0.6]


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
        return [self.left[i] for i in picked], [thinned(self.right[i], random) for i in picked]


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


class AlignedTask:
    """Single words that translate each other, the surer ones more often."""

    def __init__(self, pairs: WordPairs, at_least: float) -> None:
        """Keep the pairs that score `at_least`."""
        scores = pairs.scores()
        kept = scores >= at_least
        self.left = pairs.english[kept].astype(np.int32)
        self.right = pairs.chinese[kept].astype(np.int32)
        self.cumulative = np.cumsum(scores[kept] / scores[kept].sum())

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch of (English word, Chinese word) pairs."""
        drawn = np.searchsorted(self.cumulative, random.random(size))
        picked = np.unique(np.minimum(drawn, len(self.left) - 1))
        return [self.left[i : i + 1] for i in picked], [self.right[i : i + 1] for i in picked]


class Crossing:
    """Says Chinese bags in English, word by word, differently each time."""

    def __init__(self, choices: dict[int, list[tuple[Bag, float]]]) -> None:
        """Take what each Chinese row may become, with the chance of each."""
        self.bags = {row: [bag for bag, _ in found] for row, found in choices.items()}
        self.cumulative = {
            row: np.cumsum([chance for _, chance in found]).tolist()
            for row, found in choices.items()
        }

    def translate(self, bag: Bag, random: np.random.Generator) -> Bag:
        """Return an English bag; words that nothing is known of are left out."""
        found = []
        for row, draw in zip(bag.tolist(), random.random(len(bag)).tolist(), strict=True):
            limits = self.cumulative.get(row)
            if limits:
                place = bisect.bisect_left(limits, draw * limits[-1])
                found.append(self.bags[row][min(place, len(limits) - 1)])
        return np.concatenate(found) if found else _EMPTY


class CrossedTask:
    """Pairs of Chinese bags of which one is said in English."""

    def __init__(self, pairs: PairTask, crossing: Crossing, *, answer: bool = False) -> None:
        """Cross the left side of `pairs`, or with `answer` the right one."""
        self.pairs = pairs
        self.crossing = crossing
        self.answer = answer

    def sample(self, size: int, random: np.random.Generator) -> tuple[list[Bag], list[Bag]]:
        """Draw a batch with a new translation of every text."""
        left, right = self.pairs.sample(size, random)
        if self.answer:
            right = [self.crossing.translate(bag, random) for bag in right]
        else:
            left = [self.crossing.translate(bag, random) for bag in left]
        kept = [i for i in range(len(left)) if len(left[i]) and len(right[i])]
        return [left[i] for i in kept], [right[i] for i in kept]


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
            right.append(thinned(np.concatenate(rest), random))
        kept = [i for i in range(len(left)) if len(left[i]) and len(right[i])]
        return [left[i] for i in kept], [right[i] for i in kept]


def reading_pairs(passages: list[Passage], encode: Encode) -> tuple[list[Bag], list[Bag]]:
    """Return the questions of all passages and, for each, its passage with the title."""
    bodies = encode([f"{p.title}\n{p.text}" for p in passages])
    questions = encode([q for p in passages for q in p.questions])
    repeated = [body for p, body in zip(passages, bodies, strict=True) for _ in p.questions]
    return questions, repeated


def crossing_choices(
    glosses: dict[str, list[str]],
    encode: Encode,
    row_of: Callable[[str], int | None],
    pairs: WordPairs,
) -> dict[int, list[tuple[Bag, float]]]:
    """Return {Chinese row: English bags with their chances}: aligned words and short glosses."""
    found: dict[int, list[tuple[Bag, float]]] = defaultdict(list)
    for at in np.flatnonzero(pairs.to_english >= 0.03):
        word = np.array([pairs.english[at]], dtype=np.int32)
        found[int(pairs.chinese[at])].append((word, float(pairs.to_english[at])))
    for word, meanings in glosses.items():
        row = row_of(word)
        short = [gloss for gloss in meanings if len(gloss.split()) <= 3]
        if row and short:
            chances = [0.5 / (rank + 1) / len(short) for rank in range(len(short))]
            bags = zip(encode(short), chances, strict=True)
            found[row].extend((bag, chance) for bag, chance in bags if len(bag))
    return dict(found)


def translated_pairs(
    corpus: Corpus, glosses: dict[str, list[str]], encode: Encode
) -> list[tuple[Bag, Bag, float]]:
    """Return the (English, Chinese, weight) bags that word alignment learns from."""
    found = []
    for texts in (corpus.tatoeba, corpus.manuals):
        sides = map(encode, zip(*texts, strict=True))
        found += [(left, right, 1.0) for left, right in zip(*sides, strict=True)]
    words = encode(list(glosses))
    common = _how_common(words, encode([text for text, _ in chinese_texts(corpus)]))
    for word, meanings, weight in zip(words, glosses.values(), common, strict=True):
        bags = encode(meanings)
        found += [(gloss, word, weight / (1 + 0.2 * rank)) for rank, gloss in enumerate(bags)]
    return found


def _how_common(words: list[Bag], texts: list[Bag]) -> list[float]:
    """Return the weight of each word's glosses, from 1: the logarithm of how often it is said.

    Many rare words have the one gloss `repair`; the word people use for it must outweigh them.
    """
    read = np.concatenate([_EMPTY, *texts])
    counts = np.bincount(read, minlength=1 + max(int(bag.max(initial=0)) for bag in words))
    return [1 + 0.5 * float(np.log1p(counts[bag].min(initial=counts.max()))) for bag in words]


def build_tasks(
    corpus: Corpus,
    glosses: dict[str, list[str]],
    encode: Encode,
    row_of: Callable[[str], int | None],
    rows: int,
) -> tuple[dict[str, Task], WordPairs]:
    """Return every training task by name, and the word pairs found on the way."""
    passages = corpus.passages
    questions, bodies = reading_pairs(passages, encode)
    sentences = [encode(passage.sentences()) for passage in passages]
    titles = encode([passage.title for passage in passages])
    whole = encode([f"{p.title}\n{p.text}" for p in passages])
    flat = [(s, whole[i]) for i, found in enumerate(sentences) for s in found]
    tasks: dict[str, Task] = {
        "dictionary": DictionaryTask(
            encode(list(glosses)),
            [encode(found) for found in glosses.values()],
            [1.0 if row_of(word) else 0.25 for word in glosses],
        ),
        "tatoeba": PairTask(*map(encode, zip(*corpus.tatoeba, strict=True))),
        "manuals": PairTask(*map(encode, zip(*corpus.manuals, strict=True))),
        "questions": PairTask(questions, bodies),
        "cloze": ClozeTask(sentences, titles),
    }
    pairs = align(translated_pairs(corpus, glosses, encode), rows)
    crossing = Crossing(crossing_choices(glosses, encode, row_of, pairs))
    asked = PairTask(questions, bodies)
    said = PairTask([s for s, _ in flat], [b for _, b in flat])
    tasks["aligned"] = AlignedTask(pairs, 0.05)
    tasks["crossed questions"] = CrossedTask(asked, crossing)
    tasks["crossed passages"] = CrossedTask(asked, crossing, answer=True)
    tasks["crossed sentences"] = CrossedTask(said, crossing)
    return tasks, pairs


def reading_counts(tasks: dict[str, Any], units: int) -> NDArray[np.float64]:
    """Return how often each unit is read in ordinary text; dictionary entries count little."""
    counts = np.full(units, 0.2)
    for name, weight in (("tatoeba", 1.0), ("manuals", 0.2), ("questions", 1.0)):
        counts += weight * np.bincount(np.concatenate(tasks[name].left), minlength=units)
        if name != "questions":
            counts += weight * np.bincount(np.concatenate(tasks[name].right), minlength=units)
    for _, sentences in tasks["cloze"].passages:
        counts += np.bincount(np.concatenate(sentences), minlength=units)
    for glosses in tasks["dictionary"].glosses:
        np.add.at(counts, np.concatenate(glosses), 0.2)
    return counts

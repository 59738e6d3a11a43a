"""Choose the tokens: Han characters, Chinese words, English words and pieces of words.

The forms of an English word share one row of the model. Characters
too rare to learn are no tokens; the tokenizer drops them before it cuts a run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus import Corpus
from lemmas import base_form

UNKNOWN = "[UNK]"
WORD_START = "▁"
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_WORD = re.compile("[a-z]+")
_PLACE = re.compile(r"\b(county|township|district|prefecture|village|town|municipality)\b")
# Endings that greedy matching leaves over after a base form; they say nothing of the subject.
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")


@dataclass(frozen=True)
class Vocabulary:
    """The tokens by id, the row that each reads, and the number of rows."""

    tokens: list[str]
    rows: list[int]
    row_count: int


@dataclass(frozen=True)
class Budget:
    """How many rows each kind of token may take, and how long a Chinese word may be."""

    chinese_words: int = 30_000
    english_words: int = 24_000
    pieces: int = 1_500
    longest_word: int = 4


def chinese_texts(corpus: Corpus) -> Iterable[tuple[str, float]]:
    """Yield every Chinese text with the weight its words count with."""
    for passage in corpus.passages:
        for text in (passage.title, passage.text, *passage.questions):
            yield text, 1.0
    for _, chinese in corpus.tatoeba:
        yield chinese, 1.0
    for _, chinese in corpus.manuals:
        yield chinese, 0.1


def english_texts(corpus: Corpus, glosses: dict[str, list[str]]) -> Iterable[tuple[str, float]]:
    """Yield every English text with the weight its words count with."""
    for english, _ in corpus.tatoeba:
        yield english, 1.0
    for english, _ in corpus.manuals:
        yield english, 0.2
    for meanings in glosses.values():
        for gloss in meanings:
            yield gloss, 1.0


def choose_vocabulary(
    corpus: Corpus,
    glosses: dict[str, list[str]],
    fold: Callable[[str], str],
    budget: Budget,
) -> Vocabulary:
    """Return the tokens of the model, with the row each of them reads."""
    characters, words = _chinese_tokens(corpus, glosses, fold, budget)
    english, forms, pieces = _english_tokens(corpus, glosses, fold, budget)
    numbers = [str(n) for n in range(10, 100)] + [str(n) for n in range(1800, 2040)]
    own = [*characters, *words, *english, *pieces, *"0123456789", *numbers]
    rows = {token: row for row, token in enumerate(dict.fromkeys(own), start=1)}
    row_count = len(rows) + 1
    for form, base in forms.items():
        rows.setdefault(form, rows[base])
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    for token in (*letters, *_ENDINGS, WORD_START):
        rows[token] = 0
    return Vocabulary([UNKNOWN, *rows], [0, *rows.values()], row_count)


def _chinese_tokens(
    corpus: Corpus, glosses: dict[str, list[str]], fold: Callable[[str], str], budget: Budget
) -> tuple[list[str], list[str]]:
    seen: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text, weight in chinese_texts(corpus):
        for run in _HAN_RUN.findall(fold(text)):
            characters.update(run)
            for size in range(2, budget.longest_word + 1):
                for start in range(len(run) - size + 1):
                    if run[start : start + size] in glosses:
                        seen[run[start : start + size]] += weight
    for word in glosses:
        characters.update(dict.fromkeys(fold(word), 1))
    for word, meanings in glosses.items():
        if 2 <= len(word) <= budget.longest_word:
            seen[word] += _worth(word, meanings)
    words = [word for word, _ in seen.most_common() if len(word) > 1][: budget.chinese_words]
    return [c for c, count in characters.items() if count >= 2], words


def _worth(word: str, meanings: list[str]) -> float:
    """Return how likely a word is to be asked for, by its dictionary entry alone, 0..1.

    A word with a short meaning is what a question's word may have to become; places that need
    explaining and four-character idioms are many, and rare.
    """
    shortest = min(len(gloss.split()) for gloss in meanings)
    worth = {1: 0.9, 2: 0.8, 3: 0.6, 4: 0.4}.get(shortest, 0.2)
    if any(_PLACE.search(gloss) for gloss in meanings):
        worth *= 0.2
    return worth * {2: 1.0, 3: 0.95}.get(len(word), 0.3)


def _english_tokens(
    corpus: Corpus, glosses: dict[str, list[str]], fold: Callable[[str], str], budget: Budget
) -> tuple[list[str], dict[str, str], list[str]]:
    counts: Counter[str] = Counter()
    for text, weight in english_texts(corpus, glosses):
        for word in _WORD.findall(fold(text).replace("'s", "").replace("'", "")):
            counts[word] += weight
    meanings = Counter(
        gloss for found in glosses.values() for gloss in found if _WORD.fullmatch(gloss)
    )
    base_of = {word: base_form(word, counts, meanings) for word in counts}
    totals: Counter[str] = Counter()
    for word, count in counts.items():
        base = base_of[word]
        totals[base_of.get(base, base)] += count
    kept = [word for word, _ in totals.most_common(budget.english_words)]
    chosen = set(kept)
    forms = {}
    for word in [*counts, *_possible_forms(kept)]:
        base = base_form(word, counts, meanings)
        base = base_of.get(base, base)
        if base in chosen and word not in chosen:
            forms[WORD_START + word] = WORD_START + base
    pieces = _pieces(counts, chosen, budget.pieces)
    return [WORD_START + word for word in kept], forms, pieces


def _possible_forms(words: list[str]) -> list[str]:
    """Return regular forms that greedy matching would not split at the end of the base form."""
    found = []
    for word in words:
        if len(word) > 3 and word.endswith("e"):
            found.append(word[:-1] + "ing")
        elif len(word) > 3 and word.endswith("y") and word[-2] not in "aeiou":
            found += [word[:-1] + "ies", word[:-1] + "ied"]
    return found


def _pieces(counts: Counter[str], chosen: set[str], size: int) -> list[str]:
    """Return the commonest pieces of the words that have no token of their own."""
    pieces: Counter[str] = Counter()
    for word, count in counts.items():
        if word in chosen:
            continue
        marked = WORD_START + word
        for length in range(1, 6):
            for start in range(len(marked) - length + 1):
                pieces[marked[start : start + length]] += min(count, 5) * length
    return [piece for piece, _ in pieces.most_common() if piece != WORD_START][:size]

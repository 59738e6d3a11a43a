"""Train the bundled Chinese-English embedding model: `python training/train_embeddings.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The scripts share the index's fold, also where the project is not installed.
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from alignment import Bag, align  # noqa: E402
from corpus import Corpus, load_corpus  # noqa: E402
from export import write_model  # noqa: E402
from glosses import gloss_table  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from provenance import write_record  # noqa: E402
from sharing import compact, share_rows  # noqa: E402
from tasks import build_tasks, reading_counts, translated_pairs  # noqa: E402
from tokenization import build_tokenizer, folding  # noqa: E402
from trainer import Recipe, RowTable, train  # noqa: E402
from translations import language_sides, write_translations  # noqa: E402
from vocabulary import (  # noqa: E402
    WORD_START,
    Budget,
    Vocabulary,
    chinese_texts,
    choose_vocabulary,
)

# The translation table knows more words than the vectors: a word costs it 16 bytes, not 500.
WIDE = Budget(chinese_words=80_000, english_words=40_000, pieces=0)


class Reader:
    """A vocabulary with its tokenizer: turns texts into bags of units."""

    def __init__(self, corpus: Corpus, glosses: dict[str, list[str]], budget: Budget) -> None:
        """Choose the tokens that `budget` allows and build the tokenizer for them."""
        plain = folding()

        def fold(text: str) -> str:
            return plain.normalize_str(text).replace(WORD_START, "")

        self.vocabulary: Vocabulary = choose_vocabulary(corpus, glosses, fold, budget)
        tokens = self.vocabulary.tokens
        self.tokenizer = build_tokenizer(tokens, folding(set(tokens)))
        self.units = np.array(self.vocabulary.rows, dtype=np.int32)

    def encode(self, texts: Sequence[str]) -> list[Bag]:
        """Return the units of each text, in order; unknown characters are left out."""
        bags = [self.units[found.ids] for found in self.tokenizer.encode_batch_fast(list(texts))]
        return [bag[bag > 0] for bag in bags]

    def unit_of(self, word: str) -> int | None:
        """Return the unit of a token, None if the word is not one."""
        token = self.tokenizer.token_to_id(word)
        return None if token is None else int(self.units[token])


def main() -> None:
    """Read the data, choose the tokens, train, and write the model folder."""
    options = options_of()
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    corpus = load_corpus(options.data, checked=not options.unchecked)
    glosses = gloss_table(corpus.dictionary)
    budget = Budget(options.chinese_words, options.english_words, options.pieces)
    reader = Reader(corpus, glosses, budget)
    tasks, _ = build_tasks(
        corpus, glosses, reader.encode, reader.unit_of, reader.vocabulary.row_count
    )
    print(f"{len(reader.units)} tokens, {reader.vocabulary.row_count} units", flush=True)
    recipe = Recipe(options.dimensions, options.steps, options.batch)
    table = RowTable.fresh(reader.vocabulary.row_count, recipe.dimensions, recipe.seed)
    train(tasks, table, recipe)
    vectors = table.unit_vectors()
    vectors[0] = 0
    if options.rows < reader.vocabulary.row_count:
        counts = reading_counts(tasks, reader.vocabulary.row_count)
        owner, weights = share_rows(vectors, counts, options.rows)
        rows, row_of_unit = compact(vectors, owner)
        table = RowTable(rows, row_of_unit, weights)
        train(tasks, table, replace(recipe, steps=options.tuning_steps, rate=recipe.rate / 2))
    write_folder(options.out, table, reader)
    # The vectors before sharing: words that share a row would all be perfect translations.
    write_table(options.out, corpus, glosses, reader, vectors)
    kept = {key: value for key, value in vars(options).items() if key not in ("data", "out")}
    write_record(options.out, kept)


def write_folder(folder: Path, table: RowTable, reader: Reader) -> None:
    """Write the model's rows, mapping, weights and tokenizer."""
    rows = table.vectors.numpy().copy()
    rows[table.row_of_unit[0]] = 0
    weights = table.weights().numpy()
    mapping = table.row_of_unit[reader.units]
    write_model(folder, rows, mapping, weights[reader.units], reader.tokenizer)


def write_table(
    folder: Path,
    corpus: Corpus,
    glosses: dict[str, list[str]],
    reader: Reader,
    vectors: NDArray[np.float32],
) -> None:
    """Write the translation table; `vectors` are those of the units of `reader`."""
    wide = Reader(corpus, glosses, WIDE)

    def vectors_of(words: list[str]) -> NDArray[np.float32]:
        # English pieces say nothing; Chinese characters say much of the word they make.
        bags = reader.encode(words)
        known = [bool(reader.unit_of(WORD_START + w)) or w[0] >= "\u3400" for w in words]
        summed = np.stack(
            [
                vectors[bag].sum(axis=0) if k else vectors[0]
                for bag, k in zip(bags, known, strict=True)
            ]
        )
        return summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9)

    count = wide.vocabulary.row_count
    pairs = align(translated_pairs(corpus, glosses, wide.encode), count)
    read = np.concatenate(wide.encode([text for text, _ in chinese_texts(corpus)]))
    english, chinese = language_sides(
        wide.vocabulary, vectors_of, np.bincount(read, minlength=count)
    )
    write_translations(folder / "translations.safetensors", pairs, english, chinese)


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for; without arguments, the bundled model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "docent-zh-en")
    parser.add_argument("--unchecked", action="store_true", help="accept other data files")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--tuning-steps", type=int, default=1200)
    parser.add_argument("--batch", type=int, default=Recipe.batch)
    parser.add_argument("--dimensions", type=int, default=Recipe.dimensions)
    parser.add_argument("--rows", type=int, default=40_000, help="rows left after sharing")
    parser.add_argument("--chinese-words", type=int, default=Budget.chinese_words)
    parser.add_argument("--english-words", type=int, default=Budget.english_words)
    parser.add_argument("--pieces", type=int, default=Budget.pieces)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

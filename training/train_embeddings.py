"""Train the bundled Chinese-English embedding model: `python training/train_embeddings.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The scripts share the index's fold, also where the project is not installed.
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from corpus import load_corpus  # noqa: E402
from export import write_model  # noqa: E402
from glosses import gloss_table  # noqa: E402
from tasks import Bag, build_tasks  # noqa: E402
from tokenization import build_tokenizer, folding  # noqa: E402
from trainer import Recipe, train  # noqa: E402
from vocabulary import WORD_START, Budget, choose_vocabulary  # noqa: E402


def main() -> None:
    """Read the data, choose the tokens, train the rows and write the model folder."""
    options = _options()
    torch.set_num_threads(options.threads)
    corpus = load_corpus(options.data, checked=not options.unchecked)
    glosses = gloss_table(corpus.dictionary)
    normalizer = folding()

    def fold(text: str) -> str:
        return normalizer.normalize_str(text).replace(WORD_START, "")

    budget = Budget(options.chinese_words, options.english_words, options.pieces)
    vocabulary = choose_vocabulary(corpus, glosses, fold, budget)
    tokenizer = build_tokenizer(vocabulary.tokens, normalizer)
    mapping = np.array(vocabulary.rows, dtype=np.int32)

    def encode(texts: Sequence[str]) -> list[Bag]:
        bags = [mapping[e.ids] for e in tokenizer.encode_batch_fast(list(texts))]
        return [bag[bag > 0] for bag in bags]

    def row_of(word: str) -> int | None:
        token = tokenizer.token_to_id(word)
        return None if token is None else int(mapping[token])

    tasks = build_tasks(corpus, glosses, encode, row_of)
    print(f"{len(vocabulary.tokens)} tokens, {vocabulary.row_count} rows", flush=True)
    recipe = Recipe(dimensions=options.dimensions, steps=options.steps, batch=options.batch)
    write_model(options.out, train(tasks, vocabulary.row_count, recipe), mapping, tokenizer)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "docent-zh-en")
    parser.add_argument("--unchecked", action="store_true", help="accept other data files")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--batch", type=int, default=Recipe.batch)
    parser.add_argument("--dimensions", type=int, default=Recipe.dimensions)
    parser.add_argument("--chinese-words", type=int, default=Budget.chinese_words)
    parser.add_argument("--english-words", type=int, default=Budget.english_words)
    parser.add_argument("--pieces", type=int, default=Budget.pieces)
    return parser.parse_args()


if __name__ == "__main__":
    main()

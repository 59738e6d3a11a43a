"""Train what the reader has learned: `python training/train_reader.py`.

Reads DRCD, CMRC trial, CC-CEDICT and tatoeba, nothing that measures. Which tokens answer, which
sentence answers, and whether any does are learned one after the other; each is judged on what
the one before it says of questions that it was not fitted to (two folds).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# The scripts share the index's and the reader's rooms, also where the project is not installed.
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from corpus import read_rows  # noqa: E402
from reader_cases import Case, Collection, everyday_shares  # noqa: E402
from reader_networks import fit_judge, fit_ranker, fit_tagger, rank_rows, seed  # noqa: E402
from reader_questions import (  # noqa: E402
    Question,
    WordByWord,
    near_misses,
    read_questions,
)

from index.embedder import load_embedder  # noqa: E402
from index.translator import Translator, load_translator  # noqa: E402
from index.words.text import fold  # noqa: E402
from retrieval.reader import RANK_FEATURES  # noqa: E402
from retrieval.reading.judging import JUDGE_FEATURES, judge_features  # noqa: E402
from retrieval.reading.learned import WEIGHTS, learned  # noqa: E402
from retrieval.reading.network import Network  # noqa: E402
from retrieval.reading.tagging import TOKEN_FEATURES  # noqa: E402
from retrieval.reading.tokens import tokenize  # noqa: E402

SETS = ("drcd_dev", "drcd_test", "cmrc_trial")
_PASSAGE = 250
_ENGLISH_SENTENCES = 8
# The share of passages from which on a key is everyday, Han and Latin.
_LEAST_HAN, _LEAST_LATIN = 0.003, 0.01
# A miss of the reader says less of whether the passages answer; a made question may still be
# answered by what it nearly asks.
_MISSED, _NEARLY = 0.4, 0.5


def main() -> None:
    """Train and write the weights."""
    options = _options()
    seed(7)
    chance = random.Random(7)
    torch.set_num_threads(options.threads)
    background = everyday(options.data, options.checked)
    write_weights(options.out, {"background": background})
    learned.cache_clear()
    translator = load_translator()
    cases = gather(options, translator, background, chance)
    for name, found in cases.items():
        print(f"{name}: {len(found)} questions")
    write_weights(options.out, fit(cases))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--most", type=int, default=10**6, help="questions of each set and kind")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--unchecked", dest="checked", action="store_false")
    return parser.parse_args()


def write_weights(path: Path, changed: dict[str, Any]) -> None:
    """Replace parts of the weights file."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    text = json.dumps({**kept, **changed}, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def everyday(data: Path, checked: bool) -> dict[str, float]:
    """Return how often keys stand in everyday passages: Han from the reading sets, English
    from tatoeba.
    """
    texts = [
        row["text"] for name in SETS for row in read_rows(data, f"{name}.contexts", checked=checked)
    ]
    passages = (t[i : i + _PASSAGE] for t in texts for i in range(0, len(t), _PASSAGE))
    shares = everyday_shares((_han_keys(passage) for passage in passages), _LEAST_HAN)
    english = [row["en"] for row in read_rows(data, "tatoeba_pairs", checked=checked)]
    joined = (
        " ".join(english[i : i + _ENGLISH_SENTENCES])
        for i in range(0, len(english), _ENGLISH_SENTENCES)
    )
    return {**shares, **everyday_shares((_latin_keys(text) for text in joined), _LEAST_LATIN)}


def _han_keys(text: str) -> Counter[str]:
    tokens = tokenize(text)
    keys: Counter[str] = Counter()
    for at, key in enumerate(tokens.keys):
        if tokens.characters[at]:
            keys[key] += 1
            if at + 1 < len(tokens) and tokens.characters[at + 1]:
                keys[key + tokens.keys[at + 1]] += 1
    return keys


def _latin_keys(text: str) -> Counter[str]:
    """Count stems; a word that is written large inside a sentence is a name, not a word."""
    tokens = tokenize(text, "english")
    return Counter(
        key
        for at, key in enumerate(tokens.keys)
        if key.isalpha() and key.isascii() and not _is_name(text, tokens.starts[at])
    )


def _is_name(text: str, start: int) -> bool:
    before = text[:start].rstrip()[-1:]
    return text[start].isupper() and before not in ("", ".", "!", "?", '"')


def gather(
    options: argparse.Namespace,
    translator: Translator,
    background: dict[str, float],
    chance: random.Random,
) -> dict[str, list[Case]]:
    """Search every set for questions of its own, of others, and of what it does not hold."""
    embedder = load_embedder("bundled")
    english = WordByWord(read_rows(options.data, "cedict", checked=options.checked))
    contexts, questions = {}, {}
    for name in options.sets:
        contexts[name] = read_rows(options.data, f"{name}.contexts", checked=options.checked)
        rows = read_rows(options.data, f"{name}.questions", checked=options.checked)
        questions[name] = read_questions(rows)
    found: dict[str, list[Case]] = {name: [] for name in ("own", "missing", "foreign", "near")}
    for name in options.sets:
        collection = Collection(name, contexts[name], embedder, translator, background)
        own = _some(questions[name], options.most, chance)
        crossed = list(_crossed(_some(own, len(own) // 4, chance), english, chance))
        others = [q for other in options.sets if other != name for q in questions[other]]
        strange = [Question(q.text, "", ()) for q in _some(others, len(own) // 6, chance)]
        strange += _crossed(_some(strange, len(own) // 12, chance), english, chance)
        missing = _some(own, len(own) // 4, chance) + _some(crossed, len(crossed) // 3, chance)
        titles = {row["context_id"]: row["title"] for row in contexts[name]}
        texts = {row["context_id"]: fold(row["title"] + row["text"]) for row in contexts[name]}
        near = near_misses(own, titles, texts, translator, chance)
        near = _some(near, len(own) // 2, chance)
        near += _crossed(_some(near, len(near) // 4, chance), english, chance)
        found["own"] += _cases(collection, own + crossed)
        found["missing"] += _cases(collection, missing, without_gold=True)
        found["foreign"] += _cases(collection, strange)
        found["near"] += _cases(collection, near)
        collection.close()
    return found


def _some(items: Sequence[Question], count: int, chance: random.Random) -> list[Question]:
    return chance.sample(list(items), min(count, len(items)))


def _crossed(
    questions: Iterable[Question], english: WordByWord, chance: random.Random
) -> Iterator[Question]:
    for question in questions:
        made = english.translate(question, chance)
        if made is not None:
            yield made


def _cases(
    collection: Collection, questions: Iterable[Question], *, without_gold: bool = False
) -> list[Case]:
    made = (collection.case(question, without_gold=without_gold) for question in questions)
    return [case for case in made if case is not None]


def fit(cases: dict[str, list[Case]]) -> dict[str, Any]:
    """Fit the three networks."""
    own = cases["own"]
    folds = [[case for case in own if case.fold == number] for number in (0, 1)]
    # Each fold is ranked and judged by what was fitted to the other one.
    taggers = [fit_tagger(other, TOKEN_FEATURES) for other in reversed(folds)]
    ranked = {id(case): rank_rows(case, taggers[case.fold]) for case in own}
    rankers = []
    for other in reversed(folds):
        features = [ranked[id(case)] for case in other]
        rankers.append(fit_ranker(features, [case.right for case in other], RANK_FEATURES))
    rows, labels, weights = [], [], []
    for kind, found in cases.items():
        for case in found:
            features = ranked.get(id(case))
            if features is None:
                features = rank_rows(case, taggers[case.fold])
            logits = Network(rankers[case.fold]).score(features)
            rows.append(judge_features(case.facts, features, RANK_FEATURES, logits))
            labels.append(float(case.answerable))
            hit = bool(case.right[np.argmax(logits)])
            weights.append(1.0 if kind != "own" or hit else _MISSED)
            weights[-1] *= _NEARLY if kind == "near" else 1.0
    tagger = fit_tagger(own, TOKEN_FEATURES)
    ranker = fit_ranker(
        [ranked[id(case)] for case in own], [case.right for case in own], RANK_FEATURES
    )
    judge = fit_judge(
        np.array(rows, dtype=np.float32),
        np.array(labels, dtype=np.float32),
        np.array(weights, dtype=np.float32),
        JUDGE_FEATURES,
    )
    return {"tagger": tagger, "ranker": ranker, "judge": judge}


if __name__ == "__main__":
    main()

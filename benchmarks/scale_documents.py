"""Make a folder of so many passages out of the sentences of the shared data."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from language.sentences import sentence_spans  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
_CORPORA = ("drcd_dev", "cmrc_trial", "xquad_en", "xquad_zh")
_SENTENCES_A_PASSAGE = 8
_PASSAGES_A_FILE = 10
_FILES_A_FOLDER = 1000


def sentences(shared: Path = SHARED) -> list[str]:
    """Return the sentences that articles are made of."""
    found: list[str] = []
    for corpus in _CORPORA:
        for line in (shared / f"{corpus}.contexts.jsonl").open(encoding="utf-8"):
            text = json.loads(line)["text"]
            found.extend(text[start:end] for start, end in sentence_spans(text))
    return found


def questions(count: int, shared: Path = SHARED) -> list[str]:
    """Return so many of the questions that were asked of those texts."""
    found: list[str] = []
    for corpus in _CORPORA:
        lines = (shared / f"{corpus}.questions.jsonl").read_text(encoding="utf-8").splitlines()
        found.extend(json.loads(line)["question"] for line in lines)
    return random.Random(4).sample(found, count)


def write_folder(folder: Path, passages: int) -> None:
    """Write files of ten passages each; numbers make each passage its own."""
    pool, chance = sentences(), random.Random(1)
    for number in range(max(1, passages // _PASSAGES_A_FILE)):
        path = folder / f"{number // _FILES_A_FOLDER:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_article(number, chance, pool), encoding="utf-8")


def _article(number: int, chance: random.Random, pool: list[str]) -> str:
    paragraphs = []
    for place in range(_PASSAGES_A_FILE):
        chosen = " ".join(chance.sample(pool, _SENTENCES_A_PASSAGE))
        paragraphs.append(f"{chosen} 编号 {number}-{place}。")
    return f"Report {number}: {chance.choice(pool)[:24]}\n\n" + "\n\n".join(paragraphs) + "\n"

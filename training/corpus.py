"""Read the training data: fixed files with known checksums, turned into plain texts and pairs.

Nothing that measures the model is read here: `cmrc_dev`, `xquad_*` and `tatoeba_laser_test` are
not in the table below, and a file outside the table cannot be opened.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# SHA-256 of each file the recipe was written for.
CHECKSUMS = {
    "cedict": "28cecbe4298062c7ad264be2da58d993712d498a08d0343175fd7d74e42e17d0",
    "cmrc_trial.contexts": "b49a7c4e23a0a7c7ac47f50164d15f27766ed1205bc8af7f789dac056679dc62",
    "cmrc_trial.questions": "0cc52ae04d5a7fd69a85e5b85f42569f4f2ac4901885c3a9dac5e29d68e66bbe",
    "drcd_dev.contexts": "000b15c6b8c3755cda290733cbe8fa3df673fa8a39ce3cb5e535f16727407255",
    "drcd_dev.questions": "46a787174edf8b0cd22b4b5c382d4f33956d1a07775ebc3f63feece69d475fd7",
    "drcd_test.contexts": "df5649ec82bf04a3d8597a670bb16c401679f579074c69db599ccddf00814a23",
    "drcd_test.questions": "703f197dbc66d686f5e1644570dcc86e16e71780ce8f7eb1633c13b7a272f783",
    "pydocs_pairs": "be55a85642a0d3e05e124e03ae8f3ebec5e365f9a6722933c7949223560fefac",
    "tatoeba_pairs": "2d5248ebb38b106fa67acb4e285cb82b35b6a6b586e22c580b7c3c0317591352",
}
_READING_SETS = ("drcd_dev", "drcd_test", "cmrc_trial")
_SENTENCE = re.compile(r"[^。！？；!?]+[。！？；!?]*")


@dataclass(frozen=True)
class Passage:
    """A Chinese paragraph with its title and the questions it answers."""

    title: str
    text: str
    questions: tuple[str, ...]

    def sentences(self) -> list[str]:
        """Return the sentences of the paragraph, in order."""
        return [found.strip() for found in _SENTENCE.findall(self.text) if found.strip()]


@dataclass(frozen=True)
class Corpus:
    """Everything the model is trained on, as texts."""

    dictionary: list[dict[str, Any]]
    tatoeba: list[tuple[str, str]]
    manuals: list[tuple[str, str]]
    passages: list[Passage]


def read_rows(folder: Path, name: str, *, checked: bool) -> list[dict[str, Any]]:
    """Return the rows of one training file.

    Raises ValueError if `checked` and the file is not the one the recipe was written for.
    """
    path = folder / f"{name}.jsonl"
    data = path.read_bytes()
    if checked and hashlib.sha256(data).hexdigest() != CHECKSUMS[name]:
        raise ValueError(f"{path} is not the file this recipe was written for")
    return [json.loads(line) for line in data.decode().splitlines() if line.strip()]


def load_corpus(folder: Path, *, checked: bool = True) -> Corpus:
    """Read all training data below `folder`; `checked` holds each file against its checksum."""
    manuals = [
        (strip_markup(row["en"]), strip_markup(row["zh"]))
        for row in read_rows(folder, "pydocs_pairs", checked=checked)
    ]
    return Corpus(
        dictionary=read_rows(folder, "cedict", checked=checked),
        tatoeba=[
            (row["en"], row["zh"]) for row in read_rows(folder, "tatoeba_pairs", checked=checked)
        ],
        manuals=[pair for pair in manuals if _is_translated(*pair)],
        passages=[
            passage for name in _READING_SETS for passage in _passages(folder, name, checked)
        ],
    )


def _passages(folder: Path, name: str, checked: bool) -> list[Passage]:
    questions: dict[str, list[str]] = {}
    for row in read_rows(folder, f"{name}.questions", checked=checked):
        questions.setdefault(row["context_id"], []).append(row["question"])
    return [
        Passage(row["title"], row["text"], tuple(questions.get(row["context_id"], ())))
        for row in read_rows(folder, f"{name}.contexts", checked=checked)
    ]


def strip_markup(text: str) -> str:
    """Return the words of a reStructuredText segment without its markup."""
    text = re.sub(r":[\w.+:-]+:`[!~]?([^`<]*)(?:<[^`>]*>)?`", r"\1", text)
    text = re.sub(r"`([^`<]*)\s*<[^`>]*>`__?", r"\1", text)
    text = re.sub(r"`{1,2}([^`]*)`{1,2}_{0,2}", r"\1", text)
    text = re.sub(r"\*{1,2}([^*]+)\*{1,2}", r"\1", text)
    text = text.replace("\\ ", " ").replace("\\", "")
    return re.sub(r"\s+", " ", text).strip().rstrip(":")


def _is_translated(english: str, chinese: str) -> bool:
    """Return True if the Chinese side says something in Chinese; much of a manual is only names."""
    han = sum("\u4e00" <= c <= "\u9fff" for c in chinese)
    letters = sum(c.isalpha() for c in english)
    return han >= 2 and letters >= 4 and english != chinese

"""Record beside a model what made it, so that scripts and model cannot drift apart unnoticed.

The record holds a fingerprint of the recipe (the code of its modules, without comments and
layout; the checksums of the data are part of that code), a digest of the word forms that the
index tells it of, the settings of the run, the versions of the libraries that compute, and a
digest of every file written.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tokenize
from importlib.metadata import version
from pathlib import Path
from typing import Any

from language.inflection import IRREGULAR, base_candidates

ROOT = Path(__file__).resolve().parents[1]
RECORD = "recipe.json"
# Everything that a weight or a translation depends on, except what the index uses as well and may
# grow: of the word forms only what they say counts (`word_forms`), and the fold's product, the
# tokenizer, is compared as a whole (tests/training/test_provenance.py).
MODULES = (
    "training/alignment.py",
    "training/charsmap.py",
    "training/corpus.py",
    "training/export.py",
    "training/glosses.py",
    "training/lemmas.py",
    "training/sharing.py",
    "training/tasks.py",
    "training/tokenization.py",
    "training/train_embeddings.py",
    "training/trainer.py",
    "training/translations.py",
    "training/vocabulary.py",
)
_LIBRARIES = ("numpy", "opencc", "scipy", "tokenizers", "torch")
_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
_BLOCKS = {tokenize.INDENT: "{", tokenize.DEDENT: "}", tokenize.NEWLINE: ";"}


def fingerprint() -> str:
    """Return a digest of the recipe's code; comments, docstrings and line breaks do not count."""
    whole = hashlib.sha256()
    for name in MODULES:
        whole.update(f"{name}\n{essence((ROOT / name).read_text(encoding='utf-8'))}\n".encode())
    return whole.hexdigest()


def essence(source: str) -> str:
    """Return what Python source says: its tokens without comments, docstrings and layout."""
    read = tokenize.generate_tokens(io.StringIO(source).readline)
    tokens = [token for token in read if token.type not in _LAYOUT]
    kept: list[str] = []
    statement: list[tokenize.TokenInfo] = []
    for token in tokens:
        statement.append(token)
        if token.type in _BLOCKS:
            # A string that is a whole statement is a docstring.
            if [part.type for part in statement] != [tokenize.STRING, tokenize.NEWLINE]:
                kept += [_BLOCKS.get(part.type, part.string) for part in statement]
            statement = []
    return " ".join(kept)


def word_forms(folder: Path) -> str:
    """Return a digest of what each Latin word of a model's tokenizer may be a form of."""
    kept = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    words = sorted(token[1:] for token in kept["model"]["vocab"] if token[1:].isascii())
    told = {word: base_candidates(word) for word in words}
    text = json.dumps([told, IRREGULAR], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_record(folder: Path, settings: dict[str, Any]) -> None:
    """Write the record of a model folder whose other files are there; the card is not one."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    record = {
        "fingerprint": fingerprint(),
        "word_forms": word_forms(folder),
        "settings": settings,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "machine": platform.machine(),
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.name not in (RECORD, "README.md")
        },
    }
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record of a model folder. Raises OSError if it has none."""
    found: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return found

"""The bundled model is what the training scripts of this very commit give."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "docent-zh-en"
TRAINING = str(ROOT / "training")


@pytest.fixture(scope="module")
def provenance() -> Iterator[Any]:
    """Import the training room's own module; its neighbours may be imported meanwhile."""
    sys.path.insert(0, TRAINING)
    yield importlib.import_module("provenance")
    sys.path.remove(TRAINING)


@pytest.fixture
def record(provenance: Any) -> dict[str, Any]:
    found: dict[str, Any] = provenance.read_record(MODEL)
    return found


def test_the_scripts_have_not_changed_since_they_made_the_model(
    provenance: Any, record: dict[str, Any]
) -> None:
    assert record["fingerprint"] == provenance.fingerprint(), (
        "the recipe no longer gives the bundled model: train again (training/README.md)"
    )
    assert record["word_forms"] == provenance.word_forms(MODEL)


@pytest.mark.slow
def test_the_model_was_made_by_the_plain_command(record: dict[str, Any]) -> None:
    """No option that the README does not show, and no other data than the pinned."""
    pytest.importorskip("torch")
    settings = vars(importlib.import_module("train_embeddings").options_of([]))
    assert {**settings, **record["settings"]} == settings
    assert not record["settings"]["unchecked"]


def test_the_files_are_those_that_the_run_wrote(provenance: Any, record: dict[str, Any]) -> None:
    written = {
        path.relative_to(MODEL).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in MODEL.rglob("*")
        if path.is_file() and path.name not in ("README.md", provenance.RECORD)
    }
    assert written == record["files"]


@pytest.mark.usefixtures("provenance")
def test_the_tokenizer_folds_as_the_index_does_today() -> None:
    made = importlib.import_module("tokenization")
    kept = json.loads((MODEL / "tokenizer.json").read_text("utf-8"))
    vocabulary: dict[str, int] = kept["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    again = made.build_tokenizer(tokens, made.folding(set(tokens)))
    assert json.loads(again.to_str()) == kept


def test_every_module_the_training_reads_is_in_the_recipe(provenance: Any) -> None:
    """Follow the imports from the script, so that a new module cannot be forgotten."""
    seen: set[str] = set()
    waiting = ["training/train_embeddings.py"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                beside = f"training/{node.module}.py"
                inside = node.module.replace(".", "/") + ".py"
                waiting += [found for found in (beside, inside) if (ROOT / found).is_file()]
    # Fold and word forms are compared by what they say; the record is no ingredient.
    shared = {"language/text.py", "language/inflection.py"}
    assert seen - shared - {"training/provenance.py"} == set(provenance.MODULES)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ('"""Other words."""\n\nx = f(1)  # why\n', True),
        ("x = f(\n    1\n)\n", True),
        ("x = f(2)\n", False),
        ('x = f("1")\n', False),
    ],
)
def test_only_what_is_computed_counts(provenance: Any, changed: str, same: bool) -> None:
    plain = '"""Some words."""\nx = f(1)\n'
    assert (provenance.essence(changed) == provenance.essence(plain)) is same


def test_layout_that_means_something_counts(provenance: Any) -> None:
    inside = "if a:\n    b()\n    c()\n"
    outside = "if a:\n    b()\nc()\n"
    assert provenance.essence(inside) != provenance.essence(outside)

"""The glossary of CONTRIBUTING.md is kept: no name that it replaced comes back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "retrieval", "index", "language", "config")
GONE = frozenset(
    (
        *("Desk", "Doors", "Workshop", "Shelf", "Draft", "Ledger", "Spill", "VectorsApart"),
        *("Told", "Rarity", "Board", "Pace", "Gate", "Thoughts", "Days"),
        *("say", "desk_for", "wider_desk_for", "off_loop", "insist", "lay_out", "gives_orders"),
        *("untold", "unfit", "another_is_meant", "is_meant", "under_way", "explained"),
    )
)


def names(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a module defines, imports or uses, attributes left aside."""
    for node in ast.walk(tree):
        named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.alias
        if isinstance(node, named):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id


@pytest.mark.parametrize("room", ROOMS)
def test_names_and_docstrings_follow_the_glossary(room: str) -> None:
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not GONE & set(names(tree)), path
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node) or ""
                assert not docstring.startswith(("Tell ", "Tells ")), f"{path}: {docstring}"
